//! `ikd status`

use super::context::{self, LOCAL, say};
use super::error::CliError;
use crate::chance::Chance;
use crate::gate::hold::Released;
use crate::gate::{Kind, What, hold};
use crate::service::Service;
use crate::status;
use crate::store::holds::{Hold, Kept};
use clap::Subcommand;
use credential::date::wib_text;
use std::path::PathBuf;
use std::time::Duration;

/// Time after which a list is looked at once more.
const AGAIN: Duration = Duration::from_secs(2);

/// Status lists, and what the gate holds.
#[derive(Debug, Subcommand)]
pub enum StatusCommand {
    /// Sign every status list that changed or is past half its life.
    Publish,
    /// Show what is not published because it takes back what verifiers were told, and what to do.
    Held,
    /// Let exactly what is held go out. Somebody who looked into it answers for that; the audit trail says so.
    Release {
        /// What, as `ikd status held` names it: a status list, trust, bundle, or a tree.
        #[arg(value_name = "LIST")]
        what: String,
    },
}

/// `ikd status`
pub async fn run(data: PathBuf, command: StatusCommand) -> Result<u8, CliError> {
    let service = context::open(&data).await?;
    match command {
        StatusCommand::Publish => publish(&service).await,
        StatusCommand::Held => held(&service).await,
        StatusCommand::Release { what } => release(&service, &what).await,
    }
}

async fn publish(service: &Service) -> Result<u8, CliError> {
    let signed = status::refresh(service).await?;
    say(format_args!("{signed} status lists signed"));
    let holds = read(service).await?;
    let is_list = |kept: &&Kept| kept.is_held() && What::kind_of(&kept.what) == Kind::List;
    match holds.iter().filter(is_list).count() {
        0 => unsigned(service).await,
        held => Err(CliError::refused(
            format!("{held} status lists are held; verifiers go on with what is out"),
            "`ikd status held` says why and what to do",
        )),
    }
}

/// Lists that could not be signed, which an office without a key that signs here does not say otherwise.
async fn unsigned(service: &Service) -> Result<u8, CliError> {
    let mut left = status::left(service).await?;
    if !left.is_empty() {
        // A change of this moment is signed by whoever made it.
        tokio::time::sleep(AGAIN).await;
        let still = status::left(service).await?;
        left.retain(|list| still.contains(list));
    }
    match left.len() {
        0 => Ok(0),
        all => Err(CliError::refused(
            format!(
                "{all} status lists are due and were not signed, as {}",
                left[..all.min(10)].join(", ")
            ),
            "their offices have no key that signs, or its private half is not here: `ikd keys list`",
        )),
    }
}

async fn read(service: &Service) -> Result<Vec<Kept>, CliError> {
    let mut tx = service.db.read().await?;
    Ok(hold::all(service, &mut tx).await?)
}

async fn held(service: &Service) -> Result<u8, CliError> {
    let holds = read(service).await?;
    for kept in &holds {
        let Some(hold) = &kept.hold else {
            say(kept.name());
            say(
                "  why   what was noted of it was altered by other means than ikd: `ikd audit verify`",
            );
            say(format_args!(
                "  next  ikd status release '{}' throws the note away; then publish: the gate notes anew what is so",
                kept.name()
            ));
            continue;
        };
        say(format_args!(
            "{}  since {}",
            hold.what,
            wib_text(hold.since)
        ));
        say(format_args!("  why   {}", hold.reason));
        match (hold.released, hold.releasable) {
            (Some(at), _) => say(format_args!("  released {}; {}", wib_text(at), next(hold))),
            (None, false) => say("  next  set the clock right; it goes out by itself then"),
            (None, true) => {
                say(format_args!("  next  {}", look(hold)));
                say(format_args!(
                    "        only if it is meant: ikd status release '{}'",
                    hold.what
                ));
            }
        }
    }
    if holds.is_empty() {
        say("nothing is held");
    }
    Ok(u8::from(holds.iter().any(Kept::is_held)))
}

async fn release(service: &Service, what: &str) -> Result<u8, CliError> {
    let mut tx = service.db.begin().await?;
    let released = hold::release(service, &mut tx, &mut Chance::System, LOCAL, what).await?;
    tx.commit().await?;
    let Released::This(hold) = released else {
        return Err(CliError::refused(
            format!(
                "what was noted of {what} was altered by other means than ikd: it is thrown away, and nothing released"
            ),
            "publish once more: the gate notes anew what is so; `ikd audit verify` says what else was altered",
        ));
    };
    say(format_args!("released {}: {}", hold.what, hold.reason));
    say(format_args!("next: {}", next(&hold)));
    Ok(0)
}

/// How to find out whether it is meant.
fn look(hold: &Hold) -> &'static str {
    match hold.kind.as_str() {
        "list" => {
            "ikd audit verify; was the database put back, or written to by other means? Mend it: revoke again what has to \
             be revoked"
        }
        "trust" => "ikd keys list; was the database put back, or written to by other means?",
        _ => {
            "was the database put back to an older backup? Then restore the newest one, docs/OPERATIONS.md \"After a restore\""
        }
    }
}

/// How it goes out.
fn next(hold: &Hold) -> String {
    match hold.what.strip_prefix("tree ") {
        Some(place) => format!("ikd publish --to {place}"),
        None => match hold.kind.as_str() {
            "list" => "ikd status publish, or the instances do it within a minute".into(),
            "trust" => "ikd trust publish, as before".into(),
            _ => "it is made when somebody asks for it next".into(),
        },
    }
}
