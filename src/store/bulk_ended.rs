//! Chunks of bulk jobs that are done, for those who look at them afterwards: agencies are told, the audit checks them.

use super::{Tx, fixed, on, one_row, parsed};
use crate::domain::ids::{DocumentId, JobId, ListId, OfficeId};
use crate::domain::merkle::Hash;
use crate::failure::{Failure, Outcome};

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
pub const ALL: &[&str] = &[ANY_UNTOLD, UNTOLD, TOLD, ALL_TOLD, AFTER];

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
