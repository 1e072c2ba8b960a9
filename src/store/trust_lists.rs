//! Signed trust lists.

use super::{Tx, fixed, on, parsed};
use crate::failure::{Failure, Outcome};

const INSERT: &str = "INSERT INTO trust_lists (version, issued, next_update, root, token) \
    VALUES ($1, $2, $3, $4, $5)";
const LATEST: &str = "SELECT version, issued, next_update, root, token FROM trust_lists \
    ORDER BY version DESC LIMIT 1";
const VERSION: &str = "SELECT MAX(version) FROM trust_lists";

const FROM: &str = "SELECT version, issued, next_update, root, token FROM trust_lists \
    WHERE version >= $1 ORDER BY version LIMIT 50";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[INSERT, LATEST, VERSION, FROM];

/// A published trust list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Its version.
    pub version: u64,
    /// When it was signed.
    pub issued: i64,
    /// When its successor is due.
    pub next_update: i64,
    /// The root that verifiers trust before they have read it.
    pub root: [u8; 32],
    /// The list with its rotation envelopes.
    pub token: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct Row {
    version: i64,
    issued: i64,
    next_update: i64,
    root: Vec<u8>,
    token: Vec<u8>,
}

impl TryFrom<Row> for Published {
    type Error = Failure;

    fn try_from(row: Row) -> Outcome<Self> {
        Ok(Self {
            version: parsed("trust_lists.version", u64::try_from(row.version))?,
            issued: row.issued,
            next_update: row.next_update,
            root: fixed("trust_lists.root", &row.root)?,
            token: row.token,
        })
    }
}

/// Stores a list; its version must be new.
pub async fn insert(tx: &mut Tx, list: &Published) -> Outcome<()> {
    on!(tx, c => sqlx::query(INSERT)
        .bind(list.version as i64).bind(list.issued).bind(list.next_update).bind(list.root.to_vec())
        .bind(&list.token).execute(c).await?.rows_affected());
    Ok(())
}

/// The highest version.
pub async fn version(tx: &mut Tx) -> Outcome<Option<u64>> {
    let version: Option<i64> = on!(tx, c => sqlx::query_scalar(VERSION).fetch_one(c).await?);
    let version = version.map(u64::try_from).transpose();
    parsed("trust_lists.version", version)
}

/// The list with the highest version.
pub async fn latest(tx: &mut Tx) -> Outcome<Option<Published>> {
    let row: Option<Row> = on!(tx, c => sqlx::query_as(LATEST).fetch_optional(c).await?);
    row.map(Published::try_from).transpose()
}

/// Lists with that version or a higher one, in order, at most 50.
pub async fn from(tx: &mut Tx, version: u64) -> Outcome<Vec<Published>> {
    // Behind the last one that there can be.
    let Ok(version) = i64::try_from(version) else {
        return Ok(Vec::new());
    };
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(FROM).bind(version).fetch_all(c).await?);
    rows.into_iter().map(Published::try_from).collect()
}
