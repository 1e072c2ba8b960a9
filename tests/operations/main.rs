//! What people who run the service rely on: the check of the database.

mod audit;
#[allow(dead_code, reason = "shared with the tests of the API")]
#[path = "../api/database.rs"]
mod database;
#[allow(dead_code, reason = "shared with the tests of the service")]
#[path = "../service/support.rs"]
mod support;
