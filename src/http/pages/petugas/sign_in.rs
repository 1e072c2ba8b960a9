//! Signing in and out: name and password here, what follows in `steps.rs`.

use super::HOME;
use crate::failure::Failure;
use crate::http::Shared;
use crate::http::address::ClientAddress;
use crate::http::pages::{Frame, Wrong, page, page_with};
use crate::http::posted::Posted;
use crate::http::problem::Problem;
use crate::http::session::{self, Maybe, OldCookie, SIGN_IN, SignedIn};
use crate::login;
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::header::{RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

pub(super) type Answer = Result<Response, Problem>;

#[derive(Template)]
#[template(path = "petugas/sign_in.html")]
struct SignInPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    login: String,
    onward: String,
}

/// Where to go on, by query or form; [`HOME`] where it leads elsewhere.
pub(super) fn onward(given: &str) -> String {
    session::inside(given, "/petugas")
        .filter(|address| !address.starts_with(SIGN_IN))
        .unwrap_or(HOME)
        .to_string()
}

pub(super) fn onward_of(query: Option<&str>) -> String {
    let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let found = pairs.find(|(name, _)| name == "lanjut");
    onward(&found.map(|(_, value)| value).unwrap_or_default())
}

pub(super) fn at(path: &str, onward: &str) -> Response {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let query = query.append_pair("lanjut", onward).finish();
    Redirect::to(&format!("{path}?{query}")).into_response()
}

/// What a refusal is called on a form, with its status; other failures are not for the form.
pub(super) fn refusal(
    frame: &Frame,
    failure: Failure,
    field: &'static str,
    words: (&'static str, &'static str),
) -> Result<(StatusCode, Option<i64>, Wrong), Problem> {
    match failure {
        Failure::Credentials => {
            let text = frame.t(words.0, words.1).to_string();
            Ok((
                StatusCode::UNPROCESSABLE_ENTITY,
                None,
                Wrong { field, text },
            ))
        }
        Failure::TooMany { retry_after } => {
            let minutes = (retry_after + 59) / 60;
            let id = format!(
                "Terlalu sering dicoba. Tunggu {minutes} menit, lalu coba lagi. Jika bukan Anda yang mencoba, beri tahu administrator kantor."
            );
            let en = format!(
                "Tried too often. Wait {minutes} minutes, then try again. If it was not you who tried, tell your office's administrator."
            );
            let text = frame.t(&id, &en).to_string();
            Ok((
                StatusCode::TOO_MANY_REQUESTS,
                Some(retry_after),
                Wrong { field, text },
            ))
        }
        other => Err(other.into()),
    }
}

pub(super) fn later(mut response: Response, retry_after: Option<i64>) -> Response {
    if let Some(seconds) = retry_after {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// The form for name and password.
pub async fn form(Maybe(officer): Maybe, frame: Frame, RawQuery(query): RawQuery) -> Answer {
    let onward = onward_of(query.as_deref());
    if officer.is_some() {
        return Ok(Redirect::to(&onward).into_response());
    }
    let view = SignInPage {
        frame: frame.titled("Masuk sebagai petugas", "Sign in as an officer"),
        wrongs: Vec::new(),
        login: String::new(),
        onward,
    };
    Ok(page(&view.frame, &view))
}

/// Takes name and password.
pub async fn password(
    State(app): State<Shared>,
    address: ClientAddress,
    OldCookie(old): OldCookie,
    frame: Frame,
    posted: Posted,
) -> Answer {
    let onward = onward(posted.get("lanjut"));
    let (name, password) = (posted.get("nama"), posted.get("sandi"));
    let (chance, address) = (&mut app.chance(), address.key());
    let old = old.as_deref();
    let tried = login::password(&app.service, chance, &address, old, name, password);
    match tried.await {
        Ok(token) => {
            let mut response = at("/petugas/masuk/kode", &onward);
            let cookie = session::set_cookie(&app, &token);
            response.headers_mut().insert(SET_COOKIE, cookie);
            Ok(response)
        }
        Err(failure) => {
            let words = (
                "Nama atau kata sandi salah, atau akun tidak aktif. Setelah 5 kali salah, akun terkunci 15 menit.",
                "Name or password is wrong, or the account is not active. After 5 wrong tries the account is locked for 15 minutes.",
            );
            let (status, wait, wrong) = refusal(&frame, failure, "nama", words)?;
            let view = SignInPage {
                frame: frame.titled("Masuk sebagai petugas", "Sign in as an officer"),
                wrongs: vec![wrong],
                login: name.chars().take(40).collect(),
                onward,
            };
            Ok(later(page_with(status, &view.frame, &view), wait))
        }
    }
}

/// Signs out.
pub async fn out(State(app): State<Shared>, officer: SignedIn, posted: Posted) -> Answer {
    posted.belongs_to(&officer.session)?;
    login::out(
        &app.service,
        &mut app.chance(),
        &officer.session,
        officer.actor,
    )
    .await?;
    let mut response = Redirect::to(SIGN_IN).into_response();
    let cookie = session::clear_cookie(&app);
    response.headers_mut().insert(SET_COOKIE, cookie);
    Ok(response)
}
