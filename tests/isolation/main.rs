//! The API and the pages as a whole, over a real socket: nobody reads or changes what is another's, and the same
//! request twice is one.

#[path = "../officers/browser.rs"]
#[allow(dead_code, reason = "shared with tests/officers")]
mod browser;
mod crawl;
mod duties;
mod idempotency;
mod scene;
#[path = "../service/support.rs"]
#[allow(dead_code, reason = "shared with tests/service")]
mod support;
