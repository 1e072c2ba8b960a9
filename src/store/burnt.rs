//! Indexes of status lists for which something may have been signed that nobody knows: revoked for good.

use super::{Tx, on, parsed};
use crate::domain::ids::{DocumentId, ListId};
use crate::failure::Outcome;
use std::collections::HashSet;

const INSERT: &str = "INSERT INTO burnt_indexes (status_list, status_index, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
const OF_LIST: &str =
    "SELECT status_index FROM burnt_indexes WHERE status_list = $1 ORDER BY status_index";
const KNOWN: &str = "SELECT status_index FROM documents WHERE id >= $1 AND status_list = $2";

const ANY_KNOWN: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM burnt_indexes AS b JOIN documents AS d \
    ON d.status_list = b.status_list AND d.status_index = b.status_index WHERE b.status_list = $1 LIMIT 1) AS found";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[INSERT, OF_LIST, KNOWN, ANY_KNOWN];

/// Notes an index as burnt.
pub async fn insert(tx: &mut Tx, list: ListId, index: u32, now: i64) -> Outcome<()> {
    on!(tx, c => sqlx::query(INSERT)
        .bind(list.to_vec()).bind(i64::from(index)).bind(now).execute(c).await?.rows_affected());
    Ok(())
}

/// The burnt indexes of a list, ascending.
pub async fn of(tx: &mut Tx, list: ListId) -> Outcome<Vec<u32>> {
    let rows: Vec<i64> = on!(tx, c => sqlx::query_scalar(OF_LIST)
        .bind(list.to_vec()).fetch_all(c).await?);
    let index = |n| parsed("burnt_indexes.status_index", u32::try_from(n));
    rows.into_iter().map(index).collect()
}

/// The indexes of a list that documents have which were begun at a second or later.
pub async fn known(tx: &mut Tx, list: ListId, from: i64) -> Outcome<HashSet<u32>> {
    let rows: Vec<i64> = on!(tx, c => sqlx::query_scalar(KNOWN)
        .bind(DocumentId::first_of(from).to_vec())
        .bind(list.to_vec()).fetch_all(c).await?);
    let index = |n| parsed("documents.status_index", u32::try_from(n));
    rows.into_iter().map(index).collect()
}

/// Whether a document has one of a list's burnt indexes, as none should.
pub async fn any_is_a_documents(tx: &mut Tx, list: ListId) -> Outcome<bool> {
    let count: i64 = on!(tx, c => sqlx::query_scalar(ANY_KNOWN)
        .bind(list.to_vec()).fetch_one(c).await?);
    Ok(count > 0)
}
