//! `ikd migrate` and `ikd db`

use super::context::{self, say};
use super::error::CliError;
use crate::chance::Chance;
use crate::clock::Clock;
use crate::config::{Config, DataDir};
use crate::domain::officer::Actor;
use crate::record::{Act, record};
use crate::store::Db;
use crate::store::copy::{CopyError, copy};
use crate::store::open::Older;
use crate::store::status_lists;
use clap::Subcommand;
use std::path::PathBuf;

/// What to do with the database as a whole.
#[derive(Debug, Subcommand)]
pub enum DbCommand {
    /// Copy everything from this data directory's SQLite file to the empty PostgreSQL database of DATABASE_URL.
    ///
    /// Both sides are read and compared before anything counts; stop `ikd serve` first.
    Copy,
    /// After a restore: give no more places of the status lists that the backup knows.
    ///
    /// Documents issued after the backup have the next ones. Offices open new lists.
    Restored,
}

/// Brings the schema up to date.
pub async fn migrate(data: PathBuf) -> Result<u8, CliError> {
    let (directory, config) = settings(data)?;
    let db = context::database(&directory, &config, context::address(), Older::Migrate).await?;
    let schema = db.schema().await?;
    db.close().await;
    say(format_args!("the database has schema {schema}"));
    Ok(0)
}

/// `ikd db …`
pub async fn run(data: PathBuf, command: DbCommand) -> Result<u8, CliError> {
    match command {
        DbCommand::Copy => copied(data).await,
        DbCommand::Restored => restored(data).await,
    }
}

async fn restored(data: PathBuf) -> Result<u8, CliError> {
    let service = context::open(&data).await?;
    let mut tx = service.db.begin().await?;
    let lists = status_lists::close_ordered(&mut tx).await?;
    let act = Act {
        detail: Some(format!("{lists} lists")),
        ..Act::new("database.restored")
    };
    let chance = &mut Chance::System;
    record(&mut tx, &service.clock, chance, Actor::Local, act).await?;
    tx.commit().await?;
    say(format_args!(
        "{lists} status lists give no more places; offices open new ones"
    ));
    say("files of attachments that this database does not name are kept for seven days");
    Ok(0)
}

async fn copied(data: PathBuf) -> Result<u8, CliError> {
    let (directory, config) = settings(data)?;
    let Some(url) = context::address() else {
        return Err(CliError::trouble(
            "DATABASE_URL does not say where to",
            "DATABASE_URL=postgres://USER:PASSWORD@HOST/DATABASE ikd db copy",
        ));
    };
    if !directory.database().exists() {
        return Err(CliError::trouble(
            format!("{} is not there", directory.database().display()),
            "name the data directory with the SQLite file with --data DIR",
        ));
    }
    let from = Db::open_sqlite(&directory.database(), false).await?;
    let to = Db::open_postgres(&url, config.database.connections, Older::Migrate).await?;
    let sums = copy(&from, &to, Clock::System.now(), |sum| {
        if sum.rows > 0 {
            say(format_args!(
                "{:<20} {:>10}  {}",
                sum.table,
                sum.rows,
                sum.short()
            ));
        }
    });
    let sums = sums.await?;
    from.close().await;
    to.close().await;
    let rows: u64 = sums.iter().map(|sum| sum.rows).sum();
    say(format_args!(
        "{rows} rows copied, read again, the same on both sides"
    ));
    // Whoever forgets DATABASE_URL would go on in the old database, and delete what only the new one knows.
    let old = directory.database();
    let kept = old.with_extension(format!("db.copied-{}", Clock::System.now()));
    match std::fs::rename(&old, &kept) {
        Ok(()) => say(format_args!("{} is a backup now", kept.display())),
        Err(cause) => {
            let old = old.display();
            eprintln!("note: move {old} away, it is a backup now: {cause}");
        }
    }
    say("next: start ikd with the same DATABASE_URL and this data directory");
    Ok(0)
}

fn settings(data: PathBuf) -> Result<(DataDir, Config), CliError> {
    let directory = DataDir::new(data);
    let config = context::config(&directory)?;
    Ok((directory, config))
}

impl From<CopyError> for CliError {
    fn from(e: CopyError) -> Self {
        match e {
            CopyError::Open(e) => e.into(),
            CopyError::Served => Self::refused(
                e.to_string(),
                "stop it first; one that crashed counts as stopped after a quarter of a minute",
            ),
            CopyError::Occupied => Self::refused(
                e.to_string(),
                "make an empty database, or drop what is in this one",
            ),
            e => Self::trouble(
                e.to_string(),
                "the PostgreSQL database is as it was; look at the SQLite file",
            ),
        }
    }
}
