//! Leave of an office to issue cards without an application, or to end more documents than one officer may in a day.

use super::Shared;
use super::auth::Officer;
use super::bodies::Fields;
use super::problem::Problem;
use super::proposals::{ProposedView, accepted};
use crate::failure::Failure;
use crate::proposals::{self, Wanted};
use crate::{domain::rights, mandates};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::IntoResponse;
use serde::Serialize;
use utoipa::ToSchema;

/// A mandate.
#[derive(Serialize, ToSchema)]
#[schema(as = Mandate)]
pub struct MandateView {
    /// Names the mandate.
    #[schema(example = "019a4f00-0000-7000-8000-0000000000e1")]
    id: String,
    /// Leave for what: `issue` cards without an application, or `end` documents beyond what one officer may in a day.
    #[schema(example = "issue")]
    act: &'static str,
    /// How many cards, or documents ended.
    #[schema(example = 200)]
    cards: u32,
    /// How many are issued or set aside for issuing, or ended.
    #[schema(example = 17)]
    used: u32,
    /// Until when it counts, epoch seconds.
    ends: i64,
    /// The proposal it came of; left out where one person at the machine gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    proposal: Option<String>,
}

/// Mandates, the one that ends last first.
#[derive(Serialize, ToSchema)]
#[schema(as = Mandates)]
pub struct MandatesView {
    /// At most 50.
    items: Vec<MandateView>,
}

/// A new mandate: either of the two numbers.
#[derive(ToSchema)]
#[schema(as = NewMandate)]
#[allow(dead_code, reason = "only described; the fields are read one by one")]
pub struct MandateBody {
    /// How many cards, 1 to 100,000.
    #[schema(example = 200, minimum = 1, maximum = 100_000, nullable = false)]
    cards: Option<u32>,
    /// How many documents are ended beyond what one officer may end in a day, 1 to 100,000.
    #[schema(minimum = 1, maximum = 100_000, nullable = false)]
    ends: Option<u32>,
}

/// List the office's leave to issue cards without an application and to end many documents (signers, admins, auditors).
#[utoipa::path(get, path = "/v1/mandates", tag = "proposals",
    responses((status = 200, body = MandatesView), (status = 401, description = "Nobody who counts"),
        (status = 403, description = "The role")), security(("bearer" = []), ("session" = [])))]
pub async fn list(
    State(app): State<Shared>,
    Officer(actor): Officer,
) -> Result<Json<MandatesView>, Problem> {
    let role = actor.officer().map(|(_, role)| role);
    let office = actor
        .office()
        .filter(|_| role.is_some_and(rights::may_see_proposals));
    let office = office.ok_or(Failure::Role)?;
    let mut tx = app.service.db.read().await?;
    let found = mandates::list(&app.service, &mut tx, office).await?;
    let items = found.into_iter().map(|mandate| MandateView {
        id: mandate.id.to_string(),
        act: mandate.kind.name(),
        cards: mandate.cards,
        used: mandate.used,
        ends: mandate.ends,
        proposal: mandate.proposal.map(|id| id.to_string()),
    });
    Ok(Json(MandatesView {
        items: items.collect(),
    }))
}

/// Propose leave to issue so many cards without an application, or to end so many documents beyond what one officer may
/// end in a day, within 24 hours from the approval of somebody else. Proposer and approver are people who signed in.
#[utoipa::path(post, path = "/v1/mandates", tag = "proposals", request_body = MandateBody,
    responses((status = 202, body = ProposedView), (status = 401, description = "Nobody who counts"),
        (status = 403, description = "The role, or a bearer token: it takes a person who signed in"),
        (status = 422, description = "The number")), security(("session" = [])))]
pub async fn propose(
    State(app): State<Shared>,
    Officer(actor): Officer,
    body: Result<Bytes, BytesRejection>,
) -> Result<impl IntoResponse, Problem> {
    let mut fields = Fields::of_body(body)?;
    let (cards, ends) = (fields.number_if_any("cards"), fields.number_if_any("ends"));
    fields.finish()?;
    let number = |n: i64| u32::try_from(n).unwrap_or_default();
    let wanted = match (cards, ends) {
        (Some(cards), None) => Wanted::Cards(number(cards)),
        (None, Some(ends)) => Wanted::Ends(number(ends)),
        _ => return Err(Failure::field("cards", "either cards or ends must be given").into()),
    };
    let chance = &mut app.chance();
    let proposed = proposals::mandate(&app.service, chance, actor, wanted).await?;
    Ok(accepted(&app, proposed))
}
