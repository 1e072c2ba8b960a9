//! The audit trail: who did what, when, to which document. Content only as a salted hash.

use super::{Tx, hex, on};
use crate::domain::ids::{AuditId, DocumentId, ListId, OfficeId, OfficerId};
use crate::domain::users::Told;
use crate::failure::Outcome;
use credential::ids::KeyId;
use serde::Serialize;
use sqlx_sqlite::SqliteConnection;

const INSERT: &str = "INSERT INTO audit (id, at, actor, action, office, document, salt, content_hash, detail, about) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const INSERT_SQLITE: &str = "INSERT INTO audit (id, at, actor, action, office, document, salt, content_hash, detail) \
    SELECT unhex(value ->> 0), value ->> 1, value ->> 2, value ->> 3, unhex(value ->> 4), unhex(value ->> 5), \
    unhex(value ->> 6), unhex(value ->> 7), value ->> 8 FROM json_each($1)";

const LINES: &str = "SELECT at, action FROM audit WHERE document = $1 ORDER BY id LIMIT 200";
const OF_OFFICE: &str = "SELECT id, at, actor, action, detail FROM audit WHERE office = $1 AND id < $2 \
    ORDER BY id DESC LIMIT $3";

const REINSTATED: &str = "SELECT d.id, d.status_index FROM audit AS a JOIN documents AS d ON d.id = a.document \
    WHERE a.office = $1 AND a.id > $2 AND a.action = 'document.reinstate' AND d.status_list = $3";
const OF_OFFICERS: &str = "SELECT detail FROM audit WHERE office = $1 AND action IN ('officer.add', 'officer.role') \
    AND detail IS NOT NULL ORDER BY id";

const OF_OFFICER: &str = "SELECT action, detail FROM audit WHERE office = $1 AND detail LIKE $2 AND action IN \
    ('officer.add', 'officer.role', 'officer.disable', 'officer.enable', 'officer.reset') ORDER BY id";
const RESTORED: &str =
    "SELECT MAX(at) FROM audit WHERE office IS NULL AND action = 'database.restored'";

const COMMITTED: &str = "SELECT document, action, salt, content_hash, detail FROM audit \
    WHERE document >= $1 AND document <= $2 ORDER BY document, id";

const BULK: &str =
    "SELECT id, detail FROM audit WHERE id > $1 AND action = 'bulk.issue' ORDER BY id LIMIT $2";

const KEY_ENDED: &str =
    "SELECT COUNT(*) FROM audit WHERE office IS NULL AND action = 'key.end' AND detail LIKE $1";

const THERE: &str = "SELECT COUNT(*) FROM audit WHERE id = $1";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[
    INSERT,
    THERE,
    LINES,
    OF_OFFICE,
    REINSTATED,
    OF_OFFICERS,
    OF_OFFICER,
    RESTORED,
    COMMITTED,
    BULK,
    KEY_ENDED,
];

/// Statements for one engine alone.
#[cfg(test)]
pub const SQLITE_ONLY: &[&str] = &[INSERT_SQLITE];

/// One entry.
pub struct Entry<'a> {
    /// Its id.
    pub id: AuditId,
    /// When, epoch seconds.
    pub at: i64,
    /// Who.
    pub actor: String,
    /// What.
    pub action: &'a str,
    /// In which office.
    pub office: Option<OfficeId>,
    /// To which document.
    pub document: Option<DocumentId>,
    /// Salt and SHA-256 of salt and content.
    pub content: Option<([u8; 16], [u8; 32])>,
    /// A few fixed words.
    pub detail: Option<String>,
    /// Which row the content is, as `table:key`. Lines that are written many at once are of none.
    pub about: Option<String>,
}

/// Writes an entry.
pub async fn insert(tx: &mut Tx, entry: &Entry<'_>) -> Outcome<()> {
    let salt = entry.content.map(|(salt, _)| salt.to_vec());
    let hash = entry.content.map(|(_, hash)| hash.to_vec());
    on!(tx, c => sqlx::query(INSERT)
        .bind(entry.id.to_vec()).bind(entry.at).bind(&entry.actor).bind(entry.action)
        .bind(entry.office.map(OfficeId::to_vec)).bind(entry.document.map(DocumentId::to_vec))
        .bind(salt).bind(hash).bind(&entry.detail).bind(&entry.about).execute(c).await?.rows_affected());
    Ok(())
}

/// Whether there is a line of that id.
pub async fn is_there(tx: &mut Tx, id: AuditId) -> Outcome<bool> {
    let lines: i64 = on!(tx, c => sqlx::query_scalar(THERE).bind(id.to_vec()).fetch_one(c).await?);
    Ok(lines > 0)
}

/// Whether a key that is no office's was retired or compromised at any time.
pub async fn is_ended(tx: &mut Tx, kid: KeyId) -> Outcome<bool> {
    let detail = format!("{kid} %");
    let lines: i64 = on!(tx, c => sqlx::query_scalar(KEY_ENDED).bind(detail).fetch_one(c).await?);
    Ok(lines > 0)
}

/// Writes many entries on SQLite.
pub(super) async fn insert_all<'e>(
    c: &mut SqliteConnection,
    entries: impl Iterator<Item = &'e Entry<'e>>,
) -> Outcome<()> {
    let rows: Vec<_> = entries.map(row).collect();
    let query = sqlx::query(INSERT_SQLITE).bind(super::json(&rows)?);
    query.execute(c).await?;
    Ok(())
}

/// An entry as SQLite takes it out of JSON.
fn row<'e>(e: &'e Entry<'e>) -> impl Serialize + use<'e> {
    (
        hex(&e.id.to_vec()),
        e.at,
        &e.actor,
        e.action,
        e.office.map(|office| hex(&office.to_vec())),
        e.document.map(|document| hex(&document.to_vec())),
        e.content.map(|(salt, _)| hex(&salt)),
        e.content.map(|(_, hash)| hex(&hash)),
        &e.detail,
    )
}

/// When what was done to a document, in order.
pub async fn of_document(tx: &mut Tx, document: DocumentId) -> Outcome<Vec<(i64, String)>> {
    Ok(on!(tx, c => sqlx::query_as(LINES).bind(document.to_vec()).fetch_all(c).await?))
}

/// What was said of the roles of an office's officers, in order.
pub async fn of_officers(tx: &mut Tx, office: OfficeId) -> Outcome<Vec<String>> {
    Ok(on!(tx, c => sqlx::query_scalar(OF_OFFICERS).bind(office.to_vec()).fetch_all(c).await?))
}

/// What the lines of that office say of an officer; of one whom none tells of, no role.
pub async fn of_officer(tx: &mut Tx, office: OfficeId, officer: OfficerId) -> Outcome<Told> {
    let about = format!("{officer} %");
    let lines: Vec<(String, String)> = on!(tx, c => sqlx::query_as(OF_OFFICER)
        .bind(office.to_vec()).bind(about).fetch_all(c).await?);
    let mut told = Told::default();
    for (action, detail) in lines {
        told.line(&action, detail.split_once(' ').unwrap_or_default().1);
    }
    Ok(told)
}

/// When the database was put back last, epoch seconds, as somebody said with `ikd db restored`.
pub async fn restored(tx: &mut Tx) -> Outcome<Option<i64>> {
    Ok(on!(tx, c => sqlx::query_scalar(RESTORED).fetch_one(c).await?))
}

/// A line of the trail, as it is read.
pub struct Line {
    /// Its id.
    pub id: AuditId,
    /// When, epoch seconds.
    pub at: i64,
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// A few fixed words.
    pub detail: Option<String>,
}

/// A row as it comes out of the table.
type Row = (Vec<u8>, i64, String, String, Option<String>);

/// What was done in an office, newest first, before the line `before`.
pub async fn of_office(
    tx: &mut Tx,
    office: OfficeId,
    before: Option<AuditId>,
    limit: u32,
) -> Outcome<Vec<Line>> {
    let before = before.map_or_else(|| vec![0xff; 16], AuditId::to_vec);
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(OF_OFFICE)
        .bind(office.to_vec()).bind(before).bind(i64::from(limit)).fetch_all(c).await?);
    let line = |(id, at, actor, action, detail): Row| {
        Ok(Line {
            id: super::parsed("audit.id", AuditId::from_bytes(&id))?,
            at,
            actor,
            action,
            detail,
        })
    };
    rows.into_iter().map(line).collect()
}

/// Documents of a list that the trail of its office says were put back in force at or after that second, with their index.
pub async fn reinstated(
    tx: &mut Tx,
    office: OfficeId,
    list: ListId,
    since: i64,
) -> Outcome<Vec<(DocumentId, u32)>> {
    // Ids begin with their time, in milliseconds of 48 bits (RFC 9562 §5.7).
    let millis = u64::try_from(since)
        .unwrap_or_default()
        .saturating_mul(1000);
    let mut first = vec![0; 16];
    first[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
    let rows: Vec<(Vec<u8>, i64)> = on!(tx, c => sqlx::query_as(REINSTATED)
        .bind(office.to_vec()).bind(first).bind(list.to_vec()).fetch_all(c).await?);
    let parse = |(id, index): (Vec<u8>, i64)| {
        let id = super::parsed("documents.id", DocumentId::from_bytes(&id))?;
        let index = super::parsed("documents.status_index", u32::try_from(index))?;
        Ok((id, index))
    };
    rows.into_iter().map(parse).collect()
}

/// What a line of a document's trail says and commits to.
pub struct Committed {
    /// What was done.
    pub action: String,
    /// Salt, and SHA-256 of salt and content.
    pub content: Option<(Vec<u8>, Vec<u8>)>,
    /// A few fixed words.
    pub detail: Option<String>,
}

/// The trails of all documents from one id to another, each in order.
pub async fn committed(
    tx: &mut Tx,
    from: DocumentId,
    to: DocumentId,
) -> Outcome<Vec<(DocumentId, Committed)>> {
    type Row = (
        Vec<u8>,
        String,
        Option<Vec<u8>>,
        Option<Vec<u8>>,
        Option<String>,
    );
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(COMMITTED)
        .bind(from.to_vec()).bind(to.to_vec()).fetch_all(c).await?);
    let line = |(document, action, salt, hash, detail): Row| {
        let document = super::parsed("audit.document", DocumentId::from_bytes(&document))?;
        let content = salt.zip(hash);
        let line = Committed {
            action,
            content,
            detail,
        };
        Ok((document, line))
    };
    rows.into_iter().map(line).collect()
}

/// What the lines about chunks of bulk jobs say, after the line `after`.
pub async fn bulk_after(
    tx: &mut Tx,
    after: Option<AuditId>,
    limit: u32,
) -> Outcome<Vec<(AuditId, String)>> {
    let after = after.map_or_else(Vec::new, AuditId::to_vec);
    let rows: Vec<(Vec<u8>, Option<String>)> = on!(tx, c => sqlx::query_as(BULK)
        .bind(after).bind(i64::from(limit)).fetch_all(c).await?);
    let line = |(id, detail): (Vec<u8>, Option<String>)| {
        let id = super::parsed("audit.id", AuditId::from_bytes(&id))?;
        Ok((id, detail.unwrap_or_default()))
    };
    rows.into_iter().map(line).collect()
}
