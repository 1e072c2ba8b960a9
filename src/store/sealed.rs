//! Every column that holds sealed values, so that they can be moved to another key. A new one gets a line here.
//!
//! Not here: `proposals.part`, which is under the seal of its row and ends within a day.

use super::{Tx, fixed, on};
use crate::failure::Outcome;

/// A column of sealed values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its table.
    pub table: &'static str,
    /// Its name.
    pub column: &'static str,
    page: &'static str,
    heads: &'static str,
    store: &'static str,
}

macro_rules! columns {
    ($($table:literal $key:literal $column:literal)*) => {
        /// All but the parts of uploads, the code generators of officers, and the files beside the database.
        pub const COLUMNS: &[Column] = &[$(Column {
            table: $table,
            column: $column,
            page: concat!("SELECT ", $key, ", ", $column, " FROM ", $table, " WHERE ", $key, " > $1 AND ", $column,
                " IS NOT NULL ORDER BY ", $key, " LIMIT $2"),
            heads: concat!("SELECT ", $key, ", substr(", $column, ", 1, 3) FROM ", $table, " WHERE ", $key,
                " > $1 AND ", $column, " IS NOT NULL ORDER BY ", $key, " LIMIT $2"),
            store: concat!("UPDATE ", $table, " SET ", $column, " = $3 WHERE ", $key, " = $1 AND ", $column, " = $2"),
        }),*];
    };
}

columns! {
    "accounts" "id" "nik"
    "accounts" "id" "contact"
    "account_codes" "id" "payload"
    "applications" "id" "people"
    "applications" "id" "answers"
    "applications" "id" "note"
    "application_events" "id" "note"
    "outbox" "id" "sealed"
    "idempotency" "key" "response"
    "devices" "id" "nik"
    "devices" "id" "face"
    "activations" "id" "nik"
    "activations" "id" "face"
    "bound_credentials" "id" "claims"
    "agencies" "id" "secret"
}

const PARTS: &str = "SELECT upload, start, bytes FROM upload_parts WHERE (upload, start) > ($1, $2) \
    ORDER BY upload, start LIMIT $3";
const PART_HEADS: &str = "SELECT upload, start, substr(bytes, 1, 3) FROM upload_parts \
    WHERE (upload, start) > ($1, $2) ORDER BY upload, start LIMIT $3";
const STORE_PART: &str =
    "UPDATE upload_parts SET bytes = $4 WHERE upload = $1 AND start = $2 AND bytes = $3";
const LOGIN_HEADS: &str =
    "SELECT officer, substr(totp, 1, 3) FROM officer_logins WHERE totp IS NOT NULL";
const HALF_HEADS: &str = "SELECT id, substr(part, 1, 3) FROM proposals \
    WHERE part IS NOT NULL AND state IN ('open', 'approved') AND proposed > $1";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub fn all() -> impl Iterator<Item = &'static str> {
    let columns = COLUMNS.iter().flat_map(|c| [c.page, c.heads, c.store]);
    columns.chain([PARTS, PART_HEADS, STORE_PART, LOGIN_HEADS, HALF_HEADS])
}

/// Parts of uploads: what one is bound to is its upload's id and where it begins, in 8 bytes.
pub const UPLOAD_PARTS: Column = Column {
    table: "upload_parts",
    column: "bytes",
    page: PARTS,
    heads: PART_HEADS,
    store: STORE_PART,
};

/// Primary key of a row as sealed values are bound to it, and a value or its beginning.
pub type Value = (Vec<u8>, Vec<u8>);

/// Upload and offset of a part's row; of none the ones before all others.
fn part(row: &[u8]) -> Outcome<(Vec<u8>, i64)> {
    if row.is_empty() {
        return Ok((Vec::new(), i64::MIN));
    }
    let (upload, start) = row.split_at(row.len().saturating_sub(8));
    let start = i64::from_be_bytes(fixed("upload_parts.start", start)?);
    Ok((upload.to_vec(), start))
}

async fn read(tx: &mut Tx, sql: &'static str, after: &[u8], limit: i64) -> Outcome<Vec<Value>> {
    if sql != PARTS && sql != PART_HEADS {
        return Ok(
            on!(tx, c => sqlx::query_as(sql).bind(after.to_vec()).bind(limit).fetch_all(c).await?),
        );
    }
    let (upload, start) = part(after)?;
    let rows: Vec<(Vec<u8>, i64, Vec<u8>)> = on!(tx, c => sqlx::query_as(sql)
        .bind(upload).bind(start).bind(limit).fetch_all(c).await?);
    let value = |(mut row, start, bytes): (Vec<u8>, i64, Vec<u8>)| {
        row.extend_from_slice(&start.to_be_bytes());
        (row, bytes)
    };
    Ok(rows.into_iter().map(value).collect())
}

/// Values of a column behind that row, in the order of rows; none are NULL.
pub async fn page(tx: &mut Tx, column: &Column, after: &[u8], limit: i64) -> Outcome<Vec<Value>> {
    read(tx, column.page, after, limit).await
}

/// The same, of each value its first three bytes.
pub async fn heads(tx: &mut Tx, column: &Column, after: &[u8], limit: i64) -> Outcome<Vec<Value>> {
    read(tx, column.heads, after, limit).await
}

/// Puts a value in the place of another; false where that is not there any more.
pub async fn store(
    tx: &mut Tx,
    column: &Column,
    row: &[u8],
    old: &[u8],
    new: &[u8],
) -> Outcome<bool> {
    let touched = if column.store == STORE_PART {
        let (upload, start) = part(row)?;
        on!(tx, c => sqlx::query(STORE_PART)
            .bind(upload).bind(start).bind(old.to_vec()).bind(new.to_vec()).execute(c).await?.rows_affected())
    } else {
        on!(tx, c => sqlx::query(column.store)
            .bind(row.to_vec()).bind(old.to_vec()).bind(new.to_vec()).execute(c).await?.rows_affected())
    };
    Ok(touched == 1)
}

/// Officers with a code generator, and the first three bytes of its sealed secret.
pub async fn login_heads(tx: &mut Tx) -> Outcome<Vec<Value>> {
    Ok(on!(tx, c => sqlx::query_as(LOGIN_HEADS).fetch_all(c).await?))
}

/// Proposals since that second with half a one-time password, and the first three bytes of it, sealed.
pub async fn half_heads(tx: &mut Tx, since: i64) -> Outcome<Vec<Value>> {
    Ok(on!(tx, c => sqlx::query_as(HALF_HEADS).bind(since).fetch_all(c).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Those that `rotation` moves in its own way, and the one that ends within a day.
    const ELSEWHERE: [(&str, &str); 3] = [
        ("upload_parts", "bytes"),
        ("officer_logins", "totp"),
        ("proposals", "part"),
    ];

    /// Every column of which a migration says that it is sealed is here.
    #[test]
    fn no_sealed_column_is_forgotten() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
        let mut said = Vec::new();
        for file in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            let mut table = String::new();
            for line in text.lines() {
                let words: Vec<&str> = line.split_whitespace().collect();
                let column = match words.as_slice() {
                    ["CREATE", "TABLE", name, ..] => {
                        table = (*name).to_string();
                        continue;
                    }
                    ["ALTER", "TABLE", name, "ADD", "COLUMN", column, "BLOB", ..] => {
                        table = (*name).to_string();
                        column
                    }
                    [column, "BLOB" | "BLOB,", ..] => column,
                    _ => continue,
                };
                let comment = line.split_once("--").map_or("", |(_, comment)| comment);
                if comment.contains("sealed") {
                    said.push((table.clone(), (*column).to_string()));
                }
            }
        }
        assert!(said.len() > 15, "{said:?}");
        for (table, column) in &said {
            let (table, column) = (table.as_str(), column.as_str());
            let here = COLUMNS
                .iter()
                .any(|c| (c.table, c.column) == (table, column));
            assert!(
                here || ELSEWHERE.contains(&(table, column)),
                "{table}.{column}"
            );
        }
    }
}
