//! Files that come in parts, until they are whole.

use super::{Tx, on, one_row, parsed};
use crate::chance::Chance;
use crate::crypter::{Cell, Crypter};
use crate::domain::ids::{ApplicationId, UploadId};
use crate::failure::{Failure, Outcome};
use zeroize::Zeroizing;

const INSERT: &str = "INSERT INTO uploads (id, application, slug, size, file, received, created) \
    VALUES ($1, $2, $3, $4, $5, 0, $6)";
const BY_ID: &str =
    "SELECT id, slug, size, received FROM uploads WHERE id = $1 AND application = $2";
const BY_FILE: &str = "SELECT id, slug, size, received FROM uploads WHERE application = $1 AND slug = $2 AND file = $3";
const COUNT: &str = "SELECT COUNT(*) FROM uploads WHERE application = $1";
const DELETE: &str = "DELETE FROM uploads WHERE id = $1";
const DELETE_OLDEST: &str = "DELETE FROM uploads WHERE id = \
    (SELECT id FROM uploads WHERE application = $1 ORDER BY id LIMIT 1)";
const EXPIRE: &str = "DELETE FROM uploads WHERE created < $1";
const ADD_PART: &str = "INSERT INTO upload_parts (upload, start, bytes) VALUES ($1, $2, $3)";
const GROW: &str = "UPDATE uploads SET received = $3 WHERE id = $1 AND received = $2";
const PARTS: &str = "SELECT start, bytes FROM upload_parts WHERE upload = $1 ORDER BY start";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[
    INSERT,
    BY_ID,
    BY_FILE,
    COUNT,
    DELETE,
    DELETE_OLDEST,
    EXPIRE,
    ADD_PART,
    GROW,
    PARTS,
];

/// An upload that is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Its id.
    pub id: UploadId,
    /// Which of the kind's attachments it will be.
    pub slug: String,
    /// Bytes of the whole file.
    pub size: i64,
    /// Bytes that are here.
    pub received: i64,
}

type Row = (Vec<u8>, String, i64, i64);

fn upload((id, slug, size, received): Row) -> Outcome<Upload> {
    Ok(Upload {
        id: parsed("uploads.id", UploadId::from_bytes(&id))?,
        slug,
        size,
        received,
    })
}

fn cell(row: &[u8]) -> Cell<'_> {
    Cell {
        table: "upload_parts",
        row,
        column: "bytes",
    }
}

/// Which row a part is bound to: its upload and where it begins.
fn row_of(id: UploadId, start: i64) -> Vec<u8> {
    let mut row = id.to_vec();
    row.extend_from_slice(&start.to_be_bytes());
    row
}

/// Stores an upload of which nothing is here yet.
pub async fn insert(
    tx: &mut Tx,
    upload: &Upload,
    application: ApplicationId,
    file: &[u8; 32],
    now: i64,
) -> Outcome<()> {
    on!(tx, c => sqlx::query(INSERT)
        .bind(upload.id.to_vec()).bind(application.to_vec()).bind(&upload.slug).bind(upload.size)
        .bind(file.to_vec()).bind(now).execute(c).await?.rows_affected());
    Ok(())
}

/// The upload of that application with that id.
pub async fn by_id(
    tx: &mut Tx,
    application: ApplicationId,
    id: UploadId,
) -> Outcome<Option<Upload>> {
    let row: Option<Row> = on!(tx, c => sqlx::query_as(BY_ID)
        .bind(id.to_vec()).bind(application.to_vec()).fetch_optional(c).await?);
    row.map(upload).transpose()
}

/// The upload of that very file.
pub async fn by_file(
    tx: &mut Tx,
    application: ApplicationId,
    slug: &str,
    file: &[u8; 32],
) -> Outcome<Option<Upload>> {
    let row: Option<Row> = on!(tx, c => sqlx::query_as(BY_FILE)
        .bind(application.to_vec()).bind(slug).bind(file.to_vec()).fetch_optional(c).await?);
    row.map(upload).transpose()
}

/// Leaves at most `most` uploads of an application, the newest.
pub async fn keep_newest(tx: &mut Tx, application: ApplicationId, most: i64) -> Outcome<()> {
    loop {
        let count: i64 = on!(tx, c => sqlx::query_scalar(COUNT)
            .bind(application.to_vec()).fetch_one(c).await?);
        if count <= most {
            return Ok(());
        }
        on!(tx, c => sqlx::query(DELETE_OLDEST).bind(application.to_vec()).execute(c).await?.rows_affected());
    }
}

/// Adds a part at the end of what is here.
pub async fn append(
    tx: &mut Tx,
    crypter: &Crypter,
    chance: &mut Chance,
    upload: &Upload,
    bytes: &[u8],
) -> Outcome<()> {
    let start = upload.received;
    let sealed = crypter.seal(chance, cell(&row_of(upload.id, start)), bytes);
    on!(tx, c => sqlx::query(ADD_PART)
        .bind(upload.id.to_vec()).bind(start).bind(sealed).execute(c).await?.rows_affected());
    let touched = on!(tx, c => sqlx::query(GROW)
        .bind(upload.id.to_vec()).bind(start).bind(start + bytes.len() as i64)
        .execute(c).await?.rows_affected());
    one_row(touched)
}

/// Everything that is here, in its order.
pub async fn content(tx: &mut Tx, crypter: &Crypter, id: UploadId) -> Outcome<Zeroizing<Vec<u8>>> {
    let parts: Vec<(i64, Vec<u8>)> =
        on!(tx, c => sqlx::query_as(PARTS).bind(id.to_vec()).fetch_all(c).await?);
    let mut whole = Zeroizing::new(Vec::new());
    for (start, sealed) in parts {
        if start != whole.len() as i64 {
            return Err(Failure::Row("upload_parts.start"));
        }
        whole.extend_from_slice(&crypter.open(cell(&row_of(id, start)), &sealed)?);
    }
    Ok(whole)
}

/// Deletes an upload with its parts; one that is gone already is no error.
pub async fn delete(tx: &mut Tx, id: UploadId) -> Outcome<()> {
    on!(tx, c => sqlx::query(DELETE).bind(id.to_vec()).execute(c).await?.rows_affected());
    Ok(())
}

/// Deletes what was begun before that second.
pub async fn expire(tx: &mut Tx, before: i64) -> Outcome<u64> {
    Ok(on!(tx, c => sqlx::query(EXPIRE).bind(before).execute(c).await?.rows_affected()))
}
