//! Taking a new bundle in: never back to an older one.

use super::published::Published;
use super::{State, Store, StoreError, files};
use credential::bundle::Bundle;
use credential::publication::Unproven;
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
}

impl Store {
    /// Checks a bundle file's bytes and makes it the current one. `now` is the clock's time in epoch seconds, or
    /// `None` if it shall not be remembered.
    ///
    /// Refuses a bundle that is older, by its trust list's version or its time of issue, than what was seen before,
    /// and leaves the store as it was.
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
        let bundle = Bundle::verify(bytes, &state.root)?;
        self.refuse_older(&state, &bundle)?;
        let publication = match head {
            Some(head) => head_version(head, &bundle, &state)?,
            None => state.publication,
        };
        if pinned {
            // First the memory, so that a bundle without one is always a sign of damage.
            self.save(&state)?;
        }
        let hash: [u8; 32] = Sha256::digest(bytes).into();
        let changed = state.bundle != Some(hash);
        let rotated_from = (bundle.trust.root != state.root).then_some(state.root);
        files::replace(&self.bundle_path(&hash), bytes)?;
        state.root = bundle.trust.root;
        state.trust_version = bundle.trust.version;
        state.publication = publication;
        state.bundle_issued = bundle.issued;
        state.clock = state.clock.max(now.unwrap_or_default());
        state.bundle = Some(hash);
        self.save(&state)?;
        self.remove_others("bundle-", &self.bundle_path(&hash));
        Ok(Updated {
            bundle,
            state,
            pinned,
            rotated_from,
            changed,
        })
    }

    fn refuse_older(&self, state: &State, bundle: &Bundle) -> Result<(), StoreError> {
        if bundle.trust.version < state.trust_version {
            return Err(StoreError::OlderTrustList {
                offered: bundle.trust.version,
                offered_issued: bundle.trust.issued,
                known: state.trust_version,
            });
        }
        if bundle.issued < state.bundle_issued {
            return Err(StoreError::OlderBundle {
                offered: bundle.issued,
                known: state.bundle_issued,
                offered_version: bundle.trust.version,
                known_version: state.trust_version,
            });
        }
        // A stored bundle that is damaged does not stop its replacement: the memory decides alone.
        if let Ok(Some(current)) = self.bundle(state)
            && current.trust.version == bundle.trust.version
            && current.trust != bundle.trust
        {
            return Err(StoreError::Conflict(bundle.trust.version));
        }
        Ok(())
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
