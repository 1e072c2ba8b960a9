//! Taking a chunk: to whom it belongs until when, and which places of which status list its documents get.

use crate::chance::Chance;
use crate::domain::ids::{JobId, ListId};
use crate::failure::{Failure, Outcome};
use crate::service::Service;
use crate::status;
use crate::store::bulk_chunks::{self, Leased};
use crate::store::status_lists::{self, BulkList};
use crate::store::{Tx, offices};

/// How long a lease counts, seconds; workers renew theirs long before.
pub const LEASE: i64 = 60;
/// Two workers may open an office's list at the same time; one of them begins again.
const TRIES: usize = 5;

/// A chunk that this worker holds, and where its documents' status will stand.
#[derive(Clone)]
pub struct Lease {
    /// The chunk.
    pub chunk: Leased,
    /// The list.
    pub list: ListId,
    /// Its name in credentials.
    pub uri: String,
    /// Seed of its order.
    pub seed: [u8; 32],
    /// The first of as many places as the chunk has people. A lease that is lost burns them.
    pub first_place: u32,
}

/// Takes the next chunk of a job; none where none is to be had now.
pub async fn lease(
    service: &Service,
    chance: &mut Chance,
    job: JobId,
    worker: &str,
) -> Outcome<Option<Lease>> {
    let mut tries = 0;
    let leased = loop {
        match attempt(service, chance, job, worker).await {
            Err(Failure::Changed) if tries < TRIES => tries += 1,
            result => break result?,
        }
    };
    let Some(leased) = leased else {
        return Ok(None);
    };
    // Signed before anything refers to it; outside of the tries, which would take another chunk each.
    if let Err(failure) = status::ready(service, leased.list).await {
        release(service, job, &leased.chunk).await?;
        return Err(failure);
    }
    Ok(Some(leased))
}

/// Gives a chunk back.
pub async fn release(service: &Service, job: JobId, chunk: &Leased) -> Outcome<()> {
    let mut tx = service.db.begin().await?;
    bulk_chunks::release(&mut tx, job, chunk).await?;
    tx.commit().await
}

async fn attempt(
    service: &Service,
    chance: &mut Chance,
    job: JobId,
    worker: &str,
) -> Outcome<Option<Lease>> {
    let now = service.clock.now();
    let mut tx = service.db.begin().await?;
    bulk_chunks::impatient(&mut tx).await?;
    let Some(chunk) = bulk_chunks::lease(&mut tx, job, worker, now, now + LEASE).await? else {
        return Ok(None);
    };
    let places = u32::try_from(chunk.persons).map_err(|_| Failure::Row("bulk_chunks.persons"))?;
    let list = match status_lists::bulk(&mut tx, chunk.office, places).await? {
        Some(list) => list,
        None => open(service, &mut tx, chance, &chunk).await?,
    };
    let first_place = status_lists::reserve(&mut tx, list.id, places).await?;
    let first_place = first_place.ok_or(Failure::Changed)?;
    bulk_chunks::placed(&mut tx, job, &chunk, list.id, first_place).await?;
    tx.commit().await?;
    Ok(Some(Lease {
        chunk,
        list: list.id,
        uri: list.uri,
        seed: list.seed,
        first_place,
    }))
}

/// A new list of the office.
async fn open(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    chunk: &Leased,
) -> Outcome<BulkList> {
    let office = offices::by_id(tx, chunk.office).await?;
    let office = office.ok_or(Failure::Row("bulk_chunks.office"))?;
    let shard = status_lists::next_shard(tx, office.id).await?;
    let list = BulkList {
        id: ListId::draw(&service.clock, chance),
        uri: office.iss.status_uri(shard),
        seed: chance.bytes(),
    };
    status_lists::insert_bulk(tx, &list, office.id, shard).await?;
    Ok(list)
}

/// Frees a job's leases and what was laid aside, whoever holds them: for after a crash.
pub async fn free(service: &Service, job: JobId) -> Outcome<u64> {
    let mut tx = service.db.begin().await?;
    let freed = bulk_chunks::free(&mut tx, job).await?;
    tx.commit().await?;
    Ok(freed)
}
