//! The list of tables against the schema, and against how rows are found.

use super::tables::*;
use crate::store::person::{By, SELECTIONS};
use crate::store::{Db, Tx};

async fn schema() -> Vec<String> {
    let directory = tempfile::TempDir::new().unwrap();
    let path = directory.path().join("ikd.db");
    let db = Db::open_sqlite(&path, true).await.unwrap();
    let Tx::Sqlite(mut tx) = db.read().await.unwrap() else {
        panic!("another engine");
    };
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
        AND name <> '_sqlx_migrations'";
    sqlx::query_scalar(sql).fetch_all(&mut *tx).await.unwrap()
}

/// A table is either here, with how a person's rows are exported and erased, or said to have no personal data.
#[tokio::test]
async fn no_table_is_forgotten() {
    let mut here: Vec<&str> = TABLES.iter().map(|table| table.name).collect();
    here.extend(WITHOUT);
    here.sort_unstable();
    let mut there = schema().await;
    there.sort_unstable();
    assert_eq!(here, there);
}

#[test]
fn rules_are_of_their_table() {
    for table in TABLES {
        assert!(
            table
                .over
                .as_ref()
                .is_none_or(|rule| rule.table == table.name)
        );
    }
}

/// What is exported is found by something, and nothing else is looked for.
#[test]
fn what_is_exported_is_found() {
    for table in TABLES {
        let found = SELECTIONS.iter().any(|(name, ..)| *name == table.name);
        assert_eq!(found, table.export == Export::Rows, "{}", table.name);
    }
    assert!(SELECTIONS.iter().any(|s| s.1 == By::Letter));
    for (name, ..) in SELECTIONS {
        assert!(TABLES.iter().any(|table| table.name == *name), "{name}");
    }
}

/// Sealed columns hold personal data, but for the keys with which agencies are written to.
#[test]
fn every_table_with_sealed_columns_is_here() {
    for column in crate::store::sealed::COLUMNS {
        let here = TABLES.iter().any(|table| table.name == column.table);
        assert!(here || column.table == "agencies", "{}", column.table);
    }
}
