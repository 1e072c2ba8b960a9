//! Errors as RFC 9457 problem documents: fixed titles, fields and rules, never an inner cause.

mod failures;

use crate::domain::appointment::SlotFault;
use crate::failure::{Failure, FieldError, Thing};
use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use serde_json::json;

/// A problem document before it is told its request's id.
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    kind: &'static str,
    title: &'static str,
    detail: Option<String>,
    errors: Vec<FieldError>,
    /// Seconds until it is worth trying again.
    retry_after: Option<i64>,
    /// For the log, where it is our fault.
    cause: Option<String>,
}

impl Problem {
    fn new(status: StatusCode, kind: &'static str, title: &'static str) -> Self {
        Self {
            status,
            kind,
            title,
            detail: None,
            errors: Vec::new(),
            retry_after: None,
            cause: None,
        }
    }

    fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Fields that break their rules.
    pub fn fields(errors: Vec<FieldError>) -> Self {
        let problem = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid-fields",
            "Some fields are not acceptable",
        );
        Self { errors, ..problem }
    }

    /// The body is not JSON, or not an object.
    pub fn not_json() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "not-json",
            "The body is not a JSON object",
        )
    }

    /// No bearer token that counts.
    pub fn unauthenticated() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthenticated",
            "A bearer token or a session is needed",
        )
    }

    /// Nobody is signed in, or the session has ended.
    pub fn sign_in_needed() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "sign-in-needed",
            "Sign in with an account first",
        )
        .detail("POST /v1/account/sign-ins; the session ends after 30 minutes without use")
    }

    /// The code does not fit, or was used, or came too late; which of these is not told.
    pub fn wrong_code() -> Self {
        Self::fields(vec![FieldError::new(
            "code",
            "is wrong, was used or is older than 10 minutes; ask for a new one",
        )])
    }

    /// Number and code of a receipt do not belong together, or there is no such number; which of these is not told.
    pub fn wrong_receipt() -> Self {
        Self::fields(vec![FieldError::new(
            "code",
            "and registration number do not belong together; look at the receipt again",
        )])
    }

    /// Another site made the browser send it, or the page is older than the session.
    pub fn foreign_request() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "foreign-request",
            "The request does not come from a page of this session",
        )
        .detail("open the page again and repeat")
    }

    /// The request with that idempotency key is still being done.
    pub fn still_running(retry_after: i64) -> Self {
        let mut problem = Self::new(
            StatusCode::CONFLICT,
            "still-running",
            "A request with this idempotency key is still being done",
        )
        .detail("repeat it a little later");
        problem.retry_after = Some(retry_after);
        problem
    }

    /// The request was done; its answer was erased with somebody whom it was about.
    pub fn answer_erased() -> Self {
        Self::new(
            StatusCode::GONE,
            "answer-erased",
            "The request was done before, and its answer was erased",
        )
        .detail("it is not done again; read what it was about to see how it stands")
    }

    /// The idempotency key came with another request before.
    pub fn key_of_another() -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "idempotency-key-reused",
            "This idempotency key came with another request before",
        )
        .detail(
            "draw a new key for each request; repeat a request with its own key and the same body",
        )
    }

    /// No bearer token of an agency that counts.
    pub fn unknown_agency() -> Self {
        let title = "A bearer token of an agency is needed";
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", title)
    }

    /// None of the formats that the client accepts.
    pub fn not_acceptable() -> Self {
        Self::of_status(StatusCode::NOT_ACCEPTABLE).detail("offered: image/png, image/svg+xml")
    }

    /// A problem known by its status alone: what the framework or a layer answered.
    pub fn of_status(status: StatusCode) -> Self {
        let (kind, title) = match status {
            StatusCode::BAD_REQUEST => ("bad-request", "The request is malformed"),
            StatusCode::NOT_FOUND => ("not-found", "There is no such thing here"),
            StatusCode::METHOD_NOT_ALLOWED => (
                "method-not-allowed",
                "This address does not take that method",
            ),
            StatusCode::NOT_ACCEPTABLE => {
                ("not-acceptable", "It is not there in an accepted format")
            }
            StatusCode::PAYLOAD_TOO_LARGE => ("body-too-large", "The body is larger than 64 KiB"),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => (
                "unsupported-media-type",
                "The body must be application/json",
            ),
            StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT => {
                ("timeout", "The request took too long")
            }
            StatusCode::SERVICE_UNAVAILABLE => ("unavailable", "The service cannot answer now"),
            s if s.is_client_error() => ("bad-request", "The request is not acceptable"),
            _ => ("internal", "Something went wrong here"),
        };
        Self::new(status, kind, title)
    }

    /// More is being received than there is room for.
    pub fn busy(retry_after: i64) -> Self {
        let mut problem = Self::of_status(StatusCode::SERVICE_UNAVAILABLE)
            .detail("more files are being received than there is room for; try again in a moment");
        problem.retry_after = Some(retry_after);
        problem
    }

    /// As many requests as there are places for are being worked on.
    pub fn crowded(retry_after: i64) -> Self {
        let mut problem = Self::of_status(StatusCode::SERVICE_UNAVAILABLE).detail(
            "more requests are being worked on than there are places; try again in a moment",
        );
        problem.retry_after = Some(retry_after);
        problem
    }

    /// So many requests of that address are being worked on that the next one has to wait.
    pub fn too_many_at_once(retry_after: i64) -> Self {
        let mut problem = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too-many",
            "Too many requests of this address at the same time",
        )
        .detail("send fewer at the same time, or try again in a moment");
        problem.retry_after = Some(retry_after);
        problem
    }

    /// The body came too slowly.
    pub fn slow() -> Self {
        Self::of_status(StatusCode::REQUEST_TIMEOUT)
            .detail("the body came too slowly; try again with a better connection")
    }

    /// Seconds until it is worth trying again, where that is known.
    pub fn retry_after(&self) -> Option<i64> {
        self.retry_after
    }

    /// Its status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// What to log, where it is our fault.
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// The document.
    pub fn render(&self, request_id: &str) -> Response<Body> {
        let mut body = json!({
            "type": format!("urn:ikd:problem:{}", self.kind),
            "title": self.title,
            "status": self.status.as_u16(),
            "request_id": request_id,
        });
        if let Some(detail) = &self.detail {
            body["detail"] = json!(detail);
        }
        if !self.errors.is_empty() {
            let errors = self.errors.iter();
            let errors = errors.map(|e| json!({"field": e.field, "reason": e.reason}));
            body["errors"] = errors.collect();
        }
        let mut response = Response::new(Body::from(body.to_string()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// The outermost layer renders it, because it knows the request's id.
impl IntoResponse for Problem {
    fn into_response(self) -> Response<Body> {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
