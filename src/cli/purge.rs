//! `ikd purge`

use super::context::{self, say};
use super::error::CliError;
use crate::attachments;
use crate::retention::{self, Depth};
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
    let (service, depth) = match args.dry_run {
        true => (context::open_as_it_is(&data).await?, Depth::Dry),
        false => (context::open(&data).await?, Depth::All),
    };
    let purged = retention::purge(&service, |_| true, depth).await;
    for (rule, rows) in purged.rows {
        let least = match args.dry_run && rule.is_cut(rows) {
            true => "at least ",
            false => "",
        };
        let what = format!("{}: {}", rule.table, rule.what);
        say(format_args!("{:>8}  {what}", format!("{least}{rows}")));
    }
    if let Some((rule, cause)) = purged.failed {
        return Err(CliError::trouble(
            format!("{}: {cause}", rule.table),
            "all other rules were gone through; look at the database, then start it again",
        ));
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
