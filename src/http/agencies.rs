//! What agencies with an agreement read.

use super::Shared;
use super::bodies::Fields;
use super::problem::Problem;
use crate::agencies::feed;
use crate::agencies::token::AgencyToken;
use crate::domain::ids::ChangeId;
use crate::failure::{Failure, Thing};
use axum::extract::{RawQuery, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

const CURSOR: HeaderName = HeaderName::from_static("ikd-cursor");
const MORE: HeaderName = HeaderName::from_static("ikd-more");

fn token(headers: &HeaderMap) -> Option<AgencyToken> {
    let text = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = text.split_once(' ')?;
    let bearer = scheme.eq_ignore_ascii_case("bearer");
    AgencyToken::parse(token.trim()).filter(|_| bearer)
}

/// Changes of documents, for an agency with an agreement: a batch of at most 500, signed for it.
///
/// `ikd-cursor` of the answer is the `cursor` of the next request; it stays good, so that an answer that was lost
/// can be asked for again. `ikd-more: true` says that there is more already.
#[utoipa::path(get, path = "/v1/changes", tag = "agencies",
    params(("cursor" = Option<String>, Query, description = "`ikd-cursor` of an earlier answer; none to begin")),
    responses((status = 200, description = "A batch", content_type = "application/ikd-changes+cwt",
            headers(("ikd-cursor" = String, description = "Where to go on"), ("ikd-more" = bool))),
        (status = 204, description = "Nothing new for this agency",
            headers(("ikd-cursor" = String, description = "Where to go on"), ("ikd-more" = bool))),
        (status = 401, description = "No token of an agency"),
        (status = 403, description = "The agreement has not begun, has ended or was cut off"),
        (status = 422, description = "A parameter")),
    security(("bearer" = [])))]
pub async fn changes(
    State(app): State<Shared>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let token = token(&headers).ok_or_else(Problem::unknown_agency)?;
    let mut fields = Fields::of_query(query.as_deref())?;
    let cursor = fields.optional("cursor", |text| {
        ChangeId::parse(text).map_err(|_| "must be `ikd-cursor` of an earlier answer")
    });
    fields.finish()?;
    let pulled = feed::pull(&app.service, &token, cursor).await;
    let pulled = pulled.map_err(|failure| match failure {
        Failure::NotFound(Thing::Agency) => Problem::unknown_agency(),
        other => other.into(),
    })?;
    let mut response = match pulled.batch {
        Some(batch) => (
            [(
                CONTENT_TYPE,
                HeaderValue::from_static(credential::changes::TYP),
            )],
            batch,
        )
            .into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let more = if pulled.more { "true" } else { "false" };
    headers.insert(MORE, HeaderValue::from_static(more));
    if let Some(next) = pulled.next
        && let Ok(value) = HeaderValue::from_str(&next.to_string())
    {
        headers.insert(CURSOR, value);
    }
    Ok(response)
}
