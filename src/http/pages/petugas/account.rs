//! An officer's own account: where they are signed in, and their password.

use crate::failure::{Failure, Outcome};
use crate::http::Shared;
use crate::http::pages::{Frame, Wrong, page_with, wrong_of};
use crate::http::posted::Posted;
use crate::http::problem::Problem;
use crate::http::session::{self, SignedIn};
use crate::login;
use crate::sessions;
use crate::store::logins;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use credential::date::wib_text;

type Answer = Result<Response, Problem>;

#[derive(Template)]
#[template(path = "petugas/account.html")]
struct AccountPage {
    frame: Frame,
    name: String,
    login: String,
    role: &'static str,
    office: String,
    sessions: Vec<SessionLine>,
    wrongs: Vec<Wrong>,
    changed: bool,
}

impl AccountPage {
    fn wrong(&self, field: &str) -> &str {
        wrong_of(&self.wrongs, field)
    }
}

struct SessionLine {
    handle: String,
    device: String,
    since: String,
    seen: String,
    own: bool,
}

/// The page.
pub async fn show(State(app): State<Shared>, officer: SignedIn, frame: Frame) -> Answer {
    Ok(account(&app, StatusCode::OK, officer, frame, Vec::new(), false).await?)
}

async fn account(
    app: &Shared,
    status: StatusCode,
    officer: SignedIn,
    frame: Frame,
    wrongs: Vec<Wrong>,
    changed: bool,
) -> Outcome<Response> {
    let frame = frame.titled("Akun saya", "My account");
    let mut tx = app.service.db.read().await?;
    let login = match officer.actor.officer() {
        Some((id, _)) => logins::by_officer(&mut tx, id).await?,
        None => None,
    };
    let open = sessions::all_of(&app.service, &mut tx, officer.session.principal).await?;
    let own = officer.session.handle();
    let lines = open.into_iter().map(|session| SessionLine {
        handle: session.handle(),
        own: session.handle() == own,
        since: wib_text(session.created),
        seen: wib_text(session.seen),
        device: match session.device {
            Some(device) if !device.is_empty() => device,
            _ => frame.t("Perangkat lain", "Another device").to_string(),
        },
    });
    let view = AccountPage {
        sessions: lines.collect(),
        name: officer.name,
        login: login.map(|row| row.login.to_string()).unwrap_or_default(),
        role: frame.say(&super::role_name(officer.role)),
        office: officer.office_name,
        wrongs,
        changed,
        frame,
    };
    Ok(page_with(status, &view.frame, &view))
}

/// Changes one's own password; all other sessions end.
pub async fn change_password(
    State(app): State<Shared>,
    mut officer: SignedIn,
    mut frame: Frame,
    posted: Posted,
) -> Answer {
    posted.belongs_to(&officer.session)?;
    let (old, new) = (posted.get("lama"), posted.get("baru"));
    let wrong = |field, id: &str, en: &str| {
        let text = frame.t(id, en).to_string();
        vec![Wrong { field, text }]
    };
    let wrongs = if new != posted.get("ulang") {
        wrong("ulang", "Kedua isian tidak sama", "The two entries differ")
    } else {
        let chance = &mut app.chance();
        let session = &officer.session;
        match login::change_password(&app.service, chance, session, old, new).await {
            Ok(Ok(token)) => {
                let mut tx = app.service.db.read().await?;
                let cookie = token.expose();
                let session = sessions::find(&app.service, &mut tx, &cookie).await?;
                drop(tx);
                officer.session = session.ok_or(Failure::Changed)?;
                frame.csrf = Some(officer.session.masked_csrf(&mut app.chance()));
                let shown = account(&app, StatusCode::OK, officer, frame, Vec::new(), true);
                let mut response = shown.await?;
                let cookie = session::set_cookie(&app, &token);
                response.headers_mut().append(SET_COOKIE, cookie);
                return Ok(response);
            }
            Ok(Err(weak)) => wrong("baru", weak.aturan(), weak.rule()),
            Err(Failure::Credentials) => wrong(
                "lama",
                "Kata sandi sekarang tidak benar",
                "The present password is not right",
            ),
            Err(other) => return Err(other.into()),
        }
    };
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(account(&app, status, officer, frame, wrongs, false).await?)
}

/// Ends one of one's own sessions, or all but this one.
pub async fn end_session(State(app): State<Shared>, officer: SignedIn, posted: Posted) -> Answer {
    posted.belongs_to(&officer.session)?;
    let (own, wanted) = (officer.session.handle(), posted.get("sesi"));
    let mut tx = app.service.db.begin().await?;
    for session in sessions::all_of(&app.service, &mut tx, officer.session.principal).await? {
        let handle = session.handle();
        let meant = match wanted {
            "lainnya" => handle != own,
            wanted => handle == wanted,
        };
        if meant {
            sessions::close(&mut tx, &session).await?;
        }
    }
    tx.commit().await?;
    Ok(Redirect::to("/petugas/akun").into_response())
}
