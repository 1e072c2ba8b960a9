//! The policy of an office, which its administrator edits.

use crate::domain::officer::OfficerRole;
use crate::domain::policy::Policy;
use crate::failure::Failure;
use crate::http::Shared;
use crate::http::pages::{Frame, page_with};
use crate::http::posted::Posted;
use crate::http::problem::Problem;
use crate::http::session::SignedIn;
use crate::record::{Act, record};
use crate::store::policies;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

type Answer = Result<Response, Problem>;

#[derive(Template)]
#[template(path = "desk/policy.html")]
struct Shown {
    frame: Frame,
    text: String,
    wrong: String,
    stored: bool,
}

fn may(officer: &SignedIn) -> Result<(), Problem> {
    match officer.role {
        OfficerRole::Admin => Ok(()),
        _ => Err(Failure::Role.into()),
    }
}

fn render(frame: Frame, text: String, wrong: String, stored: bool) -> Response {
    let status = match wrong.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let view = Shown {
        frame: frame.titled("Kebijakan kantor", "Policy of the office"),
        text,
        wrong,
        stored,
    };
    page_with(status, &view.frame, &view)
}

/// `/petugas/kebijakan`
pub async fn show(State(app): State<Shared>, officer: SignedIn, frame: Frame) -> Answer {
    may(&officer)?;
    let mut tx = app.service.db.read().await?;
    let (policy, _) = policies::of_office(&mut tx, officer.office).await?;
    Ok(render(frame, policy.to_text(), String::new(), false))
}

/// Stores a policy; one that cannot be is shown again with what is wrong.
pub async fn store(
    State(app): State<Shared>,
    officer: SignedIn,
    frame: Frame,
    posted: Posted,
) -> Answer {
    may(&officer)?;
    posted.belongs_to(&officer.session)?;
    let text = posted.get("kebijakan").replace('\r', "");
    let policy = match Policy::parse(&text) {
        Ok(policy) => policy,
        Err(e) => return Ok(render(frame, text, e.0, false)),
    };
    let (service, chance) = (&app.service, &mut app.chance());
    let mut tx = service.db.begin().await?;
    let now = service.clock.now();
    policies::store(&mut tx, officer.office, &policy, now).await?;
    let text = policy.to_text();
    let act = Act {
        office: Some(officer.office),
        content: Some(text.as_bytes()),
        ..Act::new("policy.change")
    };
    record(&mut tx, &service.clock, chance, officer.actor, act).await?;
    tx.commit().await?;
    Ok(render(frame, text, String::new(), true))
}
