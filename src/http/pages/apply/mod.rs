//! Applying for a document: one question at a time, saved at every step, usable without scripts.
//!
//! The same pages serve a citizen with an account, somebody without one (a session for this one application), and an
//! operator who files at the counter. What may be done is decided by the use cases alone.

mod appointment;
pub(super) mod attach;
mod begin;
mod caller;
pub mod inputs;
mod list;
mod questions;
mod receipt;
mod review;
mod saved;
mod status;
mod step;
pub(super) mod words;

pub use attach::file as attached;
pub(super) use receipt::picture;
pub(super) use review::answered;
pub use status::pdf_file;

use crate::http::Shared;
use crate::http::routes::{form, get, post};
use axum::Router;
use axum::extract::DefaultBodyLimit;

/// Largest file by itself: the largest that a policy may allow.
pub const UPLOAD_MAX: usize = 11 << 20;
/// Largest form with a file that is read to its end: what the largest phones take, to be told that it is too large.
const FORM_MAX: usize = 48 << 20;

/// The pages of applicants.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/ajukan/{slug}", form(begin::ask, begin::begin))
        .route("/permohonan", get(list::mine))
        .route("/permohonan/{id}", get(status::show))
        .route(
            "/permohonan/{id}/isi/{step}",
            form(step::ask, saved::answer),
        )
        .route(
            "/permohonan/{id}/periksa",
            form(review::show, review::submit),
        )
        .route("/permohonan/{id}/tanda-terima", get(receipt::show))
        .route("/permohonan/{id}/tanda-terima.pdf", get(receipt::pdf))
        .route("/permohonan/{id}/nomor.svg", get(receipt::number_picture))
        .route(
            "/permohonan/{id}/janji",
            form(appointment::show, appointment::book),
        )
        .route("/permohonan/{id}/janji/batal", post(appointment::give_up))
        .route("/permohonan/{id}/batal", post(status::cancel))
        .route("/permohonan/{id}/hapus", post(status::discard))
        .route("/permohonan/{id}/ajukan-lagi", post(begin::again))
        .route("/permohonan/{id}/qr.svg", get(status::qr))
        .route("/permohonan/{id}/dokumen.pdf", get(status::pdf))
        .route("/status", form(status::ask, status::enter))
}

/// Files of applications, which come slowly and are not compressed.
pub fn uploads() -> Router<Shared> {
    let lampiran = post(attach::add).layer(DefaultBodyLimit::max(FORM_MAX));
    Router::new()
        .route("/permohonan/{id}/lampiran/{slug}", lampiran)
        .route(
            "/permohonan/{id}/lampiran/{slug}/hapus",
            post(attach::remove),
        )
        .route("/permohonan/{id}/berkas/{attachment}", get(attach::read))
}
