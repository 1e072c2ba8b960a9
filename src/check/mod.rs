//! Checking somebody's document for the public: the same verdict that a bank reaches offline, by the lists this
//! service has published. Nothing that is handed in is kept or logged.

pub mod number;
mod rates;

use crate::bundle;
use crate::clock::Stopwatch;
use crate::decoders::Decoders;
use crate::failure::{Failure, Outcome, Thing};
use crate::metric::Limit;
use crate::service::Service;
use crate::store::trust_lists;
use credential::Policy;
use credential::bundle::Bundle;
use ikd_verifier::pictures::{self, PictureError};
use ikd_verifier::reader::{self, Effort};
use ikd_verifier::verifier::{Judgement, Verifier};
use rates::Rates;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// Largest picture file, in bytes.
pub const PICTURE_MAX: usize = 10_000_000;
/// Longest text; the largest QR symbol holds 4,296 characters of Base45.
pub const TEXT_MAX: usize = 4_296;
/// Most QR codes of one picture that are judged.
const CODES_MAX: usize = 4;
/// Pictures decoded at the same time. Each takes up to 54 MB and most of a core for half a second.
const AT_ONCE: usize = 2;
/// Texts that one address may have judged at once.
const TEXTS: u32 = 120;
/// After which time it may have another one judged.
const PER_TEXT: Duration = Duration::from_secs(1);
/// How long the lists are not looked at again.
const CHECKED: Duration = Duration::from_secs(2);
/// How long after a signature of this process they are, at every check: its transaction may still be open. Not shorter
/// than `CHECKED`, so that what was looked at before a signature is never used after it.
const RECENT: Duration = Duration::from_secs(2);

/// Why a picture gave no verdict.
#[derive(Debug)]
pub enum NoVerdict {
    /// Others are being read; come back in a while.
    Busy,
    /// Not a picture that is read here, or a damaged or too large one.
    Picture(PictureError),
    /// A PDF, which is no picture.
    Pdf,
    /// There is no QR code that can be read in it.
    NothingFound,
    /// The service's own lists.
    Service(Failure),
}

impl From<Failure> for NoVerdict {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Busy { .. } => Self::Busy,
            failure => Self::Service(failure),
        }
    }
}

/// One QR code: its text and the verdict on it.
pub struct Checked {
    /// What the QR says, unverified.
    pub text: String,
    /// The verdict.
    pub judgement: Judgement,
}

/// Reads and judges, a bounded number of pictures at a time.
pub struct Checker {
    turns: Decoders,
    texts: Rates,
    kept: Mutex<Option<Kept>>,
}

struct Kept {
    verifier: Arc<Verifier>,
    /// Since the look into the database began that found its bundle current.
    looked: Stopwatch,
}

impl Default for Checker {
    fn default() -> Self {
        Self {
            turns: Decoders::new(AT_ONCE),
            texts: Rates::new(TEXTS, PER_TEXT),
            kept: Mutex::default(),
        }
    }
}

impl Checker {
    /// Judges the text of a QR for whoever asks from `address`.
    ///
    /// # Errors
    /// [`Failure::TooMany`] where that address asks too often.
    pub async fn text(&self, service: &Service, address: &[u8], text: String) -> Outcome<Checked> {
        self.texts
            .take(address)
            .inspect_err(|_| Limit::Checks.refused())?;
        let verifier = self.verifier(service).await?;
        let judgement = verifier.judge(&text, service.clock.now());
        Ok(Checked { text, judgement })
    }

    /// Finds the QR codes in a picture file and judges each; at least one.
    pub async fn picture(
        &self,
        service: &Service,
        bytes: Vec<u8>,
    ) -> Result<Vec<Checked>, NoVerdict> {
        if bytes.starts_with(b"%PDF") {
            return Err(NoVerdict::Pdf);
        }
        let texts = self.turns.run(move || read(&bytes)).await?;
        let texts = texts.unwrap_or(Err(NoVerdict::NothingFound))?;
        let verifier = self.verifier(service).await?;
        let now = service.clock.now();
        let judged = texts.into_iter().map(|text| Checked {
            judgement: verifier.judge(&text, now),
            text,
        });
        Ok(judged.collect())
    }

    /// A verifier with the newest bundle. It is made anew only where the bundle changed, for that checks every list's
    /// signature; and the bundle is asked for once for all who wait, so that many checks make no more bundles than
    /// officers make changes. What another instance signed is seen after `CHECKED` at most.
    async fn verifier(&self, service: &Service) -> Outcome<Arc<Verifier>> {
        let asked = Stopwatch::start();
        let mut kept = self.kept.lock().await;
        if let Some(kept) = kept.as_ref() {
            let age = kept.looked.elapsed();
            let recent = |since: Duration| since < RECENT;
            let may_be_old = match service.signed.since().is_some_and(recent) {
                true => Duration::ZERO,
                false => CHECKED,
            };
            // Somebody else may have looked since this check began.
            if age < may_be_old.max(asked.elapsed()) {
                return Ok(Arc::clone(&kept.verifier));
            }
        }
        let looked = Stopwatch::start();
        let published = bundle::current(service).await?;
        let same = |kept: &&Kept| kept.verifier.bundle().issued == published.issued;
        let verifier = match kept.as_ref().filter(same) {
            Some(kept) => Arc::clone(&kept.verifier),
            None => verifier(service, &published.token).await?,
        };
        *kept = Some(Kept {
            verifier: Arc::clone(&verifier),
            looked,
        });
        Ok(verifier)
    }
}

async fn verifier(service: &Service, token: &[u8]) -> Outcome<Arc<Verifier>> {
    let mut tx = service.db.read().await?;
    let list = trust_lists::latest(&mut tx).await?;
    let root = list.ok_or(Failure::NotFound(Thing::Publication))?.root;
    let bundle = Bundle::verify(token, &root);
    let bundle = bundle.map_err(|_| Failure::Row("bundles.token"))?;
    let latest_seen = bundle.issued;
    let verifier = Verifier::new(bundle, latest_seen, Policy::default());
    Ok(Arc::new(verifier))
}

/// The texts of a picture's QR codes. Decoders are not ours and may panic on hostile files.
fn read(bytes: &[u8]) -> Result<Vec<String>, NoVerdict> {
    let opened = catch_unwind(AssertUnwindSafe(|| pictures::decode(bytes)));
    let damaged = |_| Err(PictureError::Damaged(String::new()));
    let picture = opened.unwrap_or_else(damaged).map_err(NoVerdict::Picture)?;
    let found = reader::read(&picture.gray(), &Effort::STILL);
    let mut texts: Vec<String> = Vec::new();
    for code in found {
        if !texts.contains(&code.text) && texts.len() < CODES_MAX {
            texts.push(code.text);
        }
    }
    match texts.is_empty() {
        true => Err(NoVerdict::NothingFound),
        false => Ok(texts),
    }
}
