//! The root of a Merkle tree over tokens, as RFC 6962 §2.1 (Certificate Transparency) has it: one hash in the audit
//! trail commits to everything that was issued with it, and to its order.

use sha2::{Digest, Sha256};

/// A hash of the tree.
pub type Hash = [u8; 32];

/// Collects leaves and keeps a hash for each whole subtree: 32 bytes for each bit of their number.
#[derive(Debug, Default)]
pub struct Tree {
    /// Roots of whole subtrees, the largest first; their sizes are the bits of `leaves`.
    whole: Vec<Hash>,
    leaves: u64,
}

impl Tree {
    /// Adds the next leaf: SHA-256(0x00 ‖ content).
    pub fn push(&mut self, content: &[u8]) {
        self.push_hash(leaf(content));
    }

    /// Adds the next leaf by its hash.
    pub fn push_hash(&mut self, mut hash: Hash) {
        let mut full = self.leaves;
        // Two subtrees of a size make one of twice the size.
        while full & 1 == 1
            && let Some(left) = self.whole.pop()
        {
            hash = node(&left, &hash);
            full >>= 1;
        }
        self.whole.push(hash);
        self.leaves += 1;
    }

    /// How many leaves there are.
    pub fn leaves(&self) -> u64 {
        self.leaves
    }

    /// The root; of nothing, SHA-256 of nothing.
    pub fn root(&self) -> Hash {
        let mut from_right = self.whole.iter().rev();
        let Some(&last) = from_right.next() else {
            return Sha256::digest([]).into();
        };
        from_right.fold(last, |right, left| node(left, &right))
    }
}

/// The hash of a leaf: SHA-256(0x00 ‖ content).
pub fn leaf(content: &[u8]) -> Hash {
    let hash = Sha256::new().chain_update([0]);
    hash.chain_update(content).finalize().into()
}

/// The hash above two others: SHA-256(0x01 ‖ left ‖ right).
pub fn node(left: &Hash, right: &Hash) -> Hash {
    let hash = Sha256::new().chain_update([1]);
    hash.chain_update(left)
        .chain_update(right)
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, word for word: the left side takes the largest power of two below n.
    fn by_definition(leaves: &[Vec<u8>]) -> Hash {
        match leaves {
            [] => Sha256::digest([]).into(),
            [one] => Sha256::new()
                .chain_update([0])
                .chain_update(one)
                .finalize()
                .into(),
            _ => {
                let k = leaves.len().next_power_of_two() / 2;
                node(&by_definition(&leaves[..k]), &by_definition(&leaves[k..]))
            }
        }
    }

    #[test]
    fn roots_are_those_of_the_definition() {
        let leaves: Vec<Vec<u8>> = (0..70_u8).map(|n| vec![n; usize::from(n % 5)]).collect();
        for count in 0..=leaves.len() {
            let mut tree = Tree::default();
            for leaf in &leaves[..count] {
                tree.push(leaf);
            }
            assert_eq!(tree.leaves(), count as u64);
            assert_eq!(tree.root(), by_definition(&leaves[..count]), "{count}");
        }
    }

    /// Of RFC 6962's reference implementation (certificate-transparency, `merkletree/tree_test`): eight leaves.
    #[test]
    fn the_root_of_the_reference_implementation() {
        let leaves: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let mut tree = Tree::default();
        for leaf in leaves {
            tree.push(leaf);
        }
        let root: String = tree.root().iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(
            root,
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
        );
    }
}
