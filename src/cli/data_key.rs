//! `ikd data-key`

use super::context::{self, LOCAL, say};
use super::error::CliError;
use crate::chance::Chance;
use crate::crypter::Ring;
use crate::rotation;
use crate::store::data_keys::State;
use clap::Subcommand;
use std::path::PathBuf;

/// The keys that seal personal data.
#[derive(Debug, Subcommand)]
pub enum DataKeyCommand {
    /// List them, with how many values are under each.
    List,
    /// Make another one in data.key, which then goes to every instance. It seals nothing yet.
    Add,
    /// Let the newest one seal, and move to it what the others sealed. Once more after a kill goes on.
    Rotate,
    /// Take one out of data.key under which nothing is left. Backups from before need it.
    Drop {
        /// Its number, as `ikd data-key list` shows it.
        #[arg(value_name = "NUMBER")]
        id: u16,
        /// Within a day too: one-time passwords that are half given end, and nothing may be sealing with it.
        #[arg(long)]
        now: bool,
    },
}

/// `ikd data-key`
pub async fn run(data: PathBuf, command: DataKeyCommand) -> Result<u8, CliError> {
    let service = context::open_as_it_is(&data).await?;
    let chance = &mut Chance::System;
    let file = service.data.data_key();
    match command {
        DataKeyCommand::List => {
            let counts = rotation::counts(&service, true).await?;
            for key in rotation::keys(&service).await? {
                let values = counts.get(&key.id).copied().unwrap_or_default();
                let state = key.state.name();
                say(format_args!(
                    "{:>5}  {state:<8} {values:>10} values",
                    key.id
                ));
            }
        }
        DataKeyCommand::Add => {
            let alone = rotation::alone(&service).await?;
            let id = rotation::add(&service, chance, LOCAL, &alone).await?;
            say(format_args!("data key {id} added to {}", file.display()));
            eprintln!(
                "note: bring that file to every instance and to the backups, then `ikd data-key rotate`"
            );
        }
        DataKeyCommand::Rotate => {
            let told = |done: &rotation::Moved| {
                if done.moved > 0 {
                    say(format_args!("{:>10} of {}", done.moved, done.place));
                }
                if done.unopened > 0 {
                    eprintln!(
                        "note: {} values of {} do not open",
                        done.unopened, done.place
                    );
                }
            };
            let alone = rotation::alone(&service).await?;
            let (id, left) = rotation::rotate(&service, chance, LOCAL, &alone, told).await?;
            if left > 0 {
                return Err(CliError::refused(
                    format!("data key {id} seals, and values are left under others"),
                    "start `ikd data-key rotate` again; what does not open was damaged, `ikd audit verify` tells",
                ));
            }
            say(format_args!(
                "data key {id} seals, and all that was sealed is under it"
            ));
        }
        DataKeyCommand::Drop { id, now } => {
            let alone = rotation::alone(&service).await?;
            let keys = rotation::keys(&service).await?;
            let key = keys.iter().find(|key| key.id == id);
            let state = key.map(|key| key.state);
            let in_file = Ring::read(&file)?.ids().any(|there| there == id);
            if matches!(state, None | Some(State::Dropped)) && !in_file {
                return Err(CliError::refused(
                    format!("there is no data key {id}"),
                    "`ikd data-key list` shows them",
                ));
            }
            if state == Some(State::Seals) {
                return Err(CliError::refused(
                    format!("data key {id} seals"),
                    "`ikd data-key add` and `rotate` let another one seal",
                ));
            }
            let counts = rotation::counts(&service, !now).await?;
            if let Some(left) = counts.get(&id) {
                return Err(CliError::refused(
                    format!("{left} values are under data key {id}"),
                    "`ikd data-key rotate` moves them; half-given one-time passwords end within a day",
                ));
            }
            let rest = service.clock.now() - rotation::REST;
            let in_use = key.is_some_and(|key| {
                key.state == State::Opens && key.emptied.is_none_or(|at| at > rest)
            });
            if in_use && !now {
                return Err(CliError::refused(
                    format!("data key {id} was in use within a day"),
                    "wait, or --now: see `ikd data-key drop --help`",
                ));
            }
            rotation::drop_key(&service, chance, LOCAL, &alone, (id, state)).await?;
            say(format_args!(
                "data key {id} taken out of {}",
                file.display()
            ));
            eprintln!(
                "note: bring that file to every instance; keep the one before as long as backups from before"
            );
        }
    }
    Ok(0)
}
