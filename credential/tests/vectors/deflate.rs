//! DEFLATE with the fixed Huffman code (RFC 1951 §3.2.6), to write streams that a compressor would not.

pub enum Op {
    Literal(u8),
    /// Length 3 to 10, distance.
    Match(usize, usize),
}

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

    /// A Huffman code: most significant bit first.
    fn code(&mut self, code: u32, length: u32) {
        (0..length).rev().for_each(|n| self.bit(code >> n & 1));
    }

    /// A number: least significant bit first.
    fn number(&mut self, number: u32, length: u32) {
        (0..length).for_each(|n| self.bit(number >> n & 1));
    }

    fn literal(&mut self, byte: u8) {
        match byte {
            0..=143 => self.code(0x30 + u32::from(byte), 8),
            144.. => self.code(0x190 + u32::from(byte) - 144, 9),
        }
    }
}

/// One last block; also how many bits it has.
fn block(ops: &[Op]) -> (Vec<u8>, usize) {
    let mut bits = Bits {
        bytes: vec![],
        count: 0,
    };
    bits.number(0b011, 3);
    for op in ops {
        match *op {
            Op::Literal(byte) => bits.literal(byte),
            Op::Match(length, distance) => {
                bits.code(257 + length as u32 - 3 - 256, 7);
                let (code, base, extra) = distance_code(distance as u32);
                bits.code(code, 5);
                bits.number(distance as u32 - base, extra);
            }
        }
    }
    bits.code(0, 7);
    (bits.bytes, bits.count)
}

fn distance_code(distance: u32) -> (u32, u32, u32) {
    let (mut base, mut found) = (1, (0, 1, 0));
    for code in 0..30 {
        if base > distance {
            break;
        }
        let extra = if code < 2 { 0 } else { code / 2 - 1 };
        found = (code, base, extra);
        base += 1 << extra;
    }
    found
}

pub fn fixed(ops: &[Op]) -> Vec<u8> {
    block(ops).0
}

pub fn literals(bytes: &[u8]) -> (Vec<u8>, usize) {
    let ops: Vec<_> = bytes.iter().map(|b| Op::Literal(*b)).collect();
    block(&ops)
}

/// Header, DEFLATE, Adler-32 of the content.
pub fn wrap(header: [u8; 2], deflated: &[u8], content: &[u8]) -> Vec<u8> {
    let (mut a, mut b) = (1u32, 0u32);
    for byte in content {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    [&header, deflated, &(b << 16 | a).to_be_bytes()].concat()
}
