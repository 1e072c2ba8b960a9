//! Wrong tries in a row, by keyed hashes of names.

use super::{Tx, on};
use crate::failure::Outcome;

// Takes the row, also one that was not there: of those that are charged at the same time each sees the charge before.
const TAKE: &str = "INSERT INTO lockouts (key, failures, locked_until, forgotten) VALUES ($1, 0, 0, $2) \
    ON CONFLICT (key) DO UPDATE SET failures = lockouts.failures RETURNING failures, locked_until, forgotten";
const REFUND: &str = "UPDATE lockouts SET failures = CASE WHEN failures > 0 THEN failures - 1 ELSE 0 END, \
    locked_until = 0 WHERE key = $1";
const PUT: &str = "INSERT INTO lockouts (key, failures, locked_until, forgotten) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, locked_until = excluded.locked_until, \
    forgotten = excluded.forgotten";
const DELETE: &str = "DELETE FROM lockouts WHERE key = $1";
const PURGE: &str = "DELETE FROM lockouts WHERE forgotten <= $1";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[TAKE, REFUND, PUT, DELETE, PURGE];

/// Wrong tries of one name.
#[derive(Debug, Clone, Copy, Default, sqlx::FromRow)]
pub struct Row {
    /// Wrong tries since the last right one.
    pub failures: i64,
    /// No try counts before; 0 where it is not locked.
    pub locked_until: i64,
    /// When the row is deleted.
    pub forgotten: i64,
}

/// The row of a name, which nobody else takes until the transaction ends; one that was not there is deleted after
/// `forgotten`.
pub async fn take(tx: &mut Tx, key: &[u8; 32], forgotten: i64) -> Outcome<Row> {
    Ok(on!(tx, c => sqlx::query_as(TAKE).bind(key.to_vec()).bind(forgotten).fetch_one(c).await?))
}

/// Takes one charge back.
pub async fn refund(tx: &mut Tx, key: &[u8; 32]) -> Outcome<()> {
    on!(tx, c => sqlx::query(REFUND).bind(key.to_vec()).execute(c).await?.rows_affected());
    Ok(())
}

/// Writes the row of a name.
pub async fn put(tx: &mut Tx, key: &[u8; 32], row: Row) -> Outcome<()> {
    on!(tx, c => sqlx::query(PUT)
        .bind(key.to_vec()).bind(row.failures).bind(row.locked_until).bind(row.forgotten).execute(c).await?.rows_affected());
    Ok(())
}

/// Forgets the wrong tries of a name.
pub async fn delete(tx: &mut Tx, key: &[u8; 32]) -> Outcome<()> {
    on!(tx, c => sqlx::query(DELETE).bind(key.to_vec()).execute(c).await?.rows_affected());
    Ok(())
}

/// Forgets rows whose time is over.
pub async fn purge(tx: &mut Tx, now: i64) -> Outcome<u64> {
    Ok(on!(tx, c => sqlx::query(PURGE).bind(now).execute(c).await?.rows_affected()))
}
