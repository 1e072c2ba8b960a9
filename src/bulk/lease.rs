//! Taking a chunk: to whom it belongs until when, and which places of which status list its documents get.

use crate::chance::Chance;
use crate::domain::ids::JobId;
use crate::failure::{Failure, Outcome};
use crate::service::Service;
use crate::status::{self, Places};
use crate::store::bulk_chunks::{self, Leased};

/// How long a lease counts, seconds; workers renew theirs long before.
pub const LEASE: i64 = 60;
/// How long something may be stored under a lease's places, seconds: a slow signer may take long for a large chunk.
pub const RESERVED: i64 = 900;
/// Two workers may open an office's list at the same time; one of them begins again.
const TRIES: usize = 5;

/// A chunk that this worker holds, and where its documents' status will stand.
#[derive(Clone)]
pub struct Lease {
    /// The chunk.
    pub chunk: Leased,
    /// As many places as the chunk has people. A lease that is lost burns them: they are revoked.
    pub places: Places,
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
    if let Err(failure) = status::ready(service, leased.places.list).await {
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
    let places = status::reserve(service, &mut tx, chance, chunk.office, places, RESERVED).await?;
    bulk_chunks::placed(&mut tx, job, &chunk, places.list, places.first).await?;
    tx.commit().await?;
    Ok(Some(Lease { chunk, places }))
}

/// Frees a job's leases and what was laid aside, whoever holds them: for after a crash.
pub async fn free(service: &Service, job: JobId) -> Outcome<u64> {
    let mut tx = service.db.begin().await?;
    let freed = bulk_chunks::free(&mut tx, job).await?;
    tx.commit().await?;
    Ok(freed)
}
