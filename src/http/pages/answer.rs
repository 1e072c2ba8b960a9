//! A page as an answer.

use super::frame::Frame;
use super::language;
use crate::http::observe::AsIs;
use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

/// Own files only: nothing inline, nothing from elsewhere, no framing, forms only to here. `blob:` and `data:` are for
/// previews and for the small portraits that a checked document carries.
pub const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
    img-src 'self' blob: data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The page, with 200.
pub fn page(frame: &Frame, content: &impl Template) -> Response {
    page_with(StatusCode::OK, frame, content)
}

/// The page with a status, e.g. 422 for a form that is shown again with its errors.
pub fn page_with(status: StatusCode, frame: &Frame, content: &impl Template) -> Response {
    let html = match content.render() {
        Ok(html) => html,
        Err(cause) => {
            tracing::error!(%cause, "a page could not be made");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let mut response = (status, Html(html)).into_response();
    // An error page of our own is not to be replaced by the general one.
    response.extensions_mut().insert(AsIs);
    let headers = response.headers_mut();
    let personal = frame.who.is_some() || frame.csrf.is_some();
    let cache = if personal || status != StatusCode::OK {
        "no-store"
    } else {
        "private, no-cache"
    };
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, cache),
        (header::CONTENT_LANGUAGE, frame.html_lang()),
        (header::VARY, "cookie, accept-language"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if frame.chosen {
        headers.append(header::SET_COOKIE, language::remember(frame.lang));
    }
    response
}
