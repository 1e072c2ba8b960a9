//! A phone redeems the code from the counter with a key that it has just made.

use super::sealed::{self, Table};
use super::{Handed, TRIES_FROM_ADDRESS, issue, phones, wrong_code, wrong_proof};
use crate::chance::Chance;
use crate::domain::activation::ActivationCode;
use crate::domain::device::{Device, DeviceKey, Ended, State};
use crate::domain::ids::DeviceId;
use crate::domain::officer::Actor;
use crate::failure::Outcome;
use crate::record::{Act, record};
use crate::service::Service;
use crate::status::{self, Touched};
use crate::store::activations::{self, Stored as Activation};
use crate::store::devices::{self, Stored};
use crate::store::row_seals::{ACTIVATIONS, DEVICES};
use crate::store::{Tx, locks, persons};
use crate::throttle;

/// What a phone says: the code as it was scanned or typed, its key, and the proof that it holds the key.
pub struct Claim {
    /// The code; the proof covers exactly this text.
    pub code: String,
    /// The phone's public key.
    pub key: DeviceKey,
    /// ES256 over `ikd-wallet-redeem\n` and the code, `r ‖ s` (RFC 9053 §2.1); s may be high or low.
    pub proof: [u8; 64],
    /// Browser and system in two words, or empty.
    pub label: String,
}

/// Activates the phone and hands out its credentials; a phone that the person had before ends. The code is used up in
/// the transaction that stores the phone. Whoever asks again with the same code and key within the code's life gets the
/// credentials again, because an answer may be lost on the way: the proof shows that it is the same phone.
///
/// # Errors
/// A field error for a proof that does not fit; one and the same for a code that is wrong, used or too old;
/// [`crate::failure::Failure::TooMany`].
pub async fn redeem(
    service: &Service,
    chance: &mut Chance,
    origin: &[u8],
    claim: Claim,
) -> Outcome<Handed> {
    throttle::count_now(service, &TRIES_FROM_ADDRESS, origin).await?;
    // Before the code is looked at, so that the answer tells nothing about it.
    let message = format!("ikd-wallet-redeem\n{}", claim.code);
    if !claim.key.holder().verify(message.as_bytes(), &claim.proof) {
        return Err(wrong_proof());
    }
    let code = ActivationCode::parse(&claim.code).map_err(|_| wrong_code())?;
    let now = service.clock.now();
    let mut tx = service.db.begin().await?;
    let code = sealed::code_hash(service, &code);
    let found = activations::by_code(&mut tx, &code).await?;
    let found = found.ok_or_else(wrong_code)?;
    locks::name(&mut tx, super::PHONES, &found.subject_index).await?;
    let id = found.activation.id.to_vec();
    ACTIVATIONS
        .must_fit(&mut tx, &service.register(), &id)
        .await?;
    // The same phone may have asked at the same moment, or another one of the same person.
    let judged = found.activation.id;
    let found = activations::by_code(&mut tx, &code).await?;
    let found = found.filter(|found| found.activation.id == judged);
    let found = found.ok_or_else(wrong_code)?;
    let nik = sealed::open_nik(
        service,
        Table::Activations,
        &found.activation.id.to_vec(),
        &found.nik,
    )?;
    let (stored, touched) = match found.activation.again(now) {
        Some(device) => (
            again(service, &mut tx, device, &claim).await?,
            Touched::default(),
        ),
        None => first(service, &mut tx, chance, &found, &claim).await?,
    };
    // Whoever left the register in these ten minutes has no documents any more.
    let person = persons::by_nik(&mut tx, &service.register(), nik)
        .await?
        .ok_or_else(wrong_code)?;
    let planned = issue::plan(service, &mut tx, chance, &stored, &person).await?;
    status::mark(&mut tx, &touched).await?;
    tx.commit().await?;
    // The phone that ended is not the one that waits.
    status::settle_if_possible(service, touched).await;
    issue::finish(service, chance, planned).await
}

/// The phone that this code made, if it is the one that asks.
async fn again(service: &Service, tx: &mut Tx, device: DeviceId, claim: &Claim) -> Outcome<Stored> {
    DEVICES
        .must_fit(tx, &service.register(), &device.to_vec())
        .await?;
    let stored = devices::by_id(tx, device).await?;
    let same =
        |stored: &Stored| stored.device.state == State::Active && stored.device.key == claim.key;
    stored.filter(same).ok_or_else(wrong_code)
}

/// Uses the code up and stores the phone. Returns the lists that change because an older one ends.
async fn first(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    found: &Activation,
    claim: &Claim,
) -> Outcome<(Stored, Touched)> {
    let now = service.clock.now();
    let id = DeviceId::draw(&service.clock, chance);
    let used = found
        .activation
        .use_for(id, now)
        .map_err(|_| wrong_code())?;
    let (from, row) = (found.activation.id.to_vec(), id.to_vec());
    let nik = sealed::open_nik(service, Table::Activations, &from, &found.nik)?;
    let face = match &found.face {
        Some(face) => {
            let face = sealed::open_face(service, Table::Activations, &from, face)?;
            Some(sealed::seal_face(
                service,
                chance,
                Table::Devices,
                &row,
                &face,
            ))
        }
        None => None,
    };
    let actor = Actor::Device(id);
    let mut touched = Touched::default();
    if let Some(older) = devices::active_of(tx, &found.subject_index).await? {
        let ended = phones::end(service, tx, chance, actor, older.device, Ended::Replaced);
        touched.join(ended.await?.1);
    }
    let stored = Stored {
        device: Device {
            id,
            key: claim.key,
            label: claim.label.clone(),
            office: found.office,
            created: now,
            renewed: now,
            state: State::Active,
            since: now,
        },
        subject_index: found.subject_index,
        nik: sealed::seal_nik(service, chance, Table::Devices, &row, nik),
        face,
    };
    devices::insert(tx, &service.register(), &stored).await?;
    activations::change(tx, &service.register(), &used).await?;
    let act = Act {
        office: found.office,
        detail: Some(format!("activation {}", found.activation.id)),
        ..Act::new("wallet.redeem")
    };
    record(tx, &service.clock, chance, actor, act).await?;
    Ok((stored, touched))
}
