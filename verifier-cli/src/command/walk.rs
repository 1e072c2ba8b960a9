//! Files below a directory, in a stable order.

use std::io;
use std::path::{Path, PathBuf};

/// What lies below a directory.
#[derive(Debug, Default)]
pub struct Found {
    /// Regular files, and links to such.
    pub files: Vec<PathBuf>,
    /// Directories that could not be read.
    pub failed: Vec<(PathBuf, io::Error)>,
}

/// All files below `dir`, sorted. Links to directories are not followed, so there are no loops; pipes, sockets and
/// devices are passed over.
pub fn files(dir: &Path) -> Found {
    let mut found = Found::default();
    let mut waiting = vec![dir.to_path_buf()];
    while let Some(dir) = waiting.pop() {
        if let Err(e) = list(&dir, &mut found, &mut waiting) {
            found.failed.push((dir, e));
        }
    }
    found.files.sort();
    found
}

fn list(dir: &Path, found: &mut Found, waiting: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        if kind.is_dir() {
            waiting.push(path);
        } else if kind.is_file() || (kind.is_symlink() && path.is_file()) {
            found.files.push(path);
        }
    }
    Ok(())
}

/// Whether the name says that this is a picture, so that a damaged one is reported and not passed over.
pub fn is_named_as_picture(path: &Path) -> bool {
    let extension = path
        .extension()
        .and_then(|e| e.to_str())
        .unwrap_or_default();
    ["png", "jpg", "jpeg", "webp"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}
