//! What could not be delivered to citizens, for the administrators and auditors of their office.

use super::Shared;
use super::auth::Officer;
use super::bodies::Fields;
use super::problem::Problem;
use crate::domain::ids::NoticeId;
use crate::failure::FieldError;
use crate::outbox::dead as letters;
use crate::store::outbox::{Cause, Notice};
use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

/// Something that could not be delivered. Neither address nor text.
#[derive(Serialize, ToSchema)]
pub struct DeadView {
    /// Its id.
    #[schema(example = "0199f2a4-7b1c-7c3e-9d52-0a4be6f3c111")]
    id: String,
    /// The application whose applicant was to be told.
    application: Option<String>,
    /// The stage that it had reached.
    #[schema(example = "needs_correction")]
    stage: Option<String>,
    /// When it was written, epoch seconds.
    created: i64,
    /// When it was given up, epoch seconds.
    since: i64,
    /// How often it was tried.
    tries: i64,
    /// What went wrong last.
    #[schema(example = "mail server answered 550")]
    fault: Option<String>,
}

/// A page of them.
#[derive(Serialize, ToSchema)]
pub struct DeadPage {
    /// Newest first.
    items: Vec<DeadView>,
    /// Cursor of the next page, where there is one.
    next: Option<String>,
}

fn view(notice: &Notice) -> DeadView {
    let (application, stage) = match &notice.cause {
        Cause::Application {
            application, stage, ..
        } => (
            Some(application.to_string()),
            Some(stage.name().to_string()),
        ),
        Cause::Letter(_) | Cause::Push { .. } => (None, None),
    };
    DeadView {
        id: notice.id.to_string(),
        application,
        stage,
        created: notice.created,
        since: notice.due,
        tries: notice.tries,
        fault: notice.fault.clone(),
    }
}

/// List what the office could not deliver, newest first.
#[utoipa::path(get, path = "/v1/outbox/dead", tag = "outbox",
    params(("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "50 where it is left out"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before")),
    responses((status = 200, body = DeadPage), (status = 401, description = "No token that counts"),
        (status = 403, description = "Only administrators and auditors"), (status = 422, description = "A parameter")),
    security(("bearer" = [])))]
pub async fn dead(
    State(app): State<Shared>,
    Officer(actor): Officer,
    RawQuery(query): RawQuery,
) -> Result<Json<DeadPage>, Problem> {
    let mut fields = Fields::of_query(query.as_deref())?;
    let limit = fields.optional("limit", |text| match text.parse() {
        Ok(limit @ 1..=200) => Ok(limit),
        _ => Err("must be a number from 1 to 200"),
    });
    let cursor = fields.optional("cursor", |t| {
        NoticeId::parse(t).map_err(|_| "must be `next` of the page before")
    });
    fields.finish()?;
    let limit: u32 = limit.unwrap_or(50);
    let mut tx = app.service.db.read().await?;
    // One more than asked for tells whether there is another page.
    let mut found = letters::list(&mut tx, actor, cursor, limit + 1).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = more
        .then(|| found.last().map(|n| n.id.to_string()))
        .flatten();
    let items = found.iter().map(view).collect();
    Ok(Json(DeadPage { items, next }))
}

/// Let one of them be tried again, at once and twelve times.
#[utoipa::path(post, path = "/v1/outbox/dead/{id}/retry", tag = "outbox", params(("id" = String, Path)),
    responses((status = 204, description = "It is tried again"), (status = 401, description = "No token that counts"),
        (status = 403, description = "Only administrators"),
        (status = 404, description = "Not there, of another office, or not given up"),
        (status = 422, description = "The id is none")),
    security(("bearer" = [])))]
pub async fn retry(
    State(app): State<Shared>,
    Officer(actor): Officer,
    Path(text): Path<String>,
) -> Result<StatusCode, Problem> {
    let rule = |_| Problem::fields(vec![FieldError::new("id", "must be a notice id (UUID)")]);
    let id = NoticeId::parse(&text).map_err(rule)?;
    let mut tx = app.service.db.begin().await?;
    letters::retry(&app.service, &mut tx, &mut app.chance(), actor, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
