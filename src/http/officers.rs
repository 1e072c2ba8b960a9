//! Officers' accounts, for admins of the same office.

use super::Shared;
use super::auth::Officer;
use super::bodies::Fields;
use super::problem::Problem;
use super::proposals::{ProposedView, accepted};
use crate::domain::ids::OfficerId;
use crate::domain::officer::{Actor, OfficerRole};
use crate::domain::users::{Change, Login};
use crate::failure::FieldError;
use crate::store::officers::User;
use crate::{proposals, users};
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, RawQuery, State};
use axum::response::IntoResponse;
use serde::Serialize;
use utoipa::ToSchema;

/// An officer's account.
#[derive(Serialize, ToSchema)]
#[schema(as = Officer)]
pub struct OfficerView {
    /// Names the account.
    #[schema(example = "019a4f00-0000-7000-8000-000000000001")]
    id: String,
    /// Their name.
    #[schema(example = "Siti Aminah")]
    name: String,
    /// What they sign in with; left out for programs with a token.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "siti.aminah")]
    login: Option<String>,
    /// operator, verifier, signer, auditor or admin.
    #[schema(example = "verifier")]
    role: &'static str,
    /// active, invited (has not signed in with the one-time password yet) or disabled.
    #[schema(example = "active")]
    state: &'static str,
    /// Since when it is disabled, epoch seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    disabled_since: Option<i64>,
    /// When they last signed in, epoch seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_login: Option<i64>,
}

impl From<User> for OfficerView {
    fn from(user: User) -> Self {
        Self {
            id: user.officer.id.to_string(),
            state: user.state(),
            login: user.login.map(|login| login.to_string()),
            name: user.officer.name,
            role: user.officer.role.name(),
            disabled_since: user.officer.disabled,
            last_login: user.last_login,
        }
    }
}

/// A page of accounts.
#[derive(Serialize, ToSchema)]
#[schema(as = OfficerPage)]
pub struct OfficersView {
    /// Oldest first.
    items: Vec<OfficerView>,
    /// `cursor` of the next page; left out on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A new account.
#[derive(ToSchema)]
#[schema(as = NewOfficer)]
#[allow(dead_code, reason = "only described; the fields are read one by one")]
pub struct OfficerBody {
    /// 3 to 40 letters, digits, dots, hyphens or underscores; unique in the service.
    #[schema(example = "siti.aminah")]
    login: String,
    /// Their name, at most 80 characters.
    #[schema(example = "Siti Aminah")]
    name: String,
    /// operator, verifier, signer, auditor or admin.
    #[schema(example = "verifier")]
    role: String,
}

/// A new role.
#[derive(ToSchema)]
#[schema(as = NewRole)]
#[allow(dead_code, reason = "only described; the fields are read one by one")]
pub struct RoleBody {
    /// operator, verifier, signer, auditor or admin.
    #[schema(example = "signer")]
    role: String,
}

fn id(text: &str) -> Result<OfficerId, Problem> {
    let rule = |_| Problem::fields(vec![FieldError::new("id", "must be an officer id (UUID)")]);
    OfficerId::parse(text).map_err(rule)
}

fn role(text: &str) -> Result<OfficerRole, &'static str> {
    OfficerRole::parse(text).ok_or("must be operator, verifier, signer, auditor or admin")
}

async fn view(app: &Shared, actor: Actor, id: OfficerId) -> Result<OfficerView, Problem> {
    let mut tx = app.service.db.read().await?;
    Ok(users::one(&mut tx, actor, id).await?.into())
}

/// List the office's officers, oldest first.
#[utoipa::path(get, path = "/v1/officers", tag = "officers",
    params(("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "50 where it is left out"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before")),
    responses((status = 200, body = OfficersView), (status = 401, description = "Nobody who counts"),
        (status = 403, description = "Not an admin"), (status = 422, description = "A parameter")),
    security(("bearer" = []), ("session" = [])))]
pub async fn list(
    State(app): State<Shared>,
    Officer(actor): Officer,
    RawQuery(query): RawQuery,
) -> Result<Json<OfficersView>, Problem> {
    let mut fields = Fields::of_query(query.as_deref())?;
    let limit = fields.optional("limit", |text| match text.parse() {
        Ok(limit @ 1..=200) => Ok(limit),
        _ => Err("must be a number from 1 to 200"),
    });
    let cursor = fields.optional("cursor", |t| {
        OfficerId::parse(t).map_err(|_| "must be `next` of the page before")
    });
    fields.finish()?;
    let limit: u32 = limit.unwrap_or(50);
    let mut tx = app.service.db.read().await?;
    let mut found = users::list(&mut tx, actor, cursor, limit + 1).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let last = found.last().map(|user| user.officer.id.to_string());
    Ok(Json(OfficersView {
        next: last.filter(|_| more),
        items: found.into_iter().map(OfficerView::from).collect(),
    }))
}

/// Propose a new officer of the office. Another admin approves it; each of the two gets half of the one-time password.
#[utoipa::path(post, path = "/v1/officers", tag = "officers", request_body = OfficerBody,
    responses((status = 202, body = ProposedView), (status = 401, description = "Nobody who counts"),
        (status = 403, description = "Not an admin, or a bearer token"), (status = 422, description = "A field")),
    security(("session" = [])))]
pub async fn add(
    State(app): State<Shared>,
    Officer(actor): Officer,
    body: Result<Bytes, BytesRejection>,
) -> Result<impl IntoResponse, Problem> {
    let mut fields = Fields::of_body(body)?;
    let login = fields.required("login", |t| Login::parse(t).map_err(|e| e.rule));
    let name = fields.required("name", |t| Ok::<_, String>(t.to_string()));
    let role = fields.required("role", role);
    fields.finish()?;
    let (Some(login), Some(name), Some(role)) = (login, name, role) else {
        return Err(Problem::not_json());
    };
    let chance = &mut app.chance();
    let proposed = proposals::add_officer(&app.service, chance, actor, &login, &name, role);
    Ok(accepted(&app, proposed.await?))
}

/// Read an officer of the office.
#[utoipa::path(get, path = "/v1/officers/{id}", tag = "officers", params(("id" = String, Path)),
    responses((status = 200, body = OfficerView), (status = 401, description = "Nobody who counts"),
        (status = 403, description = "Not an admin"), (status = 404, description = "Not there, or of another office"),
        (status = 422, description = "The id")), security(("bearer" = []), ("session" = [])))]
pub async fn read(
    State(app): State<Shared>,
    Officer(actor): Officer,
    Path(text): Path<String>,
) -> Result<Json<OfficerView>, Problem> {
    Ok(Json(view(&app, actor, id(&text)?).await?))
}

/// Propose another role for an officer; another admin approves it. Nobody changes their own; the last admin stays.
#[utoipa::path(post, path = "/v1/officers/{id}/role", tag = "officers", params(("id" = String, Path)),
    request_body = RoleBody,
    responses((status = 202, body = ProposedView), (status = 401, description = "Nobody who counts"),
        (status = 403, description = "Not an admin, or a bearer token"), (status = 404, description = "Not there, or of another office"),
        (status = 409, description = "One's own account, or the last admin"), (status = 422, description = "A field")),
    security(("session" = [])))]
pub async fn change_role(
    State(app): State<Shared>,
    Officer(actor): Officer,
    Path(text): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Result<impl IntoResponse, Problem> {
    let id = id(&text)?;
    let mut fields = Fields::of_body(body)?;
    let role = fields.required("role", role);
    fields.finish()?;
    let role = role.ok_or_else(Problem::not_json)?;
    propose(&app, actor, id, Change::Role(role)).await
}

async fn propose(
    app: &Shared,
    actor: Actor,
    id: OfficerId,
    change: Change,
) -> Result<impl IntoResponse + use<>, Problem> {
    let chance = &mut app.chance();
    let proposed = proposals::change_officer(&app.service, chance, actor, id, change).await?;
    Ok(accepted(app, proposed))
}

/// End an officer's login, token and sessions until the account is enabled again.
#[utoipa::path(post, path = "/v1/officers/{id}/disable", tag = "officers", params(("id" = String, Path)),
    responses((status = 200, body = OfficerView), (status = 401, description = "Nobody who counts"),
        (status = 403, description = "Not an admin"), (status = 404, description = "Not there, or of another office"),
        (status = 409, description = "Disabled already, one's own account, or the last admin"),
        (status = 422, description = "The id")), security(("bearer" = []), ("session" = [])))]
pub async fn disable(
    State(app): State<Shared>,
    Officer(actor): Officer,
    Path(text): Path<String>,
) -> Result<Json<OfficerView>, Problem> {
    let id = id(&text)?;
    users::disable(&app.service, &mut app.chance(), actor, id).await?;
    Ok(Json(view(&app, actor, id).await?))
}

/// Propose that a disabled account counts again; another admin approves it.
#[utoipa::path(post, path = "/v1/officers/{id}/enable", tag = "officers", params(("id" = String, Path)),
    responses((status = 202, body = ProposedView), (status = 401, description = "Nobody who counts"),
        (status = 403, description = "Not an admin, or a bearer token"), (status = 404, description = "Not there, or of another office"),
        (status = 409, description = "Not disabled, or one's own account"), (status = 422, description = "The id")),
    security(("session" = [])))]
pub async fn enable(
    State(app): State<Shared>,
    Officer(actor): Officer,
    Path(text): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    propose(&app, actor, id(&text)?, Change::Enable).await
}

/// Propose a new one-time password for an officer who lost password or phone; the code generator is enrolled anew.
/// Another admin approves it; each of the two gets half of the password.
#[utoipa::path(post, path = "/v1/officers/{id}/reset", tag = "officers", params(("id" = String, Path)),
    responses((status = 202, body = ProposedView), (status = 401, description = "Nobody who counts"),
        (status = 403, description = "Not an admin, or a bearer token"), (status = 404, description = "Not there, or of another office"),
        (status = 409, description = "Without a login, or one's own account"), (status = 422, description = "The id")),
    security(("session" = [])))]
pub async fn reset(
    State(app): State<Shared>,
    Officer(actor): Officer,
    Path(text): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    propose(&app, actor, id(&text)?, Change::Reset).await
}
