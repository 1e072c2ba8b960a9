//! What a root signs, as it was signed: by one key, or by several of a set.

use super::{BadTrustList, Cbor, ROOT, ROOT_SET, ROTATION_TYP, RootSet, TYP, raw_key, wrong};
use crate::cbor::Decoder;
use crate::cbor::gate::{self, Mode};
use crate::cose::sign::{self, Sign};
use crate::cose::{CoseError, Sign1};
use crate::ed25519::PublicKey;
use crate::ids::KeyId;

pub(super) enum Envelope<'a> {
    One(Sign1<'a>),
    Several(Sign<'a>),
}

/// What an envelope holds, not yet believed.
pub(super) enum Content<'a> {
    /// The way to another root.
    Rotation {
        new_root: [u8; 32],
        inner: &'a [u8],
        /// Whose signatures it needs, where there are several.
        signers: Option<RootSet>,
    },
    List {
        payload: &'a [u8],
        signers: Option<RootSet>,
    },
}

impl<'a> Envelope<'a> {
    pub fn parse(bytes: &'a [u8]) -> Result<Self, CoseError> {
        if bytes.starts_with(&sign::TAG) {
            Sign::parse_canonical(bytes).map(Self::Several)
        } else {
            Sign1::parse_canonical(bytes).map(Self::One)
        }
    }

    pub fn content(&self) -> Result<Content<'a>, BadTrustList> {
        let (typ, payload, several) = match self {
            Self::One(one) => (one.typ, one.payload, false),
            Self::Several(many) => (Some(many.typ), many.payload, true),
        };
        match typ {
            Some(ROTATION_TYP) => {
                rotation(payload, several).map_err(|_| BadTrustList::Claim("rotation"))
            }
            Some(TYP) => {
                let set = several
                    .then(|| claim(payload, ROOT_SET).and_then(|mut d| RootSet::read(&mut d)));
                let signers = set
                    .transpose()
                    .map_err(|_| BadTrustList::Claim("root set"))?;
                Ok(Content::List { payload, signers })
            }
            _ => Err(BadTrustList::WrongType),
        }
    }

    /// The root `trusted`, where this envelope says that it is of that one. `signers` are those it names itself.
    pub fn root(&self, trusted: &[u8; 32], signers: Option<RootSet>) -> Option<RootSet> {
        match self {
            Self::One(one) if one.key_id() == Some(KeyId::of(trusted)) => {
                PublicKey::from_bytes(trusted).map(RootSet::single)
            }
            Self::One(_) => None,
            Self::Several(_) => signers.filter(|set| set.id() == *trusted),
        }
    }

    /// Whether enough keys of that root signed, and nobody else did.
    pub fn check(&self, root: &RootSet) -> Result<(), BadTrustList> {
        let good = match self {
            Self::One(one) => one.is_signed_by(&root.keys()[0]),
            Self::Several(many) => {
                // In order of kid, each once: what is counted are different keys.
                for one in &many.signatures {
                    let key = root.key(one.kid).ok_or(BadTrustList::UnknownSigner)?;
                    if !many.is_signed_by(one, key) {
                        return Err(BadTrustList::Signature);
                    }
                }
                if many.signatures.len() < root.threshold() {
                    return Err(BadTrustList::TooFewSignatures);
                }
                true
            }
        };
        if good {
            Ok(())
        } else {
            Err(BadTrustList::Signature)
        }
    }
}

/// `[new root, inner envelope]`, and of several signers `[new root, inner envelope, their root set]`.
fn rotation(payload: &[u8], several: bool) -> Cbor<Content<'_>> {
    gate::check(payload, Mode::Deterministic).map_err(|_| wrong("gate"))?;
    let mut d = Decoder::new(payload);
    if d.array()? != Some(2 + u64::from(several)) {
        return Err(wrong("array"));
    }
    Ok(Content::Rotation {
        new_root: raw_key(&mut d)?,
        inner: d.bytes()?,
        signers: several.then(|| RootSet::read(&mut d)).transpose()?,
    })
}

/// Where the value of a claim begins.
fn claim(payload: &[u8], number: i64) -> Cbor<Decoder<'_>> {
    gate::check(payload, Mode::Deterministic).map_err(|_| wrong("gate"))?;
    let mut d = Decoder::new(payload);
    for _ in 0..d.map()?.unwrap_or_default() {
        if d.i64()? == number {
            return Ok(d);
        }
        d.skip()?;
    }
    Err(wrong("absent"))
}

/// The root that the list at the end of `rotations` envelopes names, unverified.
pub(super) fn named_root(list: &[u8], rotations: usize) -> Option<[u8; 32]> {
    let mut bytes = list;
    for _ in 0..=rotations {
        match Envelope::parse(bytes).ok()?.content().ok()? {
            Content::Rotation { inner, .. } => bytes = inner,
            Content::List { payload, .. } => {
                return raw_key(&mut claim(payload, ROOT).ok()?).ok();
            }
        }
    }
    None
}

/// Who leads on, where to, and what is inside.
#[cfg(feature = "issue")]
pub(super) type Handover<'a> = (Option<RootSet>, [u8; 32], &'a [u8]);

/// A rotation's payload, of one signer or of several.
#[cfg(feature = "issue")]
pub(super) fn read_rotation(payload: &[u8]) -> Result<Handover<'_>, BadTrustList> {
    let read = |several| rotation(payload, several);
    match read(false).or_else(|_| read(true)) {
        Ok(Content::Rotation {
            new_root,
            inner,
            signers,
        }) => Ok((signers, new_root, inner)),
        _ => Err(BadTrustList::Claim("rotation")),
    }
}

/// The root that a list's payload names: its set, or the lone key of its root claim.
#[cfg(feature = "issue")]
pub(super) fn named_roots(payload: &[u8]) -> Result<RootSet, BadTrustList> {
    if let Ok(mut d) = claim(payload, ROOT_SET) {
        return RootSet::read(&mut d).map_err(|_| BadTrustList::Claim("root set"));
    }
    let root = claim(payload, ROOT).and_then(|mut d| super::public_key(&mut d));
    root.map(RootSet::single)
        .map_err(|_| BadTrustList::Claim("root"))
}
