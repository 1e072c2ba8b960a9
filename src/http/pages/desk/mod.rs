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
use crate::http::routes::{form, get, post};
use axum::Router;
use axum::extract::DefaultBodyLimit;
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
        .route("/petugas/akun-warga", form(citizen::ask, citizen::close))
        .route("/petugas/dokumen", form(documents::ask, documents::find))
        .route("/petugas/dokumen/{id}", get(documents::show))
        .route("/petugas/dokumen/{id}/pdf", get(documents::pdf))
        .route("/petugas/dokumen/{id}/qr.svg", get(documents::qr))
        .route(
            "/petugas/dokumen/{id}/ubah/{change}",
            post(documents::change),
        )
        .route("/petugas/aktivasi/{id}/batal", post(activation::cancel))
        .route("/petugas/ponsel", form(phones::ask, phones::find))
        .route("/petugas/ponsel/{id}/akhiri", post(phones::end))
        .route("/petugas/statistik", get(statistics::show))
        .route("/petugas/jejak", get(journal::show))
        .route("/petugas/kiriman-gagal", get(undelivered::show))
        .route("/petugas/kiriman-gagal/{id}/lagi", post(undelivered::retry))
        .route("/petugas/kebijakan", form(policy::show, policy::store))
}

/// What takes a portrait.
pub fn uploads() -> Router<Shared> {
    let form =
        form(activation::ask, activation::open).layer(DefaultBodyLimit::max(activation::FORM_MAX));
    Router::new().route("/petugas/aktivasi", form)
}
