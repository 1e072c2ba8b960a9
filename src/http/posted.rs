//! Forms as browsers send them.

use super::csrf;
use super::problem::Problem;
use crate::sessions::Session;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};

/// The fields of a form that was sent.
pub struct Posted(Vec<(String, String)>);

impl Posted {
    /// The fields of a body of `application/x-www-form-urlencoded`; whatever is not encoded rightly is taken as it stands.
    pub fn parse(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    /// What a field holds; empty where it was not sent.
    pub fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value)
    }

    /// Everything that was chosen under one name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let found = self.0.iter().filter(move |(field, _)| field == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Refuses a form that was not made for this session.
    pub fn belongs_to(&self, session: &Session) -> Result<(), Problem> {
        csrf::check(session, Some(self.get(csrf::FIELD)))
    }
}

impl<S: Send + Sync> FromRequest<S> for Posted {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let kind = kind
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        if !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(Problem::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let body = Bytes::from_request(request, state).await;
        let body = body.map_err(|e| Problem::of_status(e.status()))?;
        Ok(Self::parse(&body))
    }
}
