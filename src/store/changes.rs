//! What happened to documents, in the one order that agencies read.

use super::{Tx, hex, on, one_row, parsed};
use crate::domain::ids::{ChangeId, DocumentId};
use crate::failure::{Failure, Outcome};
use crate::outbox::DocumentChange;
use sqlx_sqlite::SqliteConnection;

const INSERT: &str = "INSERT INTO changes (id, document, turn, kind, region, change, at) \
    VALUES ($1, $2, (SELECT COALESCE(MAX(turn), 0) + 1 FROM changes WHERE document = $2), $3, $4, $5, $6)";
const ISSUED: &str = "INSERT INTO changes (id, document, turn, kind, region, change, at) \
    VALUES ($1, $2, 1, $3, $4, 'issued', $5) ON CONFLICT (document, turn) DO NOTHING";
const ISSUED_SQLITE: &str = "INSERT INTO changes (id, document, turn, kind, region, change, at) \
    SELECT unhex(value ->> 0), unhex(value ->> 1), 1, value ->> 2, value ->> 3, 'issued', value ->> 4 \
    FROM json_each($1) WHERE TRUE ON CONFLICT (document, turn) DO NOTHING";
const ANY_OF: &str = "SELECT turn FROM changes WHERE document = $1 LIMIT 1";
const LOCK: &str = "UPDATE change_numbers SET last = last WHERE one = 1";
const LAST: &str = "SELECT last FROM change_numbers WHERE one = 1";
const ADVANCE: &str = "UPDATE change_numbers SET last = $2 WHERE one = 1 AND last = $1";
const ANY_WITHOUT: &str = "SELECT id FROM changes WHERE number IS NULL LIMIT 1";
// Within a document the order is that of its turns, whatever the clock did.
const WITHOUT: &str = "SELECT id FROM changes WHERE number IS NULL ORDER BY turn, id LIMIT 5000";
// The plus keeps SQLite from comparing each change that waits with each of those given.
const GIVE_SQLITE: &str = "UPDATE changes SET number = $1 + 1 + given.key FROM json_each($2) AS given \
    WHERE changes.id = unhex(given.value) AND +number IS NULL";
const GIVE_POSTGRES: &str = "UPDATE changes SET number = $1 + given.place \
    FROM UNNEST($2::BYTEA[]) WITH ORDINALITY AS given (id, place) WHERE changes.id = given.id AND number IS NULL";
const AFTER: &str = "SELECT id, number, document, kind, region, change, at FROM changes \
    WHERE number > $1 AND number <= $2 ORDER BY number LIMIT $3";
const OF_RANGE: &str = "SELECT document, turn, kind, region, change, number FROM changes \
    WHERE document >= $1 AND document <= $2 ORDER BY document, turn";
const OF_NOTHING: &str = "SELECT EXISTS (SELECT 1 FROM changes AS c \
    WHERE NOT EXISTS (SELECT 1 FROM documents AS d WHERE d.id = c.document))";
const NUMBERED_SO_FAR: &str = "SELECT COUNT(*), COALESCE(MIN(number), 1), COALESCE(MAX(number), 0) \
    FROM changes WHERE number IS NOT NULL";
const NUMBER: &str = "SELECT number FROM changes WHERE id = $1";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[
    INSERT,
    ISSUED,
    ANY_OF,
    LOCK,
    LAST,
    ADVANCE,
    ANY_WITHOUT,
    WITHOUT,
    AFTER,
    NUMBER,
    OF_RANGE,
    NUMBERED_SO_FAR,
];

/// Gives many numbers at once.
#[cfg(test)]
pub const NUMBERED: &str = GIVE_SQLITE;

/// Statements for one engine alone.
#[cfg(test)]
pub const SQLITE_ONLY: &[&str] = &[GIVE_SQLITE, ISSUED_SQLITE];
/// Statements for one engine alone.
#[cfg(test)]
pub const POSTGRES_ONLY: &[&str] = &[GIVE_POSTGRES, OF_NOTHING];

/// One change of a document, with its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbered {
    /// Names it for good.
    pub id: ChangeId,
    /// Its place in the order.
    pub number: i64,
    /// Which document.
    pub document: DocumentId,
    /// Number of the document's kind.
    pub kind: u8,
    /// Kode wilayah without dots.
    pub region: String,
    /// What happened.
    pub change: DocumentChange,
    /// When, epoch seconds.
    pub at: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Vec<u8>,
    number: i64,
    document: Vec<u8>,
    kind: i64,
    region: String,
    change: String,
    at: i64,
}

impl TryFrom<Row> for Numbered {
    type Error = Failure;

    fn try_from(row: Row) -> Outcome<Self> {
        Ok(Self {
            id: parsed("changes.id", ChangeId::from_bytes(&row.id))?,
            number: row.number,
            document: parsed("changes.document", DocumentId::from_bytes(&row.document))?,
            kind: parsed("changes.kind", u8::try_from(row.kind))?,
            region: row.region,
            change: DocumentChange::parse(&row.change).ok_or(Failure::Row("changes.change"))?,
            at: row.at,
        })
    }
}

/// Stores a change, still without a number.
pub async fn insert(
    tx: &mut Tx,
    id: ChangeId,
    document: DocumentId,
    kind: u8,
    region: &str,
    change: DocumentChange,
    at: i64,
) -> Outcome<()> {
    on!(tx, c => sqlx::query(INSERT)
        .bind(id.to_vec()).bind(document.to_vec()).bind(i64::from(kind)).bind(region)
        .bind(change.name()).bind(at).execute(c).await?.rows_affected());
    Ok(())
}

/// Stores that a document was issued, unless that is stored already.
pub async fn insert_issued(
    tx: &mut Tx,
    id: ChangeId,
    document: DocumentId,
    kind: u8,
    region: &str,
    at: i64,
) -> Outcome<()> {
    on!(tx, c => sqlx::query(ISSUED)
        .bind(id.to_vec()).bind(document.to_vec()).bind(i64::from(kind)).bind(region).bind(at)
        .execute(c).await?.rows_affected());
    Ok(())
}

/// That a document was issued.
pub struct Told<'a> {
    /// Names the change.
    pub id: ChangeId,
    /// Which document.
    pub document: DocumentId,
    /// Number of its kind.
    pub kind: u8,
    /// Kode wilayah without dots.
    pub region: &'a str,
    /// When, epoch seconds.
    pub at: i64,
}

/// Stores on SQLite that documents were issued, unless that is stored already.
pub(super) async fn insert_all_issued<'t>(
    c: &mut SqliteConnection,
    told: impl Iterator<Item = &'t Told<'t>>,
) -> Outcome<()> {
    let row = |one: &Told<'_>| {
        let (id, document) = (hex(&one.id.to_vec()), hex(&one.document.to_vec()));
        (id, document, one.kind, one.region.to_string(), one.at)
    };
    let rows: Vec<_> = told.map(row).collect();
    let query = sqlx::query(ISSUED_SQLITE).bind(super::json(&rows)?);
    query.execute(c).await?;
    Ok(())
}

/// Whether any change of a document is stored.
pub async fn any_of(tx: &mut Tx, document: DocumentId) -> Outcome<bool> {
    let any: Option<i64> = on!(tx, c => sqlx::query_scalar(ANY_OF)
        .bind(document.to_vec()).fetch_optional(c).await?);
    Ok(any.is_some())
}

/// Lets nobody else give numbers until the end of the transaction.
pub async fn lock(tx: &mut Tx) -> Outcome<()> {
    one_row(on!(tx, c => sqlx::query(LOCK).execute(c).await?.rows_affected()))
}

/// Gives numbers to committed changes that have none. Returns the last number given so far.
///
/// Who gives numbers first locks the counter, then looks: what it cannot see yet is committed later and gets a
/// greater number from whoever comes next. So a reader that goes by numbers misses nothing.
pub async fn number(tx: &mut Tx) -> Outcome<i64> {
    let any: Option<Vec<u8>> =
        on!(tx, c => sqlx::query_scalar(ANY_WITHOUT).fetch_optional(c).await?);
    if any.is_none() {
        return last(tx).await;
    }
    lock(tx).await?;
    let before = last(tx).await?;
    let rows: Vec<Vec<u8>> = on!(tx, c => sqlx::query_scalar(WITHOUT).fetch_all(c).await?);
    let count = rows.len() as u64;
    let touched = match tx {
        Tx::Sqlite(c) => {
            let ids: Vec<String> = rows.iter().map(|id| hex(id)).collect();
            let query = sqlx::query(GIVE_SQLITE).bind(before);
            let done = query.bind(super::json(&ids)?).execute(&mut **c).await?;
            done.rows_affected()
        }
        Tx::Postgres(c) => {
            let query = sqlx::query(GIVE_POSTGRES).bind(before).bind(rows);
            query.execute(&mut **c).await?.rows_affected()
        }
    };
    // Whoever numbers is alone, so each of them still waits.
    if touched != count {
        return Err(Failure::Changed);
    }
    let number = before + count as i64;
    let touched = on!(tx, c => sqlx::query(ADVANCE)
        .bind(before).bind(number).execute(c).await?.rows_affected());
    one_row(touched)?;
    Ok(number)
}

/// Whether changes wait for their numbers.
pub async fn any_without_number(tx: &mut Tx) -> Outcome<bool> {
    let any: Option<Vec<u8>> =
        on!(tx, c => sqlx::query_scalar(ANY_WITHOUT).fetch_optional(c).await?);
    Ok(any.is_some())
}

/// The last number given.
pub async fn last(tx: &mut Tx) -> Outcome<i64> {
    Ok(on!(tx, c => sqlx::query_scalar(LAST).fetch_one(c).await?))
}

/// Changes with numbers above `after` and up to `through`, in order, at most `limit`.
pub async fn between(tx: &mut Tx, after: i64, through: i64, limit: u32) -> Outcome<Vec<Numbered>> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(AFTER)
        .bind(after).bind(through).bind(i64::from(limit)).fetch_all(c).await?);
    rows.into_iter().map(Numbered::try_from).collect()
}

/// The number of the change with that id, if it has one.
pub async fn number_of(tx: &mut Tx, id: ChangeId) -> Outcome<Option<i64>> {
    let number: Option<Option<i64>> = on!(tx, c => sqlx::query_scalar(NUMBER)
        .bind(id.to_vec()).fetch_optional(c).await?);
    Ok(number.flatten())
}

/// A change of a document, as the check of the database reads it.
pub struct Listed {
    /// Its place among the document's changes, from 1.
    pub turn: i64,
    /// Number of the document's kind.
    pub kind: i64,
    /// Kode wilayah without dots.
    pub region: String,
    /// What happened; none: nothing that there is.
    pub change: Option<DocumentChange>,
    /// Its place in the one order, once it is given.
    pub number: Option<i64>,
}

/// Whether a change is of a document that there is not. SQLite says so of itself, since it refers to one.
pub async fn any_of_nothing(tx: &mut Tx) -> Outcome<bool> {
    let Tx::Postgres(c) = tx else {
        return Ok(false);
    };
    Ok(sqlx::query_scalar(OF_NOTHING).fetch_one(&mut **c).await?)
}

/// The changes of documents from one to another, by document and turn.
pub async fn of_range(
    tx: &mut Tx,
    first: DocumentId,
    last: DocumentId,
) -> Outcome<Vec<(DocumentId, Listed)>> {
    type Row = (Vec<u8>, i64, i64, String, String, Option<i64>);
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(OF_RANGE)
        .bind(first.to_vec()).bind(last.to_vec()).fetch_all(c).await?);
    let listed = |(document, turn, kind, region, change, number): Row| {
        let document = parsed("changes.document", DocumentId::from_bytes(&document))?;
        let change = DocumentChange::parse(&change);
        Ok((
            document,
            Listed {
                turn,
                kind,
                region,
                change,
                number,
            },
        ))
    };
    rows.into_iter().map(listed).collect()
}

/// How many changes have a number, the least and the greatest of them.
pub async fn numbered(tx: &mut Tx) -> Outcome<(i64, i64, i64)> {
    Ok(on!(tx, c => sqlx::query_as(NUMBERED_SO_FAR).fetch_one(c).await?))
}
