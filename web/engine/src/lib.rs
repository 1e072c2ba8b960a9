//! The verifier and its QR reader behind four C functions, for WebAssembly.
//!
//! The page's side is `web/static/engine.js`; `web/engine/README.md` has the calling convention. A request
//! is a list of named byte strings (texts, numbers, a bundle, pixels), an answer is JSON that bytes may follow. What is
//! kept between requests stands in [`Engine`]: the bundle and what was seen of time.
//!
//! A panic ends the instance with a trap. Nothing here catches one: the caller makes a new instance.

mod abi;
mod hold;
mod json;
mod judge;
mod memory;
mod message;
mod password;
mod picture;
mod symbol;
mod tables;

pub use message::{Reply, Request, Wrong};

use ikd_verifier::verifier::Verifier;
use memory::Memory;

/// One instance: nothing in it is shared with another.
#[derive(Default)]
pub struct Engine {
    /// The bundle it judges by and what it remembers, once there is one.
    trusted: Option<Trusted>,
}

struct Trusted {
    verifier: Verifier,
    memory: Memory,
}

impl Engine {
    /// Answers one request. An error tells the caller's programmer what is wrong with it; what is wrong with a bundle
    /// or a QR is an answer.
    pub fn call(&mut self, request: &Request<'_>) -> Result<Reply, Wrong> {
        match request.text("op")? {
            "setBundle" => self.set_bundle(request),
            "judge" => self.judge(request),
            "read" => picture::read(request),
            "symbol" => symbol::symbol(request),
            "argon2id" => password::argon2id(request),
            "tables" => Ok(tables::tables()),
            "describe" => hold::describe(request),
            "proof" => hold::proof(request),
            "present" => hold::present(request),
            "request" => hold::request(request),
            "parseRequest" => hold::parse_request(request),
            _ => Err(Wrong::new("unknown_op", "there is no such operation")),
        }
    }
}
