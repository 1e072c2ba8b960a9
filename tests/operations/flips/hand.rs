//! Somebody who owns the database: reads all of it, and changes it with its guards off, which are back afterwards.

use crate::support::database::Base;
use ikd::audit::registry::TABLES;
use sqlx::{AssertSqlSafe, Connection};
use sqlx_postgres::PgConnection;
use sqlx_sqlite::SqliteConnection;
use std::collections::BTreeMap;

/// A value: `null`, `integer`, `text` or `blob`, and its bytes; of a number its digits.
pub type Value = (String, Vec<u8>);

/// Rows of a table.
#[derive(Clone, PartialEq)]
pub struct Rows {
    pub columns: Vec<String>,
    /// Places of the columns of its key.
    pub key: Vec<usize>,
    pub rows: Vec<Vec<Value>>,
}

/// The database as it was.
pub type Snapshot = BTreeMap<&'static str, Rows>;

pub enum Hand {
    /// And its guards: of which table, how to take one away, how to make it.
    Sqlite(SqliteConnection, Vec<(String, String, String)>),
    Postgres(PgConnection),
}

impl Hand {
    pub async fn of(base: &Base) -> Result<Self, sqlx::Error> {
        Ok(match base {
            Base::Sqlite(path) => {
                let at = format!("sqlite://{}", path.display());
                let mut c = SqliteConnection::connect(&at).await?;
                let off = "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; PRAGMA busy_timeout = 10000";
                sqlx::raw_sql(off).execute(&mut c).await?;
                let guards = "SELECT tbl_name, 'DROP TRIGGER ' || name || ';', sql || ';' FROM sqlite_schema \
                    WHERE type = 'trigger'";
                let guards = sqlx::query_as(guards).fetch_all(&mut c).await?;
                Self::Sqlite(c, guards)
            }
            Base::Postgres(fresh) => {
                let mut c = PgConnection::connect(&fresh.url()).await?;
                let off = "SET session_replication_role = replica";
                sqlx::raw_sql(off).execute(&mut c).await?;
                Self::Postgres(c)
            }
        })
    }

    /// Names of all tables, in order.
    pub async fn names(&mut self) -> Vec<String> {
        let sql = match self {
            Self::Sqlite(..) => {
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
            }
            Self::Postgres(_) => {
                "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = current_schema() \
                 ORDER BY CAST(tablename AS TEXT) COLLATE \"C\""
            }
        };
        self.texts(sql.to_string()).await.unwrap()
    }

    /// Writes all into one file, in small pages: of a small database most of a page is free, and a byte of that means
    /// nothing.
    pub async fn compact(&mut self) {
        if let Self::Sqlite(c, _) = self {
            let all = "PRAGMA journal_mode = DELETE; PRAGMA page_size = 512; VACUUM; PRAGMA journal_mode = WAL; \
                PRAGMA wal_checkpoint(TRUNCATE)";
            sqlx::raw_sql(all).execute(c).await.unwrap();
        }
    }

    /// Runs statements in one transaction; an error where the database says no.
    pub async fn run(&mut self, table: &str, sql: &str) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(c, guards) => {
                let of_table = guards.iter().filter(|(of, ..)| of == table);
                let (off, on): (String, String) = of_table
                    .map(|(_, off, on)| (off.as_str(), on.as_str()))
                    .unzip();
                let all = format!("BEGIN; {off} {sql}; {on} COMMIT");
                let done = sqlx::raw_sql(AssertSqlSafe(all)).execute(&mut *c).await;
                if done.is_err() {
                    sqlx::raw_sql("ROLLBACK").execute(c).await?;
                }
                done.map(drop)
            }
            Self::Postgres(c) => {
                let all = format!("BEGIN; {sql}; COMMIT");
                let done = sqlx::raw_sql(AssertSqlSafe(all)).execute(&mut *c).await;
                if done.is_err() {
                    sqlx::raw_sql("ROLLBACK").execute(c).await?;
                }
                done.map(drop)
            }
        }
    }

    async fn texts(&mut self, sql: String) -> Result<Vec<String>, sqlx::Error> {
        let sql = AssertSqlSafe(sql);
        match self {
            Self::Sqlite(c, _) => sqlx::query_scalar(sql).fetch_all(c).await,
            Self::Postgres(c) => sqlx::query_scalar(sql).fetch_all(c).await,
        }
    }

    /// All rows of the tables of the registry, those of `only` where a condition is given.
    pub async fn snapshot(&mut self) -> Result<Snapshot, sqlx::Error> {
        let mut all = Snapshot::new();
        for table in TABLES {
            all.insert(table.name, self.table(table.name, "").await?);
        }
        Ok(all)
    }

    pub async fn table(&mut self, name: &str, only: &str) -> Result<Rows, sqlx::Error> {
        let listed = match self {
            Self::Sqlite(..) => format!(
                "SELECT name || ' ' || pk || ' ' || lower(type) FROM pragma_table_info('{name}') ORDER BY cid"
            ),
            Self::Postgres(_) => format!(
                "SELECT c.column_name || ' ' || CASE WHEN EXISTS (SELECT 1 FROM pg_index AS i JOIN pg_attribute AS a \
                 ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) WHERE i.indisprimary \
                 AND i.indrelid = CAST(c.table_name AS regclass) AND a.attname = c.column_name) THEN 1 ELSE 0 END \
                 || ' ' || c.data_type FROM information_schema.columns AS c \
                 WHERE c.table_schema = current_schema() AND c.table_name = '{name}' ORDER BY c.ordinal_position"
            ),
        };
        let (mut columns, mut key, mut parts) = (Vec::new(), Vec::new(), Vec::new());
        for (place, line) in self.texts(listed).await?.iter().enumerate() {
            let mut words = line.splitn(3, ' ');
            let (column, pk) = (words.next().unwrap(), words.next().unwrap());
            if pk != "0" {
                key.push(place);
            }
            parts.push(self.cell(column, words.next().unwrap()));
            columns.push(column.to_string());
        }
        let (condition, order) = match (only, &self) {
            ("", Self::Sqlite(..)) => (String::new(), " ORDER BY rowid"),
            ("", Self::Postgres(_)) => (String::new(), ""),
            (only, _) => (format!(" WHERE {only}"), ""),
        };
        let by = match self {
            Self::Sqlite(..) => " NOT INDEXED",
            Self::Postgres(_) => "",
        };
        let sql = format!(
            "SELECT {} FROM {name}{by}{condition}{order}",
            parts.join(" || ',' || ")
        );
        let rows = self.texts(sql).await?;
        let value = |cell: &str| {
            let (kind, hex) = cell.split_once(' ').unwrap();
            let hex = hex.to_ascii_uppercase();
            let bytes = data_encoding::HEXUPPER.decode(hex.as_bytes());
            (kind.to_string(), bytes.unwrap())
        };
        let rows = rows.iter().map(|row| row.split(',').map(value).collect());
        Ok(Rows {
            columns,
            key,
            rows: rows.collect(),
        })
    }

    /// Kind and bytes of a column as text.
    fn cell(&self, column: &str, kind: &str) -> String {
        match self {
            Self::Sqlite(..) => format!("typeof({column}) || ' ' || hex(COALESCE({column}, ''))"),
            Self::Postgres(_) => {
                let (kind, bytes) = match kind {
                    "bytea" => ("blob", column.to_string()),
                    "text" => ("text", format!("convert_to({column}, 'UTF8')")),
                    _ => (
                        "integer",
                        format!("convert_to(CAST({column} AS TEXT), 'UTF8')"),
                    ),
                };
                format!(
                    "CASE WHEN {column} IS NULL THEN 'null ' ELSE '{kind} ' || encode({bytes}, 'hex') END"
                )
            }
        }
    }

    /// A value as SQL.
    pub fn literal(&self, (kind, bytes): &Value) -> String {
        let hex = data_encoding::HEXUPPER.encode(bytes);
        match (kind.as_str(), self) {
            ("null", _) => "NULL".to_string(),
            ("integer" | "real", _) => String::from_utf8_lossy(bytes).into_owned(),
            ("text", Self::Sqlite(..)) => format!("CAST(X'{hex}' AS TEXT)"),
            ("text", Self::Postgres(_)) => format!("convert_from(decode('{hex}', 'hex'), 'UTF8')"),
            (_, Self::Sqlite(..)) => format!("X'{hex}'"),
            (_, Self::Postgres(_)) => format!("decode('{hex}', 'hex')"),
        }
    }

    /// The condition that finds a row by its key.
    pub fn at(&self, table: &Rows, row: &[Value]) -> String {
        let parts = table
            .key
            .iter()
            .map(|place| format!("{} = {}", table.columns[*place], self.literal(&row[*place])));
        parts.collect::<Vec<_>>().join(" AND ")
    }

    /// A statement that adds a row.
    pub fn insert(&self, name: &str, table: &Rows, row: &[Value]) -> String {
        let values: Vec<String> = row.iter().map(|value| self.literal(value)).collect();
        format!(
            "INSERT INTO {name} ({}) VALUES ({})",
            table.columns.join(", "),
            values.join(", ")
        )
    }

    /// Puts a table back.
    pub async fn restore(&mut self, name: &str, table: &Rows) {
        let mut sql = format!("DELETE FROM {name}");
        for row in &table.rows {
            sql += "; ";
            sql += &self.insert(name, table, row);
        }
        self.run(name, &sql).await.unwrap();
    }

    pub async fn close(self) {
        match self {
            Self::Sqlite(c, _) => c.close().await.unwrap(),
            Self::Postgres(c) => c.close().await.unwrap(),
        }
    }
}
