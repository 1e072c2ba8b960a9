//! The policy of an office, which its administrator edits.

use crate::domain::policy::Policy;
use crate::http::Shared;
use crate::http::pages::{Frame, page_with};
use crate::http::posted::Posted;
use crate::http::problem::Problem;
use crate::http::session::SignedIn;
use crate::offices;
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
    let mut tx = app.service.db.read().await?;
    let policy = offices::policy(&mut tx, officer.actor).await?;
    Ok(render(frame, policy.to_text(), String::new(), false))
}

/// Stores a policy; one that cannot be is shown again with what is wrong.
pub async fn store(
    State(app): State<Shared>,
    officer: SignedIn,
    frame: Frame,
    posted: Posted,
) -> Answer {
    posted.belongs_to(&officer.session)?;
    let text = posted.get("kebijakan").replace('\r', "");
    let mut tx = app.service.db.read().await?;
    offices::policy(&mut tx, officer.actor).await?;
    drop(tx);
    let policy = match Policy::parse(&text) {
        Ok(policy) => policy,
        Err(e) => return Ok(render(frame, text, e.0, false)),
    };
    offices::set_policy(&app.service, &mut app.chance(), officer.actor, &policy).await?;
    let text = policy.to_text();
    Ok(render(frame, text, String::new(), true))
}
