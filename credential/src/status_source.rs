//! Where a verdict looks a status up. A source can say "no data"; it never turns that into "valid".

use crate::cose::{CoseError, Sign1};
use crate::seen::{Seen, without};
use crate::status_list::{BadList, Status, StatusListClaims, TYP};
use crate::trust_list::{KeyState, TrustList};
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};

/// The answer of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup {
    /// It has no such list of that issuer.
    NoList,
    /// The list has no such index.
    OutOfRange,
    /// The status as of when the list was issued.
    Found {
        /// The status.
        status: Status,
        /// When the list was issued, epoch seconds.
        issued: i64,
        /// When it stops deciding, epoch seconds.
        expires: Option<i64>,
    },
}

/// Something that knows statuses.
pub trait StatusSource {
    /// The status of index `index` in the list `uri` of the issuer `iss`.
    fn status(&self, iss: &str, uri: &str, index: u32) -> Lookup;

    /// When the latest list of that name was issued that was seen before and is not here any more, epoch seconds. An
    /// older answer, of whatever source, says nothing good.
    fn seen_until(&self, _iss: &str, _uri: &str) -> Option<i64> {
        None
    }

    /// When the source as a whole stops deciding, epoch seconds: the end of a bundle.
    fn ends(&self) -> Option<i64> {
        None
    }
}

/// A source that knows nothing: every credential with a status stays undecided.
pub struct NoStatus;

impl StatusSource for NoStatus {
    fn status(&self, _: &str, _: &str, _: u32) -> Lookup {
        Lookup::NoList
    }
}

/// Status lists whose signatures were checked, by issuer and name.
#[derive(Debug, Clone, Default)]
pub struct StatusLists {
    ends: Option<i64>,
    lists: BTreeMap<String, BTreeMap<String, StatusListClaims>>,
    /// What was revoked before and is not so in `lists`, and which lists of before are not there. Normally empty.
    kept: Seen,
}

/// Why a status list token was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadStatusToken {
    /// Not a COSE_Sign1 of the canonical form.
    Cose(CoseError),
    /// Some other signed thing.
    WrongType,
    /// Signed by a key that the trust list does not have, or not at that time.
    UnknownIssuer,
    /// The signature does not fit.
    Signature,
    /// Its content is malformed.
    Content(BadList),
}

impl StatusLists {
    /// Checks a status list token and keeps it, unless a newer one of the same name is here already.
    pub fn add(&mut self, token: &[u8], trust: &TrustList) -> Result<(), BadStatusToken> {
        let envelope = Sign1::parse_canonical(token).map_err(BadStatusToken::Cose)?;
        if envelope.typ != Some(TYP) {
            return Err(BadStatusToken::WrongType);
        }
        let issuer = envelope.key_id().and_then(|kid| trust.issuer(kid));
        let issuer = issuer.ok_or(BadStatusToken::UnknownIssuer)?;
        if !envelope.is_signed_by(&issuer.key) {
            return Err(BadStatusToken::Signature);
        }
        let claims = StatusListClaims::decode(envelope.payload).map_err(BadStatusToken::Content)?;
        let until = match issuer.state {
            KeyState::Active => issuer.not_after,
            KeyState::Retired(since) | KeyState::Compromised(since) => {
                issuer.not_after.min(since - 1)
            }
        };
        if !(issuer.not_before..=until).contains(&claims.iat) {
            return Err(BadStatusToken::UnknownIssuer);
        }
        let of_issuer = self.lists.entry(issuer.iss.clone()).or_default();
        match of_issuer.get(&claims.sub) {
            Some(known) if known.iat > claims.iat => {}
            _ => {
                of_issuer.insert(claims.sub.to_string(), claims);
            }
        }
        Ok(())
    }

    /// How many lists there are.
    pub fn len(&self) -> usize {
        self.lists.values().map(BTreeMap::len).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.lists.is_empty()
    }

    /// All lists with their issuer's `iss`.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &StatusListClaims)> {
        self.lists
            .iter()
            .flat_map(|(iss, lists)| lists.values().map(move |list| (iss.as_str(), list)))
    }

    /// Keeps what was revoked before, where the lists here do not say it themselves. Returns how many indexes of lists
    /// that are here that concerns.
    pub fn keep(&mut self, seen: &Seen) -> u64 {
        let mut dropped = 0;
        for marks in seen.iter() {
            let list = self.lists.get(&marks.iss);
            let list = list.and_then(|lists| lists.get(&marks.uri));
            let says = list.map(|list| list.list.revoked()).unwrap_or_default();
            let kept = without(&marks.revoked, &says);
            if list.is_some() {
                dropped += kept.len() as u64;
            }
            if list.is_none() || !kept.is_empty() {
                self.kept.add(&marks.iss, &marks.uri, marks.issued, &kept);
            }
        }
        dropped
    }

    /// The same for what national bundles had as revoked and the one that is held, if one is, no longer has.
    #[cfg(feature = "national")]
    pub fn keep_national<B: AsRef<[u8]>>(
        &mut self,
        seen: &Seen,
        held: Option<&crate::national::National<B>>,
    ) -> u64 {
        let mut dropped = 0;
        for marks in seen.iter() {
            let shard = held.and_then(|held| held.shard(&marks.iss, &marks.uri));
            let says = shard.map(|shard| shard.revoked()).unwrap_or_default();
            let kept = without(&marks.revoked, &says);
            if shard.is_some() {
                dropped += kept.len() as u64;
            }
            // Also where the shard is there: it may speak for fewer indexes than before.
            self.kept.add(&marks.iss, &marks.uri, marks.issued, &kept);
        }
        dropped
    }

    /// Nothing here decides anything after `expires`.
    pub(crate) fn cap_expiry(&mut self, expires: i64) {
        self.ends = Some(expires);
        for list in self.lists.values_mut().flat_map(BTreeMap::values_mut) {
            list.exp = Some(list.exp.map_or(expires, |exp| exp.min(expires)));
        }
    }
}

impl StatusSource for StatusLists {
    fn seen_until(&self, iss: &str, uri: &str) -> Option<i64> {
        self.kept.issued(iss, uri)
    }

    fn ends(&self) -> Option<i64> {
        self.ends
    }

    fn status(&self, iss: &str, uri: &str, index: u32) -> Lookup {
        let kept = self.kept.get(iss, uri);
        if let Some(kept) = kept.filter(|kept| kept.revoked.binary_search(&index).is_ok()) {
            return Lookup::Found {
                status: Status::Revoked,
                issued: kept.issued,
                expires: None,
            };
        }
        let Some(claims) = self.lists.get(iss).and_then(|lists| lists.get(uri)) else {
            return Lookup::NoList;
        };
        // Without `exp`, as other publishers may write it, the list decides as long as it may be cached.
        let or_ttl = || claims.iat.checked_add_unsigned(claims.ttl?);
        let mut expires = claims.exp.or_else(or_ttl);
        if kept.is_some_and(|kept| kept.issued > claims.iat) {
            // A national bundle that is not here any more knew later news.
            expires = Some(i64::MIN);
        }
        match claims.list.get(index) {
            None => Lookup::OutOfRange,
            Some(status) => Lookup::Found {
                status,
                issued: claims.iat,
                expires,
            },
        }
    }
}
