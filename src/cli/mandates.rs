//! `ikd mandate`

use super::context::{self, LOCAL, parsed, say};
use super::error::CliError;
use crate::chance::Chance;
use crate::domain::ids::{Iss, MandateId};
use crate::mandates;
use clap::Subcommand;
use std::path::PathBuf;

/// Leave to issue KTP-el and KK from the register by the API, without an application that a verifier saw.
#[derive(Debug, Subcommand)]
pub enum MandateCommand {
    /// Give one, alone at the machine; the audit trail says so. On the pages and by the API it takes two people.
    Add {
        /// `iss` of the office.
        #[arg(long, value_parser = |t: &str| parsed(Iss::parse(t)))]
        office: Iss,
        /// How many cards.
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
        cards: u32,
        /// For how long, in hours.
        #[arg(long, default_value = "24", value_parser = clap::value_parser!(u32).range(1..=8784))]
        hours: u32,
    },
    /// List the last ones of an office, with what is left: to issue cards, or to end documents.
    List {
        /// `iss` of the office.
        #[arg(long, value_parser = |t: &str| parsed(Iss::parse(t)))]
        office: Iss,
    },
}

/// `ikd mandate`
pub async fn run(data: PathBuf, command: MandateCommand) -> Result<u8, CliError> {
    let service = context::open(&data).await?;
    match command {
        MandateCommand::Add {
            office,
            cards,
            hours,
        } => {
            let chance = &mut Chance::System;
            let id = MandateId::draw(&service.clock, chance);
            let mut tx = service.db.begin().await?;
            let office = context::office(&mut tx, &office).await?;
            let leave = mandates::Leave {
                kind: mandates::Kind::Issue,
                id,
                office: office.id,
                cards,
                seconds: i64::from(hours) * 3600,
                proposal: None,
            };
            mandates::give(&service, &mut tx, chance, LOCAL, leave).await?;
            tx.commit().await?;
            say(format_args!(
                "mandate {id}: {cards} cards within {hours} hours"
            ));
            eprintln!(
                "note: given by one person at the machine; by the API it takes two (/petugas/persetujuan)"
            );
        }
        MandateCommand::List { office } => {
            let mut tx = service.db.read().await?;
            let office = context::office(&mut tx, &office).await?;
            let now = service.clock.now();
            for mandate in mandates::list(&service, &mut tx, office.id).await? {
                let by = mandate
                    .proposal
                    .map_or("the machine".into(), |id| id.to_string());
                let counts = if now < mandate.ends { "counts" } else { "over" };
                let left = mandate.cards - mandate.used;
                say(format_args!(
                    "{}  {:<5}  {counts:<6} {left:>8} of {:>8} left, by {by}",
                    mandate.id,
                    mandate.kind.name(),
                    mandate.cards
                ));
            }
        }
    }
    Ok(0)
}
