//! Huffman codes for DEFLATE (RFC 1951 §3.2.2, §3.2.7): from counts to lengths, codes and their description.

use crate::inflate::CODE_LENGTH_ORDER;
use alloc::vec;
use alloc::vec::Vec;

/// Longest code of literals, lengths and distances.
const LIMIT: u8 = 15;
/// Longest code of code lengths.
const LENGTHS_LIMIT: u8 = 7;

/// A number of so many bits, to be written lowest bit first.
pub type Put = (u64, u32);

/// A code: for each symbol its bits as they are written, 0 of them where the symbol has no code.
pub struct Code {
    symbols: Vec<Put>,
}

impl Code {
    /// The shortest code for symbols that occur so often. At least two must occur.
    pub fn new(counts: &[u32]) -> Self {
        Self::of_lengths(&lengths(counts, LIMIT))
    }

    /// The canonical code with those lengths.
    pub fn of_lengths(lengths: &[u8]) -> Self {
        let mut of_length = [0u32; LIMIT as usize + 1];
        for &length in lengths.iter().filter(|length| **length > 0) {
            of_length[usize::from(length)] += 1;
        }
        let mut next = [0u32; LIMIT as usize + 1];
        for bits in 1..next.len() {
            next[bits] = (next[bits - 1] + of_length[bits - 1]) << 1;
        }
        let symbols = lengths.iter().map(|&length| {
            if length == 0 {
                return (0, 0);
            }
            let code = next[usize::from(length)];
            next[usize::from(length)] += 1;
            // Codes go most significant bit first.
            let code = code.reverse_bits() >> (32 - u32::from(length));
            (u64::from(code), u32::from(length))
        });
        Self {
            symbols: symbols.collect(),
        }
    }

    /// The bits of a symbol.
    pub fn of(&self, symbol: usize) -> Put {
        self.symbols[symbol]
    }

    fn lengths(&self) -> impl Iterator<Item = u8> {
        self.symbols.iter().map(|(_, bits)| *bits as u8)
    }
}

/// What stands before the content of a dynamic block: the two codes, themselves coded (RFC 1951 §3.2.7).
pub fn description(literals: &Code, distances: &Code) -> Vec<Put> {
    let used = literals.lengths().collect::<Vec<_>>();
    let literal_count = used.iter().rposition(|n| *n > 0).map_or(257, |at| at + 1);
    let mut all = used[..literal_count.max(257)].to_vec();
    let literal_count = all.len();
    all.extend(distances.lengths());
    let runs = runs(&all);
    let mut counts = [0; 19];
    for (symbol, _) in &runs {
        counts[*symbol] += 1;
    }
    let lengths_of_lengths = lengths(&counts, LENGTHS_LIMIT);
    let code = Code::of_lengths(&lengths_of_lengths);
    let ordered = CODE_LENGTH_ORDER.map(|symbol| lengths_of_lengths[symbol]);
    let code_count = ordered.iter().rposition(|n| *n > 0).map_or(4, |at| at + 1);
    let code_count = code_count.max(4);
    let mut puts = vec![
        (literal_count as u64 - 257, 5),
        (distances.symbols.len() as u64 - 1, 5),
        (code_count as u64 - 4, 4),
    ];
    puts.extend(ordered[..code_count].iter().map(|n| (u64::from(*n), 3)));
    for (symbol, repeat) in runs {
        puts.push(code.of(symbol));
        puts.push(repeat);
    }
    puts
}

/// Code lengths with repeats: each a symbol and the number that follows it.
fn runs(lengths: &[u8]) -> Vec<(usize, Put)> {
    let mut out = Vec::new();
    for run in lengths.chunk_by(|a, b| a == b) {
        let mut left = run.len();
        if run[0] == 0 {
            while left >= 3 {
                let now = left.min(138);
                out.push(match now {
                    3..=10 => (17, (now as u64 - 3, 3)),
                    _ => (18, (now as u64 - 11, 7)),
                });
                left -= now;
            }
        } else {
            out.push((usize::from(run[0]), (0, 0)));
            left -= 1;
            while left >= 3 {
                let now = left.min(6);
                out.push((16, (now as u64 - 3, 2)));
                left -= now;
            }
        }
        out.extend((0..left).map(|_| (usize::from(run[0]), (0, 0))));
    }
    out
}

/// Lengths of an optimal code, or of nearly one where that would be longer than `limit` bits.
fn lengths(counts: &[u32], limit: u8) -> Vec<u8> {
    let mut counts = counts.to_vec();
    loop {
        let lengths = unlimited(&counts);
        if lengths.iter().all(|length| *length <= limit) {
            return lengths;
        }
        // Counts closer to each other make the longest codes shorter; all of 1 make a code of 9 bits.
        for count in &mut counts {
            *count = count.div_ceil(2);
        }
    }
}

/// Huffman's algorithm with two queues: leaves by count, and the nodes made of them, which rise by themselves.
fn unlimited(counts: &[u32]) -> Vec<u8> {
    let mut symbols: Vec<usize> = (0..counts.len()).filter(|at| counts[*at] > 0).collect();
    symbols.sort_by_key(|at| counts[*at]);
    let leaves = symbols.len();
    let mut weights: Vec<u64> = symbols.iter().map(|at| u64::from(counts[*at])).collect();
    let mut parents = vec![0usize; 2 * leaves];
    let (mut leaf, mut node) = (0, leaves);
    for made in leaves..(2 * leaves).saturating_sub(1) {
        let mut weight = 0;
        for _ in 0..2 {
            let take_leaf = leaf < leaves && (node == made || weights[leaf] <= weights[node]);
            let next = if take_leaf { &mut leaf } else { &mut node };
            weight += weights[*next];
            parents[*next] = made;
            *next += 1;
        }
        weights.push(weight);
    }
    let mut depths = vec![0u8; weights.len()];
    let root = depths.len().saturating_sub(1);
    for at in (0..root).rev() {
        depths[at] = depths[parents[at]] + 1;
    }
    let mut lengths = vec![0; counts.len()];
    for (at, symbol) in symbols.into_iter().enumerate() {
        lengths[symbol] = depths[at];
    }
    lengths
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sum of 2^-length over all codes, in units of 2^-[`LIMIT`]: [`ALL`] where no bit pattern is unused.
    fn kraft(lengths: &[u8]) -> u32 {
        let used = lengths.iter().filter(|n| **n > 0);
        used.map(|n| 1 << (LIMIT - n)).sum()
    }

    const ALL: u32 = 1 << LIMIT;

    #[test]
    fn codes_are_complete_and_within_the_limit() {
        // Fibonacci counts make the longest codes that there can be.
        let (mut a, mut b) = (1u32, 1u32);
        let fibonacci: Vec<u32> = (0..40)
            .map(|_| {
                (a, b) = (b, a + b);
                a
            })
            .collect();
        assert!(unlimited(&fibonacci).iter().any(|n| *n > 30));
        for counts in [&fibonacci[..], &[1, 1], &[7; 286], &[0, 5, 0, 1, 1]] {
            for limit in [LIMIT, 9] {
                let lengths = lengths(counts, limit);
                assert!(lengths.iter().all(|n| *n <= limit));
                assert_eq!(kraft(&lengths), ALL, "{counts:?}");
                let coded = |at: usize| lengths[at] > 0;
                assert!((0..counts.len()).all(|at| coded(at) == (counts[at] > 0)));
            }
        }
        assert_eq!(lengths(&[8, 4, 2, 1, 1], LIMIT), [1, 2, 3, 4, 4]);
    }

    #[test]
    fn a_canonical_code_is_that_of_the_rfc() {
        // RFC 1951 §3.2.2: the alphabet ABCDEFGH with lengths 3, 3, 3, 3, 3, 2, 4, 4.
        let code = Code::of_lengths(&[3, 3, 3, 3, 3, 2, 4, 4]);
        let forward = |symbol| {
            let (bits, length) = code.of(symbol);
            bits.reverse_bits() >> (64 - length)
        };
        let expected = [0b010, 0b011, 0b100, 0b101, 0b110, 0b00, 0b1110, 0b1111];
        assert_eq!(core::array::from_fn::<u64, 8, _>(forward), expected);
    }
}
