//! CBOR (RFC 8949): a gate that refuses everything ambiguous, and the writer of the deterministic form.
//!
//! Nothing in this crate takes anything from CBOR that has not passed [`gate::check`] first. One look comes before: whether
//! bytes have the header label of a presentation, which decides how they are read.

pub mod gate;
pub mod write;

pub(crate) use minicbor::Decoder;
