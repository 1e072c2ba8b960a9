//! What people who run the service rely on: the catalogue of metrics and log lines, the check of the database, and the
//! way back from a backup.

mod audit;
mod catalogue;
mod claims;
#[allow(dead_code, reason = "shared with the tests of the API")]
#[path = "../api/database.rs"]
mod database;
mod flips;
mod log;
mod metrics;
mod reissue;
mod restore;
mod retention;
#[allow(dead_code, reason = "shared with the tests of the service")]
#[path = "../service/support.rs"]
mod support;
mod witness;
