//! The national bundle of a published tree (docs/FORMAT.md §19): by the changes since the one that is held, kilobytes a
//! day, or whole where there is none or a change is missing.

use super::published::Published;
use super::{MAX_NATIONAL, Store, StoreError, UpdatedNational};
use credential::publication::{Head, NATIONAL, NATIONAL_DELTA, Unproven};

impl Store {
    /// Takes in the national bundle that a tree's head names. Where one is held, only its changes are read, as far as
    /// they lead; none where the head names none. The tree's own bundle comes first: its trust list says who may publish.
    ///
    /// # Errors
    /// As [`Store::update_national`]. What changes brought before something was refused stays.
    pub fn update_national_from(
        &self,
        tree: &Published,
    ) -> Result<Option<UpdatedNational>, StoreError> {
        let state = self.state()?;
        let state = state.ok_or_else(|| StoreError::NotInitialised(self.dir.clone()))?;
        let bundle = self.bundle(&state)?.ok_or(StoreError::NoBundle)?;
        let head = Unproven::read(&tree.head)?.proven_by(&bundle.trust)?;
        let Some(whole) = head.file(NATIONAL) else {
            return Ok(None);
        };
        let mut updated = self.by_changes(tree, &head)?;
        if self.national_hash()? != Some(whole.sha256) {
            let bytes = tree.file(whole, MAX_NATIONAL)?;
            updated = Some(self.update_national(bytes)?);
        }
        match updated {
            Some(updated) => Ok(Some(updated)),
            // What is held is what the head names.
            None => {
                let national = self.national(&bundle)?.ok_or(StoreError::NoNational)?;
                Ok(Some(UpdatedNational {
                    national,
                    changes: None,
                    changed: false,
                    dropped: 0,
                }))
            }
        }
    }

    /// Follows the changes from the version that is held, each of which leads to a later one, as far as they go: one that is
    /// missing, or that the publishers of today did not sign, ends the way, and the whole bundle is taken.
    fn by_changes(
        &self,
        tree: &Published,
        head: &Head,
    ) -> Result<Option<UpdatedNational>, StoreError> {
        let mut changes = 0;
        let mut last = None;
        let mut held = self.national_version()?;
        while let Some(version) = held {
            let Some(file) = head.file(&format!("{NATIONAL_DELTA}{version}")) else {
                break;
            };
            let taken = tree.file(file, MAX_NATIONAL);
            let updated = match taken.and_then(|bytes| self.update_national(bytes)) {
                Ok(updated) => updated,
                Err(StoreError::Tree(_) | StoreError::BadNational(_) | StoreError::NoNational) => {
                    break;
                }
                Err(other) => return Err(other),
            };
            changes += updated.changes.unwrap_or_default();
            let reached = updated.national.head().version;
            held = (reached > version).then_some(reached);
            last = Some(updated);
        }
        Ok(last.map(|updated| UpdatedNational {
            changes: Some(changes),
            ..updated
        }))
    }
}
