//! What a session is: whose, and the token that its requests carry.

use super::Shared;
use super::anybody::Anybody;
use super::problem::Problem;
use crate::domain::officer::Actor;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// Who makes the request.
#[derive(Serialize, ToSchema)]
#[schema(as = Session, example = json!({"kind": "guest", "id": "019a4f00-0000-7000-8000-000000000001",
    "csrf": "q8V3m0sQy0m3d1bHq1cTgkX0m2jN4rS6tU8vW0xY2zA", "ends_at": 1790043200}))]
pub struct SessionView {
    /// `officer`, `citizen` or `guest`.
    pub kind: &'static str,
    /// Id of the officer, the account, or the one application of a guest.
    pub id: String,
    /// Officers: their role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<&'static str>,
    /// For the header `x-csrf-token` of requests that change something; absent with a bearer token, which needs none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub csrf: Option<String>,
    /// When the session ends, used or not, epoch seconds; without use it ends 30 minutes after the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<i64>,
}

/// Read who you are signed in as.
#[utoipa::path(get, path = "/v1/session", tag = "account", responses((status = 200, body = SessionView)),
    security(("bearer" = []), ("session" = [])))]
pub async fn session(
    State(app): State<Shared>,
    anybody: Anybody,
) -> Result<Json<SessionView>, Problem> {
    let (kind, id) = match anybody.actor {
        Actor::Officer { id, .. } => ("officer", id.to_string()),
        Actor::Citizen(id) => ("citizen", id.to_string()),
        Actor::Guest(id) => ("guest", id.to_string()),
        // A phone proves its key in each request and has no session.
        Actor::Device(_) | Actor::Stranger | Actor::Local => {
            return Err(Problem::unauthenticated());
        }
    };
    let mut chance = app.chance();
    Ok(Json(SessionView {
        kind,
        id,
        role: anybody.actor.officer().map(|(_, role)| role.name()),
        csrf: anybody.session.as_ref().map(|s| s.masked_csrf(&mut chance)),
        ends_at: anybody.session.map(|session| session.expires),
    }))
}
