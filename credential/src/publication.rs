//! The head of a published tree of files: which files there are, by name, hash and size (docs/FORMAT.md §19).
//!
//! Files are immutable and named by their SHA-256; the head is the one file that is replaced. It is signed by a
//! publisher of the trust list, which itself is one of the files: so a reader takes the head's word for where the
//! bundle is, checks the bundle by the root it trusts, and then the head by the publishers of the trust list inside.

use crate::cbor::Decoder;
use crate::cbor::gate::{self, Mode};
use crate::claims::{self, key};
use crate::cose::{CoseError, Sign1};
use crate::trust_list::TrustList;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

/// `typ` of a head.
pub const TYP: &str = "application/ikd-publication+cwt";
/// Most bytes of a head.
pub const MAX_HEAD: usize = 4 << 20;
/// Name of the trust list among the files.
pub const TRUST_LIST: &str = "trust-list";
/// Name of the offline bundle.
pub const BUNDLE: &str = "bundle";
/// What the name of a status list begins with; its name in credentials follows.
pub const STATUS: &str = "status/";
/// Name of the national bundle.
pub const NATIONAL: &str = "national";
/// What the name of a delta begins with; the version that it changes follows, in decimal digits.
pub const NATIONAL_DELTA: &str = "national/delta/";

const VERSION: i64 = -65_552;
const FILES: i64 = -65_553;
const BEFORE: i64 = -65_554;

/// One file of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// What it is, 1–256 bytes. No path is made from it.
    pub name: String,
    /// SHA-256 of its content, in hexadecimal its name on disk.
    pub sha256: [u8; 32],
    /// Its length, bytes.
    pub size: u64,
}

/// A head whose signature was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Greater than that of every head before.
    pub version: u64,
    /// When it was signed, epoch seconds.
    pub issued: i64,
    /// After this the tree is out of date, epoch seconds.
    pub expires: i64,
    /// SHA-256 of the head before it, a file of the tree too; none in the first.
    pub before: Option<[u8; 32]>,
    /// The files, by name.
    pub files: Vec<File>,
}

/// Why a head was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadHead {
    /// Longer than [`MAX_HEAD`].
    TooLarge,
    /// Not a COSE_Sign1 of the canonical form.
    Cose(CoseError),
    /// Some other signed thing.
    WrongType,
    /// A claim is missing or has the wrong type.
    Claim(&'static str),
    /// Signed by a key that the trust list does not name as publisher.
    UnknownPublisher,
    /// The publisher's signature does not fit.
    Signature,
}

impl fmt::Display for BadHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => write!(f, "larger than {MAX_HEAD} bytes"),
            Self::Cose(_) => f.write_str("not a signed head (damaged, or another file)"),
            Self::WrongType => f.write_str("signed, but not a head of a published tree"),
            Self::Claim(claim) => write!(f, "the claim {claim} is missing or malformed"),
            Self::UnknownPublisher => f.write_str("signed by a key that may not publish"),
            Self::Signature => f.write_str("the publisher's signature is wrong"),
        }
    }
}

impl core::error::Error for BadHead {}

/// A head that nothing has proven yet: good for finding the bundle that will.
#[derive(Debug)]
pub struct Unproven<'a> {
    envelope: Sign1<'a>,
    head: Head,
}

impl<'a> Unproven<'a> {
    /// Reads a head's bytes.
    pub fn read(bytes: &'a [u8]) -> Result<Self, BadHead> {
        if bytes.len() > MAX_HEAD {
            return Err(BadHead::TooLarge);
        }
        let envelope = Sign1::parse_canonical(bytes).map_err(BadHead::Cose)?;
        if envelope.typ != Some(TYP) {
            return Err(BadHead::WrongType);
        }
        let head = Head::decode(envelope.payload)?;
        Ok(Self { envelope, head })
    }

    /// What it says of a file. Hash and size may be anybody's; what they lead to has a signature of its own.
    pub fn file(&self, name: &str) -> Option<&File> {
        self.head.file(name)
    }

    /// All that it says, by whomever.
    pub fn claimed(&self) -> &Head {
        &self.head
    }

    /// The head, signed by a publisher of that trust list.
    pub fn proven_by(self, trust: &TrustList) -> Result<Head, BadHead> {
        let publisher = trust.publisher(self.envelope.key_id());
        let publisher = publisher.ok_or(BadHead::UnknownPublisher)?;
        match self.envelope.is_signed_by(publisher) {
            true => Ok(self.head),
            false => Err(BadHead::Signature),
        }
    }
}

impl Head {
    /// The file of that name.
    pub fn file(&self, name: &str) -> Option<&File> {
        let at = self
            .files
            .binary_search_by(|file| file.name.as_str().cmp(name));
        at.ok().map(|at| &self.files[at])
    }

    fn decode(payload: &[u8]) -> Result<Self, BadHead> {
        let bad = |what| move |_| BadHead::Claim(what);
        gate::check(payload, Mode::Deterministic).map_err(|_| BadHead::Claim("payload"))?;
        let mut d = Decoder::new(payload);
        let (mut version, mut issued, mut expires) = (None, None, None);
        let (mut before, mut files) = (None, None);
        for _ in 0..d.map().map_err(bad("payload"))?.unwrap_or_default() {
            let number = d.i64().map_err(bad("payload"))?;
            if number == key::EXP as i64 {
                expires = Some(claims::time(&mut d).map_err(bad("exp"))?);
            } else if number == key::IAT as i64 {
                issued = Some(claims::time(&mut d).map_err(bad("iat"))?);
            } else if number == VERSION {
                version = Some(d.u64().map_err(bad("version"))?);
            } else if number == FILES {
                files = Some(read_files(&mut d).ok_or(BadHead::Claim("files"))?);
            } else if number == BEFORE {
                before = Some(hash(&mut d).ok_or(BadHead::Claim("head before"))?);
            } else {
                d.skip().map_err(bad("payload"))?;
            }
        }
        Ok(Self {
            version: version.ok_or(BadHead::Claim("version"))?,
            issued: issued.ok_or(BadHead::Claim("iat"))?,
            expires: expires.ok_or(BadHead::Claim("exp"))?,
            before,
            files: files.ok_or(BadHead::Claim("files"))?,
        })
    }
}

/// Names rise strictly, so there is one file of each.
fn read_files(d: &mut Decoder<'_>) -> Option<Vec<File>> {
    let mut files: Vec<File> = Vec::new();
    for _ in 0..d.array().ok()?? {
        if d.array().ok()?? != 3 {
            return None;
        }
        let name = claims::text(d, claims::URI_MAX).ok()?.to_string();
        let sha256 = hash(d)?;
        let size = d.u64().ok()?;
        if files.last().is_some_and(|last| last.name >= name) {
            return None;
        }
        files.push(File { name, sha256, size });
    }
    Some(files)
}

fn hash(d: &mut Decoder<'_>) -> Option<[u8; 32]> {
    d.bytes().ok()?.try_into().ok()
}

/// Building heads.
#[cfg(feature = "issue")]
pub mod issue {
    use super::*;
    use crate::cbor::write::Writer;
    use crate::cose::issue::Unsigned;
    use crate::ids::KeyId;

    /// The envelope for a publisher's key to sign. The files are put in their order; of two with one name, one stays.
    pub fn unsigned(publisher: KeyId, head: &Head) -> Unsigned {
        let mut files: Vec<&File> = head.files.iter().collect();
        files.sort_by(|a, b| a.name.cmp(&b.name));
        files.dedup_by(|a, b| a.name == b.name);
        let mut w = Writer::new();
        w.map(4 + usize::from(head.before.is_some()));
        w.u64(key::EXP).i64(head.expires);
        w.u64(key::IAT).i64(head.issued);
        w.i64(VERSION).u64(head.version);
        w.i64(FILES).array(files.len());
        for file in files {
            w.array(3).str(&file.name).bytes(&file.sha256);
            w.u64(file.size);
        }
        if let Some(before) = &head.before {
            w.i64(BEFORE).bytes(before);
        }
        Unsigned::new(publisher, Some(TYP), w.into_bytes())
    }
}
