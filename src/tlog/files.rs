//! The log as files, for a web server or a stick: `checkpoint` and `tile/…` as C2SP tlog-tiles names them.

use super::read;
use super::witness::path_of;
use crate::domain::tlog::note::{Checkpoint, Note};
use crate::domain::tlog::tile::{self, Id, WIDTH};
use crate::failure::{Failure, Outcome};
use crate::files;
use crate::service::Service;
use crate::store::{log_checkpoints, log_cosignatures};
use std::fs;
use std::path::Path;

/// Writes what is new; the head last, so that whatever it names is there. A full tile that is there is never written
/// again.
pub async fn write(service: &Service, folder: &Path) -> Outcome<()> {
    let mut tx = service.db.read().await?;
    let Some(head) = read::newest(&mut tx).await? else {
        return Ok(());
    };
    let size = read::size(&mut tx).await?;
    for level in 0..8 {
        let tiles = (size >> (8 * level)).div_ceil(WIDTH);
        for n in 0..tiles {
            let id = Id { level, n };
            let width = tile::width(id, size);
            let path = folder.join(path_of(id, width));
            if path.exists() {
                continue;
            }
            let hashes = read::hashes(&mut tx, id, Some(width)).await?;
            let hashes = hashes.ok_or(Failure::Row("log_tiles.hashes"))?;
            if let Some(parent) = path.parent() {
                files::make_directory(parent)?;
            }
            files::write_atomically(&path, &hashes)?;
        }
    }
    files::write_atomically(&folder.join("checkpoint"), head.as_bytes())
}

/// Where a folder that was written so does not hold what the database has, by the paths of its files. It may be of an
/// earlier size; parts of tiles from before are looked at too.
pub async fn differences(service: &Service, folder: &Path) -> Outcome<Vec<(String, &'static str)>> {
    const OTHER: &str = "is not what the database has";
    const MISSING: &str = "is not there";
    let mut tx = service.db.read().await?;
    let mut found = Vec::new();
    let note = fs::read(folder.join("checkpoint")).ok();
    let note = note.and_then(|bytes| String::from_utf8(bytes).ok());
    let head = note.as_deref().and_then(|note| Note::parse(note).ok());
    let head = head.and_then(|note| Checkpoint::parse(note.text()).ok());
    let size = head.and_then(|head| i64::try_from(head.head.size).ok());
    let stored = match size {
        Some(size) => log_checkpoints::of_size(&mut tx, size).await?,
        None => None,
    };
    let (Some(note), Some(stored)) = (note, stored) else {
        found.push(("checkpoint".to_string(), OTHER));
        return Ok(found);
    };
    let cosigned = log_cosignatures::of_size(&mut tx, stored.size).await?;
    let rest = note.strip_prefix(&stored.note);
    if !rest.is_some_and(|rest| {
        let mut lines = rest.split_inclusive('\n');
        lines.all(|line| cosigned.iter().any(|one| one.line == line))
    }) {
        found.push(("checkpoint".to_string(), OTHER));
    }
    let size = stored.size.unsigned_abs();
    for level in 0..8 {
        for n in 0..(size >> (8 * level)).div_ceil(WIDTH) {
            let id = Id { level, n };
            let newest = tile::width(id, size);
            let mut widths = vec![newest];
            let parts = path_of(id, WIDTH) + ".p";
            for part in fs::read_dir(folder.join(parts)).into_iter().flatten() {
                let name = part
                    .ok()
                    .and_then(|part| part.file_name().into_string().ok());
                widths.extend(
                    name.and_then(|name| name.parse().ok())
                        .filter(|w: &u64| *w != newest),
                );
            }
            for width in widths {
                let path = path_of(id, width);
                let Ok(there) = fs::read(folder.join(&path)) else {
                    found.push((path, MISSING));
                    continue;
                };
                if read::hashes(&mut tx, id, Some(width)).await? != Some(there) {
                    found.push((path, OTHER));
                }
            }
        }
    }
    Ok(found)
}
