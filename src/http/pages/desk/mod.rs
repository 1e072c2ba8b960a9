//! The officers' desk: queues, an application beside the register, documents, figures, the audit trail, the policy.
//!
//! What an officer may do is asked of the use cases for every button that is drawn, and once more when it is pressed.

mod activation;
mod acts;
mod application;
mod appointments;
mod citizen;
mod documents;
mod home;
mod journal;
mod phones;
mod policy;
mod queue;
mod statistics;
mod undelivered;
mod visit;
mod words;

use super::Frame;
use crate::http::Shared;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use credential::ids::Nik;

/// A NIK as officers type it, with or without spaces and dots, or what is wrong with it.
fn typed_nik(text: &str, frame: &Frame) -> Result<Nik, &'static str> {
    let wrong = frame.t("NIK harus 16 angka.", "A NIK has 16 digits.");
    Nik::parse(&text.trim().replace([' ', '.'], "")).map_err(|_| wrong)
}

/// Their routes.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/petugas", get(home::home))
        .route("/petugas/antrean", get(queue::queue))
        .route("/petugas/terlambat", get(queue::late))
        .route("/petugas/janji", get(appointments::show))
        .route("/petugas/cari", post(home::find))
        .route("/petugas/permohonan/{id}", get(application::show))
        .route("/petugas/permohonan/{id}/langkah/{act}", post(acts::take))
        .route(
            "/petugas/permohonan/{id}/berkas/{attachment}",
            get(application::file),
        )
        .route(
            "/petugas/akun-warga",
            get(citizen::ask).post(citizen::close),
        )
        .route(
            "/petugas/dokumen",
            get(documents::ask).post(documents::find),
        )
        .route("/petugas/dokumen/{id}", get(documents::show))
        .route("/petugas/dokumen/{id}/pdf", get(documents::pdf))
        .route("/petugas/dokumen/{id}/qr.svg", get(documents::qr))
        .route(
            "/petugas/dokumen/{id}/ubah/{change}",
            post(documents::change),
        )
        .route("/petugas/aktivasi/{id}/batal", post(activation::cancel))
        .route("/petugas/ponsel", get(phones::ask).post(phones::find))
        .route("/petugas/ponsel/{id}/akhiri", post(phones::end))
        .route("/petugas/statistik", get(statistics::show))
        .route("/petugas/jejak", get(journal::show))
        .route("/petugas/kiriman-gagal", get(undelivered::show))
        .route("/petugas/kiriman-gagal/{id}/lagi", post(undelivered::retry))
        .route("/petugas/kebijakan", get(policy::show).post(policy::store))
}

/// What takes a portrait.
pub fn uploads() -> Router<Shared> {
    let form = get(activation::ask)
        .post(activation::open)
        .layer(DefaultBodyLimit::max(activation::FORM_MAX));
    Router::new().route("/petugas/aktivasi", form)
}
