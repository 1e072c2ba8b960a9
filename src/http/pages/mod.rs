//! Pages for people: server-rendered, usable without scripts, in Indonesian and English.
//!
//! A page is a template struct with a field `frame: Frame` and a file in `web/templates` that extends `base.html`;
//! its handler takes [`Frame`] as an extractor and ends with [`page`]. `components.html` holds the parts that pages
//! are made of. What a visitor is signed in as reaches the frame through a [`Visitor`] in the request's extensions.

mod answer;
pub mod apply;
mod apps;
mod assets;
mod check;
mod citizen;
mod desk;
pub mod errors;
mod form;
mod frame;
#[cfg(test)]
mod gallery;
mod home;
mod language;
mod numbered;
pub mod petugas;
mod query;
mod search;
mod services;
mod texts;
mod trust;
mod verdict;
pub mod words;

pub use answer::{POLICY, page, page_with};
pub use apply::{UPLOAD_MAX, attached, pdf_file};
pub use form::{Choice, Wrong, Wrongs, wrong_of};
pub use frame::{Frame, NavItem, OFFICERS, Visitor, Who, WhoKind};
pub use language::{code as language_code, of_headers as language_of};

use super::Shared;
use crate::http::routes::{form, get};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use tower_http::compression::{CompressionLayer, CompressionLevel};

/// The public pages and the static files.
pub fn routes() -> Router<Shared> {
    compressed(
        Router::new()
            .route("/", get(home::home))
            .route("/layanan", get(services::list))
            .route("/layanan/{slug}", get(services::one))
            .route("/kepercayaan", get(trust::trust))
            .route("/warna", get(texts::colours))
            .route("/privasi", get(texts::privacy))
            .route("/aksesibilitas", get(texts::accessibility))
            .route("/bantuan", get(texts::help))
            .route(assets::ROUTE, get(assets::serve))
            .route("/dompet", get(apps::wallet))
            .route("/dompet/sw.js", get(apps::wallet_worker))
            .route("/dompet/manifest.webmanifest", get(apps::wallet_manifest))
            .route("/dompet/static/{version}/{name}", get(assets::serve))
            .route("/pemindai", get(apps::scanner))
            .route("/pemindai/sw.js", get(apps::scanner_worker))
            .route(
                "/pemindai/manifest.webmanifest",
                get(apps::scanner_manifest),
            )
            .route("/pemindai/static/{version}/{name}", get(assets::serve))
            .merge(petugas::routes())
            .merge(citizen::routes())
            .merge(apply::routes())
            .merge(desk::routes()),
    )
}

/// Pages that take a file: their requests may be larger and may take longer.
pub fn uploads() -> Router<Shared> {
    let check = form(check::form, check::check).layer(DefaultBodyLimit::max(check::BODY_MAX));
    compressed(Router::new().route("/cek", check).merge(desk::uploads())).merge(apply::uploads())
}

/// Pages are compressed on the way out; groups of pages elsewhere wrap their routes in this too.
pub fn compressed(routes: Router<Shared>) -> Router<Shared> {
    // Half the work of the usual level for a few per cent more bytes.
    let level = CompressionLevel::Precise(3);
    routes.layer(CompressionLayer::new().gzip(true).quality(level))
}
