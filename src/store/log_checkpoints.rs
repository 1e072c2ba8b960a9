//! Signed heads of the log.

use super::{Tx, on};
use crate::failure::Outcome;

const INSERT: &str = "INSERT INTO log_checkpoints (size, note) VALUES ($1, $2)";
const LATEST: &str = "SELECT size, note FROM log_checkpoints ORDER BY size DESC LIMIT 1";
const BY_SIZE: &str = "SELECT size, note FROM log_checkpoints WHERE size = $1";
const AFTER: &str = "SELECT size, note FROM log_checkpoints WHERE size > $1 ORDER BY size LIMIT $2";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[INSERT, LATEST, BY_SIZE, AFTER];

/// A head of the log.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Checkpoint {
    /// Lines that it commits to.
    pub size: i64,
    /// The signed note.
    pub note: String,
}

/// Stores a head; there is one for a size.
pub async fn insert(tx: &mut Tx, head: &Checkpoint) -> Outcome<()> {
    on!(tx, c => sqlx::query(INSERT)
        .bind(head.size).bind(&head.note).execute(c).await?.rows_affected());
    Ok(())
}

/// The newest head.
pub async fn latest(tx: &mut Tx) -> Outcome<Option<Checkpoint>> {
    Ok(on!(tx, c => sqlx::query_as(LATEST).fetch_optional(c).await?))
}

/// The head of that size.
pub async fn of_size(tx: &mut Tx, size: i64) -> Outcome<Option<Checkpoint>> {
    Ok(on!(tx, c => sqlx::query_as(BY_SIZE).bind(size).fetch_optional(c).await?))
}

/// Heads above a size, in order, at most `limit`.
pub async fn after(tx: &mut Tx, size: i64, limit: u32) -> Outcome<Vec<Checkpoint>> {
    Ok(on!(tx, c => sqlx::query_as(AFTER)
        .bind(size).bind(i64::from(limit)).fetch_all(c).await?))
}
