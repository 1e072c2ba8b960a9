//! COSE_Sign1 (RFC 9052 §4.2) as this format allows it.

pub mod sign;

use crate::cbor::Decoder;
use crate::cbor::gate::{self, GateError, Mode};
use crate::ed25519::PublicKey;
use crate::ids::KeyId;
use alloc::vec::Vec;
use minicbor::data::Type;

/// Algorithm −8, EdDSA (RFC 9053 §2.2).
pub const ALG_EDDSA: i64 = -8;
/// Algorithm −19, Ed25519 (RFC 9864).
pub const ALG_ED25519: i64 = -19;
const TAG_SIGN1: u64 = 18;
const TAG_CWT: u64 = 61;

/// Why bytes are not an acceptable COSE_Sign1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CoseError {
    /// Not CBOR that the gate lets through.
    Cbor(GateError),
    /// CBOR, but not a COSE_Sign1 structure, or not a COSE_Sign where one is asked for.
    NotSign1,
    /// A COSE_Encrypt0 or COSE_Encrypt: this format never encrypts.
    Encrypted,
    /// No signature, or no algorithm to check it with.
    Unsigned,
    /// An algorithm other than EdDSA.
    Algorithm,
    /// A header parameter is missing, misplaced or unknown.
    Header(&'static str),
}

/// A parsed COSE_Sign1 that borrows from its bytes. Its signature is not checked yet.
#[derive(Debug, Clone, Copy)]
pub struct Sign1<'a> {
    /// The serialized protected header.
    pub protected: &'a [u8],
    /// Key identifier, in foreign tokens possibly absent or of another length.
    pub kid: Option<&'a [u8]>,
    /// Header 16 `typ` (RFC 9596): absent in a credential.
    pub typ: Option<&'a str>,
    /// The content.
    pub payload: &'a [u8],
    /// The Ed25519 signature.
    pub signature: &'a [u8; 64],
}

impl<'a> Sign1<'a> {
    /// The canonical form of our own issuers: tag 18, protected `{1: −8, 4: kid, ?16: typ}`, empty unprotected map,
    /// everything deterministic.
    pub fn parse_canonical(bytes: &'a [u8]) -> Result<Self, CoseError> {
        let Some((&first, item)) = bytes.split_first() else {
            return Err(CoseError::NotSign1);
        };
        gate::check(item, Mode::Deterministic).map_err(CoseError::Cbor)?;
        if first != 0xc0 | TAG_SIGN1 as u8 {
            return Err(CoseError::NotSign1);
        }
        let (protected, unprotected, payload, signature) = four(item)?;
        if unprotected != [0xa0] {
            return Err(CoseError::Header("the unprotected header is not empty"));
        }
        gate::check(protected, Mode::Deterministic).map_err(CoseError::Cbor)?;
        let header = Header::read(protected)?;
        if header.other {
            return Err(CoseError::Header("unknown protected header parameter"));
        }
        if header.alg != Some(ALG_EDDSA) {
            return Err(CoseError::Algorithm);
        }
        if header.kid.is_none_or(|kid| kid.len() != 8) {
            return Err(CoseError::Header("kid is not 8 bytes"));
        }
        Ok(Self {
            protected,
            kid: header.kid,
            typ: header.typ,
            payload,
            signature: sixty_four(signature)?,
        })
    }

    /// The tolerant form for foreign Claim 169 issuers: no tag, 18 or 61(18); algorithm −8 or −19 in the protected
    /// header only; kid in either header.
    pub fn parse_tolerant(bytes: &'a [u8]) -> Result<Self, CoseError> {
        gate::check(bytes, Mode::AnyKeyOrder).map_err(CoseError::Cbor)?;
        let mut d = Decoder::new(bytes);
        let mut tags = Vec::new();
        while matches!(d.datatype(), Ok(Type::Tag)) {
            tags.push(d.tag().map_err(|_| CoseError::NotSign1)?.as_u64());
        }
        match tags[..] {
            [] | [TAG_SIGN1] | [TAG_CWT, TAG_SIGN1] => {}
            [16 | 96] | [TAG_CWT, 16 | 96] => return Err(CoseError::Encrypted),
            _ => return Err(CoseError::NotSign1),
        }
        let (protected, unprotected, payload, signature) = four(&bytes[d.position()..])?;
        if !protected.is_empty() {
            gate::check(protected, Mode::AnyKeyOrder).map_err(CoseError::Cbor)?;
        }
        let header = Header::read(protected)?;
        let loose = Header::read(unprotected)?;
        if loose.alg.is_some() {
            return Err(CoseError::Header("alg is in the unprotected header"));
        }
        if loose.crit || header.crit {
            return Err(CoseError::Header(
                "crit names parameters that are not understood",
            ));
        }
        if signature.is_empty() || header.alg.is_none() {
            return Err(CoseError::Unsigned);
        }
        if !matches!(header.alg, Some(ALG_EDDSA | ALG_ED25519)) {
            return Err(CoseError::Algorithm);
        }
        Ok(Self {
            protected,
            kid: header.kid.or(loose.kid),
            typ: header.typ,
            payload,
            signature: sixty_four(signature)?,
        })
    }

    /// The key identifier of our own form.
    pub fn key_id(&self) -> Option<KeyId> {
        Some(KeyId(self.kid?.try_into().ok()?))
    }

    /// The bytes that are signed, in parts, so that nothing is copied to check them.
    pub fn to_be_signed(&self) -> ToBeSigned<'a> {
        ToBeSigned::new(self.protected, self.payload)
    }

    /// Whether the signature is `key`'s.
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        key.verify_parts(&self.to_be_signed().parts(), self.signature)
    }
}

/// `Sig_structure` (RFC 9052 §4.4): `["Signature1", protected, h'', payload]` in CBOR.
#[derive(Debug, Clone, Copy)]
pub struct ToBeSigned<'a> {
    protected: &'a [u8],
    payload: &'a [u8],
    heads: [BytesHead; 2],
}

impl<'a> ToBeSigned<'a> {
    /// Of serialized protected headers and payload.
    pub(crate) fn new(protected: &'a [u8], payload: &'a [u8]) -> Self {
        Self {
            protected,
            payload,
            heads: [
                BytesHead::new(protected.len()),
                BytesHead::new(payload.len()),
            ],
        }
    }

    /// The parts whose concatenation is signed.
    pub fn parts(&self) -> [&[u8]; 6] {
        [
            b"\x84\x6aSignature1",
            self.heads[0].get(),
            self.protected,
            b"\x40",
            self.heads[1].get(),
            self.payload,
        ]
    }
}

/// The CBOR head of a byte string.
#[derive(Debug, Clone, Copy)]
struct BytesHead {
    bytes: [u8; 5],
    from: usize,
}

impl BytesHead {
    fn new(len: usize) -> Self {
        let mut bytes = [0; 5];
        bytes[1..].copy_from_slice(&(len as u32).to_be_bytes());
        let from = match len {
            0..=23 => 4,
            24..=0xff => 3,
            0x100..=0xffff => 2,
            _ => 0,
        };
        bytes[from] = match from {
            4 => 0x40 | len as u8,
            3 => 0x58,
            2 => 0x59,
            _ => 0x5a,
        };
        Self { bytes, from }
    }

    fn get(&self) -> &[u8] {
        &self.bytes[self.from..]
    }
}

pub(crate) fn sixty_four(signature: &[u8]) -> Result<&[u8; 64], CoseError> {
    if signature.is_empty() {
        return Err(CoseError::Unsigned);
    }
    let not_64 = |_| CoseError::Header("the signature is not 64 bytes");
    signature.try_into().map_err(not_64)
}

/// Splits the array of four: protected, the unprotected map's bytes, payload, signature.
#[allow(clippy::type_complexity)]
pub(crate) fn four(bytes: &[u8]) -> Result<(&[u8], &[u8], &[u8], &[u8]), CoseError> {
    fn read(bytes: &[u8]) -> Result<(&[u8], &[u8], &[u8], &[u8]), minicbor::decode::Error> {
        let mut d = Decoder::new(bytes);
        if d.array()? != Some(4) {
            return Err(minicbor::decode::Error::message("not four"));
        }
        let protected = d.bytes()?;
        let start = d.position();
        if d.datatype()? != Type::Map {
            return Err(minicbor::decode::Error::message("no map"));
        }
        d.skip()?;
        let unprotected = &bytes[start..d.position()];
        Ok((protected, unprotected, d.bytes()?, d.bytes()?))
    }
    read(bytes).map_err(|_| CoseError::NotSign1)
}

#[derive(Default)]
struct Header<'a> {
    alg: Option<i64>,
    kid: Option<&'a [u8]>,
    typ: Option<&'a str>,
    crit: bool,
    other: bool,
}

impl<'a> Header<'a> {
    /// Reads a header map that has passed the gate; empty bytes are an empty map (RFC 9052 §3).
    fn read(bytes: &'a [u8]) -> Result<Self, CoseError> {
        let mut header = Self::default();
        if bytes.is_empty() {
            return Ok(header);
        }
        Self::entries(bytes, &mut header).map_err(|_| CoseError::Header("not a header map"))?;
        Ok(header)
    }

    fn entries(bytes: &'a [u8], header: &mut Self) -> Result<(), minicbor::decode::Error> {
        let mut d = Decoder::new(bytes);
        for _ in 0..d.map()?.unwrap_or_default() {
            if d.datatype()? == Type::String {
                header.other = true;
                d.skip()?;
                d.skip()?;
                continue;
            }
            match i64::try_from(d.int()?).unwrap_or(i64::MAX) {
                1 => match d.datatype()? {
                    Type::String => {
                        d.skip()?;
                        header.alg = Some(0);
                    }
                    _ => header.alg = Some(i64::try_from(d.int()?).unwrap_or_default()),
                },
                2 => {
                    header.crit = true;
                    header.other = true;
                    d.skip()?;
                }
                4 => header.kid = Some(d.bytes()?),
                16 if d.datatype()? == Type::String => header.typ = Some(d.str()?),
                _ => {
                    header.other = true;
                    d.skip()?;
                }
            }
        }
        Ok(())
    }
}

/// Building envelopes.
#[cfg(feature = "issue")]
pub mod issue {
    use super::*;
    use crate::cbor::write::Writer;

    /// What will be signed: headers and payload, fixed before the signer is asked.
    pub struct Unsigned {
        protected: Vec<u8>,
        payload: Vec<u8>,
    }

    impl Unsigned {
        /// A canonical envelope signed by `kid`, with `typ` where the content is not a credential.
        pub fn new(kid: KeyId, typ: Option<&str>, payload: Vec<u8>) -> Self {
            let mut w = Writer::new();
            w.map(2 + usize::from(typ.is_some()));
            w.u64(1).i64(ALG_EDDSA).u64(4).bytes(&kid.0);
            if let Some(typ) = typ {
                w.u64(16).str(typ);
            }
            Self {
                protected: w.into_bytes(),
                payload,
            }
        }

        /// The bytes to sign with Ed25519.
        pub fn to_be_signed(&self) -> Vec<u8> {
            ToBeSigned::new(&self.protected, &self.payload)
                .parts()
                .concat()
        }

        /// The payload alone, for whoever signs elsewhere.
        pub fn into_payload(self) -> Vec<u8> {
            self.payload
        }

        /// The signed token.
        pub fn into_token(self, signature: &[u8; 64]) -> Vec<u8> {
            let mut w = Writer::new();
            w.tag(TAG_SIGN1).array(4).bytes(&self.protected).map(0);
            w.bytes(&self.payload).bytes(signature);
            w.into_bytes()
        }
    }
}
