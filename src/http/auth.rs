//! Officers, by bearer token.

use super::Shared;
use super::problem::Problem;
use crate::domain::officer::Actor;
use crate::store::officers;
use crate::token::BearerToken;
use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

/// The officer who makes the request.
pub struct Officer(pub Actor);

impl FromRequestParts<Shared> for Officer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Problem> {
        let header = parts.headers.get(AUTHORIZATION);
        let text = header.and_then(|value| value.to_str().ok());
        let (scheme, token) = text
            .and_then(|t| t.split_once(' '))
            .ok_or_else(Problem::unauthenticated)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Problem::unauthenticated());
        }
        let token = BearerToken::parse(token.trim()).ok_or_else(Problem::unauthenticated)?;
        let mut tx = app.service.db.read().await?;
        let officer = officers::by_id(&mut tx, token.officer()).await?;
        // An unknown id is compared too, so that both answers take the same steps.
        let hash = officer.as_ref().map_or([0; 32], |o| o.token_hash);
        let fits = token.fits(&hash);
        match officer {
            Some(o) if fits && o.revoked.is_none() => Ok(Self(Actor::Officer {
                id: o.id,
                office: o.office,
                role: o.role,
            })),
            _ => Err(Problem::unauthenticated()),
        }
    }
}
