//! Phones of a person: found by officers, ended when lost; and credentials that follow their document.

use super::activate::allowed;
use super::sealed::{self, Table};
use super::{ENDS_ELSEWHERE, ENDS_OF_OFFICER};
use crate::chance::Chance;
use crate::domain::bound::State as BoundState;
use crate::domain::device::{Device, Ended};
use crate::domain::document::Document;
use crate::domain::ids::DeviceId;
use crate::domain::officer::Actor;
use crate::domain::rights::PhoneAct;
use crate::failure::{Failure, Outcome, Thing, unless_altered};
use crate::look_ups;
use crate::record::{Act, record};
use crate::service::Service;
use crate::status::{self, Public, Touched};
use crate::store::devices::Stored;
use crate::store::{Tx, bound, devices, offices, persons, status_lists};
use crate::throttle;
use credential::ids::Nik;

/// Every phone that a person has or had, newest first. Any office may ask: people go to whichever is near.
///
/// # Errors
/// [`Failure::Role`]; [`Failure::TooMany`].
pub async fn find(service: &Service, actor: Actor, nik: Nik) -> Outcome<Vec<Device>> {
    allowed(actor, PhoneAct::Find)?;
    look_ups::count(service, actor).await?;
    let mut tx = service.db.read().await?;
    let found = devices::all_of(&mut tx, &sealed::index(service, nik)).await?;
    Ok(found.into_iter().map(|stored| stored.device).collect())
}

/// Ends a phone that is lost, stolen or misused: its credentials are revoked, the documents stay valid. Returns the
/// phone as it is now, and whether the public lists say so.
///
/// # Errors
/// [`Failure::Role`]; [`Failure::NotFound`]; [`Failure::WrongState`] where it ended before; [`Failure::TooMany`] beyond
/// what one officer may end in a day.
pub async fn end_lost(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    id: DeviceId,
) -> Outcome<(Device, Public)> {
    allowed(actor, PhoneAct::End)?;
    let mut tx = service.db.begin().await?;
    let stored = devices::by_id(&mut tx, id).await?;
    let stored = stored.ok_or(Failure::NotFound(Thing::Device))?;
    count(service, &mut tx, actor, &stored).await?;
    let ended = end(service, &mut tx, chance, actor, stored.device, Ended::Lost).await?;
    let (ended, touched) = ended;
    status::mark(&mut tx, &touched).await?;
    tx.commit().await?;
    // Whoever is told that it ended finds it in the public list.
    let public = status::settle(service, touched).await;
    Ok((ended, public))
}

/// Counts a phone that an officer ends, in the transaction that ends it: what is refused counts nothing.
async fn count(service: &Service, tx: &mut Tx, actor: Actor, stored: &Stored) -> Outcome<()> {
    let Some((officer, _)) = actor.officer() else {
        return Ok(());
    };
    throttle::count(service, tx, &ENDS_OF_OFFICER, &officer.to_vec()).await?;
    if !is_of_region(service, tx, actor, stored).await? {
        throttle::count(service, tx, &ENDS_ELSEWHERE, &officer.to_vec()).await?;
    }
    Ok(())
}

/// Whether the phone's owner lives in the region of the officer's office.
async fn is_of_region(
    service: &Service,
    tx: &mut Tx,
    actor: Actor,
    stored: &Stored,
) -> Outcome<bool> {
    let row = stored.device.id.to_vec();
    let nik = sealed::open_nik(service, Table::Devices, &row, &stored.nik)?;
    // A stolen phone is ended whatever became of its owner's row.
    let owner = unless_altered(persons::present_or_moved(tx, &service.register(), nik).await)?;
    let office = match actor.office() {
        Some(office) => offices::by_id(tx, office).await?,
        None => None,
    };
    Ok(owner
        .zip(office)
        .is_some_and(|(owner, office)| owner.kode_wilayah.lies_in(office.region.as_str())))
}

/// Ends the active phone of a person, found by the keyed hash of the NIK, inside the caller's transaction: all that is
/// held of them is erased. Returns the lists that the caller has to mark and to settle.
pub(crate) async fn end_erased(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    subject_index: &[u8; 32],
) -> Outcome<Touched> {
    match devices::active_of(tx, subject_index).await? {
        Some(stored) => {
            let why = Ended::Removed;
            let ended = end(service, tx, chance, actor, stored.device, why).await?;
            Ok(ended.1)
        }
        None => Ok(Touched::default()),
    }
}

/// Ends a phone and revokes its credentials, inside the caller's transaction. Returns the lists that the caller has to
/// mark and to settle.
pub(super) async fn end(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    device: Device,
    why: Ended,
) -> Outcome<(Device, Touched)> {
    let now = service.clock.now();
    let ended = device.end(why, now);
    let ended = ended.map_err(|_| Failure::WrongState("ended"))?;
    devices::end(tx, &service.register(), &ended).await?;
    bound::end_of_device(tx, ended.id, now).await?;
    let touched = status_lists::of_device(tx, ended.id).await?;
    let act = Act {
        office: actor.office().or(ended.office),
        detail: Some(format!("device {} {}", ended.id, ended.state.name())),
        ..Act::new("wallet.end")
    };
    record(tx, &service.clock, chance, actor, act).await?;
    metrics::counter!("ikd_wallet_ended_total", "why" => ended.state.name()).increment(1);
    Ok((ended, touched.into_iter().collect()))
}

/// Takes the credentials of a document along to the state that it has now, inside the caller's transaction. Returns the
/// lists that the caller has to mark and to settle.
pub async fn follow(tx: &mut Tx, document: &Document) -> Outcome<Touched> {
    let state = BoundState::of(&document.state);
    bound::follow_document(tx, document.id, state, document.since).await?;
    let touched = status_lists::of_document(tx, document.id).await?;
    Ok(touched.into_iter().collect())
}
