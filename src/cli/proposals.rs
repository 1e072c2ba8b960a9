//! `ikd proposal`

use super::context::{self, LOCAL, parsed, say};
use super::error::CliError;
use crate::chance::Chance;
use crate::domain::ids::ProposalId;
use crate::proposals::{self, Proposal};
use crate::service::Service;
use crate::store::offices;
use clap::Subcommand;
use std::path::PathBuf;

/// What takes two people. Whoever sits at the machine is one of them at most.
#[derive(Debug, Subcommand)]
pub enum ProposalCommand {
    /// List proposals, newest first.
    List,
    /// Show exactly what one says, and its hash.
    Show {
        /// Its id, as `ikd proposal list` shows it.
        #[arg(value_parser = |t: &str| parsed(ProposalId::parse(t)))]
        id: ProposalId,
    },
    /// Approve one as the second person, which carries it out. Marked in the audit trail as done at the machine.
    Approve {
        /// Its id, as `ikd proposal list` shows it.
        #[arg(value_parser = |t: &str| parsed(ProposalId::parse(t)))]
        id: ProposalId,
        /// The hash that `ikd proposal show` printed, with or without spaces.
        #[arg(long)]
        hash: String,
    },
}

/// `ikd proposal`
pub async fn run(data: PathBuf, command: ProposalCommand) -> Result<u8, CliError> {
    let service = context::open(&data).await?;
    match command {
        ProposalCommand::List => list(&service).await?,
        ProposalCommand::Show { id } => {
            let mut tx = service.db.read().await?;
            let found = proposals::one(&service, &mut tx, LOCAL, id).await?;
            let office = offices::by_id(&mut tx, found.statement.office).await?;
            let office = office.map(|office| office.iss.as_str().to_string());
            say(format_args!("proposal {id}"));
            say(format_args!("office   {}", office.unwrap_or_default()));
            say(format_args!("state    {}", state(&service, &found)));
            say(format_args!("hash     {}", found.hash_words()));
            say(format_args!("says     {}", found.text));
        }
        ProposalCommand::Approve { id, hash } => {
            let chance = &mut Chance::System;
            let carried = proposals::approve(&service, chance, LOCAL, id, &hash).await?;
            say(format_args!("{id}: approved at the machine, and done"));
            if let Some(half) = carried.half {
                say(format_args!("second half {}", *half));
                eprintln!("{HALF}");
            }
        }
    }
    Ok(0)
}

const HALF: &str = "It is shown this once. The person types the first half, which whoever proposed it has, a hyphen, \
and this one; it counts once, within 72 hours.";

fn state(service: &Service, proposal: &Proposal) -> &'static str {
    proposal.stands(service.clock.now())
}

async fn list(service: &Service) -> Result<(), CliError> {
    let mut tx = service.db.read().await?;
    let mut before = None;
    loop {
        let page = proposals::list(service, &mut tx, LOCAL, before, 200).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        before = Some(last.statement.id);
        for proposal in &page {
            let statement = &proposal.statement;
            say(format_args!(
                "{}  {:<10} {:<15} {}",
                statement.id,
                state(service, proposal),
                statement.content.act().name(),
                statement.proposer
            ));
        }
    }
}
