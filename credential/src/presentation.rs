//! A credential shown by its holder's phone (FORMAT.md §16): a short proof, signed with the key in `cnf`, around the
//! issuer's token. The shape is that of a key binding token of SD-CWT (draft-ietf-spice-sd-cwt), without disclosures.

use crate::cbor::Decoder;
use crate::cbor::gate::{self, Mode};
use crate::claims::key;
use crate::cose::{ALG_EDDSA, CoseError, ToBeSigned, four, sixty_four};
use crate::document::check_text;
use crate::holder::HolderKey;
use core::ops::Range;
use minicbor::data::Type;

/// Algorithm −7, ES256 (RFC 9053 §2.1).
pub const ALG_ES256: i64 = -7;
/// Header `typ` as a CoAP content format: `application/kb+cwt`.
pub const TYP: u64 = 294;
/// Header parameter `kcwt` (RFC 9528 §9.5): a CWT with a `cnf`.
pub const KCWT: u64 = 13;
/// Claim `cnonce` (RFC 9200 §5.8.2.4).
pub const CNONCE: u64 = 39;
/// How long a proof lives, seconds.
pub const LIFE: i64 = 60;
/// Most characters of an audience.
pub const AUDIENCE_MAX: usize = 64;
/// Bytes of a verifier's nonce.
pub const NONCE: core::ops::RangeInclusive<usize> = 8..=32;

/// What a verifier asked for, if it asked. Without it, a proof that is meant for somebody or that answers a question is
/// refused: it was made for another desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Challenge<'a> {
    /// The verifier's own name. A proof that names an audience must name this one.
    pub audience: Option<&'a str>,
    /// The nonce that the proof must repeat.
    pub nonce: Option<&'a [u8]>,
}

/// What a holder's phone signed, read but not checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Statement<'a> {
    /// When it was made by the phone's clock, epoch seconds.
    pub iat: i64,
    /// For whom.
    pub audience: Option<&'a str>,
    /// The nonce it answers.
    pub nonce: Option<&'a [u8]>,
}

/// The parts of a presentation within its bytes.
#[derive(Debug, Clone)]
pub(crate) struct Presentation {
    alg: i64,
    protected: Range<usize>,
    payload: Range<usize>,
    signature: [u8; 64],
    /// The issuer's COSE_Sign1.
    pub credential: Range<usize>,
}

/// Whether bytes have a protected header `kcwt`, in whatever form: then nothing else is made of them.
pub(crate) fn is_presentation(bytes: &[u8]) -> bool {
    fn has_kcwt(bytes: &[u8]) -> Option<()> {
        let mut d = Decoder::new(bytes);
        while matches!(d.datatype().ok()?, Type::Tag) {
            d.tag().ok()?;
        }
        d.array().ok()?;
        let mut header = Decoder::new(d.bytes().ok()?);
        for _ in 0..header.map().ok()?? {
            let label = header.probe().u64().ok();
            header.skip().ok()?;
            if label == Some(KCWT) {
                return Some(());
            }
            header.skip().ok()?;
        }
        None
    }
    has_kcwt(bytes).is_some()
}

impl Presentation {
    /// The one form: tag 18, protected `{1: −7 or −8, 13: credential, 16: 294}`, empty unprotected map, deterministic
    /// payload, 64 bytes of signature.
    pub fn parse(bytes: &[u8]) -> Result<Self, CoseError> {
        let Some((0xd2, item)) = bytes.split_first() else {
            return Err(CoseError::NotSign1);
        };
        gate::check(item, Mode::Deterministic).map_err(CoseError::Cbor)?;
        let (protected, unprotected, payload, signature) = four(item)?;
        if unprotected != [0xa0] {
            return Err(CoseError::Header("the unprotected header is not empty"));
        }
        // Byte by byte, since the embedded credential has a tag, which the gate does not let through.
        let [0xa3, 0x01, alg, rest @ ..] = protected else {
            return Err(CoseError::Header("not the headers of a presentation"));
        };
        let alg = match alg {
            0x26 => ALG_ES256,
            0x27 => ALG_EDDSA,
            _ => return Err(CoseError::Algorithm),
        };
        let [0x0d, credential @ .., 0x10, 0x19, 0x01, 0x26] = rest else {
            return Err(CoseError::Header("not the headers of a presentation"));
        };
        gate::check(payload, Mode::Deterministic).map_err(CoseError::Cbor)?;
        let place = |part: &[u8]| {
            let start = part.as_ptr() as usize - bytes.as_ptr() as usize;
            start..start + part.len()
        };
        Ok(Self {
            alg,
            protected: place(protected),
            payload: place(payload),
            signature: *sixty_four(signature)?,
            credential: place(credential),
        })
    }

    /// What the phone says; `None` where it breaks the rules.
    pub fn statement<'a>(&self, bytes: &'a [u8]) -> Option<Statement<'a>> {
        let mut d = Decoder::new(&bytes[self.payload.clone()]);
        let (mut audience, mut iat, mut nonce) = (None, None, None);
        for _ in 0..d.map().ok()?? {
            match d.u64().ok()? {
                key::AUD => audience = Some(audience_of(&mut d)?),
                key::IAT => iat = Some(crate::claims::time(&mut d).ok()?),
                CNONCE => nonce = Some(nonce_of(&mut d)?),
                _ => return None,
            }
        }
        Some(Statement {
            iat: iat?,
            audience,
            nonce,
        })
    }

    /// Whether the holder of that key signed it.
    pub fn is_signed_by(&self, bytes: &[u8], key: &HolderKey) -> bool {
        let parts = ToBeSigned::new(&bytes[self.protected.clone()], &bytes[self.payload.clone()]);
        self.alg == key.algorithm()
            && key.normalised(&self.signature) == self.signature
            && key.verify(&parts.parts().concat(), &self.signature)
    }
}

pub(crate) fn audience_of<'a>(d: &mut Decoder<'a>) -> Option<&'a str> {
    let text = d.str().ok()?;
    check_text(text, AUDIENCE_MAX).ok()?;
    Some(text)
}

pub(crate) fn nonce_of<'a>(d: &mut Decoder<'a>) -> Option<&'a [u8]> {
    let nonce = d.bytes().ok()?;
    NONCE.contains(&nonce.len()).then_some(nonce)
}

#[cfg(feature = "hold")]
pub use hold::{NotPresentable, Proof, Unsigned, unverified_claims};

/// Making presentations, on the holder's side.
#[cfg(feature = "hold")]
mod hold {
    use super::*;
    use crate::cbor::gate::{self, Mode};
    use crate::cbor::write::Writer;
    use crate::claims::Claims;
    use crate::cose::Sign1;
    use alloc::vec::Vec;

    /// What a phone is about to sign.
    #[derive(Debug, Clone, Copy)]
    pub struct Proof<'a> {
        /// Now by the phone's clock, epoch seconds.
        pub iat: i64,
        /// For whom, printable Latin of 1 to 64 characters; none for anybody.
        pub audience: Option<&'a str>,
        /// The verifier's nonce, 8 to 32 bytes, where it asked.
        pub nonce: Option<&'a [u8]>,
    }

    /// Why no presentation can be made.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum NotPresentable {
        /// Not a credential in our own form.
        Credential(CoseError),
        /// A credential without the holder's key.
        NotBound,
        /// Time, audience or nonce out of bounds.
        Proof,
    }

    /// Headers and payload, fixed before the phone is asked to sign.
    pub struct Unsigned {
        protected: Vec<u8>,
        payload: Vec<u8>,
        key: HolderKey,
    }

    /// What a credential says, for its own holder's screen. Its form is checked, its signature is not: the holder has it
    /// from the issuer itself. Never for a verifier.
    pub fn unverified_claims(credential: &[u8]) -> Option<Claims<'_>> {
        let envelope = Sign1::parse_canonical(credential).ok()?;
        gate::check(envelope.payload, Mode::Deterministic).ok()?;
        Claims::decode(envelope.payload).ok()
    }

    impl Proof<'_> {
        /// Around a credential: its COSE_Sign1 bytes.
        pub fn around(&self, credential: &[u8]) -> Result<Unsigned, NotPresentable> {
            let envelope =
                Sign1::parse_canonical(credential).map_err(NotPresentable::Credential)?;
            let claims = Claims::decode(envelope.payload).map_err(|_| NotPresentable::NotBound)?;
            let key = claims.cnf.ok_or(NotPresentable::NotBound)?;
            let mut w = Writer::new();
            w.map(3).u64(1).i64(key.algorithm());
            w.u64(KCWT).raw(credential).u64(16).u64(TYP);
            Ok(Unsigned {
                protected: w.into_bytes(),
                payload: self.payload().ok_or(NotPresentable::Proof)?,
                key,
            })
        }

        fn payload(&self) -> Option<Vec<u8>> {
            let mut w = Writer::new();
            w.map(1 + usize::from(self.audience.is_some()) + usize::from(self.nonce.is_some()));
            if let Some(audience) = self.audience {
                check_text(audience, AUDIENCE_MAX).ok()?;
                w.u64(key::AUD).str(audience);
            }
            let iat = u64::try_from(self.iat).ok()?;
            (iat <= crate::claims::TIME_MAX).then_some(())?;
            w.u64(key::IAT).u64(iat);
            if let Some(nonce) = self.nonce {
                NONCE.contains(&nonce.len()).then_some(())?;
                w.u64(CNONCE).bytes(nonce);
            }
            Some(w.into_bytes())
        }
    }

    impl Unsigned {
        /// The bytes to sign: with ES256 over their SHA-256, or with Ed25519.
        pub fn to_be_signed(&self) -> Vec<u8> {
            ToBeSigned::new(&self.protected, &self.payload)
                .parts()
                .concat()
        }

        /// The presentation's bytes. An ES256 signature (`r || s`) may have either `s`; it is written with the low one.
        pub fn into_token(self, signature: &[u8; 64]) -> Vec<u8> {
            let signature = self.key.normalised(signature);
            let mut w = Writer::new();
            w.tag(18).array(4).bytes(&self.protected).map(0);
            w.bytes(&self.payload).bytes(&signature);
            w.into_bytes()
        }
    }
}
