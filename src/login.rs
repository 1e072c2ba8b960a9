//! Signing in as an officer: name and password, then a code. The first time, a new password and the enrolment of a
//! code generator stand in between.
//!
//! Every try is counted before it is judged, by address and by name. Names that do not exist are answered with the
//! same words and the same work.

mod new_password;

pub use new_password::{change_password, replace_password};

use crate::chance::Chance;
use crate::domain::officer::Actor;
use crate::domain::users::Login;
use crate::failure::{Failure, Outcome, Thing};
use crate::lockout::Lock;
use crate::passwords::{self, Weak};
use crate::record::{Act, record};
use crate::seals;
use crate::service::Service;
use crate::sessions::{self, Principal, Session, SessionToken};
use crate::store::Tx;
use crate::store::logins::{self, LoginRow};
use crate::store::officers::{self, Officer};
use crate::throttle::{self, Rule};
use crate::totp::Secret;

/// Tries of one address. A whole office may share one, all signing in at eight in the morning.
pub const PER_ADDRESS: Rule = Rule {
    name: "officer sign-in",
    max: 120,
    per_seconds: 600,
};

/// How long one line of the trail stands for all names that do not exist; nobody is refused by it.
const UNKNOWN: Rule = Rule {
    name: "officer unknown name",
    max: u32::MAX,
    per_seconds: 600,
};

/// What is still missing between the password and the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The one-time password is to be replaced.
    Password,
    /// The code generator is to be enrolled.
    Enrolment,
    /// The code.
    Code,
}

/// The lock of a name that is typed at sign-in.
pub fn lock(service: &Service, login: &str) -> Lock {
    Lock::of(service, "officer", login.as_bytes())
}

/// Seals what an officer signs in with, as it is from now on.
pub async fn seal(service: &Service, tx: &mut Tx, row: &LoginRow) -> Outcome<()> {
    let seal = seals::login(&service.crypter, row);
    logins::seal(tx, row.officer, &seal).await
}

/// Whether an account counts: not disabled, and written by this service.
pub fn counts(service: &Service, officer: &Officer) -> bool {
    officer.disabled.is_none() && seals::officer_fits(&service.crypter, officer)
}

/// An officer as the audit trail names them.
pub fn actor(officer: &Officer) -> Actor {
    Actor::Officer {
        id: officer.id,
        office: officer.office,
        role: officer.role,
    }
}

/// The first step: name and password. The cookie of what it opens only leads to what is [`Missing`].
///
/// # Errors
/// [`Failure::Credentials`], whatever was wrong; [`Failure::TooMany`] beyond the limits.
pub async fn password(
    service: &Service,
    chance: &mut Chance,
    address: &[u8],
    old_cookie: Option<&str>,
    login: &str,
    password: &str,
) -> Outcome<SessionToken> {
    throttle::count_now(service, &PER_ADDRESS, address).await?;
    let name = login.trim().to_ascii_lowercase();
    let lock = lock(service, &name);
    lock.charge_now(service).await?;
    let mut tx = service.db.read().await?;
    let row = match Login::parse(&name) {
        Ok(login) => logins::by_login(&mut tx, &login).await?,
        Err(_) => None,
    };
    let officer = match &row {
        Some(row) => officers::by_id(&mut tx, row.officer).await?,
        None => None,
    };
    drop(tx);
    let fits = passwords::fits(password, row.as_ref().map(|row| row.password.as_str())).await?;
    let now = service.clock.now();
    let counts = |row: &LoginRow, officer: &Officer| {
        fits && row.one_time_until.is_none_or(|until| now < until)
            && counts(service, officer)
            && seals::login_fits(&service.crypter, row)
    };
    let mut tx = service.db.begin().await?;
    let fits_still = match &row {
        Some(row) => {
            sessions::take_officer(&mut tx, row.officer).await?;
            let now = logins::by_officer(&mut tx, row.officer).await?;
            now.is_some_and(|now| now.password == row.password)
        }
        None => false,
    };
    match row.zip(officer) {
        Some((row, officer)) if fits_still && counts(&row, &officer) => {
            lock.refund(&mut tx).await?;
            let principal = Principal::Officer(officer.id);
            let opened =
                sessions::begin_login(service, &mut tx, chance, old_cookie, principal).await?;
            tx.commit().await?;
            Ok(opened)
        }
        known => {
            // A line for names that do not exist too: the answer is to take the same time.
            let officer = known.map(|(_, officer)| officer);
            refused(service, &mut tx, chance, officer.as_ref(), "password").await?;
            tx.commit().await?;
            Err(Failure::Credentials)
        }
    }
}

async fn refused(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    officer: Option<&Officer>,
    step: &str,
) -> Outcome<()> {
    let Some(officer) = officer else {
        return refused_unknown(service, tx, chance, step).await;
    };
    metrics::counter!("ikd_sign_ins_refused_total", "name" => "known").increment(1);
    let act = Act {
        office: Some(officer.office),
        detail: Some(format!("{step} {}", officer.id)),
        ..Act::new("login.refused")
    };
    record(tx, &service.clock, chance, Actor::Stranger, act).await
}

/// Names that do not exist can be made up without end, and the trail is kept for ever: all of them are counted, and
/// the first of a while has a line. A count is a row written, as a line is, so the answer takes the same time.
async fn refused_unknown(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    step: &str,
) -> Outcome<()> {
    metrics::counter!("ikd_sign_ins_refused_total", "name" => "unknown").increment(1);
    if !throttle::is_first(service, tx, &UNKNOWN, b"all").await? {
        return Ok(());
    }
    let act = Act {
        detail: Some(format!("{step} unknown name")),
        ..Act::new("login.refused")
    };
    record(tx, &service.clock, chance, Actor::Stranger, act).await
}

/// The row as it is, locked, of an officer who was judged by `row`; none where their password was changed since, or where
/// it was not written by this service. Its code generator may be under another data key by now.
async fn unchanged(service: &Service, tx: &mut Tx, row: &LoginRow) -> Outcome<Option<LoginRow>> {
    sessions::take_officer(tx, row.officer).await?;
    let now = logins::by_officer(tx, row.officer).await?;
    let same = |now: &LoginRow| {
        (&now.password, now.one_time_until) == (&row.password, row.one_time_until)
            && seals::login_fits(&service.crypter, now)
    };
    Ok(now.filter(same))
}

/// The officer's own password from now on, and a code generator to enrol where there is none yet.
///
/// # Errors
/// [`Failure::Changed`] where it was changed since `row` was read.
async fn store_password(
    service: &Service,
    tx: &mut Tx,
    row: &LoginRow,
    hash: String,
    totp: Option<Vec<u8>>,
) -> Outcome<()> {
    let now = unchanged(service, tx, row).await?;
    let now = now.filter(|now| now.totp_step.is_some() == row.totp_step.is_some());
    let now = now.ok_or(Failure::Changed)?;
    logins::set_password(tx, row.officer, &now.password, &hash).await?;
    let mut changed = LoginRow {
        password: hash,
        one_time_until: None,
        ..now
    };
    if let Some(totp) = totp {
        logins::set_totp(tx, row.officer, &totp).await?;
        changed.totp = Some(totp);
    }
    seal(service, tx, &changed).await
}

/// Whoever stands between the password and the session.
pub struct Pending {
    /// The officer.
    pub officer: Officer,
    /// What they typed.
    pub login: Login,
    /// What is still missing.
    pub missing: Missing,
    row: LoginRow,
}

impl Pending {
    /// The secret to enrol.
    pub fn secret(&self, service: &Service) -> Outcome<Secret> {
        let sealed = self.row.totp.as_deref().ok_or(Failure::Changed)?;
        Secret::open(&service.crypter, self.officer.id, sealed)
    }
}

/// Who stands between the password and the session, by the half-open session of [`password`].
pub async fn pending(service: &Service, tx: &mut Tx, session: &Session) -> Outcome<Pending> {
    let Principal::Officer(id) = session.principal else {
        return Err(Failure::Credentials);
    };
    let officer = officers::by_id(tx, id).await?.ok_or(Failure::Credentials)?;
    let row = logins::by_officer(tx, id)
        .await?
        .ok_or(Failure::Credentials)?;
    let over = |until: i64| service.clock.now() >= until;
    let sealed = counts(service, &officer) && seals::login_fits(&service.crypter, &row);
    if !sealed || row.one_time_until.is_some_and(over) {
        return Err(Failure::Credentials);
    }
    let missing = match (row.one_time_until, row.totp_step) {
        (Some(_), _) => Missing::Password,
        (None, None) => Missing::Enrolment,
        (None, Some(_)) => Missing::Code,
    };
    Ok(Pending {
        officer,
        login: row.login.clone(),
        missing,
        row,
    })
}

async fn note(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    officer: &Officer,
    action: &str,
) -> Outcome<()> {
    let act = Act {
        office: Some(officer.office),
        ..Act::new(action)
    };
    record(tx, &service.clock, chance, actor(officer), act).await
}

/// The last step: the code, which also confirms an enrolment. Opens the session; the half-open one ends.
///
/// # Errors
/// [`Failure::Credentials`] for a wrong or used code; [`Failure::TooMany`] beyond the limits.
pub async fn code(
    service: &Service,
    chance: &mut Chance,
    address: &[u8],
    session: &Session,
    code: &str,
    device: &str,
) -> Outcome<SessionToken> {
    throttle::count_now(service, &PER_ADDRESS, address).await?;
    let mut tx = service.db.read().await?;
    let pending = pending(service, &mut tx, session).await?;
    drop(tx);
    let enrolment = match pending.missing {
        Missing::Password => return Err(Failure::Changed),
        Missing::Enrolment => true,
        Missing::Code => false,
    };
    let lock = lock(service, pending.login.as_str());
    lock.charge_now(service).await?;
    let now = service.clock.now();
    let secret = pending.secret(service)?;
    let step = secret.step_of(code, now, pending.row.totp_step)?;
    let mut tx = service.db.begin().await?;
    let id = pending.officer.id;
    let row = unchanged(service, &mut tx, &pending.row).await?;
    let taken = match row.zip(step) {
        Some((row, step)) if logins::signed_in(&mut tx, id, step, now).await? => Some((row, step)),
        _ => None,
    };
    let Some((row, step)) = taken else {
        refused(service, &mut tx, chance, Some(&pending.officer), "code").await?;
        tx.commit().await?;
        return Err(Failure::Credentials);
    };
    lock.lift(&mut tx).await?;
    // A half-open session opens one session, and none any more once all of the officer's were ended.
    if !sessions::close(&mut tx, session).await? {
        return Err(Failure::Credentials);
    }
    let opened = sessions::open(service, &mut tx, chance, Principal::Officer(id)).await?;
    sessions::set_device(&mut tx, &opened, device).await?;
    if enrolment {
        let enrolled = LoginRow {
            totp_step: Some(step),
            ..row
        };
        seal(service, &mut tx, &enrolled).await?;
        note(service, &mut tx, chance, &pending.officer, "login.enrol").await?;
    }
    note(service, &mut tx, chance, &pending.officer, "login").await?;
    tx.commit().await?;
    Ok(opened)
}

/// The officer of an open session, as they stand now: a session does not outlive the account.
pub async fn officer_of(
    service: &Service,
    tx: &mut Tx,
    session: &Session,
) -> Outcome<Option<Officer>> {
    let Principal::Officer(id) = session.principal else {
        return Ok(None);
    };
    let officer = officers::by_id(tx, id).await?;
    Ok(officer.filter(|officer| counts(service, officer)))
}

/// Signs out.
pub async fn out(
    service: &Service,
    chance: &mut Chance,
    session: &Session,
    actor: Actor,
) -> Outcome<()> {
    let mut tx = service.db.begin().await?;
    sessions::close(&mut tx, session).await?;
    let act = Act {
        office: actor.office(),
        ..Act::new("logout")
    };
    record(&mut tx, &service.clock, chance, actor, act).await?;
    tx.commit().await
}
