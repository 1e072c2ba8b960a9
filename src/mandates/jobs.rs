//! Leave to run a job of bulk issuing, which is for exactly what was planned.

use super::{DAY, Kind, Leave, give, read};
use crate::chance::Chance;
use crate::domain::ids::{JobId, MandateId, OfficeId};
use crate::domain::officer::Actor;
use crate::domain::proposal::Content;
use crate::failure::{Failure, Outcome};
use crate::proposals;
use crate::service::Service;
use crate::store::Tx;
use crate::store::bulk_jobs::{self, Job};
use crate::store::mandates as rows;

/// What two people approve of a job.
pub(crate) fn content(job: &Job, chunks: u32) -> Content {
    Content::MandateBulk {
        job: job.id,
        kind: job.kind.slug.to_string(),
        region: job.region.as_str().to_string(),
        supersede: job.supersede,
        persons: u64::try_from(job.persons).unwrap_or_default(),
        chunks,
    }
}

/// The mandate of a job of bulk issuing: it has the job's id.
pub(crate) fn of_job(job: JobId) -> Outcome<MandateId> {
    MandateId::from_bytes(job.as_bytes()).map_err(|_| Failure::Row("bulk_jobs.id"))
}

/// Leave to run a job, by whoever sits at the machine alone.
pub(crate) async fn give_job(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    office: OfficeId,
    job: JobId,
    chunks: u32,
) -> Outcome<()> {
    let leave = Leave {
        kind: Kind::Bulk,
        id: of_job(job)?,
        office,
        cards: chunks,
        seconds: DAY,
        proposal: None,
    };
    give(service, tx, chance, actor, leave).await
}

/// Gives a job of before there were mandates one, at the machine, where it has none.
pub(crate) async fn give_older(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    office: OfficeId,
    job: JobId,
) -> Outcome<()> {
    if rows::by_id(tx, of_job(job)?).await?.is_some() {
        return Ok(());
    }
    let (chunks, _) = size(tx, job).await?;
    let chunks = u32::try_from(chunks).map_err(|_| Failure::Row("bulk_chunks.number"))?;
    give_job(service, tx, chance, actor, office, job, chunks).await
}

/// Chunks of a job, and people in them.
async fn size(tx: &mut Tx, job: JobId) -> Outcome<(i64, i64)> {
    let sums = bulk_jobs::sums(tx, job).await?;
    let chunks = sums.iter().map(|sum| sum.chunks).sum();
    Ok((chunks, sums.iter().map(|sum| sum.persons).sum()))
}

/// Whether a job may be run. It may until it is done: it says which people get what, and nothing more. One where nobody
/// lives has nothing to agree on.
///
/// # Errors
/// [`Failure::Separation`] where nobody approved it; [`Failure::Row`] where what was approved is something else.
pub async fn agreed(service: &Service, tx: &mut Tx, job: &Job) -> Outcome<()> {
    let (chunks, persons) = size(tx, job.id).await?;
    if chunks == 0 {
        return Ok(());
    }
    let row = rows::by_id(tx, of_job(job.id)?).await?;
    let mandate = row.and_then(|row| read(service, &row));
    let Some(mandate) = mandate.filter(|mandate| mandate.kind == Kind::Bulk) else {
        return Err(Failure::Separation(
            match proposals::job_waits(service, tx, job.id).await? {
                true => {
                    "the job waits for a second person: `ikd proposal list` shows it, and an officer approves it at \
                     /petugas/persetujuan within 24 hours of the plan"
                }
                false => "nobody approved it in time; plan it anew: `ikd bulk plan`",
            },
        ));
    };
    let mut same = chunks == i64::from(mandate.cards) && persons == job.persons;
    if let Some(id) = mandate.proposal {
        let said = proposals::carried(service, tx, id.as_bytes()).await?;
        let planned = content(job, mandate.cards);
        // Two people approve no job that issues anew what a key has signed.
        same &= job.key.is_none() && said.is_some_and(|said| said.content == planned);
    }
    if !same {
        return Err(Failure::Row(
            "bulk_jobs: the job is not what was approved; plan it anew: `ikd bulk plan`",
        ));
    }
    Ok(())
}
