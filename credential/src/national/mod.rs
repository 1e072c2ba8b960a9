//! The national revocation bundle: all status lists in a compact second form, and deltas between its versions.
//!
//! A file is a small signed head and a body that the head names by its hash. Opening a file checks everything once;
//! look-ups then read the body in place, which may be a memory map: nothing is unpacked. `docs/FORMAT.md` §18 is the
//! specification.

mod bits;
mod build;
mod delta;
mod directory;
mod error;
mod head;
mod list;
mod overlay;

pub use build::{Body, Builder};
pub use delta::Delta;
pub use error::{BadNational, BadShard};
pub use head::{Coverage, DELTA_TYP, FORMAT, Head, MAGIC, MAX_HEAD, Named, TYP};
pub use overlay::Overlay;

use crate::status_list::Status;
use crate::status_source::{Lookup, StatusSource};
use crate::trust_list::TrustList;
use alloc::vec::Vec;
use directory::{STATES, Shard, are_canonical, merged};

/// A national bundle whose signature, hash and form were checked, over bytes that the caller keeps in memory in
/// whatever way: a vector, a slice, a memory map. The bytes must not change while it is used; should they, look-ups
/// may answer wrongly but do not panic.
#[derive(Debug, Clone)]
pub struct National<B> {
    file: B,
    head: Head,
    /// Length of everything before the body.
    before: usize,
    shards: Vec<Shard>,
}

/// One status list in a national bundle.
#[derive(Debug, Clone, Copy)]
pub struct ShardRef<'a> {
    shard: &'a Shard,
    body: &'a [u8],
}

impl<B: AsRef<[u8]>> National<B> {
    /// Checks a file by the publishers of a trust list: signature, hash, and that every byte is the one way to say what
    /// it says. Takes time and memory for one pass over the file and its directory.
    pub fn open(file: B, trust: &TrustList) -> Result<Self, BadNational> {
        let (head, body) = head::split(file.as_ref())?;
        let before = file.as_ref().len() - body.len();
        let head = Head::verify(head, trust)?;
        head.body.check(body)?;
        let length = usize::try_from(head.body.directory).map_err(|_| BadNational::Length)?;
        let shards = directory::read(body, length)?;
        let mut coverage = Coverage {
            shards: shards.len() as u64,
            states: [0; STATES],
        };
        for (place, shard) in shards.iter().enumerate() {
            if !are_canonical(&shard.lists, body) {
                return Err(BadNational::Shard(place));
            }
            for (sum, total) in coverage.states.iter_mut().zip(shard.totals()) {
                *sum += total;
            }
        }
        if coverage != head.coverage {
            return Err(BadNational::Totals);
        }
        Ok(Self {
            file,
            head,
            before,
            shards,
        })
    }

    /// What the publisher signed.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// The whole file.
    pub fn file(&self) -> &[u8] {
        self.file.as_ref()
    }

    fn body(&self) -> &[u8] {
        self.file.as_ref().get(self.before..).unwrap_or_default()
    }

    /// The status at an index of a list. `None`: this bundle does not speak for it, which says nothing good of it.
    pub fn get(&self, iss: &str, uri: &str, index: u32) -> Option<Status> {
        self.shard(iss, uri)?.get(index)
    }

    /// The shard of a status list.
    pub fn shard(&self, iss: &str, uri: &str) -> Option<ShardRef<'_>> {
        let place = self.place(iss, uri)?;
        Some(self.at(place))
    }

    /// All shards, ascending by `iss` and name.
    pub fn shards(&self) -> impl Iterator<Item = ShardRef<'_>> {
        (0..self.shards.len()).map(|place| self.at(place))
    }

    fn place(&self, iss: &str, uri: &str) -> Option<usize> {
        let order = |shard: &Shard| shard.name.order_to(iss, uri);
        self.shards.binary_search_by(order).ok()
    }

    fn at(&self, place: usize) -> ShardRef<'_> {
        ShardRef {
            shard: &self.shards[place],
            body: self.body(),
        }
    }
}

impl<'a> ShardRef<'a> {
    /// The issuer's `iss`.
    pub fn iss(&self) -> &'a str {
        self.shard.name.iss()
    }

    /// The list's name, as credentials refer to it.
    pub fn uri(&self) -> &'a str {
        self.shard.name.uri()
    }

    /// Indexes from 0 that the bundle speaks for.
    pub fn indexes(&self) -> u32 {
        self.shard.indexes
    }

    /// The status at an index; `None` beyond the last one.
    pub fn get(&self, index: u32) -> Option<Status> {
        if index >= self.shard.indexes {
            return None;
        }
        Some(Status::from_number(self.shard.state(self.body, index)))
    }

    /// What is revoked, ascending by index.
    pub fn revoked(&self) -> Vec<u32> {
        let states = self.non_valid();
        let revoked = states.filter(|(_, status)| *status == Status::Revoked);
        revoked.map(|(index, _)| index).collect()
    }

    /// How many indexes are in each state, by the state's number.
    pub fn states(&self) -> [u64; 4] {
        self.shard.totals()
    }

    /// Bits of its coded gaps, without skip tables and padding.
    pub fn coded_bits(&self) -> u64 {
        let lists = self.shard.lists.iter().flatten();
        lists.map(|list| u64::from(list.bits())).sum()
    }

    /// What is revoked, suspended or superseded, ascending by index.
    pub fn non_valid(&self) -> impl Iterator<Item = (u32, Status)> + use<'a> {
        let Shard {
            indexes, ground, ..
        } = *self.shard;
        let listed = merged(&self.shard.lists, self.body);
        let mut listed = listed
            .map(|(index, state)| (index as u32, state))
            .peekable();
        let mut next = 0;
        let all = core::iter::from_fn(move || {
            if ground == 0 {
                return listed.next();
            }
            // Most is not valid here: whatever is in no list counts.
            let index = (next < indexes).then_some(next)?;
            next += 1;
            let found = listed.next_if(|(at, _)| *at == index);
            Some(found.unwrap_or((index, ground)))
        });
        all.filter(|(_, state)| *state != 0)
            .map(|(index, state)| (index, Status::from_number(state)))
    }
}

/// Answers of a bundle, as a verdict asks. What it does not speak for is a list that is missing here: undecided.
fn lookup(head: &Head, status: Option<Status>) -> Lookup {
    match status {
        None => Lookup::NoList,
        Some(status) => Lookup::Found {
            status,
            issued: head.issued,
            expires: Some(head.expires),
        },
    }
}

impl<B: AsRef<[u8]>> StatusSource for National<B> {
    fn status(&self, iss: &str, uri: &str, index: u32) -> Lookup {
        lookup(&self.head, self.get(iss, uri, index))
    }

    fn ends(&self) -> Option<i64> {
        Some(self.head.expires)
    }
}

/// Two sources of which the newer answer counts: the lists of a bundle, and a national bundle beside them. What either
/// has as revoked is revoked: that is for good, and both were accepted.
#[derive(Clone, Copy)]
pub struct Newer<'a> {
    /// The source that came with the trust list; it says when both end.
    pub first: &'a dyn StatusSource,
    /// The other one.
    pub second: &'a dyn StatusSource,
}

impl StatusSource for Newer<'_> {
    fn status(&self, iss: &str, uri: &str, index: u32) -> Lookup {
        let first = self.first.status(iss, uri, index);
        let mut second = self.second.status(iss, uri, index);
        if let Lookup::Found {
            issued, expires, ..
        } = &mut second
            && self
                .first
                .seen_until(iss, uri)
                .is_some_and(|seen| seen > *issued)
        {
            *expires = Some(i64::MIN);
        }
        let revoked = |lookup: &Lookup| {
            matches!(
                lookup,
                Lookup::Found {
                    status: Status::Revoked,
                    ..
                }
            )
        };
        match (first, second) {
            _ if revoked(&first) != revoked(&second) => match revoked(&first) {
                true => first,
                false => second,
            },
            (Lookup::Found { issued: a, .. }, Lookup::Found { issued: b, .. }) if b > a => second,
            (Lookup::Found { .. }, _) => first,
            (_, Lookup::Found { .. }) => second,
            // A list that has no such index says more than no list.
            (Lookup::OutOfRange, _) => first,
            _ => second,
        }
    }

    fn ends(&self) -> Option<i64> {
        self.first.ends()
    }
}

/// The file of a head and its body.
fn file(head: &[u8], body: &[u8]) -> Vec<u8> {
    let length = (head.len() as u32).to_le_bytes();
    [&MAGIC[..], &length, head, body].concat()
}

/// Signing bundles and deltas.
#[cfg(feature = "issue")]
pub mod issue {
    use super::*;
    use crate::cose::issue::Unsigned;
    use crate::ids::KeyId;
    pub use delta::issue::{DeltaBody, delta, unsigned_delta};

    /// What a publisher says of a new bundle.
    #[derive(Debug, Clone, Copy)]
    pub struct Draft {
        /// Greater than that of every bundle before.
        pub version: u64,
        /// As of when the statuses hold, epoch seconds.
        pub issued: i64,
        /// Last second in which it decides, epoch seconds.
        pub expires: i64,
        /// Version of the current trust list.
        pub trust_version: u64,
    }

    /// The head for a publisher's key to sign.
    pub fn unsigned(publisher: KeyId, draft: &Draft, body: &Body) -> Unsigned {
        let head = Head {
            version: draft.version,
            issued: draft.issued,
            expires: draft.expires,
            trust_version: draft.trust_version,
            body: body.named,
            coverage: body.coverage,
        };
        head::issue::head(publisher, &head)
    }

    /// The file of a signed head and its body; also that of a delta.
    pub fn file(head: &[u8], body: &[u8]) -> Vec<u8> {
        super::file(head, body)
    }
}
