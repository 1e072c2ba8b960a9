//! A published tree in a folder: `head`, and the files it names in `sha256/` under the hexadecimal hash of their
//! content. One publisher at a time holds the file `.lock`.

use crate::failure::{Failure, Outcome};
use crate::files;
use credential::publication::{File as Named, MAX_HEAD};
use ikd_verifier::store::published::{FILES, HEAD};
use ikd_verifier::words::{hex, hex32};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// A tree in a folder that this process may change.
#[derive(Debug)]
pub struct Folder {
    directory: PathBuf,
    head: Option<Vec<u8>>,
    /// Ends with the process, also when it is killed.
    _lock: File,
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> Failure + '_ {
    move |cause| Failure::File {
        path: path.to_path_buf(),
        cause,
    }
}

impl Folder {
    /// Opens or makes the tree in a folder.
    pub fn open(directory: &Path) -> Outcome<Self> {
        files::make_directory(&directory.join(FILES))?;
        let path = directory.join(".lock");
        let lock = File::create(&path).map_err(failed(&path))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                directory: directory.to_path_buf(),
                head: read(&directory.join(HEAD), MAX_HEAD as u64)?,
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => {
                let busy = std::io::Error::other("another `ikd publish` is writing this tree");
                Err(failed(&path)(busy))
            }
            Err(TryLockError::Error(cause)) => Err(failed(&path)(cause)),
        }
    }

    /// Where it is.
    pub fn name(&self) -> String {
        self.directory.display().to_string()
    }

    fn place(&self, hash: &[u8; 32]) -> PathBuf {
        self.directory.join(FILES).join(hex(hash))
    }

    /// The head as it was when the folder was opened; nobody else replaces it before it is closed.
    pub fn head(&self) -> Option<&[u8]> {
        self.head.as_deref()
    }

    /// A head of before, by its hash.
    pub fn get(&self, hash: &[u8; 32]) -> Outcome<Option<Vec<u8>>> {
        read(&self.place(hash), MAX_HEAD as u64)
    }

    /// Whether a file is there, whole and unaltered.
    pub fn has(&self, file: &Named) -> bool {
        matches!(self.content(file), Ok(Some(_)))
    }

    /// A file's content, where it is whole and unaltered.
    pub fn content(&self, file: &Named) -> Outcome<Option<Vec<u8>>> {
        let path = self.place(&file.sha256);
        if !fs::metadata(&path).is_ok_and(|found| found.len() == file.size) {
            return Ok(None);
        }
        let bytes = read(&path, file.size)?;
        Ok(bytes.filter(|bytes| Sha256::digest(bytes)[..] == file.sha256))
    }

    /// Writes files that are not there. Returns how many those were.
    pub fn put(&self, files: &[(&Named, &[u8])]) -> Outcome<usize> {
        let mut added = 0;
        for (file, bytes) in files {
            if !self.has(file) {
                files::write_atomically(&self.place(&file.sha256), bytes)?;
                added += 1;
            }
        }
        Ok(added)
    }

    /// Puts the new head in place of the old one.
    pub fn replace_head(&self, bytes: &[u8]) -> Outcome<()> {
        files::write_atomically(&self.directory.join(HEAD), bytes)
    }

    /// Removes every file that is not to be kept, and what a killed publisher left half written. Returns how many.
    pub fn sweep(&self, keep: &HashSet<[u8; 32]>) -> Outcome<usize> {
        let folder = self.directory.join(FILES);
        let mut removed = 0;
        for entry in fs::read_dir(&folder).map_err(failed(&folder))? {
            let path = entry.map_err(failed(&folder))?.path();
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            let ours = match hex32(name) {
                Some(hash) => !keep.contains(&hash),
                None => name.ends_with(".tmp"),
            };
            if ours {
                fs::remove_file(&path).map_err(failed(&path))?;
                removed += 1;
            }
        }
        Ok(removed)
    }
}

fn read(path: &Path, max: u64) -> Outcome<Option<Vec<u8>>> {
    match files::read(path, max) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(Failure::File { cause, .. }) if cause.kind() == ErrorKind::NotFound => Ok(None),
        Err(other) => Err(other),
    }
}
