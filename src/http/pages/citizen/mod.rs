//! Pages of citizens: opening an account, signing in and out, the account with its family and documents.
//!
//! One question on each page. What was answered before travels in hidden fields, not in addresses; nothing is kept on
//! the server before the code is right, and no page is kept by the browser.

mod account;
mod change;
mod register;
mod sign_in;
mod words;

use super::{Frame, Wrongs, page_with};
use crate::http::Shared;
use crate::http::citizen::way_back;
use crate::http::routes::{form, get, post};
use askama::Template;
use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

/// The pages.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/daftar", form(register::begin, register::step))
        .route("/daftar/kode", post(register::code))
        .route("/masuk", form(sign_in::begin, sign_in::start))
        .route("/masuk/kode", post(sign_in::code))
        .route("/keluar", form(sign_in::leave, sign_in::left))
        .route("/akun", get(account::show))
        .route("/akun/dokumen/{id}", get(account::download))
        .route("/akun/kontak", form(change::contact, change::ask_contact))
        .route("/akun/kontak/kode", post(change::contact_codes))
        .route("/akun/tutup", form(change::close, change::ask_close))
        .route("/akun/tutup/kode", post(change::close_code))
}

/// A hidden field.
struct Kept {
    name: &'static str,
    value: String,
}

impl Kept {
    fn new(name: &'static str, value: impl Into<String>) -> Self {
        Self {
            name,
            value: value.into(),
        }
    }
}

/// The page that asks for a code that was sent.
#[derive(Template)]
#[template(path = "akun/kode.html")]
struct CodePage {
    frame: Frame,
    /// Where the code was sent, if it was.
    lead: String,
    /// Where the form goes.
    action: &'static str,
    kept: Vec<Kept>,
    /// Where another code is asked for, with what.
    again: &'static str,
    again_kept: Vec<Kept>,
    /// A code of the old and one of the new contact.
    two: bool,
    /// Number of this step and of all; 0 where there are none.
    step: u8,
    steps: u8,
    wrongs: Wrongs,
}

impl CodePage {
    fn answer(self) -> Response {
        let status = match self.wrongs.is_empty() {
            true => StatusCode::OK,
            false => StatusCode::UNPROCESSABLE_ENTITY,
        };
        shown(status, &self.frame, &self)
    }

    fn wrong(mut self) -> Response {
        let field = if self.two { "kode-lama" } else { "kode" };
        let text = words::wrong_code(&self.frame);
        self.wrongs = Wrongs::one(field, text);
        self.answer()
    }
}

/// A page of this group: it may hold what somebody typed, so browsers keep no copy.
fn shown(status: StatusCode, frame: &Frame, content: &impl Template) -> Response {
    let mut response = page_with(status, frame, content);
    let never = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, never);
    response
}

/// Leads on after signing in, with the new session's cookie.
fn lead_on(to: &str, cookie: HeaderValue) -> Response {
    let to = way_back(to).unwrap_or("/akun");
    ([(header::SET_COOKIE, cookie)], Redirect::to(to)).into_response()
}

/// Digits as people type them, in groups.
fn digits(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-'))
        .collect()
}
