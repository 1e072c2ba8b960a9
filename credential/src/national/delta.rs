//! Deltas: what changed between two versions of a national bundle (FORMAT.md §18.4).

use super::build::{Body, Builder};
use super::directory::{self, Of, Shard};
use super::error::BadNational;
use super::head::{self, DeltaHead, Head};
use super::{National, ShardRef};
use crate::status_list::Status;
use crate::trust_list::TrustList;
use alloc::vec::Vec;
use core::cmp::Ordering;

/// A delta whose signatures, hash and form were checked.
#[derive(Debug, Clone)]
pub struct Delta<B> {
    file: B,
    before: usize,
    parent: (u64, [u8; 32]),
    next: Head,
    next_head: Vec<u8>,
    shards: Vec<Shard>,
}

/// A shard of a delta.
#[derive(Clone, Copy)]
pub(super) struct Changes<'a> {
    shard: &'a Shard,
    body: &'a [u8],
}

impl<'a> Changes<'a> {
    pub(super) fn name(&self) -> (&'a str, &'a str) {
        (self.shard.name.iss(), self.shard.name.uri())
    }

    /// How many indexes the shard has from now on; 0: it is gone.
    pub(super) fn indexes(&self) -> u32 {
        self.shard.indexes
    }

    /// New states by index, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, Status)> + 'a {
        let of_number = |(index, state)| (index, Status::from_number(state));
        self.shard.iter(self.body).map(of_number)
    }

    /// Whether the shard may become this from having had so many indexes: it grows or goes, and something changes.
    pub(super) fn may_follow(&self, indexes: u32) -> bool {
        let listed = self.shard.lists.iter().flatten().next().is_some();
        match self.shard.indexes {
            0 => indexes > 0 && !listed,
            now => now > indexes || (now == indexes && listed),
        }
    }
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
        let shards = directory::read(body, length, Of::Delta)?;
        let mut all = shards.iter();
        if let Some(place) = all.position(|shard| !shard.is_canonical(body)) {
            return Err(BadNational::Shard(place));
        }
        let (parent, next_head) = (head.parent, head.next.to_vec());
        Ok(Self {
            file,
            before,
            parent,
            next,
            next_head,
            shards,
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
        let lists = self
            .shards
            .iter()
            .flat_map(|shard| shard.lists.iter().flatten());
        lists.map(|list| u64::from(list.count())).sum()
    }

    pub(super) fn shards(&self) -> impl Iterator<Item = Changes<'_>> {
        let body = self.file.as_ref().get(self.before..).unwrap_or_default();
        self.shards.iter().map(move |shard| Changes { shard, body })
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

    /// Makes the file of the next version from the one it changes: byte by byte the file that its publisher made, or an
    /// error. Takes memory for the new file and one shard.
    pub fn rebuild<P: AsRef<[u8]>>(&self, parent: &National<P>) -> Result<Vec<u8>, BadNational> {
        self.fits(parent.head())?;
        let mut builder = Builder::new();
        let mut failed = None;
        for step in merge(parent.shards(), self.shards()) {
            let done = match step {
                Step::Kept(old) => {
                    builder.shard(old.iss(), old.uri(), old.indexes(), old.non_valid())
                }
                Step::Changed(old, new) => {
                    let indexes = old.map_or(0, |old| old.indexes());
                    if !new.may_follow(indexes) {
                        return Err(BadNational::Change);
                    }
                    if new.indexes() == 0 {
                        continue;
                    }
                    let old = old.map(|old| old.non_valid());
                    let states = changed(old.into_iter().flatten(), new.iter(), &mut failed);
                    let (iss, uri) = new.name();
                    builder.shard(iss, uri, new.indexes(), states)
                }
            };
            done.map_err(|_| BadNational::Change)?;
            if failed.is_some() {
                return Err(BadNational::Change);
            }
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

enum Step<'a> {
    Kept(ShardRef<'a>),
    Changed(Option<ShardRef<'a>>, Changes<'a>),
}

/// All shards of either, ascending.
fn merge<'a>(
    old: impl Iterator<Item = ShardRef<'a>>,
    new: impl Iterator<Item = Changes<'a>>,
) -> impl Iterator<Item = Step<'a>> {
    let (mut old, mut new) = (old.peekable(), new.peekable());
    core::iter::from_fn(move || {
        let order = match (old.peek(), new.peek()) {
            (Some(old), Some(new)) => (old.iss(), old.uri()).cmp(&new.name()),
            (Some(_), None) => Ordering::Less,
            (None, _) => Ordering::Greater,
        };
        match order {
            Ordering::Less => old.next().map(Step::Kept),
            Ordering::Equal => Some(Step::Changed(old.next(), new.next()?)),
            Ordering::Greater => Some(Step::Changed(None, new.next()?)),
        }
    })
}

/// The states after changes. Notes in `failed` an index whose change changes nothing.
fn changed<'a>(
    old: impl Iterator<Item = (u32, Status)> + 'a,
    new: impl Iterator<Item = (u32, Status)> + 'a,
    failed: &'a mut Option<u32>,
) -> impl Iterator<Item = (u32, Status)> + 'a {
    let (mut old, mut new) = (old.peekable(), new.peekable());
    let all = core::iter::from_fn(move || {
        let at = match (old.peek(), new.peek()) {
            (Some((old, _)), Some((new, _))) => *old.min(new),
            (Some((at, _)), None) | (None, Some((at, _))) => *at,
            (None, None) => return None,
        };
        let before = old.next_if(|(index, _)| *index == at);
        let after = new.next_if(|(index, _)| *index == at);
        let before = before.map_or(Status::Valid, |(_, status)| status);
        if after.is_some_and(|(_, status)| status == before) {
            *failed = Some(at);
        }
        Some((at, after.map_or(before, |(_, status)| status)))
    });
    all.filter(|(_, status)| *status != Status::Valid)
}

/// Making deltas.
#[cfg(feature = "issue")]
pub(super) mod issue {
    use super::*;
    use crate::cose::issue::Unsigned;
    use crate::ids::KeyId;
    use crate::national::build::Coder;
    use crate::national::directory::{Name, STATES};
    use crate::national::head::Named;

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
        let mut coder = Coder::default();
        let mut changes: [Vec<u32>; STATES] = Default::default();
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
            let shard = new.or(old)?;
            changes.iter_mut().for_each(Vec::clear);
            let indexes = new.map_or(0, |new| new.indexes());
            if let Some(new) = new {
                differ(old, new, &mut changes);
                let before = old.map_or(0, |old| old.indexes());
                if indexes < before {
                    return None;
                }
                if indexes == before && changes.iter().all(Vec::is_empty) {
                    continue;
                }
            }
            let name = Name::new(shard.iss(), shard.uri())?;
            coder.shard(name, indexes, None, &changes);
        }
        let (bytes, named, _) = coder.finish();
        Some(DeltaBody {
            bytes,
            named,
            parent: (parent.head.version, parent.head.body.sha256),
        })
    }

    /// Collects what has another state in `new`, by that state.
    fn differ(old: Option<ShardRef<'_>>, new: ShardRef<'_>, changes: &mut [Vec<u32>; STATES]) {
        let mut old = old
            .map(|old| old.non_valid())
            .into_iter()
            .flatten()
            .peekable();
        let mut new = new.non_valid().peekable();
        loop {
            let at = match (old.peek(), new.peek()) {
                (Some((old, _)), Some((new, _))) => *old.min(new),
                (Some((at, _)), None) | (None, Some((at, _))) => *at,
                (None, None) => return,
            };
            let before = old.next_if(|(index, _)| *index == at);
            let after = new.next_if(|(index, _)| *index == at);
            if before != after {
                let state = after.map_or(0, |(_, status)| status.number());
                changes[usize::from(state)].push(at);
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
