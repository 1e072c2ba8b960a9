//! Bits in bytes, the least significant first.

use alloc::vec::Vec;

/// Bits that [`load`] gives at least.
pub(super) const LOADED: u32 = 57;

/// The bits from `at` on, [`LOADED`] of them or more; beyond the end there are zeros.
#[inline]
pub(super) fn load(data: &[u8], at: usize) -> u64 {
    let first = at / 8;
    let word = match data.get(first..first.saturating_add(8)) {
        Some(eight) => u64::from_le_bytes(eight.try_into().expect("8 bytes")),
        None => {
            let mut eight = [0; 8];
            let rest = data.get(first..).unwrap_or_default();
            eight[..rest.len()].copy_from_slice(rest);
            u64::from_le_bytes(eight)
        }
    };
    word >> (at % 8)
}

/// `width` bits from `at` on as a number in two's complement; 0 bits are 0.
pub(super) fn signed(data: &[u8], at: usize, width: u8) -> i64 {
    if width == 0 {
        return 0;
    }
    let unused = 64 - u32::from(width);
    ((load(data, at) << unused) as i64) >> unused
}

/// The least width in two's complement that holds both ends of a range around 0.
pub(super) fn width_of(least: i64, most: i64) -> u8 {
    let width = |n: i64| match n {
        0 => 0,
        n if n < 0 => 65 - (!n).leading_zeros(),
        n => 65 - n.leading_zeros(),
    };
    width(least).max(width(most)) as u8
}

/// Writes bits behind each other.
#[derive(Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
    pending: u64,
    used: u32,
}

impl Writer {
    /// The lowest `bits` of `value`, at most 63.
    #[inline]
    pub(super) fn push(&mut self, value: u64, bits: u32) {
        match bits {
            0..=32 => self.push_few(value, bits),
            _ => {
                self.push_few(value, 32);
                self.push_few(value >> 32, bits - 32);
            }
        }
    }

    #[inline]
    fn push_few(&mut self, value: u64, bits: u32) {
        self.pending |= (value & ((1 << bits) - 1)) << self.used;
        self.used += bits;
        if self.used >= 32 {
            self.bytes
                .extend_from_slice(&(self.pending as u32).to_le_bytes());
            self.pending >>= 32;
            self.used -= 32;
        }
    }

    /// How many bits were written.
    pub(super) fn len(&self) -> usize {
        self.bytes.len() * 8 + self.used as usize
    }

    /// Appends what was written to `out`, with zeros up to a whole byte, and begins anew.
    pub(super) fn drain_into(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.bytes);
        let rest = self.used.div_ceil(8) as usize;
        out.extend_from_slice(&self.pending.to_le_bytes()[..rest]);
        self.bytes.clear();
        (self.pending, self.used) = (0, 0);
    }
}
