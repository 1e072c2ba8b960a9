//! What a panic looks like: one line, and nothing at all where it is caught and reported with the file.

use std::cell::Cell;
use std::panic::{self, UnwindSafe};

thread_local! {
    static CAUGHT: Cell<bool> = const { Cell::new(false) };
}

/// Replaces the backtrace by a line that asks for a report. Panic messages may quote a document, so they stay out.
pub fn install() {
    panic::set_hook(Box::new(|info| {
        if CAUGHT.get() {
            return;
        }
        let place = info.location().map(ToString::to_string);
        eprintln!("error: internal error at {}", place.unwrap_or_default());
        eprintln!("hint: please report this line and the version (ikd-verify --version)");
    }));
}

/// Runs what may panic on hostile input: decoders and detectors that are not ours. `None` if it did.
pub fn catch<T>(work: impl FnOnce() -> T + UnwindSafe) -> Option<T> {
    let outer = CAUGHT.replace(true);
    let result = panic::catch_unwind(work);
    CAUGHT.set(outer);
    result.ok()
}
