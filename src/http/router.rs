//! Which address leads where, and what surrounds every handler.

use super::docs::{self, Head};
use super::pressure;
use super::shelf::Front;
use super::{
    Shared, account, agencies, catalogue, checks, csrf, describe, documents, household,
    idempotency, observe, office, officers, outbox, pages, phones, pictures, probes, public, queue,
    session, wallet, whoami,
};
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
        .routes(routes!(account::register))
        .routes(routes!(account::confirm_registration))
        .routes(routes!(account::sign_in))
        .routes(routes!(account::confirm_sign_in))
        .routes(routes!(account::sign_out))
        .routes(routes!(account::read))
        .routes(routes!(account::change_contact))
        .routes(routes!(account::confirm_contact))
        .routes(routes!(account::close))
        .routes(routes!(account::confirm_close))
        .routes(routes!(account::close_at_counter))
        .routes(routes!(household::family))
        .routes(routes!(household::documents))
        .routes(routes!(household::enter))
        .routes(routes!(public::status_list))
        .routes(routes!(public::trust_list))
        .routes(routes!(public::root_key))
        .routes(routes!(public::whole_bundle))
        .routes(routes!(public::jwks))
        .routes(routes!(officers::list, officers::add))
        .routes(routes!(officers::read))
        .routes(routes!(officers::change_role))
        .routes(routes!(officers::disable))
        .routes(routes!(officers::enable))
        .routes(routes!(officers::reset))
        .routes(routes!(whoami::session))
        .routes(routes!(catalogue::all))
        .routes(routes!(catalogue::one))
        .routes(routes!(catalogue::offices))
        .merge(application_routes())
        .routes(routes!(office::policy, office::change_policy))
        .routes(routes!(office::audit_trail))
        .routes(routes!(phones::open))
        .routes(routes!(phones::cancel))
        .routes(routes!(phones::search))
        .routes(routes!(phones::revoke))
        .routes(routes!(wallet::redeem))
        .routes(routes!(wallet::challenge))
        .routes(routes!(wallet::renew))
        .routes(routes!(wallet::remove))
        .routes(routes!(checks::text))
        .routes(routes!(checks::number))
        .routes(routes!(agencies::changes))
        .routes(routes!(outbox::dead))
        .routes(routes!(outbox::retry))
        .routes(routes!(probes::healthz))
        .routes(routes!(probes::readyz))
        .routes(routes!(probes::instance))
        .routes(routes!(probes::metrics))
}

fn application_routes() -> OpenApiRouter<Shared> {
    use super::applications::{answers, appointment, create, document, read, steps};
    OpenApiRouter::new()
        .routes(routes!(create::create, read::list))
        .routes(routes!(read::find))
        .routes(routes!(read::read, answers::discard))
        .routes(routes!(answers::save))
        .routes(routes!(answers::complete))
        .routes(routes!(steps::submit))
        .routes(routes!(steps::cancel))
        .routes(routes!(steps::take))
        .routes(routes!(steps::ask_correction))
        .routes(routes!(steps::constrain))
        .routes(routes!(steps::release))
        .routes(routes!(steps::approve_late))
        .routes(routes!(steps::pass))
        .routes(routes!(steps::send_back))
        .routes(routes!(steps::approve_and_issue))
        .routes(routes!(steps::reject))
        .routes(routes!(steps::hand_over))
        .routes(routes!(
            appointment::read,
            appointment::book,
            appointment::give_up
        ))
        .routes(routes!(appointment::slots))
        .routes(routes!(appointment::attend))
        .routes(routes!(appointment::miss))
        .routes(routes!(appointment::of_day))
        .routes(routes!(read::preview))
        .routes(routes!(document::read))
        .routes(routes!(document::png))
        .routes(routes!(document::svg))
        .routes(routes!(document::pdf))
        .routes(routes!(document::receipt))
        .routes(routes!(queue::queue))
        .routes(routes!(queue::late))
        .routes(routes!(queue::counts))
        .routes(routes!(queue::statistics))
}

/// What takes files.
fn described_uploads() -> OpenApiRouter<Shared> {
    use super::applications::{files, uploads};
    OpenApiRouter::new()
        .routes(routes!(uploads::begin))
        .routes(routes!(uploads::part))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .routes(routes!(files::list, files::add))
        .routes(routes!(files::read, files::remove))
        .layer(DefaultBodyLimit::max(pages::UPLOAD_MAX))
}

/// The API's description.
pub fn description() -> serde_json::Value {
    let all = described().merge(described_uploads());
    let description = all.split_for_parts().1;
    describe::complete(serde_json::to_value(description).unwrap_or_default())
}

/// The whole service.
pub fn router(app: Shared) -> Router {
    let http = &app.service.config.http;
    let (timeout, concurrency) = (Duration::from_secs(http.timeout), http.concurrency);
    let (routes, _) = described().split_for_parts();
    let quick = routes
        .route("/openapi.json", get(docs::openapi))
        .route("/docs", get(docs::page))
        .merge(pages::routes())
        .layer(axum::middleware::from_fn_with_state(
            app.clone(),
            idempotency::guard,
        ))
        .layer(DefaultBodyLimit::max(BODY_MAX));
    // Files come slowly from a phone: they have places of their own, so that they never keep the others waiting.
    let upload_timeout = Duration::from_secs(http.upload_timeout);
    let (files, _) = described_uploads().split_for_parts();
    let slow = within(
        pages::uploads()
            .merge(files)
            .layer(axum::middleware::from_fn_with_state(
                pressure::Budget::default(),
                pressure::guard,
            )),
        concurrency / 4,
        upload_timeout,
    );
    let all = within(quick, concurrency, timeout)
        .merge(slow)
        .layer(axum::middleware::from_fn_with_state(
            app.clone(),
            csrf::guard,
        ))
        .layer(axum::middleware::from_fn_with_state(
            app.clone(),
            observe::observe,
        ))
        // Outside, because error pages too show who is signed in.
        .layer(axum::middleware::from_fn_with_state(
            app.clone(),
            session::recognise,
        ))
        .with_state(app.clone());
    // In front of everything: what was signed and is in memory.
    Router::new().fallback_service(Front { app, all })
}

/// At most so many requests at the same time, each for so long; a panic ends one request only.
fn within(routes: Router<Shared>, at_once: usize, timeout: Duration) -> Router<Shared> {
    routes
        .layer(CatchPanicLayer::new())
        .layer(GlobalConcurrencyLimitLayer::new(at_once.max(1)))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            timeout,
        ))
}
