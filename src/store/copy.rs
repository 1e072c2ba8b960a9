//! Copies everything from SQLite to PostgreSQL, and reckons what both hold, so that the copy is proved and not hoped for.

use super::{Db, open::OpenError};
use futures_util::TryStreamExt;
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Row, ValueRef};
use sqlx_postgres::PgConnection;
use sqlx_sqlite::SqliteConnection;

/// Every table, so that what a row refers to is there before it. `schema_info` and `leases` are of the database itself.
const TABLES: &[&str] = &[
    "data_key",
    "data_keys",
    "regions",
    "persons",
    "offices",
    "officers",
    "officer_logins",
    "proposals",
    "mandates",
    "office_policies",
    "keys",
    "trust_lists",
    "status_lists",
    "closed_lists",
    "status_indexes",
    "documents",
    "bundles",
    "audit",
    "log_keys",
    "log_state",
    "log_tiles",
    "log_checkpoints",
    "log_cosignatures",
    "numbers",
    "printed_numbers",
    "accounts",
    "account_codes",
    "sessions",
    "throttles",
    "lockouts",
    "idempotency",
    "applications",
    "application_events",
    "attachments",
    "uploads",
    "upload_parts",
    "appointments",
    "agencies",
    "agency_usage",
    "changes",
    "change_numbers",
    "outbox",
    "devices",
    "activations",
    "bound_credentials",
    "bulk_jobs",
    "bulk_chunks",
    "bulk_refusals",
    "reservations",
    "burnt_indexes",
    "publish_holds",
];

/// Rows that are sent at once.
const BATCH: usize = 1000;

const COLUMNS: &str = "SELECT name, type FROM pragma_table_info($1) ORDER BY cid";
const TABLES_OF_SQLITE: &str = "SELECT name FROM sqlite_schema WHERE type = 'table' \
    AND name NOT LIKE 'sqlite_%' AND name NOT IN ('_sqlx_migrations', 'schema_info', 'leases')";
const SERVED: &str = "SELECT COUNT(*) FROM leases WHERE until > $1";
const READABLE_BY: &str = "SELECT readable_by FROM schema_info";
const NEEDS: &str = "UPDATE schema_info SET readable_by = $1 WHERE readable_by < $1";
// Terms of publishers begin anew, because leases are not copied: a list of a later term would never be signed again.
const NEW_TERMS: &str = "UPDATE status_lists SET term = 0";
const OCCUPIED: &str = "SELECT COUNT(*) FROM keys";

/// Why nothing was copied.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// One of the databases.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// One of the databases.
    #[error("the database: {0}")]
    Sql(#[from] sqlx::Error),
    /// The target has something in it.
    #[error("the PostgreSQL database is not empty; nothing was copied")]
    Occupied,
    /// Somebody serves the SQLite file: what is acknowledged from now on would be lost.
    #[error("`ikd serve` works on the SQLite file; nothing was copied")]
    Served,
    /// Not from SQLite to PostgreSQL.
    #[error("only a SQLite file can be copied, and only to PostgreSQL")]
    Engines,
    /// A table that this list does not know.
    #[error("the SQLite file has a table {0} that this version of ikd does not know")]
    Unknown(String),
    /// A value of another type than its column.
    #[error("{0} holds a value of another type")]
    Value(String),
    /// The copy is not what was read.
    #[error("table {0} came out differently; nothing was copied")]
    Different(&'static str),
}

/// What a table holds: how many rows, and a sum of their hashes that does not depend on their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// Which table.
    pub table: &'static str,
    /// Rows.
    pub rows: u64,
    sum: [u64; 4],
}

impl Sum {
    fn of(table: &'static str) -> Self {
        Self {
            table,
            rows: 0,
            sum: [0; 4],
        }
    }

    fn add(&mut self, row: &[Value]) {
        let mut hash = Sha256::new();
        for value in row {
            value.put(&mut hash);
        }
        self.rows += 1;
        for (lane, part) in self.sum.iter_mut().zip(hash.finalize().chunks_exact(8)) {
            let mut word = [0; 8];
            word.copy_from_slice(part);
            *lane = lane.wrapping_add(u64::from_be_bytes(word));
        }
    }

    /// The sum as 16 hexadecimal digits, enough to compare by eye.
    pub fn short(&self) -> String {
        format!("{:016x}", self.sum.iter().fold(0, |all, lane| all ^ lane))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Type {
    Number,
    Bytes,
    Text,
}

struct Column {
    name: String,
    of: Type,
}

#[derive(Clone)]
enum Value {
    Null,
    Number(i64),
    Bytes(Vec<u8>),
    Text(String),
}

impl Value {
    /// A value as bytes that no other value has.
    fn put(&self, hash: &mut Sha256) {
        let (tag, bytes) = match self {
            Self::Null => (0, &[][..]),
            Self::Number(n) => return hash.update([&[1][..], &n.to_be_bytes()].concat()),
            Self::Bytes(bytes) => (2, &bytes[..]),
            Self::Text(text) => (3, text.as_bytes()),
        };
        hash.update([tag]);
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    }
}

/// Reads a row's values by their columns' types, on either engine.
macro_rules! values {
    ($row:expr, $columns:expr) => {{
        let mut values = Vec::with_capacity($columns.len());
        for (at, column) in $columns.iter().enumerate() {
            let wrong = |_| CopyError::Value(column.name.clone());
            values.push(match column.of {
                _ if $row.try_get_raw(at)?.is_null() => Value::Null,
                Type::Number => Value::Number($row.try_get(at).map_err(wrong)?),
                Type::Bytes => Value::Bytes($row.try_get(at).map_err(wrong)?),
                Type::Text => Value::Text($row.try_get(at).map_err(wrong)?),
            });
        }
        values
    }};
}

/// Copies a SQLite database, which nobody serves at `now`, into an empty PostgreSQL one, in one transaction; what each
/// table holds, after both sides were read and found the same.
pub async fn copy(
    from: &Db,
    to: &Db,
    now: i64,
    mut progress: impl FnMut(&Sum),
) -> Result<Vec<Sum>, CopyError> {
    let (Db::Sqlite(from), Db::Postgres(to)) = (from, to) else {
        return Err(CopyError::Engines);
    };
    let mut from = from.begin().await?;
    let mut to = to.begin().await?;
    let served: i64 = sqlx::query_scalar(SERVED)
        .bind(now)
        .fetch_one(&mut *from)
        .await?;
    if served > 0 {
        return Err(CopyError::Served);
    }
    let known: Vec<String> = sqlx::query_scalar(TABLES_OF_SQLITE)
        .fetch_all(&mut *from)
        .await?;
    if let Some(unknown) = known.into_iter().find(|t| !TABLES.contains(&t.as_str())) {
        return Err(CopyError::Unknown(unknown));
    }
    let occupied: i64 = sqlx::query_scalar(OCCUPIED).fetch_one(&mut *to).await?;
    if occupied > 0 {
        return Err(CopyError::Occupied);
    }
    let mut sums = Vec::new();
    for table in TABLES {
        let columns = columns(&mut from, table).await?;
        // What guards the steps of a life would not let a row begin in the middle of it.
        execute(&mut to, format!("ALTER TABLE {table} DISABLE TRIGGER USER")).await?;
        execute(&mut to, format!("DELETE FROM {table}")).await?;
        let sum = rows(&mut from, &mut to, table, &columns).await?;
        execute(&mut to, format!("ALTER TABLE {table} ENABLE TRIGGER USER")).await?;
        if read_back(&mut to, table, &columns).await? != sum {
            return Err(CopyError::Different(table));
        }
        progress(&sum);
        sums.push(sum);
    }
    // Rows may be of a form that only newer versions read.
    let readable_by: i64 = sqlx::query_scalar(READABLE_BY)
        .fetch_one(&mut *from)
        .await?;
    sqlx::query(NEEDS)
        .bind(readable_by)
        .execute(&mut *to)
        .await?;
    sqlx::query(NEW_TERMS).execute(&mut *to).await?;
    to.commit().await?;
    Ok(sums)
}

async fn execute(c: &mut PgConnection, sql: String) -> Result<(), CopyError> {
    sqlx::query(AssertSqlSafe(sql)).execute(c).await?;
    Ok(())
}

async fn columns(c: &mut SqliteConnection, table: &str) -> Result<Vec<Column>, CopyError> {
    let columns: Vec<(String, String)> = sqlx::query_as(COLUMNS).bind(table).fetch_all(c).await?;
    let column = |(name, of): (String, String)| match of.as_str() {
        "INTEGER" => Ok(Column {
            name,
            of: Type::Number,
        }),
        "BLOB" => Ok(Column {
            name,
            of: Type::Bytes,
        }),
        "TEXT" => Ok(Column {
            name,
            of: Type::Text,
        }),
        _ => Err(CopyError::Value(name)),
    };
    columns.into_iter().map(column).collect()
}

fn names(columns: &[Column]) -> String {
    let names: Vec<&str> = columns.iter().map(|c| c.name.as_str()).collect();
    names.join(", ")
}

async fn rows(
    from: &mut SqliteConnection,
    to: &mut PgConnection,
    table: &'static str,
    columns: &[Column],
) -> Result<Sum, CopyError> {
    let sql = format!("SELECT {} FROM {table} ORDER BY rowid", names(columns));
    let mut stream = sqlx::query(AssertSqlSafe(sql)).fetch(from);
    let mut sum = Sum::of(table);
    let mut batch = Vec::with_capacity(BATCH);
    while let Some(row) = stream.try_next().await? {
        let values = values!(row, columns);
        sum.add(&values);
        batch.push(values);
        if batch.len() == BATCH {
            send(to, table, columns, &batch).await?;
            batch.clear();
        }
    }
    send(to, table, columns, &batch).await?;
    Ok(sum)
}

async fn send(
    to: &mut PgConnection,
    table: &str,
    columns: &[Column],
    batch: &[Vec<Value>],
) -> Result<(), CopyError> {
    if batch.is_empty() {
        return Ok(());
    }
    let arrays: Vec<String> = columns
        .iter()
        .zip(1..)
        .map(|(column, n)| match column.of {
            Type::Number => format!("${n}::BIGINT[]"),
            Type::Bytes => format!("${n}::BYTEA[]"),
            Type::Text => format!("${n}::TEXT[]"),
        })
        .collect();
    let (names, arrays) = (names(columns), arrays.join(", "));
    let sql = format!("INSERT INTO {table} ({names}) SELECT * FROM UNNEST({arrays})");
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for (at, column) in columns.iter().enumerate() {
        let values = batch.iter().map(|row| row[at].clone());
        query = match column.of {
            Type::Number => query.bind(values.map(number).collect::<Vec<_>>()),
            Type::Bytes => query.bind(values.map(bytes).collect::<Vec<_>>()),
            Type::Text => query.bind(values.map(text).collect::<Vec<_>>()),
        };
    }
    query.execute(to).await?;
    Ok(())
}

fn number(value: Value) -> Option<i64> {
    match value {
        Value::Number(n) => Some(n),
        _ => None,
    }
}

fn bytes(value: Value) -> Option<Vec<u8>> {
    match value {
        Value::Bytes(bytes) => Some(bytes),
        _ => None,
    }
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

async fn read_back(
    c: &mut PgConnection,
    table: &'static str,
    columns: &[Column],
) -> Result<Sum, CopyError> {
    let sql = format!("SELECT {} FROM {table}", names(columns));
    let mut stream = sqlx::query(AssertSqlSafe(sql)).fetch(c);
    let mut sum = Sum::of(table);
    while let Some(row) = stream.try_next().await? {
        sum.add(&values!(row, columns));
    }
    Ok(sum)
}
