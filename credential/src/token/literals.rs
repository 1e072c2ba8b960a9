//! A zlib stream in the canonical form (FORMAT.md §3.2) without matches, for what no compressor makes smaller.

use alloc::vec::Vec;

/// The shorter of the fixed and the flat code: the first suits text, the second pictures and keys.
pub(super) fn literals(bytes: &[u8]) -> Vec<u8> {
    let (fixed, flat) = (fixed(bytes), flat(bytes));
    if fixed.len() <= flat.len() {
        fixed
    } else {
        flat
    }
}

/// One block in the fixed Huffman code (RFC 1951 §3.2.6).
fn fixed(bytes: &[u8]) -> Vec<u8> {
    let mut bits = Bits::new(bytes.len());
    bits.number(0b011, 3);
    for &byte in bytes {
        match byte {
            0..=143 => bits.code(0x30 + u32::from(byte), 8),
            144.. => bits.code(0x190 + u32::from(byte) - 144, 9),
        }
    }
    bits.code(0, 7);
    bits.finish(bytes)
}

/// One dynamic block (RFC 1951 §3.2.7) whose code gives every byte below 255 its own 8 bits; 255 and the end of the
/// block have 9. The bytes cost what they have, the code 22 more.
fn flat(bytes: &[u8]) -> Vec<u8> {
    let mut bits = Bits::new(bytes.len());
    bits.number(0b101, 3);
    // 257 literal codes, 1 distance code, 7 code length codes.
    bits.number(0, 5);
    bits.number(0, 5);
    bits.number(7 - 4, 4);
    // In the order 16, 17, 18, 0, 8, 7, 9.
    for length in [1, 0, 0, 3, 2, 0, 3] {
        bits.number(length, 3);
    }
    let (repeat, eight, zero, nine) = ((0b0, 1), (0b10, 2), (0b110, 3), (0b111, 3));
    let mut say = |(code, length)| bits.code(code, length);
    // 255 lengths of 8: one, 42 times six more, two.
    say(eight);
    for _ in 0..42 {
        say(repeat);
        say((0b11, 2));
    }
    for length in [eight, eight, nine, nine, zero] {
        say(length);
    }
    for &byte in bytes {
        match byte {
            255 => bits.code(510, 9),
            _ => bits.code(u32::from(byte), 8),
        }
    }
    bits.code(511, 9);
    bits.finish(bytes)
}

/// A zlib stream of one block being written, bit by bit.
struct Bits {
    out: Vec<u8>,
    buffer: u32,
    count: u32,
}

impl Bits {
    fn new(bytes: usize) -> Self {
        let mut out = Vec::with_capacity(bytes + bytes / 8 + 40);
        out.extend_from_slice(&[0x78, 0xda]);
        Self {
            out,
            buffer: 0,
            count: 0,
        }
    }

    /// Numbers go least significant bit first.
    fn number(&mut self, number: u32, length: u32) {
        self.buffer |= number << self.count;
        self.count += length;
        while self.count >= 8 {
            self.out.push(self.buffer as u8);
            self.buffer >>= 8;
            self.count -= 8;
        }
    }

    /// Huffman codes go most significant bit first.
    fn code(&mut self, code: u32, length: u32) {
        self.number(code.reverse_bits() >> (32 - length), length);
    }

    /// Zero padding and the checksum of what was written.
    fn finish(mut self, bytes: &[u8]) -> Vec<u8> {
        if self.count > 0 {
            self.out.push(self.buffer as u8);
        }
        let sum = crate::inflate::adler32(bytes);
        self.out.extend_from_slice(&sum.to_be_bytes());
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inflate::{MAX_INFLATED, inflate};

    #[test]
    fn both_codes_are_canonical_and_say_the_same() {
        let mut state = 1u32;
        let mut noise = |n: usize| -> Vec<u8> {
            let mut next = || {
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                state as u8
            };
            (0..n).map(|_| next()).collect()
        };
        let every: Vec<u8> = (0..=255).collect();
        for bytes in [
            vec![],
            vec![255],
            every,
            vec![255; 300],
            noise(1),
            noise(945),
        ] {
            for stream in [fixed(&bytes), flat(&bytes), literals(&bytes)] {
                let mut by_zlib = vec![];
                let mut decoder = flate2::read::ZlibDecoder::new(stream.as_slice());
                std::io::Read::read_to_end(&mut decoder, &mut by_zlib).unwrap();
                assert_eq!(by_zlib, bytes);
                let read = inflate(&stream, MAX_INFLATED).unwrap();
                assert!(read.canonical && read.bytes == bytes);
            }
        }
        let noise = noise(945);
        assert_eq!(literals(&noise), flat(&noise));
        assert!(flat(&noise).len() <= 945 + 32);
        assert_eq!(literals(b"TEXT"), fixed(b"TEXT"));
    }
}
