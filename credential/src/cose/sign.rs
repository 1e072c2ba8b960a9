//! COSE_Sign (RFC 9052 §4.1) as this format allows it: one content with the signatures of several keys.

use super::{ALG_EDDSA, BytesHead, CoseError, Header, sixty_four};
use crate::cbor::Decoder;
use crate::cbor::gate::{self, Mode};
use crate::ed25519::PublicKey;
use crate::ids::KeyId;
use alloc::vec::Vec;

/// Tag 98.
pub(crate) const TAG: [u8; 2] = [0xd8, 98];

/// A parsed COSE_Sign that borrows from its bytes. Its signatures are not checked yet.
#[derive(Debug, Clone)]
pub struct Sign<'a> {
    protected: &'a [u8],
    /// Header 16 `typ` (RFC 9596).
    pub typ: &'a str,
    /// The content.
    pub payload: &'a [u8],
    /// At least one, strictly ascending by key identifier.
    pub signatures: Vec<Signature<'a>>,
}

/// One signature of several.
#[derive(Debug, Clone, Copy)]
pub struct Signature<'a> {
    protected: &'a [u8],
    /// Whose it claims to be.
    pub kid: KeyId,
    /// The Ed25519 signature.
    pub signature: &'a [u8; 64],
}

impl<'a> Sign<'a> {
    /// The canonical form: tag 98, protected `{16: typ}`, empty unprotected maps, signatures with protected
    /// `{1: −8, 4: kid}` in strictly ascending order of kid, everything deterministic.
    ///
    /// # Errors
    /// [`CoseError`] for everything else.
    pub fn parse_canonical(bytes: &'a [u8]) -> Result<Self, CoseError> {
        let item = bytes.strip_prefix(&TAG).ok_or(CoseError::NotSign1)?;
        gate::check(item, Mode::Deterministic).map_err(CoseError::Cbor)?;
        let mut d = Decoder::new(item);
        let not_one = |_| CoseError::NotSign1;
        let protected = headers(&mut d, 4)?;
        let Header {
            alg: None,
            kid: None,
            typ: Some(typ),
            other: false,
            ..
        } = header(protected)?
        else {
            return Err(CoseError::Header("the body's header is not a typ alone"));
        };
        let payload = d.bytes().map_err(not_one)?;
        let mut signatures: Vec<Signature<'a>> = Vec::new();
        for _ in 0..d.array().map_err(not_one)?.unwrap_or_default() {
            let protected = headers(&mut d, 3)?;
            let header = header(protected)?;
            if header.alg != Some(ALG_EDDSA) {
                return Err(CoseError::Algorithm);
            }
            if header.other || header.typ.is_some() {
                return Err(CoseError::Header("unknown protected header parameter"));
            }
            let kid = header.kid.and_then(|kid| kid.try_into().ok());
            let kid = KeyId(kid.ok_or(CoseError::Header("kid is not 8 bytes"))?);
            if signatures.last().is_some_and(|last| last.kid >= kid) {
                return Err(CoseError::Header("the signers are not in order"));
            }
            signatures.push(Signature {
                protected,
                kid,
                signature: sixty_four(d.bytes().map_err(not_one)?)?,
            });
        }
        if signatures.is_empty() {
            return Err(CoseError::Unsigned);
        }
        Ok(Self {
            protected,
            typ,
            payload,
            signatures,
        })
    }

    /// Whether that signature, one of [`Self::signatures`], is `key`'s.
    pub fn is_signed_by(&self, one: &Signature<'a>, key: &PublicKey) -> bool {
        let signed = ToBeSigned::new(self.protected, one.protected, self.payload);
        key.verify_parts(&signed.parts(), one.signature)
    }
}

/// The head of an array of so many, its protected header's bytes, and an unprotected header that is empty.
fn headers<'a>(d: &mut Decoder<'a>, items: u64) -> Result<&'a [u8], CoseError> {
    let not_one = |_| CoseError::NotSign1;
    if d.array().map_err(not_one)? != Some(items) {
        return Err(CoseError::NotSign1);
    }
    let protected = d.bytes().map_err(not_one)?;
    match d.map().map_err(not_one)? {
        Some(0) => Ok(protected),
        _ => Err(CoseError::Header("the unprotected header is not empty")),
    }
}

fn header(protected: &[u8]) -> Result<Header<'_>, CoseError> {
    gate::check(protected, Mode::Deterministic).map_err(CoseError::Cbor)?;
    Header::read(protected)
}

/// `Sig_structure` (RFC 9052 §4.4) of one signer: `["Signature", body's protected, signer's protected, h'', payload]`.
struct ToBeSigned<'a> {
    content: [&'a [u8]; 3],
    heads: [BytesHead; 3],
}

impl<'a> ToBeSigned<'a> {
    fn new(body: &'a [u8], signer: &'a [u8], payload: &'a [u8]) -> Self {
        let content = [body, signer, payload];
        Self {
            content,
            heads: content.map(|part| BytesHead::new(part.len())),
        }
    }

    fn parts(&self) -> [&[u8]; 8] {
        let [body, signer, payload] = self.content;
        let [h0, h1, h2] = &self.heads;
        let start = b"\x85\x69Signature";
        [
            start,
            h0.get(),
            body,
            h1.get(),
            signer,
            b"\x40",
            h2.get(),
            payload,
        ]
    }
}

/// Building envelopes of several signers.
#[cfg(feature = "issue")]
pub mod issue {
    use super::*;
    use crate::cbor::write::Writer;

    /// What will be signed: the body's header and the payload, fixed before any signer is asked.
    pub struct UnsignedBySeveral {
        protected: Vec<u8>,
        payload: Vec<u8>,
    }

    impl UnsignedBySeveral {
        /// A canonical envelope.
        pub fn new(typ: &str, payload: Vec<u8>) -> Self {
            let mut w = Writer::new();
            w.map(1).u64(16).str(typ);
            Self {
                protected: w.into_bytes(),
                payload,
            }
        }

        /// The bytes that the key with this identifier signs with Ed25519.
        pub fn to_be_signed(&self, kid: KeyId) -> Vec<u8> {
            let signer = signer(kid);
            let signed = ToBeSigned::new(&self.protected, &signer, &self.payload);
            signed.parts().concat()
        }

        /// The payload alone, for whoever signs elsewhere.
        pub fn into_payload(self) -> Vec<u8> {
            self.payload
        }

        /// The envelope with these signatures, put in order.
        pub fn into_token(self, signatures: &[(KeyId, [u8; 64])]) -> Vec<u8> {
            let mut signatures = signatures.to_vec();
            signatures.sort_by_key(|(kid, _)| *kid);
            let mut w = Writer::new();
            w.raw(&TAG).array(4).bytes(&self.protected).map(0);
            w.bytes(&self.payload).array(signatures.len());
            for (kid, signature) in &signatures {
                w.array(3).bytes(&signer(*kid)).map(0).bytes(signature);
            }
            w.into_bytes()
        }
    }

    fn signer(kid: KeyId) -> Vec<u8> {
        let mut w = Writer::new();
        w.map(2).u64(1).i64(ALG_EDDSA).u64(4).bytes(&kid.0);
        w.into_bytes()
    }
}
