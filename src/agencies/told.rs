//! Documents of bulk jobs, told to agencies after they are issued: a chunk at a time, and only what somebody hears of.
//!
//! A job would be slower by half if it wrote a change for each document, and mostly for nobody. So a chunk says once
//! that it is done, and whoever is about to give numbers to changes (`changes::number`) first writes those of the
//! chunks that are done: under the same lock, so that nothing is told twice or gets lost between two of them.

use crate::chance::Chance;
use crate::domain::ids::ChangeId;
use crate::failure::{Failure, Outcome};
use crate::service::Service;
use crate::store::bulk_ended::{self, Untold};
use crate::store::{Tx, agencies, bulk_documents, changes, offices};
use credential::changes::issue::Facts;

/// Chunks told at once: as many changes as get numbers at once.
const CHUNKS: usize = 2;

/// Tells of some chunks, and gives numbers to changes that have none. Returns the last number given so far.
pub async fn number(service: &Service, tx: &mut Tx, chance: &mut Chance) -> Outcome<i64> {
    if bulk_ended::any_untold(tx).await? {
        changes::lock(tx).await?;
        tell(service, tx, chance).await?;
    }
    changes::number(tx).await
}

/// Whether [`number`] has something to do.
pub async fn is_due(tx: &mut Tx) -> Outcome<bool> {
    Ok(bulk_ended::any_untold(tx).await? || changes::any_without_number(tx).await?)
}

async fn tell(service: &Service, tx: &mut Tx, chance: &mut Chance) -> Outcome<()> {
    let now = service.clock.now();
    let mut hearing = agencies::all(tx).await?;
    hearing.retain(|agency| agency.terms.cut_off.is_none() && agency.terms.valid_to >= now);
    // With nobody to tell, everything is told. Whoever concludes an agreement hears of what comes after it.
    if hearing.is_empty() {
        return bulk_ended::all_told(tx).await;
    }
    for _ in 0..CHUNKS {
        let Some(chunk) = bulk_ended::untold(tx).await? else {
            break;
        };
        let office = offices::by_id(tx, chunk.office).await?;
        let office = office.ok_or(Failure::Row("bulk_chunks.office"))?;
        let kind = chunk.kind;
        for (document, at, claims) in documents(tx, &chunk).await? {
            let facts = Facts::of(&claims).ok_or(Failure::Row("documents.claims"))?;
            let region = facts.region;
            let region = region.unwrap_or_else(|| office.region.as_str().to_string());
            let mut terms = hearing.iter().map(|agency| &agency.terms);
            if terms.any(|terms| terms.cover(kind, &region, at)) {
                let id = ChangeId::draw(&service.clock, chance);
                changes::insert_issued(tx, id, document, kind, &region, at).await?;
            }
        }
        bulk_ended::told(tx, &chunk).await?;
    }
    Ok(())
}

async fn documents(tx: &mut Tx, chunk: &Untold) -> Outcome<Vec<bulk_documents::Told>> {
    match chunk.ids {
        Some((first, last)) => bulk_documents::between(tx, first, last, chunk.list).await,
        None => Ok(Vec::new()),
    }
}
