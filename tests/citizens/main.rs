//! Citizens end to end: the built command, a real server, a real database, letters from the folder where the mail
//! worker puts them in development. What needs another time is tested on the use cases over a real SQLite file.

mod at_rest;
mod expiry;
mod family;
mod flow;
mod guests;
mod kinship;
mod people;
#[allow(dead_code, reason = "shared with the tests of the service")]
#[path = "../service/support.rs"]
mod support;
mod throttles;
mod uniform;
#[path = "../service/use_cases.rs"]
mod use_cases;
