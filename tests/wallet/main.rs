//! Citizens' phones from the outside: the built command, a real server on a real socket, a real database, and phones
//! that sign with keys of their own. What needs another time is tested on the use cases over a real SQLite file.

#[allow(dead_code, reason = "shared with the tests of officers")]
#[path = "../officers/browser.rs"]
mod browser;
mod codes;
mod counter;
mod crash;
#[allow(dead_code, reason = "shared with the tests of the API")]
#[path = "../api/database.rs"]
mod database;
mod documents;
mod family;
mod pages;
mod phone;
mod phones;
mod privacy;
mod rights;
#[allow(dead_code, reason = "shared with the tests of the service")]
#[path = "../service/support.rs"]
mod support;
mod time;
#[path = "../service/use_cases.rs"]
mod use_cases;
