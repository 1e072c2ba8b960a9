//! Signing in: the NIK, then a code to the address that the account has.

use super::challenge::{self, Payload, Purpose, Sent};
use super::holder::{nik_index, open_contact, seal_contact};
use super::{letters, rules};
use crate::chance::Chance;
use crate::domain::code::Code;
use crate::domain::ids::{AccountId, ChallengeId};
use crate::domain::officer::Actor;
use crate::failure::Outcome;
use crate::record::{Act, record};
use crate::service::Service;
use crate::sessions::{self, Principal, SessionToken};
use crate::store::{accounts, persons};
use crate::throttle;
use credential::ids::Nik;

/// Sends a code to the address of the account of that NIK. Where there is none, the same is done for nobody.
///
/// # Errors
/// [`Failure::TooMany`](crate::failure::Failure::TooMany).
pub async fn start(
    service: &Service,
    chance: &mut Chance,
    origin: &[u8],
    nik: Nik,
) -> Outcome<Sent> {
    let subject = nik_index(service, nik);
    let mut tx = service.db.begin().await?;
    for (rule, key) in [
        (&rules::CODES_OF_ALL, rules::EVERYBODY),
        (&rules::CODES_FROM_ADDRESS, origin),
        (&rules::CODES_OF_NIK, subject.as_slice()),
    ] {
        throttle::count(service, &mut tx, rule, key).await?;
    }
    let lives = persons::lives(&mut tx, nik).await?;
    let found = accounts::contact_of(&mut tx, &subject).await?;
    // A contact of nobody is sealed in any case, and one is opened in any case.
    let nobody = AccountId::draw(&service.clock, chance);
    let sealed = seal_contact(service, chance, nobody, None);
    let (holder, sealed) = found.filter(|_| lives).unwrap_or((nobody, sealed));
    let contact = open_contact(service, holder, &sealed)?;
    let code = Code::draw(chance);
    let payload = Payload {
        nik,
        account: contact.as_ref().map(|_| holder),
        contact: None,
    };
    let expected = contact.as_ref().map(|_| code.digits());
    let purpose = Purpose::SignIn;
    let sent = challenge::open(
        service, &mut tx, chance, purpose, &subject, &payload, expected,
    )
    .await?;
    let letter = letters::code_to_sign_in(&code);
    letters::send(service, &mut tx, chance, contact.as_ref(), letter).await?;
    tx.commit().await?;
    Ok(sent)
}

/// Opens a session, where the code is right; closes the one the browser had before.
///
/// # Errors
/// [`Failure::TooMany`](crate::failure::Failure::TooMany).
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
    let payload = challenge::confirm(service, &mut tx, Purpose::SignIn, id, &[code]).await?;
    let entered = match payload.and_then(|p| p.account) {
        // It may have been closed since the code was sent.
        Some(account) if super::holder(service, &mut tx, account).await?.is_some() => {
            let actor = Actor::Citizen(account);
            record(
                &mut tx,
                &service.clock,
                chance,
                actor,
                Act::new("account.sign-in"),
            )
            .await?;
            let principal = Principal::Citizen(account);
            let token = sessions::rotate(service, &mut tx, chance, old_cookie, principal).await?;
            Some((account, token))
        }
        _ => None,
    };
    tx.commit().await?;
    Ok(entered)
}
