//! Events end to end: the built command `ikd`, a real database, a mail server and a webhook receiver on loopback.

mod agencies;
mod batches;
mod crash;
mod dead;
mod letters;
mod order;
mod receivers;
#[allow(dead_code, reason = "shared with the tests of the service")]
#[path = "../service/support.rs"]
mod support;
mod webhooks;
