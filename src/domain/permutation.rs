//! A secret order of a status list's indexes: the n-th credential of a bulk list gets the n-th index of it.
//!
//! Indexes drawn one by one at random need a row each to be drawn only once. A permutation needs a counter: each place
//! is handed out once, and a bijection never gives two places the same index. Who does not know the seed learns from an
//! index nothing about when it was given.

use credential::status_list::SHARD;
use sha2::{Digest, Sha256};

/// Half of the bits of an index.
const HALF: u32 = SHARD.trailing_zeros() / 2;
const SIDE: usize = 1 << HALF;
/// As many as NIST SP 800-38G has for domains of this size.
const ROUNDS: usize = 10;

/// A permutation of 0 … 2^20 − 1: a Feistel network (Luby and Rackoff 1988) whose round functions are tables of
/// SHA-256(seed ‖ round ‖ block). 20 kB.
pub struct Permutation(Box<[[u16; SIDE]; ROUNDS]>);

impl Permutation {
    /// The permutation of a seed; the same one in every version of this program.
    pub fn new(seed: &[u8; 32]) -> Self {
        let mut tables = Box::new([[0; SIDE]; ROUNDS]);
        for (round, table) in tables.iter_mut().enumerate() {
            // 16 numbers to a hash.
            for (block, numbers) in table.chunks_exact_mut(16).enumerate() {
                let hash = Sha256::new()
                    .chain_update(seed)
                    .chain_update([round as u8, block as u8])
                    .finalize();
                for (number, bytes) in numbers.iter_mut().zip(hash.chunks_exact(2)) {
                    *number = u16::from_be_bytes([bytes[0], bytes[1]]) & (SIDE as u16 - 1);
                }
            }
        }
        Self(tables)
    }

    /// The index at a place.
    ///
    /// # Panics
    /// Where the place is not below 2^20.
    pub fn index(&self, place: u32) -> u32 {
        assert!(place < SHARD, "a place beyond the list");
        let (mut left, mut right) = (place >> HALF, place & (SIDE as u32 - 1));
        for table in self.0.iter() {
            (left, right) = (right, left ^ u32::from(table[right as usize]));
        }
        left << HALF | right
    }

    /// The place of an index: [`Permutation::index`] undone.
    ///
    /// # Panics
    /// Where the index is not below 2^20.
    pub fn place(&self, index: u32) -> u32 {
        assert!(index < SHARD, "an index beyond the list");
        let (mut left, mut right) = (index >> HALF, index & (SIDE as u32 - 1));
        for table in self.0.iter().rev() {
            (left, right) = (right ^ u32::from(table[left as usize]), left);
        }
        left << HALF | right
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_index_is_given_once_and_finds_back() {
        let permutation = Permutation::new(&[7; 32]);
        let mut seen = vec![false; SHARD as usize];
        for place in 0..SHARD {
            let index = permutation.index(place);
            assert!(!std::mem::replace(&mut seen[index as usize], true));
            assert_eq!(permutation.place(index), place);
        }
    }

    /// Lists that are half used by one version go on with the next.
    #[test]
    fn the_order_is_fixed_for_ever() {
        let first = |seed| {
            (0..4)
                .map(|p| Permutation::new(&[seed; 32]).index(p))
                .collect::<Vec<_>>()
        };
        assert_eq!(first(0), FIRST_OF_ZEROS);
        assert_ne!(first(1), FIRST_OF_ZEROS);
    }

    const FIRST_OF_ZEROS: [u32; 4] = [716_652, 265_028, 571_415, 558_075];

    /// Neighbours in time are not neighbours in the list.
    #[test]
    fn the_order_looks_random() {
        let permutation = Permutation::new(&[9; 32]);
        let steps: Vec<i64> = (0..100_000)
            .map(|p| i64::from(permutation.index(p + 1)) - i64::from(permutation.index(p)))
            .collect();
        let mean = steps.iter().map(|s| s.unsigned_abs()).sum::<u64>() / steps.len() as u64;
        // The expectation for independent indexes is a third of the list.
        assert!(mean.abs_diff(u64::from(SHARD) / 3) < u64::from(SHARD) / 100);
        let up = steps.iter().filter(|s| **s > 0).count();
        assert!((49_000..51_000).contains(&up), "{up}");
    }
}
