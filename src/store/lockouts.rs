//! Wrong tries in a row, by keyed hashes of names.

use super::{Tx, on};
use crate::failure::Outcome;

const BY_KEY: &str = "SELECT failures, locked_until, forgotten FROM lockouts WHERE key = $1";
const PUT: &str = "INSERT INTO lockouts (key, failures, locked_until, forgotten) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, locked_until = excluded.locked_until, \
    forgotten = excluded.forgotten";
const DELETE: &str = "DELETE FROM lockouts WHERE key = $1";
const PURGE: &str = "DELETE FROM lockouts WHERE forgotten <= $1";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[BY_KEY, PUT, DELETE, PURGE];

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

/// The row of a name, if it was tried wrongly of late.
pub async fn by_key(tx: &mut Tx, key: &[u8; 32]) -> Outcome<Option<Row>> {
    Ok(on!(tx, c => sqlx::query_as(BY_KEY).bind(key.to_vec()).fetch_optional(c).await?))
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
pub async fn purge(tx: &mut Tx, now: i64) -> Outcome<()> {
    on!(tx, c => sqlx::query(PURGE).bind(now).execute(c).await?.rows_affected());
    Ok(())
}
