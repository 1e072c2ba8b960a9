//! The outermost layer: request id, log line, metrics, problem documents and error pages, security headers. Logs and
//! metrics name routes by their template, so that no id reaches them.

use super::Shared;
use super::pages::errors;
use super::problem::Problem;
use crate::clock::Stopwatch;
use crate::domain::ids::AuditId;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, Response, header};
use axum::middleware::Next;

/// Name of the header with the request's id.
pub const REQUEST_ID: &str = "x-request-id";

/// Marks an error answer that is not to become a problem document or the general error page.
#[derive(Debug, Clone, Copy)]
pub struct AsIs;

/// Wraps every request.
pub async fn observe(State(app): State<Shared>, request: Request, next: Next) -> Response<Body> {
    let watch = Stopwatch::start();
    // A client's own id could hold anything, so it is not taken over.
    let id = AuditId::draw(&app.service.clock, &mut app.chance()).to_string();
    let method = request.method().clone();
    let matched = request.extensions().get::<MatchedPath>();
    let route = matched.map_or_else(|| "unmatched".to_string(), |m| m.as_str().to_string());
    let mut frame = errors::frame_for(&request);
    let mut response = next.run(request).await;
    let status = response.status();
    let problem = response.extensions_mut().remove::<Problem>();
    let as_is = response.extensions_mut().remove::<AsIs>().is_some();
    // Who is signed in is found out further inside.
    if let (Some(frame), Some(visitor)) = (&mut frame, response.extensions_mut().remove()) {
        frame.is_seen_by(visitor);
    }
    let problem = problem.or_else(|| {
        (!as_is && (status.is_client_error() || status.is_server_error()))
            .then(|| Problem::of_status(status))
    });
    if let Some(problem) = &problem {
        // What a limit refuses is counted (`ikd_refused_total`); a flood must not become a flood of errors in the log.
        let by_limit = problem.cause().is_none() && problem.retry_after().is_some();
        if problem.status().is_server_error() && !by_limit {
            let cause = problem.cause().unwrap_or("refused by a layer");
            tracing::error!(request_id = id, route, cause, "a request failed");
        }
        let allow = response.headers_mut().remove(header::ALLOW);
        let retry_after = problem.retry_after();
        response = match frame {
            Some(frame) => errors::page(problem, frame, &id),
            None => problem.render(&id),
        };
        if let Some(allow) = allow {
            response.headers_mut().insert(header::ALLOW, allow);
        }
        if let Some(seconds) = retry_after {
            let seconds = HeaderValue::from(seconds);
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
    }
    secure(&mut response, &id);
    let elapsed = watch.elapsed();
    let class = format!("{}xx", response.status().as_u16() / 100);
    let labels = [
        // A client can make up methods; a metric must not grow by them.
        ("method", known(&method).to_string()),
        ("route", route.clone()),
        ("class", class),
    ];
    metrics::counter!("ikd_http_requests_total", &labels).increment(1);
    metrics::histogram!("ikd_http_request_seconds", "route" => route.clone())
        .record(elapsed.as_secs_f64());
    tracing::info!(
        request_id = id,
        method = known(&method),
        route,
        status = response.status().as_u16(),
        micros = elapsed.as_micros() as u64,
        "request"
    );
    response
}

fn known(method: &Method) -> &str {
    match *method {
        Method::GET | Method::HEAD | Method::POST | Method::OPTIONS => method.as_str(),
        _ => "OTHER",
    }
}

/// The headers that every answer has.
pub fn secure(response: &mut Response<Body>, id: &str) {
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // With `no-referrer`, browsers send `Origin: null` even from our own forms.
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=31536000; includeSubDomains",
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let policy = HeaderValue::from_static(
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(policy);
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}
