//! zlib (RFC 1950, 1951) with a bound on the output, and a verdict on how it was compressed.
//!
//! The zlib layer is outside the signature, so a general inflater accepts many texts for one token. This one
//! also reports whether the stream is in the *canonical* form our issuers emit: header `78 DA`, no stored block,
//! every match at the smallest distance that yields its bytes, zero padding bits. Damage to a QR text then changes
//! the token, which the signature notices, or the form, which the strict gate notices. Somebody who compresses the
//! same token anew with other matches gets another text of this form; it is the same signed document.

use alloc::vec::Vec;
use std::sync::OnceLock;

mod huffman;

use huffman::{Bits, Huffman};

/// Most bytes a QR's zlib stream may inflate to.
pub const MAX_INFLATED: usize = 64 * 1024;

/// Why a stream was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InflateError {
    /// Not a zlib stream, or a damaged one.
    NotZlib,
    /// It would inflate to more than the limit.
    TooLarge,
}

/// An inflated stream.
#[derive(Debug, PartialEq, Eq)]
pub struct Inflated {
    /// The content.
    pub bytes: Vec<u8>,
    /// Whether the stream has the canonical form (FORMAT.md §3.2).
    pub canonical: bool,
}

pub(crate) const LENGTH_BASE: [u16; 29] = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258,
];
pub(crate) const LENGTH_EXTRA: [u8; 29] = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];
const DISTANCE_BASE: [u16; 30] = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537,
    2049, 3073, 4097, 6145, 8193, 12_289, 16_385, 24_577,
];
const DISTANCE_EXTRA: [u8; 30] = [
    0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13,
    13,
];
pub(crate) const CODE_LENGTH_ORDER: [usize; 19] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/// Inflates one zlib stream that fills `data` exactly, to at most `limit` bytes.
pub fn inflate(data: &[u8], limit: usize) -> Result<Inflated, InflateError> {
    use InflateError::NotZlib;
    let [cmf, flg, deflated @ .., a, b, c, d] = data else {
        return Err(NotZlib);
    };
    let header = u16::from_be_bytes([*cmf, *flg]);
    let (method, window, preset_dictionary) = (cmf & 0x0f, cmf >> 4, flg & 0x20 != 0);
    if method != 8 || window > 7 || preset_dictionary || header % 31 != 0 {
        return Err(NotZlib);
    }
    let mut stream = Stream {
        bits: Bits::new(deflated),
        out: Vec::with_capacity((deflated.len() * 2).min(limit)),
        limit,
        canonical: header == 0x78da,
    };
    while !stream.block()? {}
    let padding = stream.bits.finish().ok_or(NotZlib)?;
    if adler32(&stream.out) != u32::from_be_bytes([*a, *b, *c, *d]) {
        return Err(NotZlib);
    }
    Ok(Inflated {
        bytes: stream.out,
        canonical: stream.canonical && padding == 0,
    })
}

pub(crate) fn adler32(bytes: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    let (mut a, mut b) = (1u32, 0u32);
    // 5552 is the most bytes whose sums stay below 2^32 (RFC 1950 §9).
    for chunk in bytes.chunks(5552) {
        for &byte in chunk {
            a += u32::from(byte);
            b += a;
        }
        a %= MODULUS;
        b %= MODULUS;
    }
    b << 16 | a
}

struct Stream<'a> {
    bits: Bits<'a>,
    out: Vec<u8>,
    limit: usize,
    canonical: bool,
}

impl Stream<'_> {
    /// Decodes one block; true after the last one.
    fn block(&mut self) -> Result<bool, InflateError> {
        let last = self.bits.take(1)? == 1;
        match self.bits.take(2)? {
            0 => self.stored()?,
            1 => self.fixed()?,
            2 => self.dynamic()?,
            _ => return Err(InflateError::NotZlib),
        }
        Ok(last)
    }

    fn stored(&mut self) -> Result<(), InflateError> {
        self.canonical = false;
        let content = self.bits.stored_block().ok_or(InflateError::NotZlib)?;
        if self.out.len() + content.len() > self.limit {
            return Err(InflateError::TooLarge);
        }
        self.out.extend_from_slice(content);
        Ok(())
    }

    fn fixed(&mut self) -> Result<(), InflateError> {
        // The same two codes in every stream: made once.
        static CODES: OnceLock<Option<(Huffman, Huffman)>> = OnceLock::new();
        let codes = CODES.get_or_init(|| {
            let mut lengths = [8u8; 288];
            lengths[144..256].fill(9);
            lengths[256..280].fill(7);
            Some((Huffman::new(&lengths).ok()?, Huffman::new(&[5; 32]).ok()?))
        });
        let (literals, distances) = codes.as_ref().ok_or(InflateError::NotZlib)?;
        self.codes(literals, distances)
    }

    fn dynamic(&mut self) -> Result<(), InflateError> {
        let literal_count = self.bits.take(5)? as usize + 257;
        let distance_count = self.bits.take(5)? as usize + 1;
        let code_count = self.bits.take(4)? as usize + 4;
        if literal_count > 286 || distance_count > 30 {
            return Err(InflateError::NotZlib);
        }
        let mut code_lengths = [0u8; 19];
        for &place in &CODE_LENGTH_ORDER[..code_count] {
            code_lengths[place] = self.bits.take(3)? as u8;
        }
        let code = Huffman::new(&code_lengths)?;
        let mut lengths = [0u8; 286 + 30];
        let total = literal_count + distance_count;
        let mut at = 0;
        while at < total {
            let (value, repeat) = match code.decode(&mut self.bits)? {
                length @ 0..=15 => (length as u8, 1),
                16 if at > 0 => (lengths[at - 1], 3 + self.bits.take(2)? as usize),
                17 => (0, 3 + self.bits.take(3)? as usize),
                18 => (0, 11 + self.bits.take(7)? as usize),
                _ => return Err(InflateError::NotZlib),
            };
            let Some(run) = lengths[..total].get_mut(at..at + repeat) else {
                return Err(InflateError::NotZlib);
            };
            run.fill(value);
            at += repeat;
        }
        if lengths[256] == 0 {
            return Err(InflateError::NotZlib);
        }
        let literals = Huffman::new(&lengths[..literal_count])?;
        let distances = Huffman::new(&lengths[literal_count..total])?;
        self.codes(&literals, &distances)
    }

    fn codes(&mut self, literals: &Huffman, distances: &Huffman) -> Result<(), InflateError> {
        loop {
            match literals.decode(&mut self.bits)? {
                literal @ 0..=255 => {
                    if self.out.len() == self.limit {
                        return Err(InflateError::TooLarge);
                    }
                    self.out.push(literal as u8);
                }
                256 => return Ok(()),
                symbol => {
                    let place = usize::from(symbol) - 257;
                    let base = *LENGTH_BASE.get(place).ok_or(InflateError::NotZlib)?;
                    let extra = self.bits.take(u32::from(LENGTH_EXTRA[place]))?;
                    let length = usize::from(base) + extra as usize;
                    let place = usize::from(distances.decode(&mut self.bits)?);
                    let base = *DISTANCE_BASE.get(place).ok_or(InflateError::NotZlib)?;
                    let extra = self.bits.take(u32::from(DISTANCE_EXTRA[place]))?;
                    self.copy(length, usize::from(base) + extra as usize)?;
                }
            }
        }
    }

    fn copy(&mut self, length: usize, distance: usize) -> Result<(), InflateError> {
        let start = self.out.len();
        if distance > start {
            return Err(InflateError::NotZlib);
        }
        if start + length > self.limit {
            return Err(InflateError::TooLarge);
        }
        if distance >= length {
            self.out
                .extend_from_within(start - distance..start - distance + length);
        } else if distance == 1 {
            // Runs of one byte are nearly all of a status list.
            self.out.resize(start + length, self.out[start - 1]);
        } else {
            for from in start - distance..start - distance + length {
                self.out.push(self.out[from]);
            }
        }
        if self.canonical {
            self.canonical = is_nearest(&self.out, start, length, distance);
        }
        Ok(())
    }
}

/// Whether no distance below `distance` yields the `length` bytes that begin at `start`.
fn is_nearest(out: &[u8], start: usize, length: usize, distance: usize) -> bool {
    let copied = &out[start..start + length];
    // Every nearer place a match could begin at; comparing three bytes in blocks lets the compiler use wide registers.
    let first = start - distance + 1;
    let places = distance - 1;
    let (a, b, c) = (&out[first..], &out[first + 1..], &out[first + 2..]);
    let alike = |at: usize| (a[at] == copied[0]) & (b[at] == copied[1]) & (c[at] == copied[2]);
    let mut at = 0;
    while at < places {
        let end = (at + 32).min(places);
        let (a, b, c) = (&a[at..end], &b[at..end], &c[at..end]);
        let mut any = false;
        for ((x, y), z) in a.iter().zip(b).zip(c) {
            any |= (*x == copied[0]) & (*y == copied[1]) & (*z == copied[2]);
        }
        if any && (at..end).any(|at| alike(at) && &out[first + at..first + at + length] == copied) {
            return false;
        }
        at = end;
    }
    true
}

#[cfg(test)]
mod tests;
