//! `ikd audit`

use super::context::{self, say};
use super::error::CliError;
use crate::audit::{self, Report};
use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};
use std::path::PathBuf;

/// The database and its audit trail.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Check that documents, audit trail, signatures, status lists and files fit together. Changes nothing; `ikd serve`
    /// may run meanwhile. Exit code 1 where something does not fit.
    Verify,
}

/// `ikd audit`
pub async fn run(data: PathBuf, command: AuditCommand) -> Result<u8, CliError> {
    let AuditCommand::Verify = command;
    let service = context::open_as_it_is(&data).await?;
    // Hidden where nobody looks.
    let bar = ProgressBar::new_spinner();
    bar.set_style(ProgressStyle::default_spinner());
    let report = audit::verify(&service, |so_far: &Report| {
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
