//! Our Ed25519 against `ed25519-dalek`'s `verify_strict` and published vectors.

mod accept_set;
mod sizes;
mod support;
mod vectors;
