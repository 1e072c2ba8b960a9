//! Where an application stands: its way so far, what to do now, and the document at the end. And the door for those
//! who have a number and a code.

use super::appointment;
use super::caller::{Caller, id};
use super::receipt::picture;
use super::words;
use crate::accounts;
use crate::applications::sight::{self, Sight};
use crate::applications::{self, draft, hand_over};
use crate::domain::application::{Application, Stage};
use crate::domain::rights::Act;
use crate::failure::{Failure, Thing};
use crate::http::Shared;
use crate::http::address::ClientAddress;
use crate::http::pages::{Frame, page, page_with};
use crate::http::posted::Posted;
use crate::http::problem::Problem;
use crate::http::session::{OldCookie, set_cookie};
use crate::print;
use crate::sessions::{self, Principal};
use crate::store::offices;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{self, SET_COOKIE};
use axum::response::{IntoResponse, Redirect, Response};

type Answer = Result<Response, Problem>;

#[derive(Template)]
#[template(path = "apply/status.html")]
struct Status {
    frame: Frame,
    id: String,
    kind_name: &'static str,
    number: String,
    office: String,
    word: &'static str,
    tone: &'static str,
    note: Option<String>,
    due: String,
    late: bool,
    way: Vec<Mile>,
    events: Vec<Moment>,
    can_edit: bool,
    can_cancel: bool,
    is_draft: bool,
    is_rejected: bool,
    is_done: bool,
    is_open: bool,
    may_book: bool,
    booked: String,
    meeting: Option<(&'static str, &'static str)>,
    document_state: Option<(&'static str, &'static str)>,
}

/// A part of the usual way.
struct Mile {
    title: &'static str,
    state: &'static str,
}

struct Moment {
    title: &'static str,
    when: String,
    note: String,
}

/// `/permohonan/{id}`
pub async fn show(
    State(app): State<Shared>,
    Path(text): Path<String>,
    caller: Caller,
    frame: Frame,
) -> Answer {
    let mut tx = app.service.db.read().await?;
    let id = id(&text)?;
    let sight = sight::read(&app.service, &mut tx, caller.actor, id).await?;
    let a = &sight.case.application;
    let office = offices::by_id(&mut tx, a.office).await?;
    let document = match a.state.finished() {
        Some(finished) => sight::issued_for(&mut tx, id, finished.document).await?,
        None => None,
    };
    let stage = a.state.stage();
    let frame = frame.titled("Status permohonan", "Status of the application");
    let may = |act| applications::may(caller.actor, a, act, &sight.case.policy);
    let (latest, _) = applications::appointment::latest(&mut tx, id).await?;
    let (word, tone) = words::stage(stage);
    let number = a.state.receipt().map(|r| r.registration.to_string());
    let view = Status {
        id: id.to_string(),
        kind_name: frame.say(&a.kind.name),
        number: number.unwrap_or_default(),
        office: office.map(|o| o.name).unwrap_or_default(),
        word: frame.say(&word),
        tone,
        note: a.state.note().map(str::to_string),
        due: due(&frame, &sight, app.service.clock.now()),
        late: matches!(a.late, crate::domain::application::Late::Pending),
        way: way(&frame, a),
        events: events(&frame, &sight),
        can_edit: may(Act::Edit),
        can_cancel: may(Act::Cancel),
        may_book: may(Act::Book),
        booked: appointment::booked(&frame, latest.as_ref(), &sight.case.calendar),
        meeting: latest.map(|l| words::meeting(&frame, l.state)),
        is_draft: stage == Stage::Draft,
        is_rejected: stage == Stage::Rejected,
        is_done: a.state.finished().is_some(),
        is_open: !stage.is_final() && stage != Stage::Draft && stage != Stage::Done,
        document_state: document.map(|d| match d.state.name() {
            "active" => ("good", frame.t("Berlaku", "In force")),
            "superseded" => (
                "warn",
                frame.t("Diganti yang baru", "Replaced by a newer one"),
            ),
            "suspended" => ("warn", frame.t("Dibekukan", "Suspended")),
            _ => ("bad", frame.t("Tidak berlaku", "Not in force")),
        }),
        frame,
    };
    Ok(page(&view.frame, &view))
}

fn due(frame: &Frame, sight: &Sight, now: i64) -> String {
    use crate::domain::application::Due;
    match sight.case.application.due {
        Due::Running(at) if at >= now => {
            let day = words::day(frame.lang, sight.case.calendar.day(at));
            format!("{} {day}", frame.t("Paling lambat", "By"))
        }
        Due::Running(_) => frame
            .t(
                "Sudah lewat waktunya. Kami minta maaf; kantor sudah diingatkan.",
                "This is overdue. We are sorry; the office has been reminded.",
            )
            .to_string(),
        Due::Paused(_) => frame
            .t(
                "Waktu berhenti dihitung sampai dilanjutkan.",
                "The clock stands still until it goes on.",
            )
            .to_string(),
        Due::Idle | Due::Met(_) => String::new(),
    }
}

/// The usual way, with where this one is on it.
fn way(frame: &Frame, a: &Application) -> Vec<Mile> {
    let titles = [
        frame.t("Dikirim", "Handed in"),
        frame.t("Diperiksa petugas", "Checked by an officer"),
        frame.t(
            "Disetujui kepala dinas",
            "Approved by the head of the office",
        ),
        frame.t("Dokumen terbit", "Document issued"),
        frame.t("Diterima pemohon", "With the applicant"),
    ];
    let at = match a.state.stage() {
        Stage::Draft => 0,
        Stage::Submitted
        | Stage::NeedsCorrection
        | Stage::Constrained
        | Stage::UnderVerification => 1,
        Stage::InProcess => 2,
        Stage::Done => 4,
        Stage::HandedOver => 5,
        Stage::Rejected | Stage::Cancelled => return Vec::new(),
    };
    let mile = |(n, title)| Mile {
        title,
        state: match n {
            n if n < at => "done",
            n if n == at => "now",
            _ => "later",
        },
    };
    titles.into_iter().enumerate().map(mile).collect()
}

fn events(frame: &Frame, sight: &Sight) -> Vec<Moment> {
    let shown = sight.events.iter().rev();
    // While a draft is filled in every page is a change; the citizen knows.
    let shown = shown.filter(|e| !(e.act == "edit" && e.stage == Stage::Draft));
    shown
        .map(|e| Moment {
            title: frame.say(&words::act(&e.act)),
            when: words::moment(frame.lang, e.at, &sight.case.calendar),
            note: e.note.clone().unwrap_or_default(),
        })
        .collect()
}

/// Withdraws it.
pub async fn cancel(
    State(app): State<Shared>,
    Path(text): Path<String>,
    caller: Caller,
    posted: Posted,
) -> Answer {
    let id = id(&text)?;
    posted.belongs_to(caller.session()?)?;
    let (service, chance) = (&app.service, &mut app.chance());
    let mut tx = service.db.begin().await?;
    hand_over::cancel(service, &mut tx, chance, caller.actor, id).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/permohonan/{id}")).into_response())
}

/// Throws a draft away.
pub async fn discard(
    State(app): State<Shared>,
    Path(text): Path<String>,
    caller: Caller,
    posted: Posted,
) -> Answer {
    let id = id(&text)?;
    posted.belongs_to(caller.session()?)?;
    let mut tx = app.service.db.begin().await?;
    draft::discard(&app.service, &mut tx, caller.actor, id).await?;
    tx.commit().await?;
    Ok(Redirect::to("/layanan").into_response())
}

/// The issued document's signed QR.
pub async fn qr(State(app): State<Shared>, Path(text): Path<String>, caller: Caller) -> Answer {
    let mut tx = app.service.db.read().await?;
    let document = sight::document(&app.service, &mut tx, caller.actor, id(&text)?).await?;
    let missing = || Problem::from(Failure::NotFound(Thing::Document));
    picture(&document.state.signed().ok_or_else(missing)?.text)
}

/// The issued document as a PDF.
pub async fn pdf(State(app): State<Shared>, Path(text): Path<String>, caller: Caller) -> Answer {
    let mut tx = app.service.db.read().await?;
    let document = sight::document(&app.service, &mut tx, caller.actor, id(&text)?).await?;
    let bytes = print::pdf(&app.service, &mut tx, &document).await?;
    Ok(pdf_file(document.kind.slug, bytes))
}

/// A PDF to be kept.
pub fn pdf_file(name: &str, bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_string()),
        (header::CACHE_CONTROL, "no-store".to_string()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.pdf\""),
        ),
    ];
    (headers, bytes).into_response()
}

#[derive(Template)]
#[template(path = "apply/enter.html")]
struct Enter {
    frame: Frame,
    number: String,
    error: String,
}

/// `/status`: who is signed in with an account goes to their list.
pub async fn ask(caller: Caller, frame: Frame) -> Answer {
    if matches!(caller.actor, crate::domain::officer::Actor::Citizen(_)) {
        return Ok(Redirect::to("/permohonan").into_response());
    }
    let frame = frame.titled("Cek status permohonan", "Check an application");
    let view = Enter {
        frame,
        number: String::new(),
        error: String::new(),
    };
    Ok(page(&view.frame, &view))
}

/// Lets in who has a number and its code.
pub async fn enter(
    State(app): State<Shared>,
    client: ClientAddress,
    OldCookie(old): OldCookie,
    frame: Frame,
    posted: Posted,
) -> Answer {
    let (service, chance) = (&app.service, &mut app.chance());
    let (number, code) = (posted.get("nomor"), posted.get("kode"));
    let mut tx = service.db.begin().await?;
    let found = accounts::enter(service, &mut tx, chance, &client.key(), number, code).await;
    let found = match found {
        Ok(found) => found,
        Err(failure) => {
            // A try that was refused for being one too many is still counted.
            tx.commit().await?;
            return Err(failure.into());
        }
    };
    let Some(id) = found else {
        tx.commit().await?;
        let error = frame.t(
            "nomor dan kode tidak cocok. Lihat lagi tanda terima Anda.",
            "number and code do not belong together. Look at your receipt again.",
        );
        let view = Enter {
            error: error.to_string(),
            number: number.chars().take(40).collect(),
            frame: frame.titled("Cek status permohonan", "Check an application"),
        };
        return Ok(page_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            &view.frame,
            &view,
        ));
    };
    let principal = Principal::Guest(id);
    let token = sessions::rotate(service, &mut tx, chance, old.as_deref(), principal).await?;
    tx.commit().await?;
    let cookie = [(SET_COOKIE, set_cookie(&app, &token))];
    Ok((cookie, Redirect::to(&format!("/permohonan/{id}"))).into_response())
}
