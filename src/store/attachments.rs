//! What is attached to which application. What the files hold stands in the blob folder.

use super::register::Register;
use super::row_seals::ATTACHMENTS;
use super::{Tx, fixed, on, one_row, parsed};
use crate::domain::ids::{ApplicationId, AttachmentId};
use crate::failure::{Failure, Outcome};

const INSERT: &str = "INSERT INTO attachments (id, application, slug, media_type, size, hash, created) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const LIST: &str = "SELECT id, application, slug, media_type, size, hash, created FROM attachments \
    WHERE application = $1 ORDER BY id";
const BY_ID: &str =
    "SELECT id, application, slug, media_type, size, hash, created FROM attachments WHERE id = $1";
const SLUGS: &str = "SELECT DISTINCT slug FROM attachments WHERE application = $1";
const DELETE: &str = "DELETE FROM attachments WHERE id = $1";
// Who handed in the application, and what became of it, is told by the row that stays.
// Driven from the files, which come before the end of their application: those older than it have gone by then, so only
// the few of applications that took for years are looked at in vain.
const EXPIRE: &str = "DELETE FROM attachments WHERE id IN (SELECT a.id FROM attachments AS a WHERE a.id < $2 \
    AND EXISTS (SELECT 1 FROM applications AS p WHERE p.id = a.application \
    AND p.state IN ('handed_over', 'rejected', 'cancelled') AND p.since < $1) ORDER BY a.id LIMIT 500)";
const NAMED: &str = "SELECT COUNT(*) FROM attachments WHERE hash = $1";

const AFTER: &str = "SELECT id, application, slug, media_type, size, hash, created FROM attachments \
    WHERE id > $1 ORDER BY id LIMIT $2";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[INSERT, LIST, BY_ID, SLUGS, DELETE, EXPIRE, NAMED, AFTER];

/// An attachment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its id.
    pub id: AttachmentId,
    /// What it is attached to.
    pub application: ApplicationId,
    /// Which of the kind's attachments.
    pub slug: String,
    /// `image/jpeg`, `image/png` or `application/pdf`.
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// Names its blob.
    pub hash: [u8; 32],
    /// When it was taken in.
    pub created: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Vec<u8>,
    application: Vec<u8>,
    slug: String,
    media_type: String,
    size: i64,
    hash: Vec<u8>,
    created: i64,
}

impl TryFrom<Row> for Attachment {
    type Error = Failure;

    fn try_from(row: Row) -> Outcome<Self> {
        Ok(Self {
            id: parsed("attachments.id", AttachmentId::from_bytes(&row.id))?,
            application: parsed(
                "attachments.application",
                ApplicationId::from_bytes(&row.application),
            )?,
            slug: row.slug,
            media_type: row.media_type,
            size: row.size,
            hash: fixed("attachments.hash", &row.hash)?,
            created: row.created,
        })
    }
}

/// Stores an attachment.
pub async fn insert(tx: &mut Tx, register: &Register<'_>, a: &Attachment) -> Outcome<()> {
    on!(tx, c => sqlx::query(INSERT)
        .bind(a.id.to_vec()).bind(a.application.to_vec()).bind(&a.slug).bind(&a.media_type)
        .bind(a.size).bind(a.hash.to_vec()).bind(a.created).execute(c).await?.rows_affected());
    ATTACHMENTS.renew(tx, register, &a.id.to_vec()).await
}

/// The attachments of an application, oldest first.
pub async fn list(tx: &mut Tx, application: ApplicationId) -> Outcome<Vec<Attachment>> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(LIST)
        .bind(application.to_vec()).fetch_all(c).await?);
    rows.into_iter().map(Attachment::try_from).collect()
}

/// The attachment with that id.
pub async fn by_id(tx: &mut Tx, id: AttachmentId) -> Outcome<Option<Attachment>> {
    let row: Option<Row> =
        on!(tx, c => sqlx::query_as(BY_ID).bind(id.to_vec()).fetch_optional(c).await?);
    row.map(Attachment::try_from).transpose()
}

/// Which attachments an application has.
pub async fn slugs(tx: &mut Tx, application: ApplicationId) -> Outcome<Vec<String>> {
    Ok(on!(tx, c => sqlx::query_scalar(SLUGS).bind(application.to_vec()).fetch_all(c).await?))
}

/// Deletes an attachment.
pub async fn delete(tx: &mut Tx, id: AttachmentId) -> Outcome<()> {
    let touched =
        on!(tx, c => sqlx::query(DELETE).bind(id.to_vec()).execute(c).await?.rows_affected());
    one_row(touched)
}

/// Whether any row names that blob.
pub async fn is_named(tx: &mut Tx, hash: &[u8; 32]) -> Outcome<bool> {
    let count: i64 =
        on!(tx, c => sqlx::query_scalar(NAMED).bind(hash.to_vec()).fetch_one(c).await?);
    Ok(count > 0)
}

/// Everybody's attachments by id, after the one `after`; for the check of the whole table.
pub async fn all_after(
    tx: &mut Tx,
    after: Option<AttachmentId>,
    limit: u32,
) -> Outcome<Vec<Attachment>> {
    let after = after.map_or_else(Vec::new, AttachmentId::to_vec);
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(AFTER)
        .bind(after).bind(i64::from(limit)).fetch_all(c).await?);
    rows.into_iter().map(Attachment::try_from).collect()
}

/// Deletes at most 500 files of applications that ended before that second. Blobs that no row names go by themselves.
pub async fn expire(tx: &mut Tx, before: i64) -> Outcome<u64> {
    // The least UUIDv7 of that second (RFC 9562, section 5.7): 48 bits of milliseconds come first.
    let millis = u64::try_from(before).unwrap_or_default() * 1000;
    let mut below = [0; 16];
    below[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
    Ok(
        on!(tx, c => sqlx::query(EXPIRE).bind(before).bind(below.to_vec()).execute(c).await?.rows_affected()),
    )
}
