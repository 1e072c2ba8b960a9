//! A transparency log: a Merkle tree that only grows (RFC 9162 §2.1), kept and read as tiles (C2SP tlog-tiles), with
//! heads that are signed notes (C2SP tlog-checkpoint) and that others cosign (C2SP tlog-cosignature).

pub mod note;
pub mod proof;
pub mod tile;
pub mod tree;

pub use super::merkle::{Hash, Tree, leaf, node};
