//! CBOR (RFC 8949): a gate that refuses everything ambiguous, and the writer of the deterministic form.
//!
//! Nothing in this crate decodes CBOR that has not passed [`gate::check`] first.

pub mod gate;
pub mod write;

pub(crate) use minicbor::Decoder;
