//! The rows of one person, as they stand in the tables, and what erases them.

use super::applications::seal;
use super::register::Register;
use super::row_seals::DEVICES;
use super::{Tx, on};
use crate::failure::{Failure, Outcome};
use sqlx::{Column as _, Row as _, TypeInfo as _, ValueRef as _};

/// By what the rows of a table are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The NIK, as a number.
    Nik,
    /// The number of the family card.
    Family,
    /// The keyed hash of the NIK that accounts have.
    AccountIndex,
    /// The keyed hash of the NIK that phones have.
    PhoneIndex,
    /// Id of the account.
    Account,
    /// Id of an application.
    Application,
    /// Id of a letter.
    Letter,
    /// Id of a phone.
    Phone,
    /// Id of a document.
    Document,
    /// Who acted, as the audit trail names them.
    Actor,
}

macro_rules! selections {
    ($($table:literal $by:ident $sql:literal)*) => {
        /// Tables, and by what their rows of a person are found.
        pub const SELECTIONS: &[(&str, By, &str)] =
            &[$(($table, By::$by, concat!("SELECT * FROM ", $table, " WHERE ", $sql)),)*];
    };
}

selections! {
    "persons" Nik "nik = $1"
    "documents" Nik "subject = $1 ORDER BY id"
    "documents" Family "subject = $1 ORDER BY id"
    "accounts" AccountIndex "nik_index = $1"
    "account_codes" AccountIndex "subject = $1 ORDER BY id"
    "sessions" Account "kind = 'citizen' AND principal = $1 ORDER BY created"
    "sessions" Application "kind = 'guest' AND principal = $1 ORDER BY created"
    "applications" Application "id = $1"
    "application_events" Application "application = $1 ORDER BY id"
    "appointments" Application "application = $1 ORDER BY id"
    "attachments" Application "application = $1 ORDER BY id"
    "uploads" Application "application = $1 ORDER BY id"
    "outbox" Application "lane = $1 ORDER BY turn"
    "outbox" Letter "id = $1"
    "devices" PhoneIndex "subject_index = $1 ORDER BY id"
    "activations" PhoneIndex "subject_index = $1 ORDER BY id"
    "bound_credentials" Phone "device = $1 ORDER BY id"
    "changes" Document "document = $1 ORDER BY turn"
    "audit" Document "document = $1 ORDER BY id"
    "audit" Actor "actor = $1 AND action IN ('person.export', 'wallet.intend', 'wallet.issue') ORDER BY id"
}

const OF_ACCOUNT: &str = "SELECT id FROM applications WHERE account = $1";
const ABOUT: &str = "SELECT id FROM applications WHERE subject_index = $1";
const FORGET: &str = "UPDATE audit SET salt = $3 WHERE id = $1 AND salt = $2";
const DELETE_ACTIVATIONS: &str = "DELETE FROM activations WHERE subject_index = $1";
const DELETE_DEVICE: &str = "DELETE FROM devices WHERE id = $1";
const EMPTY_DEVICE: &str = "UPDATE devices SET subject_index = $2, nik = $3, face = NULL, label = '', office = NULL \
    WHERE id = $1";
const EMPTY_NOTE: &str = "UPDATE applications SET note = $2 WHERE id = $1 AND note IS NOT NULL";
const NO_CODE: &str = "UPDATE applications SET code_hash = NULL WHERE id = $1";
const EMPTY_EVENTS: &str =
    "UPDATE application_events SET note = NULL WHERE application = $1 AND note IS NOT NULL";
const DELETE_FILES: &str = "DELETE FROM attachments WHERE application = $1";
const DELETE_UPLOADS: &str = "DELETE FROM uploads WHERE application = $1";
const DELETE_LANE: &str = "DELETE FROM outbox WHERE lane = $1";
const DELETE_LETTER: &str = "DELETE FROM outbox WHERE id = $1";
const EMPTY_ANSWER: &str =
    "UPDATE idempotency SET response = $2 WHERE key = $1 AND response IS NOT NULL";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub fn all() -> impl Iterator<Item = &'static str> {
    let selections = SELECTIONS.iter().map(|(_, _, sql)| *sql);
    selections.chain([
        OF_ACCOUNT,
        ABOUT,
        FORGET,
        DELETE_ACTIVATIONS,
        DELETE_DEVICE,
        EMPTY_DEVICE,
        EMPTY_NOTE,
        NO_CODE,
        EMPTY_EVENTS,
        DELETE_FILES,
        DELETE_UPLOADS,
        DELETE_LANE,
        DELETE_LETTER,
        EMPTY_ANSWER,
    ])
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A number, a time or a date.
    Number(i64),
    /// An id, a hash, or something sealed.
    Bytes(Vec<u8>),
    /// A text.
    Text(String),
}

/// A row: its columns by name, in the order of the table.
#[derive(Debug, Clone, Default)]
pub struct Row(pub Vec<(String, Value)>);

impl Row {
    fn value(&self, column: &str) -> Option<&Value> {
        let found = self.0.iter().find(|(name, _)| name == column);
        found.map(|(_, value)| value)
    }

    /// A column that holds bytes.
    pub fn bytes(&self, column: &str) -> Option<&[u8]> {
        match self.value(column)? {
            Value::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// A column that holds a number.
    pub fn number(&self, column: &str) -> Option<i64> {
        match self.value(column)? {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// A column that holds a text.
    pub fn text(&self, column: &str) -> Option<&str> {
        match self.value(column)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// What a row is found by.
#[derive(Debug, Clone)]
pub enum Key {
    /// A number.
    Number(i64),
    /// An id or a keyed hash.
    Bytes(Vec<u8>),
    /// A text.
    Text(String),
}

/// Reads a row of either engine.
macro_rules! values {
    ($row:expr) => {{
        let mut values = Vec::new();
        for (at, column) in $row.columns().iter().enumerate() {
            let raw = $row.try_get_raw(at)?;
            let value = match (raw.is_null(), raw.type_info().name()) {
                (true, _) => Value::Null,
                (false, "INTEGER" | "INT8") => Value::Number($row.try_get(at)?),
                (false, "BLOB" | "BYTEA") => Value::Bytes($row.try_get(at)?),
                (false, "TEXT") => Value::Text($row.try_get(at)?),
                _ => return Err(Failure::Row("a column of a type that is not exported")),
            };
            values.push((column.name().to_string(), value));
        }
        Row(values)
    }};
}

/// The rows of a table that have that key, by one of [`SELECTIONS`].
pub async fn rows(tx: &mut Tx, sql: &'static str, key: &Key) -> Outcome<Vec<Row>> {
    on!(tx, c => {
        let query = sqlx::query(sql);
        let query = match key {
            Key::Number(number) => query.bind(*number),
            Key::Bytes(bytes) => query.bind(bytes),
            Key::Text(text) => query.bind(text),
        };
        let mut rows = Vec::new();
        for row in query.fetch_all(c).await? {
            rows.push(values!(row));
        }
        Ok(rows)
    })
}

/// Ids of all applications of an account.
pub async fn of_account(tx: &mut Tx, account: Vec<u8>) -> Outcome<Vec<Vec<u8>>> {
    Ok(on!(tx, c => sqlx::query_scalar(OF_ACCOUNT).bind(account).fetch_all(c).await?))
}

/// Ids of all applications about a person, by the keyed hash of the NIK.
pub async fn about(tx: &mut Tx, subject_index: &[u8; 32]) -> Outcome<Vec<Vec<u8>>> {
    let index = subject_index.to_vec();
    Ok(on!(tx, c => sqlx::query_scalar(ABOUT).bind(index).fetch_all(c).await?))
}

/// Puts what is left of a salt in the place of the salt: nobody can tell any more of what the line's hash is.
pub async fn forget(tx: &mut Tx, line: &[u8], salt: &[u8], left: &[u8]) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(FORGET)
        .bind(line).bind(salt).bind(left).execute(c).await?.rows_affected());
    super::one_row(touched)
}

/// Runs a statement about one row or the rows of one thing; how many it touched.
async fn run(tx: &mut Tx, sql: &'static str, id: &[u8]) -> Outcome<u64> {
    Ok(on!(tx, c => sqlx::query(sql).bind(id).execute(c).await?.rows_affected()))
}

/// Deletes the activations of a person, by the keyed hash of the NIK.
pub async fn delete_activations(tx: &mut Tx, subject_index: &[u8; 32]) -> Outcome<()> {
    run(tx, DELETE_ACTIVATIONS, subject_index).await.map(drop)
}

/// Deletes a phone that has no credentials.
pub async fn delete_device(tx: &mut Tx, id: &[u8]) -> Outcome<()> {
    run(tx, DELETE_DEVICE, id).await.map(drop)
}

/// Takes out of a phone's row whose it was: another look-up hash, another sealed NIK.
pub async fn empty_device(
    tx: &mut Tx,
    register: &Register<'_>,
    id: &[u8],
    subject_index: &[u8; 32],
    nik: &[u8],
) -> Outcome<()> {
    let seals = DEVICES.before(tx, register, id).await?;
    let touched = on!(tx, c => sqlx::query(EMPTY_DEVICE)
        .bind(id).bind(subject_index.to_vec()).bind(nik).execute(c).await?.rows_affected());
    super::one_row(touched)?;
    seals.after(tx, register).await
}

/// Takes files and the receipt's code out of an application, and puts another sealed note in the place of its own.
pub async fn empty_application(
    tx: &mut Tx,
    register: &Register<'_>,
    id: &[u8],
    note: &[u8],
) -> Outcome<()> {
    let fits = seal::fits(tx, register, id).await?;
    on!(tx, c => sqlx::query(EMPTY_NOTE).bind(id).bind(note).execute(c).await?.rows_affected());
    for sql in [NO_CODE, DELETE_FILES, DELETE_UPLOADS] {
        run(tx, sql, id).await?;
    }
    match fits {
        true => seal::renew(tx, register, id).await,
        false => Ok(()),
    }
}

/// Takes the notes out of an application's steps; how many had one.
pub async fn empty_events(tx: &mut Tx, application: &[u8]) -> Outcome<u64> {
    run(tx, EMPTY_EVENTS, application).await
}

/// Deletes all notices of an application.
pub async fn delete_notices(tx: &mut Tx, application: &[u8]) -> Outcome<()> {
    run(tx, DELETE_LANE, application).await.map(drop)
}

/// Deletes a letter.
pub async fn delete_letter(tx: &mut Tx, id: &[u8]) -> Outcome<()> {
    run(tx, DELETE_LETTER, id).await.map(drop)
}

/// Puts another sealed answer in the place of one that was kept for a repeated request. The row stays, so that what was
/// asked for is not done twice.
pub async fn empty_answer(tx: &mut Tx, key: &[u8], answer: &[u8]) -> Outcome<()> {
    on!(tx, c => sqlx::query(EMPTY_ANSWER).bind(key).bind(answer).execute(c).await?.rows_affected());
    Ok(())
}
