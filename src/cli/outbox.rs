//! `ikd outbox`

use super::context::{self, LOCAL, parsed, say};
use super::error::CliError;
use crate::chance::Chance;
use crate::domain::ids::NoticeId;
use crate::outbox::courier::Courier;
use crate::outbox::{dead, worker};
use crate::store::outbox::{self, State};
use clap::{Subcommand, ValueEnum};
use credential::date::wib_text;
use std::path::PathBuf;
use std::sync::Arc;

/// What waits to be delivered.
#[derive(Debug, Subcommand)]
pub enum OutboxCommand {
    /// Deliver what is due now, and stop. `ikd serve` does so all the time.
    Run,
    /// List letters and webhooks, newest first. Shows neither address nor text.
    List {
        /// Only those in that state.
        #[arg(long)]
        state: Option<StateArg>,
        /// How many at most.
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// Let something that was given up be tried again.
    Retry {
        /// Its id, as `ikd outbox list` shows it.
        #[arg(value_parser = |t: &str| parsed(NoticeId::parse(t)))]
        id: NoticeId,
    },
}

/// Where it stands.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum StateArg {
    /// To be tried.
    Waiting,
    /// Being tried.
    Claimed,
    /// The other side took it.
    Delivered,
    /// Nobody to tell.
    Dropped,
    /// Given up.
    Dead,
}

impl From<StateArg> for State {
    fn from(arg: StateArg) -> Self {
        match arg {
            StateArg::Waiting => Self::Waiting,
            StateArg::Claimed => Self::Claimed,
            StateArg::Delivered => Self::Delivered,
            StateArg::Dropped => Self::Dropped,
            StateArg::Dead => Self::Dead,
        }
    }
}

/// `ikd outbox`
pub async fn run(data: PathBuf, command: OutboxCommand) -> Result<u8, CliError> {
    let service = context::open(&data).await?;
    let chance = &mut Chance::System;
    match command {
        OutboxCommand::Run => {
            let courier = Arc::new(Courier::new(&service.config, &service.data)?);
            let mut total = worker::Done::default();
            loop {
                let done = worker::round(&service, &courier, chance).await?;
                if done.total() == 0 {
                    break;
                }
                total.delivered += done.delivered;
                total.dropped += done.dropped;
                total.failed += done.failed;
                total.dead += done.dead;
            }
            say(format_args!(
                "{} delivered, {} dropped, {} to be tried again, {} given up",
                total.delivered, total.dropped, total.failed, total.dead
            ));
            return Ok(u8::from(total.failed + total.dead > 0));
        }
        OutboxCommand::List { state, limit } => {
            let mut tx = service.db.read().await?;
            for notice in outbox::page(&mut tx, state.map(State::from), None, limit).await? {
                say(format_args!(
                    "{}  {:<11} {:<9} tries {:<2} since {}  {}",
                    notice.id,
                    notice.cause.name(),
                    notice.state.name(),
                    notice.tries,
                    wib_text(notice.due),
                    notice.fault.as_deref().unwrap_or_default()
                ));
            }
        }
        OutboxCommand::Retry { id } => {
            let mut tx = service.db.begin().await?;
            dead::retry(&service, &mut tx, chance, LOCAL, id).await?;
            tx.commit().await?;
            say(format_args!("{id}: is tried again"));
        }
    }
    Ok(0)
}
