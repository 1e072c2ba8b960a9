//! Which data key the database is of.

use super::{Tx, on};
use crate::failure::Outcome;

const MARK: &str = "SELECT mark FROM data_key";
const SEALED: &str = "SELECT sealed FROM data_key";
const SEAL: &str = "UPDATE data_key SET sealed = $1 WHERE sealed IS NULL";
const INSERT: &str = "INSERT INTO data_key (one, mark) VALUES (1, $1) ON CONFLICT (one) DO UPDATE \
    SET mark = excluded.mark WHERE length(data_key.mark) = 0";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[MARK, INSERT, SEALED, SEAL];

/// The mark of the key that the database is of; none before it was ever opened with one.
pub async fn mark(tx: &mut Tx) -> Outcome<Option<Vec<u8>>> {
    Ok(on!(tx, c => sqlx::query_scalar(MARK).fetch_optional(c).await?))
}

/// Keeps the mark of the key that the database is of from now on, if it has none, or an empty one because the key before
/// was lost.
pub async fn insert(tx: &mut Tx, mark: &[u8; 32]) -> Outcome<()> {
    on!(tx, c => sqlx::query(INSERT).bind(mark.to_vec()).execute(c).await?.rows_affected());
    Ok(())
}

/// That the rows from before have their seals; none before that.
pub async fn sealed(tx: &mut Tx) -> Outcome<Option<Vec<u8>>> {
    let sealed: Option<Option<Vec<u8>>> =
        on!(tx, c => sqlx::query_scalar(SEALED).fetch_optional(c).await?);
    Ok(sealed.flatten())
}

/// Notes that the rows from before have their seals. False where that is noted already.
pub async fn seal(tx: &mut Tx, value: &[u8; 32]) -> Outcome<bool> {
    let touched =
        on!(tx, c => sqlx::query(SEAL).bind(value.to_vec()).execute(c).await?.rows_affected());
    Ok(touched == 1)
}
