//! The holder's key in `cnf` (RFC 8747) and the check of its signatures.

use crate::cbor::Decoder;
#[cfg(feature = "issue")]
use crate::cbor::write::Writer;
use crate::cose::ALG_EDDSA;
use crate::ed25519::IssuerKey;
use crate::presentation::ALG_ES256;
use p256::ecdsa::signature::Verifier;

type Cbor<T> = Result<T, minicbor::decode::Error>;

/// A phone's public key. Points off the curve and weak keys are refused when it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HolderKey {
    /// P-256 for ES256, as WebCrypto and phone hardware make it: x and whether y is odd.
    P256 {
        /// The x coordinate, big endian.
        x: [u8; 32],
        /// Sign of y.
        y_odd: bool,
    },
    /// Ed25519.
    Ed25519([u8; 32]),
}

impl HolderKey {
    /// From SEC1 bytes, compressed or not.
    pub fn from_sec1(bytes: &[u8]) -> Option<Self> {
        let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(bytes).ok()?;
        let point = key.to_sec1_point(true);
        let (sign, x) = point.as_bytes().split_first()?;
        Some(Self::P256 {
            x: x.try_into().ok()?,
            y_odd: *sign == 3,
        })
    }

    /// From 32 raw bytes; weak (small-order) keys are refused.
    pub fn from_ed25519(bytes: &[u8; 32]) -> Option<Self> {
        IssuerKey::from_bytes(bytes).ok()?;
        Some(Self::Ed25519(*bytes))
    }

    /// The COSE algorithm of its signatures.
    pub fn algorithm(&self) -> i64 {
        match self {
            Self::P256 { .. } => ALG_ES256,
            Self::Ed25519(_) => ALG_EDDSA,
        }
    }

    /// Of the two forms of one ES256 signature, the one with the low `s`; a signature that is none, or is Ed25519's, as
    /// it came. A presentation has the low form alone, so that none can be altered and stay valid.
    pub fn normalised(&self, signature: &[u8; 64]) -> [u8; 64] {
        let es256 = match self {
            Self::P256 { .. } => p256::ecdsa::Signature::from_slice(signature).ok(),
            Self::Ed25519(_) => None,
        };
        es256.map_or(*signature, |es256| es256.normalize_s().to_bytes().into())
    }

    /// Checks a signature, of ES256 either form: ES256 as `r || s` (RFC 9053 §2.1), or Ed25519 under the strict rules.
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        match self {
            Self::P256 { x, y_odd } => {
                let mut sec1 = [2 + u8::from(*y_odd); 33];
                sec1[1..].copy_from_slice(x);
                let Ok(key) = p256::ecdsa::VerifyingKey::from_sec1_bytes(&sec1) else {
                    return false;
                };
                let signature = p256::ecdsa::Signature::from_slice(signature);
                signature.is_ok_and(|s| key.verify(message, &s).is_ok())
            }
            Self::Ed25519(bytes) => {
                IssuerKey::from_bytes(bytes).is_ok_and(|key| key.verify(message, signature))
            }
        }
    }

    /// `{1: COSE_Key}` with the compressed form of EC2 keys, `{1: 2, -1: 1, -2: x, -3: bool}` (RFC 9053 §7.1),
    /// or OKP `{1: 1, -1: 6, -2: x}`.
    pub(crate) fn decode_cnf(d: &mut Decoder<'_>) -> Cbor<Self> {
        let wrong = || minicbor::decode::Error::message("not a holder key");
        if d.map()? != Some(1) || d.u64()? != 1 {
            return Err(wrong());
        }
        let entries = d.map()?;
        if d.u64()? != 1 {
            return Err(wrong());
        }
        let key_type = d.u64()?;
        if d.i64()? != -1 {
            return Err(wrong());
        }
        let curve = d.u64()?;
        if d.i64()? != -2 {
            return Err(wrong());
        }
        let x: [u8; 32] = d.bytes()?.try_into().map_err(|_| wrong())?;
        match (key_type, curve, entries) {
            (2, 1, Some(4)) => {
                if d.i64()? != -3 {
                    return Err(wrong());
                }
                let y_odd = d.bool()?;
                let mut sec1 = [2 + u8::from(y_odd); 33];
                sec1[1..].copy_from_slice(&x);
                Self::from_sec1(&sec1).ok_or_else(wrong)
            }
            (1, 6, Some(3)) => Self::from_ed25519(&x).ok_or_else(wrong),
            _ => Err(wrong()),
        }
    }

    #[cfg(feature = "issue")]
    pub(crate) fn encode_cnf(&self, w: &mut Writer) {
        w.map(1).u64(1);
        match self {
            Self::P256 { x, y_odd } => {
                w.map(4).u64(1).u64(2).i64(-1).u64(1).i64(-2).bytes(x);
                w.i64(-3).bool(*y_odd);
            }
            Self::Ed25519(x) => {
                w.map(3).u64(1).u64(1).i64(-1).u64(6).i64(-2).bytes(x);
            }
        }
    }
}
