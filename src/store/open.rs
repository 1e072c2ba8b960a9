//! Opening the database, and which schemas this version of the program works with.
//!
//! Every change of the schema is a numbered migration, the same numbers for both engines. Two versions of the program
//! may run side by side on one database while a new one is rolled out: a migration that only adds (expand) leaves
//! `schema_info.readable_by` alone, so that the version before it goes on; one that takes something away (contract)
//! raises it, and older versions refuse to start.

use super::Db;
use secrecy::{ExposeSecret, SecretString};
use sqlx::Connection;
use sqlx::migrate::{AppliedMigration, Migrate, MigrateError, Migrator};
use sqlx_postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
use sqlx_sqlite::SqliteConnection;
use sqlx_sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

pub(super) static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");
pub(super) static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// The newest schema that did not yet say which versions can work with it.
const BEFORE_INFO: i64 = 11;
const READABLE_BY: &str = "SELECT readable_by FROM schema_info";
const HAS_SQLITE: &str = "SELECT 1 FROM sqlite_schema WHERE name = '_sqlx_migrations'";
const HAS_POSTGRES: &str =
    "SELECT 1 FROM pg_catalog.pg_class WHERE oid = to_regclass('_sqlx_migrations')";
/// Whoever migrates is alone until its transaction ends; the number means nothing.
const ALONE: &str = "SELECT pg_advisory_xact_lock(1230653507)";
/// Where sqlx notes what it applied.
const TABLE: &str = "_sqlx_migrations";

/// Every statement that both engines know, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[READABLE_BY];

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It was written by another version of this program.
    #[error(
        "the database has schema {found}, which this version of ikd does not know; it knows those up to {known}"
    )]
    Version {
        /// The newest migration applied to the database.
        found: i64,
        /// The newest that this program has.
        known: i64,
    },
    /// A migration that was applied is not the one that this program has under that number.
    #[error(
        "schema {0} of the database is not the one that this version of ikd has under that number"
    )]
    Other(i64),
    /// A migration broke off.
    #[error("the database was left half way in its change to schema {0}")]
    Dirty(i64),
    /// The schema is older than the program.
    #[error("the database has schema {found}, and this version of ikd needs {known}")]
    Old {
        /// The newest migration applied to the database; 0 for an empty one.
        found: i64,
        /// What the program needs.
        known: i64,
    },
    /// Not an address of a database.
    #[error("DATABASE_URL is not an address like postgres://user@host/database")]
    Address,
    /// The database is on another machine, and the address does not say how the way there is protected.
    #[error(
        "DATABASE_URL names a database on another machine and would fall back to an unencrypted connection"
    )]
    Unprotected,
    /// Anything else.
    #[error("the database cannot be opened: {0}")]
    Sql(#[from] sqlx::Error),
    /// A migration failed.
    #[error("the database cannot be brought up to date: {0}")]
    Migration(MigrateError),
}

/// After so long without use a connection is asked whether the server is still there.
const IDLE: Duration = Duration::from_secs(1);

/// What to do with a schema that is older than the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Older {
    /// Bring it up to date.
    Migrate,
    /// Refuse: on a database that several instances share, `ikd migrate` is a step of its own.
    Refuse,
}

impl Db {
    /// Opens a SQLite file and brings it up to date.
    pub async fn open_sqlite(path: &Path, create: bool) -> Result<Self, OpenError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(create)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // What is deleted is overwritten with zeros, and so is what a change leaves behind.
            .pragma("secure_delete", "ON")
            .busy_timeout(Duration::from_secs(10));
        let pool = SqlitePoolOptions::new().max_connections(8);
        let db = Self::Sqlite(pool.connect_with(options).await?.into());
        db.prepare(Older::Migrate).await?;
        Ok(db)
    }

    /// Opens a PostgreSQL database by its address, with at most that many connections.
    pub async fn open_postgres(
        url: &SecretString,
        connections: u32,
        older: Older,
    ) -> Result<Self, OpenError> {
        let options = PgConnectOptions::from_str(url.expose_secret());
        let options = options.map_err(|_| OpenError::Address)?;
        if falls_back(&options) {
            return Err(OpenError::Unprotected);
        }
        let pool = PgPoolOptions::new()
            .max_connections(connections.max(2))
            .acquire_timeout(Duration::from_secs(10))
            .test_before_acquire(false)
            .before_acquire(|connection, about| {
                Box::pin(async move {
                    // Asking each time would cost as much as a statement; one that was used a moment ago is alive.
                    if about.idle_for > IDLE {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            });
        let pool = pool.connect_with(options.application_name("ikd")).await?;
        let db = Self::Postgres(pool);
        db.prepare(older).await?;
        Ok(db)
    }

    /// The newest migration that was applied.
    pub async fn schema(&self) -> Result<i64, OpenError> {
        let applied = self.applied().await?;
        Ok(applied.iter().map(|m| m.version).max().unwrap_or_default())
    }

    /// Brings the schema up to date, or says why it cannot be worked with.
    async fn prepare(&self, older: Older) -> Result<(), OpenError> {
        let all = match self {
            Self::Sqlite(_) => &SQLITE_MIGRATIONS,
            Self::Postgres(_) => &POSTGRES_MIGRATIONS,
        };
        let known = all.iter().map(|m| m.version).max().unwrap_or_default();
        let applied = self.applied().await?;
        for old in applied.iter().filter(|old| old.version <= known) {
            let same = all.iter().find(|m| m.version == old.version);
            if same.is_none_or(|m| m.checksum != old.checksum) {
                return Err(OpenError::Other(old.version));
            }
        }
        let found = applied.iter().map(|m| m.version).max().unwrap_or_default();
        if found > known && (known <= BEFORE_INFO || self.readable_by().await? > known) {
            return Err(OpenError::Version { found, known });
        }
        match older {
            Older::Refuse if found < known => Err(OpenError::Old { found, known }),
            Older::Migrate if found < known => self.migrate(all).await,
            _ => Ok(()),
        }
    }

    async fn applied(&self) -> Result<Vec<AppliedMigration>, OpenError> {
        async fn of<C: Migrate>(c: &mut C) -> Result<Vec<AppliedMigration>, MigrateError> {
            if let Some(half) = c.dirty_version(TABLE).await? {
                return Err(MigrateError::Dirty(half));
            }
            c.list_applied_migrations(TABLE).await
        }
        let exists = match self {
            Self::Sqlite(pool) => sqlx::query(HAS_SQLITE)
                .fetch_optional(&**pool)
                .await?
                .is_some(),
            Self::Postgres(pool) => sqlx::query(HAS_POSTGRES)
                .fetch_optional(pool)
                .await?
                .is_some(),
        };
        if !exists {
            return Ok(Vec::new());
        }
        let applied = match self {
            Self::Sqlite(pool) => of(&mut *pool.acquire().await?).await,
            Self::Postgres(pool) => of(&mut *pool.acquire().await?).await,
        };
        applied.map_err(failed)
    }

    async fn readable_by(&self) -> Result<i64, OpenError> {
        Ok(match self {
            Self::Sqlite(pool) => sqlx::query_scalar(READABLE_BY).fetch_one(&**pool).await?,
            Self::Postgres(pool) => sqlx::query_scalar(READABLE_BY).fetch_one(pool).await?,
        })
    }

    async fn migrate(&self, all: &'static Migrator) -> Result<(), OpenError> {
        match self {
            Self::Sqlite(pool) => all.run(&**pool).await.map_err(failed),
            Self::Postgres(pool) => {
                // A lock of a session would not hold over a pooler that gives each transaction another connection.
                let mut alone = pool.begin().await?;
                sqlx::query(ALONE).execute(&mut *alone).await?;
                let mut all = Migrator::with_migrations(all.iter().cloned().collect());
                let done = all.set_locking(false).run(pool).await;
                alone.rollback().await?;
                done.map_err(failed)
            }
        }
    }
}

/// A database that was just made, to compare another with.
pub(super) async fn in_memory() -> Result<SqliteConnection, OpenError> {
    let mut made = SqliteConnection::connect("sqlite::memory:").await?;
    SQLITE_MIGRATIONS.run(&mut made).await.map_err(failed)?;
    Ok(made)
}

fn failed(e: MigrateError) -> OpenError {
    match e {
        MigrateError::VersionMismatch(version) => OpenError::Other(version),
        MigrateError::Dirty(version) => OpenError::Dirty(version),
        other => OpenError::Migration(other),
    }
}

/// Whether whoever stands between here and another machine could have everything sent in clear: `prefer`, which an address
/// without `sslmode` means, takes a server's word that it knows no TLS.
fn falls_back(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    let here = options.get_socket().is_some()
        || host.starts_with('/')
        || host == "localhost"
        || address.is_ok_and(|address| address.is_loopback());
    !here && matches!(options.get_ssl_mode(), PgSslMode::Prefer | PgSslMode::Allow)
}
