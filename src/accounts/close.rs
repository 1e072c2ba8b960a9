//! The end of an account: its holder asks for it (UU 27/2022 Ps 8), an office does for a citizen who lost their mailbox,
//! or the register says that the holder lives here no more.
//!
//! What identifies the holder is erased, sessions and codes end, drafts go. Applications that were handed in are the
//! office's files (UU 43/2009) and stay, without a link to the account.

use super::challenge::{self, Payload, Purpose, Sent};
use super::holder::{contact, nik, nik_index};
use super::{letters, rules};
use crate::chance::Chance;
use crate::domain::code::Code;
use crate::domain::ids::{AccountId, ChallengeId};
use crate::domain::officer::{Actor, OfficerRole};
use crate::failure::{Failure, Outcome, Thing};
use crate::record::{Act, record};
use crate::service::Service;
use crate::sessions::{self, Principal};
use crate::store::accounts::Account;
use crate::store::{Tx, accounts, applications, codes, offices, persons};
use crate::throttle;
use credential::ids::Nik;

/// Sends a code to whoever wants to close their account.
///
/// # Errors
/// [`Failure::TooMany`].
pub async fn start_close(
    service: &Service,
    chance: &mut Chance,
    origin: &[u8],
    id: AccountId,
) -> Outcome<Sent> {
    let mut tx = service.db.begin().await?;
    let account = accounts::by_id(&mut tx, id).await?;
    let account = account.ok_or(Failure::NotFound(Thing::Account))?;
    for (rule, key) in [
        (&rules::CODES_FROM_ADDRESS, origin),
        (&rules::CODES_OF_NIK, account.nik_index.as_slice()),
    ] {
        throttle::count(service, &mut tx, rule, key).await?;
    }
    let code = Code::draw(chance);
    let payload = Payload {
        nik: nik(service, &account)?,
        account: Some(id),
        contact: None,
    };
    let (purpose, subject) = (Purpose::Close, &account.nik_index);
    let expected = Some(code.digits());
    let sent = challenge::open(
        service, &mut tx, chance, purpose, subject, &payload, expected,
    )
    .await?;
    let to = contact(service, &account)?;
    let letter = letters::code_to_close(&code);
    letters::send(service, &mut tx, chance, Some(&to), letter).await?;
    tx.commit().await?;
    Ok(sent)
}

/// Closes the account, where the code is right; false where it is not.
///
/// # Errors
/// [`Failure::TooMany`].
pub async fn confirm_close(
    service: &Service,
    chance: &mut Chance,
    origin: &[u8],
    account: AccountId,
    id: ChallengeId,
    code: Code,
) -> Outcome<bool> {
    let mut tx = service.db.begin().await?;
    throttle::count(service, &mut tx, &rules::TRIES_FROM_ADDRESS, origin).await?;
    let payload = challenge::confirm(service, &mut tx, Purpose::Close, id, &[code]).await?;
    let asked = payload.and_then(|p| p.account) == Some(account);
    if asked && let Some(row) = accounts::by_id(&mut tx, account).await? {
        let actor = Actor::Citizen(account);
        erase(
            service,
            &mut tx,
            chance,
            actor,
            &row,
            "asked for by the holder",
        )
        .await?;
    }
    tx.commit().await?;
    Ok(asked)
}

/// Closes the account of a citizen who stands at the counter and no longer has the mailbox or phone; they may open a
/// new one at once.
///
/// # Errors
/// [`Failure::Role`] for anybody but an operator; [`Failure::OutsideRegion`]; [`Failure::NotFound`] where there is no such person or account.
pub async fn close_by_office(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    nik: Nik,
) -> Outcome<()> {
    // Whoever sits at the counter, and whoever operates the machine.
    match actor {
        Actor::Local => {}
        Actor::Officer {
            role: OfficerRole::Operator,
            ..
        } => {}
        _ => return Err(Failure::Role),
    }
    let mut tx = service.db.begin().await?;
    if let Some(office) = actor.office() {
        let office = offices::by_id(&mut tx, office).await?;
        let office = office.ok_or(Failure::NotFound(Thing::Office))?;
        let person = persons::by_nik(&mut tx, &service.register(), nik).await?;
        let person = person.ok_or(Failure::NotFound(Thing::Person))?;
        if !person.kode_wilayah.lies_in(office.region.as_str()) {
            return Err(Failure::OutsideRegion);
        }
    }
    let found = accounts::contact_of(&mut tx, &nik_index(service, nik)).await?;
    let (id, _) = found.ok_or(Failure::NotFound(Thing::Account))?;
    let row = accounts::by_id(&mut tx, id).await?;
    let row = row.ok_or(Failure::NotFound(Thing::Account))?;
    erase(service, &mut tx, chance, actor, &row, "at the counter").await?;
    tx.commit().await
}

/// Closes the accounts of everybody whom the register no longer has; how many. [`super::holder`] lets nobody in with
/// such an account meanwhile.
pub async fn close_gone(service: &Service, chance: &mut Chance) -> Outcome<usize> {
    let (mut after, mut closed) = (None, 0);
    loop {
        // Reads hold no lock; a short write follows for the few that are to be closed.
        let page = {
            let mut tx = service.db.read().await?;
            accounts::page(&mut tx, after).await?
        };
        let Some(last) = page.last() else {
            return Ok(closed);
        };
        after = Some(last.id);
        for account in page {
            let nik = nik(service, &account)?;
            let gone = {
                let mut tx = service.db.read().await?;
                is_gone(service, &mut tx, nik).await?
            };
            if !gone {
                continue;
            }
            let mut tx = service.db.begin().await?;
            if is_gone(service, &mut tx, nik).await? {
                let why = "the register has its holder no more";
                match erase(service, &mut tx, chance, Actor::Local, &account, why).await {
                    Ok(()) => closed += 1,
                    // Its holder closed it in this moment.
                    Err(Failure::Changed) => continue,
                    Err(failure) => return Err(failure),
                }
            }
            tx.commit().await?;
        }
    }
}

/// Who was only written out of the register keeps the account.
async fn is_gone(service: &Service, tx: &mut Tx, nik: Nik) -> Outcome<bool> {
    let lives = persons::lives(tx, nik).await?;
    Ok(!lives && !persons::is_altered(tx, &service.register(), nik).await?)
}

/// Closes the account of a person who asked that all that is held of them is erased.
pub(crate) async fn erase_for_good(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    id: AccountId,
) -> Outcome<()> {
    let row = accounts::by_id(tx, id).await?;
    let row = row.ok_or(Failure::NotFound(Thing::Account))?;
    let why = "with all that is held of its holder";
    erase(service, tx, chance, actor, &row, why).await
}

/// Deletes the codes that somebody with that NIK waits for, whether they have an account or not.
pub(crate) async fn forget_codes(service: &Service, tx: &mut Tx, nik: Nik) -> Outcome<()> {
    codes::forget(tx, &nik_index(service, nik)).await
}

async fn erase(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    account: &Account,
    why: &str,
) -> Outcome<()> {
    codes::forget(tx, &account.nik_index).await?;
    sessions::close_all_of(tx, Principal::Citizen(account.id)).await?;
    applications::unlink(tx, &service.register(), account.id).await?;
    accounts::delete(tx, account.id).await?;
    let act = Act {
        detail: Some(format!("account {}: {why}", account.id)),
        ..Act::new("account.close")
    };
    record(tx, &service.clock, chance, actor, act).await
}
