//! Proofs that a leaf is in a tree, and that a tree is the begin of a larger one (RFC 9162 §2.1.3, §2.1.4).

use super::tree::Range;
use super::{Hash, node};

/// The ranges whose hashes prove that leaf `index` is in the tree of `size` leaves, in the order of the proof.
///
/// `None` where there is no such leaf.
pub fn inclusion(index: u64, size: u64) -> Option<Vec<Range>> {
    if index >= size {
        return None;
    }
    let (mut at, mut path) = (Range::first(size), Vec::new());
    while at.len() > 1 {
        let (left, right) = at.halves();
        let (inner, beside) = match index < left.end {
            true => (left, right),
            false => (right, left),
        };
        path.push(beside);
        at = inner;
    }
    path.reverse();
    Some(path)
}

/// The ranges whose hashes prove that the tree of `old` leaves is the begin of the one of `size`, in the order of the
/// proof. Of nothing, and of the whole, it is empty.
///
/// `None` where the old tree is the larger one.
pub fn consistency(old: u64, size: u64) -> Option<Vec<Range>> {
    if old > size {
        return None;
    }
    if old == 0 || old == size {
        return Some(Vec::new());
    }
    let (mut at, mut path, mut whole) = (Range::first(size), Vec::new(), true);
    while at.end != old {
        let (left, right) = at.halves();
        if old <= left.end {
            path.push(right);
            at = left;
        } else {
            path.push(left);
            at = right;
            whole = false;
        }
    }
    // The old root itself needs no proof.
    if !whole {
        path.push(at);
    }
    path.reverse();
    Some(path)
}

/// Whether a proof shows that a leaf is at `index` of the tree with that size and root (RFC 9162 §2.1.3.2).
pub fn is_included(leaf: &Hash, index: u64, size: u64, root: &Hash, proof: &[Hash]) -> bool {
    if index >= size {
        return false;
    }
    let (mut fnode, mut snode, mut hash) = (index, size - 1, *leaf);
    for other in proof {
        if snode == 0 {
            return false;
        }
        if fnode & 1 == 1 || fnode == snode {
            hash = node(other, &hash);
            while fnode & 1 == 0 && fnode != 0 {
                (fnode, snode) = (fnode >> 1, snode >> 1);
            }
        } else {
            hash = node(&hash, other);
        }
        (fnode, snode) = (fnode >> 1, snode >> 1);
    }
    snode == 0 && hash == *root
}

/// A size of a tree and its root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Leaves.
    pub size: u64,
    /// The hash of all of them.
    pub root: Hash,
}

/// Whether a proof shows that one tree is the begin of another (RFC 9162 §2.1.4.2). A tree of nothing begins every one.
pub fn is_consistent(old: &Head, new: &Head, proof: &[Hash]) -> bool {
    if old.size > new.size {
        return false;
    }
    if old.size == new.size {
        return proof.is_empty() && old.root == new.root;
    }
    if old.size == 0 {
        return proof.is_empty();
    }
    // An old tree that is whole is itself where the proof begins.
    let begun = old.size.is_power_of_two().then_some(&old.root);
    let mut steps = begun.into_iter().chain(proof);
    let Some(first) = steps.next() else {
        return false;
    };
    let (mut fnode, mut snode) = (old.size - 1, new.size - 1);
    while fnode & 1 == 1 {
        (fnode, snode) = (fnode >> 1, snode >> 1);
    }
    let (mut before, mut after) = (*first, *first);
    for other in steps {
        if snode == 0 {
            return false;
        }
        if fnode & 1 == 1 || fnode == snode {
            before = node(other, &before);
            after = node(other, &after);
            while fnode & 1 == 0 && fnode != 0 {
                (fnode, snode) = (fnode >> 1, snode >> 1);
            }
        } else {
            after = node(&after, other);
        }
        (fnode, snode) = (fnode >> 1, snode >> 1);
    }
    snode == 0 && before == old.root && after == new.root
}

#[cfg(test)]
mod tests {
    use super::super::tile::{Tiles, grow};
    use super::super::{Tree, leaf};
    use super::*;

    /// The leaves of RFC 6962's reference implementation (certificate-transparency, `merkletree`).
    const LEAVES: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];

    fn tiles(leaves: &[Hash]) -> Tiles {
        let mut tiles = Tiles::default();
        for (id, hashes) in grow(&Tiles::default(), 0, leaves).unwrap().1 {
            tiles.insert(id, hashes);
        }
        tiles
    }

    fn hashes(tiles: &Tiles, ranges: &[Range]) -> Vec<Hash> {
        ranges.iter().map(|r| tiles.range(*r).unwrap()).collect()
    }

    fn hex(hashes: &[Hash]) -> Vec<String> {
        let encode = |h: &Hash| data_encoding::HEXLOWER.encode(h);
        hashes.iter().map(encode).collect()
    }

    fn reference() -> Tiles {
        tiles(&LEAVES.map(leaf))
    }

    #[test]
    fn inclusion_proofs_of_the_reference_implementation() {
        let tiles = reference();
        // Its vectors count leaves from 1: (1, 8), (6, 8), (3, 3), (2, 5).
        let cases: [(u64, u64, &[&str]); 4] = [
            (
                0,
                8,
                &[
                    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
                ],
            ),
            (
                5,
                8,
                &[
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                ],
            ),
            (
                2,
                3,
                &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
            ),
            (
                1,
                5,
                &[
                    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                ],
            ),
        ];
        for (index, size, expected) in cases {
            let proof = hashes(&tiles, &inclusion(index, size).unwrap());
            assert_eq!(hex(&proof), expected, "{index} of {size}");
        }
    }

    #[test]
    fn consistency_proofs_of_the_reference_implementation() {
        let tiles = reference();
        let cases: [(u64, u64, &[&str]); 4] = [
            (1, 1, &[]),
            (
                1,
                8,
                &[
                    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
                ],
            ),
            (
                6,
                8,
                &[
                    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                ],
            ),
            (
                2,
                5,
                &[
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                ],
            ),
        ];
        for (old, size, expected) in cases {
            let proof = hashes(&tiles, &consistency(old, size).unwrap());
            assert_eq!(hex(&proof), expected, "{old} of {size}");
        }
    }

    #[test]
    fn every_proof_holds_and_every_change_of_it_breaks_it() {
        let leaves: Vec<Hash> = (0..300_u64).map(|n| leaf(&n.to_be_bytes())).collect();
        let tiles = tiles(&leaves);
        let mut tree = Tree::default();
        let mut roots = vec![tree.root()];
        for hash in &leaves {
            tree.push_hash(*hash);
            roots.push(tree.root());
        }
        let head = |size: u64| Head {
            size,
            root: roots[size as usize],
        };
        let sizes = (0..=35).chain([127, 128, 129, 255, 256, 257, 299, 300]);
        for size in sizes.clone() {
            let root = &roots[size as usize];
            for index in (0..size).filter(|i| size < 40 || i % 17 == 0) {
                let leaf = &leaves[index as usize];
                let mut proof = hashes(&tiles, &inclusion(index, size).unwrap());
                assert!(
                    is_included(leaf, index, size, root, &proof),
                    "{index} {size}"
                );
                assert!(!is_included(leaf, index + 1, size, root, &proof) || size == 1);
                assert!(!is_included(&[9; 32], index, size, root, &proof));
                proof.push([1; 32]);
                assert!(!is_included(leaf, index, size, root, &proof));
                proof.pop();
                if let Some(first) = proof.first_mut() {
                    first[31] ^= 1;
                    assert!(!is_included(leaf, index, size, root, &proof));
                }
            }
            for old in sizes.clone().filter(|old| *old <= size) {
                let (old, new) = (head(old), head(size));
                let mut proof = hashes(&tiles, &consistency(old.size, size).unwrap());
                assert!(is_consistent(&old, &new, &proof), "{} {size}", old.size);
                if old.size > 0 {
                    let other = Head {
                        root: [3; 32],
                        ..old
                    };
                    assert!(!is_consistent(&other, &new, &proof));
                    let other = Head {
                        root: [3; 32],
                        ..new
                    };
                    assert!(!is_consistent(&old, &other, &proof));
                }
                proof.push([1; 32]);
                assert!(!is_consistent(&old, &new, &proof));
                proof.pop();
                for at in 0..proof.len() {
                    proof[at][0] ^= 1;
                    assert!(!is_consistent(&old, &new, &proof));
                    proof[at][0] ^= 1;
                }
            }
        }
        assert_eq!(inclusion(3, 3), None);
        assert_eq!(consistency(4, 3), None);
        assert!(!is_consistent(&head(4), &head(3), &[]));
    }
}
