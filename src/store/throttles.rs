//! Counters of tries, by keyed hashes: nobody can read from here who tried.

use super::{Tx, on};
use crate::failure::Outcome;

const COUNT: &str = "INSERT INTO throttles (key, used, ends) VALUES ($1, 1, $2) \
    ON CONFLICT (key) DO UPDATE SET \
    used = CASE WHEN throttles.ends <= $3 THEN 1 ELSE throttles.used + 1 END, \
    ends = CASE WHEN throttles.ends <= $3 THEN excluded.ends ELSE throttles.ends END \
    RETURNING used, ends";
const PURGE: &str = "DELETE FROM throttles WHERE ends <= $1";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[COUNT, PURGE];

/// Counts a try; tries in this window with this one, and when the window ends.
pub async fn count(tx: &mut Tx, key: &[u8; 32], ends: i64, now: i64) -> Outcome<(i64, i64)> {
    Ok(on!(tx, c => sqlx::query_as(COUNT)
        .bind(key.to_vec()).bind(ends).bind(now).fetch_one(c).await?))
}

/// Forgets windows that have ended.
pub async fn purge(tx: &mut Tx, now: i64) -> Outcome<u64> {
    Ok(on!(tx, c => sqlx::query(PURGE).bind(now).execute(c).await?.rows_affected()))
}
