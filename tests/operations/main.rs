//! What people who run the service rely on: the catalogue of metrics and log lines, the check of the database, and the
//! way back from a backup.

mod audit;
#[path = "../officers/browser.rs"]
#[allow(dead_code, reason = "shared with the tests of officers")]
mod browser;
mod catalogue;
mod claims;
#[path = "../api/client.rs"]
#[allow(dead_code, reason = "shared with the tests of the API")]
mod client;
#[path = "../api/contract.rs"]
#[allow(dead_code, reason = "shared with the tests of the API")]
mod contract;
#[allow(dead_code, reason = "shared with the tests of the API")]
#[path = "../api/database.rs"]
mod database;
#[path = "../api/estate.rs"]
#[allow(dead_code, reason = "shared with the tests of the API")]
mod estate;
mod flips;
mod log;
mod metrics;
#[path = "../citizens/people.rs"]
#[allow(dead_code, reason = "shared with the tests of citizens")]
mod people;
#[path = "../wallet/phone.rs"]
#[allow(dead_code, reason = "shared with the tests of the wallet")]
mod phone;
mod reissue;
mod restore;
mod retention;
#[allow(dead_code, reason = "shared with the tests of the service")]
#[path = "../service/support.rs"]
mod support;
#[path = "../api/town.rs"]
#[allow(dead_code, reason = "shared with the tests of the API")]
mod town;
#[allow(dead_code, reason = "shared with the tests of the service")]
#[path = "../service/use_cases.rs"]
mod use_cases;
mod witness;
