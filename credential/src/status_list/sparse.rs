//! A zlib stream (RFC 1950, 1951) of a list that is nearly all 0, written without ever laying the list out.
//!
//! The list is a sequence of runs of equal bytes. A run is its byte once and then matches at distance 1, or just its
//! bytes where that is shorter. How long the runs of 0 are is counted first, so that the one Huffman code of the whole
//! stream fits exactly; then every run has its bits in a table and an entry costs two look-ups.

mod huffman;

use super::Status;
use crate::inflate::{LENGTH_BASE, LENGTH_EXTRA};
use alloc::vec;
use alloc::vec::Vec;
use huffman::{Code, Put, description};

/// Longest match.
const WHOLE: usize = 258;
/// Shortest match.
const SHORTEST: usize = 3;
/// Runs below this have their bits in a table.
const SHORT: usize = WHOLE + 2;
/// Ends a block.
const END: usize = 256;
/// Literals, end, lengths.
const SYMBOLS: usize = 286;
/// The one distance is 1, which is symbol 0. A second one, never used, makes the code complete: some inflaters insist.
const DISTANCES: [u8; 2] = [1, 1];

/// The stream for `len` statuses of `bits` bits, `entries` being those that may differ from 0. `None` where their
/// indexes do not rise strictly, or an index or a status does not fit. `bits` divides 8 and `len` fills its bytes.
pub fn zlib(bits: u8, len: u32, entries: &[(u32, Status)]) -> Option<Vec<u8>> {
    let runs = Runs::of(bits, len, entries)?;
    let mut plan = Plan::new();
    let mut code = Code::new(&plan.counts(&runs));
    // Runs that cost less as literals in this code are written so, and the code is made anew for what is left.
    for _ in 0..2 {
        if !plan.prefer_literals(&runs, &code) {
            break;
        }
        code = Code::new(&plan.counts(&runs));
    }
    Some(write(&runs, &plan, &code))
}

/// `count` bytes of one value that is not 0, after `zeros` bytes of 0.
struct Run {
    zeros: u32,
    count: u32,
    byte: u8,
}

/// A list as runs, with what is counted over them.
struct Runs {
    runs: Vec<Run>,
    /// Bytes of 0 after the last run.
    tail: u32,
    /// How many runs of 0 there are of each length below [`SHORT`].
    zeros: [u32; SHORT],
    /// The lengths of the others.
    long_zeros: Vec<u32>,
    /// How many runs of one byte there are of each value.
    single: [u32; 256],
    /// Longer ones.
    repeated: Vec<(u8, u32)>,
    adler: u32,
}

impl Runs {
    fn of(bits: u8, len: u32, entries: &[(u32, Status)]) -> Option<Self> {
        let per_byte = (8 / u32::from(bits)).trailing_zeros();
        let size = len >> per_byte;
        let mut runs: Vec<Run> = Vec::with_capacity(entries.len());
        // RFC 1950 §8.2: a is 1 and all bytes, b the sum of a after each byte. A byte of 0 adds nothing to a, so both
        // follow from the other bytes and their distance from the end.
        let (mut a, mut b) = (1u64, u64::from(size));
        let mut end = 0;
        let mut push = |at: u32, byte: u8| {
            if byte == 0 {
                return;
            }
            a += u64::from(byte);
            b += u64::from(byte) * u64::from(size - at);
            let zeros = at - end;
            end = at + 1;
            match runs.last_mut() {
                Some(run) if zeros == 0 && run.byte == byte => run.count += 1,
                _ => runs.push(Run {
                    zeros,
                    count: 1,
                    byte,
                }),
            }
        };
        let (mut at, mut byte) = (0, 0u8);
        let mut next = 0;
        for &(index, status) in entries {
            let number = status.number();
            if index < next || index >= len || u16::from(number) >> bits != 0 {
                return None;
            }
            next = index + 1;
            let place = index >> per_byte;
            if place != at {
                push(at, byte);
                (at, byte) = (place, 0);
            }
            byte |= number << ((index - (place << per_byte)) * u32::from(bits));
        }
        push(at, byte);
        let mut all = Self {
            runs,
            tail: size - end,
            zeros: [0; SHORT],
            long_zeros: Vec::new(),
            single: [0; 256],
            repeated: Vec::new(),
            adler: ((b % 65_521) << 16 | (a % 65_521)) as u32,
        };
        all.count();
        Some(all)
    }

    fn count(&mut self) {
        let ends = core::iter::once(self.tail);
        for zeros in self.runs.iter().map(|run| run.zeros).chain(ends) {
            match self.zeros.get_mut(zeros as usize) {
                Some(count) => *count += 1,
                None => self.long_zeros.push(zeros),
            }
        }
        self.zeros[0] = 0;
        for run in &self.runs {
            match run.count {
                1 => self.single[usize::from(run.byte)] += 1,
                count => self.repeated.push((run.byte, count)),
            }
        }
    }
}

/// How a run is written: literals, longest matches, and one shorter match where its length is not 0.
struct Parts {
    literals: u32,
    whole: u32,
    rest: usize,
}

/// Which runs of 0 are written as literals throughout, by their length.
struct Plan {
    literal: [bool; SHORT],
}

impl Plan {
    fn new() -> Self {
        Self {
            literal: core::array::from_fn(|length| length <= SHORTEST),
        }
    }

    fn zeros(&self, length: u32) -> Parts {
        match self.literal.get(length as usize) {
            Some(true) => Parts {
                literals: length,
                whole: 0,
                rest: 0,
            },
            _ => repeated(length),
        }
    }

    /// How often each symbol is written.
    fn counts(&self, runs: &Runs) -> [u32; SYMBOLS] {
        let mut counts = [0; SYMBOLS];
        let mut add = |byte: u8, parts: Parts, times: u32| {
            counts[usize::from(byte)] += parts.literals * times;
            counts[SYMBOLS - 1] += parts.whole * times;
            if parts.rest > 0 {
                counts[length_symbol(parts.rest).0] += times;
            }
        };
        for (length, &times) in runs.zeros.iter().enumerate().filter(|(_, n)| **n > 0) {
            add(0, self.zeros(length as u32), times);
        }
        for &length in &runs.long_zeros {
            add(0, repeated(length), 1);
        }
        for &(byte, count) in &runs.repeated {
            add(byte, repeated(count), 1);
        }
        for (total, single) in counts.iter_mut().zip(runs.single) {
            *total += single;
        }
        counts[END] = 1;
        // A code needs two symbols.
        counts[0] = counts[0].max(1);
        counts
    }

    /// Whether some length is now written as literals that was not before.
    fn prefer_literals(&mut self, runs: &Runs, code: &Code) -> bool {
        let literal = code.of(0).1;
        let mut changed = false;
        for length in (0..SHORT).filter(|length| runs.zeros[*length] > 0) {
            let cost: u32 = puts(0, repeated(length as u32), code).map(|(_, n)| n).sum();
            if !self.literal[length] && length as u32 * literal < cost {
                self.literal[length] = true;
                changed = true;
            }
        }
        changed
    }
}

/// A run as its byte and matches of what stands one byte before.
fn repeated(length: u32) -> Parts {
    let after = length - 1;
    let (whole, rest) = (after / WHOLE as u32, after as usize % WHOLE);
    if rest < SHORTEST {
        return Parts {
            literals: 1 + rest as u32,
            whole,
            rest: 0,
        };
    }
    Parts {
        literals: 1,
        whole,
        rest,
    }
}

/// The symbol of a match length, and what is written after it.
fn length_symbol(length: usize) -> (usize, Put) {
    let place = LENGTH_BASE.partition_point(|base| usize::from(*base) <= length) - 1;
    let extra = length - usize::from(LENGTH_BASE[place]);
    (257 + place, (extra as u64, u32::from(LENGTH_EXTRA[place])))
}

/// Everything written for one run.
fn puts(byte: u8, parts: Parts, code: &Code) -> impl Iterator<Item = Put> {
    let distance = (0, u32::from(DISTANCES[0]));
    let literal = core::iter::repeat_n(code.of(usize::from(byte)), parts.literals as usize);
    let whole = [code.of(SYMBOLS - 1), distance];
    let whole = core::iter::repeat_n(whole, parts.whole as usize).flatten();
    let rest = (parts.rest > 0).then(|| {
        let (symbol, extra) = length_symbol(parts.rest);
        [code.of(symbol), extra, distance]
    });
    literal.chain(whole).chain(rest.into_iter().flatten())
}

fn write(runs: &Runs, plan: &Plan, code: &Code) -> Vec<u8> {
    let distances = Code::of_lengths(&DISTANCES);
    let head = description(code, &distances);
    // Every short run of 0 in one piece: at most 45 bits of literals, or 36 with a match.
    let mut zeros = [(0u64, 0u32); SHORT];
    for length in (1..SHORT).filter(|length| runs.zeros[*length] > 0) {
        let of_run = puts(0, plan.zeros(length as u32), code);
        zeros[length] = of_run.fold((0, 0), |(bits, n), put| (bits | put.0 << n, n + put.1));
    }
    let mut out = Bits::new(runs.runs.len() * 2 + 512);
    // The last block, with codes of its own.
    out.put((0b101, 3));
    head.into_iter().for_each(|put| out.put(put));
    let zero_run = |out: &mut Bits, length: u32| match zeros.get(length as usize) {
        Some(&put) => out.put(put),
        None => puts(0, repeated(length), code).for_each(|put| out.put(put)),
    };
    for run in &runs.runs {
        zero_run(&mut out, run.zeros);
        match run.count {
            1 => out.put(code.of(usize::from(run.byte))),
            count => puts(run.byte, repeated(count), code).for_each(|put| out.put(put)),
        }
    }
    zero_run(&mut out, runs.tail);
    out.put(code.of(END));
    out.finish(runs.adler)
}

/// The stream being written, lowest bit first. `out` has at least 8 bytes to spare after `at`.
struct Bits {
    out: Vec<u8>,
    at: usize,
    held: u64,
    count: u32,
}

impl Bits {
    fn new(size: usize) -> Self {
        let mut out = vec![0; size];
        out[..2].copy_from_slice(&[0x78, 0xda]);
        Self {
            out,
            at: 2,
            held: 0,
            count: 0,
        }
    }

    /// Writes at most 56 bits.
    #[inline]
    fn put(&mut self, (bits, n): Put) {
        self.held |= bits << self.count;
        self.count += n;
        if self.at + 8 > self.out.len() {
            self.out.resize(self.out.len() * 2, 0);
        }
        self.out[self.at..self.at + 8].copy_from_slice(&self.held.to_le_bytes());
        let whole = self.count / 8;
        self.at += whole as usize;
        self.held >>= whole * 8;
        self.count %= 8;
    }

    fn finish(mut self, adler: u32) -> Vec<u8> {
        self.out.truncate(self.at);
        if self.count > 0 {
            self.out.push(self.held as u8);
        }
        self.out.extend_from_slice(&adler.to_be_bytes());
        self.out
    }
}
