//! The offline bundle: one signed file with the trust list and every status list, and one stated freshness.

use crate::cbor::Decoder;
use crate::cbor::gate::{self, Mode};
use crate::claims::{self, key};
use crate::cose::{CoseError, Sign1};
use crate::status_source::{BadStatusToken, StatusLists};
use crate::trust_list::{BadTrustList, TrustList};
use alloc::vec::Vec;
use core::fmt;

/// `typ` of a bundle.
pub const TYP: &str = "application/ikd-bundle+cwt";

/// How far the clock of an office may be ahead of the publisher's, seconds.
const SKEW: i64 = 300;

const TRUST_LIST: i64 = -65_541;
const STATUS_LISTS: i64 = -65_542;

/// A bundle whose signatures were all checked.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// When it was made, epoch seconds.
    pub issued: i64,
    /// After this it decides nothing, epoch seconds.
    pub expires: i64,
    /// Its trust list.
    pub trust: TrustList,
    /// Its status lists.
    pub statuses: StatusLists,
}

/// Why a bundle was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadBundle {
    /// Not a COSE_Sign1 of the canonical form.
    Cose(CoseError),
    /// Some other signed thing.
    WrongType,
    /// A claim is missing or has the wrong type.
    Claim(&'static str),
    /// Its trust list.
    TrustList(BadTrustList),
    /// Signed by a key that its trust list does not name as publisher.
    UnknownPublisher,
    /// The publisher's signature does not fit.
    Signature,
    /// The status list at that place, from 0.
    StatusList(usize, BadStatusToken),
    /// A status list in it was issued long after the bundle itself. A verifier that believed its time would refuse every
    /// honest list until then.
    Ahead,
}

impl fmt::Display for BadBundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cose(_) => f.write_str("not a signed bundle (damaged, or another file)"),
            Self::WrongType => f.write_str("signed, but not a bundle"),
            Self::Claim(claim) => write!(f, "the claim {claim} is missing or malformed"),
            Self::TrustList(e) => write!(f, "its trust list: {e}"),
            Self::UnknownPublisher => f.write_str("signed by a key that may not publish bundles"),
            Self::Signature => f.write_str("the publisher's signature is wrong"),
            Self::Ahead => f.write_str("a status list in it was issued after it"),
            Self::StatusList(n, _) => {
                write!(f, "status list number {} in it is not acceptable", n + 1)
            }
        }
    }
}

impl core::error::Error for BadBundle {}

impl Bundle {
    /// Checks a bundle against the root key that is trusted here.
    pub fn verify(bytes: &[u8], root: &[u8; 32]) -> Result<Self, BadBundle> {
        let envelope = Sign1::parse_canonical(bytes).map_err(BadBundle::Cose)?;
        if envelope.typ != Some(TYP) {
            return Err(BadBundle::WrongType);
        }
        let content = Content::decode(envelope.payload)?;
        let trust = TrustList::verify(content.trust_list, root).map_err(BadBundle::TrustList)?;
        let publisher = trust.publisher(envelope.key_id());
        let publisher = publisher.ok_or(BadBundle::UnknownPublisher)?;
        if !envelope.is_signed_by(publisher) {
            return Err(BadBundle::Signature);
        }
        let mut statuses = StatusLists::default();
        for (n, token) in content.status_lists.iter().enumerate() {
            let added = statuses.add(token, &trust);
            added.map_err(|e| BadBundle::StatusList(n, e))?;
        }
        let latest = content.issued.saturating_add(SKEW);
        if statuses.iter().any(|(_, list)| list.iat > latest) {
            return Err(BadBundle::Ahead);
        }
        statuses.cap_expiry(content.expires);
        Ok(Self {
            issued: content.issued,
            expires: content.expires,
            trust,
            statuses,
        })
    }
}

struct Content<'a> {
    issued: i64,
    expires: i64,
    trust_list: &'a [u8],
    status_lists: Vec<&'a [u8]>,
}

impl<'a> Content<'a> {
    fn decode(payload: &'a [u8]) -> Result<Self, BadBundle> {
        let claim = |what| move |_| BadBundle::Claim(what);
        gate::check(payload, Mode::Deterministic).map_err(|_| BadBundle::Claim("payload"))?;
        let mut d = Decoder::new(payload);
        let (mut issued, mut expires, mut trust_list) = (None, None, None);
        let mut status_lists = Vec::new();
        for _ in 0..d.map().map_err(claim("payload"))?.unwrap_or_default() {
            let number = d.i64().map_err(claim("payload"))?;
            if number == key::EXP as i64 {
                expires = Some(claims::time(&mut d).map_err(claim("exp"))?);
            } else if number == key::IAT as i64 {
                issued = Some(claims::time(&mut d).map_err(claim("iat"))?);
            } else if number == TRUST_LIST {
                trust_list = Some(d.bytes().map_err(claim("trust list"))?);
            } else if number == STATUS_LISTS {
                for _ in 0..d
                    .array()
                    .map_err(claim("status lists"))?
                    .unwrap_or_default()
                {
                    status_lists.push(d.bytes().map_err(claim("status lists"))?);
                }
            } else {
                d.skip().map_err(claim("payload"))?;
            }
        }
        Ok(Self {
            issued: issued.ok_or(BadBundle::Claim("iat"))?,
            expires: expires.ok_or(BadBundle::Claim("exp"))?,
            trust_list: trust_list.ok_or(BadBundle::Claim("trust list"))?,
            status_lists,
        })
    }
}

/// Building bundles.
#[cfg(feature = "issue")]
pub mod issue {
    use super::*;
    use crate::cbor::write::Writer;
    use crate::cose::issue::Unsigned;
    use crate::ids::KeyId;

    /// The envelope for a publisher's key to sign.
    pub fn unsigned(
        publisher: KeyId,
        issued: i64,
        expires: i64,
        trust_list: &[u8],
        status_lists: &[Vec<u8>],
    ) -> Unsigned {
        let mut w = Writer::new();
        w.map(4)
            .u64(key::EXP)
            .i64(expires)
            .u64(key::IAT)
            .i64(issued);
        w.i64(TRUST_LIST).bytes(trust_list);
        w.i64(STATUS_LISTS).array(status_lists.len());
        for token in status_lists {
            w.bytes(token);
        }
        Unsigned::new(publisher, Some(TYP), w.into_bytes())
    }
}
