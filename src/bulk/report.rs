//! Where a job stands.

use crate::domain::ids::JobId;
use crate::failure::{Failure, Outcome, Thing};
use crate::service::Service;
use crate::store::bulk_jobs::{self, Job};
use serde::Serialize;

/// Where a job stands, over all its workers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Its id.
    pub job: String,
    /// Slug of the kind.
    pub kind: &'static str,
    /// Prefix of the region; empty: whole country.
    pub region: String,
    /// The key whose documents it issues anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Whether it replaces what is in force.
    pub supersede: bool,
    /// When it was planned, epoch seconds.
    pub created: i64,
    /// waiting, running, held or done.
    pub state: &'static str,
    /// Chunks.
    pub chunks: Chunks,
    /// People.
    pub persons: People,
    /// Rules that people broke, and how many did.
    pub refused: Vec<Refused>,
    /// Offices whose chunks are held.
    pub held: Vec<Held>,
    /// Who works on it.
    pub workers: Vec<Worker>,
}

/// How many chunks are in which state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Chunks {
    /// All.
    pub total: i64,
    /// To be done.
    pub waiting: i64,
    /// With a worker.
    pub leased: i64,
    /// Laid aside.
    pub held: i64,
    /// Done.
    pub done: i64,
}

/// How many people got what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct People {
    /// In all chunks.
    pub total: i64,
    /// In chunks that are done.
    pub done: i64,
    /// Documents issued.
    pub issued: i64,
    /// Had one in force.
    pub skipped: i64,
    /// Get none.
    pub refused: i64,
    /// No office answers for them; in no chunk.
    pub outside: i64,
}

/// A rule, and how many people broke it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The rule.
    pub reason: String,
    /// People.
    pub persons: i64,
}

/// An office whose chunks are held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Held {
    /// Its `iss`.
    pub office: String,
    /// Why.
    pub fault: String,
    /// Chunks.
    pub chunks: i64,
}

/// A worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Worker {
    /// Its name: host and process.
    pub name: String,
    /// Chunks it holds.
    pub chunks: i64,
    /// Until when at most, epoch seconds.
    pub until: i64,
}

/// Where a job stands; of the newest job where none is named.
pub async fn report(service: &Service, job: Option<JobId>) -> Outcome<(Job, Report)> {
    let mut tx = service.db.read().await?;
    let found = match job {
        Some(id) => bulk_jobs::by_id(&mut tx, id).await?,
        None => bulk_jobs::newest(&mut tx, 1).await?.pop(),
    };
    let job = found.ok_or(Failure::NotFound(Thing::Job))?;
    let (mut chunks, mut persons) = (Chunks::default(), People::default());
    persons.outside = job.outside;
    for sum in bulk_jobs::sums(&mut tx, job.id).await? {
        chunks.total += sum.chunks;
        persons.total += sum.persons;
        match sum.state.as_str() {
            "waiting" => chunks.waiting = sum.chunks,
            "leased" => chunks.leased = sum.chunks,
            "held" => chunks.held = sum.chunks,
            _ => {
                chunks.done = sum.chunks;
                persons.done = sum.persons;
                persons.issued = sum.issued;
                persons.skipped = sum.skipped;
                persons.refused = sum.refused;
            }
        }
    }
    let refused = bulk_jobs::refusals(&mut tx, job.id).await?.into_iter();
    let held = bulk_jobs::faults(&mut tx, job.id).await?.into_iter();
    let workers = bulk_jobs::workers(&mut tx, job.id).await?.into_iter();
    let report = Report {
        job: job.id.to_string(),
        kind: job.kind.slug,
        region: job.region.as_str().to_string(),
        key: job.key.map(|kid| kid.to_string()),
        supersede: job.supersede,
        created: job.created,
        state: match &chunks {
            c if c.done == c.total => "done",
            c if c.leased > 0 => "running",
            c if c.waiting > 0 => "waiting",
            _ => "held",
        },
        chunks,
        persons,
        refused: refused
            .map(|(reason, persons)| Refused { reason, persons })
            .collect(),
        held: held
            .map(|(office, fault, chunks)| Held {
                office,
                fault,
                chunks,
            })
            .collect(),
        workers: workers
            .map(|(name, chunks, until)| Worker {
                name,
                chunks,
                until,
            })
            .collect(),
    };
    Ok((job, report))
}
