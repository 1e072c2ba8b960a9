//! `ikd person`

use super::context::{self, LOCAL, say};
use super::error::CliError;
use crate::chance::Chance;
use crate::failure::Failure;
use crate::files;
use crate::person::erase::{self, Answer, Erased};
use crate::person::export::{self, Exported};
use crate::retention::{Erase as Kind, TABLES};
use crate::service::Service;
use crate::status::Public;
use clap::{Args, Subcommand};
use credential::ids::Nik;
use data_encoding::HEXLOWER;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// What the law lets a person ask for (UU 27/2022). The officer for data protection does it, at the machine.
#[derive(Debug, Subcommand)]
pub enum PersonCommand {
    /// Write everything that is held of a person as one JSON document.
    Export(Export),
    /// Erase what is held of a person as far as no law keeps it: account, phones, drafts, letters, and applications whose
    /// time is over. Register and documents stay. Tells first what goes and what stays, and why.
    Erase(Erase),
}

/// Whose data.
#[derive(Debug, Args)]
pub struct Whose {
    /// File with the NIK; without it, standard input. It is never an argument, which others on the machine can read.
    #[arg(long, value_name = "FILE")]
    nik_file: Option<PathBuf>,
}

/// `ikd person export`
#[derive(Debug, Args)]
pub struct Export {
    #[command(flatten)]
    whose: Whose,
    /// Write it into this file, which only its owner may read, instead of to standard output.
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// Write the attachments of applications about the person into this new directory.
    #[arg(long, value_name = "DIR")]
    attachments: Option<PathBuf>,
}

/// `ikd person erase`
#[derive(Debug, Args)]
pub struct Erase {
    #[command(flatten)]
    whose: Whose,
    /// Erase nothing; tell what would go and what would stay.
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    /// Erase it. Without this it is only told, as with --dry-run, and the exit code is 1.
    #[arg(long)]
    yes: bool,
}

/// Longest file with a NIK, bytes.
const NIK_FILE: u64 = 256;

impl Whose {
    /// The NIK. What was read instead of one is not told: it may be somebody's.
    fn read(&self) -> Result<Nik, CliError> {
        let bytes = match &self.nik_file {
            Some(path) => Zeroizing::new(files::read(path, NIK_FILE)?),
            None => {
                let mut bytes = Zeroizing::new(Vec::new());
                let read = std::io::stdin()
                    .lock()
                    .take(NIK_FILE)
                    .read_to_end(&mut bytes);
                read.map_err(|e| CliError::trouble(format!("standard input: {e}"), HINT))?;
                bytes
            }
        };
        let text = std::str::from_utf8(&bytes).unwrap_or_default();
        let nik = Nik::parse(text.trim());
        nik.map_err(|e| CliError::trouble(format!("the NIK {}", e.rule), HINT))
    }
}

const HINT: &str = "give the sixteen digits on standard input, or in a file that --nik-file names";

/// `ikd person`
pub async fn run(data: PathBuf, command: PersonCommand) -> Result<u8, CliError> {
    match command {
        PersonCommand::Export(args) => exported(data, args).await,
        PersonCommand::Erase(args) => erased(data, args).await,
    }
}

async fn exported(data: PathBuf, args: Export) -> Result<u8, CliError> {
    let nik = args.whose.read()?;
    for path in args.to.iter().chain(&args.attachments) {
        free(path)?;
    }
    let service = context::open_as_it_is(&data).await?;
    let exported = export::export(&service, &mut Chance::System, LOCAL, nik).await?;
    let mut text = Zeroizing::new(exported.json.to_string());
    text.push('\n');
    if let Some(folder) = &args.attachments {
        attachments(&service, folder, &exported)?;
    }
    match &args.to {
        Some(path) => {
            files::write_secret_once(path, text.as_bytes())?;
            say(format_args!("written to {}", path.display()));
        }
        None => {
            let written = std::io::stdout().lock().write_all(text.as_bytes());
            written.map_err(|e| CliError::trouble(format!("standard output: {e}"), "--to FILE"))?;
        }
    }
    if exported.unopened > 0 {
        eprintln!(
            "note: {} sealed values of the database do not open, so nobody knows whether they are of this person: \
             `ikd audit verify`",
            exported.unopened
        );
    }
    Ok(0)
}

/// Refuses a path at which there is something.
fn free(path: &Path) -> Result<(), CliError> {
    match path.symlink_metadata() {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        _ => Err(CliError::refused(
            format!("{}: is there already", path.display()),
            "name one that is not there; nothing was exported",
        )),
    }
}

fn attachments(service: &Service, folder: &Path, exported: &Exported) -> Result<(), CliError> {
    files::make_private_directory(folder)?;
    for (name, hash) in &exported.files {
        let bytes = Zeroizing::new(service.blobs().get(&service.crypter, hash)?);
        files::write_secret_once(&folder.join(name), &bytes)?;
    }
    let count = exported.files.len();
    eprintln!("note: {count} attachments written to {}", folder.display());
    Ok(())
}

async fn erased(data: PathBuf, args: Erase) -> Result<u8, CliError> {
    let nik = args.whose.read()?;
    let service = context::open_as_it_is(&data).await?;
    let chance = &mut Chance::System;
    let answer = erase::erase(&service, chance, LOCAL, nik, !args.yes).await;
    let answer = answer.map_err(|failure| match failure {
        Failure::Changed => CliError::refused(
            "an application or an account of the person came while the database was searched",
            "run it again; nothing was erased",
        ),
        other => other.into(),
    })?;
    let erased = match answer {
        Answer::Erased(erased) => erased,
        Answer::Pending(ids) => {
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            return Err(CliError::refused(
                format!("applications wait for their end: {}", ids.join(", ")),
                "hand over, reject or cancel them first; nothing was erased",
            ));
        }
    };
    told(&erased);
    let Some(receipt) = &erased.receipt else {
        return match args.dry_run {
            true => {
                eprintln!("note: nothing was erased");
                Ok(0)
            }
            false => Err(CliError::refused("nothing was erased", "--yes erases it")),
        };
    };
    let salt = HEXLOWER.encode(&receipt.salt);
    say(format_args!("receipt: line {}, salt {salt}", receipt.line));
    eprintln!(
        "note: print the receipt for the person and keep it on paper, not here: with it a line of the log is shown to be \
         about them; after a restore from an older backup, erase again whoever has one"
    );
    if !erased.journal_empty {
        eprintln!(
            "note: somebody reads the database, so what was erased may still stand in its journal; the next \
             `ikd serve` that stops empties it"
        );
    }
    if let Some(failure) = &erased.files {
        return Err(CliError::trouble(
            format!("it is erased, but a file is left: {failure}"),
            "see to the folder; `ikd purge` deletes files that no application names, a day after they were written",
        ));
    }
    if erased.public == Public::NotYet {
        return Err(CliError::trouble(
            "it is erased, but verifiers are NOT told that the phone ended: no key that may sign the status list is \
             within reach",
            "`ikd keys list` shows the keys: bring the key back, then `ikd status publish`",
        ));
    }
    Ok(0)
}

/// What went and what stays, of each table with rows of the person.
fn told(erased: &Erased) {
    say("    gone emptied    stay");
    for counted in &erased.tables {
        let table = TABLES.iter().find(|table| table.name == counted.table);
        let holds = table.map_or("", |table| table.holds);
        say(format_args!(
            "{:>8}{:>8}{:>8}  {}: {holds}",
            counted.gone, counted.emptied, counted.stay, counted.table
        ));
        let why = match table.map(|table| table.erase) {
            Some(Kind::Kept(why) | Kind::Content(why)) if counted.stay > 0 => why,
            _ => continue,
        };
        say(format_args!("                          {why}"));
    }
    if erased.unopened > 0 {
        eprintln!(
            "note: {} sealed values of the database do not open, so nobody knows whether they are of this person: \
             `ikd audit verify`",
            erased.unopened
        );
    }
}
