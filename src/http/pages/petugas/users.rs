//! The accounts of the office, for its admins.

use super::proposals::{Beside, at};
use super::role_name;
use crate::domain::ids::OfficerId;
use crate::domain::officer::OfficerRole;
use crate::domain::users::Login;
use crate::failure::{Failure, FieldError, Outcome, Thing};
use crate::http::Shared;
use crate::http::pages::{Choice, Frame, Wrong, page, page_with, wrong_of};
use crate::http::posted::Posted;
use crate::http::problem::Problem;
use crate::http::session::SignedIn;
use crate::proposals::{self, Proposed};
use crate::store::officers::User;
use crate::users;
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use credential::date::wib_text;

pub(super) type Answer = Result<Response, Problem>;
/// Accounts on one page.
const PAGE: u32 = 50;

#[derive(Template)]
#[template(path = "petugas/users.html")]
struct ListPage {
    frame: Frame,
    users: Vec<UserLine>,
    next: String,
    /// Proposals of others that wait.
    waiting: u64,
}

struct UserLine {
    id: String,
    name: String,
    login: String,
    role: &'static str,
    tone: &'static str,
    state: &'static str,
    last: String,
    disabled: bool,
    has_login: bool,
    own: bool,
}

impl UserLine {
    fn of(frame: &Frame, officer: &SignedIn, user: User) -> Self {
        let (tone, id, en) = match user.state() {
            "disabled" => ("grey", "Nonaktif", "Disabled"),
            "invited" => ("warn", "Belum masuk", "Not signed in yet"),
            _ => ("good", "Aktif", "Active"),
        };
        let own = officer.actor.officer().map(|(id, _)| id);
        let login = user.login.as_ref().map(Login::to_string);
        Self {
            id: user.officer.id.to_string(),
            name: user.officer.name,
            has_login: login.is_some(),
            login: login.unwrap_or_else(|| "(token)".to_string()),
            role: frame.say(&role_name(user.officer.role)),
            tone,
            state: frame.t(id, en),
            last: user.last_login.map(wib_text).unwrap_or_else(|| "–".into()),
            disabled: user.officer.disabled.is_some(),
            own: own == Some(user.officer.id),
        }
    }
}

#[derive(Template)]
#[template(path = "petugas/user_new.html")]
struct NewPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    login: String,
    full_name: String,
    role: String,
    roles: Vec<Choice>,
}

impl NewPage {
    fn wrong(&self, field: &str) -> &str {
        wrong_of(&self.wrongs, field)
    }
}

#[derive(Template)]
#[template(path = "petugas/user.html")]
struct UserPage {
    frame: Frame,
    user: UserLine,
    role: String,
    roles: Vec<Choice>,
    wrongs: Vec<Wrong>,
}

impl UserPage {
    fn wrong(&self, field: &str) -> &str {
        wrong_of(&self.wrongs, field)
    }
}

fn roles(frame: &Frame) -> Vec<Choice> {
    let hint = |role| match role {
        OfficerRole::Operator => frame.t(
            "Menerima permohonan, melayani loket, menyerahkan dokumen",
            "Takes applications in, serves the counter, hands documents over",
        ),
        OfficerRole::Verifier => frame.t(
            "Memeriksa permohonan terhadap data kependudukan",
            "Checks applications against the register",
        ),
        OfficerRole::Signer => frame.t(
            "Menyetujui dan menerbitkan, menangguhkan dan mencabut dokumen",
            "Approves and issues, suspends and revokes documents",
        ),
        OfficerRole::Auditor => frame.t("Hanya membaca", "Reads only"),
        OfficerRole::Admin => frame.t(
            "Mengelola pengguna dan kebijakan kantor; tidak mengurus permohonan",
            "Manages users and the office's policies; no applications",
        ),
    };
    let choice = |role: OfficerRole| Choice {
        hint: hint(role).to_string(),
        ..Choice::new(role.name(), frame.say(&role_name(role)))
    };
    OfficerRole::ALL.map(choice).into_iter().collect()
}

/// The list.
pub async fn list(
    State(app): State<Shared>,
    officer: SignedIn,
    frame: Frame,
    RawQuery(query): RawQuery,
) -> Answer {
    let mut pairs = form_urlencoded::parse(query.as_deref().unwrap_or_default().as_bytes());
    let after = pairs.find(|(name, _)| name == "setelah");
    let after = after.and_then(|(_, id)| OfficerId::parse(&id).ok());
    let mut tx = app.service.db.read().await?;
    let mut found = users::list(&mut tx, officer.actor, after, PAGE + 1).await?;
    let more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let next = match found.last() {
        Some(last) if more => format!("/petugas/pengguna?setelah={}", last.officer.id),
        _ => String::new(),
    };
    let waiting = proposals::waiting(&app.service, &mut tx, officer.actor).await?;
    let frame = frame.titled("Pengguna", "Users");
    let lines = found
        .into_iter()
        .map(|user| UserLine::of(&frame, &officer, user));
    let view = ListPage {
        users: lines.collect(),
        next,
        waiting,
        frame,
    };
    Ok(page(&view.frame, &view))
}

/// The form for a new account.
pub async fn add_form(officer: SignedIn, frame: Frame) -> Answer {
    crate::domain::users::may_see(officer.actor, officer.office).map_err(Failure::from)?;
    let frame = frame.titled("Pengguna baru", "New user");
    let view = NewPage {
        roles: roles(&frame),
        frame,
        wrongs: Vec::new(),
        login: String::new(),
        full_name: String::new(),
        role: String::new(),
    };
    Ok(page(&view.frame, &view))
}

/// Proposes an account and shows the first half of its one-time password.
pub async fn add(
    State(app): State<Shared>,
    officer: SignedIn,
    frame: Frame,
    posted: Posted,
) -> Answer {
    posted.belongs_to(&officer.session)?;
    let (login, name) = (posted.get("nama_masuk"), posted.get("nama").trim());
    let (parsed, role) = (Login::parse(login), OfficerRole::parse(posted.get("peran")));
    let proposed = match (&parsed, role) {
        (Ok(parsed), Some(role)) => {
            let chance = &mut app.chance();
            proposals::add_officer(&app.service, chance, officer.actor, parsed, name, role).await
        }
        (parsed, role) => Err(Failure::Invalid(
            [
                name.is_empty().then(|| FieldError::new("name", "form")),
                parsed.is_err().then(|| FieldError::new("login", "form")),
                role.is_none().then(|| FieldError::new("role", "form")),
            ]
            .into_iter()
            .flatten()
            .collect(),
        )),
    };
    let wrongs = match proposed {
        Ok(proposed) => return proposal(&app, &officer, frame, proposed).await,
        Err(Failure::Invalid(errors)) => {
            let wrong = |e: &FieldError| words(&frame, &e.field, parsed.is_err());
            errors.iter().map(wrong).collect()
        }
        Err(other) => return Err(other.into()),
    };
    let frame = frame.titled("Pengguna baru", "New user");
    let view = NewPage {
        roles: roles(&frame),
        frame,
        wrongs,
        login: login.chars().take(40).collect(),
        full_name: name.to_string(),
        role: posted.get("peran").to_string(),
    };
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(page_with(status, &view.frame, &view))
}

/// What comes of proposing: the proposal's page, at once where half of a password is shown this once.
pub(super) async fn proposal(
    app: &Shared,
    officer: &SignedIn,
    frame: Frame,
    proposed: Proposed,
) -> Answer {
    let id = proposed.proposal.statement.id;
    if proposed.half.is_none() {
        return Ok(at(id));
    }
    let beside = Beside {
        half: proposed.half,
        wrong: "",
    };
    Ok(super::proposals::shown(app, StatusCode::OK, officer, frame, id, beside).await?)
}

fn words(frame: &Frame, field: &str, malformed: bool) -> Wrong {
    let (field, id, en) = match field {
        "login" if malformed => (
            "nama_masuk",
            "Nama masuk: 3 sampai 40 huruf, angka, titik, garis; diawali huruf",
            "Sign-in name: 3 to 40 letters, digits, dots, hyphens; it begins with a letter",
        ),
        "login" => (
            "nama_masuk",
            "Nama masuk ini sudah dipakai; pilih yang lain",
            "This sign-in name is taken; choose another",
        ),
        "role" => ("peran", "Pilih satu peran", "Choose one role"),
        _ => ("nama", "Nama: 1 sampai 80 huruf", "Name: 1 to 80 letters"),
    };
    let text = frame.t(id, en).to_string();
    Wrong { field, text }
}

pub(super) fn id(text: &str) -> Result<OfficerId, Problem> {
    let absent = |_| Problem::from(Failure::NotFound(Thing::Officer));
    OfficerId::parse(text).map_err(absent)
}

/// One account.
pub async fn show(
    State(app): State<Shared>,
    officer: SignedIn,
    frame: Frame,
    Path(text): Path<String>,
) -> Answer {
    let id = id(&text)?;
    Ok(shown(&app, StatusCode::OK, officer, frame, id, Vec::new()).await?)
}

pub(super) async fn shown(
    app: &Shared,
    status: StatusCode,
    officer: SignedIn,
    frame: Frame,
    id: OfficerId,
    wrongs: Vec<Wrong>,
) -> Outcome<Response> {
    let mut tx = app.service.db.read().await?;
    let user = users::one(&mut tx, officer.actor, id).await?;
    let role = user.officer.role.name().to_string();
    let mut frame = frame;
    frame.title.clone_from(&user.officer.name);
    let view = UserPage {
        user: UserLine::of(&frame, &officer, user),
        role,
        roles: roles(&frame),
        wrongs,
        frame,
    };
    Ok(page_with(status, &view.frame, &view))
}
