//! Opening an account: what the citizen says must match the register, and the code must reach them.

use super::challenge::{self, Payload, Purpose, Sent};
use super::holder::{contact_index, nik_index, sealed};
use super::{letters, rules};
use crate::chance::Chance;
use crate::domain::code::Code;
use crate::domain::contact::Contact;
use crate::domain::content::age;
use crate::domain::ids::{AccountId, ChallengeId};
use crate::domain::kinship::ADULT;
use crate::domain::officer::Actor;
use crate::failure::{Failure, Outcome};
use crate::record::{Act, record};
use crate::service::Service;
use crate::sessions::{self, Principal, SessionToken};
use crate::store::{Tx, accounts, persons};
use crate::throttle;
use credential::date::Date;
use credential::ids::{Nik, NomorKk};

/// Who somebody says they are, and how they want to be reached. Does not print.
pub struct Claim {
    /// Their NIK.
    pub nik: Nik,
    /// The number of their family card.
    pub nomor_kk: NomorKk,
    /// Their date of birth.
    pub born: Date,
    /// Where the code goes.
    pub contact: Contact,
}

/// Refuses who is below 17 by the date of birth they typed; the register is not asked.
pub fn old_enough(service: &Service, born: Date) -> Outcome<()> {
    let today = Date::at_wib(service.clock.now()).ok_or(Failure::Row("the clock"))?;
    if age(born, today) < ADULT {
        return Err(Failure::field(
            "tanggal_lahir",
            "an account needs an age of 17 years; a parent acts for a child",
        ));
    }
    Ok(())
}

/// Sends a letter to the contact: with a code where the data match and the NIK has no account yet, else with the
/// reasons why not. Which of them it was shows in that mailbox and nowhere else.
///
/// # Errors
/// [`Failure::TooMany`]; [`Failure::Invalid`] for who is below 17.
pub async fn start(
    service: &Service,
    chance: &mut Chance,
    origin: &[u8],
    claim: &Claim,
) -> Outcome<Sent> {
    old_enough(service, claim.born)?;
    let subject = nik_index(service, claim.nik);
    let contact = contact_index(service, &claim.contact);
    let mut tx = service.db.begin().await?;
    for (rule, key) in [
        (&rules::CODES_OF_ALL, rules::EVERYBODY),
        (&rules::CODES_FROM_ADDRESS, origin),
        (&rules::CODES_OF_NIK, subject.as_slice()),
        (&rules::CODES_TO_CONTACT, contact.as_slice()),
    ] {
        throttle::count(service, &mut tx, rule, key).await?;
    }
    let matches = persons::matches(&mut tx, claim.nik, claim.nomor_kk, claim.born).await?;
    let taken = accounts::contact_of(&mut tx, &subject).await?.is_some();
    let code = Code::draw(chance);
    let counts = matches && !taken;
    let payload = Payload {
        nik: claim.nik,
        account: None,
        contact: Some(claim.contact.clone()),
    };
    let expected = counts.then(|| code.digits());
    let purpose = Purpose::Register;
    let sent = challenge::open(
        service, &mut tx, chance, purpose, &subject, &payload, expected,
    )
    .await?;
    let letter = match counts {
        true => letters::code_to_register(&code),
        false => letters::no_match(),
    };
    letters::send(service, &mut tx, chance, Some(&claim.contact), letter).await?;
    tx.commit().await?;
    Ok(sent)
}

/// Opens the account and a session, where the code is right; closes the session the browser had before.
///
/// # Errors
/// [`Failure::TooMany`].
pub async fn confirm(
    service: &Service,
    chance: &mut Chance,
    origin: &[u8],
    old_cookie: Option<&str>,
    id: ChallengeId,
    code: Code,
) -> Outcome<Option<(AccountId, SessionToken)>> {
    let mut tx = service.db.begin().await?;
    throttle::count(service, &mut tx, &rules::TRIES_FROM_ADDRESS, origin).await?;
    let payload = challenge::confirm(service, &mut tx, Purpose::Register, id, &[code]).await?;
    let entered = match payload {
        Some(Payload {
            nik,
            contact: Some(contact),
            ..
        }) if persons::lives(&mut tx, nik).await? => {
            match open(service, &mut tx, chance, nik, &contact).await? {
                Some(account) => {
                    let principal = Principal::Citizen(account);
                    let token =
                        sessions::rotate(service, &mut tx, chance, old_cookie, principal).await?;
                    Some((account, token))
                }
                None => None,
            }
        }
        _ => None,
    };
    tx.commit().await?;
    Ok(entered)
}

/// Opens an account for a NIK that was proven; none where it has one already: two codes of the same NIK may both be on
/// their way, and the first that is typed opens the account.
pub async fn open(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    nik: Nik,
    contact: &Contact,
) -> Outcome<Option<AccountId>> {
    let account = sealed(service, chance, nik, contact);
    if !accounts::insert(tx, &service.register(), &account).await? {
        return Ok(None);
    }
    let actor = Actor::Citizen(account.id);
    let act = Act::new("account.open");
    record(tx, &service.clock, chance, actor, act).await?;
    Ok(Some(account.id))
}
