//! Building lists.

use super::*;
use crate::cbor::write::Writer;
use alloc::vec;

/// A list being filled, in any order. For lists of a shard's size [`SparseList`] is a hundred times as fast.
pub struct ListBuilder {
    bits: u8,
    packed: Vec<u8>,
}

impl ListBuilder {
    /// `len` statuses of 0; `bits` is 1, 2, 4 or 8 and `len` a multiple of 8 / bits.
    pub fn new(bits: u8, len: u32) -> Option<Self> {
        if !is_shape(bits, len) {
            return None;
        }
        let packed = vec![0; len as usize / (8 / usize::from(bits))];
        Some(Self { bits, packed })
    }

    /// Sets the status at an index. False where the index or the status does not fit.
    #[must_use]
    pub fn set(&mut self, index: u32, status: Status) -> bool {
        let per_byte = 8 / u32::from(self.bits);
        let mask = ((1u16 << self.bits) - 1) as u8;
        let number = status.number();
        let Some(byte) = self.packed.get_mut((index / per_byte) as usize) else {
            return false;
        };
        if number > mask {
            return false;
        }
        let shift = (index % per_byte) * u32::from(self.bits);
        *byte = *byte & !(mask << shift) | number << shift;
        true
    }

    /// The map `{"bits", "lst"}` with zlib level 9, as the draft's examples have it.
    pub fn encode(&self) -> Vec<u8> {
        encode(self.bits, &crate::token::deflate(&self.packed))
    }

    /// The payload of a status list token.
    pub fn payload(&self, sub: &str, iat: i64, exp: i64, ttl: u64) -> Vec<u8> {
        payload(&self.encode(), sub, iat, exp, ttl)
    }
}

/// A list of which few statuses are not 0, compressed without ever being laid out
/// (docs/decisions/0012-sparse-zlib-for-status-lists.md).
pub struct SparseList {
    bits: u8,
    zlib: Vec<u8>,
}

impl SparseList {
    /// `len` statuses, of which `entries` (index, status) are not 0. `None` unless `bits` is 1, 2, 4 or 8, `len` a
    /// multiple of 8 / bits, and the entries have strictly rising indexes below `len` and statuses of at most `bits`
    /// bits.
    pub fn new(bits: u8, len: u32, entries: &[(u32, Status)]) -> Option<Self> {
        if !is_shape(bits, len) {
            return None;
        }
        let zlib = sparse::zlib(bits, len, entries)?;
        Some(Self { bits, zlib })
    }

    /// The zlib stream by itself.
    pub fn zlib(&self) -> &[u8] {
        &self.zlib
    }

    /// The map `{"bits", "lst"}`.
    pub fn encode(&self) -> Vec<u8> {
        encode(self.bits, &self.zlib)
    }

    /// The payload of a status list token.
    pub fn payload(&self, sub: &str, iat: i64, exp: i64, ttl: u64) -> Vec<u8> {
        payload(&self.encode(), sub, iat, exp, ttl)
    }
}

fn is_shape(bits: u8, len: u32) -> bool {
    matches!(bits, 1 | 2 | 4 | 8) && len.is_multiple_of(8 / u32::from(bits))
}

fn encode(bits: u8, zlib: &[u8]) -> Vec<u8> {
    let mut w = Writer::new();
    w.map(2).str("bits").u64(u64::from(bits));
    w.str("lst").bytes(zlib);
    w.into_bytes()
}

fn payload(list: &[u8], sub: &str, iat: i64, exp: i64, ttl: u64) -> Vec<u8> {
    let mut w = Writer::new();
    w.map(5).u64(key::SUB).str(sub);
    w.u64(key::EXP).i64(exp).u64(key::IAT).i64(iat);
    w.u64(STATUS_LIST).raw(list);
    w.u64(TTL).u64(ttl);
    w.into_bytes()
}
