//! `ikd bundle`, `ikd publish`

use super::context::{self, say};
use super::error::CliError;
use crate::gate::hold;
use crate::publication::{self, Place, Tree};
use crate::{bundle, files, status};
use clap::{Args, Subcommand};
use credential::date::wib_text;
use std::path::{Component, Path, PathBuf};

/// The offline bundle.
#[derive(Debug, Subcommand)]
pub enum BundleCommand {
    /// Write a bundle with the trust list and every status list as they stand.
    Export {
        /// The file.
        file: PathBuf,
    },
}

/// Publishing as files.
#[derive(Debug, Args)]
#[command(after_help = STORES)]
pub struct Publish {
    /// The tree, `head` and the files that it names in `sha256/`: a folder, or s3://BUCKET/PREFIX.
    #[arg(long, value_name = "PLACE")]
    pub to: Place,
    /// Keep a file so many days after the last head that named it was replaced.
    #[arg(long, value_name = "DAYS", default_value_t = 3)]
    pub keep_days: u32,
    /// Nobody else publishes to this bucket: for stores that do not heed If-Match.
    #[arg(long)]
    pub only_publisher: bool,
}

const STORES: &str = "s3:// takes its settings from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, \
AWS_REGION, AWS_ENDPOINT_URL (a store that is not Amazon's), AWS_CA_BUNDLE (its certificate), AWS_ALLOW_HTTP=true and \
AWS_VIRTUAL_HOSTED_STYLE_REQUEST=true.";

/// `ikd publish`
pub async fn publish(data: PathBuf, args: Publish) -> Result<u8, CliError> {
    if let Place::Folder(folder) = &args.to
        && is_beside_secrets(folder, &data)
    {
        return Err(CliError::refused(
            format!(
                "{} would be public, and the keys are there",
                folder.display()
            ),
            "name a folder that is neither the data directory nor in it nor around it, as /srv/ikd-public",
        ));
    }
    let service = context::open(&data).await?;
    let mut tree = Tree::open(&args.to, args.only_publisher).await?;
    let report = publication::publish(&service, &mut tree, args.keep_days).await?;
    let what = match report.changed {
        true => "published",
        false => "unchanged",
    };
    say(format_args!(
        "{}: version {} {what}, {} files, {} new, {} old ones removed",
        args.to, report.version, report.files, report.added, report.removed
    ));
    Ok(0)
}

/// Whether that folder is the data directory, in it or around it; either may not be there yet.
fn is_beside_secrets(folder: &Path, data: &Path) -> bool {
    let whole = |path: &Path| {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        // `..` behind what is not there yet.
        let path = path.components().fold(PathBuf::new(), |mut path, part| {
            match part {
                Component::ParentDir if !path.join("..").exists() => {
                    path.pop();
                }
                part => path.push(part),
            }
            path
        });
        let there = path
            .ancestors()
            .find_map(|part| Some((part, part.canonicalize().ok()?)));
        there.map_or(path.clone(), |(part, real)| {
            path.strip_prefix(part)
                .map_or(real.clone(), |rest| real.join(rest))
        })
    };
    let (folder, data) = (whole(folder), whole(data));
    folder.starts_with(&data) || data.starts_with(&folder)
}

/// `ikd bundle`
pub async fn bundle(data: PathBuf, command: BundleCommand) -> Result<u8, CliError> {
    let BundleCommand::Export { file } = command;
    let service = context::open(&data).await?;
    status::refresh(&service).await?;
    let mut tx = service.db.begin().await?;
    let bundle = match bundle::build(&service, &mut tx).await {
        Ok(bundle) => bundle,
        Err(failure) => {
            drop(tx);
            hold::note(&service, &failure).await?;
            return Err(failure.into());
        }
    };
    tx.commit().await?;
    files::write_atomically(&file, &bundle.token)?;
    say(format_args!(
        "{}: {} bytes, as of {}, decides until {}",
        file.display(),
        bundle.token.len(),
        wib_text(bundle.issued),
        wib_text(bundle.expires)
    ));
    Ok(0)
}
