//! What a phone does by itself once it is activated: it fetches newer credentials, and its holder removes the person
//! from it. It shows who it is by its key.

use super::sealed::{self, Table};
use super::{Handed, TRIES_FROM_ADDRESS, TRIES_OF_DEVICE, challenge, issue, phones, wrong_proof};
use crate::chance::Chance;
use crate::domain::device::{Ended, State};
use crate::domain::ids::DeviceId;
use crate::domain::officer::Actor;
use crate::failure::{Failure, Outcome};
use crate::service::Service;
use crate::status::{self, Touched};
use crate::store::devices::{self, Stored};
use crate::store::row_seals::DEVICES;
use crate::store::{locks, persons};
use crate::throttle;

/// A phone's answer to a challenge.
pub struct Answer {
    /// The phone.
    pub device: DeviceId,
    /// The challenge.
    pub challenge: String,
    /// ES256 over the words for this use and the challenge, `r ‖ s`; s may be high or low.
    pub proof: [u8; 64],
}

/// The phone that answered, active or not.
///
/// # Errors
/// A field error for a challenge or a proof that does not count; [`Failure::DeviceEnded`] for a phone that nobody knows.
async fn known(service: &Service, origin: &[u8], answer: &Answer, words: &str) -> Outcome<Stored> {
    throttle::count_now(service, &TRIES_FROM_ADDRESS, origin).await?;
    challenge::check(service, answer.device, &answer.challenge)?;
    let mut tx = service.db.read().await?;
    let stored = devices::by_id(&mut tx, answer.device).await?;
    drop(tx);
    // One that ended long ago is forgotten; its wallet is to be told the same as one that ended today.
    let stored = stored.ok_or(Failure::DeviceEnded)?;
    let message = format!("{words}\n{}", answer.challenge);
    let key = stored.device.key.holder();
    if !key.verify(message.as_bytes(), &answer.proof) {
        return Err(wrong_proof());
    }
    throttle::count_now(service, &TRIES_OF_DEVICE, &answer.device.to_vec()).await?;
    Ok(stored)
}

/// Hands out the phone's credentials: newer ones in place of those past half their life or of a document that was
/// replaced, the others once more.
///
/// # Errors
/// [`Failure::DeviceEnded`] where the person must activate a phone anew; a field error for a challenge or proof that
/// does not count; [`Failure::TooMany`].
pub async fn renew(
    service: &Service,
    chance: &mut Chance,
    origin: &[u8],
    answer: Answer,
) -> Outcome<Handed> {
    let stored = known(service, origin, &answer, "ikd-wallet-renew").await?;
    let mut tx = service.db.begin().await?;
    // Whoever erases the person at the same moment empties the phone before, or ends what it gets here.
    locks::name(&mut tx, super::PHONES, &stored.subject_index).await?;
    let id = answer.device.to_vec();
    DEVICES.must_fit(&mut tx, &service.register(), &id).await?;
    let stored = devices::by_id(&mut tx, answer.device).await?;
    let active = stored.filter(|stored| stored.device.state == State::Active);
    let stored = active.ok_or(Failure::DeviceEnded)?;
    let row = stored.device.id.to_vec();
    let nik = sealed::open_nik(service, Table::Devices, &row, &stored.nik)?;
    let person = persons::by_nik(&mut tx, &service.register(), nik).await?;
    let person = person.ok_or(Failure::DeviceEnded)?;
    let planned = issue::plan(service, &mut tx, chance, &stored, &person).await?;
    tx.commit().await?;
    issue::finish(service, chance, planned).await
}

/// The holder removes the person from the phone: its credentials are revoked. On a phone that ended before it changes
/// nothing.
///
/// # Errors
/// As for [`renew`].
pub async fn remove(
    service: &Service,
    chance: &mut Chance,
    origin: &[u8],
    answer: Answer,
) -> Outcome<()> {
    known(service, origin, &answer, "ikd-wallet-remove").await?;
    let mut tx = service.db.begin().await?;
    let stored = devices::by_id(&mut tx, answer.device).await?;
    let active = stored.filter(|stored| stored.device.state == State::Active);
    let mut touched = Touched::default();
    if let Some(stored) = active {
        let actor = Actor::Device(answer.device);
        let ended = phones::end(
            service,
            &mut tx,
            chance,
            actor,
            stored.device,
            Ended::Removed,
        );
        touched.join(ended.await?.1);
    }
    status::mark(&mut tx, &touched).await?;
    tx.commit().await?;
    // The phone has thrown its credentials away by itself.
    status::settle_if_possible(service, touched).await;
    Ok(())
}
