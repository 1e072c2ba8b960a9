//! Where the files are: sealed, in a folder, named by the hash of what they hold. Written and synced before the row
//! that names them commits, so that an acknowledged attachment is never without its file.

use crate::chance::Chance;
use crate::crypter::{Cell, Crypter, TELLS_KEY};
use crate::failure::{Failure, Outcome};
use crate::files;
use std::fs::DirEntry;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Largest sealed file: the largest attachment and its seal.
const SEALED_MAX: u64 = 12 << 20;

/// One file is written at a time: a form that is sent twice writes the same one.
static WRITING: Mutex<()> = Mutex::new(());

/// The folder of sealed files.
#[derive(Debug, Clone)]
pub struct Blobs(PathBuf);

/// The name of a blob: SHA-256 of what it holds.
pub type Hash = [u8; 32];

impl Blobs {
    /// In that folder.
    pub fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    fn path(&self, hash: &Hash) -> PathBuf {
        let name = data_encoding::HEXLOWER.encode(hash);
        self.0.join(&name[..2]).join(name)
    }

    /// Seals and keeps a file. One that is there already is left as it is.
    pub fn put(
        &self,
        crypter: &Crypter,
        chance: &mut Chance,
        hash: &Hash,
        bytes: &[u8],
    ) -> Outcome<()> {
        let path = self.path(hash);
        let _alone = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
        if path.exists() && self.get(crypter, hash).is_ok() {
            return Ok(());
        }
        if let Some(folder) = path.parent() {
            files::make_directory(folder)?;
            files::sync_directory(&self.0)?;
        }
        let sealed = crypter.seal(chance, cell(hash), bytes);
        files::write_secret(&path, &sealed)
    }

    /// Opens a file.
    pub fn get(&self, crypter: &Crypter, hash: &Hash) -> Outcome<Vec<u8>> {
        let sealed = files::read(&self.path(hash), SEALED_MAX)?;
        Ok(crypter.open(cell(hash), &sealed)?.to_vec())
    }

    /// Deletes a file; one that is gone already is no error.
    pub fn delete(&self, hash: &Hash) -> Outcome<()> {
        let path = self.path(hash);
        match std::fs::remove_file(&path) {
            Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => {
                Err(Failure::File { path, cause })
            }
            _ => Ok(()),
        }
    }

    /// The first bytes of a file, which tell its key; none of one that is gone.
    pub fn head(&self, hash: &Hash) -> Outcome<Vec<u8>> {
        use std::io::Read;
        let path = self.path(hash);
        let mut head = Vec::new();
        let read = std::fs::File::open(&path)
            .and_then(|file| file.take(TELLS_KEY as u64).read_to_end(&mut head));
        match read {
            Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => {
                Err(Failure::File { path, cause })
            }
            _ => Ok(head),
        }
    }

    /// Seals a file anew with the key that seals now.
    pub fn reseal(&self, crypter: &Crypter, chance: &mut Chance, hash: &Hash) -> Outcome<bool> {
        let path = self.path(hash);
        let _alone = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
        let sealed = files::read(&path, SEALED_MAX)?;
        let Some(sealed) = crypter.reseal(chance, cell(hash), &sealed)? else {
            return Ok(false);
        };
        files::write_secret(&path, &sealed)?;
        Ok(true)
    }

    /// Whether there is such a file.
    pub fn has(&self, hash: &Hash) -> Outcome<bool> {
        let path = self.path(hash);
        path.try_exists()
            .map_err(|cause| Failure::File { path, cause })
    }

    /// What to say of a file that is not there.
    pub fn lacks(&self, hash: &Hash) -> Failure {
        let cause = "is not there, and an attachment names it: mount blobs/, or bring the file back from the backup";
        Failure::File {
            path: self.path(hash),
            cause: std::io::Error::other(cause),
        }
    }

    /// Names of all files.
    pub fn names(&self) -> Outcome<Vec<Hash>> {
        self.named(|_| true)
    }

    /// Names of all files that were written before that moment, for finding those that no row names.
    pub fn older_than(&self, before: std::time::SystemTime) -> Outcome<Vec<Hash>> {
        self.named(|file| {
            let changed = file.metadata().and_then(|m| m.modified());
            changed.is_ok_and(|changed| changed < before)
        })
    }

    /// A folder that is not there has no files: the first one makes it.
    fn named(&self, counts: impl Fn(&DirEntry) -> bool) -> Outcome<Vec<Hash>> {
        let mut names = Vec::new();
        for folder in entries(&self.0)? {
            // Whatever else a file system has at its top, as `lost+found`.
            if folder.file_name().len() != 2 {
                continue;
            }
            for file in entries(&folder.path())? {
                let name = file.file_name();
                let name = name.to_str().map(str::as_bytes).unwrap_or_default();
                let bytes = data_encoding::HEXLOWER.decode(name).unwrap_or_default();
                if let Ok(hash) = Hash::try_from(bytes.as_slice())
                    && counts(&file)
                {
                    names.push(hash);
                }
            }
        }
        Ok(names)
    }
}

fn entries(path: &Path) -> Outcome<Vec<DirEntry>> {
    let entries = std::fs::read_dir(path).and_then(Iterator::collect);
    match entries {
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        entries => entries.map_err(|cause| Failure::File {
            path: path.to_path_buf(),
            cause,
        }),
    }
}

fn cell(hash: &Hash) -> Cell<'_> {
    Cell {
        table: "blobs",
        row: hash,
        column: "content",
    }
}
