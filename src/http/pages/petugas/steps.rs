//! What follows name and password: the first time a new password and a code generator, then the code.

use super::sign_in::{Answer, at, later, onward, onward_of, refusal};
use crate::failure::{Failure, Outcome};
use crate::http::address::ClientAddress;
use crate::http::pages::{Frame, Wrong, page_with};
use crate::http::posted::Posted;
use crate::http::session::{self, SIGN_IN};
use crate::http::{Shared, device};
use crate::login::{self, Missing, Pending};
use crate::passwords::Weak;
use crate::render::qr;
use crate::sessions::Session;
use crate::store::offices;
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

#[derive(Template)]
#[template(path = "petugas/new_password.html")]
struct NewPasswordPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    login: String,
    onward: String,
}

#[derive(Template)]
#[template(path = "petugas/enrolment.html")]
struct EnrolmentPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    onward: String,
    qr: String,
    secret: String,
    login: String,
    office: String,
}

#[derive(Template)]
#[template(path = "petugas/code.html")]
struct CodePage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    onward: String,
    login: String,
}

fn path_of(missing: Missing) -> &'static str {
    match missing {
        Missing::Password => "/petugas/masuk/sandi",
        Missing::Enrolment => "/petugas/masuk/perangkat",
        Missing::Code => "/petugas/masuk/kode",
    }
}

/// Who stands between password and session, if anybody does; else the way back to the beginning.
async fn half_open(
    app: &Shared,
    headers: &HeaderMap,
    onward: &str,
) -> Outcome<Result<(Session, Pending), Response>> {
    let Some(session) = session::half_open(app, headers).await? else {
        return Ok(Err(at(SIGN_IN, onward)));
    };
    let mut tx = app.service.db.read().await?;
    match login::pending(&app.service, &mut tx, &session).await {
        Ok(pending) => Ok(Ok((session, pending))),
        Err(Failure::Credentials) => Ok(Err(at(SIGN_IN, onward))),
        Err(other) => Err(other),
    }
}

/// The same for the page of one step; whoever is at another step is sent there.
async fn at_step(
    app: &Shared,
    headers: &HeaderMap,
    onward: &str,
    step: Missing,
) -> Outcome<Result<(Session, Pending), Response>> {
    Ok(match half_open(app, headers, onward).await? {
        Ok((_, pending)) if pending.missing != step => Err(at(path_of(pending.missing), onward)),
        other => other,
    })
}

fn with_token(app: &Shared, mut frame: Frame, session: &Session) -> Frame {
    frame.csrf = Some(session.masked_csrf(&mut app.chance()));
    frame
}

/// The form for the password that replaces the one-time one.
pub async fn new_password_form(
    State(app): State<Shared>,
    frame: Frame,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Answer {
    let onward = onward_of(query.as_deref());
    let (session, pending) = match at_step(&app, &headers, &onward, Missing::Password).await? {
        Ok(found) => found,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let frame = with_token(&app, frame, &session);
    Ok(new_password_page(
        StatusCode::OK,
        frame,
        &pending,
        onward,
        Vec::new(),
    ))
}

fn new_password_page(
    status: StatusCode,
    frame: Frame,
    pending: &Pending,
    onward: String,
    wrongs: Vec<Wrong>,
) -> Response {
    let view = NewPasswordPage {
        frame: frame.titled("Buat kata sandi baru", "Choose a new password"),
        wrongs,
        login: pending.login.to_string(),
        onward,
    };
    page_with(status, &view.frame, &view)
}

/// Takes the password that replaces the one-time one.
pub async fn new_password(
    State(app): State<Shared>,
    frame: Frame,
    headers: HeaderMap,
    posted: Posted,
) -> Answer {
    let onward = onward(posted.get("lanjut"));
    let (session, pending) = match at_step(&app, &headers, &onward, Missing::Password).await? {
        Ok(found) => found,
        Err(elsewhere) => return Ok(elsewhere),
    };
    posted.belongs_to(&session)?;
    let (new, again) = (posted.get("sandi"), posted.get("ulang"));
    let wrong = if new != again {
        let text = frame.t("Kedua isian tidak sama", "The two entries differ");
        Some(("ulang", text.to_string()))
    } else {
        let chance = &mut app.chance();
        let replaced = login::replace_password(&app.service, chance, &session, new).await?;
        let rule = |weak: Weak| frame.t(weak.aturan(), weak.rule()).to_string();
        replaced.err().map(|weak| ("sandi", rule(weak)))
    };
    match wrong {
        None => Ok(at("/petugas/masuk/perangkat", &onward)),
        Some((field, text)) => {
            let frame = with_token(&app, frame, &session);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            let wrongs = vec![Wrong { field, text }];
            Ok(new_password_page(status, frame, &pending, onward, wrongs))
        }
    }
}

/// The page with the secret of the code generator.
pub async fn enrolment_form(
    State(app): State<Shared>,
    frame: Frame,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Answer {
    step_form(app, frame, headers, query, Missing::Enrolment).await
}

/// The form for the code.
pub async fn code_form(
    State(app): State<Shared>,
    frame: Frame,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Answer {
    step_form(app, frame, headers, query, Missing::Code).await
}

async fn step_form(
    app: Shared,
    frame: Frame,
    headers: HeaderMap,
    query: Option<String>,
    step: Missing,
) -> Answer {
    let onward = onward_of(query.as_deref());
    let (session, pending) = match at_step(&app, &headers, &onward, step).await? {
        Ok(found) => found,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let frame = with_token(&app, frame, &session);
    Ok(code_page(&app, StatusCode::OK, frame, &pending, onward, Vec::new()).await?)
}

async fn code_page(
    app: &Shared,
    status: StatusCode,
    frame: Frame,
    pending: &Pending,
    onward: String,
    wrongs: Vec<Wrong>,
) -> Outcome<Response> {
    let login = pending.login.to_string();
    if pending.missing != Missing::Enrolment {
        let view = CodePage {
            frame: frame.titled("Masukkan kode", "Enter the code"),
            wrongs,
            onward,
            login,
        };
        return Ok(page_with(status, &view.frame, &view));
    }
    let secret = pending.secret(&app.service)?;
    let url = secret.url(&login)?;
    let symbol = qr::encode(&url, qr::Ecc::M).map_err(|_| Failure::TooLarge)?;
    let title = frame.t("Kode QR untuk aplikasi kode", "QR code for the code app");
    let mut tx = app.service.db.read().await?;
    let office = offices::by_id(&mut tx, pending.officer.office).await?;
    let view = EnrolmentPage {
        qr: qr::svg(&symbol, Some(title)),
        frame: frame.titled("Pasang aplikasi kode", "Set up the code app"),
        wrongs,
        onward,
        secret: secret.text().to_string(),
        login,
        office: office.map(|office| office.name).unwrap_or_default(),
    };
    Ok(page_with(status, &view.frame, &view))
}

/// Takes the code, which also confirms an enrolment.
pub async fn code(
    State(app): State<Shared>,
    address: ClientAddress,
    frame: Frame,
    headers: HeaderMap,
    posted: Posted,
) -> Answer {
    let onward = onward(posted.get("lanjut"));
    let (session, pending) = match half_open(&app, &headers, &onward).await? {
        Ok((_, pending)) if pending.missing == Missing::Password => {
            return Ok(at(path_of(pending.missing), &onward));
        }
        Ok(found) => found,
        Err(elsewhere) => return Ok(elsewhere),
    };
    posted.belongs_to(&session)?;
    let (chance, address) = (&mut app.chance(), address.key());
    let (given, device) = (posted.get("kode"), device::of(&headers));
    let tried = login::code(&app.service, chance, &address, &session, given, &device);
    match tried.await {
        Ok(token) => {
            let mut response = Redirect::to(&onward).into_response();
            let cookie = session::set_cookie(&app, &token);
            response.headers_mut().insert(SET_COOKIE, cookie);
            Ok(response)
        }
        Err(failure) => {
            let words = (
                "Kode salah, sudah dipakai, atau sudah lewat waktunya. Tunggu kode berikutnya di aplikasi, dan periksa jam ponsel Anda.",
                "The code is wrong, was used already, or is too old. Wait for the next one in the app, and check your phone's clock.",
            );
            let (status, wait, wrong) = refusal(&frame, failure, "kode", words)?;
            let frame = with_token(&app, frame, &session);
            let shown = code_page(&app, status, frame, &pending, onward, vec![wrong]).await?;
            Ok(later(shown, wait))
        }
    }
}
