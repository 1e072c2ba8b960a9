//! The JSON API of applications from the outside: the built command, a real server on a real socket, a real database.
//! Every answer is held against `/openapi.json` on the way.

mod altered;
mod answers;
#[path = "../officers/browser.rs"]
#[allow(dead_code, reason = "shared with the tests of officers")]
mod browser;
mod canaries;
mod canary;
mod client;
mod contract;
mod counter;
mod crawl;
mod database;
mod deeds;
mod description;
mod duties;
mod ends;
mod erased;
mod erased_meanwhile;
mod estate;
mod held;
mod idempotency;
mod kenari;
mod paging;
#[path = "../citizens/people.rs"]
#[allow(dead_code, reason = "shared with the tests of citizens")]
mod people;
mod person;
#[path = "../wallet/phone.rs"]
#[allow(dead_code, reason = "shared with the tests of the wallet")]
mod phone;
mod rights;
mod rotation;
mod rotation_amiss;
mod routes;
#[path = "../service/support.rs"]
#[allow(dead_code, reason = "shared with the tests of the service")]
mod support;
mod town;
mod unpublished;
mod walk;
