//! DEFLATE streams written bit by bit, at the edges of what RFC 1951 allows.

use credential::inflate::{InflateError, Inflated, inflate};
use credential::publication::{BadHead, MAX_HEAD, Unproven};
use credential::token::{MAX_TEXT, NotAToken, deflate, unpack};

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    count: usize,
}

impl Bits {
    fn bit(&mut self, bit: u32) {
        if self.count.is_multiple_of(8) {
            self.bytes.push(0);
        }
        *self.bytes.last_mut().unwrap() |= (bit as u8) << (self.count % 8);
        self.count += 1;
    }

    /// A number: least significant bit first.
    fn number(&mut self, number: u32, length: u32) {
        (0..length).for_each(|n| self.bit(number >> n & 1));
    }

    /// A Huffman code: most significant bit first.
    fn code(&mut self, code: u32, length: u32) {
        (0..length).rev().for_each(|n| self.bit(code >> n & 1));
    }

    /// zeros up to a whole byte, then bytes as they are.
    fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.count = 8 * self.bytes.len();
    }

    /// As a zlib stream of `content`.
    fn zlib(self, content: &[u8]) -> Vec<u8> {
        let (mut a, mut b) = (1u32, 0u32);
        for byte in content {
            a = (a + u32::from(*byte)) % 65_521;
            b = (b + a) % 65_521;
        }
        let sum = (b << 16 | a).to_be_bytes();
        [&[0x78, 0xda], &self.bytes[..], &sum].concat()
    }
}

/// Lengths of codes as they are sent: 0, 1 and runs of at least eleven 0, which have the code `run`.
fn send_lengths(bits: &mut Bits, lengths: &[u32], run: u32) {
    let mut rest = lengths;
    while let Some(first) = rest.first() {
        let zeros = rest.iter().take(138).take_while(|n| **n == 0).count();
        match zeros {
            11.. => {
                bits.code(run, 2);
                bits.number(zeros as u32 - 11, 7);
                rest = &rest[zeros..];
            }
            _ => {
                match first {
                    0 => bits.code(0b10, 2),
                    _ => bits.code(0, 1),
                }
                rest = &rest[1..];
            }
        }
    }
}

/// Lengths of the codes of lengths by their place in 16, 17, 18, 0, 8, …, 1, 15: 18 and 0 have two bits, 1 has one.
const CODES: [(u32, u32); 3] = [(2, 2), (3, 2), (17, 1)];

/// A dynamic block of so many codes for literals and distances, in which `A` and the end have one bit. What it says is `A`.
fn dynamic(
    literals: u32,
    distances: u32,
    of_length_1: &[usize],
    codes: &[(u32, u32)],
) -> Result<Inflated, InflateError> {
    let mut bits = Bits::default();
    bits.number(0b101, 3);
    bits.number(literals - 257, 5);
    bits.number(distances - 1, 5);
    bits.number(19 - 4, 4);
    for place in 0..19 {
        let length = codes.iter().find(|(at, _)| *at == place);
        bits.number(length.map_or(0, |(_, length)| *length), 3);
    }
    let mut lengths = vec![0; (literals + distances) as usize];
    of_length_1.iter().for_each(|place| lengths[*place] = 1);
    // The second of the codes of two bits, or the only one.
    let run = if codes == CODES { 0b11 } else { 0b10 };
    send_lengths(&mut bits, &lengths, run);
    bits.code(0, 1);
    bits.code(1, 1);
    inflate(&bits.zlib(b"A"), 100)
}

#[test]
fn how_many_codes_a_block_may_have() {
    for (literals, distances) in [(257, 1), (257, 30), (286, 1), (286, 30), (270, 12)] {
        let at = literals as usize;
        let read = dynamic(literals, distances, &[65, 256, at], &CODES).expect("one distance");
        assert!(read.canonical && read.bytes == b"A");
        assert!(
            dynamic(literals, distances, &[65, 256], &CODES).is_ok(),
            "no distance"
        );
        if distances > 1 {
            let two = dynamic(literals, distances, &[65, 256, at, at + 1], &CODES);
            assert!(two.is_ok());
        }
        if distances > 2 {
            let three = dynamic(literals, distances, &[65, 256, at, at + 1, at + 2], &CODES);
            assert_eq!(three, Err(InflateError::NotZlib), "more than there are");
        }
    }
    for (literals, distances) in [(287, 1), (288, 30), (286, 31), (257, 32)] {
        let read = dynamic(literals, distances, &[65, 256], &CODES);
        assert_eq!(read, Err(InflateError::NotZlib), "{literals} {distances}");
    }
    // Codes of lengths that leave some out: nothing needs the one that is missing here.
    let incomplete = dynamic(257, 1, &[65, 256, 257], &CODES[..1]);
    assert_eq!(incomplete, Err(InflateError::NotZlib));
    let incomplete = dynamic(257, 1, &[65, 256, 257], &[CODES[0], CODES[2]]);
    assert_eq!(incomplete, Err(InflateError::NotZlib));
    // Without an end, or with a literal alone: codes that are not complete.
    for lengths in [&[65, 66][..], &[256], &[65], &[]] {
        assert!(dynamic(257, 1, lengths, &CODES).is_err(), "{lengths:?}");
    }
}

/// A stored block begins at a whole byte, wherever the one before ended, and however much was read ahead.
#[test]
fn stored_blocks_between_others() {
    for before in 0..24 {
        let mut bits = Bits::default();
        let mut content = Vec::new();
        // Literals of 8 and of 9 bits, so that every place in a byte comes.
        bits.number(0b010, 3);
        for n in 0..before {
            let byte: u8 = if n % 3 == 0 { 200 } else { b'a' + n };
            match byte {
                200 => bits.code(0x190 + 200 - 144, 9),
                _ => bits.code(0x30 + u32::from(byte), 8),
            }
            content.push(byte);
        }
        bits.code(0, 7);
        for stored in [&b"SATU"[..], b"", b"DUA BELAS"] {
            bits.number(0b000, 3);
            let length = stored.len() as u16;
            bits.raw(&[&length.to_le_bytes()[..], &(!length).to_le_bytes(), stored].concat());
            content.extend_from_slice(stored);
        }
        bits.number(0b011, 3);
        bits.code(0, 7);
        let stream = bits.zlib(&content);
        let read = inflate(&stream, 100).unwrap();
        assert!(read.bytes == content && !read.canonical, "{before}");
        let mut by_zlib = Vec::with_capacity(200);
        let mut zlib = flate2::Decompress::new(true);
        let status = zlib.decompress_vec(&stream, &mut by_zlib, flate2::FlushDecompress::Finish);
        assert!(status.is_ok() && by_zlib == content);
    }
}

/// No text is longer than what a QR can hold; one that is as long is looked at.
#[test]
fn how_long_a_text_may_be() {
    let text = |length| "0".repeat(length);
    assert_eq!(unpack(&text(MAX_TEXT)), Err(NotAToken::Zlib));
    assert_eq!(unpack(&text(MAX_TEXT + 1)), Err(NotAToken::TooLong));
    let head = |length| Unproven::read(&vec![0; length]).unwrap_err();
    assert!(matches!(head(MAX_HEAD), BadHead::Cose(_)));
    assert_eq!(head(MAX_HEAD + 1), BadHead::TooLarge);
}

/// What does not compress takes some bytes more than it has, however long it is.
#[test]
fn noise_of_a_list_s_length() {
    let mut state = 1u64;
    let noise = (0..2_000_000).map(|_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    });
    let noise: Vec<u8> = noise.collect();
    let packed = deflate(&noise);
    assert!(packed.len() > noise.len());
    assert!(inflate(&packed, noise.len()).unwrap().bytes == noise);
}

/// The first length of a code repeats none.
#[test]
fn nothing_stands_before_the_first_length() {
    let mut bits = Bits::default();
    bits.number(0b101, 3);
    bits.number(0, 5);
    bits.number(0, 5);
    bits.number(15, 4);
    // 16 and 0 have one bit each: 0 is 0, 1 is 16.
    (0..19).for_each(|place| bits.number(u32::from(place == 0 || place == 3), 3));
    bits.code(1, 1);
    (0..300).for_each(|_| bits.bit(0));
    assert_eq!(inflate(&bits.zlib(b""), 100), Err(InflateError::NotZlib));
}

/// A match from farther than needed, with other places about that begin alike: one, two and three.
#[test]
fn the_nearest_of_several() {
    for between in [
        &b"abcd."[..],
        b"abcd.abce.",
        b"abcd.abce.abcf.",
        b"abce.abcd.abcf.",
    ] {
        let content = [b"abcd.", between].concat();
        let read = |distance: usize| {
            let mut bits = Bits::default();
            bits.number(0b011, 3);
            for byte in &content {
                bits.code(0x30 + u32::from(*byte), 8);
            }
            // Four bytes from there: the codes of distances are 5 bits, the rest of the distance follows.
            bits.code(2, 7);
            let (code, base, extra) = match distance {
                5..=6 => (4, 5, 1),
                7..=8 => (5, 7, 1),
                9..=12 => (6, 9, 2),
                13..=16 => (7, 13, 2),
                _ => (8, 17, 3),
            };
            bits.code(code, 5);
            bits.number(distance as u32 - base, extra);
            bits.code(0, 7);
            let whole = [&content[..], b"abcd"].concat();
            let stream = bits.zlib(&whole);
            let read = inflate(&stream, whole.len()).unwrap();
            assert!(read.bytes == whole);
            let shorter = inflate(&stream, whole.len() - 1);
            assert_eq!(shorter, Err(InflateError::TooLarge));
            read.canonical
        };
        let nearest = content.len() - content.windows(4).rposition(|w| w == b"abcd").unwrap();
        assert!(read(nearest), "{nearest}");
        assert!(!read(content.len()), "{}", content.len());
    }
}

/// Every window up to 32 kB is read, and only one header is ours.
#[test]
fn headers_of_zlib() {
    let heads = [0xd7u8, 0xd3, 0xcf, 0xcb, 0xc7, 0xc3, 0xde, 0xda];
    let too_large = [0xd6, 0xd2, 0xce, 0xca, 0xc6, 0xc2, 0xdd, 0xd9];
    for (window, flags) in (0u8..).zip(heads.into_iter().chain(too_large)) {
        let mut bits = Bits::default();
        bits.number(0b011, 3);
        bits.code(0, 7);
        let mut stream = bits.zlib(b"");
        stream[..2].copy_from_slice(&[window << 4 | 8, flags]);
        let read = inflate(&stream, 100).map(|read| read.canonical);
        let expected = match window {
            0..=7 => Ok(window == 7),
            _ => Err(InflateError::NotZlib),
        };
        assert_eq!(read, expected, "{window}");
        // Of another method, with a dictionary, with a wrong check.
        for (at, bits) in [(0, 1), (1, 0x20), (1, 1)] {
            let mut other = stream.clone();
            other[at] ^= bits;
            assert_eq!(inflate(&other, 100), Err(InflateError::NotZlib));
        }
    }
}

/// Codes of one to ten bits, of which the end has the longest: it may end with the last bit there is.
#[test]
fn codes_longer_than_a_table() {
    for before in 0..17 {
        let mut bits = Bits::default();
        bits.number(0b101, 3);
        bits.number(0, 5);
        bits.number(0, 5);
        bits.number(15, 4);
        // Lengths 0 to 15 have four bits each, 16 to 18 are not used.
        (0..19).for_each(|place| bits.number(if place < 3 { 0 } else { 4 }, 3));
        // A to I have one to nine bits, J and the end ten; the distance is none.
        for symbol in 0..=257u32 {
            let length = match symbol {
                65..=74 => symbol - 64,
                256 => 10,
                _ => 0,
            };
            bits.code(length, 4);
        }
        let mut content = vec![b'A'; before];
        content.extend_from_slice(b"JIHBA");
        for byte in &content {
            match byte - b'A' {
                9 => bits.code(0b11_1111_1110, 10),
                // So many ones and a zero.
                ones => bits.code((1 << (ones + 1)) - 2, u32::from(ones) + 1),
            }
        }
        bits.code(0b11_1111_1111, 10);
        let stream = bits.zlib(&content);
        let read = inflate(&stream, 100).unwrap();
        assert!(read.canonical && read.bytes == content, "{before}");
        let cut = [&stream[..stream.len() - 5], &stream[stream.len() - 4..]].concat();
        assert_eq!(inflate(&cut, 100), Err(InflateError::NotZlib));
    }
}

/// Matches from far away, whose distances take up to thirteen bits more, at every place in a byte: now and then among near
/// ones, so that the codes of far distances are long.
#[test]
fn far_matches() {
    let mut state = 7u32;
    let mut next = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below
    };
    for one_in in [1, 4, 16, 40] {
        for _ in 0..8 {
            let words: Vec<Vec<u8>> = (0..800)
                .map(|_| (0..4 + next(5)).map(|_| next(256) as u8).collect())
                .collect();
            let mut content = words.concat();
            let mut last = 0;
            while content.len() < 14_000 {
                if next(one_in) == 0 {
                    last = next(800) as usize;
                }
                content.extend_from_slice(&words[last]);
                content.push(next(256) as u8);
            }
            let read = inflate(&deflate(&content), content.len()).unwrap();
            assert!(read.bytes == content, "{one_in}");
        }
    }
}
