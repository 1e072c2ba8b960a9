//! The database that a test works on, and what somebody does to it behind the server's back.
//!
//! SQLite, unless `IKD_TEST_ON=postgres`: then a fresh database in the cluster whose own database `IKD_POSTGRES` names,
//! dropped at the end of the test.

use sqlx::{AssertSqlSafe, Connection};
use sqlx_postgres::PgConnection;
use sqlx_sqlite::SqliteConnection;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// The address of a cluster to make databases in; none on a bare machine, where such tests are skipped.
pub fn cluster() -> Option<String> {
    let address = std::env::var("IKD_POSTGRES").ok().filter(|a| !a.is_empty());
    let required = std::env::var("IKD_REQUIRE").unwrap_or_default();
    if address.is_none() {
        assert!(
            !required.split(',').any(|r| r == "postgres"),
            "IKD_REQUIRE names postgres, but IKD_POSTGRES does not say where it is"
        );
        eprintln!(
            "SKIPPED: needs a PostgreSQL cluster, named by IKD_POSTGRES (docs/OPERATIONS.md)"
        );
    }
    address
}

/// Where the rows are.
pub enum Base {
    /// In a file of the data directory.
    Sqlite(PathBuf),
    /// In a database of its own.
    Postgres(Fresh),
}

/// A database of its own in a cluster, gone when this goes.
pub struct Fresh {
    cluster: String,
    name: String,
}

impl Fresh {
    /// An empty one.
    pub fn new(cluster: String) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let (process, next) = (std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let fresh = Self {
            cluster,
            name: format!("ikd_test_{process}_{next}"),
        };
        fresh.on_cluster(format!(
            "DROP DATABASE IF EXISTS {} WITH (FORCE)",
            fresh.name
        ));
        fresh.on_cluster(format!("CREATE DATABASE {}", fresh.name));
        fresh
    }

    /// Its address.
    pub fn url(&self) -> String {
        let (server, _) = self
            .cluster
            .rsplit_once('/')
            .expect("an address with a database");
        format!("{server}/{}", self.name)
    }

    fn on_cluster(&self, sql: String) {
        blocking(async {
            let mut c = PgConnection::connect(&self.cluster).await.unwrap();
            sqlx::query(AssertSqlSafe(sql))
                .execute(&mut c)
                .await
                .unwrap();
            let _ = c.close().await;
        });
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.on_cluster(format!(
                "DROP DATABASE IF EXISTS {} WITH (FORCE)",
                self.name
            ));
        }
    }
}

/// In a thread of its own, because a test may stand in a runtime.
fn blocking<T: Send>(work: impl Future<Output = T> + Send) -> T {
    let run = || {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_all().build().unwrap().block_on(work)
    };
    std::thread::scope(|scope| scope.spawn(run).join().unwrap())
}

/// The same on either engine, `$c` being its connection.
macro_rules! on_either {
    ($base:expr, $c:ident => $body:expr) => {
        match $base {
            Base::Sqlite(path) => blocking(async {
                let options = sqlx_sqlite::SqliteConnectOptions::new()
                    .filename(path)
                    .busy_timeout(std::time::Duration::from_secs(60));
                let mut $c = SqliteConnection::connect_with(&options).await.unwrap();
                let result = $body;
                $c.close().await.unwrap();
                result
            }),
            Base::Postgres(fresh) => blocking(async {
                let mut $c = PgConnection::connect(&fresh.url()).await.unwrap();
                let result = $body;
                $c.close().await.unwrap();
                result
            }),
        }
    };
}

#[allow(dead_code, reason = "not every test uses all of it")]
impl Base {
    /// For a data directory that is about to be made.
    pub fn for_directory(data: &Path) -> Self {
        if std::env::var("IKD_TEST_ON").is_ok_and(|on| on == "postgres") {
            let cluster = cluster().expect("IKD_TEST_ON=postgres needs IKD_POSTGRES");
            return Self::Postgres(Fresh::new(cluster));
        }
        Self::Sqlite(data.join("ikd.db"))
    }

    /// Lets a command work on it.
    pub fn name_to(&self, command: &mut Command) {
        if let Self::Postgres(fresh) = self {
            command.env("DATABASE_URL", fresh.url());
        }
    }

    /// Its address, for the library; none: the file of the data directory.
    pub fn url(&self) -> Option<secrecy::SecretString> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(fresh) => Some(fresh.url().into()),
        }
    }

    /// Runs a statement: how many rows it changed, or what the database says against it.
    pub fn change(&self, sql: &str) -> Result<u64, String> {
        let sql = sql.to_string();
        on_either!(self, c => match sqlx::query(AssertSqlSafe(sql)).execute(&mut c).await {
            Ok(done) => Ok(done.rows_affected()),
            Err(e) => Err(e.to_string()),
        })
    }

    /// Runs statements as somebody who owns the database and takes its guards away: what is there afterwards is what the
    /// audit has to find. The guards are back then.
    pub fn forge(&self, sql: &str) -> Result<u64, String> {
        const TABLES: [&str; 14] = [
            "applications",
            "devices",
            "audit",
            "documents",
            "bound_credentials",
            "status_indexes",
            "log_state",
            "log_tiles",
            "log_checkpoints",
            "office_policies",
            "proposals",
            "mandates",
            "bulk_jobs",
            "bulk_chunks",
        ];
        let switch = |how: &str| {
            for table in TABLES {
                self.change(&format!("ALTER TABLE {table} {how} TRIGGER USER"))
                    .unwrap();
            }
        };
        match self {
            Self::Postgres(_) => {
                switch("DISABLE");
                let done = self.change(sql);
                switch("ENABLE");
                done
            }
            Self::Sqlite(_) => {
                let tables = TABLES.map(|table| format!("'{table}'")).join(", ");
                let of_tables =
                    format!("FROM sqlite_schema WHERE type = 'trigger' AND tbl_name IN ({tables})");
                let guards = self.texts(&format!("SELECT sql {of_tables}"));
                for name in self.texts(&format!("SELECT name {of_tables}")) {
                    self.change(&format!("DROP TRIGGER {name}")).unwrap();
                }
                let done = self.change(sql);
                for guard in guards {
                    self.change(&guard).unwrap();
                }
                done
            }
        }
    }

    /// Numbers of a query.
    pub fn numbers(&self, sql: &str) -> Vec<i64> {
        let sql = AssertSqlSafe(sql.to_string());
        on_either!(self, c => sqlx::query_scalar(sql).fetch_all(&mut c).await.unwrap())
    }

    /// Texts of a query.
    pub fn texts(&self, sql: &str) -> Vec<String> {
        let sql = AssertSqlSafe(sql.to_string());
        on_either!(self, c => sqlx::query_scalar(sql).fetch_all(&mut c).await.unwrap())
    }

    /// What the database says, in the words of the engine in use.
    pub fn words(&self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self {
            Self::Sqlite(_) => sqlite,
            Self::Postgres(_) => postgres,
        }
    }

    /// A UUID as a value of SQL.
    pub fn blob(&self, id: &str) -> String {
        let hex = id.replace('-', "");
        match self {
            Self::Sqlite(_) => format!("x'{hex}'"),
            Self::Postgres(_) => format!("decode('{hex}', 'hex')"),
        }
    }

    /// The ids of a query, as hexadecimal digits.
    pub fn ids(&self, what: &str) -> Vec<String> {
        match self {
            Self::Sqlite(_) => self.texts(&format!("SELECT lower(hex(id)) FROM {what}")),
            Self::Postgres(_) => self.texts(&format!("SELECT encode(id, 'hex') FROM {what}")),
        }
    }

    /// Every value of some tables with the name of its column, as the bytes that the database holds; numbers as eight
    /// bytes, the highest first.
    pub fn cells(&self, tables: &[&str]) -> Vec<(String, Vec<u8>)> {
        use sqlx::{Column, Row, ValueRef};
        let mut cells = Vec::new();
        for table in tables {
            let sql = AssertSqlSafe(format!("SELECT * FROM {table}"));
            let rows: Vec<(String, Vec<u8>)> = on_either!(self, c => {
                let mut held = Vec::new();
                for row in sqlx::query(sql).fetch_all(&mut c).await.unwrap() {
                    for column in row.columns() {
                        let name = format!("{table}.{}", column.name());
                        if row.try_get_raw(column.name()).unwrap().is_null() {
                            continue;
                        }
                        if let Ok(bytes) = row.try_get_unchecked::<Vec<u8>, _>(column.name()) {
                            held.push((name.clone(), bytes));
                        }
                        if let Ok(number) = row.try_get_unchecked::<i64, _>(column.name()) {
                            held.push((name, number.to_be_bytes().to_vec()));
                        }
                    }
                }
                held
            });
            cells.extend(rows);
        }
        cells
    }

    /// Everything that the database holds.
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Sqlite(path) => ["", "-wal", "-shm"]
                .map(|end| std::fs::read(format!("{}{end}", path.display())).unwrap_or_default())
                .concat(),
            Self::Postgres(_) => {
                let tables = self.texts(
                    "SELECT CAST(tablename AS TEXT) FROM pg_catalog.pg_tables WHERE schemaname = 'public'",
                );
                let tables: Vec<&str> = tables.iter().map(String::as_str).collect();
                let cells = self.cells(&tables).into_iter();
                cells.flat_map(|(_, bytes)| bytes).collect()
            }
        }
    }
}
