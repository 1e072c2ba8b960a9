//! Managing officers' accounts: an admin for their own office, or somebody at the machine's command line.
//!
//! The rules stand in `domain/users.rs`. Every change ends the sessions of the account it touches.

use crate::chance::Chance;
use crate::domain::ids::{OfficeId, OfficerId};
use crate::domain::officer::{Actor, OfficerRole};
use crate::domain::users::{self as rules, Change, Login, Refusal};
use crate::failure::{Failure, Outcome, Thing};
use crate::login;
use crate::offices::checked_name;
use crate::passwords;
use crate::record::{Act, record};
use crate::service::Service;
use crate::sessions::{self, Principal};
use crate::store::locks::{self, Row};
use crate::store::officers::{self, Officer, User};
use crate::store::{Tx, logins};
use zeroize::Zeroizing;

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

/// Adds an officer who signs in with a name and a password. The password is shown once.
pub async fn add(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    office: OfficeId,
    login: &Login,
    name: &str,
    role: OfficerRole,
) -> Outcome<(OfficerId, OneTimePassword)> {
    let change = Change::Add(role);
    rules::may_change(actor, office, None, change, 0)?;
    let name = checked_name(name)?;
    // Before the transaction: hashing takes long.
    let (password, hash) = one_time(chance).await?;
    let id = OfficerId::draw(&service.clock, chance);
    let now = service.clock.now();
    let officer = Officer {
        id,
        office,
        name,
        role,
        token_hash: None,
        disabled: None,
    };
    let mut tx = service.db.begin().await?;
    officers::insert(&mut tx, &officer, now).await?;
    logins::insert(&mut tx, id, login, &hash, now + ONE_TIME).await?;
    note(service, &mut tx, chance, actor, &officer, change, role).await?;
    tx.commit().await?;
    Ok((id, password))
}

async fn one_time(chance: &mut Chance) -> Outcome<(OneTimePassword, String)> {
    let password = passwords::one_time(chance);
    let hash = passwords::hash(chance, &password).await?;
    Ok((password, hash))
}

async fn note(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    officer: &Officer,
    change: Change,
    role: OfficerRole,
) -> Outcome<()> {
    let act = Act {
        office: Some(officer.office),
        detail: Some(format!("{} {}", officer.id, role.name())),
        ..Act::new(change.action())
    };
    record(tx, &service.clock, chance, actor, act).await
}

/// Checks a change in its transaction; the officer as they stand.
async fn checked(tx: &mut Tx, actor: Actor, id: OfficerId, change: Change) -> Outcome<Officer> {
    sessions::take_officer(tx, id).await?;
    if let Some(found) = officers::by_id(tx, id).await? {
        // Two admins who take each other's rights: the second one is told that the first one has none left.
        locks::row(tx, Row::Office(found.office)).await?;
    }
    let officer = one(tx, actor, id).await?.officer;
    let others = officers::other_admins(tx, officer.office, id).await?;
    let target = Some((officer.id, officer.role));
    rules::may_change(actor, officer.office, target, change, others)?;
    Ok(officer)
}

/// Gives an officer another role. Their sessions end: a page opened under the old role is worth nothing.
pub async fn change_role(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    id: OfficerId,
    role: OfficerRole,
) -> Outcome<()> {
    let change = Change::Role(role);
    let mut tx = service.db.begin().await?;
    let officer = checked(&mut tx, actor, id, change).await?;
    if officer.role == role {
        return Err(Failure::field("role", "is their role already"));
    }
    officers::set_role(&mut tx, id, officer.role, role).await?;
    sessions::close_all_of(&mut tx, Principal::Officer(id)).await?;
    note(service, &mut tx, chance, actor, &officer, change, role).await?;
    tx.commit().await
}

/// Ends an account until it is enabled again: login, token and sessions.
pub async fn disable(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    id: OfficerId,
) -> Outcome<()> {
    let mut tx = service.db.begin().await?;
    let officer = checked(&mut tx, actor, id, Change::Disable).await?;
    if officer.disabled.is_some() {
        return Err(Failure::WrongState("disabled"));
    }
    officers::disable(&mut tx, id, service.clock.now()).await?;
    sessions::close_all_of(&mut tx, Principal::Officer(id)).await?;
    let role = officer.role;
    note(
        service,
        &mut tx,
        chance,
        actor,
        &officer,
        Change::Disable,
        role,
    )
    .await?;
    tx.commit().await
}

/// Lets an account count again.
pub async fn enable(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    id: OfficerId,
) -> Outcome<()> {
    let mut tx = service.db.begin().await?;
    let officer = checked(&mut tx, actor, id, Change::Enable).await?;
    if officer.disabled.is_none() {
        return Err(Failure::WrongState("enabled"));
    }
    officers::enable(&mut tx, id).await?;
    let role = officer.role;
    note(
        service,
        &mut tx,
        chance,
        actor,
        &officer,
        Change::Enable,
        role,
    )
    .await?;
    tx.commit().await
}

/// A new one-time password for somebody who lost password or phone; the code generator is enrolled anew and a lock
/// is lifted. The admin must know by other means that it is them.
pub async fn reset(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    id: OfficerId,
) -> Outcome<OneTimePassword> {
    let (password, hash) = one_time(chance).await?;
    let mut tx = service.db.begin().await?;
    let officer = checked(&mut tx, actor, id, Change::Reset).await?;
    let row = logins::by_officer(&mut tx, id).await?;
    let row = row.ok_or(Failure::WrongState("without a login"))?;
    logins::reset(&mut tx, id, &hash, service.clock.now() + ONE_TIME).await?;
    login::lock(service, row.login.as_str())
        .lift(&mut tx)
        .await?;
    sessions::close_all_of(&mut tx, Principal::Officer(id)).await?;
    let role = officer.role;
    note(
        service,
        &mut tx,
        chance,
        actor,
        &officer,
        Change::Reset,
        role,
    )
    .await?;
    tx.commit().await?;
    Ok(password)
}
