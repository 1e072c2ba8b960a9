//! Whoever makes a request about applications: an officer, a citizen, a guest, or nobody who is known.

use super::Shared;
use super::auth::Officer;
use super::csrf;
use super::problem::Problem;
use super::session::{self, Current};
use crate::accounts;
use crate::domain::officer::Actor;
use crate::sessions::{Principal, Session};
use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

/// Whoever makes the request, signed in or not.
pub struct Anybody {
    /// As the use cases know them; [`Actor::Stranger`] for nobody who is known.
    pub actor: Actor,
    /// Their session, if they came with a cookie that counts.
    pub session: Option<Session>,
}

/// Whoever makes the request, signed in.
pub struct Somebody(pub Actor);

impl Anybody {
    const NOBODY: Self = Self {
        actor: Actor::Stranger,
        session: None,
    };
}

/// Who makes the request, without a look at the token against foreign requests.
///
/// # Errors
/// A bearer token that does not count, even beside a session that does.
pub async fn resolve(app: &Shared, parts: &mut Parts) -> Result<Anybody, Problem> {
    if parts.headers.contains_key(AUTHORIZATION) {
        let Officer(actor) = Officer::from_request_parts(parts, app).await?;
        return Ok(Anybody {
            actor,
            session: None,
        });
    }
    let Current(Some(session)) = Current::from_request_parts(parts, app).await? else {
        return Ok(Anybody::NOBODY);
    };
    let actor = match session.principal {
        Principal::Guest(id) => Some(Actor::Guest(id)),
        Principal::Officer(_) => {
            let officer = session::officer(app, parts).await?;
            officer.map(|officer| officer.actor)
        }
        Principal::Citizen(account) => {
            let mut tx = app.service.db.read().await?;
            let holder = accounts::holder(&app.service, &mut tx, account).await?;
            holder.map(|_| Actor::Citizen(account))
        }
    };
    Ok(actor.map_or(Anybody::NOBODY, |actor| Anybody {
        actor,
        session: Some(session),
    }))
}

impl FromRequestParts<Shared> for Anybody {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Problem> {
        let found = resolve(app, parts).await?;
        if let Some(session) = &found.session
            && !parts.method.is_safe()
        {
            csrf::check_header(session, &parts.headers)?;
        }
        Ok(found)
    }
}

impl FromRequestParts<Shared> for Somebody {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Problem> {
        match Anybody::from_request_parts(parts, app).await?.actor {
            Actor::Stranger => Err(Problem::unauthenticated()),
            actor => Ok(Self(actor)),
        }
    }
}
