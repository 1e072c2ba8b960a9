//! Which address leads where, and what surrounds every handler.

use super::docs::{self, Head};
use super::places::{self, OfAddress, Places};
use super::pressure::{self, Budget};
use super::problem::Problem;
use super::routes::{get, routes};
use super::shelf::Front;
use super::{
    Shared, account, agencies, catalogue, checks, csrf, describe, documents, household,
    idempotency, log, mandates, observe, office, officers, outbox, pages, phones, pictures, probes,
    proposals, public, queue, session, wallet, whoami,
};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use std::any::Any;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

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
        .routes(routes!(log::checkpoint))
        .routes(routes!(log::cosigned))
        .routes(routes!(log::inclusion))
        .routes(routes!(log::consistency))
        .routes(routes!(log::cosignature))
        .routes(routes!(officers::list, officers::add))
        .routes(routes!(officers::read))
        .routes(routes!(officers::change_role))
        .routes(routes!(officers::disable))
        .routes(routes!(officers::enable))
        .routes(routes!(officers::reset))
        .routes(routes!(proposals::list))
        .routes(routes!(proposals::read))
        .routes(routes!(proposals::approve))
        .routes(routes!(proposals::withdraw))
        .routes(routes!(mandates::list, mandates::propose))
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
    let all = described()
        .merge(described_uploads())
        .merge(described_probes());
    let description = all.split_for_parts().1;
    describe::complete(serde_json::to_value(description).unwrap_or_default())
}

/// What watches over the service asks for; it answers when everybody else waits.
fn described_probes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(probes::healthz))
        .routes(routes!(probes::readyz))
        .routes(routes!(probes::instance))
        .routes(routes!(probes::metrics))
}

/// Probes at the same time.
const PROBES: usize = 16;

/// The whole service.
pub fn router(app: Shared) -> Router {
    let http = &app.service.config.http;
    let timeout = Duration::from_secs(http.timeout);
    let (routes, _) = described().split_for_parts();
    let quick = routes
        .route("/openapi.json", get(docs::openapi))
        .route("/docs", get(docs::page))
        .nest("/log/tile", Router::new().fallback(get(log::tile)))
        .merge(pages::routes())
        .fallback(nowhere)
        .layer(from_fn_with_state(app.clone(), idempotency::guard))
        .layer(DefaultBodyLimit::max(BODY_MAX));
    let quick = within(quick, &app, http.concurrency, timeout)
        .layer(from_fn_with_state(timeout, places::whole))
        .layer(from_fn_with_state(Budget::of_quick(), pressure::guard))
        .layer(from_fn_with_state(
            OfAddress::new(app.clone(), http.per_address),
            places::guard_address,
        ));
    // Files come slowly from a phone: they have places of their own, so that they never keep the others waiting.
    let (files, _) = described_uploads().split_for_parts();
    let slow = within(
        pages::uploads().merge(files),
        &app,
        http.concurrency / 4,
        Duration::from_secs(http.upload_timeout),
    )
    .layer(from_fn_with_state(Budget::of_files(), pressure::guard))
    .layer(from_fn_with_state(
        OfAddress::new(app.clone(), http.uploads_per_address),
        places::guard_address,
    ));
    let (watched, _) = described_probes().split_for_parts();
    let all = quick
        .merge(slow)
        .merge(within(watched, &app, PROBES, timeout))
        .layer(from_fn_with_state(app.clone(), csrf::guard))
        .layer(from_fn_with_state(app.clone(), observe::observe))
        .with_state(app.clone());
    // In front of everything: what was signed and is in memory.
    Router::new().fallback_service(Front { app, all })
}

/// What was said is left out, here and in the log (src/panics.rs).
fn panicked(_said: Box<dyn Any + Send>) -> Response {
    Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR).into_response()
}

async fn nowhere() -> Problem {
    Problem::of_status(StatusCode::NOT_FOUND)
}

/// At most so many requests at the same time, each for so long; a panic ends one request only.
fn within(
    routes: Router<Shared>,
    app: &Shared,
    at_once: usize,
    timeout: Duration,
) -> Router<Shared> {
    routes
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(app.clone(), session::recognise))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            timeout,
        ))
        .layer(from_fn_with_state(Places::new(at_once), places::guard))
}
