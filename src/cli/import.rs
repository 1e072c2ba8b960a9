//! `ikd import`

use super::context::{self, LOCAL, say};
use super::error::CliError;
use crate::chance::Chance;
use crate::import::columns::{self, Draft};
use crate::import::lines::{Format, Rows, quote};
use crate::import::{BadRow, Summary, persons};
use crate::{files, regions};
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use std::cell::Cell;
use std::fs::File;
use std::io::{BufReader, IsTerminal, Read};
use std::path::PathBuf;
use std::rc::Rc;

/// What to import.
#[derive(Debug, Subcommand)]
pub enum Import {
    /// People, one row each; a known NIK takes the new data.
    #[command(
        after_help = "Columns: nik, nomor_kk, nama, tempat_lahir, tanggal_lahir (YYYY-MM-DD), jenis_kelamin, \
golongan_darah, agama, status_perkawinan, tanggal_perkawinan, pekerjaan, pendidikan, shdk, kewarganegaraan (ID), \
no_paspor, no_kitap, berlaku_hingga, ayah, ibu, alamat, rt_rw (001/002), kode_pos, kode_wilayah, kelurahan, \
kecamatan, kabupaten, provinsi. In any order; codes as numbers or as their texts; names of regions may be left out \
where `ikd import regions` knows them."
    )]
    Persons(PersonsArgs),
    /// Names of regions: kode, nama. A known code takes the new name; abolished codes stay.
    Regions(FileArgs),
}

/// People to import.
#[derive(Debug, Args)]
pub struct PersonsArgs {
    #[command(flatten)]
    file: FileArgs,
    /// Replace rows of the register that were changed by other means than this service: they say afterwards what the
    /// file says and nothing else, of people who live here. Without this such a row is rejected.
    #[arg(long)]
    replace_altered: bool,
}

/// A file to import.
#[derive(Debug, Args)]
pub struct FileArgs {
    /// The file: .csv, .jsonl or .ndjson.
    pub file: PathBuf,
    /// How it is written, where the name does not tell.
    #[arg(long)]
    pub format: Option<Format>,
    /// Also write the bad rows' lines, columns and rules to this CSV file.
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<PathBuf>,
}

/// Imports a file. Exit code 1 if any row was bad.
pub async fn run(data: PathBuf, import: Import) -> Result<u8, CliError> {
    let (Import::Persons(PersonsArgs { file: args, .. }) | Import::Regions(args)) = &import;
    let format = args
        .format
        .or_else(|| Format::of_path(&args.file))
        .ok_or_else(|| {
            CliError::trouble(
                format!("{}: the name does not tell the format", args.file.display()),
                "add --format csv or --format jsonl",
            )
        })?;
    let service = context::open(&data).await?;
    let cannot = |e: std::io::Error| {
        CliError::trouble(
            format!("{}: {e}", args.file.display()),
            "check the path and its permissions",
        )
    };
    let file = File::open(&args.file).map_err(cannot)?;
    let size = file.metadata().map_err(cannot)?.len();
    let read = Rc::new(Cell::new(0));
    let input = BufReader::with_capacity(
        1 << 16,
        Counted {
            file,
            read: Rc::clone(&read),
        },
    );
    let bar = progress(size);
    let mut rejects = Rejects::new(args.rejects.clone());
    let mut bad = |row: BadRow| {
        bar.suspend(|| eprintln!("{}: {}", args.file.display(), told(&row)));
        rejects.add(&row);
    };
    let mut done = |_| bar.set_position(read.get());
    let (chance, what) = (&mut Chance::System, &mut done as &mut dyn FnMut(u64));
    let summary = match &import {
        Import::Persons(PersonsArgs {
            replace_altered: anew,
            ..
        }) => {
            let rows = Rows::new(input, format, columns::NAMES).map(|row| {
                row.and_then(|(line, cells)| match Draft::parse(cells) {
                    Ok(draft) => Ok((line, draft)),
                    Err((column, reason)) => Err(BadRow {
                        line,
                        column,
                        reason,
                    }),
                })
            });
            persons(&service, chance, LOCAL, rows, *anew, &mut bad, what).await?
        }
        Import::Regions(_) => {
            let rows = Rows::new(input, format, regions::NAMES);
            regions::import(&service, chance, LOCAL, rows, &mut bad, what).await?
        }
    };
    bar.finish_and_clear();
    rejects.write()?;
    Ok(report(summary))
}

fn told(row: &BadRow) -> String {
    match row.column.as_str() {
        "" => format!("line {}: {}", row.line, row.reason),
        column => format!("line {}: {column}: {}", row.line, row.reason),
    }
}

fn report(summary: Summary) -> u8 {
    let Summary {
        inserted,
        updated,
        replaced,
        rejected,
    } = summary;
    let anew = match replaced {
        0 => String::new(),
        n => format!("{n} that had been altered replaced, "),
    };
    say(format_args!(
        "{inserted} new, {updated} updated, {anew}{rejected} rejected"
    ));
    u8::from(rejected > 0)
}

fn progress(size: u64) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:30} {percent:>3} %  {eta} left");
    ProgressBar::new(size).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// A file that counts what was read of it.
struct Counted {
    file: File,
    read: Rc<Cell<u64>>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.file.read(buffer)?;
        self.read.set(self.read.get() + n as u64);
        Ok(n)
    }
}

/// Bad rows for a file, written at the end and whole. Lines, columns and rules alone, so it stays small.
struct Rejects {
    path: Option<PathBuf>,
    text: String,
}

impl Rejects {
    fn new(path: Option<PathBuf>) -> Self {
        let text = String::from("line,column,reason\n");
        Self { path, text }
    }

    fn add(&mut self, row: &BadRow) {
        if self.path.is_some() {
            let cells = [&row.line.to_string(), &row.column, &row.reason].map(|c| quote(c));
            self.text.push_str(&cells.join(","));
            self.text.push('\n');
        }
    }

    fn write(&self) -> Result<(), CliError> {
        match &self.path {
            Some(path) => Ok(files::write_atomically(path, self.text.as_bytes())?),
            None => Ok(()),
        }
    }
}
