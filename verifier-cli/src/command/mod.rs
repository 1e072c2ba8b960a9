//! The command: arguments, actions, output. Everything that decides lies in the library.

pub mod args;
mod inspect;
mod manuals;
pub mod panics;
mod photo;
mod problem;
mod report;
mod scan;
mod session;
mod store_problem;
mod tally;
mod text;
mod times;
mod trust;
mod trust_national;
mod trust_show;
mod walk;

use args::{Action, Args};
use problem::Problem;
use session::Session;
use std::io;
use std::path::Path;
use std::process::ExitCode;

/// Undecided, usage, I/O.
const UNDECIDED: u8 = 2;

/// Does what the arguments say.
pub fn run(args: Args) -> ExitCode {
    let lang = args.common.lang;
    match act(args) {
        Ok(status) => ExitCode::from(status),
        Err(Failure::Told(problem)) => {
            problem.report(lang);
            ExitCode::from(UNDECIDED)
        }
        // Whoever read our output has gone: nobody is left to tell.
        Err(Failure::Output(e)) if e.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::from(UNDECIDED)
        }
        Err(Failure::Output(e)) => {
            Problem::io(Path::new("stdout"), &e).report(lang);
            ExitCode::from(UNDECIDED)
        }
    }
}

/// Why an action ended early.
enum Failure {
    /// Something to tell the user.
    Told(Problem),
    /// Standard output cannot be written.
    Output(io::Error),
}

impl<E: Into<Problem>> From<E> for Failure {
    fn from(e: E) -> Self {
        Self::Told(e.into())
    }
}

fn act(args: Args) -> Result<u8, Failure> {
    match args.action {
        Action::Scan {
            inputs,
            brief,
            photo,
        } => scan::run(
            &Session::new(&args.common)?,
            &inputs,
            brief,
            photo.as_deref(),
        ),
        Action::Text { texts, brief } => text::run(&Session::new(&args.common)?, &texts, brief),
        Action::Inspect { text, picture } => inspect::run(
            &Session::new(&args.common)?,
            text.as_deref(),
            picture.as_deref(),
        ),
        Action::Trust(action) => trust::run(&Session::new(&args.common)?, action),
        Action::Completions { shell } => manuals::completions(shell),
        Action::Man { dir } => manuals::pages(&dir),
    }
}

/// A path on one line, whatever bytes its name has.
fn shown(path: &Path) -> String {
    ikd_verifier::words::tame(&path.to_string_lossy(), 400)
}
