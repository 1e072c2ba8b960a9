//! Signing in and out.

use super::super::{Frame, Wrongs};
use super::{CodePage, Kept, digits, lead_on, shown, words};
use crate::accounts;
use crate::domain::code::Code;
use crate::domain::ids::ChallengeId;
use crate::http::Shared;
use crate::http::address::ClientAddress;
use crate::http::citizen::{Visitor, way_back};
use crate::http::posted::Posted;
use crate::http::problem::Problem;
use crate::http::session::{OldCookie, clear_cookie, set_cookie};
use crate::sessions;
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

#[derive(Template)]
#[template(path = "akun/masuk.html")]
struct SignIn {
    frame: Frame,
    nik: String,
    /// Where to go afterwards.
    on: String,
    wrongs: Wrongs,
}

impl SignIn {
    fn answer(frame: Frame, nik: &str, on: &str, wrongs: Wrongs) -> Response {
        let status = match wrongs.is_empty() {
            true => StatusCode::OK,
            false => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let page = Self {
            frame: frame.titled("Masuk", "Sign in"),
            nik: nik.chars().take(60).collect(),
            on: on.to_string(),
            wrongs,
        };
        shown(status, &page.frame, &page)
    }
}

/// `GET /masuk?lanjut=/…`
pub(super) async fn begin(frame: Frame, visitor: Visitor, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let on = pairs.find(|(name, _)| name == "lanjut").map(|(_, on)| on);
    let on = on.as_deref().and_then(way_back).unwrap_or_default();
    if let Visitor::Citizen(_) = visitor {
        let on = if on.is_empty() { "/akun" } else { on };
        return Redirect::to(on).into_response();
    }
    SignIn::answer(frame, "", on, Wrongs::default())
}

/// `POST /masuk`
pub(super) async fn start(
    State(app): State<Shared>,
    frame: Frame,
    client: ClientAddress,
    posted: Posted,
) -> Result<Response, Problem> {
    let (text, on) = (posted.get("nik"), posted.get("lanjut"));
    let on = way_back(on).unwrap_or_default();
    let nik = match words::nik(&frame, text) {
        Ok(nik) => nik,
        Err(wrong) => return Ok(SignIn::answer(frame, text, on, wrong)),
    };
    let (service, chance) = (&app.service, &mut app.chance());
    let sent = accounts::start_sign_in(service, chance, &client.key(), nik).await?;
    let challenge = sent.challenge.to_string();
    Ok(code_page(frame, &nik.to_string(), on, &challenge).answer())
}

fn code_page(frame: Frame, nik: &str, on: &str, challenge: &str) -> CodePage {
    let frame = frame.titled("Masukkan kode", "Type the code");
    let lead = frame.t(
        "Kalau NIK itu punya akun, kode 6 angka sudah dikirim ke email atau ponsel yang terdaftar di akun itu.",
        "If that NIK has an account, a code of 6 digits was sent to the e-mail address or phone of that account.",
    );
    CodePage {
        lead: lead.to_string(),
        action: "/masuk/kode",
        kept: vec![
            Kept::new("tantangan", challenge),
            Kept::new("nik", nik),
            Kept::new("lanjut", on),
        ],
        again: "/masuk",
        again_kept: vec![Kept::new("nik", nik), Kept::new("lanjut", on)],
        two: false,
        step: 0,
        steps: 0,
        wrongs: Wrongs::default(),
        frame,
    }
}

/// `POST /masuk/kode`
pub(super) async fn code(
    State(app): State<Shared>,
    frame: Frame,
    client: ClientAddress,
    OldCookie(old): OldCookie,
    posted: Posted,
) -> Result<Response, Problem> {
    let (challenge, on) = (posted.get("tantangan"), posted.get("lanjut"));
    let on = way_back(on).unwrap_or_default();
    let nik = digits(posted.get("nik"));
    let page = |frame| code_page(frame, &nik, on, challenge);
    let (Ok(id), Ok(code)) = (
        ChallengeId::parse(challenge),
        Code::parse(&digits(posted.get("kode"))),
    ) else {
        return Ok(page(frame).wrong());
    };
    let (service, chance) = (&app.service, &mut app.chance());
    let (origin, old) = (client.key(), old.as_deref());
    let entered = accounts::confirm_sign_in(service, chance, &origin, old, id, code).await?;
    Ok(match entered {
        Some((_, token)) => lead_on(on, set_cookie(&app, &token)),
        None => page(frame).wrong(),
    })
}

#[derive(Template)]
#[template(path = "akun/keluar.html")]
struct Leave {
    frame: Frame,
}

/// `GET /keluar`: asks, because only a form signs out.
pub(super) async fn leave(frame: Frame) -> Response {
    let page = Leave {
        frame: frame.titled("Keluar", "Sign out"),
    };
    shown(StatusCode::OK, &page.frame, &page)
}

/// `POST /keluar`
pub(super) async fn left(
    State(app): State<Shared>,
    visitor: Visitor,
    OldCookie(old): OldCookie,
    posted: Posted,
) -> Result<Response, Problem> {
    if let Some(session) = visitor.session() {
        posted.belongs_to(session)?;
        let mut tx = app.service.db.begin().await?;
        sessions::close_value(&mut tx, old.as_deref()).await?;
        tx.commit().await?;
    }
    let gone = [(header::SET_COOKIE, clear_cookie(&app))];
    Ok((gone, Redirect::to("/")).into_response())
}
