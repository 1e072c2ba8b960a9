//! `ikd keys`

use super::compromise;
use super::context::{self, LOCAL, parsed, say};
use super::error::CliError;
use crate::chance::Chance;
use crate::domain::ids::Iss;
use crate::failure::{Failure, Thing};
use crate::keys::{Role, public_pem};
use crate::store::{keys, log, offices as office_rows};
use crate::tlog;
use crate::{offices, root};
use clap::Subcommand;
use credential::date::wib_text;
use credential::ids::KeyId;
use std::collections::HashMap;
use std::path::PathBuf;

/// Keys.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// List the keys.
    List,
    /// Show a key's public half as PEM.
    Show {
        /// Its key id.
        #[arg(value_parser = |t: &str| parsed(KeyId::parse(t)))]
        kid: KeyId,
    },
    /// Make a key for an office, or a publisher key. Publish the trust list afterwards.
    Add {
        /// `iss` of the office.
        #[arg(long, value_parser = |t: &str| parsed(Iss::parse(t)), required_unless_present_any = ["publisher", "log"])]
        office: Option<Iss>,
        /// Make a key that signs bundles.
        #[arg(long, conflicts_with = "office")]
        publisher: bool,
        /// Make a key that signs heads of the log, in place of the one before. Witnesses need its public half.
        #[arg(long, conflicts_with_all = ["office", "publisher"])]
        log: bool,
        /// Keep it for the day when the other one is stolen: the trust list names it, and it signs nothing until then.
        #[arg(long, conflicts_with = "log")]
        standby: bool,
    },
    /// Let a standby sign that the trust list names.
    Activate {
        /// Its key id.
        #[arg(value_parser = |t: &str| parsed(KeyId::parse(t)))]
        kid: KeyId,
    },
    /// Retire a key: what it signed before stands.
    Retire {
        /// Its key id.
        #[arg(value_parser = |t: &str| parsed(KeyId::parse(t)))]
        kid: KeyId,
    },
    /// A key was stolen: refuse what a thief signs with it, and put another one in its place.
    ///
    /// The standby takes over, status lists are closed and signed, a bundle and, where the root key is here, the trust list
    /// are made, and whatever the key has in force is issued anew. After a crash the same command goes on. Again with an
    /// earlier time moves the time back; it never moves forward.
    Compromise {
        /// Its key id.
        #[arg(value_parser = |t: &str| parsed(KeyId::parse(t)))]
        kid: KeyId,
        /// Since when, as seconds since 1970 or YYYY-MM-DDThh:mm:ssZ; now if left out. Of a retired key it is no later than
        /// when it was retired.
        #[arg(long, value_parser = time)]
        since: Option<i64>,
        /// Only queue what has to be issued anew; `ikd bulk run` does it, on as many machines as one likes.
        #[arg(long)]
        later: bool,
    },
}

fn time(text: &str) -> Result<i64, String> {
    if let Ok(seconds) = text.parse() {
        return Ok(seconds);
    }
    let time: Result<jiff::Timestamp, _> = text.parse();
    time.map(|t| t.as_second())
        .map_err(|_| "must be seconds since 1970 or like 2026-11-22T03:00:00Z".to_string())
}

/// `ikd keys`
pub async fn run(data: PathBuf, command: KeysCommand) -> Result<u8, CliError> {
    let service = context::open(&data).await?;
    match command {
        KeysCommand::List => list(&service).await,
        KeysCommand::Show { kid } => {
            let mut tx = service.db.read().await?;
            let all = keys::all(&mut tx).await?;
            let key = all.iter().find(|k| k.kid == kid);
            let key = key.ok_or(Failure::NotFound(Thing::Key))?;
            let pem = match key.role {
                Role::Root => {
                    let known = root::known(&service, &mut tx, key.public_key).await?;
                    root::pem(&known)
                }
                _ => public_pem(&key.public_key),
            };
            say(pem.trim_end());
            Ok(0)
        }
        KeysCommand::Add { log: true, .. } => add_log(&service).await,
        KeysCommand::Add {
            office, standby, ..
        } => add(&service, office, standby).await,
        KeysCommand::Activate { kid } => {
            let mut tx = service.db.begin().await?;
            offices::activate_key(&service, &mut tx, &mut Chance::System, LOCAL, kid).await?;
            tx.commit().await?;
            say(format_args!("key {kid} is active"));
            Ok(0)
        }
        KeysCommand::Retire { kid } => {
            let mut tx = service.db.begin().await?;
            offices::retire_key(&service, &mut tx, &mut Chance::System, LOCAL, kid).await?;
            tx.commit().await?;
            say(format_args!("key {kid} is retired"));
            say("next: ikd keys add --office ISS (if it was the last one), then ikd trust publish");
            Ok(0)
        }
        KeysCommand::Compromise { kid, since, later } => {
            compromise::run(service, kid, since, later).await
        }
    }
}

async fn list(service: &crate::service::Service) -> Result<u8, CliError> {
    let mut tx = service.db.read().await?;
    let offices = office_rows::all(&mut tx).await?;
    let iss: HashMap<_, _> = offices.iter().map(|o| (o.id, o.iss.as_str())).collect();
    for key in keys::all(&mut tx).await? {
        let owner = key
            .office
            .and_then(|id| iss.get(&id).copied())
            .unwrap_or("-");
        let place = service.keyring.place(key.role, key.kid);
        let state = key.state.name();
        let until = wib_text(key.not_after);
        say(format_args!(
            "{}  {:<9} {owner:<12} {state:<11} {place:<7} until {until}",
            key.kid,
            key.role.name()
        ));
    }
    let state = log::state(&mut tx).await?;
    let of_log = log::keys(&mut tx).await?;
    for (nth, key) in of_log.iter().enumerate() {
        let state_name = match nth + 1 == of_log.len() {
            true => "active",
            false => "retired",
        };
        let place = service.keyring.place(Role::Log, key.kid);
        let Some(state) = &state else { continue };
        say(format_args!(
            "{}  {:<9} {:<12} {state_name:<11} {place:<7} {}",
            key.kid,
            Role::Log.name(),
            "-",
            tlog::key::verifier(state, key)?
        ));
    }
    Ok(0)
}

async fn add(
    service: &crate::service::Service,
    office: Option<Iss>,
    standby: bool,
) -> Result<u8, CliError> {
    let mut tx = service.db.begin().await?;
    let (role, owner) = match office {
        Some(iss) => (Role::Issuer, Some(context::office(&mut tx, &iss).await?.id)),
        None => (Role::Publisher, None),
    };
    let chance = &mut Chance::System;
    let key = offices::add_key(service, &mut tx, chance, LOCAL, role, owner, standby).await?;
    tx.commit().await?;
    say(format_args!("key {}", key.kid));
    say("next: ikd trust publish   (until then it does not count)");
    Ok(0)
}

async fn add_log(service: &crate::service::Service) -> Result<u8, CliError> {
    let mut tx = service.db.begin().await?;
    let key = tlog::key::add(service, &mut tx, &mut Chance::System, LOCAL).await?;
    let state = log::state(&mut tx).await?;
    tx.commit().await?;
    say(format_args!("key {}", key.kid));
    if let Some(state) = state {
        let verifier = tlog::key::verifier(&state, &key)?;
        say(format_args!("for witnesses: {verifier}"));
    }
    Ok(0)
}
