//! Signed bundles.

use super::{Tx, on};
use crate::failure::Outcome;

const INSERT: &str =
    "INSERT INTO bundles (issued, expires, content, token) VALUES ($1, $2, $3, $4)";
const DROP_OLD: &str = "UPDATE bundles SET token = NULL WHERE issued < $1 AND token IS NOT NULL";
const LATEST: &str =
    "SELECT issued, expires, content, token FROM bundles ORDER BY issued DESC LIMIT 1";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[INSERT, DROP_OLD, LATEST];

/// A signed bundle.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Published {
    /// When it was made.
    pub issued: i64,
    /// After this it decides nothing.
    pub expires: i64,
    /// SHA-256 of the versions of all lists in it.
    pub content: Vec<u8>,
    /// The bundle.
    pub token: Vec<u8>,
}

/// Stores a bundle and forgets the bytes of those before.
pub async fn insert(tx: &mut Tx, bundle: &Published) -> Outcome<()> {
    on!(tx, c => sqlx::query(INSERT)
        .bind(bundle.issued).bind(bundle.expires).bind(&bundle.content).bind(&bundle.token)
        .execute(c).await?.rows_affected());
    on!(tx, c => sqlx::query(DROP_OLD).bind(bundle.issued).execute(c).await?.rows_affected());
    Ok(())
}

/// The newest bundle.
pub async fn latest(tx: &mut Tx) -> Outcome<Option<Published>> {
    Ok(on!(tx, c => sqlx::query_as(LATEST).fetch_optional(c).await?))
}
