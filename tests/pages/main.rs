//! The public pages, as a browser without scripts uses them: the built command `ikd`, a real server, a real database.

mod browse;
mod check;
mod crawl;
mod errors;
mod every;
mod services;

#[path = "../service/support.rs"]
#[allow(dead_code, reason = "shared with the tests of the service")]
mod support;
