//! Indonesian population documents as signed QR codes: the wire format and its rules.
//!
//! QR text = Base45(zlib(COSE_Sign1)), the ID Claim 169 pipeline. This crate turns that text into a [`Verdict`]
//! and knows no network, file, clock or random number: the caller passes the time, the trust list and the
//! status lists. `docs/FORMAT.md` is its byte-level specification.
//!
//! The feature `hold` adds what a holder's phone needs: making presentations. The feature `issue` adds what an issuer needs: building documents, envelopes and lists.
//! The feature `national` adds the compact form of all status lists for verifiers without a network.
#![forbid(unsafe_code)]

extern crate alloc;

pub mod base45;
pub mod bundle;
pub mod cbor;
pub mod changes;
pub mod claims;
pub mod codes;
pub mod cose;
pub mod date;
pub mod document;
pub mod ed25519;
pub mod foreign;
pub mod history;
pub mod holder;
pub mod ids;
pub mod inflate;
pub mod kinds;
pub mod lang;
#[cfg(feature = "national")]
pub mod national;
pub mod presentation;
pub mod publication;
pub mod reason;
pub mod request;
pub mod seen;
pub mod status_list;
pub mod status_source;
pub mod token;
pub mod trust_list;
mod typ;
pub mod verify;

pub use presentation::Challenge;
pub use reason::{Outcome, Reason};
pub use verify::{
    Policy, Shown, Verdict, Verified, verify, verify_batch, verify_for, verify_tokens,
};
