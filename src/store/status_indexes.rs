//! For what each index of a status list was drawn, and which of them ended.

use super::{Tx, on, parsed};
use crate::domain::ids::ListId;
use crate::failure::Outcome;

const DRAWN: &str = "SELECT CASE WHEN seed IS NULL \
    THEN (SELECT COUNT(*) FROM status_indexes WHERE status_list = $1) ELSE used END FROM status_lists WHERE id = $1";
// Only what ended and was thrown away has an end. What ran out while in force has none and is nobody's all the same, but not
// before it could have run out.
const STRAY: &str = "SELECT COUNT(*) FROM status_indexes AS s WHERE s.status_list = $1 \
    AND (s.ends IS NOT NULL OR s.document >= $2) AND (s.ends IS NULL) <> \
    (EXISTS (SELECT 1 FROM documents WHERE documents.id = s.document) \
    OR EXISTS (SELECT 1 FROM bound_credentials WHERE bound_credentials.id = s.document))";
// From one list to the next by the key, so that it does not read every index.
const NEXT_WITH_INDEXES: &str = "SELECT status_list FROM status_indexes WHERE status_list >= $1 \
    ORDER BY status_list LIMIT 1";
// Nobody ends what is still there, whatever stands beside its index.
const ENDED: &str = "SELECT s.status_index FROM status_indexes AS s WHERE s.status_list = $1 \
    AND s.status_index BETWEEN $2 AND $3 AND s.ends <= $4 \
    AND NOT EXISTS (SELECT 1 FROM documents WHERE documents.id = s.document) \
    AND NOT EXISTS (SELECT 1 FROM bound_credentials WHERE bound_credentials.id = s.document)";
const OWNER: &str =
    "SELECT document FROM status_indexes WHERE status_list = $1 AND status_index = $2";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[DRAWN, STRAY, NEXT_WITH_INDEXES, ENDED, OWNER];

/// How many indexes of a list are drawn, counted; of a bulk list, how many places are given.
pub async fn drawn(tx: &mut Tx, list: ListId) -> Outcome<i64> {
    Ok(on!(tx, c => sqlx::query_scalar(DRAWN).bind(list.to_vec()).fetch_one(c).await?))
}

/// How many indexes of a list have an end although what they were drawn for is there, or are nobody's though they were drawn
/// after that time, in epoch seconds.
pub async fn stray(tx: &mut Tx, list: ListId, after: i64) -> Outcome<i64> {
    // Ids begin with their time in milliseconds (RFC 9562 §5.7).
    let millis = u64::try_from(after.saturating_mul(1000)).unwrap_or_default();
    let first = [&millis.to_be_bytes()[2..], &[0; 10]].concat();
    Ok(on!(tx, c => sqlx::query_scalar(STRAY)
        .bind(list.to_vec()).bind(first).fetch_one(c).await?))
}

/// The first id at or after those bytes that indexes name as their list. Bytes as they stand: what names no list need not
/// be an id.
pub async fn next_with_indexes(tx: &mut Tx, from: &[u8]) -> Outcome<Option<Vec<u8>>> {
    Ok(on!(tx, c => sqlx::query_scalar(NEXT_WITH_INDEXES)
        .bind(from).fetch_optional(c).await?))
}

/// Of the indexes from one to another, those whose credential ended by that second and is thrown away.
pub async fn ended(tx: &mut Tx, list: ListId, from: u32, to: u32, by: i64) -> Outcome<Vec<u32>> {
    let rows: Vec<i64> = on!(tx, c => sqlx::query_scalar(ENDED)
        .bind(list.to_vec()).bind(i64::from(from)).bind(i64::from(to)).bind(by).fetch_all(c).await?);
    let rows = rows.into_iter().map(u32::try_from);
    rows.map(|index| parsed("status_indexes.status_index", index))
        .collect()
}

/// Id of the document or credential for which an index was drawn; none of a list whose indexes are given in a secret
/// order.
pub async fn owner(tx: &mut Tx, list: ListId, index: u32) -> Outcome<Option<Vec<u8>>> {
    Ok(on!(tx, c => sqlx::query_scalar(OWNER)
        .bind(list.to_vec()).bind(i64::from(index)).fetch_optional(c).await?))
}
