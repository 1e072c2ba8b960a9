//! Whether the database takes writes at all: after a failover the address may lead to a server that only follows.

use super::Tx;
use crate::failure::Outcome;

const FOLLOWS: &str =
    "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on'";

/// Statements for one engine alone.
#[cfg(test)]
pub const POSTGRES_ONLY: &[&str] = &[FOLLOWS];

/// Whether whatever is written would be refused. A file that cannot be written is told of by whoever writes.
pub async fn follows(tx: &mut Tx) -> Outcome<bool> {
    match tx {
        Tx::Sqlite(_) => Ok(false),
        Tx::Postgres(c) => Ok(sqlx::query_scalar(FOLLOWS).fetch_one(&mut **c).await?),
    }
}
