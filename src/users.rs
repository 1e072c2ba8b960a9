//! Managing officers' accounts: two people (`proposals/`), or somebody alone at the machine's command line. To end an
//! account one admin is enough.
//!
//! The rules stand in `domain/users.rs`. Every change ends the sessions of the account it touches, and seals it anew.

use crate::chance::Chance;
use crate::domain::ids::{OfficeId, OfficerId, ProposalId};
use crate::domain::officer::{Actor, OfficerRole};
use crate::domain::users::{self as rules, Change, Login, Refusal};
use crate::failure::{Failure, Outcome, Thing};
use crate::login;
use crate::offices::checked_name;
use crate::passwords;
use crate::record::{Act, record};
use crate::seals;
use crate::service::Service;
use crate::sessions::{self, Principal};
use crate::store::Tx;
use crate::store::audit;
use crate::store::locks::{self, Row};
use crate::store::logins::{self, LoginRow};
use crate::store::officers::{self, Officer, User};
use zeroize::Zeroizing;

/// In place of a role that the audit trail tells of.
const UNTOLD: &str = "unknown";

/// Seconds that a one-time password counts.
pub const ONE_TIME: i64 = 72 * 3600;

/// A password that is shown once, to be handed over.
pub type OneTimePassword = Zeroizing<String>;

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Invisible => Self::NotFound(Thing::Officer),
            Refusal::NotAdmin => Self::Role,
            Refusal::Own => Self::Separation(
                "nobody changes the rights of their own account; ask another admin",
            ),
            Refusal::LastAdmin => {
                Self::Separation("the office would be without an admin; name another one first")
            }
        }
    }
}

/// A page of the office's accounts, oldest first, after that id.
pub async fn list(
    tx: &mut Tx,
    actor: Actor,
    after: Option<OfficerId>,
    limit: u32,
) -> Outcome<Vec<User>> {
    let office = actor.office().ok_or(Failure::Role)?;
    rules::may_see(actor, office)?;
    officers::page(tx, office, after, limit).await
}

/// One account of the office.
pub async fn one(tx: &mut Tx, actor: Actor, id: OfficerId) -> Outcome<User> {
    let user = officers::user(tx, id).await?;
    let user = user.ok_or(Failure::NotFound(Thing::Officer));
    // Whoever manages nothing learns nothing, not even that an id does not exist.
    if let Some(own) = actor.office() {
        rules::may_see(actor, own)?;
    }
    let user = user?;
    rules::may_see(actor, user.officer.office)?;
    Ok(user)
}

/// How an account is changed: by whom, and by which proposal where it took two.
#[derive(Clone, Copy)]
pub struct How {
    /// Who does it: the second person, or somebody alone.
    pub actor: Actor,
    /// What the two agreed on.
    pub proposal: Option<ProposalId>,
}

impl How {
    /// Somebody alone: at the machine, or where one is enough.
    pub fn alone(actor: Actor) -> Self {
        let proposal = None;
        Self { actor, proposal }
    }

    /// Refuses what takes two, but at the machine, where it is marked.
    fn of_one(actor: Actor) -> Outcome<Self> {
        match actor {
            Actor::Local => Ok(Self::alone(actor)),
            _ => Err(Failure::Separation(
                "it takes two: propose it, and another admin approves it",
            )),
        }
    }

    /// What the audit trail says beside what was done.
    fn words(self) -> String {
        match (self.proposal, self.actor) {
            (Some(id), _) => format!(" proposal {id}"),
            (None, Actor::Local) => " by one person at the machine".into(),
            (None, _) => String::new(),
        }
    }
}

/// Adds an officer who signs in with a name and a password, alone at the machine. The password is shown once.
pub async fn add(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    office: OfficeId,
    login: &Login,
    name: &str,
    role: OfficerRole,
) -> Outcome<(OfficerId, OneTimePassword)> {
    let how = How::of_one(actor)?;
    let name = checked_name(name)?;
    // Before the transaction: hashing takes long.
    let (password, hash) = one_time(chance).await?;
    let id = OfficerId::draw(&service.clock, chance);
    let mut tx = service.db.begin().await?;
    let new = (id, office, name, role);
    carry_add(service, &mut tx, chance, how, new, login, &hash).await?;
    tx.commit().await?;
    Ok((id, password))
}

async fn one_time(chance: &mut Chance) -> Outcome<(OneTimePassword, String)> {
    let password = passwords::one_time(chance);
    let hash = passwords::hash(chance, &password).await?;
    Ok((password, hash))
}

/// The account is there from now on.
pub(crate) async fn carry_add(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    how: How,
    (id, office, name, role): (OfficerId, OfficeId, String, OfficerRole),
    login: &Login,
    hash: &str,
) -> Outcome<()> {
    let now = service.clock.now();
    let mut officer = Officer {
        id,
        office,
        name,
        role,
        token_hash: None,
        disabled: None,
        seal: None,
    };
    officer.seal = Some(seals::officer(&service.crypter, &officer).to_vec());
    officers::insert(tx, &officer, now).await?;
    logins::insert(tx, id, login, hash, now + ONE_TIME).await?;
    login::seal(service, tx, &fresh(id, login, hash, now)).await?;
    note(service, tx, chance, how, &officer, Change::Add(role), role).await
}

/// What signs in where a password counts once and no code generator is enrolled.
fn fresh(officer: OfficerId, login: &Login, hash: &str, now: i64) -> LoginRow {
    LoginRow {
        officer,
        login: login.clone(),
        password: hash.to_string(),
        one_time_until: Some(now + ONE_TIME),
        totp: None,
        totp_step: None,
        last_login: None,
        seal: None,
    }
}

async fn note(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    how: How,
    officer: &Officer,
    change: Change,
    role: OfficerRole,
) -> Outcome<()> {
    let act = Act {
        office: Some(officer.office),
        detail: Some(format!("{} {}{}", officer.id, role.name(), how.words())),
        ..Act::new(change.action())
    };
    record(tx, &service.clock, chance, how.actor, act).await
}

/// Whoever resets or enables an account seals it as it is. Where this service did not write it, the trail has to tell of that
/// role in that office and of no end; of a token it tells nothing, so one is never sealed afterwards.
async fn may_be_sealed(service: &Service, tx: &mut Tx, officer: &Officer) -> Outcome<()> {
    if seals::officer_fits(&service.crypter, officer) {
        return Ok(());
    }
    let told = audit::of_officer(tx, officer.office, officer.id).await?;
    let given_back = told.disabled && officer.disabled.is_none();
    if officer.token_hash.is_some() || given_back || told.role != officer.role.name() {
        return Err(Failure::Altered("officers"));
    }
    Ok(())
}

/// Checks a change in its transaction, or before it is proposed; the officer as they stand.
pub(crate) async fn checked(
    service: &Service,
    tx: &mut Tx,
    actor: Actor,
    id: OfficerId,
    change: Change,
) -> Outcome<Officer> {
    sessions::take_officer(tx, id).await?;
    if let Some(found) = officers::by_id(tx, id).await? {
        // Two admins who take each other's rights: the second one is told that the first one has none left.
        locks::row(tx, Row::Office(found.office)).await?;
    }
    let officer = one(tx, actor, id).await?.officer;
    let others = officers::other_admins(tx, officer.office, id).await?;
    let target = Some((officer.id, officer.role));
    rules::may_change(actor, officer.office, target, change, others)?;
    // What somebody else wrote is not sealed by changing it: but at the machine, to put it right.
    let trusted = actor == Actor::Local || change == Change::Disable;
    if !trusted && !seals::officer_fits(&service.crypter, &officer) {
        return Err(Failure::Separation(
            "the account was changed by other means than this service; ask whoever keeps the machine",
        ));
    }
    if matches!(change, Change::Enable | Change::Reset) {
        may_be_sealed(service, tx, &officer).await?;
    }
    match change {
        Change::Role(role) if role == officer.role => {
            Err(Failure::field("role", "is their role already"))
        }
        Change::Disable if officer.disabled.is_some() => Err(Failure::WrongState("disabled")),
        Change::Enable if officer.disabled.is_none() => Err(Failure::WrongState("enabled")),
        Change::Reset if logins::by_officer(tx, id).await?.is_none() => {
            Err(Failure::WrongState("without a login"))
        }
        _ => Ok(officer),
    }
}

/// Another role. Their sessions end: a page opened under the old role is worth nothing.
pub(crate) async fn carry_role(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    how: How,
    officer: &Officer,
    role: OfficerRole,
) -> Outcome<()> {
    let changed = Officer {
        role,
        ..officer.clone()
    };
    let seal = seals::officer(&service.crypter, &changed);
    officers::set_role(tx, officer.id, officer.role, role, &seal).await?;
    sessions::close_all_of(tx, Principal::Officer(officer.id)).await?;
    let change = Change::Role(role);
    note(service, tx, chance, how, officer, change, role).await
}

/// Ends an account until it is enabled again: login, token and sessions. One admin is enough to end what may hurt.
pub async fn disable(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    id: OfficerId,
) -> Outcome<()> {
    let mut tx = service.db.begin().await?;
    let officer = checked(service, &mut tx, actor, id, Change::Disable).await?;
    let now = service.clock.now();
    let changed = Officer {
        disabled: Some(now),
        ..officer.clone()
    };
    // What this service did not write gets no seal by being ended, and its role no line in the trail.
    let own = seals::officer_fits(&service.crypter, &officer);
    let seal = own.then(|| seals::officer(&service.crypter, &changed));
    officers::disable(&mut tx, id, now, seal.as_ref()).await?;
    sessions::close_all_of(&mut tx, Principal::Officer(id)).await?;
    let told = audit::of_officer(&mut tx, officer.office, id).await?.role;
    let role = if own { officer.role.name() } else { &told };
    let known = !role.is_empty();
    let role = if known { role } else { UNTOLD };
    let act = Act {
        // Nor does an office that is not theirs get one.
        office: known.then_some(officer.office),
        detail: Some(format!("{id} {role}{}", How::alone(actor).words())),
        ..Act::new(Change::Disable.action())
    };
    record(&mut tx, &service.clock, chance, actor, act).await?;
    tx.commit().await
}

/// Lets an account count again, alone at the machine.
pub async fn enable(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    id: OfficerId,
) -> Outcome<()> {
    let how = How::of_one(actor)?;
    let mut tx = service.db.begin().await?;
    let officer = checked(service, &mut tx, actor, id, Change::Enable).await?;
    carry_enable(service, &mut tx, chance, how, &officer).await?;
    tx.commit().await
}

/// The account counts again.
pub(crate) async fn carry_enable(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    how: How,
    officer: &Officer,
) -> Outcome<()> {
    let changed = Officer {
        disabled: None,
        ..officer.clone()
    };
    let seal = seals::officer(&service.crypter, &changed);
    officers::enable(tx, officer.id, &seal).await?;
    let (change, role) = (Change::Enable, officer.role);
    note(service, tx, chance, how, officer, change, role).await
}

/// A new one-time password for somebody who lost password or phone, alone at the machine. The machine's keeper must
/// know by other means that it is them.
pub async fn reset(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    id: OfficerId,
) -> Outcome<OneTimePassword> {
    let how = How::of_one(actor)?;
    let (password, hash) = one_time(chance).await?;
    let mut tx = service.db.begin().await?;
    let officer = checked(service, &mut tx, actor, id, Change::Reset).await?;
    // Whoever is at the machine puts right what another data key or an older version wrote.
    let seal = seals::officer(&service.crypter, &officer);
    officers::seal(&mut tx, id, &seal).await?;
    carry_reset(service, &mut tx, chance, how, &officer, &hash).await?;
    tx.commit().await?;
    Ok(password)
}

/// A new one-time password; the code generator is enrolled anew, and a lock is lifted.
pub(crate) async fn carry_reset(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    how: How,
    officer: &Officer,
    hash: &str,
) -> Outcome<()> {
    let (id, now) = (officer.id, service.clock.now());
    let row = logins::by_officer(tx, id).await?;
    let row = row.ok_or(Failure::WrongState("without a login"))?;
    logins::reset(tx, id, hash, now + ONE_TIME).await?;
    login::seal(service, tx, &fresh(id, &row.login, hash, now)).await?;
    login::lock(service, row.login.as_str()).lift(tx).await?;
    sessions::close_all_of(tx, Principal::Officer(id)).await?;
    let (change, role) = (Change::Reset, officer.role);
    note(service, tx, chance, how, officer, change, role).await
}
