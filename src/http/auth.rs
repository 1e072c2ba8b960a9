//! Officers of the API: by bearer token, or by the session of the pages.

use super::Shared;
use super::problem::Problem;
use super::{csrf, session};
use crate::domain::ids::OfficerId;
use crate::domain::officer::Actor;
use crate::failure::Outcome;
use crate::line::Line;
use crate::login;
use crate::service::Service;
use crate::store::officers::{self, Officer as Row};
use crate::token::BearerToken;
use axum::extract::FromRequestParts;
use axum::http::HeaderValue;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use std::collections::{BTreeSet, HashMap};

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
    let officer = app.officers.find(&app.service, token.officer()).await?;
    // An unknown id is compared too, so that both answers take the same steps.
    let hash = officer.as_ref().and_then(|o| o.token_hash);
    let fits = token.fits(&hash.unwrap_or([0; 32])) && hash.is_some();
    match officer {
        Some(o) if fits && login::counts(&app.service, &o) => Ok(login::actor(&o)),
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

/// Look-ups of officers by the ids in tokens; those that wait at the same moment are read together. Nothing is
/// remembered: an officer who is disabled is refused with the next request.
pub struct Officers(Line<OfficerId, Option<Row>>);

impl Default for Officers {
    fn default() -> Self {
        Self(Line::new(256))
    }
}

impl Officers {
    async fn find(&self, service: &Service, id: OfficerId) -> Outcome<Option<Row>> {
        match self.0.ask(id).await {
            Some(found) => Ok(found),
            // Whoever is not answered asks alone, and learns why.
            None => officers::look_up(&service.db, id).await,
        }
    }

    /// Reads for one group after the other.
    pub async fn work(&self, service: &Service) {
        loop {
            let group = self.0.next(64).await;
            let ids: BTreeSet<OfficerId> = group.iter().map(|one| one.asks).collect();
            let Ok(found) = read(service, ids).await else {
                continue;
            };
            for one in group {
                let row = found.get(&one.asks).cloned();
                one.give(row);
            }
        }
    }
}

async fn read(service: &Service, ids: BTreeSet<OfficerId>) -> Outcome<HashMap<OfficerId, Row>> {
    let mut found = HashMap::new();
    for id in ids {
        if let Some(row) = officers::look_up(&service.db, id).await? {
            found.insert(id, row);
        }
    }
    Ok(found)
}
