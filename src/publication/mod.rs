//! Publishing as files: trust list, bundles, deltas and status lists as a tree that any web server, CDN or USB stick can carry
//! (docs/FORMAT.md §19). Files are named by their hash and never change; a small signed head, replaced last, says which
//! count. A reader at any moment, also while a publisher is killed, finds a head and every file it names.

#[cfg(feature = "s3")]
mod bucket;
mod fault;
mod folder;
mod gated;
mod national;
mod place;
mod tree;

pub use fault::Fault;
pub use place::Place;
pub use tree::Tree;

use crate::bundle;
use crate::config::DAY;
use crate::failure::{Failure, Outcome};
use crate::keys::Role;
use crate::service::Service;
use crate::status;
use crate::store::{keys, status_lists};
use crate::trust;
use credential::cose::issue::Unsigned;
use credential::national::issue::Draft;
use credential::publication::issue::unsigned;
use credential::publication::{
    BUNDLE, File, Head, NATIONAL, NATIONAL_DELTA, STATUS, TRUST_LIST, Unproven,
};
use credential::status_source::StatusLists;
use credential::trust_list::TrustList;
use national::Signing;
use sha2::{Digest, Sha256};
use std::collections::HashSet;

/// What a publication did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Version of the head.
    pub version: u64,
    /// Files that it names.
    pub files: usize,
    /// Files that were not there before, the head's own copy not counted.
    pub added: usize,
    /// Files that no head of the last days named.
    pub removed: usize,
    /// False where the head before says the same and is fresh enough to stay.
    pub changed: bool,
}

/// Deltas of the national bundle stay named for so many days, each leading from one version to the next.
const DELTA_DAYS: i64 = 31;

/// Writes what is in force into a tree, and removes what no head has named for `keep_days` days.
///
/// The tree's head was read before this, and the database is read now: what is published is never older than what the
/// tree holds, also where several publish.
pub async fn publish(service: &Service, tree: &mut Tree, keep_days: u32) -> Outcome<Report> {
    // So that bundle and lists are as fresh as they can be, also where nobody serves.
    status::refresh(service).await?;
    let bundle = bundle::current(service).await?;
    let mut tx = service.db.read().await?;
    let (trust, list) = trust::current(&mut tx).await?;
    let lists = status_lists::named_tokens(&mut tx).await?;
    let rows = status_lists::all(&mut tx).await?;
    let keys = keys::all(&mut tx).await?;
    drop(tx);
    let now = service.clock.now();
    let since = now - i64::from(keep_days) * DAY;
    let last = tree.head().map(<[u8]>::to_vec);
    let proven = last.as_deref().and_then(|bytes| proven(bytes, &list));
    // What the national bundle speaks for: it must not say as of now what a list that could not be signed says.
    let mut current = StatusLists::default();
    let mut all = StatusLists::default();
    for (uri, token) in &lists {
        let _ = all.add(token, &list);
        let mut row = rows.iter().filter(|row| row.uri == *uri);
        if row.any(|row| !row.dirty && row.expires.is_some_and(|expires| expires > now)) {
            // A list whose key does not count any more is none.
            let _ = current.add(token, &list);
        }
    }
    let mut contents = vec![
        (TRUST_LIST.to_string(), trust.token),
        (BUNDLE.to_string(), bundle.token),
    ];
    let named_lists = lists
        .into_iter()
        .map(|(uri, token)| (format!("{STATUS}{uri}"), token));
    contents.extend(named_lists);
    let mut files: Vec<File> = contents
        .iter()
        .map(|(name, bytes)| named(name, bytes))
        .collect();
    let life = i64::from(service.config.lists.bundle_days) * DAY;
    if let Some(head) = proven.as_ref().filter(|head| {
        let same = files.iter().all(|file| head.file(&file.name) == Some(file));
        let others = head.files.iter().filter(|file| !is_national(file)).count();
        let complete = head.files.iter().all(|file| tree.has(file));
        same && others == files.len() && complete && head.expires - now >= life / 2
    }) {
        return Ok(Report {
            version: head.version,
            files: head.files.len(),
            added: 0,
            removed: sweep(tree, false, head, last.as_deref(), since, now).await?,
            changed: false,
        });
    }
    let next = gated::Next {
        root: &trust.root,
        trust: &list,
        lists: &all,
        files: &files,
    };
    gated::pass(service, tree, &keys, &next).await?;
    // Seconds since 1970 where that is more, so that a tree made anew does not begin before what readers have seen.
    let version = proven.as_ref().map_or(0, |head| head.version + 1);
    let version = version.max(u64::try_from(now).unwrap_or_default());
    let issued = proven.as_ref().map_or(now, |head| now.max(head.issued));
    let publisher = bundle::publisher(&keys, &list, now)?;
    let signer = service.keyring.signer(Role::Publisher, publisher.kid)?;
    let sign = |unsigned: Unsigned| -> Outcome<Vec<u8>> {
        let signature = signer.sign(&unsigned.to_be_signed())?;
        Ok(unsigned.into_token(&signature))
    };
    let draft = Draft {
        version,
        issued,
        expires: issued + life,
        trust_version: trust.version,
    };
    let by = Signing {
        kid: publisher.kid,
        sign: &sign,
        trust: &list,
    };
    let before = proven.as_ref().and_then(|head| head.file(NATIONAL));
    let parent = match before {
        Some(file) => tree.content(file).await?,
        None => None,
    };
    contents.extend(national::files(&current, &draft, parent, &by)?);
    files = contents
        .iter()
        .map(|(name, bytes)| named(name, bytes))
        .collect();
    let named_bytes: Vec<(&File, &[u8])> = files
        .iter()
        .zip(contents.iter().map(|(_, bytes)| &bytes[..]))
        .collect();
    let added = tree.put(&named_bytes).await?;
    files.extend(former_deltas(tree, proven.as_ref(), now));
    files.sort_by(|a, b| a.name.cmp(&b.name));
    let head = Head {
        version,
        issued,
        expires: issued + life,
        before: last.as_deref().map(|bytes| Sha256::digest(bytes).into()),
        files,
    };
    let token = sign(unsigned(publisher.kid, &head))?;
    if self::proven(&token, &list).as_ref() != Some(&head) {
        return Err(Failure::NotPublishable("the head of the published tree"));
    }
    // Also a file like the others, for the head after it to name.
    tree.put(&[(&named("", &token), &token[..])]).await?;
    tree.replace_head(&token).await?;
    gated::went_out(service, tree).await?;
    Ok(Report {
        version: head.version,
        files: head.files.len(),
        added,
        removed: sweep(tree, true, &head, Some(&token), since, now).await?,
        changed: true,
    })
}

/// Removes what no head in force at or after `since` names, where it is time for that. Returns how many files.
async fn sweep(
    tree: &mut Tree,
    changed: bool,
    head: &Head,
    bytes: Option<&[u8]>,
    since: i64,
    now: i64,
) -> Outcome<usize> {
    if !tree.sweeps(changed, now) {
        return Ok(0);
    }
    let keep = still_named(tree, head, bytes, since).await?;
    tree.sweep(&keep, now).await
}

fn is_national(file: &File) -> bool {
    file.name == NATIONAL || file.name.starts_with(NATIONAL_DELTA)
}

/// The deltas of the head before that a verifier may still need. Versions are seconds, or hardly more.
fn former_deltas(tree: &Tree, last: Option<&Head>, now: i64) -> Vec<File> {
    let all = last.map(|head| head.files.iter()).unwrap_or_default();
    let young = all.filter(|file| {
        let version = file.name.strip_prefix(NATIONAL_DELTA);
        let version = version.and_then(|digits| digits.parse::<i64>().ok());
        version.is_some_and(|version| version >= now - DELTA_DAYS * DAY)
    });
    young.filter(|file| tree.has(file)).cloned().collect()
}

fn named(name: &str, bytes: &[u8]) -> File {
    File {
        name: name.to_string(),
        sha256: Sha256::digest(bytes).into(),
        size: bytes.len() as u64,
    }
}

fn proven(bytes: &[u8], trust: &TrustList) -> Option<Head> {
    Unproven::read(bytes).ok()?.proven_by(trust).ok()
}

/// Hashes of what a reader may still be fetching: the files of this head, and of each head before it that was replaced
/// at or after `since`.
async fn still_named(
    tree: &Tree,
    head: &Head,
    bytes: Option<&[u8]>,
    since: i64,
) -> Outcome<HashSet<[u8; 32]>> {
    let mut keep: HashSet<[u8; 32]> = head.files.iter().map(|file| file.sha256).collect();
    keep.extend(bytes.map(|bytes| <[u8; 32]>::from(Sha256::digest(bytes))));
    let (mut replaced, mut before) = (head.issued, head.before);
    while let Some(hash) = before.filter(|_| replaced >= since) {
        let Some(bytes) = tree.get(&hash).await? else {
            break;
        };
        keep.insert(hash);
        // Signed by a publisher of its time, who may have ended since. Whatever it says, it only keeps files.
        let Ok(older) = Unproven::read(&bytes) else {
            break;
        };
        let older = older.claimed();
        keep.extend(older.files.iter().map(|file| file.sha256));
        (replaced, before) = (older.issued, older.before);
    }
    Ok(keep)
}
