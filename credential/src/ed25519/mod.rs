//! Ed25519 for keys that are known ahead: the answers of `ed25519-dalek`'s `verify_strict`, for less.
//!
//! `verify_strict` decompresses R to refuse small orders, computes R′ = s·B − k·A and compares the bytes
//! of R′ with those of R. The comparison alone settles that R is canonical, so this module leaves the
//! decompression out and refuses the eight small-order encodings by their bytes. It accepts a signature
//! exactly if
//!
//! * s < L (one encoding of s, no malleability),
//! * R is not one of the eight points of small order,
//! * the canonical bytes of s·B − k·A, with k = SHA-512(R ‖ A ‖ M) mod L, are the bytes of R
//!   (the equation without the cofactor).
//!
//! Three speeds with one accept set: [`IssuerKey`] (no table, dalek's arithmetic), [`PreparedKey`] (a table
//! for the key, our arithmetic on fiat-crypto's field) and [`Batch`] (prepared keys, shared inversion).
//!
//! Keys and signatures are public here, so running times may and do depend on them.

mod batch;
mod digits;
mod field;
mod inverse;
mod point;
mod prepared;
mod public_key;
mod signature;
mod table;

use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};

use point::Point;
use signature::Signature;

pub use batch::{Batch, verify_batch};
pub use prepared::{BaseTable, PreparedKey, TableSize};
pub use public_key::PublicKey;

/// Why 32 bytes are no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyError {
    /// No point of the curve has this y.
    NotOnCurve,
    /// y ≥ p, or a sign on x = 0: a second encoding of some point (RFC 8032 §5.1.3 refuses it).
    NotCanonical,
    /// Order 1, 2, 4 or 8: such a key would sign everything; `verify_strict` refuses it each time.
    SmallOrder,
}

impl core::fmt::Display for KeyError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            KeyError::NotOnCurve => "the public key is not a point of the curve",
            KeyError::NotCanonical => "the public key is not canonically encoded",
            KeyError::SmallOrder => "the public key has small order",
        })
    }
}

impl core::error::Error for KeyError {}

/// A public key that was checked once, when it became trusted.
#[derive(Clone)]
pub struct IssuerKey {
    bytes: [u8; 32],
    /// A, for [`PreparedKey`].
    point: Point,
    /// −A, for dalek.
    minus_a: EdwardsPoint,
}

impl IssuerKey {
    /// Refuses what is no point, a non-canonical encoding, and small order.
    ///
    /// A point of mixed order (a multiple of L plus something of small order) is accepted, as
    /// `verify_strict` does, and judged by the same equation; no honest key generator makes one. A trust
    /// list that wants to refuse it asks [`IssuerKey::is_torsion_free`].
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let dalek = CompressedEdwardsY(*bytes).decompress();
        let dalek = dalek.ok_or(KeyError::NotOnCurve)?;
        let point = Point::decompress(bytes).ok_or(KeyError::NotOnCurve)?;
        if dalek.compress().as_bytes() != bytes {
            return Err(KeyError::NotCanonical);
        }
        if dalek.is_small_order() {
            return Err(KeyError::SmallOrder);
        }
        Ok(IssuerKey {
            bytes: *bytes,
            point,
            minus_a: -dalek,
        })
    }

    /// The 32 bytes of the key.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// Whether the key lies in the group of prime order, as every honestly made key does.
    pub fn is_torsion_free(&self) -> bool {
        self.minus_a.is_torsion_free()
    }

    /// Whether `verify_strict` would accept the signature.
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.verify_parts(&[message], signature)
    }

    /// [`IssuerKey::verify`] of the concatenated parts, which saves putting them together.
    pub fn verify_parts(&self, message: &[&[u8]], signature: &[u8; 64]) -> bool {
        let Some(signature) = Signature::parse(signature) else {
            return false;
        };
        let k = signature.challenge(&self.bytes, message);
        let r = EdwardsPoint::vartime_double_scalar_mul_basepoint(&k, &self.minus_a, &signature.s);
        r.compress().as_bytes() == signature.r
    }

    fn point(&self) -> &Point {
        &self.point
    }
}
