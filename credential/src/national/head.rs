//! The signed heads, and the file around head and body (FORMAT.md §18.1).

use super::error::BadNational;
use crate::cbor::Decoder;
use crate::cbor::gate::{self, Mode};
use crate::claims::{self, key};
use crate::cose::Sign1;
use crate::trust_list::TrustList;
use sha2::{Digest, Sha256};

/// `typ` of a national bundle.
pub const TYP: &str = crate::typ::NATIONAL;
/// `typ` of a delta between two of them.
pub const DELTA_TYP: &str = crate::typ::NATIONAL_DELTA;
/// First bytes of a file with either.
pub const MAGIC: [u8; 4] = *b"IKDN";
/// Most bytes of a head.
pub const MAX_HEAD: usize = 4096;
/// The version of this format.
pub const FORMAT: u64 = 1;

pub(super) const FORMAT_KEY: i64 = -65_545;
pub(super) const VERSION: i64 = -65_546;
pub(super) const TRUST_VERSION: i64 = -65_547;
pub(super) const BODY: i64 = -65_548;
pub(super) const COVERAGE: i64 = -65_549;
pub(super) const PARENT: i64 = -65_550;
pub(super) const NEXT_HEAD: i64 = -65_551;

/// What a bundle speaks for, and how many are in which state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Status lists.
    pub shards: u64,
    /// Indexes in each state, by the number of the state: valid, revoked, suspended, superseded.
    pub states: [u64; 4],
}

impl Coverage {
    /// All indexes it speaks for.
    pub fn indexes(&self) -> u64 {
        self.states.iter().sum()
    }
}

/// Which bytes a head vouches for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    /// Length of the body, bytes.
    pub length: u64,
    /// Length of the directory at its beginning, bytes.
    pub directory: u64,
    /// SHA-256 of the body.
    pub sha256: [u8; 32],
}

impl Named {
    pub(super) fn of(body: &[u8], directory: usize) -> Self {
        Self {
            length: body.len() as u64,
            directory: directory as u64,
            sha256: Sha256::digest(body).into(),
        }
    }

    /// Whether these are the bytes.
    pub(super) fn check(&self, body: &[u8]) -> Result<(), BadNational> {
        if body.len() as u64 != self.length || self.directory > self.length {
            return Err(BadNational::Length);
        }
        if Sha256::digest(body)[..] != self.sha256 {
            return Err(BadNational::Hash);
        }
        Ok(())
    }
}

/// What the publisher signed of a national bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Grows with every bundle.
    pub version: u64,
    /// As of when its statuses hold, epoch seconds.
    pub issued: i64,
    /// Last second in which it decides, epoch seconds.
    pub expires: i64,
    /// Version of the trust list of that time. An older one may lack issuers or publishers.
    pub trust_version: u64,
    /// The body.
    pub body: Named,
    /// What it speaks for.
    pub coverage: Coverage,
}

/// What the publisher signed of a delta.
#[derive(Debug, Clone, Copy)]
pub(super) struct DeltaHead<'a> {
    pub(super) body: Named,
    /// Version of the bundle that it changes, and SHA-256 of its body.
    pub(super) parent: (u64, [u8; 32]),
    /// The head of the bundle that comes out.
    pub(super) next: &'a [u8],
}

/// Splits a file into head and body.
pub(super) fn split(file: &[u8]) -> Result<(&[u8], &[u8]), BadNational> {
    let bad = BadNational::Prefix;
    let rest = file.strip_prefix(&MAGIC).ok_or(bad)?;
    let (length, rest) = rest.split_first_chunk().ok_or(bad)?;
    let length = u32::from_le_bytes(*length) as usize;
    if length > MAX_HEAD {
        return Err(bad);
    }
    rest.split_at_checked(length).ok_or(bad)
}

/// The payload of an envelope of that type by one of the publishers.
fn signed<'a>(head: &'a [u8], typ: &str, trust: &TrustList) -> Result<&'a [u8], BadNational> {
    let envelope = Sign1::parse_canonical(head).map_err(BadNational::Cose)?;
    if envelope.typ != Some(typ) {
        return Err(BadNational::WrongType);
    }
    let publisher = trust.publisher(envelope.key_id());
    if !envelope.is_signed_by(publisher.ok_or(BadNational::UnknownPublisher)?) {
        return Err(BadNational::Signature);
    }
    Ok(envelope.payload)
}

/// Reads claims in the one order that they have.
struct Claims<'a>(Decoder<'a>);

impl<'a> Claims<'a> {
    fn new(payload: &'a [u8]) -> Result<Self, BadNational> {
        let bad = BadNational::Claim("payload");
        gate::check(payload, Mode::Deterministic).map_err(|_| bad)?;
        let mut d = Decoder::new(payload);
        d.map().map_err(|_| bad)?;
        Ok(Self(d))
    }

    fn next<T>(
        &mut self,
        key: i64,
        name: &'static str,
        read: impl FnOnce(&mut Decoder<'a>) -> Result<T, minicbor::decode::Error>,
    ) -> Result<T, BadNational> {
        let bad = |_| BadNational::Claim(name);
        if self.0.i64().map_err(bad)? != key {
            return Err(BadNational::Claim(name));
        }
        read(&mut self.0).map_err(bad)
    }

    /// Passes over the format's version if it is ours.
    fn format(&mut self) -> Result<(), BadNational> {
        match self.next(FORMAT_KEY, "format", |d| d.u64())? {
            FORMAT => Ok(()),
            other => Err(BadNational::Format(other)),
        }
    }

    fn end(self) -> Result<(), BadNational> {
        match self.0.position() == self.0.input().len() {
            true => Ok(()),
            false => Err(BadNational::Claim("payload")),
        }
    }
}

type Cbor<T> = Result<T, minicbor::decode::Error>;

fn wrong() -> minicbor::decode::Error {
    minicbor::decode::Error::message("not of that form")
}

fn hash(d: &mut Decoder<'_>) -> Cbor<[u8; 32]> {
    d.bytes()?.try_into().map_err(|_| wrong())
}

fn named(d: &mut Decoder<'_>) -> Cbor<Named> {
    if d.array()? != Some(3) {
        return Err(wrong());
    }
    Ok(Named {
        length: d.u64()?,
        directory: d.u64()?,
        sha256: hash(d)?,
    })
}

fn coverage(d: &mut Decoder<'_>) -> Cbor<Coverage> {
    if d.array()? != Some(5) {
        return Err(wrong());
    }
    // More than a country has, so that sums of them fit.
    let mut number = || match d.u64()? {
        n if n <= u64::MAX / 8 => Ok(n),
        _ => Err(wrong()),
    };
    Ok(Coverage {
        shards: number()?,
        states: [number()?, number()?, number()?, number()?],
    })
}

fn parent(d: &mut Decoder<'_>) -> Cbor<(u64, [u8; 32])> {
    if d.array()? != Some(2) {
        return Err(wrong());
    }
    Ok((d.u64()?, hash(d)?))
}

impl Head {
    /// Checks a head by the publishers of a trust list.
    pub(super) fn verify(head: &[u8], trust: &TrustList) -> Result<Self, BadNational> {
        let mut claims = Claims::new(signed(head, TYP, trust)?)?;
        let head = Self {
            expires: claims.next(key::EXP as i64, "exp", claims::time)?,
            issued: claims.next(key::IAT as i64, "iat", claims::time)?,
            version: {
                claims.format()?;
                claims.next(VERSION, "version", |d| d.u64())?
            },
            trust_version: claims.next(TRUST_VERSION, "trust list version", |d| d.u64())?,
            body: claims.next(BODY, "body", named)?,
            coverage: claims.next(COVERAGE, "coverage", coverage)?,
        };
        claims.end()?;
        if head.expires < head.issued {
            return Err(BadNational::Claim("exp"));
        }
        Ok(head)
    }
}

impl<'a> DeltaHead<'a> {
    /// Checks a delta's head by the publishers of a trust list. The head within is not checked yet.
    pub(super) fn verify(head: &'a [u8], trust: &TrustList) -> Result<Self, BadNational> {
        let mut claims = Claims::new(signed(head, DELTA_TYP, trust)?)?;
        claims.format()?;
        let head = Self {
            body: claims.next(BODY, "body", named)?,
            parent: claims.next(PARENT, "parent", parent)?,
            next: claims.next(NEXT_HEAD, "head", |d| d.bytes())?,
        };
        claims.end()?;
        Ok(head)
    }
}

/// Building heads.
#[cfg(feature = "issue")]
pub(super) mod issue {
    use super::*;
    use crate::cbor::write::Writer;
    use crate::cose::issue::Unsigned;
    use crate::ids::KeyId;

    fn write_body(w: &mut Writer, body: &Named) {
        w.i64(BODY).array(3).u64(body.length).u64(body.directory);
        w.bytes(&body.sha256);
    }

    pub(in crate::national) fn head(publisher: KeyId, head: &Head) -> Unsigned {
        let mut w = Writer::new();
        w.map(7).u64(key::EXP).i64(head.expires);
        w.u64(key::IAT).i64(head.issued);
        w.i64(FORMAT_KEY).u64(FORMAT);
        w.i64(VERSION).u64(head.version);
        w.i64(TRUST_VERSION).u64(head.trust_version);
        write_body(&mut w, &head.body);
        w.i64(COVERAGE).array(5).u64(head.coverage.shards);
        for count in head.coverage.states {
            w.u64(count);
        }
        Unsigned::new(publisher, Some(TYP), w.into_bytes())
    }

    pub(in crate::national) fn delta(publisher: KeyId, head: &DeltaHead<'_>) -> Unsigned {
        let mut w = Writer::new();
        w.map(4).i64(FORMAT_KEY).u64(FORMAT);
        write_body(&mut w, &head.body);
        w.i64(PARENT).array(2).u64(head.parent.0);
        w.bytes(&head.parent.1);
        w.i64(NEXT_HEAD).bytes(head.next);
        Unsigned::new(publisher, Some(DELTA_TYP), w.into_bytes())
    }
}
