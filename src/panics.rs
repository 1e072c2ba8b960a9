//! What a panic leaves: the place in the code. Its message may quote a document or an answer, so it stays out of terminals
//! and logs.

use std::panic;

/// Replaces the message and the backtrace by one line, in the log where there is one.
pub fn install() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        match tracing::dispatcher::has_been_set() {
            true => tracing::error!(
                place,
                "internal error: please report the place and the version"
            ),
            false => {
                eprintln!("error: internal error at {place}");
                eprintln!("hint: please report this line and the version (ikd --version)");
            }
        }
    }));
}
