//! The parts of a signature and the number that binds it to key and message.

use curve25519_dalek::scalar::Scalar;
use sha2::{Digest, Sha512};

/// R as received, and s below L.
pub struct Signature<'a> {
    pub r: &'a [u8; 32],
    pub s: Scalar,
}

impl<'a> Signature<'a> {
    /// `None` where s ≥ L (the same signature written in a second way) or R is a small-order point.
    ///
    /// R is refused by its bytes: in the end R must equal the canonical encoding of a computed point,
    /// so of the small-order points only the eight canonical encodings could ever pass.
    #[inline]
    pub fn parse(bytes: &'a [u8; 64]) -> Option<Self> {
        let (r, s) = bytes.split_first_chunk::<32>()?;
        let s: [u8; 32] = s.try_into().ok()?;
        if is_small_order_encoding(r) {
            return None;
        }
        let s = Option::from(Scalar::from_canonical_bytes(s))?;
        Some(Signature { r, s })
    }

    /// k = SHA-512(R ‖ A ‖ message) mod L.
    #[inline]
    pub fn challenge(&self, key: &[u8; 32], message: &[&[u8]]) -> Scalar {
        let mut hash = Sha512::new();
        hash.update(self.r);
        hash.update(key);
        for part in message {
            hash.update(part);
        }
        Scalar::from_bytes_mod_order_wide(&hash.finalize().into())
    }
}

/// The y of the points of order 8; with order 1 (y = 1), 2 (y = −1) and 4 (y = 0) these are all.
const ORDER_8: [[u8; 32]; 2] = [
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
        0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
    ],
];

/// Whether the bytes are the canonical y of a point of order 1, 2, 4 or 8, with either sign.
fn is_small_order_encoding(bytes: &[u8; 32]) -> bool {
    let mut y = *bytes;
    y[31] &= 0x7f;
    let (first, middle, last) = (y[0], &y[1..31], y[31]);
    let zero_or_one = first <= 1 && middle.iter().all(|&b| b == 0) && last == 0;
    let minus_one = first == 0xec && middle.iter().all(|&b| b == 0xff) && last == 0x7f;
    zero_or_one || minus_one || ORDER_8.contains(&y)
}
