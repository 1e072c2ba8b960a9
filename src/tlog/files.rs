//! The log as files, for a web server or a stick: `checkpoint` and `tile/…` as C2SP tlog-tiles names them.

use super::read;
use super::witness::path_of;
use crate::domain::tlog::tile::{self, Id, WIDTH};
use crate::failure::{Failure, Outcome};
use crate::files;
use crate::service::Service;
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
