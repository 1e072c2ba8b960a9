//! Chunks of bulk jobs: leased to one worker at a time, done in the transaction that stores their documents.

use super::{Tx, fixed, on, one_row, parsed};
use crate::domain::ids::{DocumentId, JobId, ListId, OfficeId};
use crate::domain::merkle::Hash;
use crate::failure::{Failure, Outcome};

const INSERT: &str = "INSERT INTO bulk_chunks (job, number, office, from_region, from_nik, to_region, to_nik, persons, \
    state, attempt) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', 0)";
// SQLite has one writer at a time.
const LEASE_SQLITE: &str = "UPDATE bulk_chunks SET state = 'leased', attempt = attempt + 1, worker = $2, lease_until = $3 \
    WHERE job = $1 AND number = (SELECT number FROM bulk_chunks WHERE job = $1 AND state <> 'done' \
        AND (state = 'waiting' OR (state = 'leased' AND lease_until < $4)) ORDER BY number LIMIT 1) \
    RETURNING number, office, from_region, from_nik, to_region, to_nik, persons, attempt";
// Each worker takes the first that nobody else is just taking.
const LEASE_POSTGRES: &str = "UPDATE bulk_chunks SET state = 'leased', attempt = attempt + 1, worker = $2, lease_until = $3 \
    WHERE job = $1 AND number = (SELECT number FROM bulk_chunks WHERE job = $1 AND state <> 'done' \
        AND (state = 'waiting' OR (state = 'leased' AND lease_until < $4)) ORDER BY number LIMIT 1 \
        FOR UPDATE SKIP LOCKED) \
    RETURNING number, office, from_region, from_nik, to_region, to_nik, persons, attempt";
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
const REFUSAL: &str =
    "INSERT INTO bulk_refusals (job, number, reason, persons) VALUES ($1, $2, $3, $4)";
const ANY_UNTOLD: &str = "SELECT number FROM bulk_chunks WHERE state = 'done' AND told = 0 LIMIT 1";
const UNTOLD: &str = "SELECT job, number, office, kind, status_list, first_id, last_id FROM bulk_chunks \
    JOIN bulk_jobs ON bulk_jobs.id = job WHERE state = 'done' AND told = 0 ORDER BY job, number LIMIT 1";
const TOLD: &str = "UPDATE bulk_chunks SET told = 1 WHERE job = $1 AND number = $2";
const ALL_TOLD: &str = "UPDATE bulk_chunks SET told = 1 WHERE state = 'done' AND told = 0";

const AFTER: &str = "SELECT job, number, status_list, first_place, persons, issued, first_id, last_id, root, \
    (SELECT seed FROM status_lists WHERE status_lists.id = bulk_chunks.status_list) AS seed FROM bulk_chunks \
    WHERE state = 'done' AND (job, number) > ($1, $2) ORDER BY job, number LIMIT $3";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[AFTER, INSERT, PLACED, RENEW, RELEASE, HOLD, DONE, REFUSAL];

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

/// A chunk as it is planned.
pub struct Planned {
    /// Number within the job, from 0.
    pub number: i64,
    /// Who issues.
    pub office: OfficeId,
    /// For whom.
    pub range: Range,
    /// How many people that are.
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
    /// How many people that were.
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
        .bind(&to.region).bind(to.nik).bind(chunk.persons).execute(c).await?.rows_affected());
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

/// A chunk that is done, for the check of the whole table.
pub struct Ended {
    /// Of which job.
    pub job: JobId,
    /// Number within the job.
    pub number: i64,
    /// Documents issued.
    pub issued: i64,
    /// People it was planned for, which is how many places it had.
    pub persons: i64,
    /// Smallest and greatest id of its documents.
    pub ids: Option<(DocumentId, DocumentId)>,
    /// Where their status stands, the first of their places and the seed of the list's order.
    pub places: Option<(ListId, u32, [u8; 32])>,
    /// Merkle root of their tokens in the order of their places.
    pub root: Hash,
}

#[derive(sqlx::FromRow)]
struct EndedRow {
    job: Vec<u8>,
    number: i64,
    status_list: Option<Vec<u8>>,
    first_place: Option<i64>,
    persons: i64,
    issued: i64,
    first_id: Option<Vec<u8>>,
    last_id: Option<Vec<u8>>,
    root: Vec<u8>,
    seed: Option<Vec<u8>>,
}

impl TryFrom<EndedRow> for Ended {
    type Error = Failure;

    fn try_from(row: EndedRow) -> Outcome<Self> {
        let id = |id: Vec<u8>| parsed("bulk_chunks.id", DocumentId::from_bytes(&id));
        let ids = match (row.first_id, row.last_id) {
            (Some(first), Some(last)) => Some((id(first)?, id(last)?)),
            _ => None,
        };
        let places = match (row.status_list, row.first_place, row.seed) {
            (Some(list), Some(first), Some(seed)) => Some((
                parsed("bulk_chunks.status_list", ListId::from_bytes(&list))?,
                parsed("bulk_chunks.first_place", u32::try_from(first))?,
                fixed("status_lists.seed", &seed)?,
            )),
            _ => None,
        };
        Ok(Self {
            job: parsed("bulk_chunks.job", JobId::from_bytes(&row.job))?,
            number: row.number,
            issued: row.issued,
            persons: row.persons,
            ids,
            places,
            root: fixed("bulk_chunks.root", &row.root)?,
        })
    }
}

/// Chunks that are done, in order, after the one `after`.
pub async fn done_after(
    tx: &mut Tx,
    after: Option<(JobId, i64)>,
    limit: u32,
) -> Outcome<Vec<Ended>> {
    let (job, number) = after.map_or((Vec::new(), -1), |(job, number)| (job.to_vec(), number));
    let rows: Vec<EndedRow> = on!(tx, c => sqlx::query_as(AFTER)
        .bind(job).bind(number).bind(i64::from(limit)).fetch_all(c).await?);
    rows.into_iter().map(Ended::try_from).collect()
}

/// A chunk that is done and that agencies have not heard of.
pub struct Untold {
    job: JobId,
    number: i64,
    /// Who issued.
    pub office: OfficeId,
    /// Number of the documents' kind.
    pub kind: u8,
    /// Where their status stands.
    pub list: ListId,
    /// Smallest and greatest id of its documents.
    pub ids: Option<(DocumentId, DocumentId)>,
}

#[derive(sqlx::FromRow)]
struct UntoldRow {
    job: Vec<u8>,
    number: i64,
    office: Vec<u8>,
    kind: i64,
    status_list: Vec<u8>,
    first_id: Option<Vec<u8>>,
    last_id: Option<Vec<u8>>,
}

impl TryFrom<UntoldRow> for Untold {
    type Error = Failure;

    fn try_from(row: UntoldRow) -> Outcome<Self> {
        let id = |bytes: Option<Vec<u8>>| {
            let id = bytes.as_deref().map(DocumentId::from_bytes).transpose();
            parsed("bulk_chunks: an id", id)
        };
        Ok(Self {
            job: parsed("bulk_chunks.job", JobId::from_bytes(&row.job))?,
            number: row.number,
            office: parsed("bulk_chunks.office", OfficeId::from_bytes(&row.office))?,
            kind: parsed("bulk_jobs.kind", u8::try_from(row.kind))?,
            list: parsed(
                "bulk_chunks.status_list",
                ListId::from_bytes(&row.status_list),
            )?,
            ids: id(row.first_id)?.zip(id(row.last_id)?),
        })
    }
}

/// Whether there is a chunk that agencies have not heard of.
pub async fn any_untold(tx: &mut Tx) -> Outcome<bool> {
    let any: Option<i64> = on!(tx, c => sqlx::query_scalar(ANY_UNTOLD).fetch_optional(c).await?);
    Ok(any.is_some())
}

/// The first chunk that agencies have not heard of.
pub async fn untold(tx: &mut Tx) -> Outcome<Option<Untold>> {
    let row: Option<UntoldRow> = on!(tx, c => sqlx::query_as(UNTOLD).fetch_optional(c).await?);
    row.map(Untold::try_from).transpose()
}

/// Agencies have heard of a chunk.
pub async fn told(tx: &mut Tx, chunk: &Untold) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(TOLD)
        .bind(chunk.job.to_vec()).bind(chunk.number).execute(c).await?.rows_affected());
    one_row(touched)
}

/// There is nobody to hear of any.
pub async fn all_told(tx: &mut Tx) -> Outcome<()> {
    on!(tx, c => sqlx::query(ALL_TOLD).execute(c).await?.rows_affected());
    Ok(())
}
