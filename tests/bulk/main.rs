//! Bulk issuing, end to end: the built command, a real database, workers that die.

mod crashes;
mod ground;
mod rules;
mod signer;
mod stolen;
#[allow(dead_code, reason = "shared with the tests of the service")]
#[path = "../service/support.rs"]
mod support;
