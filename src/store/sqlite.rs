//! SQLite in this process: one writer at a time, in the order in which they came.
//!
//! SQLite itself lets a second writer sleep and look again, ever longer, whoever came first. Within a process they wait
//! in line instead; against other processes (a command beside the service) SQLite's own waiting stays.

use crate::failure::Outcome;
use sqlx::Transaction;
use sqlx_sqlite::{Sqlite, SqliteConnection, SqlitePool};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// The file.
#[derive(Debug, Clone)]
pub struct File {
    pool: SqlitePool,
    turn: Arc<Mutex<()>>,
}

impl From<SqlitePool> for File {
    fn from(pool: SqlitePool) -> Self {
        let turn = Arc::default();
        Self { pool, turn }
    }
}

impl Deref for File {
    type Target = SqlitePool;

    fn deref(&self) -> &SqlitePool {
        &self.pool
    }
}

impl File {
    pub(super) async fn begin_writing(&self) -> Outcome<Open> {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        // Taking the write lock at once avoids the deadlock of two readers that both want to write.
        let tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        Ok(Open {
            tx,
            _turn: Some(turn),
        })
    }

    /// Writes what the journal holds into the file, and cuts the journal to nothing.
    pub(super) async fn empty_wal(&self) -> Outcome<bool> {
        let (busy, _, _): (i64, i64, i64) = sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)")
            .fetch_one(&self.pool)
            .await?;
        Ok(busy == 0)
    }

    pub(super) async fn begin_reading(&self) -> Outcome<Open> {
        let tx = self.pool.begin().await?;
        Ok(Open { tx, _turn: None })
    }
}

/// A transaction, and its turn where it writes. A commit is over before its turn is; a rollback by dropping may have the next
/// writer wait for SQLite a moment.
pub struct Open {
    tx: Transaction<'static, Sqlite>,
    _turn: Option<OwnedMutexGuard<()>>,
}

impl Open {
    pub(super) async fn commit(self) -> Outcome<()> {
        Ok(self.tx.commit().await?)
    }
}

impl Deref for Open {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.tx
    }
}

impl DerefMut for Open {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.tx
    }
}
