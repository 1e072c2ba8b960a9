//! The trust list: which keys may sign what, signed by the root key.
//!
//! A COSE_Sign1 with its own `typ`, or a COSE_Sign where several keys must sign. When the root changes, the new list
//! comes inside a rotation envelope that the old root signed; see FORMAT.md §7.

mod envelope;
mod roots;

#[cfg(feature = "issue")]
pub mod issue;

use crate::cbor::Decoder;
use crate::cbor::gate::{self, Mode};
use crate::claims::{self, key};
use crate::cose::CoseError;
use crate::document::check_text;
use crate::ed25519::PublicKey;
use crate::ids::KeyId;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use envelope::{Content, Envelope};
use sha2::{Digest, Sha256};

pub use roots::{MAX_ROOT_KEYS, RootSet};

/// `typ` of a trust list.
pub const TYP: &str = "application/ikd-trust-list+cwt";
/// `typ` of a root rotation envelope.
pub const ROTATION_TYP: &str = "application/ikd-root-rotation+cbor";
/// Root rotations that may be nested, so that a verifier can skip that many.
pub const MAX_ROTATIONS: usize = 4;

/// Longest name of an office, characters.
pub const OFFICE_MAX: usize = 100;

const VERSION: i64 = -65_537;
const ROOT: i64 = -65_538;
const ISSUERS: i64 = -65_539;
const PUBLISHERS: i64 = -65_540;
const ROOT_SET: i64 = -65_555;

/// Which gate an issuer's tokens pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Our own issuers.
    Canonical,
    /// A foreign ID Claim 169 issuer.
    Foreign,
}

/// Life of an issuer's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// Signs.
    Active,
    /// Signs no more since that second; what it signed before stands.
    Retired(i64),
    /// Somebody else may hold it since that second; what claims to be signed from then on is refused.
    Compromised(i64),
}

/// One issuer key and what it counts for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    /// The public key.
    pub key: PublicKey,
    /// The `iss` of its tokens.
    pub iss: String,
    /// The office, for people.
    pub office: String,
    /// Region prefix without dots, empty for the whole country.
    pub region: String,
    /// Document kinds it may sign, ascending.
    pub kinds: Vec<u8>,
    /// First second it may sign in.
    pub not_before: i64,
    /// Last second it may sign in.
    pub not_after: i64,
    /// Its state.
    pub state: KeyState,
    /// Its gate.
    pub profile: Profile,
}

impl Issuer {
    /// The identifier of its key.
    pub fn key_id(&self) -> KeyId {
        KeyId::of(self.key.as_bytes())
    }
}

/// A trust list whose signature was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustList {
    /// Grows with every list.
    pub version: u64,
    /// When it was issued, epoch seconds.
    pub issued: i64,
    /// When its successor is due; after that it decides nothing.
    pub next_update: i64,
    /// The root that signed it, as verifiers pin it: [`RootSet::id`] of `roots`.
    pub root: [u8; 32],
    /// The keys of that root.
    pub roots: RootSet,
    /// SHA-256 of the payload that the root signed: tells two lists of one version apart.
    pub digest: [u8; 32],
    /// Keys that may sign bundles.
    pub publishers: Vec<PublicKey>,
    /// Ascending by key id.
    issuers: Vec<(KeyId, Arc<Issuer>)>,
}

/// Why a trust list was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadTrustList {
    /// Not a COSE_Sign1 or COSE_Sign of the canonical form.
    Cose(CoseError),
    /// Some other signed thing.
    WrongType,
    /// Signed by a root that this verifier does not trust.
    UnknownRoot,
    /// A signature does not fit.
    Signature,
    /// Signed by a key that is not one of the root's.
    UnknownSigner,
    /// Signed by fewer keys of the root than must.
    TooFewSignatures,
    /// A claim is missing or has the wrong type.
    Claim(&'static str),
    /// The same key stands in it twice.
    DuplicateKey,
}

impl fmt::Display for BadTrustList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cose(_) => f.write_str("not a signed trust list"),
            Self::WrongType => f.write_str("signed, but not a trust list"),
            Self::UnknownRoot => f.write_str("signed by a root key that is not trusted here"),
            Self::Signature => f.write_str("the root signature is wrong"),
            Self::UnknownSigner => f.write_str("a key signed it that is not one of the root's"),
            Self::TooFewSignatures => f.write_str("fewer keys of the root signed it than must"),
            Self::Claim(claim) => write!(f, "the claim {claim} is missing or malformed"),
            Self::DuplicateKey => f.write_str("a key stands in it twice"),
        }
    }
}

impl core::error::Error for BadTrustList {}

impl TrustList {
    /// Checks a trust list against the root that is trusted here ([`RootSet::id`]), through rotations if there are any. The
    /// list's [`TrustList::root`] is the root to trust from now on.
    pub fn verify(bytes: &[u8], root: &[u8; 32]) -> Result<Self, BadTrustList> {
        let mut trusted = *root;
        let mut bytes = bytes;
        for _ in 0..=MAX_ROTATIONS {
            let envelope = Envelope::parse(bytes).map_err(BadTrustList::Cose)?;
            match envelope.content()? {
                Content::Rotation {
                    new_root,
                    inner,
                    signers,
                } => {
                    // A verifier that already trusts a later root passes over the earlier envelopes.
                    if let Some(root) = envelope.root(&trusted, signers) {
                        envelope.check(&root)?;
                        trusted = new_root;
                    }
                    bytes = inner;
                }
                Content::List { payload, signers } => {
                    let roots = envelope.root(&trusted, signers);
                    let roots = roots.ok_or(BadTrustList::UnknownRoot)?;
                    envelope.check(&roots)?;
                    let list = Self::decode(payload, roots)?;
                    if list.root != trusted {
                        return Err(BadTrustList::Claim("root"));
                    }
                    return Ok(list);
                }
            }
        }
        Err(BadTrustList::WrongType)
    }

    /// The root that a list names itself, unverified: for trust on first use alone.
    pub fn named_root(bytes: &[u8]) -> Option<[u8; 32]> {
        envelope::named_root(bytes, MAX_ROTATIONS)
    }

    /// The publisher's key with that id.
    pub fn publisher(&self, kid: Option<KeyId>) -> Option<&PublicKey> {
        let mut publishers = self.publishers.iter();
        publishers.find(|key| kid == Some(KeyId::of(key.as_bytes())))
    }

    /// The issuer with that key.
    pub fn issuer(&self, kid: KeyId) -> Option<&Arc<Issuer>> {
        let place = self.issuers.binary_search_by_key(&kid, |(id, _)| *id);
        Some(&self.issuers[place.ok()?].1)
    }

    /// All issuers, ascending by key id.
    pub fn issuers(&self) -> impl Iterator<Item = &Arc<Issuer>> {
        self.issuers.iter().map(|(_, issuer)| issuer)
    }

    fn decode(payload: &[u8], roots: RootSet) -> Result<Self, BadTrustList> {
        let claim = |what| move |_| BadTrustList::Claim(what);
        gate::check(payload, Mode::Deterministic).map_err(|_| BadTrustList::Claim("payload"))?;
        let mut d = Decoder::new(payload);
        let (mut version, mut issued, mut next_update, mut root) = (None, None, None, None);
        let (mut issuers, mut publishers) = (Vec::new(), Vec::new());
        for _ in 0..d.map().map_err(claim("payload"))?.unwrap_or_default() {
            let number = d.i64().map_err(claim("payload"))?;
            if number == key::ISS as i64 {
                claims::text(&mut d, claims::ISS_MAX).map_err(claim("iss"))?;
            } else if number == key::EXP as i64 {
                next_update = Some(claims::time(&mut d).map_err(claim("exp"))?);
            } else if number == key::IAT as i64 {
                issued = Some(claims::time(&mut d).map_err(claim("iat"))?);
            } else if number == VERSION {
                version = Some(d.u64().map_err(claim("version"))?);
            } else if number == ROOT {
                root = Some(raw_key(&mut d).map_err(claim("root"))?);
            } else if number == ISSUERS {
                for _ in 0..d.array().map_err(claim("issuers"))?.unwrap_or_default() {
                    let issuer = issuer(&mut d).map_err(claim("issuers"))?;
                    issuers.push((issuer.key_id(), Arc::new(issuer)));
                }
            } else if number == PUBLISHERS {
                for _ in 0..d.array().map_err(claim("publishers"))?.unwrap_or_default() {
                    publishers.push(public_key(&mut d).map_err(claim("publishers"))?);
                }
            } else if number == ROOT_SET && roots.is_single() {
                return Err(BadTrustList::Claim("root set"));
            } else {
                // A newer list may say more; what it says of keys known here still counts.
                d.skip().map_err(claim("payload"))?;
            }
        }
        issuers.sort_by_key(|(kid, _)| *kid);
        if issuers.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return Err(BadTrustList::DuplicateKey);
        }
        Ok(Self {
            version: version.ok_or(BadTrustList::Claim("version"))?,
            issued: issued.ok_or(BadTrustList::Claim("iat"))?,
            next_update: next_update.ok_or(BadTrustList::Claim("exp"))?,
            root: root.ok_or(BadTrustList::Claim("root"))?,
            roots,
            digest: Sha256::digest(payload).into(),
            publishers,
            issuers,
        })
    }
}

type Cbor<T> = Result<T, minicbor::decode::Error>;

fn wrong(what: &'static str) -> minicbor::decode::Error {
    minicbor::decode::Error::message(what)
}

fn raw_key(d: &mut Decoder<'_>) -> Cbor<[u8; 32]> {
    d.bytes()?.try_into().map_err(|_| wrong("not 32 bytes"))
}

fn public_key(d: &mut Decoder<'_>) -> Cbor<PublicKey> {
    PublicKey::from_bytes(&raw_key(d)?).ok_or_else(|| wrong("not a usable public key"))
}

mod entry {
    pub const KEY: u64 = 1;
    pub const ISS: u64 = 2;
    pub const OFFICE: u64 = 3;
    pub const REGION: u64 = 4;
    pub const KINDS: u64 = 5;
    pub const NOT_BEFORE: u64 = 6;
    pub const NOT_AFTER: u64 = 7;
    pub const STATE: u64 = 8;
    pub const SINCE: u64 = 9;
    pub const PROFILE: u64 = 10;
}

fn issuer(d: &mut Decoder<'_>) -> Cbor<Issuer> {
    let (mut key, mut iss, mut office, mut region, mut kinds) = (None, None, None, None, None);
    let (mut not_before, mut not_after, mut state, mut since, mut profile) =
        (None, None, 0, None, Profile::Canonical);
    for _ in 0..d.map()?.unwrap_or_default() {
        match d.u64()? {
            entry::KEY => key = Some(public_key(d)?),
            entry::ISS => iss = Some(claims::text(d, claims::ISS_MAX)?.to_string()),
            entry::OFFICE => {
                let name = d.str()?;
                if check_text(name, OFFICE_MAX).is_err() {
                    return Err(wrong("office"));
                }
                office = Some(name.to_string());
            }
            entry::REGION => {
                let prefix = d.str()?;
                if prefix.len() > 10 || !prefix.bytes().all(|b| b.is_ascii_digit()) {
                    return Err(wrong("region"));
                }
                region = Some(prefix.to_string());
            }
            entry::KINDS => {
                let mut list = Vec::new();
                for _ in 0..d.array()?.unwrap_or_default() {
                    list.push(d.u8()?);
                }
                if !list.is_sorted_by(|a, b| a < b) {
                    return Err(wrong("kinds"));
                }
                kinds = Some(list);
            }
            entry::NOT_BEFORE => not_before = Some(claims::time(d)?),
            entry::NOT_AFTER => not_after = Some(claims::time(d)?),
            entry::STATE => state = d.u8()?,
            entry::SINCE => since = Some(claims::time(d)?),
            entry::PROFILE => {
                profile = match d.u8()? {
                    0 => Profile::Canonical,
                    1 => Profile::Foreign,
                    _ => return Err(wrong("profile")),
                };
            }
            // Unlike a new claim of the list, a new property of a key could restrict it: do not guess.
            _ => return Err(wrong("unknown property")),
        }
    }
    let state = match (state, since) {
        (0, None) => KeyState::Active,
        (1, Some(since)) => KeyState::Retired(since),
        (2, Some(since)) => KeyState::Compromised(since),
        _ => return Err(wrong("state")),
    };
    Ok(Issuer {
        key: key.ok_or_else(|| wrong("key"))?,
        iss: iss.ok_or_else(|| wrong("iss"))?,
        office: office.ok_or_else(|| wrong("office"))?,
        region: region.ok_or_else(|| wrong("region"))?,
        kinds: kinds.ok_or_else(|| wrong("kinds"))?,
        not_before: not_before.ok_or_else(|| wrong("not before"))?,
        not_after: not_after.ok_or_else(|| wrong("not after"))?,
        state,
        profile,
    })
}
