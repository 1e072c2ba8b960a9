//! The audit trail as a transparency log: each line gets a place after its commit, its hash is a leaf of a Merkle tree,
//! and heads of the tree are signed. Whoever keeps a head finds every later change of a line before it.
//!
//! What a leaf is of: [`entry`]. Who adds to the log: [`sequence`]. With which key: [`key`]. What others read: [`read`],
//! as files: [`files`]. What witnesses do: [`witness`], and how we take it in: [`cosign`].

pub mod cosign;
pub mod entry;
pub mod files;
pub mod key;
pub mod read;
pub mod sequence;
pub mod witness;
