//! Sessions of officers and citizens. Only the hash of a cookie is stored.

use super::{Tx, on};
use crate::failure::Outcome;

const INSERT: &str = "INSERT INTO sessions (hash, kind, principal, stage, created, seen, expires, seal) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const BY_HASH: &str = "SELECT hash, kind, principal, stage, device, created, seen, expires, seal FROM sessions \
    WHERE hash = $1";
const OF_PRINCIPAL: &str = "SELECT hash, kind, principal, stage, device, created, seen, expires, seal FROM sessions \
    WHERE kind = $1 AND principal = $2 ORDER BY created DESC";
const AFTER: &str = "SELECT hash, kind, principal, stage, device, created, seen, expires, seal FROM sessions \
    WHERE hash > $1 ORDER BY hash LIMIT $2";
const TOUCH: &str = "UPDATE sessions SET seen = $2 WHERE hash = $1 AND seen < $2";
const DEVICE: &str = "UPDATE sessions SET device = $2 WHERE hash = $1";
const DELETE: &str = "DELETE FROM sessions WHERE hash = $1";
const DELETE_OF: &str = "DELETE FROM sessions WHERE kind = $1 AND principal = $2";
const PURGE: &str = "DELETE FROM sessions WHERE expires <= $1";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[
    INSERT,
    BY_HASH,
    OF_PRINCIPAL,
    AFTER,
    TOUCH,
    DEVICE,
    DELETE,
    DELETE_OF,
    PURGE,
];

/// A session's row, as it stands; `sessions.rs` knows what it means.
#[derive(sqlx::FromRow)]
pub struct Row {
    /// SHA-256 of the cookie's random bits.
    pub hash: Vec<u8>,
    /// Whose: officer, citizen or guest.
    pub kind: String,
    /// Their id.
    pub principal: Vec<u8>,
    /// login or open.
    pub stage: String,
    /// Browser and system in two words.
    pub device: Option<String>,
    /// When it was opened.
    pub created: i64,
    /// When it was last used.
    pub seen: i64,
    /// When it ends, used or not.
    pub expires: i64,
    /// What `sessions.rs` wrote over whose it is.
    pub seal: Option<Vec<u8>>,
}

/// Stores a new session.
pub async fn insert(tx: &mut Tx, row: &Row) -> Outcome<()> {
    on!(tx, c => sqlx::query(INSERT)
        .bind(&row.hash).bind(&row.kind).bind(&row.principal).bind(&row.stage)
        .bind(row.created).bind(row.seen).bind(row.expires).bind(&row.seal).execute(c).await?.rows_affected());
    Ok(())
}

/// The session of a cookie.
pub async fn by_hash(tx: &mut Tx, hash: &[u8; 32]) -> Outcome<Option<Row>> {
    Ok(on!(tx, c => sqlx::query_as(BY_HASH).bind(hash.to_vec()).fetch_optional(c).await?))
}

/// Everybody's own sessions, newest first.
pub async fn of_principal(tx: &mut Tx, kind: &str, principal: &[u8]) -> Outcome<Vec<Row>> {
    Ok(on!(tx, c => sqlx::query_as(OF_PRINCIPAL)
        .bind(kind).bind(principal.to_vec()).fetch_all(c).await?))
}

/// Everybody's behind that hash, for the check of the whole table.
pub async fn after(tx: &mut Tx, hash: &[u8], limit: u32) -> Outcome<Vec<Row>> {
    Ok(on!(tx, c => sqlx::query_as(AFTER)
        .bind(hash.to_vec()).bind(i64::from(limit)).fetch_all(c).await?))
}

/// Notes that it was used. It may have been closed in between, which is no error.
pub async fn touch(tx: &mut Tx, hash: &[u8; 32], now: i64) -> Outcome<()> {
    on!(tx, c => sqlx::query(TOUCH).bind(hash.to_vec()).bind(now).execute(c).await?.rows_affected());
    Ok(())
}

/// Notes what it is used with.
pub async fn set_device(tx: &mut Tx, hash: &[u8; 32], device: &str) -> Outcome<()> {
    on!(tx, c => sqlx::query(DEVICE).bind(hash.to_vec()).bind(device).execute(c).await?.rows_affected());
    Ok(())
}

/// Ends a session. False where it is ended already.
pub async fn delete(tx: &mut Tx, hash: &[u8; 32]) -> Outcome<bool> {
    let touched =
        on!(tx, c => sqlx::query(DELETE).bind(hash.to_vec()).execute(c).await?.rows_affected());
    Ok(touched == 1)
}

/// Ends all sessions of somebody.
pub async fn delete_of(tx: &mut Tx, kind: &str, principal: &[u8]) -> Outcome<()> {
    on!(tx, c => sqlx::query(DELETE_OF).bind(kind).bind(principal.to_vec()).execute(c).await?.rows_affected());
    Ok(())
}

/// Forgets the sessions that have ended.
pub async fn purge(tx: &mut Tx, now: i64) -> Outcome<u64> {
    Ok(on!(tx, c => sqlx::query(PURGE).bind(now).execute(c).await?.rows_affected()))
}
