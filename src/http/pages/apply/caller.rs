//! Who fills in: a citizen, a guest with this one application, or an operator at the counter.

use crate::domain::ids::ApplicationId;
use crate::domain::officer::{Actor, OfficerRole};
use crate::failure::{Failure, Thing};
use crate::http::Shared;
use crate::http::citizen::Visitor;
use crate::http::problem::Problem;
use crate::http::session::{self, SignedIn};
use crate::sessions::Session;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;

/// Whoever fills in an application, with their session; a stranger has none.
pub struct Caller {
    /// As the use cases know them.
    pub actor: Actor,
    /// For the token of forms.
    pub session: Option<Session>,
}

impl Caller {
    /// The session of somebody who is no stranger.
    pub fn session(&self) -> Result<&Session, Problem> {
        let session = self.session.as_ref();
        session.ok_or_else(|| Failure::NotFound(Thing::Application).into())
    }
}

impl FromRequestParts<Shared> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Problem> {
        let officer: Option<SignedIn> = session::officer(app, parts).await?;
        if let Some(officer) = officer.filter(|o| o.role == OfficerRole::Operator) {
            return Ok(Self {
                actor: officer.actor,
                session: Some(officer.session),
            });
        }
        Ok(match Visitor::from_request_parts(parts, app).await? {
            Visitor::Citizen(citizen) => Self {
                actor: citizen.actor,
                session: Some(citizen.session),
            },
            Visitor::Guest {
                application,
                session,
            } => Self {
                actor: Actor::Guest(application),
                session: Some(*session),
            },
            Visitor::Nobody => Self {
                actor: Actor::Stranger,
                session: None,
            },
        })
    }
}

/// An application's id in an address; a text that is none names no application.
pub fn id(text: &str) -> Result<ApplicationId, Problem> {
    ApplicationId::parse(text).map_err(|_| Failure::NotFound(Thing::Application).into())
}
