//! Answers to requests with an idempotency key. Keys and requests only as keyed hashes, answers only sealed.

use super::{Tx, on};
use crate::failure::Outcome;

const CLAIM: &str = "INSERT INTO idempotency (key, request, started, expires) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (key) DO UPDATE SET request = excluded.request, started = excluded.started, \
    expires = excluded.expires, response = NULL WHERE idempotency.expires <= $5";
const BY_KEY: &str = "SELECT request, started, response FROM idempotency WHERE key = $1";
const TAKE_OVER: &str = "UPDATE idempotency SET started = $3, expires = $4 \
    WHERE key = $1 AND started = $2 AND response IS NULL";
const FINISH: &str = "UPDATE idempotency SET response = $3 \
    WHERE key = $1 AND started = $2 AND response IS NULL";
const RELEASE: &str =
    "DELETE FROM idempotency WHERE key = $1 AND started = $2 AND response IS NULL";
const PURGE: &str = "DELETE FROM idempotency WHERE expires <= $1";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[CLAIM, BY_KEY, TAKE_OVER, FINISH, RELEASE, PURGE];

/// What is known of a key.
#[derive(sqlx::FromRow)]
pub struct Row {
    /// Keyed hash of the request it came with.
    pub request: Vec<u8>,
    /// When that was begun, milliseconds.
    pub started: i64,
    /// The sealed answer, once there is one.
    pub response: Option<Vec<u8>>,
}

/// Takes a key that nobody has had for a day; false where it is taken.
pub async fn claim(
    tx: &mut Tx,
    key: &[u8; 32],
    request: &[u8; 32],
    started: i64,
    now: i64,
    expires: i64,
) -> Outcome<bool> {
    let touched = on!(tx, c => sqlx::query(CLAIM)
        .bind(key.to_vec()).bind(request.to_vec()).bind(started).bind(expires).bind(now)
        .execute(c).await?.rows_affected());
    Ok(touched == 1)
}

/// What is known of a key.
pub async fn by_key(tx: &mut Tx, key: &[u8; 32]) -> Outcome<Option<Row>> {
    Ok(on!(tx, c => sqlx::query_as(BY_KEY).bind(key.to_vec()).fetch_optional(c).await?))
}

/// Takes a key over from a request that was begun at `old` and never ended; false where somebody else was faster.
pub async fn take_over(
    tx: &mut Tx,
    key: &[u8; 32],
    old: i64,
    started: i64,
    expires: i64,
) -> Outcome<bool> {
    let touched = on!(tx, c => sqlx::query(TAKE_OVER)
        .bind(key.to_vec()).bind(old).bind(started).bind(expires).execute(c).await?.rows_affected());
    Ok(touched == 1)
}

/// Keeps the answer of the request that was begun at `started`. It may have been taken over, which is no error.
pub async fn finish(tx: &mut Tx, key: &[u8; 32], started: i64, response: &[u8]) -> Outcome<()> {
    on!(tx, c => sqlx::query(FINISH)
        .bind(key.to_vec()).bind(started).bind(response.to_vec()).execute(c).await?.rows_affected());
    Ok(())
}

/// Gives a key back whose request, begun at `started`, did nothing.
pub async fn release(tx: &mut Tx, key: &[u8; 32], started: i64) -> Outcome<()> {
    on!(tx, c => sqlx::query(RELEASE).bind(key.to_vec()).bind(started).execute(c).await?.rows_affected());
    Ok(())
}

/// Forgets what is older than a day.
pub async fn purge(tx: &mut Tx, now: i64) -> Outcome<u64> {
    Ok(on!(tx, c => sqlx::query(PURGE).bind(now).execute(c).await?.rows_affected()))
}
