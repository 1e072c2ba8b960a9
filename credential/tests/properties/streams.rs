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

/// A canonical Huffman code (RFC 1951 §3.2.2): the bits of each symbol, of which there are so many.
struct Code(Vec<(u32, u32)>);

impl Code {
    fn of(lengths: &[u32]) -> Self {
        let mut codes = vec![(0, 0); lengths.len()];
        let mut next = 0;
        for length in 1..16 {
            for (code, _) in codes.iter_mut().zip(lengths).filter(|(_, l)| **l == length) {
                *code = (next, length);
                next += 1;
            }
            next <<= 1;
        }
        Self(codes)
    }
}

impl Bits {
    fn say(self, code: &Code, symbol: usize) -> Self {
        let (bits, length) = code.0[symbol];
        self.code(bits, length)
    }
}

/// The order in which the lengths of the code of code lengths stand.
const ORDER: [usize; 19] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/// A last block with codes of its own: so many literals and one distance, and the code in which their lengths follow.
fn dynamic(literals: u32, of_lengths: &[(usize, u32)]) -> (Bits, Code) {
    let mut lengths = [0; 19];
    for (symbol, length) in of_lengths {
        lengths[*symbol] = *length;
    }
    let head = Bits::default().number(0b101, 3).number(literals - 257, 5);
    let head = head.number(0, 5).number(19 - 4, 4);
    let head = ORDER
        .iter()
        .fold(head, |bits, place| bits.number(lengths[*place], 3));
    (head, Code::of(&lengths))
}

/// So many zeros, 11 to 138, each of two times.
fn zeros(bits: Bits, code: &Code, counts: [u32; 2]) -> Bits {
    counts
        .iter()
        .fold(bits, |bits, n| bits.say(code, 18).number(n - 11, 7))
}

fn read(bits: Bits, content: &[u8]) -> Result<Vec<u8>, InflateError> {
    inflate(&bits.of(content), 10).map(|read| read.bytes)
}

#[test]
fn a_code_of_a_literal_an_end_and_a_distance_reads() {
    // Literals 0 and 256 (the end) have a bit each. So has the distance, whose code a block may leave incomplete.
    let (head, lengths) = dynamic(257, &[(1, 1), (18, 1)]);
    let bits = zeros(head.say(&lengths, 1), &lengths, [138, 117]);
    let bits = bits.say(&lengths, 1).say(&lengths, 1);
    let stream = bits.code(0, 1).code(0, 1).code(1, 1).of(&[0, 0]);
    let read = inflate(&stream, 10).unwrap();
    assert_eq!((read.bytes, read.canonical), (vec![0, 0], true));
}

/// Where the last length may be repeated beyond the end, two streams say the same.
#[test]
fn lengths_do_not_run_beyond_the_last_symbol() {
    let of_lengths = [(1, 1), (16, 2), (18, 2)];
    let block = |last: fn(Bits, &Code) -> Bits| {
        let (head, lengths) = dynamic(257, &of_lengths);
        let bits = zeros(head.say(&lengths, 1), &lengths, [138, 117]);
        let bits = last(bits.say(&lengths, 1), &lengths);
        bits.code(0, 1).code(1, 1)
    };
    assert_eq!(
        read(block(|bits, code| bits.say(code, 1)), &[0]),
        Ok(vec![0])
    );
    // The length of 256 three times more, where there is one distance.
    let beyond = block(|bits, code| bits.say(code, 16).number(0, 2));
    assert_eq!(read(beyond, &[0]), Err(InflateError::NotZlib));
}

#[test]
fn nothing_before_the_first_length_is_repeated() {
    let of_lengths = [(0, 2), (1, 3), (16, 3), (18, 1)];
    let block = |first: fn(Bits, &Code) -> Bits| {
        let (head, lengths) = dynamic(257, &of_lengths);
        // Literal 3 and the end.
        let bits = first(head, &lengths).say(&lengths, 1);
        let bits = zeros(bits, &lengths, [138, 114]);
        let bits = bits.say(&lengths, 1).say(&lengths, 1);
        bits.code(0, 1).code(1, 1)
    };
    let three = |bits: Bits, code: &Code| bits.say(code, 0).say(code, 0).say(code, 0);
    assert_eq!(read(block(three), &[3]), Ok(vec![3]));
    let repeat = |bits: Bits, code: &Code| bits.say(code, 16).number(0, 2);
    assert_eq!(read(block(repeat), &[3]), Err(InflateError::NotZlib));
}

#[test]
fn bits_that_are_no_code_are_refused() {
    let block = |distance: (u32, u32)| {
        // Literal 0 has a bit, the end and a match of three have two; the one distance has a bit.
        let (head, lengths) = dynamic(258, &[(1, 2), (2, 2), (18, 1)]);
        let bits = zeros(head.say(&lengths, 1), &lengths, [138, 117]);
        let bits = bits.say(&lengths, 2).say(&lengths, 2).say(&lengths, 1);
        let bits = bits.code(0, 1).code(0b11, 2);
        bits.code(distance.0, distance.1).code(0b10, 2)
    };
    assert_eq!(read(block((0, 1)), &[0; 4]), Ok(vec![0; 4]));
    // Fifteen bits, the longest that a code may have: whoever took them for a distance would go on after them.
    let none = block((0x7fff, 15));
    assert_eq!(read(none, &[0; 4]), Err(InflateError::NotZlib));
}
