//! How far the log goes, and the keys that sign its heads.

use super::{Tx, fixed, on, one_row};
use crate::failure::Outcome;
use credential::ids::KeyId;

const STATE: &str = "SELECT origin, size FROM log_state WHERE one = 1";
const BEGIN: &str =
    "INSERT INTO log_state (one, origin, size) VALUES (1, $1, 0) ON CONFLICT (one) DO NOTHING";
const ADVANCE: &str = "UPDATE log_state SET size = $2 WHERE one = 1 AND size = $1";
const INSERT_KEY: &str = "INSERT INTO log_keys (kid, public_key, created) VALUES ($1, $2, $3)";
const KEYS: &str = "SELECT kid, public_key, created FROM log_keys ORDER BY created, kid";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[STATE, BEGIN, ADVANCE, INSERT_KEY, KEYS];

/// How far the log goes.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct State {
    /// Names the log.
    pub origin: String,
    /// Lines in it.
    pub size: i64,
}

/// A key that signs heads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its identifier.
    pub kid: KeyId,
    /// The raw public key.
    pub public_key: [u8; 32],
    /// When it was made, epoch seconds.
    pub created: i64,
}

/// How far the log goes, if it was begun.
pub async fn state(tx: &mut Tx) -> Outcome<Option<State>> {
    Ok(on!(tx, c => sqlx::query_as(STATE).fetch_optional(c).await?))
}

/// Begins the log under a name, unless it was begun.
pub async fn begin(tx: &mut Tx, origin: &str) -> Outcome<()> {
    on!(tx, c => sqlx::query(BEGIN).bind(origin).execute(c).await?.rows_affected());
    Ok(())
}

/// Moves the end of the log on.
///
/// # Errors
/// [`crate::failure::Failure::Changed`] where it does not end at `from` any more: somebody else added to it.
pub async fn advance(tx: &mut Tx, from: i64, to: i64) -> Outcome<()> {
    one_row(
        on!(tx, c => sqlx::query(ADVANCE).bind(from).bind(to).execute(c).await?.rows_affected()),
    )
}

/// Stores a new key; from now on it signs.
pub async fn insert_key(tx: &mut Tx, key: &Key) -> Outcome<()> {
    on!(tx, c => sqlx::query(INSERT_KEY)
        .bind(key.kid.0.to_vec()).bind(key.public_key.to_vec()).bind(key.created)
        .execute(c).await?.rows_affected());
    Ok(())
}

/// All keys, oldest first.
pub async fn keys(tx: &mut Tx) -> Outcome<Vec<Key>> {
    let rows: Vec<(Vec<u8>, Vec<u8>, i64)> = on!(tx, c => sqlx::query_as(KEYS).fetch_all(c).await?);
    let key = |(kid, public_key, created): (Vec<u8>, Vec<u8>, i64)| {
        Ok(Key {
            kid: KeyId(fixed("log_keys.kid", &kid)?),
            public_key: fixed("log_keys.public_key", &public_key)?,
            created,
        })
    };
    rows.into_iter().map(key).collect()
}
