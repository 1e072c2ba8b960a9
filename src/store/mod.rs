//! The only place with SQL. Each text stands once, as a `const` with `$1` placeholders that both engines take;
//! `on!` runs the same expression on the driver in use.

pub mod accounts;
pub mod activations;
pub mod agencies;
pub mod agency_usage;
pub mod application_events;
pub mod applications;
pub mod appointments;
pub mod attachments;
pub mod audit;
pub mod audit_log;
pub mod bound;
pub mod bulk_chunks;
pub mod bulk_documents;
pub mod bulk_ended;
pub mod bulk_jobs;
pub mod bundles;
pub mod burnt;
mod by_key;
pub mod changes;
pub mod closed_lists;
pub mod codes;
pub mod copy;
pub mod data_key;
pub mod data_keys;
pub mod devices;
pub mod documents;
pub mod documents_reissued;
pub mod documents_signed;
pub mod documents_together;
pub mod holds;
pub mod idempotency;
pub mod keys;
pub mod leases;
pub mod lockouts;
pub mod locks;
pub mod log;
pub mod log_checkpoints;
pub mod log_cosignatures;
pub mod log_tiles;
pub mod logins;
pub mod mandates;
pub mod officers;
pub mod offices;
pub mod open;
pub mod outbox;
pub mod person;
pub mod persons;
pub mod policies;
pub mod population;
pub mod proposals;
pub mod queues;
pub mod regions;
pub mod register;
pub mod reservations;
pub mod row_seals;
pub mod sealed;
pub mod sessions;
mod sqlite;
pub mod standby;
pub mod status_indexes;
pub mod status_lists;
pub mod throttles;
pub mod trust_lists;
pub mod uploads;
pub mod whole;

use crate::failure::{Failure, Outcome};
pub use open::OpenError;
use serde::Serialize;
use sqlx_postgres::{PgPool, Postgres};

/// The database.
#[derive(Debug, Clone)]
pub enum Db {
    /// Embedded, the default.
    Sqlite(sqlite::File),
    /// Production.
    Postgres(PgPool),
}

/// One transaction: what a request reads and writes belongs together.
pub enum Tx {
    /// On SQLite; it holds the write lock from its begin.
    Sqlite(sqlite::Open),
    /// On PostgreSQL, READ COMMITTED: what must not happen twice is kept by a guarded write or a unique index.
    Postgres(sqlx::Transaction<'static, Postgres>),
}

/// Runs the same expression on the driver in use, `$c` being its connection.
macro_rules! on {
    ($tx:expr, $c:ident => $body:expr) => {
        match $tx {
            $crate::store::Tx::Sqlite(tx) => {
                let $c = &mut **tx;
                $body
            }
            $crate::store::Tx::Postgres(tx) => {
                let $c = &mut **tx;
                $body
            }
        }
    };
}
pub(crate) use on;

impl Db {
    /// Begins a transaction that may write.
    pub async fn begin(&self) -> Outcome<Tx> {
        match self {
            Self::Sqlite(file) => Ok(Tx::Sqlite(file.begin_writing().await?)),
            Self::Postgres(pool) => begun(pool, None).await,
        }
    }

    /// Begins a transaction that only reads.
    pub async fn read(&self) -> Outcome<Tx> {
        match self {
            Self::Sqlite(file) => Ok(Tx::Sqlite(file.begin_reading().await?)),
            Self::Postgres(pool) => begun(pool, Some(READ)).await,
        }
    }

    /// Begins a transaction that only reads, and looks things up by an index wherever there is one. So the plans need
    /// not be made anew for each list of numbers, which costs more than the look-ups.
    pub async fn read_by_index(&self) -> Outcome<Tx> {
        match self {
            Self::Sqlite(_) => self.read().await,
            Self::Postgres(pool) => begun(pool, Some(READ_BY_INDEX)).await,
        }
    }

    /// Empties the journal beside a SQLite file, in which what was deleted may still stand; false where somebody who reads
    /// keeps it from that. PostgreSQL does so by itself.
    pub async fn empty_wal(&self) -> Outcome<bool> {
        match self {
            Self::Sqlite(file) => file.empty_wal().await,
            Self::Postgres(_) => Ok(true),
        }
    }

    /// Waits for what is under way and closes.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Begins on PostgreSQL in a task of its own, which goes on where the caller goes away meanwhile. Given up halfway, sqlx
/// 0.9 would put the connection back into the pool with the transaction open and its count of them at none, for the
/// next caller to find out.
async fn begun(pool: &PgPool, statement: Option<&'static str>) -> Outcome<Tx> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move {
        match statement {
            Some(statement) => pool.begin_with(statement).await,
            None => pool.begin().await,
        }
    });
    let tx = begun.await.map_err(|_| Failure::Row("a task died"))?;
    Ok(Tx::Postgres(tx?))
}

/// How a transaction begins that only reads: all of it in one moment.
const READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
const READ_BY_INDEX: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL enable_seqscan = off; \
    SET LOCAL plan_cache_mode = force_generic_plan";

impl Tx {
    /// Makes its writes durable.
    pub async fn commit(self) -> Outcome<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => Ok(tx.commit().await?),
        }
    }
}

/// A write that must have touched one row; otherwise somebody else was faster.
fn one_row(touched: u64) -> Outcome<()> {
    match touched {
        1 => Ok(()),
        0 => Err(Failure::Changed),
        _ => Err(Failure::Row("a write touched more than one row")),
    }
}

/// A value of the database as a domain type.
fn parsed<T, E>(what: &'static str, result: Result<T, E>) -> Outcome<T> {
    result.map_err(|_| Failure::Row(what))
}

/// Rows or numbers as SQLite's `json_each` takes them.
fn json<T: Serialize>(rows: &[T]) -> Outcome<String> {
    parsed("rows", serde_json::to_string(rows))
}

/// Bytes as SQLite's `unhex` takes them.
fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

fn fixed<const N: usize>(what: &'static str, bytes: &[u8]) -> Outcome<[u8; N]> {
    parsed(what, bytes.try_into())
}

#[cfg(test)]
mod given_up;
#[cfg(test)]
mod plans;
#[cfg(test)]
mod scratch;
