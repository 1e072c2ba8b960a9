//! Statements that find thousands of rows by their keys, each of them through the index of the key.

use crate::failure::Outcome;
use sqlx_postgres::PgConnection;

// PostgreSQL does not know how many keys are given, nor, until it has looked at a table, how many rows are alike: it then
// reads a growing table from end to end.
const BY_KEY: &str = "SELECT set_config('enable_hashjoin', 'off', TRUE), set_config('enable_mergejoin', 'off', TRUE), \
    set_config('enable_seqscan', 'off', TRUE), set_config('enable_material', 'off', TRUE)";

/// Statements for one engine alone.
#[cfg(test)]
pub const POSTGRES_ONLY: &[&str] = &[BY_KEY];

/// From here on to the end of the transaction, rows are found through indexes.
pub async fn by_key(connection: &mut PgConnection) -> Outcome<()> {
    sqlx::query(BY_KEY).execute(connection).await?;
    Ok(())
}
