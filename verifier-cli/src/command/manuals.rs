//! Shell completions and manual pages, from the same definition as the command line.

use super::args::Args;
use super::problem::Problem;
use super::{Failure, shown};
use clap::CommandFactory;
use clap_complete::Shell;
use std::io::{self, Write};
use std::path::Path;

pub fn completions(shell: Shell) -> Result<u8, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "ikd-verify", &mut script);
    io::stdout()
        .lock()
        .write_all(&script)
        .map_err(Failure::Output)?;
    Ok(0)
}

pub fn pages(dir: &Path) -> Result<u8, Failure> {
    if !dir.is_dir() {
        return Err(Problem::new(
            format!("{} bukan direktori", shown(dir)),
            format!("{} is not a directory", shown(dir)),
        )
        .hint("buat dahulu: mkdir -p DIR", "make it first: mkdir -p DIR")
        .into());
    }
    clap_mangen::generate_to(Args::command(), dir).map_err(|e| Problem::io(dir, &e))?;
    Ok(0)
}
