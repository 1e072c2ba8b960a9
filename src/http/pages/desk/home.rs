//! The desk's first page: what waits, what is late, and the number on a receipt.

use super::words;
use crate::applications::counter;
use crate::domain::application::Stage;
use crate::domain::officer::OfficerRole;
use crate::domain::registration::Registration;
use crate::failure::{Failure, Thing};
use crate::http::Shared;
use crate::http::pages::{Frame, page, page_with};
use crate::http::posted::Posted;
use crate::http::problem::Problem;
use crate::http::session::SignedIn;
use crate::look_ups;
use crate::store::queues;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

type Answer = Result<Response, Problem>;

#[derive(Template)]
#[template(path = "desk/home.html")]
struct Home {
    frame: Frame,
    office: String,
    tiles: Vec<Tile>,
    late: i64,
    wrong: String,
    may_file: bool,
}

struct Tile {
    href: String,
    name: &'static str,
    /// How many; empty where nobody works on them any more, for those grow without end.
    count: String,
    mine: bool,
}

/// `/petugas`
pub async fn home(State(app): State<Shared>, officer: SignedIn, frame: Frame) -> Answer {
    if officer.role == OfficerRole::Admin {
        return Ok(Redirect::to("/petugas/pengguna").into_response());
    }
    show(&app, &officer, frame, String::new()).await
}

/// A queue that is longer is not counted to its end.
const COUNT_MAX: i64 = 1000;

fn counted(count: i64) -> String {
    match count < COUNT_MAX {
        true => count.to_string(),
        false => format!("{}+", COUNT_MAX - 1),
    }
}

/// The stage in which a role finds its work.
fn own(role: OfficerRole) -> &'static [Stage] {
    match role {
        OfficerRole::Operator => &[Stage::Submitted, Stage::Done],
        OfficerRole::Verifier => &[Stage::Submitted, Stage::UnderVerification],
        OfficerRole::Signer => &[Stage::InProcess],
        OfficerRole::Auditor | OfficerRole::Admin => &[],
    }
}

async fn show(app: &Shared, officer: &SignedIn, frame: Frame, wrong: String) -> Answer {
    let office = counter::office(officer.actor)?;
    let mut tx = app.service.db.read().await?;
    let late = queues::late_count(&mut tx, office, app.service.clock.now()).await?;
    let frame = frame.titled("Meja kerja", "Desk");
    let mut tiles = Vec::new();
    for stage in Stage::ALL.into_iter().filter(|s| *s != Stage::Draft) {
        let count = match stage.is_final() {
            true => String::new(),
            false => counted(queues::count_up_to(&mut tx, office, stage, COUNT_MAX).await?),
        };
        tiles.push(Tile {
            href: format!("/petugas/antrean?tahap={}", stage.name()),
            name: frame.say(&words::stage(stage).0),
            count,
            mine: own(officer.role).contains(&stage),
        });
    }
    let view = Home {
        office: officer.office_name.clone(),
        tiles,
        late,
        may_file: officer.role == OfficerRole::Operator,
        frame,
        wrong,
    };
    let status = match view.wrong.is_empty() {
        true => return Ok(page(&view.frame, &view)),
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok(page_with(status, &view.frame, &view))
}

/// Goes to the application with a number. A POST, so that no number stands in an address or a log.
pub async fn find(
    State(app): State<Shared>,
    officer: SignedIn,
    frame: Frame,
    posted: Posted,
) -> Answer {
    posted.belongs_to(&officer.session)?;
    look_ups::count(&app.service, officer.actor).await?;
    let mut tx = app.service.db.read().await?;
    let found = match Registration::parse(posted.get("nomor")) {
        Ok(number) => counter::by_number(&app.service, &mut tx, officer.actor, &number).await,
        Err(_) => Err(Failure::NotFound(Thing::Application)),
    };
    drop(tx);
    match found {
        Ok(a) => Ok(Redirect::to(&format!("/petugas/permohonan/{}", a.id)).into_response()),
        Err(Failure::NotFound(_)) => {
            let wrong = frame.t(
                "tidak ada permohonan dengan nomor itu di kantor ini.",
                "no application of this office has that number.",
            );
            let wrong = wrong.to_string();
            show(&app, &officer, frame, wrong).await
        }
        Err(other) => Err(other.into()),
    }
}
