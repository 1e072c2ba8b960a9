//! `ikd register`

use super::context::{self, LOCAL, parsed, say};
use super::error::CliError;
use crate::chance::Chance;
use crate::domain::ids::ApplicationId;
use crate::register::Accepted;
use crate::{files, register};
use clap::Subcommand;
use clap::builder::PossibleValuesParser;
use std::fmt::Write;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// The seals of the population register, of applications and of what belongs to them.
#[derive(Debug, Subcommand)]
pub enum RegisterCommand {
    /// Seal the rows from before there were seals: once, after the upgrade. Once more after a kill goes on.
    Seal {
        /// Seal every row as it stands now, after data.key was lost and another one made.
        #[arg(long)]
        key_lost: bool,
    },
    /// Seal the row of an application, or another row that `ikd audit verify` names, as it stands, once it says again what it
    /// said.
    Accept {
        /// Of which table, where rows of several have that id.
        #[arg(long, value_parser = PossibleValuesParser::new(register::tables()))]
        table: Option<String>,
        /// Its id.
        #[arg(value_name = "ID", value_parser = |t: &str| parsed(ApplicationId::parse(t)))]
        id: ApplicationId,
    },
    /// Whose rows were changed by other means than this service. Exit code 1 if there are any.
    Altered {
        /// Write their NIKs into this new file, which only its owner may read, one to a line.
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
}

/// `ikd register`
pub async fn run(data: PathBuf, command: RegisterCommand) -> Result<u8, CliError> {
    let service = context::open(&data).await?;
    match command {
        RegisterCommand::Seal { key_lost } => {
            if register::is_sealed(&service).await? {
                return Err(CliError::refused(
                    "the register was sealed under this data.key before: a row without a seal was written by somebody else",
                    "`ikd audit verify` says which; docs/OPERATIONS.md, \"The register was altered\"",
                ));
            }
            let bar = indicatif::ProgressBar::new_spinner();
            let chance = &mut Chance::System;
            let told = |sealed| {
                bar.set_message(format!("{sealed} rows"));
                bar.tick();
            };
            let done = register::seal(&service, chance, LOCAL, key_lost, told).await?;
            bar.finish_and_clear();
            say(format_args!("{} rows sealed", done.sealed));
            if done.left > 0 {
                return Err(CliError::refused(
                    format!(
                        "{} rows were changed since they were sealed, and got no seal",
                        done.left
                    ),
                    "`ikd audit verify` says which, `ikd register altered --to FILE` which people",
                ));
            }
            Ok(0)
        }
        RegisterCommand::Accept { table, id } => {
            let table = table.as_deref();
            match register::accept(&service, &mut Chance::System, LOCAL, table, id).await? {
                Accepted::Several(tables) => {
                    return Err(CliError::refused(
                        format!("rows of {} have that id", tables.join(", ")),
                        "say which `ikd audit verify` names: `ikd register accept --table TABLE ID`",
                    ));
                }
                Accepted::Application(stage) => {
                    say(format_args!("application {id} sealed: {}", stage.name()));
                }
                Accepted::Row(table) => say(format_args!("row {id} of {table} sealed")),
            }
            Ok(0)
        }
        RegisterCommand::Altered { to } => {
            let mut niks = Zeroizing::new(String::new());
            let found = register::altered(&service, |nik| {
                let _ = writeln!(niks, "{nik:016}");
            });
            let found = found.await?;
            if let Some(path) = to.filter(|_| found > 0) {
                files::write_secret_once(&path, niks.as_bytes())?;
                say(format_args!("written to {}", path.display()));
            }
            say(format_args!("{found} people altered"));
            Ok(u8::from(found > 0))
        }
    }
}
