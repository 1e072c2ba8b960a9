//! The bank's side of the demonstration: the verifier library, a store of its own, pictures, no network.

use crate::cli::error::CliError;
use crate::clock::Clock;
use crate::files;
use credential::date::wib_text;
use credential::kinds::fields;
use credential::lang::Lang;
use credential::{Outcome, Policy};
use ikd_verifier::reader::{self, Effort};
use ikd_verifier::store::{Store, WhichRoot};
use ikd_verifier::verifier::{Judgement, Verifier};
use ikd_verifier::{pictures, root_key};
use std::path::{Path, PathBuf};

/// A machine that trusts the demonstration's root.
pub struct Scanner {
    store: Store,
}

fn trouble(e: impl std::fmt::Display) -> CliError {
    CliError::refused(
        e.to_string(),
        "the demonstration's own files do not verify: report this as a bug",
    )
}

impl Scanner {
    /// One that has seen nothing so far.
    pub fn new(dir: PathBuf) -> Self {
        Self {
            store: Store::at(dir),
        }
    }

    /// Takes a bundle file.
    pub fn update(&mut self, bundle: &Path, root: &Path) -> Result<(), CliError> {
        let root = root_key::parse(&files::read(root, 4096)?);
        let root = root.ok_or_else(|| trouble("the root key's file"))?;
        let bytes = files::read(bundle, 64 << 20)?;
        let now = Clock::System.now();
        let updated = self.store.update(&bytes, WhichRoot::Given(root), Some(now));
        updated.map(|_| ()).map_err(trouble)
    }

    /// Reads a picture and judges the QR in it; one line for people.
    pub fn scan(&self, picture: &Path) -> Result<String, CliError> {
        let loaded = self.store.load().map_err(trouble)?;
        let bundle = loaded.bundle.ok_or_else(|| trouble("no bundle"))?;
        let verifier = Verifier::new(bundle, loaded.state.latest_seen(), Policy::default());
        let image = pictures::open(picture).map_err(trouble)?;
        let found = reader::read(&image.gray(), &Effort::STILL);
        let found = found.first().ok_or_else(|| trouble("no QR was found"))?;
        let judgement = verifier.judge(&found.text, Clock::System.now());
        Ok(line(picture, &judgement))
    }
}

fn line(picture: &Path, judgement: &Judgement) -> String {
    let mark = match judgement.outcome() {
        Outcome::Valid => "●",
        Outcome::Superseded => "◐",
        Outcome::NotValid => "✗",
        Outcome::Undecided => "?",
    };
    let file = picture.file_name().unwrap_or_default().to_string_lossy();
    let word = judgement.outcome().text();
    let name = judgement.credential().and_then(|credential| {
        let claims = credential.claims();
        let document = claims.document()?;
        let name = document.get(&fields::NAME)?.as_text()?.to_string();
        Some(format!("{} {name}", document.kind().name.get(Lang::Id)))
    });
    format!(
        "      {mark} {file:<8} {} / {}   {}\n        {} (valid as of {})",
        word.id,
        word.en,
        name.unwrap_or_default(),
        judgement.reason().text().en,
        wib_text(judgement.freshness().as_of())
    )
}
