//! Bulk issuing, end to end: the built command, a real database, workers that die.

mod crashes;
mod ground;
mod rules;
mod signer;
#[path = "../service/support.rs"]
mod support;
