//! `ikd audit`

use super::context::{self, parsed, say};
use super::error::CliError;
use crate::audit::reissue::{self, Which};
use crate::audit::{self, Report};
use crate::service::Service;
use clap::Subcommand;
use credential::ids::KeyId;
use indicatif::{ProgressBar, ProgressStyle};
use std::path::PathBuf;

/// The database and its audit trail.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Check that documents, audit trail, signatures, status lists and files fit together. Changes nothing; `ikd serve`
    /// may run meanwhile. Exit code 1 where something does not fit.
    Verify,
    /// Hold every document that was ever signed against the lint of today: its form, what it is for, signature and
    /// symbol. Tells what would have to be issued anew after a mistake was found. Changes nothing. Exit code 1 where a
    /// document breaks a rule.
    ReissueCheck {
        /// Only documents signed with this key.
        #[arg(long, value_parser = |t: &str| parsed(KeyId::parse(t)))]
        key: Option<KeyId>,
        /// Stop after so many documents.
        #[arg(long)]
        limit: Option<u64>,
    },
}

/// `ikd audit`
pub async fn run(data: PathBuf, command: AuditCommand) -> Result<u8, CliError> {
    let service = context::open_as_it_is(&data).await?;
    match command {
        AuditCommand::Verify => verify(&service).await,
        AuditCommand::ReissueCheck { key, limit } => {
            reissue_check(&service, Which { kid: key, limit }).await
        }
    }
}

async fn verify(service: &Service) -> Result<u8, CliError> {
    // Hidden where nobody looks.
    let bar = ProgressBar::new_spinner();
    bar.set_style(ProgressStyle::default_spinner());
    let report = audit::verify(service, |so_far: &Report| {
        bar.set_message(format!(
            "{} documents, {} faults",
            so_far.documents, so_far.faults
        ));
        bar.tick();
    });
    let report = report.await?;
    bar.finish_and_clear();
    for note in &report.notes {
        say(format_args!("note: {note}"));
    }
    for finding in &report.findings {
        say(format_args!("FAULT {finding}"));
    }
    let unnamed = report.faults - report.findings.len() as u64;
    if unnamed > 0 {
        say(format_args!("… and {unnamed} more"));
    }
    say(format_args!(
        "{} documents ({} judged), {} chunks of bulk jobs, {} audit lines, {} status lists, {} credentials of phones, {} attachments: {}",
        report.documents,
        report.judged,
        report.chunks,
        report.lines,
        report.lists,
        report.bound,
        report.attachments,
        match report.faults {
            0 => "in order".to_string(),
            n => format!("{n} faults"),
        }
    ));
    Ok(u8::from(report.faults > 0))
}

async fn reissue_check(service: &Service, which: Which) -> Result<u8, CliError> {
    let bar = ProgressBar::new_spinner();
    bar.set_style(ProgressStyle::default_spinner());
    let examined = reissue::check(service, which, |so_far| {
        bar.set_message(format!("{} documents", so_far.documents));
        bar.tick();
    });
    let examined = examined.await?;
    bar.finish_and_clear();
    for (rule, found) in &examined.broken {
        say(format_args!("BROKEN {} documents: {rule}", found.count));
        for id in &found.first {
            say(format_args!("  {id}"));
        }
        if found.count > found.first.len() as u64 {
            say(format_args!("  …"));
        }
    }
    let broken: u64 = examined.broken.values().map(|found| found.count).sum();
    say(format_args!(
        "{} documents ({} signed): {}",
        examined.documents,
        examined.signed,
        match broken {
            0 => "each as the format of today demands".to_string(),
            n => format!("{n} to be issued anew"),
        }
    ));
    Ok(u8::from(broken > 0))
}
