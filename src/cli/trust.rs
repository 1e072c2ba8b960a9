//! `ikd trust`: where the database is.

use super::context::{self, LOCAL, say};
use super::error::CliError;
use super::root::{public, read_list};
use crate::chance::Chance;
use crate::config::DataDir;
use crate::failure::Failure;
use crate::gate::hold;
use crate::root::restored::{Came, Followed, follow};
use crate::service::Service;
use crate::store::trust_lists::Published;
use crate::{files, root, status, trust};
use clap::Subcommand;
use credential::date::wib_text;
use credential::publication::{TRUST_LIST, Unproven};
use credential::trust_list::{RootSet, TrustList};
use ikd_verifier::root_key;
use ikd_verifier::store::{MAX_BUNDLE, StoreError, published};
use ikd_verifier::words::hex;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// The trust list.
#[derive(Debug, Subcommand)]
pub enum TrustCommand {
    /// Put the next trust list in force. Needs the root key, or the list signed elsewhere.
    Publish {
        /// The list, as `ikd root sign` or `ikd root combine` wrote it. Without this it is signed here.
        #[arg(long, value_name = "FILE")]
        signed: Option<PathBuf>,
        /// Also write it to this file.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Write what the next trust list would say, to be signed where the root key is. Changes nothing here.
    Draft {
        /// The file.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// The root that is to follow the one in force: public half of its key, or what `ikd root set` wrote.
        #[arg(long, value_name = "FILE")]
        new_root: Option<PathBuf>,
        /// Version of a list that verifiers have seen and this database does not know: after a restore.
        #[arg(long, value_name = "VERSION", default_value_t = 0)]
        version_above: u64,
    },
    /// After a restore: follow the newest trust list that verifiers have.
    ///
    /// It comes into force here. Keys that it says have ended are ended, and keys that it names and the backup does not know
    /// are taken back.
    Restored {
        /// A tree that `ikd publish` wrote, a bundle, or the list itself.
        place: PathBuf,
    },
    /// Make a new root key and publish the list that leads verifiers to it. Needs the old root key.
    RotateRoot {
        /// Also write the list to this file.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// `ikd trust`
pub async fn run(data: PathBuf, command: TrustCommand) -> Result<u8, CliError> {
    let service = context::open(&data).await?;
    let chance = &mut Chance::System;
    let (signed, out) = match command {
        TrustCommand::Draft {
            out,
            new_root,
            version_above,
        } => return draft(&service, &out, new_root, version_above).await,
        TrustCommand::Publish { signed, out } => (Some(signed), out),
        TrustCommand::Restored { place } => return restored(service, &place).await,
        TrustCommand::RotateRoot { out } => (None, out),
    };
    let mut tx = service.db.begin().await?;
    let came = match signed {
        None => trust::rotate_root(&service, &mut tx, chance, LOCAL).await,
        Some(None) => trust::publish(&service, &mut tx, chance, LOCAL).await,
        Some(Some(file)) => {
            let token = read_list(&file)?;
            root::publish(&service, &mut tx, chance, LOCAL, token).await
        }
    };
    let published = match came {
        Ok(published) => published,
        Err(failure) => {
            // Given up first: what is noted stands in a transaction of its own.
            drop(tx);
            hold::note(&service, &failure).await?;
            return Err(failure.into());
        }
    };
    let left = root::not_led(&mut tx, &published).await?;
    tx.commit().await?;
    for kid in left {
        eprintln!(
            "note: verifiers that still pin root {kid} cannot follow to this list; they could if that root signed the way too (ikd root sign --former, ikd root rotate)"
        );
    }
    let lists = status::refresh(&service).await?;
    tell(&DataDir::new(data), &published, lists, out)
}

/// The trust list that is there.
fn newest(place: &Path) -> Result<Vec<u8>, CliError> {
    const WHERE: &str = "name a folder that `ikd publish` wrote, a bundle, or a trust list; of a bucket bring a bundle down first";
    if place.to_string_lossy().contains("://") {
        let what = format!("{}: not a folder or file of this machine", place.display());
        return Err(CliError::refused(what, WHERE));
    }
    let not_a_tree = |cause: StoreError| CliError::refused(cause.to_string(), WHERE);
    if !place.is_dir() {
        let bytes = files::read(place, MAX_BUNDLE)?;
        let token = root_key::trust_list_of(&bytes).map(<[u8]>::to_vec);
        return Ok(token.unwrap_or(bytes));
    }
    let tree = published::read(place).map_err(not_a_tree)?;
    // The bundle is older where the gate has held the next one.
    let head = Unproven::read(&tree.head).map_err(StoreError::from);
    match head.map_err(not_a_tree)?.file(TRUST_LIST) {
        Some(list) => tree.file(list, MAX_BUNDLE).map_err(not_a_tree),
        None => Ok((root_key::trust_list_of(&tree.bundle).map(<[u8]>::to_vec)).unwrap_or_default()),
    }
}

fn in_words(followed: Followed) -> String {
    match followed {
        Followed::Back { kid, here: true } => format!("key {kid} is back, in reserve"),
        Followed::Back { kid, here: false } => format!(
            "key {kid} is back, but its private half is not within reach: put its file into keys/ (mode 600) and, if it is to sign, \
             ikd keys activate {kid}; or ikd keys retire {kid}"
        ),
        Followed::Retired(kid) => format!("key {kid} was retired meanwhile"),
        Followed::Compromised(kid) => format!(
            "key {kid} was compromised meanwhile. After the next trust list: ikd keys compromise {kid}, which issues anew what it has in \
             force"
        ),
        Followed::Signs(kid) => format!("key {kid} signs from now on"),
        Followed::Waits(kid) => {
            format!("key {kid} was made, and signs as soon as the next trust list names it")
        }
        Followed::Nobody(Some(iss)) => format!(
            "NOBODY signs for {iss}: put back the file of its newest key, or retire that one and ikd keys activate another, or ikd keys add --office {iss}"
        ),
        Followed::Nobody(None) => {
            "NOBODY signs bundles: put back the file of the newest publisher's key, or retire that one and ikd keys activate another, or ikd keys add --publisher"
                .to_string()
        }
    }
}

/// What follows after is the same as of any other list.
async fn restored(service: Service, place: &Path) -> Result<u8, CliError> {
    let token = newest(place)?;
    let mut tx = service.db.begin().await?;
    let chance = &mut Chance::System;
    let (published, followed) = match follow(&service, &mut tx, chance, LOCAL, token).await {
        Ok(Came::InForce(published, followed)) => (published, followed),
        Ok(Came::Known) => {
            say("the database knows that list: nothing to follow");
            return Ok(0);
        }
        Err(failure) => {
            drop(tx);
            hold::note(&service, &failure).await?;
            return Err(failure.into());
        }
    };
    tx.commit().await?;
    for one in followed {
        say(in_words(one));
    }
    if published.next_update <= service.clock.now() {
        eprintln!("note: that list has run out: there may be a newer one");
    }
    let lists = status::refresh(&service).await;
    let lists = lists.unwrap_or_else(|failure| {
        eprintln!("note: status lists could not be signed: {failure}");
        0
    });
    tell(&service.data, &published, lists, None)
}

fn published_roots(published: &Published) -> Result<RootSet, CliError> {
    let list = TrustList::verify(&published.token, &published.root);
    let list = list.map_err(|_| Failure::Row("trust_lists.token"))?;
    Ok(list.roots)
}

fn tell(
    directory: &DataDir,
    published: &Published,
    lists: usize,
    out: Option<PathBuf>,
) -> Result<u8, CliError> {
    files::write_atomically(
        &directory.root_public(),
        root::pem(&published_roots(published)?).as_bytes(),
    )?;
    say(format_args!(
        "trust list version {}, next one due by {}",
        published.version,
        wib_text(published.next_update)
    ));
    say(format_args!("{lists} status lists signed anew"));
    if let Some(path) = out {
        files::write_atomically(&path, &published.token)?;
        let (path, bytes) = (path.display(), published.token.len());
        say(format_args!("{path}: {bytes} bytes"));
    }
    Ok(0)
}

async fn draft(
    service: &Service,
    out: &Path,
    new_root: Option<PathBuf>,
    above: u64,
) -> Result<u8, CliError> {
    let new_root = new_root.map(|file| public(&file)).transpose()?;
    let mut tx = service.db.read().await?;
    let (draft, roots) = root::draft(service, &mut tx, new_root, above).await?;
    let payload = root::payload(&draft, &roots);
    files::write_atomically(out, &payload)?;
    say(format_args!("{}: version {}", out.display(), draft.version));
    if !roots.is_single() {
        let (of, all) = (roots.threshold(), roots.keys().len());
        say(format_args!("{of} of {all} root keys must sign it"));
    }
    say(format_args!("sha256  {}", hex(&Sha256::digest(&payload))));
    say(match roots.is_single() {
        true => {
            "next: take it to the root key: ikd root sign DRAFT --key FILE --out LIST, then ikd trust publish --signed LIST"
        }
        false => {
            "next: take it to each custodian: ikd root sign DRAFT --key FILE --out FILE, then ikd root combine FILES --out LIST, then ikd trust publish --signed LIST"
        }
    });
    Ok(0)
}
