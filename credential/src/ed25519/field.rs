//! Arithmetic modulo p = 2^255 − 19, a thin coat over the formally verified code of `fiat-crypto`.
//!
//! fiat's two types carry the bounds: a [`Fe`] is *tight* (what a product yields), a [`Loose`] is the
//! unreduced sum or difference of two tight elements, good for exactly one multiplication.

#[cfg(not(target_pointer_width = "64"))]
use fiat_crypto::curve25519_32 as fiat;
#[cfg(target_pointer_width = "64")]
use fiat_crypto::curve25519_64 as fiat;

use alloc::vec::Vec;

use super::inverse;
use fiat::{
    fiat_25519_add, fiat_25519_carry, fiat_25519_carry_mul, fiat_25519_carry_square,
    fiat_25519_from_bytes, fiat_25519_opp, fiat_25519_relax, fiat_25519_sub, fiat_25519_to_bytes,
};

#[cfg(target_pointer_width = "64")]
const ZERO_LIMBS: [u64; 5] = [0; 5];
#[cfg(not(target_pointer_width = "64"))]
const ZERO_LIMBS: [u32; 10] = [0; 10];

/// A field element with tight limbs.
#[derive(Clone, Copy)]
pub struct Fe(fiat::fiat_25519_tight_field_element);

/// A sum or difference that has not been carried yet.
#[derive(Clone, Copy)]
pub struct Loose(fiat::fiat_25519_loose_field_element);

const fn tight_zero() -> fiat::fiat_25519_tight_field_element {
    fiat::fiat_25519_tight_field_element(ZERO_LIMBS)
}

const fn loose_zero() -> fiat::fiat_25519_loose_field_element {
    fiat::fiat_25519_loose_field_element(ZERO_LIMBS)
}

impl Loose {
    /// The product of two unreduced elements.
    #[inline(always)]
    pub const fn mul(&self, other: &Loose) -> Fe {
        let mut out = tight_zero();
        fiat_25519_carry_mul(&mut out, &self.0, &other.0);
        Fe(out)
    }

    #[inline(always)]
    pub fn square(&self) -> Fe {
        let mut out = tight_zero();
        fiat_25519_carry_square(&mut out, &self.0);
        Fe(out)
    }

    #[inline(always)]
    pub fn carry(&self) -> Fe {
        let mut out = tight_zero();
        fiat_25519_carry(&mut out, &self.0);
        Fe(out)
    }
}

impl Fe {
    pub const ZERO: Fe = Fe(tight_zero());
    pub const ONE: Fe = Fe::from_u8(1);

    /// A small constant.
    pub const fn from_u8(value: u8) -> Fe {
        let mut limbs = ZERO_LIMBS;
        limbs[0] = value as _;
        Fe(fiat::fiat_25519_tight_field_element(limbs))
    }

    /// Reads 255 bits, little endian; the top bit is ignored, a value ≥ p is taken modulo p.
    pub const fn from_bytes(bytes: &[u8; 32]) -> Fe {
        let mut bytes = *bytes;
        bytes[31] &= 0x7f;
        let mut out = tight_zero();
        fiat_25519_from_bytes(&mut out, &bytes);
        Fe(out)
    }

    /// Some of the bits, for nothing but to read the memory they are in.
    #[inline(always)]
    #[allow(clippy::unnecessary_cast)] // u32 with the 32-bit field
    pub fn low_limb(&self) -> u64 {
        self.0.0[0] as u64
    }

    /// The one canonical encoding, below p.
    pub fn to_bytes(self) -> [u8; 32] {
        let mut out = [0; 32];
        fiat_25519_to_bytes(&mut out, &self.0);
        out
    }

    #[inline(always)]
    pub const fn relax(&self) -> Loose {
        let mut out = loose_zero();
        fiat_25519_relax(&mut out, &self.0);
        Loose(out)
    }

    #[inline(always)]
    pub fn add(&self, other: &Fe) -> Loose {
        let mut out = loose_zero();
        fiat_25519_add(&mut out, &self.0, &other.0);
        Loose(out)
    }

    #[inline(always)]
    pub fn sub(&self, other: &Fe) -> Loose {
        let mut out = loose_zero();
        fiat_25519_sub(&mut out, &self.0, &other.0);
        Loose(out)
    }

    pub fn neg(&self) -> Fe {
        let mut out = loose_zero();
        fiat_25519_opp(&mut out, &self.0);
        Loose(out).carry()
    }

    #[inline(always)]
    pub const fn mul(&self, other: &Fe) -> Fe {
        self.relax().mul(&other.relax())
    }

    #[inline(always)]
    pub fn square(&self) -> Fe {
        self.relax().square()
    }

    /// self^(2^n), n ≥ 1.
    fn square_times(&self, n: usize) -> Fe {
        let mut out = self.square();
        for _ in 1..n {
            out = out.square();
        }
        out
    }

    pub fn equals(&self, other: &Fe) -> bool {
        self.to_bytes() == other.to_bytes()
    }

    /// The sign of RFC 8032: the lowest bit of the canonical encoding.
    pub fn is_negative(&self) -> bool {
        self.to_bytes()[0] & 1 == 1
    }

    /// (self^(2^250 − 1), self^11), the common start of both power chains.
    fn pow_2_250_minus_1(&self) -> (Fe, Fe) {
        let x2 = self.square();
        let x9 = x2.square_times(2).mul(self);
        let x11 = x9.mul(&x2);
        let e5 = x11.square().mul(&x9); // 2^5 − 1
        let e10 = e5.square_times(5).mul(&e5);
        let e20 = e10.square_times(10).mul(&e10);
        let e40 = e20.square_times(20).mul(&e20);
        let e50 = e40.square_times(10).mul(&e10);
        let e100 = e50.square_times(50).mul(&e50);
        let e200 = e100.square_times(100).mul(&e100);
        (e200.square_times(50).mul(&e50), x11)
    }

    /// The inverse, and 0 for 0.
    pub fn invert(&self) -> Fe {
        let candidate = Fe::from_bytes(&inverse::candidate(&self.to_bytes()));
        if self.mul(&candidate).equals(&Fe::ONE) {
            candidate
        } else {
            self.invert_by_power()
        }
    }

    /// self^(p − 2).
    fn invert_by_power(&self) -> Fe {
        let (e250, x11) = self.pow_2_250_minus_1();
        e250.square_times(5).mul(&x11)
    }

    /// self^((p − 5) / 8), the heart of the square root.
    pub fn pow_p58(&self) -> Fe {
        let (e250, _) = self.pow_2_250_minus_1();
        e250.square_times(2).mul(self)
    }
}

/// Inverts every element with one inversion and three products each (Montgomery's trick).
///
/// No element may be zero: one zero would spoil all of them.
pub fn invert_all(elements: &mut [Fe]) {
    let mut prefix = Vec::with_capacity(elements.len());
    let mut product = Fe::ONE;
    for e in elements.iter() {
        prefix.push(product);
        product = product.mul(e);
    }
    let mut inverse = product.invert();
    for (e, before) in elements.iter_mut().zip(prefix).rev() {
        let this = inverse.mul(&before);
        inverse = inverse.mul(e);
        *e = this;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both ways to the inverse agree, and the fast one is never wrong (else it would silently cost twice).
    #[test]
    fn inverses() {
        let mut x = Fe::from_u8(2);
        for i in 0..20_000u32 {
            let inverse = x.invert_by_power();
            assert_eq!(x.mul(&inverse).to_bytes(), Fe::ONE.to_bytes());
            assert_eq!(
                inverse::candidate(&x.to_bytes()),
                inverse.to_bytes(),
                "step {i}"
            );
            x = match i {
                0..300 => x.add(&x).carry(),
                300..600 => x.sub(&Fe::ONE).carry().mul(&Fe::from_u8(5)).neg(),
                _ => x.square().sub(&Fe::from_u8(2)).carry(),
            };
        }
        for small in 1..=255 {
            let (x, minus_x) = (Fe::from_u8(small), Fe::from_u8(small).neg());
            for x in [x, minus_x] {
                let inverse = x.invert_by_power().to_bytes();
                assert_eq!(inverse::candidate(&x.to_bytes()), inverse);
                assert_eq!(x.invert().to_bytes(), inverse);
            }
        }
        assert_eq!(Fe::ZERO.invert().to_bytes(), [0; 32]);
    }

    #[test]
    fn shared_inversion() {
        for count in [0, 1, 2, 65] {
            let elements: Vec<Fe> = (0..count)
                .map(|i| Fe::from_u8(i + 1).neg().square())
                .collect();
            let mut inverses = elements.clone();
            invert_all(&mut inverses);
            for (x, inverse) in elements.iter().zip(&inverses) {
                assert!(x.mul(inverse).equals(&Fe::ONE));
            }
        }
    }
}
