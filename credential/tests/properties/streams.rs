//! Streams made bit by bit, which no compressor would write (RFC 1951 §3.2).

use credential::inflate::{InflateError, inflate};

/// Bits of a stream, the first one lowest.
#[derive(Default)]
struct Bits(Vec<bool>);

impl Bits {
    /// A number, least significant bit first.
    fn number(mut self, number: u32, bits: u32) -> Self {
        self.0.extend((0..bits).map(|bit| number >> bit & 1 == 1));
        self
    }

    /// A Huffman code, most significant bit first.
    fn code(mut self, code: u32, bits: u32) -> Self {
        self.0
            .extend((0..bits).rev().map(|bit| code >> bit & 1 == 1));
        self
    }

    /// The zlib stream of that content.
    fn of(self, content: &[u8]) -> Vec<u8> {
        let mut stream = vec![0x78, 0xda];
        for bits in self.0.chunks(8) {
            let byte = bits.iter().enumerate().map(|(n, bit)| u8::from(*bit) << n);
            stream.push(byte.sum());
        }
        let (a, b) = content.iter().fold((1u32, 0), |(a, b), byte| {
            let a = (a + u32::from(*byte)) % 65_521;
            (a, (b + a) % 65_521)
        });
        stream.extend_from_slice(&(b << 16 | a).to_be_bytes());
        stream
    }
}

/// A last block with codes of its own: 257 literals and one distance. Code lengths of 1 and 18 have one bit each.
fn dynamic() -> Bits {
    let head = Bits::default().number(0b101, 3).number(0, 5).number(0, 5);
    // 18 places of lengths: 16, 17, 18, 0, 8, … 1. The two symbols that are used have a bit each.
    let mut head = head.number(18 - 4, 4);
    for place in 0..18 {
        head = head.number(u32::from(place == 2 || place == 17), 3);
    }
    head
}

/// The length 1: the lower of the two symbols.
const ONE: (u32, u32) = (0, 1);

/// So many zeros, 11 to 138.
fn zeros(bits: Bits, count: u32) -> Bits {
    bits.code(1, 1).number(count - 11, 7)
}

#[test]
fn a_code_of_a_literal_an_end_and_a_distance_reads() {
    // Literals 0 and 256 (the end) have a bit each.
    let bits = dynamic().code(ONE.0, ONE.1);
    let bits = zeros(zeros(bits, 138), 117).code(ONE.0, ONE.1);
    // So has the distance, whose code a block may leave incomplete.
    let bits = bits.code(ONE.0, ONE.1);
    let stream = bits.code(0, 1).code(0, 1).code(1, 1).of(&[0, 0]);
    let read = inflate(&stream, 10).unwrap();
    assert_eq!((read.bytes, read.canonical), (vec![0, 0], true));
}

#[test]
fn lengths_do_not_run_beyond_the_last_symbol() {
    let bits = dynamic().code(ONE.0, ONE.1);
    // 1 + 138 + 120 are more than 257 and 1.
    let bits = zeros(zeros(bits, 138), 120);
    let stream = bits.number(0, 30).of(&[]);
    assert_eq!(inflate(&stream, 10), Err(InflateError::NotZlib));
}

#[test]
fn nothing_before_the_first_length_is_repeated() {
    let head = Bits::default().number(0b101, 3).number(0, 5).number(0, 5);
    // 16, the repeat, and 17 have a bit each; then a repeat comes first.
    let bits = head.number(0, 4).number(1, 3).number(1, 3).number(0, 6);
    let stream = bits.code(0, 1).number(0, 2).number(0, 30).of(&[]);
    assert_eq!(inflate(&stream, 10), Err(InflateError::NotZlib));
}

#[test]
fn a_bit_that_begins_no_code_is_refused() {
    // Literals 256 and 257 (a match of three) have a bit each; of the distances 0 alone has one, 0.
    let head = Bits::default().number(0b101, 3).number(1, 5).number(0, 5);
    let mut head = head.number(18 - 4, 4);
    for place in 0..18 {
        head = head.number(u32::from(place == 2 || place == 17), 3);
    }
    let bits = zeros(zeros(head, 138), 118);
    let bits = bits
        .code(ONE.0, ONE.1)
        .code(ONE.0, ONE.1)
        .code(ONE.0, ONE.1);
    // A match whose distance begins with 1, and enough that could be read after it.
    let stream = bits
        .code(1, 1)
        .code(1, 1)
        .number(u32::MAX, 31)
        .number(0, 31)
        .of(&[]);
    assert_eq!(inflate(&stream, 10), Err(InflateError::NotZlib));
}
