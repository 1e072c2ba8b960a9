//! Reading a published tree (docs/FORMAT.md §19) from a folder: a mount, a USB stick, a mirror that any tool fetched.
//!
//! `head` names the files; each lies in `sha256/` under the hexadecimal SHA-256 of its content.

use super::{MAX_BUNDLE, StoreError, files};
use crate::words::hex;
use credential::publication::{BUNDLE, File, MAX_HEAD, Unproven};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// Name of the head in the tree.
pub const HEAD: &str = "head";
/// Folder of the files.
pub const FILES: &str = "sha256";

/// What an update needs of a tree: the bundle is the one that the head names, but nothing is proven yet.
#[derive(Debug)]
pub struct Published {
    /// Where it lies.
    pub directory: PathBuf,
    /// The head's bytes.
    pub head: Vec<u8>,
    /// The bundle's bytes.
    pub bundle: Vec<u8>,
}

/// Reads head and bundle of a tree.
pub fn read(directory: &Path) -> Result<Published, StoreError> {
    let path = directory.join(HEAD);
    let head = files::read(&path, MAX_HEAD as u64)?;
    let head = head.ok_or_else(|| StoreError::Tree("it has no file `head`".into()))?;
    let mut tree = Published {
        directory: directory.into(),
        head: Vec::new(),
        bundle: Vec::new(),
    };
    let unproven = Unproven::read(&head)?;
    let bundle = unproven.file(BUNDLE);
    let bundle = bundle.ok_or_else(|| StoreError::Tree("its head names no bundle".into()))?;
    tree.bundle = tree.file(bundle, MAX_BUNDLE)?;
    tree.head = head;
    Ok(tree)
}

impl Published {
    /// The content of a file that the head names, at most so many bytes.
    ///
    /// # Errors
    /// [`StoreError::Tree`] where it is not there, or not what the head names.
    pub fn file(&self, file: &File, most: u64) -> Result<Vec<u8>, StoreError> {
        let name = hex(&file.sha256);
        let wrong = |what: &str| StoreError::Tree(format!("{FILES}/{name} {what}"));
        if file.size > most {
            return Err(wrong("is larger than such a file may be"));
        }
        let content = files::read(&self.directory.join(FILES).join(&name), file.size);
        let content = match content {
            Ok(content) => content.ok_or_else(|| wrong("is missing: the copy is not complete"))?,
            Err(StoreError::Damaged(_)) => return Err(wrong("is longer than the head says")),
            Err(other) => return Err(other),
        };
        if content.len() as u64 != file.size || Sha256::digest(&content)[..] != file.sha256 {
            return Err(wrong("is not what the head names: damaged or altered"));
        }
        Ok(content)
    }
}
