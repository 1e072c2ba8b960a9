//! `ikd office` and `ikd officer`

use super::context::{self, LOCAL, parsed, say};
use super::error::CliError;
use crate::chance::Chance;
use crate::domain::ids::{Iss, OfficerId, RegionPrefix};
use crate::domain::officer::OfficerRole;
use crate::domain::users::Login;
use crate::failure::{Failure, Thing};
use crate::service::Service;
use crate::store::offices::Office;
use crate::store::{logins, officers, offices as rows};
use crate::totp::Secret;
use crate::{offices, users};
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
    /// Takes applications in, files at the counter, hands documents over.
    Operator,
    /// Checks applications against the register.
    Verifier,
    /// Head of the office: issues, suspends, supersedes and revokes.
    Signer,
    /// Reads.
    Auditor,
    /// Users, keys, policies; no applications.
    Admin,
}

impl RoleArg {
    fn role(self) -> OfficerRole {
        match self {
            Self::Operator => OfficerRole::Operator,
            Self::Verifier => OfficerRole::Verifier,
            Self::Signer => OfficerRole::Signer,
            Self::Auditor => OfficerRole::Auditor,
            Self::Admin => OfficerRole::Admin,
        }
    }
}

/// Officers.
#[derive(Debug, Subcommand)]
pub enum OfficerCommand {
    /// Add an officer: with --login a person who signs in on the pages, else a program with a token.
    Add {
        /// `iss` of their office.
        #[arg(long, value_parser = |t: &str| parsed(Iss::parse(t)))]
        office: Iss,
        /// Their name, as pages and lists show it.
        #[arg(long)]
        name: String,
        /// The name they sign in with. Prints a one-time password instead of a token.
        #[arg(long, value_parser = |t: &str| parsed(Login::parse(t)))]
        login: Option<Login>,
        /// What they may do.
        #[arg(long, default_value = "signer")]
        role: RoleArg,
    },
    /// List the officers.
    List,
    /// End an officer's token, login and sessions.
    #[command(alias = "revoke")]
    Disable {
        /// Their id, as `ikd officer list` shows it.
        #[arg(value_parser = |t: &str| parsed(OfficerId::parse(t)))]
        id: OfficerId,
    },
    /// Let a disabled officer in again.
    Enable {
        /// Their id, as `ikd officer list` shows it.
        #[arg(value_parser = |t: &str| parsed(OfficerId::parse(t)))]
        id: OfficerId,
    },
    /// Give an officer a new one-time password; they enrol their code generator anew.
    Reset {
        /// Their id, as `ikd officer list` shows it.
        #[arg(value_parser = |t: &str| parsed(OfficerId::parse(t)))]
        id: OfficerId,
    },
    /// Print the current code of an officer of the demonstration, in place of a phone. Works in a directory that
    /// `ikd demo` made, and nowhere else.
    Code {
        /// The name they sign in with.
        #[arg(value_parser = |t: &str| parsed(Login::parse(t)))]
        login: Login,
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
        OfficerCommand::Add {
            office,
            name,
            login,
            role,
        } => {
            let mut tx = service.db.read().await?;
            let office = context::office(&mut tx, &office).await?;
            drop(tx);
            match login {
                Some(login) => with_login(&service, chance, &office, &name, &login, role).await?,
                None => with_token(&service, chance, &office, &name, role).await?,
            }
        }
        OfficerCommand::List => list(&service).await?,
        OfficerCommand::Disable { id } => {
            users::disable(&service, chance, LOCAL, id).await?;
            say(format_args!(
                "{id}: disabled; token, login and sessions ended"
            ));
        }
        OfficerCommand::Enable { id } => {
            users::enable(&service, chance, LOCAL, id).await?;
            say(format_args!("{id}: enabled"));
            eprintln!("{ALONE}");
        }
        OfficerCommand::Reset { id } => {
            let password = users::reset(&service, chance, LOCAL, id).await?;
            say(format_args!("password {}", *password));
            eprintln!("{ONE_TIME}");
            eprintln!("{ALONE}");
        }
        OfficerCommand::Code { login } => {
            if !service.data.path().join(crate::demo::MARKER).exists() {
                return Err(CliError::refused(
                    "this directory was not made by `ikd demo`: only the officer's own phone has the code",
                    "`ikd officer reset ID` lets an officer enrol a new phone",
                ));
            }
            let mut tx = service.db.read().await?;
            let row = logins::by_login(&mut tx, &login).await?;
            let row = row.ok_or(Failure::NotFound(Thing::Officer))?;
            let sealed = row.totp.ok_or(Failure::NotFound(Thing::Officer))?;
            let secret = Secret::open(&service.crypter, row.officer, &sealed)?;
            say(secret.code(service.clock.now())?.as_str());
        }
    }
    Ok(0)
}

/// What takes two people on the pages is done by one here; it is marked in the audit trail.
const ALONE: &str =
    "note: done by one person at the machine; on the pages it takes two (/petugas/persetujuan)";

const ONE_TIME: &str = "The password is shown this once and counts once, within 72 hours: the first sign-in at \
/petugas/masuk replaces it and enrols a code generator.";

async fn with_login(
    service: &Service,
    chance: &mut Chance,
    office: &Office,
    name: &str,
    login: &Login,
    role: RoleArg,
) -> Result<(), CliError> {
    let added = users::add(service, chance, LOCAL, office.id, login, name, role.role());
    let (id, password) = added.await?;
    say(format_args!("officer  {id}"));
    say(format_args!("login    {login}"));
    say(format_args!("password {}", *password));
    eprintln!("{ONE_TIME}");
    eprintln!("{ALONE}");
    Ok(())
}

async fn with_token(
    service: &Service,
    chance: &mut Chance,
    office: &Office,
    name: &str,
    role: RoleArg,
) -> Result<(), CliError> {
    let mut tx = service.db.begin().await?;
    let role = role.role();
    let added = offices::add_officer(service, &mut tx, chance, LOCAL, office, name, role);
    let (id, token) = added.await?;
    tx.commit().await?;
    say(format_args!("officer {id}"));
    say(format_args!("token   {}", *token.expose()));
    eprintln!("The token is shown this once; only its hash is stored.");
    eprintln!("{ALONE}");
    Ok(())
}

async fn list(service: &Service) -> Result<(), CliError> {
    let mut tx = service.db.read().await?;
    let offices = rows::all(&mut tx).await?;
    let iss: HashMap<_, _> = offices.iter().map(|o| (o.id, o.iss.as_str())).collect();
    for user in officers::users(&mut tx).await? {
        let state = user.state();
        let officer = user.officer;
        let iss = iss.get(&officer.office).copied().unwrap_or_default();
        let role = officer.role.name();
        let login = user.login.as_ref().map_or("(token)", Login::as_str);
        say(format_args!(
            "{}  {iss:<12} {role:<8} {state:<8} {login:<16} {}",
            officer.id, officer.name
        ));
    }
    Ok(())
}
