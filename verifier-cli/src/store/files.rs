//! Files that are either the old or the new ones after a crash, and a lock between processes.

use super::StoreError;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::time::Duration;

/// How long to wait for another process: every holder is done within milliseconds.
const LOCK_TRIES: u32 = 500;
const LOCK_PAUSE: Duration = Duration::from_millis(20);

/// Whether others may hold the lock at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lock {
    Shared,
    Exclusive,
}

/// Takes the advisory lock of the store. It ends with the returned file, also when the process is killed.
pub(super) fn lock(path: &Path, kind: Lock) -> Result<File, StoreError> {
    let failed = |e| StoreError::io("lock", path, e);
    let mut options = OpenOptions::new();
    match kind {
        Lock::Shared => options.read(true),
        Lock::Exclusive => options.write(true).create(true).truncate(false),
    };
    let file = options.open(path).map_err(failed)?;
    for _ in 0..LOCK_TRIES {
        let locked = match kind {
            Lock::Shared => file.try_lock_shared(),
            Lock::Exclusive => file.try_lock(),
        };
        match locked {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
            Err(TryLockError::Error(e)) => return Err(failed(e)),
        }
    }
    Err(StoreError::Busy)
}

/// Replaces a file so that after a crash at any moment it has its old or its new content. Needs the exclusive lock.
pub(super) fn replace(path: &Path, content: &[u8]) -> Result<(), StoreError> {
    let failed = |e| StoreError::io("write", path, e);
    let temporary = path.with_extension("tmp");
    let mut file = File::create(&temporary).map_err(failed)?;
    file.write_all(content).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    drop(file);
    std::fs::rename(&temporary, path).map_err(failed)?;
    // The new name itself is durable only once its directory is.
    let directory = path.parent().unwrap_or(Path::new("."));
    sync_directory(directory).map_err(failed)
}

#[cfg(unix)]
fn sync_directory(directory: &Path) -> std::io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Other systems don't let a directory be opened for this.
#[cfg(not(unix))]
fn sync_directory(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Reads a file of at most `limit` bytes; `None` where there is none.
pub(super) fn read(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, StoreError> {
    let failed = |e| StoreError::io("read", path, e);
    let file = match File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(failed(e)),
    };
    let mut content = Vec::new();
    file.take(limit + 1)
        .read_to_end(&mut content)
        .map_err(failed)?;
    if content.len() as u64 > limit {
        return Err(StoreError::Damaged(
            "a file is larger than this program writes",
        ));
    }
    Ok(Some(content))
}
