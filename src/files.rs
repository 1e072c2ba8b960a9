//! Files that are there whole or not at all.

use crate::chance::Chance;
use crate::failure::{Failure, Outcome};
use data_encoding::HEXLOWER;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

fn failed(path: &Path) -> impl Fn(std::io::Error) -> Failure + '_ {
    move |cause| Failure::File {
        path: path.to_path_buf(),
        cause,
    }
}

/// Writes a file: temporary file beside it, fsync, rename, fsync of the directory.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Outcome<()> {
    write(path, bytes, 0o644)
}

/// The same, readable by the owner alone.
pub fn write_secret(path: &Path, bytes: &[u8]) -> Outcome<()> {
    write(path, bytes, 0o600)
}

fn write(path: &Path, bytes: &[u8], mode: u32) -> Outcome<()> {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    // Random, because several machines may write to one folder, in containers all under the same process id.
    let random: [u8; 8] = Chance::System.bytes();
    name.push(format!(".{}.tmp", HEXLOWER.encode(&random)));
    let temporary = path.with_file_name(name);
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    };
    let written = (|| {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
        #[cfg(not(unix))]
        let _ = mode;
        let mut file = options.open(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, path)?;
        sync(&directory)
    })();
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written.map_err(failed(path))
}

/// Makes what was made in a directory outlast a loss of power.
pub fn sync_directory(path: &Path) -> Outcome<()> {
    sync(path).map_err(failed(path))
}

/// Where directories cannot be opened, there is nothing to do.
fn sync(directory: &Path) -> std::io::Result<()> {
    File::open(directory).map_or(Ok(()), |directory| directory.sync_all())
}

/// Reads a file of at most `max` bytes.
pub fn read(path: &Path, max: u64) -> Outcome<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(max + 1).read_to_end(&mut bytes))
        .map_err(failed(path))?;
    if bytes.len() as u64 > max {
        let too_long = std::io::Error::other(format!("is larger than {max} bytes"));
        return Err(failed(path)(too_long));
    }
    Ok(bytes)
}

/// Makes a directory and its parents.
pub fn make_directory(path: &Path) -> Outcome<()> {
    fs::create_dir_all(path).map_err(failed(path))
}
