//! Deltas: what changed between two versions of a national bundle (FORMAT.md §18.4).

use super::National;
use super::build::{Body, Builder};
use super::directory::{self, Lists, Name, are_canonical, counts, merged};
use super::error::BadNational;
use super::head::{self, DeltaHead, Head};
use crate::status_list::Status;
use crate::trust_list::TrustList;
use alloc::vec::Vec;

/// A delta whose signatures, hash and form were checked.
#[derive(Debug, Clone)]
pub struct Delta<B> {
    file: B,
    before: usize,
    parent: (u64, [u8; 32]),
    next: Head,
    next_head: Vec<u8>,
    /// Lists that come, grow or go: how many indexes they have from now on, 0 where they go.
    extents: Vec<(Name, u32)>,
    /// New states by place: the lists of the next version stand behind each other.
    lists: Lists,
}

/// A list of the next version.
pub(super) struct Extent<'a> {
    pub(super) name: &'a Name,
    pub(super) indexes: u32,
    /// Its place in the version before, if it was there.
    pub(super) before: Option<usize>,
}

impl<B: AsRef<[u8]>> Delta<B> {
    /// Checks a delta's file by the publishers of a trust list.
    pub fn open(file: B, trust: &TrustList) -> Result<Self, BadNational> {
        let (head, body) = head::split(file.as_ref())?;
        let before = file.as_ref().len() - body.len();
        let head = DeltaHead::verify(head, trust)?;
        let next = Head::verify(head.next, trust)?;
        if next.version <= head.parent.0 {
            return Err(BadNational::NotNewer);
        }
        head.body.check(body)?;
        let length = usize::try_from(head.body.directory).map_err(|_| BadNational::Length)?;
        let indexes = next.coverage.indexes();
        let (extents, lists) = directory::read_delta(body, length, indexes)?;
        if !are_canonical(&lists, body) {
            return Err(BadNational::Directory);
        }
        let (parent, next_head) = (head.parent, head.next.to_vec());
        Ok(Self {
            file,
            before,
            parent,
            next,
            next_head,
            extents,
            lists,
        })
    }

    /// The version that it changes.
    pub fn parent(&self) -> u64 {
        self.parent.0
    }

    /// The head of the bundle that it leads to.
    pub fn next(&self) -> &Head {
        &self.next
    }

    /// How many indexes change their state.
    pub fn changes(&self) -> u64 {
        counts(&self.lists).iter().sum()
    }

    /// New states by place, ascending.
    pub(super) fn places(&self) -> impl Iterator<Item = (u64, Status)> {
        let body = self.file.as_ref().get(self.before..).unwrap_or_default();
        let of_number = |(place, state)| (place, Status::from_number(state));
        merged(&self.lists, body).map(of_number)
    }

    /// Whether it changes the bundle with that head.
    pub(super) fn fits(&self, held: &Head) -> Result<(), BadNational> {
        let (wanted, content) = self.parent;
        if wanted != held.version {
            let held = held.version;
            return Err(BadNational::Parent { wanted, held });
        }
        if content != held.body.sha256 {
            return Err(BadNational::ParentContent);
        }
        if self.next.issued < held.issued {
            return Err(BadNational::NotNewer);
        }
        Ok(())
    }

    /// The lists of the next version, given those of the one before, both ascending.
    pub(super) fn extents<'a>(
        &'a self,
        held: impl Iterator<Item = (&'a Name, u32)>,
    ) -> Result<Vec<Extent<'a>>, BadNational> {
        let mut all = Vec::new();
        let mut new = self.extents.iter().peekable();
        let add = |all: &mut Vec<_>, name: &'a Name, indexes: u32| match indexes {
            0 => Err(BadNational::Change),
            _ => {
                all.push(Extent {
                    name,
                    indexes,
                    before: None,
                });
                Ok(())
            }
        };
        for (place, (name, indexes)) in held.enumerate() {
            while let Some((name, indexes)) = new.next_if(|(new, _)| new < name) {
                add(&mut all, name, *indexes)?;
            }
            let indexes = match new.next_if(|(new, _)| new == name) {
                None => indexes,
                Some((_, 0)) => continue,
                Some((_, grown)) if *grown > indexes => *grown,
                Some(_) => return Err(BadNational::Change),
            };
            all.push(Extent {
                name,
                indexes,
                before: Some(place),
            });
        }
        for (name, indexes) in new {
            add(&mut all, name, *indexes)?;
        }
        let indexes: u64 = all.iter().map(|extent| u64::from(extent.indexes)).sum();
        let coverage = &self.next.coverage;
        match indexes == coverage.indexes() && all.len() as u64 == coverage.shards {
            true => Ok(all),
            false => Err(BadNational::Result),
        }
    }

    /// Makes the file of the next version from the one it changes: byte by byte the file that its publisher made, or an
    /// error. Takes memory for the new file and one shard.
    pub fn rebuild<P: AsRef<[u8]>>(&self, parent: &National<P>) -> Result<Vec<u8>, BadNational> {
        self.fits(parent.head())?;
        let held = parent
            .shards
            .iter()
            .map(|shard| (&shard.name, shard.indexes));
        let mut places = self.places().peekable();
        let (mut builder, mut start) = (Builder::new(), 0);
        for extent in self.extents(held)? {
            let end = start + u64::from(extent.indexes);
            let old = extent.before.map(|place| parent.at(place).non_valid());
            let new = core::iter::from_fn(|| {
                let (place, status) = places.next_if(|(place, _)| *place < end)?;
                Some(((place - start) as u32, status))
            });
            let mut failed = false;
            let states = changed(old.into_iter().flatten(), new, &mut failed);
            let (iss, uri) = (extent.name.iss(), extent.name.uri());
            let added = builder.shard(iss, uri, extent.indexes, states);
            if failed || added.is_err() {
                return Err(BadNational::Change);
            }
            start = end;
        }
        let Body {
            bytes,
            named,
            coverage,
        } = builder.finish();
        if named != self.next.body || coverage != self.next.coverage {
            return Err(BadNational::Result);
        }
        Ok(super::file(&self.next_head, &bytes))
    }
}

/// What is not valid after changes. Notes in `failed` a change that changes nothing.
fn changed(
    old: impl Iterator<Item = (u32, Status)>,
    new: impl Iterator<Item = (u32, Status)>,
    failed: &mut bool,
) -> impl Iterator<Item = (u32, Status)> {
    let all = both(old, new).map(move |(index, before, after)| {
        let before = before.unwrap_or(Status::Valid);
        *failed |= after == Some(before);
        (index, after.unwrap_or(before))
    });
    all.filter(|(_, status)| *status != Status::Valid)
}

/// Two ascending lists side by side.
fn both<T>(
    old: impl Iterator<Item = (u32, T)>,
    new: impl Iterator<Item = (u32, T)>,
) -> impl Iterator<Item = (u32, Option<T>, Option<T>)> {
    let (mut old, mut new) = (old.peekable(), new.peekable());
    core::iter::from_fn(move || {
        let at = match (old.peek(), new.peek()) {
            (Some((old, _)), Some((new, _))) => *old.min(new),
            (Some((at, _)), None) | (None, Some((at, _))) => *at,
            (None, None) => return None,
        };
        let before = old.next_if(|(index, _)| *index == at);
        let after = new.next_if(|(index, _)| *index == at);
        Some((at, before.map(|(_, t)| t), after.map(|(_, t)| t)))
    })
}

/// Making deltas.
#[cfg(feature = "issue")]
pub(super) mod issue {
    use super::*;
    use crate::cbor::write::Writer;
    use crate::cose::issue::Unsigned;
    use crate::ids::KeyId;
    use crate::national::directory::{Entries, STATES, write_lists};
    use crate::national::head::Named;
    use crate::national::{ShardRef, bits};
    use core::cmp::Ordering;

    /// What changed between two bundles, coded.
    pub struct DeltaBody {
        bytes: Vec<u8>,
        named: Named,
        parent: (u64, [u8; 32]),
    }

    impl DeltaBody {
        /// Its bytes.
        pub fn bytes(&self) -> &[u8] {
            &self.bytes
        }
    }

    /// The difference between two versions. `None` where a list shrank without going, which no verifier would follow.
    pub fn delta<A: AsRef<[u8]>, B: AsRef<[u8]>>(
        parent: &National<A>,
        next: &National<B>,
    ) -> Option<DeltaBody> {
        let mut extents = Entries::default();
        let mut changes: [Vec<u64>; STATES] = Default::default();
        let mut start = 0;
        let (mut old, mut new) = (parent.shards().peekable(), next.shards().peekable());
        loop {
            let order = match (old.peek(), new.peek()) {
                (Some(old), Some(new)) => (old.iss(), old.uri()).cmp(&(new.iss(), new.uri())),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => break,
            };
            let old = old.next_if(|_| order.is_le());
            let new = new.next_if(|_| order.is_ge());
            let name = || Name::new(new.or(old)?.iss(), new.or(old)?.uri());
            let before = old.map_or(0, |old| old.indexes());
            let after = new.map_or(0, |new| new.indexes());
            if new.is_some() && after < before {
                return None;
            }
            if after != before {
                extents.begin(3, name()?).u64(u64::from(after));
            }
            if let Some(new) = new {
                differ(old, new, start, &mut changes);
            }
            start += u64::from(after);
        }
        let mut w = Writer::new();
        w.array(2).raw(&extents.into_bytes());
        let mut data = Vec::new();
        let lists = (0..).zip(changes.iter().map(|places| places.iter().copied()));
        write_lists(
            &mut w,
            start,
            lists,
            &mut bits::Writer::default(),
            &mut data,
        );
        let mut bytes = w.into_bytes();
        let directory = bytes.len();
        bytes.extend_from_slice(&data);
        Some(DeltaBody {
            named: Named::of(&bytes, directory),
            bytes,
            parent: (parent.head.version, parent.head.body.sha256),
        })
    }

    /// Collects what has another state in `new`, by that state.
    fn differ(
        old: Option<ShardRef<'_>>,
        new: ShardRef<'_>,
        start: u64,
        changes: &mut [Vec<u64>; STATES],
    ) {
        let old = old.map(|old| old.non_valid()).into_iter().flatten();
        for (index, before, after) in both(old, new.non_valid()) {
            if before != after {
                let state = after.map_or(0, Status::number);
                changes[usize::from(state)].push(start + u64::from(index));
            }
        }
    }

    /// A delta's head for a publisher's key to sign. `next` is the signed head of the bundle that it leads to.
    pub fn unsigned_delta(publisher: KeyId, body: &DeltaBody, next: &[u8]) -> Unsigned {
        let head = DeltaHead {
            body: body.named,
            parent: body.parent,
            next,
        };
        head::issue::delta(publisher, &head)
    }
}
