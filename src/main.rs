//! The command `ikd`.

use clap::Parser;
use ikd::cli::{self, Cli};
use ikd::panics;
use std::process::ExitCode;

fn main() -> ExitCode {
    panics::install();
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(e) => {
            eprintln!("error: cannot start: {e}\nhint: check the limits on threads and open files");
            return ExitCode::from(2);
        }
    };
    match runtime.block_on(cli::run(cli)) {
        Ok(code) => ExitCode::from(code),
        Err(e) => {
            eprintln!("{e}");
            ExitCode::from(e.code)
        }
    }
}
