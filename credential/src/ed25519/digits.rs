//! A scalar below 2^253 as signed digits: Σ digit[j]·2^(w·j), −2^(w−1) ≤ digit ≤ 2^(w−1).
//!
//! The digits give the very integer, not one equal to it modulo L: on a key with a component of
//! small order the two would differ, and so would the answer.

/// How many digits of `window` bits a scalar below L < 2^253 needs.
pub const fn windows(window: u32) -> usize {
    253u32.div_ceil(window) as usize
}

/// The digits of one scalar.
pub struct Digits {
    digits: [i16; 127],
    count: usize,
}

impl Digits {
    /// `scalar` little endian and below L; `window` in 2..=14.
    #[inline]
    pub fn new(scalar: &[u8; 32], window: u32) -> Digits {
        let mut words = [0u64; 5];
        for (word, bytes) in words.iter_mut().zip(scalar.as_chunks::<8>().0) {
            *word = u64::from_le_bytes(*bytes);
        }
        let count = windows(window);
        let mask = (1u64 << window) - 1;
        let half = 1u64 << (window - 1);
        let mut digits = [0i16; 127];
        let mut carry = 0;
        let mut at = 0;
        for digit in &mut digits[..count] {
            let (word, shift) = (at / 64, at % 64);
            let pair = u128::from(words[word]) | u128::from(words[word + 1]) << 64;
            let raw = ((pair >> shift) as u64 & mask) + carry;
            carry = u64::from(raw > half);
            *digit = raw as i16 - ((carry << window) as i16);
            at += window as usize;
        }
        debug_assert_eq!(carry, 0);
        Digits { digits, count }
    }

    pub fn as_slice(&self) -> &[i16] {
        &self.digits[..self.count]
    }
}
