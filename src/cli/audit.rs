//! `ikd audit`

use super::context::{self, parsed, say};
use super::error::CliError;
use crate::audit::reissue::{self, Which};
use crate::audit::{self, Report};
use crate::domain::tlog::note::{Checkpoint, Note};
use crate::domain::tlog::proof::Head;
use crate::failure::Failure;
use crate::files;
use crate::store::log_checkpoints;
use crate::tlog;
use crate::tlog::cosign;
use crate::tlog::sequence::{self, Added};
use clap::Subcommand;
use credential::ids::KeyId;
use indicatif::{ProgressBar, ProgressStyle};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Tries where others add the same lines.
const TRIES: usize = 25;

/// The database and its audit trail.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Check that documents, audit trail, log, signatures, status lists and files fit together. Changes nothing; `ikd
    /// serve` may run meanwhile. Exit code 1 where something does not fit.
    Verify {
        /// A head of the log that was kept elsewhere, as `ikd audit seal --out` or a witness wrote it: the log must
        /// still begin with what it commits to. May be given again.
        #[arg(long, value_name = "FILE")]
        checkpoint: Vec<PathBuf>,
        /// The log as files, as `ikd audit seal --to` wrote it: they must hold what the database has.
        #[arg(long, value_name = "DIR")]
        log: Option<PathBuf>,
    },
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
    /// Add what waits to the log and sign its head. `ikd serve` does so each second.
    Seal {
        /// Write the newest head into this file, to be kept elsewhere.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Write the log as files into this folder: its head and its tiles, for witnesses and a web server.
        #[arg(long, value_name = "DIR")]
        to: Option<PathBuf>,
    },
    /// Take the signatures of witnesses in a file that `ikd witness cosign --out` wrote.
    Cosignature {
        /// The file.
        file: PathBuf,
    },
}

/// `ikd audit`
pub async fn run(data: PathBuf, command: AuditCommand) -> Result<u8, CliError> {
    match command {
        AuditCommand::Verify { checkpoint, log } => verify(data, checkpoint, log).await,
        AuditCommand::Seal { out, to } => seal(data, out, to).await,
        AuditCommand::Cosignature { file } => cosignature(data, file).await,
        AuditCommand::ReissueCheck { key, limit } => {
            reissue_check(data, Which { kid: key, limit }).await
        }
    }
}

/// The head in a file. Its signature is not asked for: that it was kept elsewhere is what it is good for.
fn kept(path: &Path) -> Result<Head, CliError> {
    let bytes = files::read(path, 1 << 16)?;
    let note = Note::parse(&String::from_utf8_lossy(&bytes));
    let head = note.and_then(|note| Checkpoint::parse(note.text()));
    head.map(|checkpoint| checkpoint.head).map_err(|e| {
        CliError::trouble(
            format!("{}: {e}", path.display()),
            "give a file that `ikd audit seal --out` or `ikd witness cosign` wrote",
        )
    })
}

async fn cosignature(data: PathBuf, file: PathBuf) -> Result<u8, CliError> {
    let service = context::open(&data).await?;
    let bytes = files::read(&file, 1 << 16)?;
    let names = cosign::take(&service, &String::from_utf8_lossy(&bytes)).await?;
    say(format_args!("cosigned by {}", names.join(", ")));
    Ok(0)
}

async fn seal(data: PathBuf, out: Option<PathBuf>, to: Option<PathBuf>) -> Result<u8, CliError> {
    if let Some(kept) = out.as_ref().filter(|out| out.exists()) {
        return Err(CliError::refused(
            format!("{}: is there already", kept.display()),
            "a head of before is evidence: give each a name of its own, as with its date",
        ));
    }
    let service = context::open(&data).await?;
    let mut tries = 0;
    let added = loop {
        match sequence::add_all(&service).await {
            // Who was faster, or was killed and is just being forgotten by the database, added the same lines.
            Err(Failure::Changed) if tries < TRIES => {
                tries += 1;
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            came => break came?,
        }
    };
    let added = match added {
        Added::Lines(added) => added,
        Added::NoLog => {
            return Err(CliError::refused(
                "there is no log, because there is no key for it",
                "make one with `ikd keys add --log`",
            ));
        }
        Added::NoKey => {
            return Err(CliError::trouble(
                "the key of the log is not within reach",
                "run this where it is kept; `ikd keys list` shows which it is",
            ));
        }
    };
    let mut tx = service.db.read().await?;
    let head = log_checkpoints::latest(&mut tx).await?;
    drop(tx);
    let size = head.as_ref().map_or(0, |head| head.size);
    if let (Some(path), Some(head)) = (out, head) {
        files::write_atomically(&path, head.note.as_bytes())?;
    }
    if let Some(folder) = to {
        tlog::files::write(&service, &folder).await?;
    }
    say(format_args!("{added} lines added to the log, {size} in it"));
    Ok(0)
}

async fn verify(
    data: PathBuf,
    checkpoints: Vec<PathBuf>,
    log: Option<PathBuf>,
) -> Result<u8, CliError> {
    let heads: Result<Vec<Head>, _> = checkpoints.iter().map(|path| kept(path)).collect();
    let heads = heads?;
    let service = context::open_as_it_is(&data).await?;
    // Hidden where nobody looks.
    let bar = ProgressBar::new_spinner();
    bar.set_style(ProgressStyle::default_spinner());
    let report = audit::verify(&service, &heads, |so_far: &Report| {
        bar.set_message(format!(
            "{} documents, {} faults",
            so_far.documents, so_far.faults
        ));
        bar.tick();
    });
    let mut report = report.await?;
    if let Some(folder) = log {
        audit::files(&service, &folder, &mut report).await?;
    }
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
    if report.heads > 0 {
        let (lines, heads, kept) = (report.logged, report.heads, heads.len());
        say(format_args!(
            "log: {lines} lines, {heads} signed heads, {kept} that were kept elsewhere"
        ));
    }
    say(format_args!(
        "{} documents ({} judged), {} chunks of bulk jobs, {} audit lines, {} status lists, {} credentials of phones, {} attachments, {} officers, {} people, {} applications: {}",
        report.documents,
        report.judged,
        report.chunks,
        report.lines,
        report.lists,
        report.bound,
        report.attachments,
        report.officers,
        report.people,
        report.applications,
        match report.faults {
            0 => "in order".to_string(),
            n => format!("{n} faults"),
        }
    ));
    Ok(u8::from(report.faults > 0))
}

async fn reissue_check(data: PathBuf, which: Which) -> Result<u8, CliError> {
    let service = context::open_as_it_is(&data).await?;
    let bar = ProgressBar::new_spinner();
    bar.set_style(ProgressStyle::default_spinner());
    let examined = reissue::check(&service, which, |so_far| {
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
