//! Requests that another site makes a browser send: refused by where they come from, and by a token that only our own
//! pages carry.

use super::Shared;
use super::problem::Problem;
use crate::sessions::Session;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::http::{HeaderMap, Response};
use axum::middleware::Next;
use axum::response::IntoResponse;

/// The form field with the token.
pub const FIELD: &str = "_csrf";
/// The header with the token, for scripts.
pub const HEADER: &str = "x-csrf-token";

/// Refuses a form whose token does not belong to the session.
pub fn check(session: &Session, given: Option<&str>) -> Result<(), Problem> {
    match given {
        Some(token) if session.fits_csrf(token) => Ok(()),
        _ => Err(Problem::foreign_request()),
    }
}

/// Refuses a request whose header `x-csrf-token` does not belong to the session.
pub fn check_header(session: &Session, headers: &HeaderMap) -> Result<(), Problem> {
    check(session, headers.get(HEADER).and_then(|v| v.to_str().ok()))
}

/// Refuses what changes something and comes from another site. A bearer token is never sent by a browser on its own,
/// so it needs no such guard; everything else does, the sign-in too: nobody is to be signed in as somebody else.
pub async fn guard(State(app): State<Shared>, request: Request, next: Next) -> Response<Body> {
    let headers = request.headers();
    if !request.method().is_safe() && !is_by_token(headers) {
        let public = app.service.config.web.public_url.as_deref();
        if is_foreign(headers, public) {
            return Problem::foreign_request().into_response();
        }
    }
    next.run(request).await
}

/// Whether the request carries a bearer token. Other schemes do not count: a browser adds the password for a proxy by
/// itself.
fn is_by_token(headers: &HeaderMap) -> bool {
    let scheme = headers
        .get(AUTHORIZATION)
        .and_then(|v| v.as_bytes().get(..7));
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"bearer "))
}

/// Whether a browser says that another site sent the request. A client that says nothing is no browser of today; it
/// still needs the token.
fn is_foreign(headers: &HeaderMap, public_url: Option<&str>) -> bool {
    let text = |name: &str| headers.get(name).map(|v| v.to_str().unwrap_or("?"));
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(ORIGIN.as_str()) else {
        return false;
    };
    let ours = public_url.map(|url| url.trim_end_matches('/'));
    if ours.is_some_and(|ours| ours.eq_ignore_ascii_case(origin)) {
        return false;
    }
    let host = text(HOST.as_str()).unwrap_or_default();
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    authority.is_none_or(|authority| host.is_empty() || !authority.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let parsed = pairs
            .iter()
            .map(|(n, v)| (n.parse().unwrap(), v.parse().unwrap()));
        parsed.collect()
    }

    #[test]
    fn only_a_bearer_token_needs_no_guard() {
        for (value, by_token) in [
            ("Bearer abc", true),
            ("bearer abc", true),
            ("Basic dXNlcjpwYXNz", false),
            ("Bearer", false),
        ] {
            let headers = headers(&[("authorization", value)]);
            assert_eq!(is_by_token(&headers), by_token, "{value}");
        }
        assert!(!is_by_token(&HeaderMap::new()));
    }

    #[test]
    fn another_site_is_foreign() {
        let public = Some("https://dukcapil.example/");
        for (pairs, foreign) in [
            (&[("host", "a.example")][..], false),
            (&[("sec-fetch-site", "same-origin")], false),
            (&[("sec-fetch-site", "none")], false),
            (&[("sec-fetch-site", "same-site")], true),
            (&[("sec-fetch-site", "cross-site")], true),
            (
                &[
                    ("sec-fetch-site", "cross-site"),
                    ("host", "a.example"),
                    ("origin", "https://a.example"),
                ],
                true,
            ),
            (
                &[("host", "a.example:81"), ("origin", "http://a.example:81")],
                false,
            ),
            (
                &[("host", "a.example"), ("origin", "https://b.example")],
                true,
            ),
            (
                &[("host", "a.example"), ("origin", "https://a.example.evil")],
                true,
            ),
            (&[("host", "a.example"), ("origin", "null")], true),
            (
                &[("host", "inside"), ("origin", "https://dukcapil.example")],
                false,
            ),
            (&[("origin", "https://b.example")], true),
        ] {
            assert_eq!(is_foreign(&headers(pairs), public), foreign, "{pairs:?}");
        }
    }
}
