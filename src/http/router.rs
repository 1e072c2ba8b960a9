//! Which address leads where, and what surrounds every handler.

use super::docs::{self, Head};
use super::{Shared, documents, observe, pictures, probes, public};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::routing::get;
use std::time::Duration;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Largest body of a request.
pub const BODY_MAX: usize = 64 * 1024;

fn described() -> OpenApiRouter<Shared> {
    OpenApiRouter::with_openapi(Head::openapi())
        .routes(routes!(documents::create, documents::list))
        .routes(routes!(documents::search))
        .routes(routes!(documents::read))
        .routes(routes!(documents::revoke_document))
        .routes(routes!(documents::suspend_document))
        .routes(routes!(documents::reinstate_document))
        .routes(routes!(documents::supersede_document))
        .routes(routes!(pictures::negotiated))
        .routes(routes!(pictures::png))
        .routes(routes!(pictures::svg))
        .routes(routes!(public::status_list))
        .routes(routes!(public::trust_list))
        .routes(routes!(public::whole_bundle))
        .routes(routes!(public::jwks))
        .routes(routes!(probes::healthz))
        .routes(routes!(probes::readyz))
        .routes(routes!(probes::metrics))
}

/// The API's description.
pub fn description() -> utoipa::openapi::OpenApi {
    described().split_for_parts().1
}

/// The whole service.
pub fn router(app: Shared) -> Router {
    let http = &app.service.config.http;
    let (timeout, concurrency) = (Duration::from_secs(http.timeout), http.concurrency);
    let (routes, _) = described().split_for_parts();
    routes
        .route("/openapi.json", get(docs::openapi))
        .route("/docs", get(docs::page))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(CatchPanicLayer::new())
        .layer(GlobalConcurrencyLimitLayer::new(concurrency.max(1)))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            timeout,
        ))
        .layer(axum::middleware::from_fn_with_state(
            app.clone(),
            observe::observe,
        ))
        .with_state(app)
}
