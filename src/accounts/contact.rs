//! Another e-mail address or phone: a code to the one the account has and a code to the new one.

use super::challenge::{self, Payload, Purpose, Sent};
use super::holder::{contact, contact_index, nik, seal_contact};
use super::{letters, rules};
use crate::chance::Chance;
use crate::domain::code::Code;
use crate::domain::contact::Contact;
use crate::domain::ids::{AccountId, ChallengeId};
use crate::domain::officer::Actor;
use crate::failure::{Failure, Outcome, Thing};
use crate::record::{Act, record};
use crate::service::Service;
use crate::sessions::{self, Principal, Session};
use crate::store::{accounts, codes};
use crate::throttle;

/// Sends a code to each of the two.
///
/// # Errors
/// [`Failure::TooMany`]; [`Failure::Invalid`] where it is the contact the account has already.
pub async fn start_contact(
    service: &Service,
    chance: &mut Chance,
    origin: &[u8],
    id: AccountId,
    new: Contact,
) -> Outcome<Sent> {
    let mut tx = service.db.begin().await?;
    let account = accounts::by_id(&mut tx, id).await?;
    let account = account.ok_or(Failure::NotFound(Thing::Account))?;
    let index = contact_index(service, &new);
    if index == account.contact_index {
        return Err(Failure::field("contact", "is the one the account has"));
    }
    for (rule, key) in [
        (&rules::CODES_OF_ALL, rules::EVERYBODY),
        (&rules::CODES_FROM_ADDRESS, origin),
        (&rules::CODES_OF_NIK, account.nik_index.as_slice()),
        (&rules::CODES_TO_CONTACT, index.as_slice()),
    ] {
        throttle::count(service, &mut tx, rule, key).await?;
    }
    let old = contact(service, &account)?;
    let (to_old, to_new) = (Code::draw(chance), Code::draw(chance));
    let expected = zeroize::Zeroizing::new([to_old.digits(), to_new.digits()].concat());
    let payload = Payload {
        nik: nik(service, &account)?,
        account: Some(id),
        contact: Some(new.clone()),
    };
    let (purpose, subject) = (Purpose::Contact, &account.nik_index);
    let sent = challenge::open(
        service,
        &mut tx,
        chance,
        purpose,
        subject,
        &payload,
        Some(&expected),
    )
    .await?;
    let letter = letters::code_to_leave(&to_old);
    letters::send(service, &mut tx, chance, Some(&old), letter).await?;
    let letter = letters::code_to_arrive(&to_new);
    letters::send(service, &mut tx, chance, Some(&new), letter).await?;
    tx.commit().await?;
    Ok(sent)
}

/// Changes the contact, where both codes are right; false where they are not. All sessions but this one end.
///
/// # Errors
/// [`Failure::TooMany`]; [`Failure::Changed`] where it was changed in between.
pub async fn confirm_contact(
    service: &Service,
    chance: &mut Chance,
    origin: &[u8],
    session: &Session,
    id: ChallengeId,
    codes: [Code; 2],
) -> Outcome<bool> {
    let Principal::Citizen(account) = session.principal else {
        return Err(Failure::Credentials);
    };
    let mut tx = service.db.begin().await?;
    throttle::count(service, &mut tx, &rules::TRIES_FROM_ADDRESS, origin).await?;
    let payload = challenge::confirm(service, &mut tx, Purpose::Contact, id, &codes).await?;
    let done = match payload {
        Some(Payload {
            account: Some(asked),
            contact: Some(new),
            ..
        }) if asked == account => {
            let row = accounts::by_id(&mut tx, account).await?;
            let row = row.ok_or(Failure::NotFound(Thing::Account))?;
            let sealed = seal_contact(service, chance, account, Some(&new));
            let (from, to) = (&row.contact_index, &contact_index(service, &new));
            let now = service.clock.now();
            accounts::set_contact(
                &mut tx,
                &service.register(),
                account,
                from,
                to,
                &sealed,
                now,
            )
            .await?;
            // What was sent to the old one opens nothing any more.
            codes::forget(&mut tx, &row.nik_index).await?;
            sessions::close_others(&mut tx, session).await?;
            let act = Act::new("account.contact");
            let actor = Actor::Citizen(account);
            record(&mut tx, &service.clock, chance, actor, act).await?;
            true
        }
        _ => false,
    };
    tx.commit().await?;
    Ok(done)
}
