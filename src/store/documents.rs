//! Documents, from the intent to issue to the end of their life.

use super::{Tx, fixed, on, one_row, parsed};
use crate::domain::document::{Document, Ecc, Place, Signed, State, Subject};
use crate::domain::ids::{ApplicationId, DocumentId, ListId, OfficeId};
use crate::failure::{Failure, Outcome};
use credential::cose::issue::Unsigned;
use credential::date::Date;
use credential::ids::KeyId;
use credential::kinds::{self, InForce, Kind, Subject as About};
use credential::token::pack;
use std::collections::HashMap;

const INSERT: &str = "INSERT INTO documents (id, kind, subject, office, state, state_since, status_list, \
    status_index, issued, expires, kid, claims, core_only, exclusive, number, application) \
    VALUES ($1, $2, $3, $4, 'issuing', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
const CHANGE: &str = "UPDATE documents SET state = $3, state_since = $4, reason = $5, superseded_by = $6, \
    qr_text = $7, qr_ecc = $8 WHERE id = $1 AND state = $2";
const BY_ID: &str = "SELECT * FROM documents WHERE id = $1";
const IN_FORCE: &str = "SELECT * FROM documents WHERE kind = $1 AND subject = $2 \
    AND exclusive = 1 AND state IN ('active', 'suspended')";
const ALL_IN_FORCE: &str = "SELECT * FROM documents WHERE subject = $1 AND state IN ('active', 'suspended') \
    ORDER BY kind, id LIMIT 200";
const ALL_OF: &str =
    "SELECT * FROM documents WHERE subject = $1 AND office = $2 ORDER BY id DESC LIMIT 200";
const BY_NUMBER: &str = "SELECT * FROM documents WHERE number = $1 \
    ORDER BY CASE state WHEN 'superseded' THEN 1 ELSE 0 END, id DESC LIMIT 1";
const LAST_SERIAL: &str =
    "SELECT MAX(subject) FROM documents WHERE subject BETWEEN $1 AND $2 AND kind = $3";
const NEXT_NUMBER: &str = "INSERT INTO printed_numbers (prefix, day, last) VALUES ($1, $2, 1) \
    ON CONFLICT (prefix, day) DO UPDATE SET last = printed_numbers.last + 1 RETURNING last";
const UNFINISHED: &str = "SELECT * FROM documents WHERE state = 'issuing' AND state_since <= $1 \
    ORDER BY id LIMIT 1000";
const NOT_VALID: &str = "SELECT status_index, state FROM documents WHERE status_list = $1 \
    AND state IN ('void', 'suspended', 'revoked', 'superseded') ORDER BY status_index";
const PAGE: &str = "SELECT * FROM documents WHERE office = $1 AND id < $2 AND ($3 = 0 OR kind = $3) \
    AND ($4 = '' OR state = $4) ORDER BY id DESC LIMIT $5";
const OF_SUBJECT: &str = "SELECT * FROM documents WHERE office = $1 AND kind = $2 AND subject = $3 \
    ORDER BY id DESC LIMIT 100";

/// The statuses of one list, in their order.
#[cfg(test)]
pub const OF_ONE_LIST: &str = NOT_VALID;
const AFTER: &str = "SELECT * FROM documents WHERE id > $1 ORDER BY id LIMIT $2";
const WITHOUT_INDEX: &str = "SELECT d.id FROM documents AS d LEFT JOIN status_indexes AS s \
    ON s.status_list = d.status_list AND s.status_index = d.status_index \
    JOIN status_lists AS l ON l.id = d.status_list AND l.seed IS NULL \
    WHERE d.id >= $1 AND d.id <= $2 AND (s.document IS NULL OR s.document <> d.id)";
const EXCLUSIVE: &str = "SELECT id, exclusive FROM documents WHERE id >= $1 AND id <= $2";
const MISTAKEN: &str = "SELECT a.id FROM applications AS a LEFT JOIN documents AS d ON d.id = a.document \
    WHERE a.id > $1 AND a.document IS NOT NULL AND (d.application IS NULL OR d.application <> a.id) \
    ORDER BY a.id LIMIT $2";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[
    INSERT,
    CHANGE,
    BY_ID,
    IN_FORCE,
    ALL_IN_FORCE,
    ALL_OF,
    BY_NUMBER,
    LAST_SERIAL,
    NEXT_NUMBER,
    UNFINISHED,
    NOT_VALID,
    PAGE,
    OF_SUBJECT,
    AFTER,
    WITHOUT_INDEX,
    EXCLUSIVE,
    MISTAKEN,
];

#[derive(sqlx::FromRow)]
struct Row {
    id: Vec<u8>,
    kind: i64,
    subject: i64,
    office: Vec<u8>,
    state: String,
    state_since: i64,
    reason: Option<String>,
    superseded_by: Option<Vec<u8>>,
    status_list: Vec<u8>,
    status_index: i64,
    issued: i64,
    expires: Option<i64>,
    kid: Vec<u8>,
    claims: Vec<u8>,
    core_only: i64,
    number: Option<String>,
    application: Option<Vec<u8>>,
    qr_text: Option<String>,
    qr_ecc: Option<String>,
    signature: Option<Vec<u8>>,
}

/// The text of a document that was stored without it.
fn packed(row: &Row) -> Outcome<String> {
    let signature = row.signature.as_deref().unwrap_or_default();
    let signature = fixed("documents.signature", signature)?;
    let kid = KeyId(fixed("documents.kid", &row.kid)?);
    let unsigned = Unsigned::new(kid, None, row.claims.clone());
    Ok(pack(&unsigned.into_token(&signature)))
}

/// An impossible combination of columns is an error, never a default.
fn state(row: &mut Row) -> Outcome<State> {
    let ecc = match row.qr_ecc.as_deref() {
        None => None,
        Some("M") => Some(Ecc::M),
        Some("L") => Some(Ecc::L),
        Some(_) => return Err(Failure::Row("documents.qr_ecc")),
    };
    let text = match row.qr_text.take() {
        Some(text) if text.is_empty() => Some(packed(row)?),
        text => text,
    };
    let signed = match (text, ecc) {
        (Some(text), Some(ecc)) => Some(Signed { text, ecc }),
        (None, None) => None,
        _ => return Err(Failure::Row("documents.qr_text")),
    };
    let by = row
        .superseded_by
        .as_deref()
        .map(DocumentId::from_bytes)
        .transpose();
    let by = parsed("documents.superseded_by", by)?;
    Ok(match (row.state.as_str(), signed, row.reason.take(), by) {
        ("issuing", None, None, None) => State::Issuing,
        ("void", None, None, None) => State::Void,
        ("active", Some(signed), None, None) => State::Active(signed),
        ("suspended", Some(signed), Some(reason), None) => State::Suspended { signed, reason },
        ("revoked", Some(signed), Some(reason), None) => State::Revoked { signed, reason },
        ("superseded", Some(signed), Some(reason), by) => State::Superseded { signed, reason, by },
        _ => return Err(Failure::Row("documents.state")),
    })
}

impl TryFrom<Row> for Document {
    type Error = Failure;

    fn try_from(mut row: Row) -> Outcome<Self> {
        let kind = u64::try_from(row.kind).ok().and_then(kinds::by_number);
        Ok(Self {
            id: parsed("documents.id", DocumentId::from_bytes(&row.id))?,
            kind: kind.ok_or(Failure::Row("documents.kind"))?,
            subject: Subject(parsed("documents.subject", u64::try_from(row.subject))?),
            office: parsed("documents.office", OfficeId::from_bytes(&row.office))?,
            place: Place {
                list: parsed(
                    "documents.status_list",
                    ListId::from_bytes(&row.status_list),
                )?,
                index: parsed("documents.status_index", u32::try_from(row.status_index))?,
            },
            issued: row.issued,
            expires: row.expires,
            kid: KeyId(fixed("documents.kid", &row.kid)?),
            core_only: row.core_only != 0,
            number: row.number.take(),
            application: parsed(
                "documents.application",
                row.application
                    .as_deref()
                    .map(ApplicationId::from_bytes)
                    .transpose(),
            )?,
            since: row.state_since,
            state: state(&mut row)?,
            claims: row.claims,
        })
    }
}

/// Stores the intent to issue.
pub async fn insert(tx: &mut Tx, d: &Document) -> Outcome<()> {
    if d.state != State::Issuing {
        return Err(Failure::Row("a document begins as an intent"));
    }
    on!(tx, c => sqlx::query(INSERT)
        .bind(d.id.to_vec()).bind(i64::from(d.kind.number)).bind(d.subject.0 as i64).bind(d.office.to_vec())
        .bind(d.since).bind(d.place.list.to_vec()).bind(i64::from(d.place.index)).bind(d.issued)
        .bind(d.expires).bind(d.kid.0.to_vec()).bind(&d.claims).bind(i64::from(d.core_only))
        .bind(i64::from(d.kind.in_force == InForce::One)).bind(&d.number)
        .bind(d.application.map(ApplicationId::to_vec))
        .execute(c).await?.rows_affected());
    Ok(())
}

/// Stores a new state, if the state is still `from`.
pub async fn change(tx: &mut Tx, from: &str, d: &Document) -> Outcome<()> {
    let signed = d.state.signed();
    let result = on!(tx, c => sqlx::query(CHANGE)
        .bind(d.id.to_vec()).bind(from).bind(d.state.name()).bind(d.since).bind(d.state.reason())
        .bind(d.state.superseded_by().map(DocumentId::to_vec)).bind(signed.map(|s| s.text.as_str()))
        .bind(signed.map(|s| s.ecc.name())).execute(c).await.map(|done| done.rows_affected()));
    match result {
        Ok(touched) => one_row(touched),
        // Two offices or officers issued the same person's document at the same time.
        Err(sqlx::Error::Database(e)) if e.is_unique_violation() => Err(Failure::Changed),
        Err(e) => Err(e.into()),
    }
}

/// The document with that id.
pub async fn by_id(tx: &mut Tx, id: DocumentId) -> Outcome<Option<Document>> {
    let row: Option<Row> =
        on!(tx, c => sqlx::query_as(BY_ID).bind(id.to_vec()).fetch_optional(c).await?);
    row.map(Document::try_from).transpose()
}

/// The document of a kind that a person or family has in force, suspended included.
pub async fn in_force(tx: &mut Tx, kind: &Kind, subject: Subject) -> Outcome<Option<Document>> {
    let row: Option<Row> = on!(tx, c => sqlx::query_as(IN_FORCE)
        .bind(i64::from(kind.number)).bind(subject.0 as i64).fetch_optional(c).await?);
    row.map(Document::try_from).transpose()
}

/// Everything that a person or family has in force, suspended included, by kind.
pub async fn all_in_force(tx: &mut Tx, subject: Subject) -> Outcome<Vec<Document>> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(ALL_IN_FORCE)
        .bind(subject.0 as i64).fetch_all(c).await?);
    rows.into_iter().map(Document::try_from).collect()
}

/// Every document that an office issued about a person or family, newest first.
pub async fn all_of(tx: &mut Tx, office: OfficeId, subject: Subject) -> Outcome<Vec<Document>> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(ALL_OF)
        .bind(subject.0 as i64).bind(office.to_vec()).fetch_all(c).await?);
    rows.into_iter().map(Document::try_from).collect()
}

/// The document with that printed number; of several the one that replaced the others.
pub async fn by_number(tx: &mut Tx, number: &str) -> Outcome<Option<Document>> {
    let row: Option<Row> =
        on!(tx, c => sqlx::query_as(BY_NUMBER).bind(number).fetch_optional(c).await?);
    row.map(Document::try_from).transpose()
}

/// Draws the next running number on a day of the series that is printed with that prefix, from 1.
pub async fn next_number(tx: &mut Tx, prefix: &str, day: Date) -> Outcome<i64> {
    Ok(on!(tx, c => sqlx::query_scalar(NEXT_NUMBER)
        .bind(prefix).bind(i64::from(day.days())).fetch_one(c).await?))
}

/// The highest NIK of those that begin with the same twelve digits (`first` ends in 0001) that a document of a birth
/// names, whatever became of the document.
pub async fn last_of_serial(tx: &mut Tx, first: u64) -> Outcome<Option<u64>> {
    let mut highest = None;
    for kind in kinds::KINDS.iter().filter(|k| k.subject == About::Newborn) {
        let last: Option<i64> = on!(tx, c => sqlx::query_scalar(LAST_SERIAL)
            .bind(first as i64).bind((first + 9998) as i64).bind(i64::from(kind.number))
            .fetch_one(c).await?);
        highest = highest.max(last.and_then(|nik| u64::try_from(nik).ok()));
    }
    Ok(highest)
}

/// Intents begun at or before that second and never finished, at most 1,000.
pub async fn unfinished(tx: &mut Tx, begun_by: i64) -> Outcome<Vec<Document>> {
    let rows: Vec<Row> =
        on!(tx, c => sqlx::query_as(UNFINISHED).bind(begun_by).fetch_all(c).await?);
    rows.into_iter().map(Document::try_from).collect()
}

/// Index and state of every document of a list that is not plainly valid.
pub async fn not_valid(tx: &mut Tx, list: ListId) -> Outcome<Vec<(i64, String)>> {
    Ok(on!(tx, c => sqlx::query_as(NOT_VALID).bind(list.to_vec()).fetch_all(c).await?))
}

/// An office's documents, newest first, before the document `before`.
pub async fn page(
    tx: &mut Tx,
    office: OfficeId,
    before: Option<DocumentId>,
    kind: Option<&Kind>,
    state: Option<&str>,
    limit: u32,
) -> Outcome<Vec<Document>> {
    let before = before.map_or_else(|| vec![0xff; 16], DocumentId::to_vec);
    let kind = kind.map_or(0, |k| i64::from(k.number));
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(PAGE)
        .bind(office.to_vec()).bind(before).bind(kind).bind(state.unwrap_or_default())
        .bind(i64::from(limit)).fetch_all(c).await?);
    rows.into_iter().map(Document::try_from).collect()
}

/// An office's documents about a person or family, newest first.
pub async fn of_subject(
    tx: &mut Tx,
    office: OfficeId,
    kind: &Kind,
    subject: Subject,
) -> Outcome<Vec<Document>> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(OF_SUBJECT)
        .bind(office.to_vec()).bind(i64::from(kind.number)).bind(subject.0 as i64).fetch_all(c).await?);
    rows.into_iter().map(Document::try_from).collect()
}

/// Everybody's documents by id, after the document `after`; for the check of the whole table, which goes on where a row
/// cannot be read.
pub async fn all_after(
    tx: &mut Tx,
    after: Option<DocumentId>,
    limit: u32,
) -> Outcome<Vec<(DocumentId, Outcome<Document>)>> {
    let after = after.map_or_else(Vec::new, DocumentId::to_vec);
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(AFTER)
        .bind(after).bind(i64::from(limit)).fetch_all(c).await?);
    let read = |row: Row| {
        let id = parsed("documents.id", DocumentId::from_bytes(&row.id))?;
        Ok((id, Document::try_from(row)))
    };
    rows.into_iter().map(read).collect()
}

/// Of the documents from one id to another, those whose status index was not drawn for them; of lists whose indexes are
/// drawn one by one.
pub async fn without_index(
    tx: &mut Tx,
    from: DocumentId,
    to: DocumentId,
) -> Outcome<Vec<DocumentId>> {
    let ids: Vec<Vec<u8>> = on!(tx, c => sqlx::query_scalar(WITHOUT_INDEX)
        .bind(from.to_vec()).bind(to.to_vec()).fetch_all(c).await?);
    let ids = ids.iter().map(|id| DocumentId::from_bytes(id));
    ids.map(|id| parsed("documents.id", id)).collect()
}

/// Of the documents from one id to another, whether a person or family has one of them at a time.
pub async fn exclusive(
    tx: &mut Tx,
    from: DocumentId,
    to: DocumentId,
) -> Outcome<HashMap<DocumentId, bool>> {
    let rows: Vec<(Vec<u8>, i64)> = on!(tx, c => sqlx::query_as(EXCLUSIVE)
        .bind(from.to_vec()).bind(to.to_vec()).fetch_all(c).await?);
    let row = |(id, exclusive): (Vec<u8>, i64)| {
        let id = parsed("documents.id", DocumentId::from_bytes(&id))?;
        Ok((id, exclusive != 0))
    };
    rows.into_iter().map(row).collect()
}

/// Applications behind that one whose document is another application's, or nobody's.
pub async fn mistaken(
    tx: &mut Tx,
    after: Option<ApplicationId>,
    limit: u32,
) -> Outcome<Vec<ApplicationId>> {
    let after = after.map_or_else(Vec::new, ApplicationId::to_vec);
    let ids: Vec<Vec<u8>> = on!(tx, c => sqlx::query_scalar(MISTAKEN)
        .bind(after).bind(i64::from(limit)).fetch_all(c).await?);
    let ids = ids.iter().map(|id| ApplicationId::from_bytes(id));
    ids.map(|id| parsed("applications.id", id)).collect()
}
