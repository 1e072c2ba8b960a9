//! `ikd-verify`: judges QR codes of population documents with no network.

mod clock;
mod command;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    command::panics::install();
    command::run(command::args::Args::parse())
}
