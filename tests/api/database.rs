//! The database behind the server's back, as somebody with the file would change it.

use crate::support::Data;

/// Runs a statement: how many rows it changed, or what the database says against it.
pub fn change(data: &Data, sql: &str) -> Result<u64, String> {
    data.base.change(sql)
}

/// A number of a query.
pub fn number(data: &Data, sql: &str) -> i64 {
    data.base.numbers(sql)[0]
}

/// A text of a query.
pub fn text(data: &Data, sql: &str) -> String {
    data.base.texts(sql).remove(0)
}

/// A UUID as a blob of SQL.
pub fn blob(data: &Data, id: &str) -> String {
    data.base.blob(id)
}
