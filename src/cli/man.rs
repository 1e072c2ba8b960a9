//! `ikd completions` and `ikd man`, from the same definitions as the command line itself.

use super::Cli;
use super::context::say;
use super::error::CliError;
use crate::files;
use clap::{Args, CommandFactory};
use std::path::PathBuf;

/// Shell completions.
#[derive(Debug, Args)]
pub struct Completions {
    /// Which shell.
    pub shell: clap_complete::Shell,
}

/// Man pages.
#[derive(Debug, Args)]
pub struct Man {
    /// Where to write them.
    pub dir: PathBuf,
}

/// Writes completions to standard output.
pub fn completions(args: &Completions) -> Result<u8, CliError> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "ikd", &mut text);
    say(String::from_utf8_lossy(&text).trim_end());
    Ok(0)
}

/// Writes one page for the command and one for each of its commands.
pub fn pages(args: &Man) -> Result<u8, CliError> {
    files::make_directory(&args.dir)?;
    let mut command = Cli::command();
    command.build();
    let mut written = 0;
    page(&command, "ikd", &args.dir, &mut written)?;
    say(format_args!("{}: {written} pages", args.dir.display()));
    Ok(0)
}

fn page(
    command: &clap::Command,
    name: &str,
    dir: &std::path::Path,
    written: &mut usize,
) -> Result<(), CliError> {
    let mut text = Vec::new();
    let man = clap_mangen::Man::new(command.clone()).title(name.to_uppercase());
    let rendered = man.render(&mut text);
    rendered.map_err(|e| CliError::trouble(e.to_string(), "report this as a bug"))?;
    files::write_atomically(&dir.join(format!("{name}.1")), &text)?;
    *written += 1;
    for sub in command.get_subcommands().filter(|c| c.get_name() != "help") {
        page(sub, &format!("{name}-{}", sub.get_name()), dir, written)?;
    }
    Ok(())
}
