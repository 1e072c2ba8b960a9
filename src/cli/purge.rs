//! `ikd purge`

use super::context::{self, say};
use super::error::CliError;
use crate::attachments;
use crate::retention;
use clap::Args;
use std::path::PathBuf;

/// Delete the personal data that has had its time. `ikd serve` does so by itself.
#[derive(Debug, Args)]
pub struct Purge {
    /// Delete nothing; tell how many rows it would be.
    #[arg(long)]
    dry_run: bool,
}

/// `ikd purge`
pub async fn run(data: PathBuf, args: Purge) -> Result<u8, CliError> {
    let service = context::open(&data).await?;
    for (rule, rows) in retention::purge(&service, |_| true, args.dry_run).await? {
        say(format_args!("{rows:>8}  {}: {}", rule.table, rule.what));
    }
    if args.dry_run {
        eprintln!("note: nothing was deleted");
        return Ok(0);
    }
    let files = attachments::collect(&service).await?;
    say(format_args!(
        "{files:>8}  blobs: files that no application names any more"
    ));
    Ok(0)
}
