//! A national bundle with deltas over it, for verifiers that do not write the bundle anew.

use super::delta::Delta;
use super::directory::Name;
use super::error::BadNational;
use super::head::Head;
use super::{National, lookup};
use crate::status_list::Status;
use crate::status_source::{Lookup, StatusSource};
use alloc::vec::Vec;

/// A bundle and what deltas have changed since. Takes 8 bytes of memory a changed index, and some 100 a list.
#[derive(Debug, Clone)]
pub struct Overlay<B> {
    base: National<B>,
    head: Head,
    /// Ascending by name.
    lists: Vec<Patched>,
}

/// A list of the latest version.
#[derive(Debug, Clone)]
struct Patched {
    name: Name,
    indexes: u32,
    /// Its place in the base, where it has been there all the time.
    base: Option<usize>,
    /// Ascending by index.
    changes: Vec<(u32, Status)>,
}

impl<B: AsRef<[u8]>> Overlay<B> {
    /// No changes yet.
    pub fn new(base: National<B>) -> Self {
        let lists = base
            .shards
            .iter()
            .enumerate()
            .map(|(place, shard)| Patched {
                name: shard.name.clone(),
                indexes: shard.indexes,
                base: Some(place),
                changes: Vec::new(),
            });
        Self {
            head: *base.head(),
            lists: lists.collect(),
            base,
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
        self.lists.iter().map(|list| list.changes.len()).sum()
    }

    /// Puts the next delta over what is here. Refused and without effect unless it is for exactly this version.
    pub fn apply<D: AsRef<[u8]>>(&mut self, delta: &Delta<D>) -> Result<(), BadNational> {
        delta.fits(&self.head)?;
        let held = self.lists.iter().map(|list| (&list.name, list.indexes));
        let extents = delta.extents(held)?;
        let mut places = delta.places().peekable();
        let mut lists = Vec::with_capacity(extents.len());
        let mut start = 0;
        for extent in extents {
            let end = start + u64::from(extent.indexes);
            let before = extent.before.map(|place| &self.lists[place]);
            let mut list = Patched {
                name: extent.name.clone(),
                indexes: extent.indexes,
                base: before.and_then(|before| before.base),
                changes: Vec::new(),
            };
            let mut old = before.map_or(&[][..], |before| &before.changes);
            while let Some((place, status)) = places.next_if(|(place, _)| *place < end) {
                let index = (place - start) as u32;
                let earlier;
                (earlier, old) = old.split_at(old.partition_point(|(at, _)| *at < index));
                list.changes.extend_from_slice(earlier);
                let known = old.split_first().filter(|((at, _), _)| *at == index);
                let held = match known {
                    Some(((_, status), rest)) => {
                        old = rest;
                        *status
                    }
                    None => self.below(&list, index),
                };
                if held == status {
                    return Err(BadNational::Change);
                }
                list.changes.push((index, status));
            }
            list.changes.extend_from_slice(old);
            lists.push(list);
            start = end;
        }
        self.lists = lists;
        self.head = *delta.next();
        Ok(())
    }

    /// What the base says; what it does not have yet begins as valid.
    fn below(&self, list: &Patched, index: u32) -> Status {
        let base = list.base.and_then(|place| self.base.at(place).get(index));
        base.unwrap_or(Status::Valid)
    }

    /// The status at an index of a list. `None`: the bundle does not speak for it.
    pub fn get(&self, iss: &str, uri: &str, index: u32) -> Option<Status> {
        let place = self
            .lists
            .binary_search_by(|list| list.name.order_to(iss, uri));
        let list = &self.lists[place.ok()?];
        if index >= list.indexes {
            return None;
        }
        let changed = list.changes.binary_search_by_key(&index, |(at, _)| *at);
        Some(match changed {
            Ok(place) => list.changes[place].1,
            Err(_) => self.below(list, index),
        })
    }
}

impl<B: AsRef<[u8]>> StatusSource for Overlay<B> {
    fn status(&self, iss: &str, uri: &str, index: u32) -> Lookup {
        lookup(&self.head, self.get(iss, uri, index))
    }

    fn ends(&self) -> Option<i64> {
        Some(self.head.expires)
    }
}
