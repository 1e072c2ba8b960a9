//! Who of the public makes a request: a citizen with an account, a guest with one application, or nobody.

use super::Shared;
use super::pages::{Who, WhoKind};
use super::problem::Problem;
use super::session;
use crate::accounts;
use crate::domain::ids::{AccountId, ApplicationId};
use crate::domain::officer::Actor;
use crate::failure::Outcome;
use crate::sessions::{Principal, Session};
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, Response};
use axum::response::{IntoResponse, Redirect};

/// A citizen who is signed in with an account that is open.
#[derive(Clone)]
pub struct Citizen {
    /// The account.
    pub account: AccountId,
    /// As the use cases know them.
    pub actor: Actor,
    /// The session, for its token.
    pub session: Session,
    /// The name in the register.
    pub name: String,
}

/// Somebody of the public.
#[derive(Clone)]
pub enum Visitor {
    /// Signed in with an account.
    Citizen(Box<Citizen>),
    /// Let in by registration number and code, to that one application.
    Guest {
        /// Which.
        application: ApplicationId,
        /// The session, for its token.
        session: Box<Session>,
    },
    /// Not signed in, or an officer.
    Nobody,
}

impl Visitor {
    /// As the use cases know them; none for nobody.
    pub fn actor(&self) -> Option<Actor> {
        match self {
            Self::Citizen(citizen) => Some(citizen.actor),
            Self::Guest { application, .. } => Some(Actor::Guest(*application)),
            Self::Nobody => None,
        }
    }

    /// Their session; none for nobody.
    pub fn session(&self) -> Option<&Session> {
        match self {
            Self::Citizen(citizen) => Some(&citizen.session),
            Self::Guest { session, .. } => Some(session),
            Self::Nobody => None,
        }
    }
}

impl Visitor {
    /// For the header of a page; none for nobody.
    pub fn who(&self) -> Option<Who> {
        let (name, kind) = match self {
            Self::Citizen(citizen) => (citizen.name.clone(), WhoKind::Citizen),
            Self::Guest { .. } => (String::from("Tamu"), WhoKind::Guest),
            Self::Nobody => return None,
        };
        Some(Who {
            name,
            label: String::new(),
            kind,
        })
    }
}

impl FromRequestParts<Shared> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Problem> {
        // Found before the handler ran.
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(known.clone());
        }
        match session::current(app, &parts.headers).await? {
            Some(session) => Ok(Self::of(app, session).await?),
            None => Ok(Self::Nobody),
        }
    }
}

impl Visitor {
    /// Whose session that is now.
    pub async fn of(app: &Shared, session: Session) -> Outcome<Self> {
        match session.principal {
            Principal::Officer(_) => Ok(Self::Nobody),
            Principal::Guest(application) => Ok(Self::Guest {
                application,
                session: Box::new(session),
            }),
            Principal::Citizen(account) => {
                let mut tx = app.service.db.read().await?;
                // An account whose holder the register has no more opens nothing, whatever its sessions say.
                let holder = accounts::holder(&app.service, &mut tx, account).await?;
                Ok(holder.map_or(Self::Nobody, |holder| {
                    Self::Citizen(Box::new(Citizen {
                        account,
                        actor: Actor::Citizen(account),
                        session,
                        name: holder.person.nama,
                    }))
                }))
            }
        }
    }
}

impl FromRequestParts<Shared> for Citizen {
    type Rejection = Response<Body>;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Response<Body>> {
        let visitor = Visitor::from_request_parts(parts, app).await;
        match visitor.map_err(IntoResponse::into_response)? {
            Visitor::Citizen(citizen) => Ok(*citizen),
            Visitor::Guest { .. } | Visitor::Nobody => Err(sign_in_first(parts)),
        }
    }
}

/// A page leads to the sign-in and back; the API says 401.
pub fn sign_in_first(parts: &Parts) -> Response<Body> {
    let path = parts.uri.path();
    if path.starts_with("/v1/") || !matches!(parts.method, Method::GET | Method::HEAD) {
        return Problem::sign_in_needed().into_response();
    }
    let back: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
    Redirect::to(&format!("/masuk?lanjut={back}")).into_response()
}

/// Where a sign-in may lead on to: a path of ours, never another site.
pub fn way_back(text: &str) -> Option<&str> {
    let path = text.strip_prefix('/')?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_./?=&".contains(&b);
    let fits = text.len() <= 200 && !path.starts_with('/') && path.bytes().all(plain);
    fits.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_stays_here() {
        for here in ["/akun", "/permohonan/018f-a?langkah=2&x=1", "/"] {
            assert_eq!(way_back(here), Some(here));
        }
        for away in [
            "",
            "akun",
            "//jahat.id",
            "/\\jahat.id",
            "https://jahat.id",
            "/a b",
            "/%2f",
            "/\t/jahat.id",
            "/a#b",
            "/@jahat.id:1",
        ] {
            assert_eq!(way_back(away), None, "{away}");
        }
    }
}
