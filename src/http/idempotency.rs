//! The header `Idempotency-Key` on every POST of the API.

use super::router::{self, BODY_MAX};
use super::{Shared, anybody, describe, problem::Problem};
use crate::domain::officer::Actor;
use crate::failure::{Failure, FieldError, Outcome};
use crate::idempotency::{self, Begun, Key, Running};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use axum::middleware::Next;
use axum::response::IntoResponse;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Name of the request's header.
pub const HEADER: &str = "idempotency-key";
/// Marks an answer that was given before.
pub const REPLAYED: &str = "idempotency-replayed";
/// Shortest and longest key. Whoever has no session is known by the key alone, so it must not be guessed.
pub const LENGTH: (usize, usize) = (16, 128);
/// Largest answer of a POST.
const ANSWER_MAX: usize = 4 << 20;

/// An answer as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

/// Wraps every request; only a POST of the API that carries a key is touched.
pub async fn guard(State(app): State<Shared>, request: Request, next: Next) -> Response<Body> {
    let path = request.uri().path();
    let of_api = request.method() == Method::POST && path.starts_with("/v1/");
    if !of_api || is_upload(request.headers()) {
        return next.run(request).await;
    }
    let text = match key(request.headers()) {
        Ok(None) => return next.run(request).await,
        Ok(Some(text)) => text,
        Err(problem) => return problem.into_response(),
    };
    let (mut parts, body) = request.into_parts();
    let principal = match anybody::resolve(&app, &mut parts).await {
        // Who is not known gets no further here, whatever the key; their key counts where everybody may send.
        Ok(found) if found.actor == Actor::Stranger && !is_open(&parts.extensions) => {
            return next.run(Request::from_parts(parts, body)).await;
        }
        Ok(found) => principal(found.actor),
        Err(problem) => return problem.into_response(),
    };
    let Ok(body) = to_bytes(body, BODY_MAX).await else {
        return Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE).into_response();
    };
    let address = parts.uri.path_and_query().map_or("", |p| p.as_str());
    let method = parts.method.as_str();
    let key = Key::new(&app.service, &principal, &text, method, address, &body);
    match idempotency::begin(&app.service, key).await {
        Ok(Begun::Now(running)) => {
            let request = Request::from_parts(parts, Body::from(body));
            let done = tokio::spawn(run(app, running, request, next));
            // A client that goes away does not stop what it began: the next try finds the answer.
            done.await.unwrap_or_else(|_| {
                Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR).into_response()
            })
        }
        Ok(Begun::Before(kept)) => match again(&kept) {
            Some(response) => response,
            None => Problem::from(Failure::Row("idempotency.response")).into_response(),
        },
        Ok(Begun::Erased) => Problem::answer_erased().into_response(),
        Ok(Begun::Still(seconds)) => Problem::still_running(seconds).into_response(),
        Ok(Begun::Other) => Problem::key_of_another().into_response(),
        Err(failure) => Problem::from(failure).into_response(),
    }
}

/// Whether the address takes requests of people who are not known.
fn is_open(extensions: &Extensions) -> bool {
    static OPEN: LazyLock<BTreeSet<String>> =
        LazyLock::new(|| describe::open_posts(&router::description()));
    let path = extensions.get::<MatchedPath>();
    path.is_some_and(|path| OPEN.contains(path.as_str()))
}

/// Uploads are not kept in memory; they resume by themselves.
fn is_upload(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let kind = kind.unwrap_or_default().to_ascii_lowercase();
    let plain = kind.is_empty() || kind.contains("json") || kind.starts_with("text/");
    let form = kind.starts_with("application/x-www-form-urlencoded");
    !plain && !form
}

fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut all = headers.get_all(HEADER).iter();
    let Some(value) = all.next() else {
        return Ok(None);
    };
    let wrong = || {
        let rule = "must stand once and have 16 to 128 printable ASCII characters, such as a UUID";
        Problem::fields(vec![FieldError::new(HEADER, rule)])
    };
    let text = value.to_str().map_err(|_| wrong())?;
    let fits = (LENGTH.0..=LENGTH.1).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_graphic())
        && all.next().is_none();
    fits.then(|| Some(text.to_string())).ok_or_else(wrong)
}

/// Whose key it is. A role is part of it: who is no signer any more gets no signer's answers.
fn principal(actor: Actor) -> Vec<u8> {
    let role = actor.officer().map_or("", |(_, role)| role.name());
    match actor {
        // All guests are called the same in the audit trail.
        Actor::Guest(id) => format!("guest {id}"),
        other => format!("{other} {role}"),
    }
    .into_bytes()
}

async fn run(app: Shared, running: Running, request: Request, next: Next) -> Response<Body> {
    let response = next.run(request).await;
    if !response.status().is_success() {
        let released = idempotency::release(&app.service, running).await;
        note(released);
        return response;
    }
    let (parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, ANSWER_MAX).await else {
        return Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR).into_response();
    };
    let kept = kept(parts.status, &parts.headers, &body);
    let finished = idempotency::finish(&app.service, &mut app.chance(), running, &kept).await;
    note(finished);
    Response::from_parts(parts, Body::from(body))
}

/// What was asked for is done by then; a second try of the same would be told so by its state.
fn note(result: Outcome<()>) {
    if let Err(cause) = result {
        tracing::error!(%cause, "an answer could not be kept for repetitions");
    }
}

fn kept(status: StatusCode, headers: &HeaderMap, body: &Bytes) -> Vec<u8> {
    let headers = headers.iter().filter(|(name, _)| *name != CONTENT_LENGTH);
    let pair = |(name, value): (&HeaderName, &HeaderValue)| {
        let value = value.to_str().ok()?;
        Some((name.as_str().to_string(), value.to_string()))
    };
    let kept = Kept {
        status: status.as_u16(),
        headers: headers.filter_map(pair).collect(),
        body: STANDARD.encode(body),
    };
    serde_json::to_vec(&kept).unwrap_or_default()
}

fn again(kept: &[u8]) -> Option<Response<Body>> {
    let kept: Kept = serde_json::from_slice(kept).ok()?;
    let body = STANDARD.decode(kept.body).ok()?;
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(kept.status).ok()?;
    for (name, value) in kept.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        let mut value = HeaderValue::from_str(&value).ok()?;
        value.set_sensitive(name == axum::http::header::SET_COOKIE);
        response.headers_mut().append(name, value);
    }
    let replayed = HeaderValue::from_static("true");
    response.headers_mut().insert(REPLAYED, replayed);
    Some(response)
}
