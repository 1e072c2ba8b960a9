//! What this machine trusts and remembers: the pinned root key, the current bundle, and the highest version and
//! time ever seen, so that neither an old bundle nor a clock that was set back brings a revoked document to life.
//!
//! A directory with the files `lock`, `state`, `bundle-<SHA-256>` and `lists-<SHA-256>`, which holds what status lists
//! were seen ([`credential::seen::Seen`]). The state is written last and names both, so a crash at any moment leaves the
//! old ones or the new ones. A national bundle has files of its own: `national` names `national-<SHA-256>` and
//! `shards-<SHA-256>`.

mod files;
mod national;
mod national_tree;
pub mod published;
mod state;
mod update;

pub use national::{MAX_NATIONAL, UpdatedNational};
pub use state::State;
pub use update::{Updated, WhichRoot};

use credential::bundle::{BadBundle, Bundle};
use credential::national::{BadNational, National};
use credential::publication::BadHead;
use files::Lock;
use national::HeldNational;
use sha2::{Digest, Sha256};
use std::io;
use std::path::{Path, PathBuf};

/// Most bytes of a bundle file.
pub const MAX_BUNDLE: u64 = 64 << 20;
const MAX_STATE: u64 = 4096;
/// The clock's memory is this coarse, seconds, so that not every scan writes to the disk.
const CLOCK_STEP: i64 = 60;

/// A trust store on disk.
#[derive(Debug, Clone)]
pub struct Store {
    dir: PathBuf,
}

/// A store's content, all of it checked.
#[derive(Debug)]
pub struct Loaded {
    /// Its memory.
    pub state: State,
    /// The current bundle, if one was ever accepted.
    pub bundle: Option<Bundle>,
    /// The current national bundle, if one was ever accepted and the trust list still has its publisher.
    pub national: Option<National<Vec<u8>>>,
    /// As of when the latest national bundle ever accepted holds, epoch seconds.
    national_issued: i64,
}

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No root key is pinned yet.
    #[error("no root key is trusted yet in {}", .0.display())]
    NotInitialised(PathBuf),
    /// A root key is pinned already, and it is another one.
    #[error("another root key is trusted here already")]
    OtherRoot {
        /// The key that is trusted.
        pinned: [u8; 32],
        /// The key that was given.
        given: [u8; 32],
    },
    /// Files of the store are torn, missing or altered.
    #[error("the trust store is damaged: {0}")]
    Damaged(&'static str),
    /// Another process has held the lock for 10 seconds.
    #[error("the trust store is in use by another process")]
    Busy,
    /// A bundle that does not check.
    #[error("the bundle was refused: {0}")]
    BadBundle(#[from] BadBundle),
    /// A folder that is no complete published tree.
    #[error("no complete published tree: {0}")]
    Tree(String),
    /// The head of a published tree that does not check.
    #[error("the head of the published tree was refused: {0}")]
    BadHead(#[from] BadHead),
    /// A tree that is older than one seen before.
    #[error("the published tree is older: version {offered}, but {known} was seen already")]
    OlderHead {
        /// Version of its head.
        offered: u64,
        /// Highest version seen.
        known: u64,
    },
    /// A bundle with an older trust list than the highest seen.
    #[error("the bundle is older: trust list version {offered}, but {known} was seen already")]
    OlderTrustList {
        /// Version in the bundle.
        offered: u64,
        /// When that list was issued, epoch seconds.
        offered_issued: i64,
        /// Highest version seen.
        known: u64,
    },
    /// A bundle issued before the latest one seen.
    #[error("the bundle is older: issued at {offered}, but one of {known} was seen already")]
    OlderBundle {
        /// Time of issue of the offered one, epoch seconds.
        offered: i64,
        /// The latest seen, epoch seconds.
        known: i64,
        /// Trust list version in the offered one.
        offered_version: u64,
        /// Highest version seen.
        known_version: u64,
    },
    /// Two different trust lists with the same version: one of them must not exist.
    #[error("two different trust lists have the version {0}")]
    Conflict(u64),
    /// Without a bundle nobody knows who may publish a national bundle.
    #[error("there is no bundle yet to check a national bundle by")]
    NoBundle,
    /// A delta, but nothing that it could change.
    #[error("there is no national bundle yet that this delta could change")]
    NoNational,
    /// A national bundle or a delta that does not check.
    #[error("the national bundle was refused: {0}")]
    BadNational(#[from] BadNational),
    /// A national bundle of a lower version than the highest seen.
    #[error("the national bundle is older: version {offered}, but {known} was seen already")]
    OlderNational {
        /// Version of the offered one.
        offered: u64,
        /// Highest version seen.
        known: u64,
    },
    /// Changes that would make more of it than is read.
    #[error("the national bundle would become too large")]
    LargeNational,
    /// Two different national bundles with the same version: one of them must not exist.
    #[error("two different national bundles have the version {0}")]
    NationalConflict(u64),
    /// A bundle in which a status list was issued before one of the same name that was accepted.
    #[error(
        "a status list is older: {uri} of {iss}, issued at {offered}, but one of {known} was seen already"
    )]
    OlderStatusList {
        /// The issuer of the list.
        iss: String,
        /// Its name.
        uri: String,
        /// When the offered one was issued, epoch seconds.
        offered: i64,
        /// When the latest seen was, epoch seconds.
        known: i64,
    },
    /// A national bundle of a higher version whose statuses hold as of an earlier time.
    #[error(
        "the national bundle is older: as of {offered}, but one as of {known} was seen already"
    )]
    OlderNationalTime {
        /// As of when the offered one holds, epoch seconds.
        offered: i64,
        /// The latest seen, epoch seconds.
        known: i64,
    },
    /// There would be more revocations to remember than a store keeps.
    #[error("there would be too many revocations to remember")]
    TooMuchSeen,
    /// The operating system refused.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried: `read`, `write`, `lock`, `create`.
        action: &'static str,
        /// On which file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl StoreError {
    fn io(action: &'static str, path: &Path, source: io::Error) -> Self {
        let path = path.to_path_buf();
        Self::Io {
            action,
            path,
            source,
        }
    }
}

impl Loaded {
    /// Nothing may be older than this second.
    pub fn latest_seen(&self) -> i64 {
        self.state.latest_seen().max(self.national_issued)
    }
}

impl Store {
    /// The store in that directory, which need not exist yet.
    pub fn at(dir: PathBuf) -> Self {
        Self { dir }
    }

    /// Its directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Reads the memory and checks the current bundle anew.
    pub fn load(&self) -> Result<Loaded, StoreError> {
        if !self.lock_path().exists() && !self.state_path().exists() {
            return Err(StoreError::NotInitialised(self.dir.clone()));
        }
        let _lock = files::lock(&self.lock_path(), Lock::Shared)?;
        let state = self.state()?;
        let state = state.ok_or_else(|| StoreError::NotInitialised(self.dir.clone()))?;
        let mut bundle = self.bundle(&state)?;
        let mut held = HeldNational::default();
        if let Some(bundle) = &mut bundle {
            if let Some(seen) = self.lists(&state)? {
                bundle.statuses.keep(&seen);
            }
            held = self.held_national(bundle)?;
        }
        Ok(Loaded {
            state,
            bundle,
            national: held.national,
            national_issued: held.issued,
        })
    }

    /// Pins the root key. False if it was pinned already.
    pub fn init(&self, root: [u8; 32]) -> Result<bool, StoreError> {
        let _lock = self.lock_to_write()?;
        match self.state()? {
            Some(state) if state.root == root || state.first_root == root => Ok(false),
            Some(state) => Err(StoreError::OtherRoot {
                pinned: state.root,
                given: root,
            }),
            None => {
                self.save(&State::new(root))?;
                Ok(true)
            }
        }
    }

    /// Remembers that the clock has shown `now` (epoch seconds), to the minute.
    pub fn remember_clock(&self, now: i64) -> Result<(), StoreError> {
        self.change(|state| {
            let news = now >= state.clock + CLOCK_STEP;
            state.clock = state.clock.max(now);
            news
        })
    }

    /// Forgets the latest time the clock has shown, after it was once set into the future by mistake. The bundle's
    /// time of issue stays the lower bound.
    pub fn forget_clock(&self) -> Result<(), StoreError> {
        self.change(|state| {
            state.clock = 0;
            true
        })
    }

    fn change(&self, change: impl FnOnce(&mut State) -> bool) -> Result<(), StoreError> {
        let _lock = files::lock(&self.lock_path(), Lock::Exclusive)?;
        let mut state = self
            .state()?
            .ok_or_else(|| StoreError::NotInitialised(self.dir.clone()))?;
        if change(&mut state) {
            self.save(&state)?;
        }
        Ok(())
    }

    fn lock_path(&self) -> PathBuf {
        self.dir.join("lock")
    }

    fn state_path(&self) -> PathBuf {
        self.dir.join("state")
    }

    fn bundle_path(&self, hash: &[u8; 32]) -> PathBuf {
        let name = crate::words::hex(hash);
        self.dir.join(format!("bundle-{name}"))
    }

    fn lists_path(&self, hash: &[u8; 32]) -> PathBuf {
        let name = crate::words::hex(hash);
        self.dir.join(format!("lists-{name}"))
    }

    fn lock_to_write(&self) -> Result<std::fs::File, StoreError> {
        let created = std::fs::create_dir_all(&self.dir);
        created.map_err(|e| StoreError::io("create", &self.dir, e))?;
        files::lock(&self.lock_path(), Lock::Exclusive)
    }

    /// The memory; `None` only in a store that has none of its files yet.
    fn state(&self) -> Result<Option<State>, StoreError> {
        let Some(content) = files::read(&self.state_path(), MAX_STATE)? else {
            return match self.files("bundle-")?.is_empty() {
                true => Ok(None),
                false => Err(StoreError::Damaged(
                    "its memory (the file `state`) is missing",
                )),
            };
        };
        let state = str::from_utf8(&content).ok().and_then(State::parse);
        let torn = StoreError::Damaged("its memory (the file `state`) is torn or was altered");
        state.map(Some).ok_or(torn)
    }

    fn save(&self, state: &State) -> Result<(), StoreError> {
        files::replace(&self.state_path(), state.encode().as_bytes())
    }

    fn bundle(&self, state: &State) -> Result<Option<Bundle>, StoreError> {
        let Some(hash) = &state.bundle else {
            return Ok(None);
        };
        let bytes = files::read(&self.bundle_path(hash), MAX_BUNDLE)?;
        let bytes = bytes.ok_or(StoreError::Damaged("its bundle is missing"))?;
        if Sha256::digest(&bytes)[..] != hash[..] {
            return Err(StoreError::Damaged("its bundle is torn or was altered"));
        }
        Ok(Some(Bundle::verify(&bytes, &state.root)?))
    }

    /// Files whose name begins so.
    fn files(&self, prefix: &str) -> Result<Vec<PathBuf>, StoreError> {
        let failed = |e| StoreError::io("read", &self.dir, e);
        let mut found = Vec::new();
        for entry in std::fs::read_dir(&self.dir).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            if name.is_some_and(|name| name.starts_with(prefix)) {
                found.push(path);
            }
        }
        Ok(found)
    }
}
