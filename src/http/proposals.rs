//! What one officer proposes and another approves.

use super::Shared;
use super::applications::read::limit;
use super::auth::Officer;
use super::bodies::Fields;
use super::problem::Problem;
use crate::domain::ids::ProposalId;
use crate::failure::FieldError;
use crate::proposals::{self, Proposal, Proposed};
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::Serialize;
use utoipa::ToSchema;

/// A proposal.
#[derive(Serialize, ToSchema)]
#[schema(as = Proposal)]
pub struct ProposalView {
    /// Names the proposal.
    #[schema(example = "019a4f00-0000-7000-8000-0000000000f1")]
    id: String,
    /// What is proposed: officer.add, officer.role, officer.enable, officer.reset, mandate.issue, mandate.end,
    /// mandate.bulk or policy.change.
    #[schema(example = "officer.role")]
    act: &'static str,
    /// open, expired, approved, done or withdrawn.
    #[schema(example = "open")]
    state: &'static str,
    /// Exactly what was proposed, as canonical JSON text.
    #[schema(
        example = "{\"v\":1,\"id\":\"019a4f00-0000-7000-8000-0000000000f1\",\"office\":\"019a4f00-0000-7000-8000-000000000002\",\"proposer\":\"019a4f00-0000-7000-8000-0000000000d1\",\"proposed\":1795749000,\"content\":{\"act\":\"officer.role\",\"officer\":\"019a4f00-0000-7000-8000-0000000000d2\",\"from\":\"operator\",\"to\":\"verifier\"}}"
    )]
    statement: String,
    /// SHA-256 of the statement's UTF-8 bytes, 64 hexadecimal digits. Whoever approves sends it back.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    hash: String,
    /// Who proposed it; `local` at the machine.
    #[schema(example = "019a4f00-0000-7000-8000-0000000000d1")]
    proposer: String,
    /// When, epoch seconds.
    proposed: i64,
    /// Until when it may be approved, epoch seconds.
    until: i64,
    /// Who approved it; `local` at the machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    approver: Option<String>,
    /// When, epoch seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    approved: Option<i64>,
}

fn view(app: &Shared, proposal: &Proposal) -> ProposalView {
    let statement = &proposal.statement;
    ProposalView {
        id: statement.id.to_string(),
        act: statement.content.act().name(),
        state: proposal.stands(app.service.clock.now()),
        statement: proposal.text.clone(),
        hash: data_encoding::HEXLOWER.encode(&proposal.hash),
        proposer: statement.proposer.to_string(),
        proposed: statement.proposed,
        until: statement.until(),
        approver: proposal.approved.map(|(by, _)| by.to_string()),
        approved: proposal.approved.map(|(_, at)| at),
    }
}

/// Proposals, newest first.
#[derive(Serialize, ToSchema)]
#[schema(as = ProposalPage)]
pub struct ProposalsView {
    /// The proposals.
    items: Vec<ProposalView>,
    /// `cursor` of the next page; left out on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// What was proposed just now.
#[derive(Serialize, ToSchema)]
#[schema(as = Proposed)]
pub struct ProposedView {
    /// It waits for a second person.
    proposal: ProposalView,
    /// First half of a one-time password, shown this once: for the person whose account it is. The second one gets the
    /// other half; the password is both with a hyphen between.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "k7mq-2xhd")]
    first_half: Option<String>,
}

/// What was approved just now, and is done.
#[derive(Serialize, ToSchema)]
#[schema(as = Approved)]
pub struct ApprovedView {
    /// It is done.
    proposal: ProposalView,
    /// Second half of a one-time password, shown this once; it counts for 72 hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "w9fa-r3te")]
    second_half: Option<String>,
}

/// What was seen.
#[derive(ToSchema)]
#[schema(as = Seen)]
#[allow(dead_code, reason = "only described; the fields are read one by one")]
pub struct SeenBody {
    /// The `hash` of the proposal as it was read.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    hash: String,
}

/// The answer to who proposed something.
pub fn accepted(app: &Shared, proposed: Proposed) -> impl IntoResponse + use<> {
    let body = ProposedView {
        proposal: view(app, &proposed.proposal),
        first_half: proposed.half.map(|half| half.to_string()),
    };
    let location = format!("/v1/proposals/{}", body.proposal.id);
    let headers = [(header::LOCATION, location)];
    (StatusCode::ACCEPTED, headers, Json(body))
}

fn id(text: &str) -> Result<ProposalId, Problem> {
    let rule = |_| Problem::fields(vec![FieldError::new("id", "must be a proposal id (UUID)")]);
    ProposalId::parse(text).map_err(rule)
}

/// List the proposals of the office, newest first; an office for the whole country reads all (admins, auditors).
#[utoipa::path(get, path = "/v1/proposals", tag = "proposals",
    params(("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "50 where it is left out"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before")),
    responses((status = 200, body = ProposalsView), (status = 401, description = "Nobody who counts"),
        (status = 403, description = "The role"), (status = 422, description = "A parameter")),
    security(("bearer" = []), ("session" = [])))]
pub async fn list(
    State(app): State<Shared>,
    Officer(actor): Officer,
    RawQuery(query): RawQuery,
) -> Result<Json<ProposalsView>, Problem> {
    let mut fields = Fields::of_query(query.as_deref())?;
    let limit = limit(&mut fields);
    let cursor = fields.optional("cursor", |t| {
        ProposalId::parse(t).map_err(|_| "must be `next` of the page before")
    });
    fields.finish()?;
    let mut tx = app.service.db.read().await?;
    let mut found = proposals::list(&app.service, &mut tx, actor, cursor, limit + 1).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let last = found.last().map(|p| p.statement.id.to_string());
    Ok(Json(ProposalsView {
        next: last.filter(|_| more),
        items: found.iter().map(|p| view(&app, p)).collect(),
    }))
}

/// Read a proposal.
#[utoipa::path(get, path = "/v1/proposals/{id}", tag = "proposals", params(("id" = String, Path)),
    responses((status = 200, body = ProposalView), (status = 401, description = "Nobody who counts"),
        (status = 403, description = "The role"), (status = 404, description = "Not there, or of another office"),
        (status = 422, description = "The id")), security(("bearer" = []), ("session" = [])))]
pub async fn read(
    State(app): State<Shared>,
    Officer(actor): Officer,
    Path(text): Path<String>,
) -> Result<Json<ProposalView>, Problem> {
    let id = id(&text)?;
    let mut tx = app.service.db.read().await?;
    let found = proposals::one(&app.service, &mut tx, actor, id).await?;
    Ok(Json(view(&app, &found)))
}

/// Approve a proposal of somebody else, which carries it out. Only a person does who signed in with password and code; a
/// bearer token is refused.
#[utoipa::path(post, path = "/v1/proposals/{id}/approve", tag = "proposals", params(("id" = String, Path)),
    request_body = SeenBody,
    responses((status = 200, body = ApprovedView), (status = 401, description = "Nobody who counts"),
        (status = 403, description = "The role, or a bearer token: it takes a person who signed in"),
        (status = 404, description = "Not there, or of another office"),
        (status = 409, description = "One's own, not open any more, or what it is about has changed"),
        (status = 422, description = "Another hash")), security(("session" = [])))]
pub async fn approve(
    State(app): State<Shared>,
    Officer(actor): Officer,
    Path(text): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<ApprovedView>, Problem> {
    let id = id(&text)?;
    let mut fields = Fields::of_body(body)?;
    let hash = fields.required("hash", |t| Ok::<_, String>(t.to_string()));
    fields.finish()?;
    let hash = hash.ok_or_else(Problem::not_json)?;
    let chance = &mut app.chance();
    let carried = proposals::approve(&app.service, chance, actor, id, &hash).await?;
    Ok(Json(ApprovedView {
        proposal: view(&app, &carried.proposal),
        second_half: carried.half.map(|half| half.to_string()),
    }))
}

/// Take one's own proposal back, or turn down one that one could have approved.
#[utoipa::path(post, path = "/v1/proposals/{id}/withdraw", tag = "proposals", params(("id" = String, Path)),
    responses((status = 200, body = ProposalView), (status = 401, description = "Nobody who counts"),
        (status = 403, description = "The role"), (status = 404, description = "Not there, or of another office"),
        (status = 409, description = "Not open any more"), (status = 422, description = "The id")),
    security(("bearer" = []), ("session" = [])))]
pub async fn withdraw(
    State(app): State<Shared>,
    Officer(actor): Officer,
    Path(text): Path<String>,
) -> Result<Json<ProposalView>, Problem> {
    let id = id(&text)?;
    let chance = &mut app.chance();
    let proposal = proposals::withdraw(&app.service, chance, actor, id).await?;
    Ok(Json(view(&app, &proposal)))
}
