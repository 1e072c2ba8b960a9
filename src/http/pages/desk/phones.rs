//! The phones of a citizen: found by NIK, ended when lost.

use super::{typed_nik, words};
use crate::domain::device::{Device, Ended, State as DeviceState};
use crate::domain::ids::DeviceId;
use crate::domain::rights::{PhoneAct, may_with_phones};
use crate::failure::{Failure, Thing};
use crate::http::Shared;
use crate::http::pages::{Frame, page_with};
use crate::http::posted::Posted;
use crate::http::problem::Problem;
use crate::http::session::SignedIn;
use crate::policies;
use crate::status::Public;
use crate::wallet;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

type Answer = Result<Response, Problem>;

#[derive(Template)]
#[template(path = "desk/phones.html")]
struct Found {
    frame: Frame,
    asked: bool,
    ended: bool,
    /// It ended, but that is not public yet.
    waits: bool,
    activates: bool,
    wrong: String,
    rows: Vec<Line>,
}

struct Line {
    id: String,
    label: String,
    word: &'static str,
    tone: &'static str,
    created: String,
    renewed: String,
    /// Since when it is no longer active; empty where it is.
    since: String,
    /// Whether a button ends it.
    ends: bool,
}

fn state(frame: &Frame, d: &Device) -> (&'static str, &'static str) {
    use credential::lang::Text;
    let (id, en, tone) = match d.state {
        DeviceState::Active => ("Aktif", "Active", "good"),
        DeviceState::Ended(Ended::Lost) => ("Diakhiri petugas", "Ended by an officer", "bad"),
        DeviceState::Ended(Ended::Replaced) => {
            ("Diganti ponsel lain", "Replaced by another", "grey")
        }
        DeviceState::Ended(Ended::Removed) => {
            ("Dihapus pemiliknya", "Removed by its holder", "grey")
        }
    };
    (frame.say(&Text { id, en }), tone)
}

struct Said<'a> {
    asked: bool,
    ended: bool,
    waits: bool,
    wrong: &'a str,
}

fn show(officer: &SignedIn, frame: Frame, said: Said<'_>, rows: Vec<Line>) -> Response {
    let status = match said.wrong.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let view = Found {
        frame: frame.titled("Ponsel warga", "A citizen's phones"),
        asked: said.asked,
        ended: said.ended,
        waits: said.waits,
        activates: may_with_phones(officer.role, PhoneAct::Activate),
        wrong: said.wrong.to_string(),
        rows,
    };
    page_with(status, &view.frame, &view)
}

const NOTHING: Said<'static> = Said {
    asked: false,
    ended: false,
    waits: false,
    wrong: "",
};

/// `/petugas/ponsel`
pub async fn ask(officer: SignedIn, frame: Frame) -> Answer {
    match may_with_phones(officer.role, PhoneAct::Find) {
        true => Ok(show(&officer, frame, NOTHING, Vec::new())),
        false => Err(Failure::Role.into()),
    }
}

/// Finds by NIK; a POST, so that no NIK stands in an address.
pub async fn find(
    State(app): State<Shared>,
    officer: SignedIn,
    frame: Frame,
    posted: Posted,
) -> Answer {
    posted.belongs_to(&officer.session)?;
    let nik = match typed_nik(posted.get("nik"), &frame) {
        Ok(nik) => nik,
        Err(wrong) => {
            let said = Said { wrong, ..NOTHING };
            return Ok(show(&officer, frame.clone(), said, Vec::new()));
        }
    };
    let found = wallet::find(&app.service, officer.actor, nik).await?;
    let mut tx = app.service.db.read().await?;
    let (_, calendar) = policies::of_office(&app.service, &mut tx, officer.office).await?;
    let moment = |at| words::moment(frame.lang, at, &calendar);
    let may_end = may_with_phones(officer.role, PhoneAct::End);
    let line = |d: Device| {
        let (word, tone) = state(&frame, &d);
        let active = d.state == DeviceState::Active;
        Line {
            id: d.id.to_string(),
            label: match d.label.is_empty() {
                true => frame.t("Ponsel", "Phone").to_string(),
                false => d.label,
            },
            word,
            tone,
            created: moment(d.created),
            renewed: moment(d.renewed),
            since: match active {
                true => String::new(),
                false => moment(d.since),
            },
            ends: active && may_end,
        }
    };
    let rows = found.into_iter().map(line).collect();
    let said = Said {
        asked: true,
        ..NOTHING
    };
    Ok(show(&officer, frame.clone(), said, rows))
}

/// Ends a phone.
pub async fn end(
    State(app): State<Shared>,
    Path(text): Path<String>,
    officer: SignedIn,
    frame: Frame,
    posted: Posted,
) -> Answer {
    posted.belongs_to(&officer.session)?;
    let missing = || Failure::NotFound(Thing::Device);
    let id = DeviceId::parse(&text).map_err(|_| missing())?;
    match wallet::end_lost(&app.service, &mut app.chance(), officer.actor, id).await {
        Ok((_, public)) => {
            let said = Said {
                ended: true,
                waits: public == Public::NotYet,
                ..NOTHING
            };
            Ok(show(&officer, frame, said, Vec::new()))
        }
        Err(Failure::WrongState(_) | Failure::Changed) => {
            let wrong = frame.t(
                "ponsel itu sudah diakhiri sebelumnya.",
                "that phone had ended before.",
            );
            let said = Said { wrong, ..NOTHING };
            Ok(show(&officer, frame.clone(), said, Vec::new()))
        }
        Err(other) => Err(other.into()),
    }
}
