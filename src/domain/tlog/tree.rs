//! Nodes of a tree and how ranges of leaves are made of them.

use super::{Hash, node};
use sha2::{Digest, Sha256};

/// A whole subtree: over the leaves `index << height` up to the next of its height.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Node {
    /// Levels above the leaves.
    pub height: u8,
    /// Which of that height.
    pub index: u64,
}

/// Leaves from one up to and without another. What a proof names is always such a range, and begins at a multiple of
/// the least power of two that is not below its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The first leaf.
    pub begin: u64,
    /// The leaf after the last.
    pub end: u64,
}

impl Range {
    /// The first `size` leaves.
    pub fn first(size: u64) -> Self {
        Self {
            begin: 0,
            end: size,
        }
    }

    /// How many leaves.
    pub fn len(self) -> u64 {
        self.end - self.begin
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.begin == self.end
    }

    /// The largest power of two below the number of leaves, which the left side takes (RFC 9162 §2.1.1), and both
    /// sides. Only of more than one leaf.
    pub fn halves(self) -> (Self, Self) {
        let left = self.len().next_power_of_two() / 2;
        let middle = self.begin + left;
        let (begin, end) = (self.begin, self.end);
        (Self { begin, end: middle }, Self { begin: middle, end })
    }

    /// The whole subtrees that make the range, from left to right: as many as its length has bits.
    pub fn nodes(self) -> Vec<Node> {
        let mut nodes = Vec::new();
        let mut at = self.begin;
        for height in (0..64).rev() {
            if self.len() >> height & 1 == 1 {
                let height = height as u8;
                nodes.push(Node {
                    height,
                    index: at >> height,
                });
                at += 1 << height;
            }
        }
        nodes
    }
}

/// The hash of a range from those of [`Range::nodes`]; of nothing, SHA-256 of nothing.
pub fn hash_of(nodes: &[Hash]) -> Hash {
    match nodes.split_last() {
        None => Sha256::digest([]).into(),
        Some((last, before)) => before
            .iter()
            .rev()
            .fold(*last, |right, left| node(left, &right)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_made_of_whole_subtrees() {
        let nodes = Range { begin: 8, end: 15 }.nodes();
        let expected = [(2, 2), (1, 6), (0, 14)];
        let found: Vec<_> = nodes.iter().map(|n| (n.height, n.index)).collect();
        assert_eq!(found, expected);
        assert!(Range::first(0).nodes().is_empty());
    }

    #[test]
    fn the_left_side_takes_the_largest_power_of_two_below() {
        let (left, right) = Range::first(8).halves();
        assert_eq!((left.end, right.begin), (4, 4));
        let (left, right) = Range::first(9).halves();
        assert_eq!((left.end, right.begin), (8, 8));
    }
}
