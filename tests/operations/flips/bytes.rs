//! Somebody who writes into the files themselves: one byte of the database file, or of another file of the directory.

use super::hand::{Hand, Snapshot, Value};
use crate::support::database::Base;
use ikd::audit::registry::{TABLES, Table};
use std::collections::BTreeMap;
use std::path::Path;

/// What a byte of the database file meant.
#[derive(Debug, PartialEq, Eq)]
pub enum Meant {
    /// No table says anything else: free space, counters of the file, or blanks in the text of a schema.
    Nothing,
    /// Only what the registry says is not found.
    Open,
    /// Something that must be found.
    This(String),
}

/// Schema and tables as a reader of the file sees them; none where it cannot be read.
pub async fn read(file: &Path) -> Option<Snapshot> {
    let mut hand = Hand::of(&Base::Sqlite(file.to_path_buf())).await.ok()?;
    let mut all = hand.snapshot().await.ok()?;
    let schema = hand
        .table("sqlite_schema", "name <> '_sqlx_migrations'")
        .await
        .ok()?;
    let applied = hand.table("_sqlx_migrations", "").await.ok()?;
    all.insert("sqlite_schema", schema);
    all.insert("_sqlx_migrations", applied);
    hand.close().await;
    Some(all)
}

/// Compares what was there with what is.
pub fn meant(before: &Snapshot, after: Option<&Snapshot>) -> Meant {
    let Some(after) = after else {
        return Meant::This("the file cannot be read".to_string());
    };
    let mut open = false;
    for (name, was) in before {
        let is = &after[name];
        let table = TABLES.iter().find(|table| table.name == *name);
        let key = |row: &Vec<Value>| -> Vec<Value> {
            was.key.iter().map(|place| row[*place].clone()).collect()
        };
        if was.columns != is.columns || was.rows.len() != is.rows.len() {
            return Meant::This(format!("{name}: columns, or how many rows"));
        }
        let rows: BTreeMap<Vec<Value>, &Vec<Value>> =
            is.rows.iter().map(|row| (key(row), row)).collect();
        // Without a key the rows stand in their order.
        for (place, row) in was.rows.iter().enumerate() {
            let found = if was.key.is_empty() {
                Some(&is.rows[place])
            } else {
                rows.get(&key(row)).copied()
            };
            let Some(found) = found else {
                match table {
                    Some(table) if is_open(table, None) => open = true,
                    _ => return Meant::This(format!("{name}: a row")),
                }
                continue;
            };
            for (place, column) in was.columns.iter().enumerate() {
                if bare(name, column, &row[place]) == bare(name, column, &found[place]) {
                    continue;
                }
                match table {
                    Some(table) if is_open(table, Some(column)) => open = true,
                    None if NOTED.contains(&column.as_str()) => open = true,
                    _ => return Meant::This(format!("{name}.{column}")),
                }
            }
        }
    }
    match open {
        true => Meant::Open,
        false => Meant::Nothing,
    }
}

/// What sqlx notes of its own, beside version, checksum and success.
const NOTED: [&str; 3] = ["description", "installed_on", "execution_time"];

/// Whether nothing is claimed of a column, or of which rows there are. A row of a table with a condition counts as one of
/// which nothing is claimed: rare enough not to look.
fn is_open(table: &Table, column: Option<&str>) -> bool {
    let of_rows = table.by.is_empty() || !table.except.is_empty();
    match column {
        None => of_rows || (!table.deleted && !table.added),
        Some(column) => of_rows || table.open.contains(&column),
    }
}

/// Blanks and quotes of a statement mean nothing.
fn bare(table: &str, column: &str, (kind, bytes): &Value) -> (String, Vec<u8>) {
    let mut bytes = bytes.clone();
    if table == "sqlite_schema" && column == "sql" {
        bytes.retain(|byte| !byte.is_ascii_whitespace() && *byte != b'"');
    }
    (kind.clone(), bytes)
}
