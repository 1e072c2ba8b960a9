//! Officers of the API: by bearer token, or by the session of the pages.

use super::Shared;
use super::problem::Problem;
use super::{csrf, session};
use crate::domain::officer::Actor;
use crate::login;
use crate::store::officers;
use crate::token::BearerToken;
use axum::extract::FromRequestParts;
use axum::http::HeaderValue;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

/// The officer who makes the request.
pub struct Officer(pub Actor);

impl FromRequestParts<Shared> for Officer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Problem> {
        // A token that does not count is an error, even beside a session that does.
        match parts.headers.get(AUTHORIZATION) {
            Some(header) => by_token(app, header).await.map(Self),
            None => by_session(app, parts).await.map(Self),
        }
    }
}

async fn by_token(app: &Shared, header: &HeaderValue) -> Result<Actor, Problem> {
    let text = header.to_str().ok();
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
    let hash = officer.as_ref().and_then(|o| o.token_hash);
    let fits = token.fits(&hash.unwrap_or([0; 32])) && hash.is_some();
    match officer {
        Some(o) if fits && o.disabled.is_none() => Ok(login::actor(&o)),
        _ => Err(Problem::unauthenticated()),
    }
}

async fn by_session(app: &Shared, parts: &Parts) -> Result<Actor, Problem> {
    let officer = session::officer(app, parts).await?;
    let officer = officer.ok_or_else(Problem::unauthenticated)?;
    if !parts.method.is_safe() {
        csrf::check_header(&officer.session, &parts.headers)?;
    }
    Ok(officer.actor)
}
