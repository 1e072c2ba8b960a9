//! Jobs of bulk issuing, and what became of them so far.

use super::{Tx, fixed, on, parsed};
use crate::domain::ids::{JobId, RegionPrefix};
use crate::failure::{Failure, Outcome};
use credential::ids::KeyId;
use credential::kinds::{self, Kind};

const INSERT: &str = "INSERT INTO bulk_jobs (id, kind, region, supersede, persons, outside, created, kid) \
    VALUES ($1, $2, $3, $4, 0, 0, $5, $6)";
// Versions before 15 would show a document of a job without its text.
const NEEDED: &str = "UPDATE schema_info SET readable_by = 15 WHERE readable_by < 15";
const COUNTED: &str = "UPDATE bulk_jobs SET persons = $2, outside = $3 WHERE id = $1";
const BY_ID: &str = "SELECT id, kind, region, supersede, persons, outside, created, kid FROM bulk_jobs WHERE id = $1";
const NEWEST: &str = "SELECT id, kind, region, supersede, persons, outside, created, kid FROM bulk_jobs \
    ORDER BY id DESC LIMIT $1";
const OPEN_OF_KEY: &str = "SELECT id, kind, region, supersede, persons, outside, created, kid FROM bulk_jobs WHERE kid = $1 \
    AND EXISTS (SELECT 1 FROM bulk_chunks WHERE job = bulk_jobs.id AND state <> 'done') ORDER BY id";
// A sum of BIGINT is NUMERIC on Postgres.
const SUMS: &str = "SELECT state, COUNT(*), CAST(COALESCE(SUM(persons), 0) AS BIGINT), \
    CAST(COALESCE(SUM(issued), 0) AS BIGINT), CAST(COALESCE(SUM(skipped), 0) AS BIGINT), \
    CAST(COALESCE(SUM(refused), 0) AS BIGINT) FROM bulk_chunks WHERE job = $1 GROUP BY state";
const REFUSALS: &str = "SELECT reason, CAST(SUM(persons) AS BIGINT) AS n FROM bulk_refusals WHERE job = $1 \
    GROUP BY reason ORDER BY n DESC, reason";
const FAULTS: &str = "SELECT offices.iss, fault, COUNT(*) FROM bulk_chunks JOIN offices ON offices.id = office \
    WHERE job = $1 AND state = 'held' GROUP BY offices.iss, fault ORDER BY offices.iss, fault";
const WORKERS: &str = "SELECT worker, COUNT(*), MAX(lease_until) FROM bulk_chunks WHERE job = $1 AND state = 'leased' \
    GROUP BY worker ORDER BY worker";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[
    INSERT,
    NEEDED,
    COUNTED,
    BY_ID,
    NEWEST,
    OPEN_OF_KEY,
    SUMS,
    REFUSALS,
    FAULTS,
    WORKERS,
];

/// A job: documents of one kind for everybody who lives in a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What is issued.
    pub kind: &'static Kind,
    /// For whom.
    pub region: RegionPrefix,
    /// Replace what is in force; otherwise who has one is skipped.
    pub supersede: bool,
    /// People in its chunks.
    pub persons: i64,
    /// People whom no office answers for.
    pub outside: i64,
    /// When it was planned.
    pub created: i64,
    /// The key whose documents it issues anew; none: one for people of a region.
    pub key: Option<KeyId>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Vec<u8>,
    kind: i64,
    region: String,
    supersede: i64,
    persons: i64,
    outside: i64,
    created: i64,
    kid: Option<Vec<u8>>,
}

impl TryFrom<Row> for Job {
    type Error = Failure;

    fn try_from(row: Row) -> Outcome<Self> {
        let kind = u64::try_from(row.kind).ok().and_then(kinds::by_number);
        Ok(Self {
            id: parsed("bulk_jobs.id", JobId::from_bytes(&row.id))?,
            kind: kind.ok_or(Failure::Row("bulk_jobs.kind"))?,
            region: parsed("bulk_jobs.region", RegionPrefix::parse(&row.region))?,
            supersede: row.supersede != 0,
            persons: row.persons,
            outside: row.outside,
            created: row.created,
            key: match row.kid {
                Some(kid) => Some(KeyId(fixed("bulk_jobs.kid", &kid)?)),
                None => None,
            },
        })
    }
}

/// Stores a job before its chunks.
pub async fn insert(tx: &mut Tx, job: &Job) -> Outcome<()> {
    on!(tx, c => sqlx::query(INSERT)
        .bind(job.id.to_vec()).bind(i64::from(job.kind.number)).bind(job.region.as_str())
        .bind(i64::from(job.supersede)).bind(job.created)
        .bind(job.key.map(|kid| kid.0.to_vec())).execute(c).await?.rows_affected());
    on!(tx, c => sqlx::query(NEEDED).execute(c).await?.rows_affected());
    Ok(())
}

/// Stores how many people a job found.
pub async fn counted(tx: &mut Tx, job: &Job) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(COUNTED)
        .bind(job.id.to_vec()).bind(job.persons).bind(job.outside).execute(c).await?.rows_affected());
    super::one_row(touched)
}

/// The job with that id.
pub async fn by_id(tx: &mut Tx, id: JobId) -> Outcome<Option<Job>> {
    let row: Option<Row> =
        on!(tx, c => sqlx::query_as(BY_ID).bind(id.to_vec()).fetch_optional(c).await?);
    row.map(Job::try_from).transpose()
}

/// The newest jobs, newest first.
pub async fn newest(tx: &mut Tx, limit: u32) -> Outcome<Vec<Job>> {
    let rows: Vec<Row> =
        on!(tx, c => sqlx::query_as(NEWEST).bind(i64::from(limit)).fetch_all(c).await?);
    rows.into_iter().map(Job::try_from).collect()
}

/// Jobs that issue a key's documents anew and are not done, oldest first.
pub async fn open_of_key(tx: &mut Tx, kid: KeyId) -> Outcome<Vec<Job>> {
    let rows: Vec<Row> =
        on!(tx, c => sqlx::query_as(OPEN_OF_KEY).bind(kid.0.to_vec()).fetch_all(c).await?);
    rows.into_iter().map(Job::try_from).collect()
}

/// Sums over the chunks of a job in one state.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Sum {
    /// waiting, leased, held or done.
    pub state: String,
    /// Chunks.
    pub chunks: i64,
    /// People in them.
    pub persons: i64,
    /// Documents issued.
    pub issued: i64,
    /// People who had one in force.
    pub skipped: i64,
    /// People who get none.
    pub refused: i64,
}

/// Sums over a job's chunks, for each state that any of them is in.
pub async fn sums(tx: &mut Tx, job: JobId) -> Outcome<Vec<Sum>> {
    let rows: Vec<(String, i64, i64, i64, i64, i64)> =
        on!(tx, c => sqlx::query_as(SUMS).bind(job.to_vec()).fetch_all(c).await?);
    let sum = |(state, chunks, persons, issued, skipped, refused)| Sum {
        state,
        chunks,
        persons,
        issued,
        skipped,
        refused,
    };
    Ok(rows.into_iter().map(sum).collect())
}

/// Rules that people broke, and how many did, the most first.
pub async fn refusals(tx: &mut Tx, job: JobId) -> Outcome<Vec<(String, i64)>> {
    Ok(on!(tx, c => sqlx::query_as(REFUSALS).bind(job.to_vec()).fetch_all(c).await?))
}

/// Offices whose chunks are held, why, and how many chunks.
pub async fn faults(tx: &mut Tx, job: JobId) -> Outcome<Vec<(String, String, i64)>> {
    Ok(on!(tx, c => sqlx::query_as(FAULTS).bind(job.to_vec()).fetch_all(c).await?))
}

/// Workers, how many chunks they hold, and until when at most.
pub async fn workers(tx: &mut Tx, job: JobId) -> Outcome<Vec<(String, i64, i64)>> {
    Ok(on!(tx, c => sqlx::query_as(WORKERS).bind(job.to_vec()).fetch_all(c).await?))
}
