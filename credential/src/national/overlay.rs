//! A national bundle with deltas over it, for verifiers that do not write the bundle anew.

use super::delta::Delta;
use super::error::BadNational;
use super::head::Head;
use super::{National, lookup};
use crate::status_list::Status;
use crate::status_source::{Lookup, StatusSource};
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// A bundle and what deltas have changed since. Takes 8 bytes of memory a changed index.
#[derive(Debug, Clone)]
pub struct Overlay<B> {
    base: National<B>,
    head: Head,
    /// By `iss`, then by name.
    shards: BTreeMap<String, BTreeMap<String, Patched>>,
}

/// A shard that deltas have touched.
#[derive(Debug, Clone, Default)]
struct Patched {
    /// 0: it is gone.
    indexes: u32,
    /// Whether what was not changed is as in the base: a shard that went and came again has nothing of it.
    from_base: bool,
    changes: Vec<(u32, Status)>,
}

impl<B: AsRef<[u8]>> Overlay<B> {
    /// No changes yet.
    pub fn new(base: National<B>) -> Self {
        Self {
            head: *base.head(),
            base,
            shards: BTreeMap::new(),
        }
    }

    /// The head of the latest version.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// The bundle below.
    pub fn base(&self) -> &National<B> {
        &self.base
    }

    /// Indexes that deltas have changed, each once.
    pub fn changes(&self) -> usize {
        let all = self.shards.values().flat_map(BTreeMap::values);
        all.map(|patched| patched.changes.len()).sum()
    }

    /// Puts the next delta over what is here. Refused and without effect unless it is for exactly this version.
    pub fn apply<D: AsRef<[u8]>>(&mut self, delta: &Delta<D>) -> Result<(), BadNational> {
        delta.fits(&self.head)?;
        // First all that could be refused.
        let mut after = Vec::new();
        for changes in delta.shards() {
            let (iss, uri) = changes.name();
            let before = self.patched(iss, uri);
            if !changes.may_follow(before.indexes) {
                return Err(BadNational::Change);
            }
            let mut unchanged = changes
                .iter()
                .map(|(index, status)| (self.state(&before, iss, uri, index), status));
            if unchanged.any(|(before, after)| before == after) {
                return Err(BadNational::Change);
            }
            let patched = match changes.indexes() {
                0 => Patched::default(),
                indexes => Patched {
                    indexes,
                    from_base: before.from_base,
                    changes: merged(&before.changes, changes.iter()),
                },
            };
            after.push((iss, uri, patched));
        }
        for (iss, uri, patched) in after {
            let of_issuer = self.shards.entry(iss.to_string()).or_default();
            of_issuer.insert(uri.to_string(), patched);
        }
        self.head = *delta.next();
        Ok(())
    }

    /// The shard as it is now; without indexes where there is none.
    fn patched(&self, iss: &str, uri: &str) -> Patched {
        if let Some(patched) = self.shards.get(iss).and_then(|lists| lists.get(uri)) {
            return patched.clone();
        }
        let base = self.base.shard(iss, uri);
        Patched {
            indexes: base.map_or(0, |shard| shard.indexes()),
            from_base: base.is_some(),
            changes: Vec::new(),
        }
    }

    /// The state of an index that the shard covers, or will: what is new is valid.
    fn state(&self, patched: &Patched, iss: &str, uri: &str, index: u32) -> Status {
        let place = patched.changes.binary_search_by_key(&index, |(at, _)| *at);
        if let Ok(place) = place {
            return patched.changes[place].1;
        }
        let base = patched.from_base.then(|| self.base.get(iss, uri, index));
        base.flatten().unwrap_or(Status::Valid)
    }

    /// The status at an index of a list. `None`: the bundle does not speak for it.
    pub fn get(&self, iss: &str, uri: &str, index: u32) -> Option<Status> {
        match self.shards.get(iss).and_then(|lists| lists.get(uri)) {
            None => self.base.get(iss, uri, index),
            Some(patched) if index >= patched.indexes => None,
            Some(patched) => Some(self.state(patched, iss, uri, index)),
        }
    }
}

/// Two ascending lists in one, the newer state where both have the index.
fn merged(old: &[(u32, Status)], new: impl Iterator<Item = (u32, Status)>) -> Vec<(u32, Status)> {
    let mut all = Vec::with_capacity(old.len());
    let mut old = old.iter().copied().peekable();
    for (index, status) in new {
        while let Some(before) = old.next_if(|(at, _)| *at < index) {
            all.push(before);
        }
        old.next_if(|(at, _)| *at == index);
        all.push((index, status));
    }
    all.extend(old);
    all
}

impl<B: AsRef<[u8]>> StatusSource for Overlay<B> {
    fn status(&self, iss: &str, uri: &str, index: u32) -> Lookup {
        lookup(&self.head, self.get(iss, uri, index))
    }

    fn ends(&self) -> Option<i64> {
        Some(self.head.expires)
    }
}
