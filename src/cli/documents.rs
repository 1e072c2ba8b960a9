//! `ikd issue`, `revoke`, `suspend`, `reinstate`, `supersede`

use super::context::{self, LOCAL, parsed, say};
use super::error::CliError;
use crate::chance::Chance;
use crate::domain::document::Change;
use crate::domain::ids::DocumentId;
use crate::issue::{self, Request};
use crate::render::qr::{self, Scale, Symbol};
use crate::status::Public;
use crate::{files, revoke};
use clap::Args;
use credential::ids::Nik;
use credential::kinds::{self, Kind};
use std::path::{Path, PathBuf};

/// Issue a document.
#[derive(Debug, Args)]
pub struct Issue {
    /// NIK of the person; for a KK, of any member of the family.
    #[arg(long, value_parser = |t: &str| parsed(Nik::parse(t)))]
    pub nik: Nik,
    /// Which document: ktp or kk. All others are issued from an application.
    #[arg(long, value_parser = card)]
    pub kind: &'static Kind,
    /// Where to write the QR: .png or .svg.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// A face picture for a KTP-el: PNG, JPEG or WebP of at most 600 bytes.
    #[arg(long, value_name = "FILE")]
    pub face: Option<PathBuf>,
    /// Replace the document that is in force.
    #[arg(long)]
    pub supersede: bool,
    /// Pixels a module of the PNG has, 1 to 32.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=32))]
    pub scale: u8,
}

/// A kind that the register alone can fill.
pub(super) fn card(slug: &str) -> Result<&'static Kind, String> {
    let kind = kinds::by_slug(slug).filter(|kind| issue::is_from_register(kind));
    kind.ok_or_else(|| "must be ktp or kk; other documents are issued from an application".into())
}

/// Change a document's state.
#[derive(Debug, Args)]
pub struct StateChange {
    /// The document's id, as `ikd issue` shows it.
    #[arg(value_parser = |t: &str| parsed(DocumentId::parse(t)))]
    pub id: DocumentId,
    /// Why, in at most 200 characters.
    #[arg(long)]
    pub reason: String,
}

/// Mark a document as replaced.
#[derive(Debug, Args)]
pub struct Supersede {
    /// The change.
    #[command(flatten)]
    pub change: StateChange,
    /// The newer document.
    #[arg(long, value_name = "ID", value_parser = |t: &str| parsed(DocumentId::parse(t)))]
    pub by: Option<DocumentId>,
}

/// Draws a symbol in the format of a file's name.
pub fn picture(symbol: &Symbol, path: &Path, scale: u8) -> Result<Vec<u8>, CliError> {
    let extension = path
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "png" => {
            let scale = Scale::try_from(scale).unwrap_or(Scale::DEFAULT);
            Ok(qr::png(symbol, scale))
        }
        "svg" => Ok(qr::svg(symbol, None).into_bytes()),
        _ => Err(CliError::trouble(
            format!("{}: the name must end in .png or .svg", path.display()),
            "choose one of these names",
        )),
    }
}

/// `ikd issue`
pub async fn issue(data: PathBuf, args: Issue) -> Result<u8, CliError> {
    // Before anything is issued: a bad name or a directory that is not there must not leave a document without QR. An
    // older picture of that name stays until the new one is there.
    let check = qr::encode("IKD", qr::Ecc::M).map_err(|e| CliError::trouble(e.to_string(), ""))?;
    let sample = picture(&check, &args.out, args.scale)?;
    let beside = args.out.with_extension("ikd-probe");
    files::write_atomically(&beside, &sample).map_err(|_| {
        CliError::trouble(
            format!("{}: cannot be written", args.out.display()),
            "check the directory and its permissions; nothing was issued",
        )
    })?;
    let _ = std::fs::remove_file(&beside);
    let service = context::open(&data).await?;
    let face = match &args.face {
        Some(path) => Some(issue::face(files::read(path, 1 << 20)?)?),
        None => None,
    };
    let request = Request {
        nik: args.nik,
        kind: args.kind,
        supersede: args.supersede,
        face,
    };
    let issued = issue::issue(&service, &mut Chance::System, LOCAL, request).await?;
    files::write_atomically(&args.out, &picture(&issued.symbol, &args.out, args.scale)?)?;
    say(format_args!("document {}", issued.document.id));
    say(format_args!(
        "qr       version {}, ECC {:?}, {} bytes signed, {}",
        issued.symbol.version(),
        issued.symbol.ecc(),
        issued.token_bytes,
        args.out.display()
    ));
    if let Some(old) = issued.superseded {
        say(format_args!("replaces {old}"));
    }
    for note in issued.notes() {
        say(format_args!("note     {note}"));
    }
    Ok(0)
}

/// `ikd revoke`, `suspend`, `reinstate`
pub async fn change(data: PathBuf, args: StateChange, change: Change) -> Result<u8, CliError> {
    let service = context::open(&data).await?;
    let chance = &mut Chance::System;
    let changed = revoke::change(&service, chance, LOCAL, args.id, change, &args.reason).await?;
    let (changed, public) = changed;
    say(format_args!(
        "document {} is {}",
        changed.id,
        changed.state.name()
    ));
    if public == Public::NotYet {
        return Err(CliError::trouble(
            "the change is made, but NOT PUBLIC: no key that may sign the office's status list is within reach, and \
             verifiers go on with the state before",
            "do not repeat the change; `ikd keys list` shows the keys: bring the key back or publish another \
             (`ikd keys add`, `ikd trust publish`), then `ikd status publish`",
        ));
    }
    say(
        "the public status list says so now; verifiers learn it with their next bundle (`ikd bundle export FILE`)",
    );
    Ok(0)
}

/// `ikd supersede`
pub async fn supersede(data: PathBuf, args: Supersede) -> Result<u8, CliError> {
    change(data, args.change, Change::Supersede { by: args.by }).await
}
