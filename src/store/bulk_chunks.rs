//! Chunks of bulk jobs: leased to one worker at a time, done in the transaction that stores their documents.

use super::{Tx, on, one_row, parsed};
use crate::domain::ids::{DocumentId, JobId, ListId, OfficeId};
use crate::domain::merkle::Hash;
use crate::failure::{Failure, Outcome};

const INSERT: &str = "INSERT INTO bulk_chunks (job, number, office, from_region, from_nik, to_region, to_nik, persons, \
    state, attempt, from_id, to_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', 0, $9, $10)";
// SQLite has one writer at a time.
const LEASE_SQLITE: &str = "UPDATE bulk_chunks SET state = 'leased', attempt = attempt + 1, worker = $2, lease_until = $3 \
    WHERE job = $1 AND number = (SELECT number FROM bulk_chunks WHERE job = $1 AND state <> 'done' \
        AND (state = 'waiting' OR (state = 'leased' AND lease_until < $4)) ORDER BY number LIMIT 1) \
    RETURNING number, office, from_region, from_nik, to_region, to_nik, persons, attempt, from_id, to_id";
// Each worker takes the first that nobody else is just taking.
const LEASE_POSTGRES: &str = "UPDATE bulk_chunks SET state = 'leased', attempt = attempt + 1, worker = $2, lease_until = $3 \
    WHERE job = $1 AND number = (SELECT number FROM bulk_chunks WHERE job = $1 AND state <> 'done' \
        AND (state = 'waiting' OR (state = 'leased' AND lease_until < $4)) ORDER BY number LIMIT 1 \
        FOR UPDATE SKIP LOCKED) \
    RETURNING number, office, from_region, from_nik, to_region, to_nik, persons, attempt, from_id, to_id";
const PLACED: &str = "UPDATE bulk_chunks SET status_list = $4, first_place = $5 \
    WHERE job = $1 AND number = $2 AND attempt = $3 AND state = 'leased'";
const RENEW: &str =
    "UPDATE bulk_chunks SET lease_until = $3 WHERE job = $1 AND worker = $2 AND state = 'leased'";
const RELEASE: &str = "UPDATE bulk_chunks SET state = 'waiting', worker = NULL, lease_until = NULL \
    WHERE job = $1 AND number = $2 AND attempt = $3 AND state = 'leased'";
const HOLD: &str = "UPDATE bulk_chunks SET state = 'held', worker = NULL, lease_until = NULL, fault = $4 \
    WHERE job = $1 AND number = $2 AND attempt = $3 AND state = 'leased'";
const FREE_SQLITE: &str = "UPDATE bulk_chunks SET state = 'waiting', worker = NULL, lease_until = NULL, fault = NULL \
    WHERE job = $1 AND state IN ('leased', 'held')";
// What a stalled worker has locked waits for it; its lease cannot commit any more.
const FREE_POSTGRES: &str = "UPDATE bulk_chunks SET state = 'waiting', worker = NULL, lease_until = NULL, fault = NULL \
    WHERE job = $1 AND number IN (SELECT number FROM bulk_chunks WHERE job = $1 AND state IN ('leased', 'held') \
        FOR UPDATE SKIP LOCKED)";
// A worker that stands still in the middle of a transaction must not keep others waiting for its locks.
// Between two statements it is idle, within a COPY it is not.
const IMPATIENT: &str = "SELECT set_config('idle_in_transaction_session_timeout', '20s', true), \
    set_config('statement_timeout', '60s', true)";
const DONE: &str = "UPDATE bulk_chunks SET state = 'done', worker = NULL, lease_until = NULL, issued = $4, skipped = $5, \
    refused = $6, first_id = $7, last_id = $8, root = $9, ended = $10 \
    WHERE job = $1 AND number = $2 AND attempt = $3 AND state = 'leased'";
const REPLACED: &str = "SELECT CAST(COALESCE(SUM(c.issued), 0) AS BIGINT) FROM bulk_chunks AS c JOIN bulk_jobs AS j ON j.id = c.job \
    WHERE j.supersede = 1 AND c.state = 'done' AND c.ended >= $1";
const REFUSAL: &str =
    "INSERT INTO bulk_refusals (job, number, reason, persons) VALUES ($1, $2, $3, $4)";
/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[
    INSERT, PLACED, RENEW, RELEASE, HOLD, DONE, REPLACED, REFUSAL,
];

/// Statements for one engine alone.
#[cfg(test)]
pub const SQLITE_ONLY: &[&str] = &[LEASE_SQLITE, FREE_SQLITE];
/// Statements for one engine alone.
#[cfg(test)]
pub const POSTGRES_ONLY: &[&str] = &[LEASE_POSTGRES, FREE_POSTGRES, IMPATIENT];

/// Somebody's place in the order by region and NIK.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// Kode wilayah, 10 digits, or a prefix before the first.
    pub region: String,
    /// NIK.
    pub nik: i64,
}

/// People in the order by region and NIK, both ends included.
#[derive(Clone, PartialEq, Eq)]
pub struct Range {
    /// The first.
    pub from: Mark,
    /// The last.
    pub to: Mark,
}

impl Range {
    /// Nobody: of chunks that go by documents.
    pub fn nobody() -> Self {
        let mark = || Mark {
            region: String::new(),
            nik: 0,
        };
        Self {
            from: mark(),
            to: mark(),
        }
    }
}

/// A chunk as it is planned.
pub struct Planned {
    /// Number within the job, from 0.
    pub number: i64,
    /// Who issues.
    pub office: OfficeId,
    /// For whom.
    pub range: Range,
    /// In a job that issues anew what a key signed: the first document and the last, by id.
    pub ids: Option<(DocumentId, DocumentId)>,
    /// How many people or documents that are.
    pub persons: i64,
}

/// A chunk that this worker holds.
#[derive(Clone, PartialEq, Eq)]
pub struct Leased {
    /// Number within the job.
    pub number: i64,
    /// Who issues.
    pub office: OfficeId,
    /// For whom.
    pub range: Range,
    /// In a job that issues anew what a key signed: the first document and the last, by id.
    pub ids: Option<(DocumentId, DocumentId)>,
    /// How many people or documents that were.
    pub persons: i64,
    /// Which lease of the chunk it is; only the newest may commit.
    pub attempt: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    number: i64,
    office: Vec<u8>,
    from_region: String,
    from_nik: i64,
    to_region: String,
    to_nik: i64,
    persons: i64,
    attempt: i64,
    from_id: Option<Vec<u8>>,
    to_id: Option<Vec<u8>>,
}

impl TryFrom<Row> for Leased {
    type Error = Failure;

    fn try_from(row: Row) -> Outcome<Self> {
        let mark = |region, nik| Mark { region, nik };
        Ok(Self {
            number: row.number,
            office: parsed("bulk_chunks.office", OfficeId::from_bytes(&row.office))?,
            range: Range {
                from: mark(row.from_region, row.from_nik),
                to: mark(row.to_region, row.to_nik),
            },
            ids: match (row.from_id, row.to_id) {
                (Some(from), Some(to)) => Some((
                    parsed("bulk_chunks.from_id", DocumentId::from_bytes(&from))?,
                    parsed("bulk_chunks.to_id", DocumentId::from_bytes(&to))?,
                )),
                _ => None,
            },
            persons: row.persons,
            attempt: row.attempt,
        })
    }
}

/// Stores a chunk that waits.
pub async fn insert(tx: &mut Tx, job: JobId, chunk: &Planned) -> Outcome<()> {
    let Range { from, to } = &chunk.range;
    on!(tx, c => sqlx::query(INSERT)
        .bind(job.to_vec()).bind(chunk.number).bind(chunk.office.to_vec()).bind(&from.region).bind(from.nik)
        .bind(&to.region).bind(to.nik).bind(chunk.persons)
        .bind(chunk.ids.map(|(from, _)| from.to_vec())).bind(chunk.ids.map(|(_, to)| to.to_vec())).execute(c).await?.rows_affected());
    Ok(())
}

/// Takes the first chunk that waits or whose lease is over, until that second.
pub async fn lease(
    tx: &mut Tx,
    job: JobId,
    worker: &str,
    now: i64,
    until: i64,
) -> Outcome<Option<Leased>> {
    let row: Option<Row> = match tx {
        Tx::Sqlite(c) => {
            let query = sqlx::query_as(LEASE_SQLITE).bind(job.to_vec()).bind(worker);
            query.bind(until).bind(now).fetch_optional(&mut **c).await?
        }
        Tx::Postgres(c) => {
            let query = sqlx::query_as(LEASE_POSTGRES)
                .bind(job.to_vec())
                .bind(worker);
            query.bind(until).bind(now).fetch_optional(&mut **c).await?
        }
    };
    row.map(Leased::try_from).transpose()
}

/// Notes which places of which list a lease has.
pub async fn placed(
    tx: &mut Tx,
    job: JobId,
    chunk: &Leased,
    list: ListId,
    first_place: u32,
) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(PLACED)
        .bind(job.to_vec()).bind(chunk.number).bind(chunk.attempt).bind(list.to_vec())
        .bind(i64::from(first_place)).execute(c).await?.rows_affected());
    one_row(touched)
}

/// Prolongs everything a worker holds. Returns how many chunks that are.
pub async fn renew(tx: &mut Tx, job: JobId, worker: &str, until: i64) -> Outcome<u64> {
    Ok(on!(tx, c => sqlx::query(RENEW)
        .bind(job.to_vec()).bind(worker).bind(until).execute(c).await?.rows_affected()))
}

/// Gives a chunk back.
pub async fn release(tx: &mut Tx, job: JobId, chunk: &Leased) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(RELEASE)
        .bind(job.to_vec()).bind(chunk.number).bind(chunk.attempt).execute(c).await?.rows_affected());
    one_row(touched)
}

/// Lays a chunk aside until somebody mended what is wrong.
pub async fn hold(tx: &mut Tx, job: JobId, chunk: &Leased, fault: &str) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(HOLD)
        .bind(job.to_vec()).bind(chunk.number).bind(chunk.attempt).bind(fault)
        .execute(c).await?.rows_affected());
    one_row(touched)
}

/// Frees what is leased or held, whoever holds it. Safe at any moment: an earlier lease cannot commit any more.
pub async fn free(tx: &mut Tx, job: JobId) -> Outcome<u64> {
    let job = job.to_vec();
    Ok(match tx {
        Tx::Sqlite(c) => {
            let freed = sqlx::query(FREE_SQLITE).bind(job).execute(&mut **c);
            freed.await?.rows_affected()
        }
        Tx::Postgres(c) => {
            let freed = sqlx::query(FREE_POSTGRES).bind(job).execute(&mut **c);
            freed.await?.rows_affected()
        }
    })
}

/// Ends the transaction where its worker stands still in it. SQLite has no such thing: there, a process that stands
/// still in a write keeps everybody waiting.
pub async fn impatient(tx: &mut Tx) -> Outcome<()> {
    if let Tx::Postgres(c) = tx {
        sqlx::query(IMPATIENT).execute(&mut **c).await?;
    }
    Ok(())
}

/// What became of a chunk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done {
    /// Documents issued.
    pub issued: i64,
    /// People who had one in force.
    pub skipped: i64,
    /// Rules that people broke, and how many did.
    pub refused: Vec<(String, i64)>,
    /// Smallest and greatest id of its documents; none where there are none.
    pub ids: Option<(DocumentId, DocumentId)>,
    /// Merkle root of their tokens.
    pub root: Hash,
}

/// Ends a chunk, in the transaction that stores its documents.
///
/// # Errors
/// [`Failure::Changed`] where the lease is over and somebody else has the chunk.
pub async fn done(tx: &mut Tx, job: JobId, chunk: &Leased, done: &Done, now: i64) -> Outcome<()> {
    let refused: i64 = done.refused.iter().map(|(_, persons)| persons).sum();
    let touched = on!(tx, c => sqlx::query(DONE)
        .bind(job.to_vec()).bind(chunk.number).bind(chunk.attempt).bind(done.issued).bind(done.skipped)
        .bind(refused).bind(done.ids.map(|(first, _)| first.to_vec())).bind(done.ids.map(|(_, last)| last.to_vec()))
        .bind(done.root.to_vec()).bind(now).execute(c).await?.rows_affected());
    one_row(touched)?;
    for (reason, persons) in &done.refused {
        on!(tx, c => sqlx::query(REFUSAL)
            .bind(job.to_vec()).bind(chunk.number).bind(reason).bind(persons).execute(c).await?.rows_affected());
    }
    Ok(())
}

/// How many documents jobs that replace what is in force have issued in chunks that were done at or after that second.
pub async fn replaced_since(tx: &mut Tx, since: i64) -> Outcome<i64> {
    Ok(on!(tx, c => sqlx::query_scalar(REPLACED).bind(since).fetch_one(c).await?))
}
