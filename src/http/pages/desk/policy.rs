//! The policy of an office, which its administrator edits.

use crate::domain::policy::Policy;
use crate::http::Shared;
use crate::http::pages::{Frame, page_with};
use crate::http::posted::Posted;
use crate::http::problem::Problem;
use crate::http::session::SignedIn;
use crate::{offices, proposals};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

type Answer = Result<Response, Problem>;

#[derive(Template)]
#[template(path = "desk/policy.html")]
struct Shown {
    frame: Frame,
    text: String,
    wrong: String,
}

fn render(frame: Frame, text: String, wrong: String) -> Response {
    let status = match wrong.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let view = Shown {
        frame: frame.titled("Kebijakan kantor", "Policy of the office"),
        text,
        wrong,
    };
    page_with(status, &view.frame, &view)
}

/// `/petugas/kebijakan`
pub async fn show(State(app): State<Shared>, officer: SignedIn, frame: Frame) -> Answer {
    let mut tx = app.service.db.read().await?;
    let policy = offices::policy(&app.service, &mut tx, officer.actor).await?;
    Ok(render(frame, policy.to_text(), String::new()))
}

/// Proposes a policy, which another admin approves; one that cannot be is shown again with what is wrong.
pub async fn store(
    State(app): State<Shared>,
    officer: SignedIn,
    frame: Frame,
    posted: Posted,
) -> Answer {
    posted.belongs_to(&officer.session)?;
    let text = posted.get("kebijakan").replace('\r', "");
    let mut tx = app.service.db.read().await?;
    offices::policy(&app.service, &mut tx, officer.actor).await?;
    drop(tx);
    let policy = match Policy::parse(&text) {
        Ok(policy) => policy,
        Err(e) => return Ok(render(frame, text, e.0)),
    };
    let chance = &mut app.chance();
    let proposed = proposals::policy(&app.service, chance, officer.actor, &policy).await?;
    let id = proposed.proposal.statement.id;
    Ok(Redirect::to(&format!("/petugas/persetujuan/{id}")).into_response())
}
