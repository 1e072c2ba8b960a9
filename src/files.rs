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

/// Writes a new file that only its owner may read. One that is there, or a link, is left alone.
///
/// # Errors
/// [`Failure::File`] where there is something of that name.
pub fn write_secret_once(path: &Path, bytes: &[u8]) -> Outcome<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(failed(path))
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

/// Makes a directory that only its owner may enter, and its parents; one that is there stays as it is.
pub fn make_private_directory(path: &Path) -> Outcome<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    // Also the parents that are not there yet.
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(failed(path))
}

/// Makes an empty file that only its owner may read, if there is none.
pub fn make_private_file(path: &Path) -> Outcome<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(|_| ()).map_err(failed(path))
}

/// Whether other users may read or change a file.
#[cfg(unix)]
pub fn is_exposed(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).map(|m| m.permissions().mode());
    mode.is_ok_and(|mode| mode & 0o077 != 0)
}

/// Whether other users may read or change a file; this system does not tell.
#[cfg(not(unix))]
pub fn is_exposed(_: &Path) -> bool {
    false
}

/// Makes a directory and its parents.
pub fn make_directory(path: &Path) -> Outcome<()> {
    fs::create_dir_all(path).map_err(failed(path))
}
