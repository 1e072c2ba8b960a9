//! The witness's side: another organisation looks whether the log only grew since it looked last, and says so with its
//! own key. It needs nothing of ours but the log's public key and what everybody may read.

use crate::domain::tlog::Hash;
use crate::domain::tlog::note::{Algorithm, BadNote, Checkpoint, Note, Verifier, signed_text};
use crate::domain::tlog::proof::{self, Head};
use crate::domain::tlog::tile::{self, Id, Tiles};
use crate::domain::tlog::tree::Range;
use crate::failure::Failure;
use crate::files;
use crate::keys::{KeyError, Signer};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Largest thing that is read: a tile has 8 KiB, a note at most 64.
const LARGEST: u64 = 64 * 1024;
/// Seconds for one answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where a log is read.
pub enum Source {
    /// What `ikd serve` answers under `/log`, by the address of the service.
    Service(String),
    /// A folder with `checkpoint` and `tile/`, as `ikd audit seal --to` writes it.
    Folder(PathBuf),
}

/// Why a witness does not sign.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The log cannot be read.
    #[error("{0}: {1}")]
    Unreadable(String, String),
    /// The head is no note of that key.
    #[error("the head of the log does not count: {0}")]
    Head(BadNote),
    /// The log is another one.
    #[error("the head is of the log {0}, the key of {1}")]
    Other(String, String),
    /// It ends before what was seen.
    #[error("the log ends at {now}, and it went to {seen} before: it was cut off")]
    Shorter {
        /// What was seen.
        seen: u64,
        /// What is there.
        now: u64,
    },
    /// It does not go on from what was seen.
    #[error(
        "the log of {now} lines does not begin with the {seen} that were seen before: it was written anew"
    )]
    Forked {
        /// What was seen.
        seen: u64,
        /// What is there.
        now: u64,
    },
    /// What was written down of the log is no such thing.
    #[error("{}: is not what a witness wrote down", .0.display())]
    State(PathBuf),
    /// A file.
    #[error(transparent)]
    File(#[from] Failure),
    /// The own key.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl Source {
    /// An address that begins with http, or a folder.
    pub fn parse(place: &str) -> Self {
        match place.starts_with("http://") || place.starts_with("https://") {
            true => Self::Service(place.trim_end_matches('/').to_string()),
            false => Self::Folder(PathBuf::from(place)),
        }
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, Refused> {
        match self {
            Self::Folder(folder) => {
                let file = folder.join(path);
                let unreadable =
                    |e: Failure| Refused::Unreadable(file.display().to_string(), e.to_string());
                files::read(&file, LARGEST).map_err(unreadable)
            }
            Self::Service(address) => {
                let address = format!("{address}/log/{path}");
                let unreadable =
                    |e: ureq::Error| Refused::Unreadable(address.clone(), e.to_string());
                let mut answer = agent().get(&address).call().map_err(unreadable)?;
                let body = answer.body_mut().with_config().limit(LARGEST);
                body.read_to_vec().map_err(unreadable)
            }
        }
    }

    /// The newest head.
    pub fn head(&self) -> Result<String, Refused> {
        let bytes = self.read("checkpoint")?;
        String::from_utf8(bytes).map_err(|_| Refused::Head(BadNote::Form))
    }

    /// The hashes of some ranges of the tree of `size`. Whether they are right shows in what they add up to.
    fn hashes(&self, ranges: &[Range], size: u64) -> Result<Vec<Hash>, Refused> {
        let mut tiles = Tiles::default();
        for id in tile::needed(ranges) {
            let path = path_of(id, tile::width(id, size));
            let bytes = self.read(&path)?;
            let (hashes, rest) = bytes.as_chunks::<32>();
            if !rest.is_empty() {
                return Err(Refused::Unreadable(path, "is not a tile".into()));
            }
            tiles.insert(id, hashes.to_vec());
        }
        let all = ranges.iter().map(|range| tiles.range(*range));
        let short = || Refused::Unreadable("tiles".into(), "are too short".into());
        all.collect::<Option<_>>().ok_or_else(short)
    }

    /// Sends a note with the own line back to the service. The answer's status.
    pub fn post(&self, note: &str) -> Result<(), Refused> {
        let Self::Service(address) = self else {
            return Ok(());
        };
        let address = format!("{address}/log/cosignature");
        let body = serde_json::json!({ "checkpoint": note });
        let sent = agent().post(&address).send_json(body);
        sent.map(|_| ())
            .map_err(|e| Refused::Unreadable(address, e.to_string()))
    }
}

fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder().timeout_global(Some(PATIENCE));
    config.build().into()
}

/// The path of a tile with so many hashes.
pub fn path_of(id: Id, width: u64) -> String {
    let path = format!("tile/{}/{}", id.level, tile::path_of(id.n));
    match width {
        tile::WIDTH => path,
        partial => format!("{path}.p/{partial}"),
    }
}

/// What a witness writes down of a log: its key and the last head it signed.
struct Seen {
    log: Verifier,
    head: Option<Head>,
}

impl Seen {
    /// `log` is needed the first time, and must be the same later.
    fn read(path: &Path, log: Option<&Verifier>) -> Result<Self, Refused> {
        let wrong = || Refused::State(path.to_path_buf());
        if !path.exists() {
            let log = log.ok_or_else(wrong)?.clone();
            return Ok(Self { log, head: None });
        }
        let bytes = files::read(path, LARGEST)?;
        let text = String::from_utf8(bytes).map_err(|_| wrong())?;
        let (key, rest) = text.split_once('\n').ok_or_else(wrong)?;
        let known = Verifier::parse(key).map_err(|_| wrong())?;
        let checkpoint = Checkpoint::parse(rest).map_err(|_| wrong())?;
        // A key that follows another is given anew, for the same log: heads of two logs go together by chance alone, and
        // nobody is to be said to have forked.
        let log = log.cloned().unwrap_or(known);
        if checkpoint.origin != log.name() {
            let name = log.name().to_string();
            return Err(Refused::Other(checkpoint.origin, name));
        }
        Ok(Self {
            log,
            head: Some(checkpoint.head),
        })
    }

    fn write(&self, path: &Path, checkpoint: &Checkpoint) -> Result<(), Refused> {
        let text = format!("{}\n{}", self.log, checkpoint.text());
        Ok(files::write_atomically(path, text.as_bytes())?)
    }
}

/// A witness's key under its name.
pub struct Own<'k> {
    /// The public half.
    pub verifier: Verifier,
    /// The private one.
    pub signer: &'k dyn Signer,
}

/// Looks at a log and cosigns its head: the note with one line more.
///
/// What is signed is written down first and is durable, so that a witness that dies in between never signs two heads
/// that do not go together. One at a time looks: the file beside `state` is locked.
///
/// # Errors
/// [`Refused`]; then nothing was signed, and what was written down is as before.
pub fn cosign(
    source: &Source,
    log: Option<&Verifier>,
    state: &Path,
    own: &Own<'_>,
    now: i64,
) -> Result<String, Refused> {
    let _alone = lock(state)?;
    let seen = Seen::read(state, log)?;
    let text = source.head()?;
    let note = Note::parse(&text).map_err(Refused::Head)?;
    seen.log.verify(&note).map_err(Refused::Head)?;
    let checkpoint = Checkpoint::parse(note.text()).map_err(Refused::Head)?;
    if checkpoint.origin != seen.log.name() {
        let name = seen.log.name().to_string();
        return Err(Refused::Other(checkpoint.origin, name));
    }
    goes_on(source, seen.head, checkpoint.head)?;
    seen.write(state, &checkpoint)?;
    let time = u64::try_from(now).unwrap_or_default();
    let message = signed_text(Algorithm::Cosignature, note.text(), time);
    let signature = own.signer.sign(message.as_bytes())?;
    let of_log: String = note.lines_of(seen.log.name()).collect();
    let line = own.verifier.line(time, &signature);
    Ok(format!("{}\n{of_log}{line}", note.text()))
}

/// Whether a head goes on from the one that was seen.
fn goes_on(source: &Source, seen: Option<Head>, now: Head) -> Result<(), Refused> {
    let Some(old) = seen else { return Ok(()) };
    let (seen, size) = (old.size, now.size);
    if size < seen {
        return Err(Refused::Shorter { seen, now: size });
    }
    let path = proof::consistency(seen, size).unwrap_or_default();
    let hashes = source.hashes(&path, size)?;
    match proof::is_consistent(&old, &now, &hashes) {
        true => Ok(()),
        false => Err(Refused::Forked { seen, now: size }),
    }
}

/// Holds a lock until it is dropped.
fn lock(state: &Path) -> Result<File, Refused> {
    let path = state.with_added_extension("lock");
    let failed = |cause: std::io::Error| Failure::File {
        path: path.clone(),
        cause,
    };
    let file = File::create(&path).map_err(failed)?;
    file.lock().map_err(failed)?;
    Ok(file)
}
