//! The four exports. JavaScript writes a request where [`input`] says, calls, and reads the answer where [`output`] says.

use crate::{Engine, Reply, Request};
use std::cell::RefCell;

#[derive(Default)]
struct Instance {
    engine: Engine,
    input: Vec<u8>,
    reply: Reply,
}

thread_local! {
    static INSTANCE: RefCell<Instance> = RefCell::default();
}

/// Makes room for a request of `len` bytes and tells where to write it. Good until the next call of any export.
#[allow(unsafe_code, reason = "an export is found by its name")]
#[unsafe(no_mangle)]
extern "C" fn input(len: usize) -> *mut u8 {
    INSTANCE.with_borrow_mut(|instance| {
        // Not cleared first: a camera frame overwrites the one before, and filling 4 MB with zeros takes time.
        instance.input.resize(len, 0);
        instance.input.as_mut_ptr()
    })
}

/// Answers the request. Returns how many bytes of the answer are JSON; the rest follows it as it is.
#[allow(unsafe_code, reason = "an export is found by its name")]
#[unsafe(no_mangle)]
extern "C" fn call() -> usize {
    INSTANCE.with_borrow_mut(|instance| {
        let Instance {
            engine,
            input,
            reply,
        } = instance;
        *reply = Request::parse(input)
            .and_then(|request| engine.call(&request))
            .unwrap_or_else(|wrong| wrong.reply());
        // A request may hold a PIN or what a document says. Pixels are left: the next frame overwrites them.
        if input.len() < 65_536 {
            input.fill(0);
        }
        reply.head
    })
}

/// Where the answer stands, until the next [`call`].
#[allow(unsafe_code, reason = "an export is found by its name")]
#[unsafe(no_mangle)]
extern "C" fn output() -> *const u8 {
    INSTANCE.with_borrow(|instance| instance.reply.bytes.as_ptr())
}

/// How many bytes the answer has, JSON and what follows.
#[allow(unsafe_code, reason = "an export is found by its name")]
#[unsafe(no_mangle)]
extern "C" fn output_len() -> usize {
    INSTANCE.with_borrow(|instance| instance.reply.bytes.len())
}
