//! Attachments end to end: files as citizens and those who mean harm send them, to a real server over a real socket.
//! What is refused is told about on the page, and takes nothing of the draft with it.

mod blobs;
#[allow(dead_code, reason = "shared with the tests of officers")]
#[path = "../officers/browser.rs"]
mod browser;
mod cleaned;
mod client;
mod damaged;
mod draft;
mod limits;
mod mutated;
mod pdf_files;
mod pdfs;
#[allow(dead_code, reason = "shared with the tests of citizens")]
#[path = "../citizens/people.rs"]
mod people;
mod pictures;
mod polyglots;
mod race;
mod rights;
#[allow(dead_code, reason = "shared with the tests of the service")]
#[path = "../service/support.rs"]
mod support;
#[path = "../service/use_cases.rs"]
mod use_cases;
