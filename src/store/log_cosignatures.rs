//! What witnesses say of heads of the log.

use super::{Tx, on};
use crate::failure::Outcome;

const PUT: &str = "INSERT INTO log_cosignatures (size, witness, at, line) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (size, witness) DO UPDATE SET at = excluded.at, line = excluded.line \
    WHERE log_cosignatures.at < excluded.at";
const OF_SIZE: &str =
    "SELECT witness, at, line FROM log_cosignatures WHERE size = $1 ORDER BY witness";
const NEWEST: &str =
    "SELECT size, at FROM log_cosignatures WHERE witness = $1 ORDER BY size DESC LIMIT 1";
const NEWEST_OF_ANY: &str = "SELECT MAX(size) FROM log_cosignatures";
const AFTER: &str = "SELECT size, witness, at, line FROM log_cosignatures WHERE (size, witness) > ($1, $2) \
    ORDER BY size, witness LIMIT $3";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[PUT, OF_SIZE, NEWEST, NEWEST_OF_ANY, AFTER];

/// What a witness says of a head.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Cosignature {
    /// Its name.
    pub witness: String,
    /// When, by its clock, epoch seconds.
    pub at: i64,
    /// Its signature line.
    pub line: String,
}

/// Stores what a witness says of the head of a size, in place of what it said before.
pub async fn put(tx: &mut Tx, size: i64, said: &Cosignature) -> Outcome<()> {
    on!(tx, c => sqlx::query(PUT)
        .bind(size).bind(&said.witness).bind(said.at).bind(&said.line)
        .execute(c).await?.rows_affected());
    Ok(())
}

/// What was said of the head of a size.
pub async fn of_size(tx: &mut Tx, size: i64) -> Outcome<Vec<Cosignature>> {
    Ok(on!(tx, c => sqlx::query_as(OF_SIZE).bind(size).fetch_all(c).await?))
}

/// The size of the newest head of which a witness said something, and when.
pub async fn newest(tx: &mut Tx, witness: &str) -> Outcome<Option<(i64, i64)>> {
    Ok(on!(tx, c => sqlx::query_as(NEWEST).bind(witness).fetch_optional(c).await?))
}

/// The size of the newest head of which anybody said something.
pub async fn newest_of_any(tx: &mut Tx) -> Outcome<Option<i64>> {
    Ok(on!(tx, c => sqlx::query_scalar(NEWEST_OF_ANY).fetch_one(c).await?))
}

/// What was said of which size.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Said {
    /// Of which head.
    pub size: i64,
    /// What.
    #[sqlx(flatten)]
    pub said: Cosignature,
}

/// All that was said behind that of a witness of a size, in order, at most `limit`.
pub async fn after(tx: &mut Tx, (size, witness): (i64, &str), limit: u32) -> Outcome<Vec<Said>> {
    Ok(on!(tx, c => sqlx::query_as(AFTER)
        .bind(size).bind(witness).bind(i64::from(limit)).fetch_all(c).await?))
}
