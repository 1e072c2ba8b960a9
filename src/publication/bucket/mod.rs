//! A published tree in an object store that speaks S3. Files go there first; the head takes the place of the one that this
//! publisher read before it looked into the database, or of none, and otherwise the store refuses it (`If-Match`,
//! `If-None-Match`). So of several publishers at once one succeeds, and no tree goes back.

mod http;
mod settings;

use super::Fault;
use super::place::Place;
use crate::config::DAY;
use crate::failure::{Failure, Outcome};
use credential::publication::{
    BUNDLE, File, MAX_HEAD, NATIONAL, NATIONAL_DELTA, STATUS, TRUST_LIST, TYP,
};
use futures_util::{StreamExt, TryStreamExt, stream};
use ikd_verifier::store::published::{FILES, HEAD};
use ikd_verifier::words::{hex, hex32};
use object_store::aws::AmazonS3;
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, Error, ObjectStore, ObjectStoreExt, PutMode, PutOptions, UpdateVersion,
};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};

/// Requests at the same moment.
const AT_ONCE: usize = 8;
/// No object goes within so many seconds of being written: a publisher that runs at the same time may be about to name it.
const YOUNG: i64 = DAY;
/// As long as news may be late; then a cache asks whether it changed.
const HEAD_CACHE: &str = "public, max-age=60";
const FILE_CACHE: &str = "public, max-age=31536000, immutable";
/// The tag of no content.
const NO_TAG: &str = "\"00000000000000000000000000000000\"";

/// A tree that this process may change.
#[derive(Debug)]
pub struct Bucket {
    place: String,
    store: AmazonS3,
    prefix: String,
    head: Option<Found>,
    /// The files, as they were listed after the head was read, and those written since.
    there: HashMap<[u8; 32], Object>,
    only_publisher: bool,
}

/// A head, and how to name this one and no other to the store.
#[derive(Debug)]
struct Found {
    bytes: Vec<u8>,
    tag: Option<String>,
    written: i64,
}

#[derive(Debug)]
struct Object {
    size: u64,
    /// By the store's clock, epoch seconds.
    written: i64,
}

impl Bucket {
    /// Where it is.
    pub fn name(&self) -> String {
        self.place.clone()
    }

    /// Reads head and names of a tree; there may be none yet.
    pub async fn open(
        bucket: &str,
        prefix: &str,
        place: &Place,
        only_publisher: bool,
    ) -> Outcome<Self> {
        let place = place.to_string();
        let failed = |fault| Failure::Tree {
            place: place.clone(),
            fault,
        };
        let mut tree = Self {
            store: settings::open(bucket).map_err(failed)?,
            place,
            prefix: prefix.to_string(),
            head: None,
            there: HashMap::new(),
            only_publisher,
        };
        tree.head = tree.read_head().await?;
        tree.there = tree.list().await?;
        Ok(tree)
    }

    fn failed(&self, fault: Fault) -> Failure {
        Failure::Tree {
            place: self.place.clone(),
            fault,
        }
    }

    fn path(&self, name: &str) -> Path {
        match self.prefix.is_empty() {
            true => Path::from(name),
            false => Path::from(format!("{}/{name}", self.prefix)),
        }
    }

    fn file_path(&self, hash: &[u8; 32]) -> Path {
        self.path(&format!("{FILES}/{}", hex(hash)))
    }

    async fn read_head(&self) -> Outcome<Option<Found>> {
        let found = match self.store.get(&self.path(HEAD)).await {
            Ok(found) => found,
            // A bucket that is not there says the same; listing it will tell.
            Err(Error::NotFound { .. }) => return Ok(None),
            Err(e) => return Err(self.failed(fault(&e))),
        };
        if found.meta.size > MAX_HEAD as u64 {
            let what = format!("`{HEAD}` is larger than a head can be");
            return Err(self.failed(Fault::Other(what)));
        }
        let (tag, written) = (
            found.meta.e_tag.clone(),
            found.meta.last_modified.timestamp(),
        );
        let bytes = found.bytes().await;
        let bytes = bytes.map_err(|e| self.failed(fault(&e)))?;
        Ok(Some(Found {
            bytes: bytes.into(),
            tag,
            written,
        }))
    }

    async fn list(&self) -> Outcome<HashMap<[u8; 32], Object>> {
        let files = self.path(FILES);
        let listed: Result<Vec<_>, Error> = self.store.list(Some(&files)).try_collect().await;
        let listed = listed.map_err(|e| self.failed(fault(&e)))?;
        let ours = listed.into_iter().filter_map(|meta| {
            let object = Object {
                size: meta.size,
                written: meta.last_modified.timestamp(),
            };
            let name = meta.location.filename()?;
            let hash = hex32(name).filter(|hash| hex(hash) == name)?;
            Some((hash, object))
        });
        Ok(ours.collect())
    }

    /// The head as it was when the tree was opened.
    pub fn head(&self) -> Option<&[u8]> {
        self.head.as_ref().map(|head| &head.bytes[..])
    }

    /// A head of before, by its hash.
    pub async fn get(&self, hash: &[u8; 32]) -> Outcome<Option<Vec<u8>>> {
        match self.there.get(hash) {
            Some(object) if object.size <= MAX_HEAD as u64 => self.read(hash).await,
            _ => Ok(None),
        }
    }

    /// Whether a file is there. The store checked its hash when it took it, and that is its name.
    pub fn has(&self, file: &File) -> bool {
        let object = self.there.get(&file.sha256);
        object.is_some_and(|object| object.size == file.size)
    }

    /// A file's content, where it is whole and unaltered.
    pub async fn content(&self, file: &File) -> Outcome<Option<Vec<u8>>> {
        match self.has(file) {
            true => self.read(&file.sha256).await,
            false => Ok(None),
        }
    }

    async fn read(&self, hash: &[u8; 32]) -> Outcome<Option<Vec<u8>>> {
        let read = async { self.store.get(&self.file_path(hash)).await?.bytes().await };
        match read.await {
            Ok(bytes) => Ok((Sha256::digest(&bytes)[..] == *hash).then(|| bytes.into())),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(e) => Err(self.failed(fault(&e))),
        }
    }

    /// Writes files that are not there, several at once. Returns how many those were.
    pub async fn put(&mut self, files: &[(&File, &[u8])]) -> Outcome<usize> {
        let missing: Vec<_> = files.iter().filter(|(file, _)| !self.has(file)).collect();
        let tree = &*self;
        let puts = missing.iter().map(|(file, bytes)| async move {
            let path = tree.file_path(&file.sha256);
            let options = options(PutMode::Overwrite, media_type(&file.name), FILE_CACHE);
            let put = tree.store.put_opts(&path, bytes.to_vec().into(), options);
            put.await.map(|_| ())
        });
        let puts = stream::iter(puts).buffer_unordered(AT_ONCE);
        let put: Result<(), Error> = puts.try_collect().await;
        put.map_err(|e| self.failed(fault(&e)))?;
        let added = missing.len();
        let written = missing.into_iter().map(|(file, _)| {
            let object = Object {
                size: file.size,
                written: i64::MAX,
            };
            (file.sha256, object)
        });
        let written: Vec<_> = written.collect();
        self.there.extend(written);
        Ok(added)
    }

    /// Puts the new head in place of the one that was there when the tree was opened, and of no other.
    pub async fn replace_head(&self, bytes: &[u8]) -> Outcome<()> {
        let mode = match &self.head {
            _ if self.only_publisher => PutMode::Overwrite,
            None => PutMode::Create,
            Some(Found { tag: None, .. }) => return Err(self.failed(Fault::Unconditional)),
            Some(Found { tag, .. }) => update(tag.clone()),
        };
        match mode {
            PutMode::Overwrite => {
                let now = self.read_head().await?;
                if now.as_ref().map(|head| &head.bytes[..]) != self.head() {
                    return Err(self.failed(Fault::Faster));
                }
            }
            _ => self.prove_conditional(bytes).await?,
        }
        let options = options(mode, TYP, HEAD_CACHE);
        let path = self.path(HEAD);
        let put = self.store.put_opts(&path, bytes.to_vec().into(), options);
        let Err(error) = put.await else { return Ok(()) };
        // An answer can get lost and the request be repeated, which is refused then.
        let now = self.read_head().await.ok().flatten();
        match error {
            _ if now.is_some_and(|head| head.bytes == bytes) => Ok(()),
            Error::AlreadyExists { .. } | Error::Precondition { .. } => {
                Err(self.failed(Fault::Faster))
            }
            error => Err(self.failed(fault(&error))),
        }
    }

    /// Some stores do not know conditions and write all the same. So one is asked to write what must not be written under the
    /// very condition that the head needs: the copy of the new head in `sha256/`, which is there with that content anyway.
    async fn prove_conditional(&self, head: &[u8]) -> Outcome<()> {
        let mode = match self.head {
            None => PutMode::Create,
            Some(_) => update(Some(NO_TAG.to_string())),
        };
        let path = self.file_path(&Sha256::digest(head).into());
        let options = options(mode, TYP, FILE_CACHE);
        let put = self.store.put_opts(&path, head.to_vec().into(), options);
        match put.await {
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => Ok(()),
            Ok(_) => Err(self.failed(Fault::Unconditional)),
            Err(e) => Err(self.failed(fault(&e))),
        }
    }

    /// With the first change of a day (UTC): what may go is found by reading every head of the last days, one after another.
    pub fn sweeps(&self, changed: bool, now: i64) -> bool {
        let day = |time: i64| time.div_euclid(DAY);
        let before = self.head.as_ref();
        changed && before.is_some_and(|head| day(head.written) != day(now))
    }

    /// Removes every file that is not to be kept and not young. Returns how many.
    pub async fn sweep(&mut self, keep: &HashSet<[u8; 32]>, now: i64) -> Outcome<usize> {
        let old = self.there.iter().filter(|(hash, object)| {
            !keep.contains(*hash) && object.written.saturating_add(YOUNG) < now
        });
        let old: Vec<[u8; 32]> = old.map(|(hash, _)| *hash).collect();
        let tree = &*self;
        let deletes = old.iter().map(|hash| async move {
            match tree.store.delete(&tree.file_path(hash)).await {
                Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
                Err(e) => Err(e),
            }
        });
        let deletes = stream::iter(deletes).buffer_unordered(AT_ONCE);
        let deleted: Result<(), Error> = deletes.try_collect().await;
        deleted.map_err(|e| self.failed(fault(&e)))?;
        for hash in &old {
            self.there.remove(hash);
        }
        Ok(old.len())
    }
}

fn update(tag: Option<String>) -> PutMode {
    PutMode::Update(UpdateVersion {
        e_tag: tag,
        version: None,
    })
}

fn options(mode: PutMode, media_type: &'static str, cache: &'static str) -> PutOptions {
    let mut attributes = Attributes::new();
    attributes.insert(Attribute::ContentType, media_type.into());
    attributes.insert(Attribute::CacheControl, cache.into());
    PutOptions {
        mode,
        attributes,
        ..PutOptions::default()
    }
}

/// Of a file by its name in the head; a head's own copy has none.
fn media_type(name: &str) -> &'static str {
    match name {
        "" => TYP,
        TRUST_LIST => credential::trust_list::TYP,
        BUNDLE => credential::bundle::TYP,
        NATIONAL => credential::national::TYP,
        _ if name.starts_with(NATIONAL_DELTA) => credential::national::DELTA_TYP,
        _ if name.starts_with(STATUS) => credential::status_list::TYP,
        _ => "application/octet-stream",
    }
}

/// In codes of refusals that not every store answers with 401 or 403: `ExpiredToken`, `AuthorizationHeaderMalformed`, …
const REFUSALS: [&str; 5] = [
    "AccessDenied",
    "AccessKey",
    "Authorization",
    "Signature",
    "Token",
];

/// What a person is told of an error.
fn fault(error: &Error) -> Fault {
    let said = innermost(error);
    if of_transport(error) {
        return Fault::Unreachable(said);
    }
    match error {
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => Fault::Refused(said),
        _ if said.contains("NoSuchBucket") => Fault::NoBucket,
        _ if REFUSALS.iter().any(|code| said.contains(code)) => Fault::Refused(said),
        Error::NotImplemented { .. } => Fault::Unconditional,
        _ => Fault::Other(said),
    }
}

fn causes(error: &Error) -> impl Iterator<Item = &(dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error as &(dyn std::error::Error + 'static)), |error| {
        error.source()
    })
}

fn of_transport(error: &Error) -> bool {
    causes(error).any(|cause| cause.is::<object_store::client::HttpError>())
}

/// The last cause in a chain, which says most; those before it add the address and how often it was tried.
fn innermost(error: &Error) -> String {
    let said = causes(error)
        .last()
        .map(ToString::to_string)
        .unwrap_or_default();
    said.trim_start_matches("Server returned non-2xx status code: ")
        .to_string()
}
