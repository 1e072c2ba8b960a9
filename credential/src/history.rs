//! What a verifier remembers of the bundles it accepted, so that none goes back and nothing revoked comes to life again.
//!
//! The command's store and the engine of the pages keep this memory in their own ways; what is refused is decided here
//! alone (FORMAT.md §7.2, §8.1).

use crate::bundle::Bundle;
#[cfg(feature = "national")]
use crate::national::National;
use crate::seen::Seen;
use alloc::string::{String, ToString};
use core::fmt;

/// Most bytes of a [`Seen`] as it is kept. The whole country's revocations, at one per cent of 280 million documents, take
/// less than 4 MB.
pub const MAX_SEEN: usize = 16 << 20;

/// The memory of accepted bundles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// Highest version of a trust list.
    pub trust_version: u64,
    /// [`digest`](crate::trust_list::TrustList::digest) of the trust list with that version. None in memories of before
    /// this was kept.
    pub trust_digest: Option<[u8; 32]>,
    /// Latest time of issue of a bundle, epoch seconds.
    pub bundle_issued: i64,
    /// What its status lists said.
    pub seen: Seen,
}

/// Why a bundle that checks is refused all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Older {
    /// Its trust list has a lower version.
    TrustList,
    /// It was issued earlier.
    Bundle,
    /// Its trust list has the version of another one: one of them must not exist.
    Conflict,
    /// One of its status lists was issued before one of the same name that was accepted.
    StatusList {
        /// The issuer of the list.
        iss: String,
        /// Its name.
        uri: String,
        /// When the offered one was issued, epoch seconds.
        offered: i64,
        /// When the latest one was, epoch seconds.
        known: i64,
    },
    /// There would be more than [`MAX_SEEN`] to remember.
    TooMuch,
}

impl fmt::Display for Older {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TrustList => "its trust list is older than one accepted before",
            Self::Bundle => "it is older than one accepted before",
            Self::Conflict => "there are two different trust lists of its version",
            Self::StatusList { .. } => "a status list in it is older than one accepted before",
            Self::TooMuch => "it would take too much to remember what it revokes",
        })
    }
}

impl core::error::Error for Older {}

impl History {
    /// The memory after a bundle that was checked, unless it is refused. The bundle then also knows what lists of before
    /// have revoked. Also returns how many indexes were revoked before that its own lists do not have as revoked: a
    /// publisher has gone back, by a restored database or worse.
    pub fn accept(mut self, bundle: &mut Bundle) -> Result<(Self, u64), Older> {
        let trust = &bundle.trust;
        if trust.version < self.trust_version {
            return Err(Older::TrustList);
        }
        if bundle.issued < self.bundle_issued {
            return Err(Older::Bundle);
        }
        let same = trust.version == self.trust_version;
        if same && self.trust_digest.is_some_and(|it| it != trust.digest) {
            return Err(Older::Conflict);
        }
        for (iss, list) in bundle.statuses.iter() {
            let known = self.seen.issued(iss, &list.sub).unwrap_or(i64::MIN);
            if list.iat < known {
                return Err(Older::StatusList {
                    iss: iss.to_string(),
                    uri: list.sub.clone(),
                    offered: list.iat,
                    known,
                });
            }
        }
        for (iss, list) in bundle.statuses.iter() {
            self.seen
                .add(iss, &list.sub, list.iat, &list.list.revoked());
        }
        if self.seen.encode().len() > MAX_SEEN {
            return Err(Older::TooMuch);
        }
        let dropped = bundle.statuses.keep(&self.seen);
        let trust = &bundle.trust;
        self.trust_version = trust.version;
        self.trust_digest = Some(trust.digest);
        self.bundle_issued = bundle.issued;
        Ok((self, dropped))
    }
}

/// Takes note of what a national bundle has as revoked. None where that is too much.
#[cfg(feature = "national")]
pub fn note_national<B: AsRef<[u8]>>(mut seen: Seen, national: &National<B>) -> Option<Seen> {
    let issued = national.head().issued;
    for shard in national.shards() {
        seen.add(shard.iss(), shard.uri(), issued, &shard.revoked());
    }
    (seen.encode().len() <= MAX_SEEN).then_some(seen)
}
