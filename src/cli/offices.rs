//! `ikd office` and `ikd officer`

use super::context::{self, LOCAL, parsed, say};
use super::error::CliError;
use crate::chance::Chance;
use crate::domain::ids::{Iss, OfficerId, RegionPrefix};
use crate::domain::officer::OfficerRole;
use crate::offices;
use crate::store::{officers, offices as rows};
use clap::{Subcommand, ValueEnum};
use std::collections::HashMap;
use std::path::PathBuf;

/// Offices.
#[derive(Debug, Subcommand)]
pub enum OfficeCommand {
    /// Add an office and make its first key. Publish the trust list afterwards.
    Add {
        /// `iss` of its tokens, like ID.3273.
        #[arg(long, value_parser = |t: &str| parsed(Iss::parse(t)))]
        iss: Iss,
        /// Its name.
        #[arg(long)]
        name: String,
        /// Region it answers for: 2, 4, 6 or 10 digits, empty for the whole country.
        #[arg(long, value_parser = |t: &str| parsed(RegionPrefix::parse(t)))]
        region: RegionPrefix,
    },
    /// List the offices.
    List,
}

/// What an officer may do.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum RoleArg {
    /// Issues, suspends, supersedes and revokes.
    Signer,
    /// Reads.
    Auditor,
}

/// Officers.
#[derive(Debug, Subcommand)]
pub enum OfficerCommand {
    /// Add an officer and show their token, once.
    Add {
        /// `iss` of their office.
        #[arg(long, value_parser = |t: &str| parsed(Iss::parse(t)))]
        office: Iss,
        /// A label for administrators.
        #[arg(long)]
        name: String,
        /// What they may do.
        #[arg(long, default_value = "signer")]
        role: RoleArg,
    },
    /// List the officers.
    List,
    /// End an officer's token.
    Revoke {
        /// Their id, as `ikd officer list` shows it.
        #[arg(value_parser = |t: &str| parsed(OfficerId::parse(t)))]
        id: OfficerId,
    },
}

/// `ikd office`
pub async fn office(data: PathBuf, command: OfficeCommand) -> Result<u8, CliError> {
    let service = context::open(&data).await?;
    match command {
        OfficeCommand::Add { iss, name, region } => {
            let mut tx = service.db.begin().await?;
            let chance = &mut Chance::System;
            let office = offices::add(&service, &mut tx, chance, LOCAL, iss, name, region).await?;
            tx.commit().await?;
            say(format_args!("{} added", office.iss.as_str()));
            say("next: ikd trust publish   (until then it cannot issue)");
        }
        OfficeCommand::List => {
            let mut tx = service.db.read().await?;
            for office in rows::all(&mut tx).await? {
                let region = match office.region.as_str() {
                    "" => "whole country",
                    region => region,
                };
                say(format_args!(
                    "{:<12} {:<14} {}",
                    office.iss.as_str(),
                    region,
                    office.name
                ));
            }
        }
    }
    Ok(0)
}

/// `ikd officer`
pub async fn officer(data: PathBuf, command: OfficerCommand) -> Result<u8, CliError> {
    let service = context::open(&data).await?;
    let chance = &mut Chance::System;
    match command {
        OfficerCommand::Add { office, name, role } => {
            let role = match role {
                RoleArg::Signer => OfficerRole::Signer,
                RoleArg::Auditor => OfficerRole::Auditor,
            };
            let mut tx = service.db.begin().await?;
            let office = context::office(&mut tx, &office).await?;
            let added =
                offices::add_officer(&service, &mut tx, chance, LOCAL, &office, &name, role);
            let (id, token) = added.await?;
            tx.commit().await?;
            say(format_args!("officer {id}"));
            say(format_args!("token   {}", *token.expose()));
            eprintln!("The token is shown this once; only its hash is stored.");
        }
        OfficerCommand::List => {
            let mut tx = service.db.read().await?;
            let offices = rows::all(&mut tx).await?;
            let iss: HashMap<_, _> = offices.iter().map(|o| (o.id, o.iss.as_str())).collect();
            for officer in officers::all(&mut tx).await? {
                let state = if officer.revoked.is_some() {
                    "revoked"
                } else {
                    "active"
                };
                let iss = iss.get(&officer.office).copied().unwrap_or_default();
                let role = officer.role.name();
                say(format_args!(
                    "{}  {iss:<12} {role:<8} {state:<8} {}",
                    officer.id, officer.name
                ));
            }
        }
        OfficerCommand::Revoke { id } => {
            let mut tx = service.db.begin().await?;
            offices::revoke_officer(&service, &mut tx, chance, LOCAL, id).await?;
            tx.commit().await?;
            say(format_args!("{id}: token ended"));
        }
    }
    Ok(0)
}
