//! Checking somebody's document for the public: the same verdict that a bank reaches offline, by the lists this
//! service has published. Nothing that is handed in is kept or logged.

pub mod number;

use crate::bundle;
use crate::failure::{Failure, Outcome, Thing};
use crate::service::Service;
use crate::store::trust_lists;
use credential::Policy;
use credential::bundle::Bundle;
use ikd_verifier::pictures::{self, PictureError};
use ikd_verifier::reader::{self, Effort};
use ikd_verifier::verifier::{Judgement, Verifier};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Largest picture file, in bytes.
pub const PICTURE_MAX: usize = 10_000_000;
/// Longest text; the largest QR symbol holds 4,296 characters of Base45.
pub const TEXT_MAX: usize = 4_296;
/// Most QR codes of one picture that are judged.
const CODES_MAX: usize = 4;
/// Pictures decoded at the same time. Each takes up to 54 MB and most of a core for half a second.
const AT_ONCE: usize = 2;
/// How long a picture waits for its turn before the visitor is asked to come back.
const PATIENCE: Duration = Duration::from_secs(15);

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
        Self::Service(failure)
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
    turns: Semaphore,
    verifier: Mutex<Option<Arc<Verifier>>>,
}

impl Default for Checker {
    fn default() -> Self {
        Self {
            turns: Semaphore::new(AT_ONCE),
            verifier: Mutex::new(None),
        }
    }
}

impl Checker {
    /// Judges the text of a QR.
    pub async fn text(&self, service: &Service, text: String) -> Outcome<Checked> {
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
        let turn = tokio::time::timeout(PATIENCE, self.turns.acquire()).await;
        let Ok(Ok(turn)) = turn else {
            return Err(NoVerdict::Busy);
        };
        let verifier = self.verifier(service).await?;
        let texts = tokio::task::spawn_blocking(move || read(&bytes)).await;
        drop(turn);
        let texts = texts.unwrap_or(Err(NoVerdict::NothingFound))?;
        let now = service.clock.now();
        let judged = texts.into_iter().map(|text| Checked {
            judgement: verifier.judge(&text, now),
            text,
        });
        Ok(judged.collect())
    }

    /// A verifier with the newest bundle. It is made anew only where the bundle changed, for that checks every list's
    /// signature.
    async fn verifier(&self, service: &Service) -> Outcome<Arc<Verifier>> {
        let published = bundle::current(service).await?;
        let same = |verifier: &&Arc<Verifier>| verifier.bundle().issued == published.issued;
        if let Some(verifier) = self.held().as_ref().filter(same) {
            return Ok(Arc::clone(verifier));
        }
        let mut tx = service.db.read().await?;
        let list = trust_lists::latest(&mut tx).await?;
        let root = list.ok_or(Failure::NotFound(Thing::Publication))?.root;
        let bundle = Bundle::verify(&published.token, &root);
        let bundle = bundle.map_err(|_| Failure::Row("bundles.token"))?;
        let latest_seen = bundle.issued;
        let verifier = Arc::new(Verifier::new(bundle, latest_seen, Policy::default()));
        *self.held() = Some(Arc::clone(&verifier));
        Ok(verifier)
    }

    fn held(&self) -> MutexGuard<'_, Option<Arc<Verifier>>> {
        self.verifier.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
