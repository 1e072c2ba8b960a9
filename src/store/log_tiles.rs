//! Tiles of the log.

use super::{Tx, on};
use crate::domain::tlog::Hash;
use crate::domain::tlog::tile::Id;
use crate::failure::{Failure, Outcome};

const PUT: &str = "INSERT INTO log_tiles (level, n, hashes) VALUES ($1, $2, $3) \
    ON CONFLICT (level, n) DO UPDATE SET hashes = excluded.hashes";
const GET: &str = "SELECT hashes FROM log_tiles WHERE level = $1 AND n = $2";
const COUNT: &str = "SELECT level, COUNT(*) FROM log_tiles GROUP BY level ORDER BY level";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[PUT, GET, COUNT];

/// Stores a tile as it is now.
pub async fn put(tx: &mut Tx, id: Id, hashes: &[Hash]) -> Outcome<()> {
    on!(tx, c => sqlx::query(PUT)
        .bind(i64::from(id.level)).bind(id.n as i64).bind(hashes.concat())
        .execute(c).await?.rows_affected());
    Ok(())
}

/// A tile as it is now.
///
/// # Errors
/// [`Failure::Row`] where it holds no whole hashes.
pub async fn get(tx: &mut Tx, id: Id) -> Outcome<Option<Vec<Hash>>> {
    let bytes: Option<Vec<u8>> = on!(tx, c => sqlx::query_scalar(GET)
        .bind(i64::from(id.level)).bind(id.n as i64).fetch_optional(c).await?);
    let Some(bytes) = bytes else {
        return Ok(None);
    };
    let (hashes, rest) = bytes.as_chunks::<32>();
    match rest.is_empty() {
        true => Ok(Some(hashes.to_vec())),
        false => Err(Failure::Row("log_tiles.hashes")),
    }
}

/// How many tiles each level has.
pub async fn counts(tx: &mut Tx) -> Outcome<Vec<(i64, i64)>> {
    Ok(on!(tx, c => sqlx::query_as(COUNT).fetch_all(c).await?))
}
