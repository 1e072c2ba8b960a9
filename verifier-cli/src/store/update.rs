//! Taking a new bundle in: never back to an older one.

use super::published::Published;
use super::{State, Store, StoreError, files};
use credential::bundle::Bundle;
use credential::history::{History, MAX_SEEN, Older};
use credential::publication::Unproven;
use credential::seen::Seen;
use sha2::{Digest, Sha256};
use std::path::Path;

/// Which root key to pin in a store that trusts none yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhichRoot {
    /// The one pinned already; without it, refuse.
    Pinned,
    /// This one. In a store that has one already it must be the same.
    Given([u8; 32]),
    /// This one, taken from the bundle itself; ignored in a store that has one already.
    FirstUse([u8; 32]),
}

/// What an update did.
#[derive(Debug)]
pub struct Updated {
    /// The bundle that is current now.
    pub bundle: Bundle,
    /// The memory now.
    pub state: State,
    /// Whether this update pinned the root key.
    pub pinned: bool,
    /// The root key before, if the bundle's trust list has moved to another.
    pub rotated_from: Option<[u8; 32]>,
    /// False if this very bundle was current before.
    pub changed: bool,
    /// How many indexes were revoked before that its status lists no longer have as revoked. They stay revoked here.
    pub dropped: u64,
}

impl Store {
    /// Checks a bundle file's bytes and makes it the current one. `now` is the clock's time in epoch seconds, or
    /// `None` if it shall not be remembered.
    ///
    /// Refuses a bundle that is older, by its trust list's version, its time of issue or that of one of its status lists,
    /// than what was seen before, and leaves the store as it was. What was revoked before stays revoked.
    pub fn update(
        &self,
        bytes: &[u8],
        root: WhichRoot,
        now: Option<i64>,
    ) -> Result<Updated, StoreError> {
        self.take_in(bytes, None, root, now)
    }

    /// The same with the bundle of a published tree. Refuses a tree whose head is older than one seen before, or not
    /// signed by a publisher of the bundle's trust list.
    pub fn update_published(
        &self,
        tree: &Published,
        root: WhichRoot,
        now: Option<i64>,
    ) -> Result<Updated, StoreError> {
        self.take_in(&tree.bundle, Some(&tree.head), root, now)
    }

    fn take_in(
        &self,
        bytes: &[u8],
        head: Option<&[u8]>,
        root: WhichRoot,
        now: Option<i64>,
    ) -> Result<Updated, StoreError> {
        let _lock = self.lock_to_write()?;
        let (mut state, pinned) = match (self.state()?, root) {
            (None, WhichRoot::Pinned) => return Err(StoreError::NotInitialised(self.dir.clone())),
            (None, WhichRoot::Given(root) | WhichRoot::FirstUse(root)) => (State::new(root), true),
            (Some(state), WhichRoot::Given(given))
                if given != state.root && given != state.first_root =>
            {
                let pinned = state.root;
                return Err(StoreError::OtherRoot { pinned, given });
            }
            (Some(state), _) => (state, false),
        };
        let mut bundle = Bundle::verify(bytes, &state.root)?;
        let (history, former) = self.history(&state)?;
        let accepted = history.accept(&mut bundle);
        let (history, dropped) = accepted.map_err(|why| refusal(why, &state, &bundle))?;
        let publication = match head {
            Some(head) => head_version(head, &bundle, &state)?,
            None => state.publication,
        };
        if let Some(former) = &former {
            self.note_held_national(former)?;
        }
        if pinned {
            // First the memory, so that a bundle without one is always a sign of damage.
            self.save(&state)?;
        }
        let lists = history.seen.encode();
        let hash: [u8; 32] = Sha256::digest(bytes).into();
        let lists_hash: [u8; 32] = Sha256::digest(&lists).into();
        let changed = state.bundle != Some(hash);
        let rotated_from = (bundle.trust.root != state.root).then_some(state.root);
        // What was seen of both stands on the disk before the state names it, so a crash leaves the old or the new memory.
        files::replace(&self.lists_path(&lists_hash), &lists)?;
        files::replace(&self.bundle_path(&hash), bytes)?;
        state.root = bundle.trust.root;
        state.trust_version = history.trust_version;
        state.trust_digest = history.trust_digest;
        state.publication = publication;
        state.bundle_issued = history.bundle_issued;
        state.lists = Some(lists_hash);
        state.clock = state.clock.max(now.unwrap_or_default());
        state.bundle = Some(hash);
        self.save(&state)?;
        self.remove_others("bundle-", &self.bundle_path(&hash));
        self.remove_others("lists-", &self.lists_path(&lists_hash));
        // For whoever judges by this very bundle at once. What is damaged of the national one is told by `load`.
        let _ = self.held_national(&mut bundle);
        Ok(Updated {
            bundle,
            state,
            pinned,
            rotated_from,
            changed,
            dropped,
        })
    }

    /// What is remembered of accepted bundles. In a store of before lists were remembered its current bundle tells what was
    /// seen, and is returned too; where that is damaged, the rest of the memory decides alone.
    fn history(&self, state: &State) -> Result<(History, Option<Bundle>), StoreError> {
        let history = History {
            trust_version: state.trust_version,
            trust_digest: state.trust_digest,
            bundle_issued: state.bundle_issued,
            seen: self.lists(state)?.unwrap_or_default(),
        };
        if state.lists.is_none()
            && let Ok(Some(mut current)) = self.bundle(state)
        {
            let accepted = history.accept(&mut current);
            let (history, _) = accepted.map_err(|why| refusal(why, state, &current))?;
            return Ok((history, Some(current)));
        }
        Ok((history, None))
    }

    /// What status lists were seen; `None` in a store of before this was kept.
    pub(super) fn lists(&self, state: &State) -> Result<Option<Seen>, StoreError> {
        match &state.lists {
            Some(hash) => self.seen(&self.lists_path(hash), hash).map(Some),
            None => Ok(None),
        }
    }

    /// Reads a file of what was seen, which must have that hash.
    pub(super) fn seen(&self, path: &Path, hash: &[u8; 32]) -> Result<Seen, StoreError> {
        let bytes = files::read(path, MAX_SEEN as u64)?.unwrap_or_default();
        let whole = Sha256::digest(&bytes)[..] == hash[..];
        let seen = Seen::decode(&bytes).filter(|_| whole);
        seen.ok_or(StoreError::Damaged(
            "its record of revocations is missing, torn or was altered",
        ))
    }

    /// Best effort: a file that stays behind is removed by the next update.
    pub(super) fn remove_others(&self, prefix: &str, keep: &Path) {
        for path in self.files(prefix).unwrap_or_default() {
            if path != keep {
                let _ = std::fs::remove_file(path);
            }
        }
    }
}

fn refusal(why: Older, state: &State, bundle: &Bundle) -> StoreError {
    let (offered, known) = (bundle.trust.version, state.trust_version);
    match why {
        Older::TrustList => StoreError::OlderTrustList {
            offered,
            offered_issued: bundle.trust.issued,
            known,
        },
        Older::Bundle => StoreError::OlderBundle {
            offered: bundle.issued,
            known: state.bundle_issued,
            offered_version: offered,
            known_version: known,
        },
        Older::Conflict => StoreError::Conflict(offered),
        Older::StatusList {
            iss,
            uri,
            offered,
            known,
        } => StoreError::OlderStatusList {
            iss,
            uri,
            offered,
            known,
        },
        Older::TooMuch => StoreError::TooMuchSeen,
    }
}

/// The version of a head that a publisher of the bundle's trust list signed, and that is not older than what was seen.
fn head_version(head: &[u8], bundle: &Bundle, state: &State) -> Result<u64, StoreError> {
    let head = Unproven::read(head)?.proven_by(&bundle.trust)?;
    if head.version < state.publication {
        return Err(StoreError::OlderHead {
            offered: head.version,
            known: state.publication,
        });
    }
    Ok(head.version)
}
