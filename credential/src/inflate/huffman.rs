//! Bits and Huffman codes of DEFLATE (RFC 1951 §3.2).

use super::InflateError;

/// Reads bits, least significant first.
pub struct Bits<'a> {
    data: &'a [u8],
    at: usize,
    buffer: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    pub fn new(data: &'a [u8]) -> Self {
        Self {
            data,
            at: 0,
            buffer: 0,
            count: 0,
        }
    }

    /// Fills the buffer to at least 32 bits, or with all that is left.
    fn refill(&mut self) {
        if let Some(word) = self.data.get(self.at..).and_then(|d| d.first_chunk::<8>()) {
            self.buffer |= u64::from_le_bytes(*word) << self.count;
            let taken = (63 - self.count) / 8;
            self.at += taken as usize;
            self.count += taken * 8;
        } else {
            while self.count < 56 {
                let Some(&byte) = self.data.get(self.at) else {
                    break;
                };
                self.buffer |= u64::from(byte) << self.count;
                self.at += 1;
                self.count += 8;
            }
        }
        // A whole-word fill leaves bits above `count` that the next fill writes again with the same value.
    }

    /// The next `n` ≤ 16 bits.
    #[inline]
    pub fn take(&mut self, n: u32) -> Result<u32, InflateError> {
        if self.count < n {
            self.refill();
            if self.count < n {
                return Err(InflateError::NotZlib);
            }
        }
        let value = (self.buffer & ((1 << n) - 1)) as u32;
        self.buffer >>= n;
        self.count -= n;
        Ok(value)
    }

    /// The content of a stored block, which begins at the next byte boundary.
    pub fn stored_block(&mut self) -> Option<&'a [u8]> {
        let start = self.at - (self.count / 8) as usize;
        let rest = self.data.get(start..)?;
        let (head, rest) = rest.split_first_chunk::<4>()?;
        let length = u16::from_le_bytes([head[0], head[1]]);
        if length != !u16::from_le_bytes([head[2], head[3]]) {
            return None;
        }
        let content = rest.get(..usize::from(length))?;
        self.at = start + 4 + content.len();
        self.buffer = 0;
        self.count = 0;
        Some(content)
    }

    /// After the last block: the padding bits of the last byte, or `None` where whole bytes are left over.
    pub fn finish(self) -> Option<u64> {
        let unread = (self.count / 8) as usize + (self.data.len() - self.at);
        (unread == 0).then_some(self.buffer & ((1 << self.count) - 1))
    }
}

const FAST_BITS: u32 = 9;

/// A canonical Huffman code: a table for codes of up to nine bits, counting for the longer ones.
pub struct Huffman {
    /// `symbol << 4 | length`, 0 where the code is longer than [`FAST_BITS`] or does not exist.
    fast: [u16; 1 << FAST_BITS],
    /// How many codes have each length.
    counts: [u16; 16],
    /// Symbols in the order of their codes.
    symbols: [u16; 288],
}

impl Huffman {
    /// From the code length of each symbol, 0 for unused ones. Over-subscribed codes are refused, and incomplete
    /// ones but for the single or absent code that RFC 1951 §3.2.7 allows for distances.
    pub fn new(lengths: &[u8]) -> Result<Self, InflateError> {
        let mut counts = [0u16; 16];
        for &length in lengths {
            counts[usize::from(length)] += 1;
        }
        counts[0] = 0;
        let mut left = 1i32;
        let mut offsets = [0u16; 16];
        let mut next_code = [0u32; 16];
        let mut code = 0u32;
        for length in 1..16 {
            left = (left << 1) - i32::from(counts[length]);
            if left < 0 {
                return Err(InflateError::NotZlib);
            }
            offsets[length] = offsets[length - 1] + counts[length - 1];
            code = (code + u32::from(counts[length - 1])) << 1;
            next_code[length] = code;
        }
        let used: u16 = counts.iter().sum();
        if left > 0 && used > u16::from(counts[1] == 1) {
            return Err(InflateError::NotZlib);
        }
        let mut fast = [0u16; 1 << FAST_BITS];
        let mut symbols = [0u16; 288];
        for (symbol, &length) in lengths.iter().enumerate().filter(|(_, l)| **l > 0) {
            let n = usize::from(length);
            symbols[usize::from(offsets[n])] = symbol as u16;
            offsets[n] += 1;
            let code = next_code[n];
            next_code[n] += 1;
            if u32::from(length) <= FAST_BITS {
                let first = (code.reverse_bits() >> (32 - u32::from(length))) as usize;
                for entry in fast.iter_mut().skip(first).step_by(1 << length) {
                    *entry = (symbol as u16) << 4 | u16::from(length);
                }
            }
        }
        Ok(Self {
            fast,
            counts,
            symbols,
        })
    }

    /// The next symbol.
    #[inline]
    pub fn decode(&self, bits: &mut Bits<'_>) -> Result<u16, InflateError> {
        if bits.count < 15 {
            bits.refill();
        }
        let entry = self.fast[(bits.buffer as usize) & ((1 << FAST_BITS) - 1)];
        let length = u32::from(entry & 15);
        if length > 0 && length <= bits.count {
            bits.buffer >>= length;
            bits.count -= length;
            return Ok(entry >> 4);
        }
        self.decode_slowly(bits)
    }

    fn decode_slowly(&self, bits: &mut Bits<'_>) -> Result<u16, InflateError> {
        let (mut code, mut first, mut index) = (0u32, 0u32, 0u32);
        for length in 1..16 {
            code |= bits.take(1)?;
            let count = u32::from(self.counts[length]);
            if code < first + count {
                return Ok(self.symbols[(index + code - first) as usize]);
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        Err(InflateError::NotZlib)
    }
}
