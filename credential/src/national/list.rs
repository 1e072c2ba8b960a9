//! One list: ascending indexes below a bound as Golomb-coded gaps in blocks (FORMAT.md §18.3).

use super::bits::{self, LOADED, Writer, load};
use alloc::vec::Vec;

/// Entries that a block holds at most on average.
const BLOCK: u64 = 128;
/// The widest field of a skip table.
const MAX_WIDTH: u8 = 32;
/// Most bits of the gaps of a list.
const MAX_BITS: u32 = 1 << 31;
/// Most indexes that a list may be about: those of all lists of a country together.
pub(super) const MAX_INDEXES: u64 = 1 << 40;

/// What follows from how many indexes there are and how many of them are listed: nothing of it stands in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shape {
    /// Golomb's parameter.
    m: u64,
    /// ⌈log2 m⌉.
    long: u32,
    /// Remainders below this have one bit less.
    short: u64,
    /// Indexes of a block, as a power of two.
    block: u32,
    /// How many blocks.
    blocks: u32,
}

impl Shape {
    /// Of 1 ≤ `count` ≤ `indexes` ≤ [`MAX_INDEXES`].
    fn new(indexes: u64, count: u32) -> Self {
        let (n, k) = (indexes, u64::from(count.max(1)));
        // ln 2 · n/k + 0.153, rounded down, which is the optimum for gaps of chance or beside it.
        let m = ((45_426 * n + 10_042 * k) / (65_536 * k)).max(1);
        let long = 64 - (m - 1).leading_zeros();
        let block = (BLOCK * n / k).max(1).ilog2();
        Self {
            m,
            long,
            short: (1 << long) - m,
            block,
            blocks: n.div_ceil(1 << block) as u32,
        }
    }
}

/// What the directory says of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stated {
    /// Entries, at least 1.
    pub(super) count: u32,
    /// Bits of the coded gaps.
    pub(super) bits: u32,
    /// Bits of a field of the skip table.
    pub(super) width: u8,
}

/// A list within the data of a body.
#[derive(Debug, Clone, Copy)]
pub(super) struct List {
    indexes: u64,
    stated: Stated,
    shape: Shape,
    /// Its first byte in the body.
    at: usize,
}

impl List {
    /// `None` where the numbers cannot belong together.
    pub(super) fn new(indexes: u64, stated: Stated, at: usize) -> Option<Self> {
        let possible = indexes <= MAX_INDEXES
            && (1..=indexes).contains(&u64::from(stated.count))
            && stated.count <= stated.bits
            && stated.bits < MAX_BITS
            && stated.width <= MAX_WIDTH;
        possible.then(|| Self {
            indexes,
            stated,
            shape: Shape::new(indexes, stated.count),
            at,
        })
    }

    pub(super) fn count(&self) -> u32 {
        self.stated.count
    }

    pub(super) fn bits(&self) -> u32 {
        self.stated.bits
    }

    /// Whole bytes that it takes.
    pub(super) fn bytes(&self) -> usize {
        let fields = (self.shape.blocks as usize - 1) * usize::from(self.stated.width);
        (self.stated.bits as usize + fields).div_ceil(8)
    }

    fn data<'a>(&self, body: &'a [u8]) -> &'a [u8] {
        let end = self.at.saturating_add(self.bytes());
        body.get(self.at..end).unwrap_or_default()
    }

    /// Where the blocks would begin if all were equally long.
    fn expected(&self, block: u32) -> i64 {
        let bits = u64::from(block) * u64::from(self.stated.bits) / u64::from(self.shape.blocks);
        bits as i64
    }

    /// The bit at which a block begins; the end of the last one where there is no such block.
    #[inline]
    fn start(&self, data: &[u8], block: u32) -> usize {
        if block == 0 {
            return 0;
        }
        if block >= self.shape.blocks {
            return self.stated.bits as usize;
        }
        let start = self.stated_start(data, block);
        start.clamp(0, i64::from(self.stated.bits)) as usize
    }

    /// What the skip table says of a block that is neither the first nor beyond the last.
    #[inline]
    fn stated_start(&self, data: &[u8], block: u32) -> i64 {
        let width = self.stated.width;
        let field = self.stated.bits as usize + (block as usize - 1) * usize::from(width);
        self.expected(block) + bits::signed(data, field, width)
    }

    /// Whether an index is in it: one block is read.
    pub(super) fn contains(&self, body: &[u8], index: u32) -> bool {
        let data = self.data(body);
        let Shape {
            m,
            long,
            short,
            block,
            ..
        } = self.shape;
        let index = u64::from(index);
        let number = (index >> block) as u32;
        let mut next = u64::from(number) << block;
        let (mut at, end) = (self.start(data, number), self.start(data, number + 1));
        // The same steps as in `gap`, but without a jump that depends on the remainder, and without waiting for memory:
        // several gaps are taken from one word.
        let (mut word, mut left) = (0, 0);
        let short_bits = long.saturating_sub(1);
        let mask = (1 << short_bits) - 1;
        while at < end {
            let mut ones = u64::trailing_ones(word);
            if ones + 1 + long > left {
                word = load(data, at);
                left = LOADED;
                ones = word.trailing_ones();
            }
            let gap = if ones + 1 + long > LOADED {
                left = 0;
                self.gap(data, &mut at)
            } else {
                let rest = word >> (ones + 1);
                let high = rest & mask;
                let last = (rest >> short_bits) & 1;
                let is_long = u64::from(high >= short && long > 0);
                let used = ones + 1 + short_bits + is_long as u32;
                word >>= used;
                left -= used;
                at += used as usize;
                u64::from(ones) * m + high + is_long * (high + last).wrapping_sub(short)
            };
            let found = gap.saturating_add(next);
            if found >= index {
                return found == index;
            }
            next = found + 1;
        }
        false
    }

    /// Reads one gap and moves on. Never reads for ever: beyond the data there are zeros.
    #[inline]
    fn gap(&self, data: &[u8], at: &mut usize) -> u64 {
        let mut word = load(data, *at);
        let mut ones = word.trailing_ones();
        let mut quotient = u64::from(ones);
        if ones + 1 + self.shape.long > LOADED {
            // A long run of ones: go on in steps.
            quotient = 0;
            loop {
                ones = word.trailing_ones().min(LOADED);
                quotient += u64::from(ones);
                *at += ones as usize;
                if ones < LOADED {
                    break;
                }
                word = load(data, *at);
            }
            *at += 1;
            word = load(data, *at);
        } else {
            *at += ones as usize + 1;
            word >>= ones + 1;
        }
        // Far beyond every index where it would not fit.
        let multiple = quotient.saturating_mul(self.shape.m);
        multiple.saturating_add(self.remainder(word, at))
    }

    /// Truncated binary: the first bits are the higher ones.
    #[inline]
    fn remainder(&self, word: u64, at: &mut usize) -> u64 {
        let Shape { long, short, .. } = self.shape;
        if long == 0 {
            return 0;
        }
        let high = word & ((1 << (long - 1)) - 1);
        let last = (word >> (long - 1)) & 1;
        let is_long = high >= short;
        *at += long as usize - usize::from(!is_long);
        match is_long {
            true => 2 * high + last - short,
            false => high,
        }
    }

    /// Its indexes, ascending.
    pub(super) fn iter<'a>(&self, body: &'a [u8]) -> Indexes<'a> {
        Indexes {
            list: *self,
            data: self.data(body),
            block: 0,
            at: 0,
            end: 0,
            next: 0,
        }
    }

    /// Whether its bytes are those that [`encode`] writes for its indexes.
    pub(super) fn is_canonical(&self, body: &[u8]) -> bool {
        let data = self.data(body);
        let shape = &self.shape;
        if data.len() != self.bytes() {
            return false;
        }
        let (mut count, mut least, mut most, mut at) = (0, 0, 0, 0);
        for block in 0..shape.blocks {
            if block > 0 && self.stated_start(data, block) != at as i64 {
                return false;
            }
            let off = at as i64 - self.expected(block);
            (least, most) = (off.min(least), off.max(most));
            let first = u64::from(block) << shape.block;
            let bound = (first + (1 << shape.block)).min(self.indexes);
            let end = self.start(data, block + 1);
            let mut next = first;
            while at < end {
                let index = self.gap(data, &mut at).saturating_add(next);
                if index >= bound || at > end {
                    return false;
                }
                next = index + 1;
                count += 1;
            }
        }
        let used = self.stated.bits as usize
            + (shape.blocks as usize - 1) * usize::from(self.stated.width);
        at == self.stated.bits as usize
            && count == self.stated.count
            && self.stated.width == bits::width_of(least, most)
            && (used.is_multiple_of(8) || data[data.len() - 1] >> (used % 8) == 0)
    }
}

/// The indexes of a list.
pub(super) struct Indexes<'a> {
    list: List,
    data: &'a [u8],
    /// The block after the one at hand.
    block: u32,
    at: usize,
    end: usize,
    next: u64,
}

impl Iterator for Indexes<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        while self.at >= self.end {
            if self.block == self.list.shape.blocks {
                return None;
            }
            self.at = self.list.start(self.data, self.block);
            self.end = self.list.start(self.data, self.block + 1);
            self.next = u64::from(self.block) << self.list.shape.block;
            self.block += 1;
        }
        let index = self.next + self.list.gap(self.data, &mut self.at);
        self.next = index + 1;
        Some(index)
    }
}

/// Codes what is `listed`, ascending, at least one and below `indexes` ≤ [`MAX_INDEXES`], behind what is in `out`.
pub(super) fn encode(
    indexes: u64,
    listed: impl ExactSizeIterator<Item = u64>,
    writer: &mut Writer,
    out: &mut Vec<u8>,
) -> Stated {
    let count = listed.len() as u32;
    let shape = Shape::new(indexes, count);
    let mut starts = Vec::with_capacity(shape.blocks as usize);
    let mut next = 0;
    for index in listed {
        let block = index >> shape.block;
        while starts.len() as u64 <= block {
            next = (starts.len() as u64) << shape.block;
            starts.push(writer.len() as i64);
        }
        write_gap(&shape, index - next, writer);
        next = index + 1;
    }
    let bits = writer.len();
    starts.resize(shape.blocks as usize, bits as i64);
    let offs = starts.iter().enumerate().map(|(block, start)| {
        let expected = block as u64 * bits as u64 / u64::from(shape.blocks);
        start - expected as i64
    });
    let (least, most) = offs
        .clone()
        .fold((0, 0), |(least, most), off| (off.min(least), off.max(most)));
    let width = bits::width_of(least, most);
    for off in offs.skip(1) {
        writer.push(off as u64, u32::from(width));
    }
    writer.drain_into(out);
    Stated {
        count,
        bits: bits as u32,
        width,
    }
}

fn write_gap(shape: &Shape, gap: u64, writer: &mut Writer) {
    let (mut ones, remainder) = (gap / shape.m, gap % shape.m);
    while ones >= 31 {
        writer.push(u64::MAX, 31);
        ones -= 31;
    }
    writer.push((1 << ones) - 1, ones as u32 + 1);
    if shape.long == 0 {
        return;
    }
    if remainder < shape.short {
        writer.push(remainder, shape.long - 1);
    } else {
        let code = remainder + shape.short;
        writer.push(code >> 1, shape.long - 1);
        writer.push(code, 1);
    }
}

#[cfg(test)]
mod tests;
