//! Pages for officers: signing in, one's own account, the accounts of the office, and what takes two.

mod account;
mod nav;
mod proposal_words;
mod proposals;
mod sign_in;
mod steps;
mod user_changes;
mod users;

pub use nav::{nav, role_name};

use crate::http::Shared;
use crate::http::routes::{form, get, post};
use axum::Router;

/// Where an officer goes after signing in.
pub const HOME: &str = "/petugas";

/// Their routes.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/petugas/masuk", form(sign_in::form, sign_in::password))
        .route(
            "/petugas/masuk/sandi",
            form(steps::new_password_form, steps::new_password),
        )
        .route(
            "/petugas/masuk/perangkat",
            form(steps::enrolment_form, steps::code),
        )
        .route("/petugas/masuk/kode", form(steps::code_form, steps::code))
        .route("/petugas/keluar", post(sign_in::out))
        .route("/petugas/akun", get(account::show))
        .route("/petugas/akun/sandi", post(account::change_password))
        .route("/petugas/akun/sesi", post(account::end_session))
        .route("/petugas/persetujuan", get(proposals::list))
        .route("/petugas/persetujuan/kartu", post(proposals::mandate))
        .route("/petugas/persetujuan/{id}", get(proposals::show))
        .route(
            "/petugas/persetujuan/{id}/setujui",
            post(proposals::approve),
        )
        .route(
            "/petugas/persetujuan/{id}/batalkan",
            post(proposals::withdraw),
        )
        .route("/petugas/pengguna", get(users::list))
        .route("/petugas/pengguna/baru", form(users::add_form, users::add))
        .route("/petugas/pengguna/{id}", get(users::show))
        .route(
            "/petugas/pengguna/{id}/peran",
            post(user_changes::change_role),
        )
        .route(
            "/petugas/pengguna/{id}/nonaktifkan",
            post(user_changes::disable),
        )
        .route(
            "/petugas/pengguna/{id}/aktifkan",
            post(user_changes::enable),
        )
        .route(
            "/petugas/pengguna/{id}/atur-ulang",
            post(user_changes::reset),
        )
}
