//! An office's own settings and its audit trail.

use super::Shared;
use super::applications::read::limit;
use super::auth::Officer;
use super::bodies::Fields;
use super::problem::Problem;
use super::proposals::{ProposedView, accepted};
use crate::domain::ids::AuditId;
use crate::domain::policy::Policy;
use crate::offices;
use crate::proposals;
use crate::store::audit;
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{RawQuery, State};
use axum::response::IntoResponse;
use serde::Serialize;
use utoipa::ToSchema;

/// A policy as it is written.
#[derive(Serialize, ToSchema)]
#[schema(as = Policy)]
pub struct PolicyView {
    /// TOML; docs/OPERATIONS.md names every setting.
    #[schema(
        max_length = 20_000,
        example = "edit_in_verification = false\nintake = \"always\"\n\n[slots]\nper_half_hour = 4\n"
    )]
    pub policy: String,
}

/// A line of the audit trail.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditLine, example = json!({"id": "019a4f00-0000-7000-8000-0000000000c1", "at": 1_795_749_000,
    "actor": "019a4f00-0000-7000-8000-0000000000d1", "action": "application.take", "detail": "019a4f00-0000-7000-8000-000000000001 under_verification"}))]
pub struct LineView {
    /// Ascends with time.
    pub id: String,
    /// When, epoch seconds.
    pub at: i64,
    /// An officer's id, `citizen …`, `applicant` or `local`.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// To what; without personal data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// Lines of the audit trail, newest first.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditPage)]
pub struct LinesView {
    /// The lines.
    pub items: Vec<LineView>,
    /// `cursor` of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "019a4f00-0000-7000-8000-0000000000c1")]
    pub next: Option<String>,
}

/// Read the office's policy (admins).
#[utoipa::path(get, path = "/v1/policy", tag = "office", responses((status = 200, body = PolicyView)),
    security(("bearer" = []), ("session" = [])))]
pub async fn policy(
    State(app): State<Shared>,
    Officer(actor): Officer,
) -> Result<Json<PolicyView>, Problem> {
    let mut tx = app.service.db.read().await?;
    let policy = offices::policy(&app.service, &mut tx, actor)
        .await?
        .to_text();
    Ok(Json(PolicyView { policy }))
}

/// Propose another policy of the office (admins); another admin approves it. Settings that are left out take their
/// defaults.
#[utoipa::path(put, path = "/v1/policy", tag = "office", request_body = PolicyView,
    responses((status = 202, body = ProposedView)), security(("session" = [])))]
pub async fn change_policy(
    State(app): State<Shared>,
    Officer(actor): Officer,
    body: Result<Bytes, BytesRejection>,
) -> Result<impl IntoResponse, Problem> {
    let mut fields = Fields::of_body(body)?;
    let policy = fields.required("policy", |text| Policy::parse(text).map_err(|e| e.0));
    fields.finish()?;
    let policy = policy.ok_or_else(Problem::not_json)?;
    let chance = &mut app.chance();
    let proposed = proposals::policy(&app.service, chance, actor, &policy).await?;
    Ok(accepted(&app, proposed))
}

/// Read the office's audit trail, newest first (auditors, admins, the head of the office).
#[utoipa::path(get, path = "/v1/audit", tag = "office",
    params(("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "50 where it is left out"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before")),
    responses((status = 200, body = LinesView)), security(("bearer" = []), ("session" = [])))]
pub async fn audit_trail(
    State(app): State<Shared>,
    Officer(actor): Officer,
    RawQuery(query): RawQuery,
) -> Result<Json<LinesView>, Problem> {
    let mut fields = Fields::of_query(query.as_deref())?;
    let limit = limit(&mut fields);
    let cursor = fields.optional("cursor", |text| {
        AuditId::parse(text).map_err(|_| "must be `next` of the page before")
    });
    fields.finish()?;
    let office = offices::audited(actor)?;
    let mut tx = app.service.db.read().await?;
    let mut found = audit::of_office(&mut tx, office, cursor, limit + 1).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = more.then(|| found.last().map(|line| line.id.to_string()));
    let items = found.into_iter().map(|line| LineView {
        id: line.id.to_string(),
        at: line.at,
        actor: line.actor,
        action: line.action,
        detail: line.detail,
    });
    Ok(Json(LinesView {
        items: items.collect(),
        next: next.flatten(),
    }))
}
