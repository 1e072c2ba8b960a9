//! Lines of the audit trail and their places in the log.

use super::by_key::by_key;
use super::{Tx, hex, json, on};
use crate::failure::{Failure, Outcome};

// By `seq` first, which all of them lack: so the order is that of the index of what waits, and of no other.
const WAITING: &str = "SELECT id, at, actor, action, office, document, salt, content_hash, detail, about FROM audit \
    WHERE seq IS NULL ORDER BY seq, id LIMIT $1";
const WAITING_AFTER: &str = "SELECT id, at, actor, action, office, document, salt, content_hash, detail, about FROM audit \
    WHERE seq IS NULL AND id > $1 ORDER BY seq, id LIMIT $2";
const OLDEST_WAITING: &str = "SELECT at FROM audit WHERE seq IS NULL ORDER BY seq, id LIMIT 1";
// The plus keeps SQLite from comparing each line that waits with each of those given.
const PLACE_SQLITE: &str = "UPDATE audit SET seq = $1 + given.key FROM json_each($2) AS given \
    WHERE audit.id = unhex(given.value) AND +seq IS NULL";
const PLACE_POSTGRES: &str = "UPDATE audit SET seq = $1 + given.place - 1 \
    FROM UNNEST($2::BYTEA[]) WITH ORDINALITY AS given (id, place) WHERE audit.id = given.id AND seq IS NULL";
const LOGGED: &str = "SELECT id, at, actor, action, office, document, salt, content_hash, detail, about, seq FROM audit \
    WHERE seq >= $1 AND seq < $2 ORDER BY seq";
const COUNT: &str = "SELECT COUNT(*) FROM audit WHERE seq IS NOT NULL";
const BEYOND: &str = "SELECT seq FROM audit WHERE seq >= $1 ORDER BY seq LIMIT 1";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[
    WAITING,
    WAITING_AFTER,
    OLDEST_WAITING,
    LOGGED,
    COUNT,
    BEYOND,
];

/// Gives many places at once.
#[cfg(test)]
pub const PLACED: &str = PLACE_SQLITE;
/// What waits, in its order.
#[cfg(test)]
pub const IN_ORDER: &str = WAITING;

/// Statements for one engine alone.
#[cfg(test)]
pub const SQLITE_ONLY: &[&str] = &[PLACE_SQLITE];
/// Statements for one engine alone.
#[cfg(test)]
pub const POSTGRES_ONLY: &[&str] = &[PLACE_POSTGRES];

/// A line without its place.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Line {
    /// Names it.
    pub id: Vec<u8>,
    /// When, epoch seconds.
    pub at: i64,
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// In which office.
    pub office: Option<Vec<u8>>,
    /// To which document.
    pub document: Option<Vec<u8>>,
    /// 16 random bytes, or SHA-256 of them where they were forgotten.
    pub salt: Option<Vec<u8>>,
    /// SHA-256 of salt and content.
    pub content_hash: Option<Vec<u8>>,
    /// A few fixed words.
    pub detail: Option<String>,
    /// Which row the content is.
    pub about: Option<String>,
}

/// Committed lines without a place, at most `limit`, in the order in which they get theirs.
pub async fn waiting(tx: &mut Tx, limit: u32) -> Outcome<Vec<Line>> {
    Ok(on!(tx, c => sqlx::query_as(WAITING).bind(i64::from(limit)).fetch_all(c).await?))
}

/// The same from behind a line.
pub async fn waiting_after(tx: &mut Tx, after: Option<Vec<u8>>, limit: u32) -> Outcome<Vec<Line>> {
    Ok(on!(tx, c => sqlx::query_as(WAITING_AFTER)
        .bind(after.unwrap_or_default()).bind(i64::from(limit)).fetch_all(c).await?))
}

/// When the first line was written that has no place yet, epoch seconds.
pub async fn oldest_waiting(tx: &mut Tx) -> Outcome<Option<i64>> {
    Ok(on!(tx, c => sqlx::query_scalar(OLDEST_WAITING).fetch_optional(c).await?))
}

/// Gives lines their places, the first of them `first`.
///
/// # Errors
/// [`Failure::Changed`] where one of them has a place already.
pub async fn place(tx: &mut Tx, first: i64, ids: Vec<Vec<u8>>) -> Outcome<()> {
    let count = ids.len() as u64;
    let touched = match tx {
        Tx::Sqlite(c) => {
            let ids: Vec<String> = ids.iter().map(|id| hex(id)).collect();
            let query = sqlx::query(PLACE_SQLITE).bind(first).bind(json(&ids)?);
            query.execute(&mut **c).await?.rows_affected()
        }
        Tx::Postgres(c) => {
            by_key(c).await?;
            let query = sqlx::query(PLACE_POSTGRES).bind(first).bind(ids);
            query.execute(&mut **c).await?.rows_affected()
        }
    };
    match touched == count {
        true => Ok(()),
        false => Err(Failure::Changed),
    }
}

/// A line with its place.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Logged {
    /// The line.
    #[sqlx(flatten)]
    pub line: Line,
    /// Its place.
    pub seq: i64,
}

/// Lines with places from `first` and below `end`, in order.
pub async fn logged(tx: &mut Tx, first: i64, end: i64) -> Outcome<Vec<Logged>> {
    Ok(on!(tx, c => sqlx::query_as(LOGGED).bind(first).bind(end).fetch_all(c).await?))
}

/// The first place from `size` on that some line has, though the log does not go so far.
pub async fn beyond(tx: &mut Tx, size: i64) -> Outcome<Option<i64>> {
    Ok(on!(tx, c => sqlx::query_scalar(BEYOND).bind(size).fetch_optional(c).await?))
}

/// How many lines have a place.
pub async fn count(tx: &mut Tx) -> Outcome<i64> {
    Ok(on!(tx, c => sqlx::query_scalar(COUNT).fetch_one(c).await?))
}
