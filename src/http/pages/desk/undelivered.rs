//! Notices that could not be delivered, so that somebody calls the citizen or mends what is wrong with the mail.

use super::words;
use crate::domain::ids::NoticeId;
use crate::domain::officer::OfficerRole;
use crate::http::Shared;
use crate::http::pages::query::value_of;
use crate::http::pages::{Frame, page};
use crate::http::posted::Posted;
use crate::http::problem::Problem;
use crate::http::session::SignedIn;
use crate::outbox::dead;
use crate::policies;
use crate::store::outbox::Cause;
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "desk/undelivered.html")]
struct Undelivered {
    frame: Frame,
    rows: Vec<Row>,
    next: String,
    may_retry: bool,
}

struct Row {
    id: String,
    what: &'static str,
    since: String,
    tries: i64,
    fault: String,
}

/// `/petugas/kiriman-gagal`: for administrators and auditors.
pub async fn show(
    State(app): State<Shared>,
    officer: SignedIn,
    frame: Frame,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let before = NoticeId::parse(&value_of(query.as_deref(), "sebelum")).ok();
    let mut tx = app.service.db.read().await?;
    let mut found = dead::list(&mut tx, officer.actor, before, PAGE as u32 + 1).await?;
    let (_, calendar) = policies::of_office(&app.service, &mut tx, officer.office).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found.last().filter(|_| more);
    let next = next.map(|n| format!("/petugas/kiriman-gagal?sebelum={}", n.id));
    let rows = found.iter().map(|notice| Row {
        id: notice.id.to_string(),
        what: match &notice.cause {
            Cause::Application { stage, .. } => frame.say(&words::stage(*stage).0),
            Cause::Letter(_) | Cause::Push { .. } => "",
        },
        since: words::moment(frame.lang, notice.due, &calendar),
        tries: notice.tries,
        fault: notice.fault.clone().unwrap_or_default(),
    });
    let view = Undelivered {
        rows: rows.collect(),
        next: next.unwrap_or_default(),
        may_retry: officer.role == OfficerRole::Admin,
        frame: frame.titled("Kiriman gagal", "Undelivered notices"),
    };
    Ok(page(&view.frame, &view))
}

/// Lets one be tried again.
pub async fn retry(
    State(app): State<Shared>,
    Path(text): Path<String>,
    officer: SignedIn,
    posted: Posted,
) -> Result<Response, Problem> {
    posted.belongs_to(&officer.session)?;
    let id = NoticeId::parse(&text).map_err(|_| Problem::of_status(StatusCode::NOT_FOUND))?;
    let mut tx = app.service.db.begin().await?;
    dead::retry(&app.service, &mut tx, &mut app.chance(), officer.actor, id).await?;
    tx.commit().await?;
    Ok(Redirect::to("/petugas/kiriman-gagal").into_response())
}
