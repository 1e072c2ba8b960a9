//! People made in the database, and what must be true of it afterwards.

use sqlx_postgres::PgPool;
use sqlx_sqlite::SqlitePool;
use std::path::Path;

/// The database under the service.
pub enum Database {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

const COLUMNS: &str = "nik, nomor_kk, nama, tempat_lahir, tanggal_lahir, jenis_kelamin, golongan_darah, agama, \
    status_perkawinan, pekerjaan, pendidikan, shdk, kewarganegaraan, alamat, rt, rw, kode_wilayah, kelurahan, \
    kecamatan, kabupaten, provinsi, updated";
/// The n-th adult: nine thousand to a birthday, four thousand to a village.
const ROW: &str = "3273010101500001 + n % 9000 + (n / 9000) * 10000 % 280000 + (n / 252000) * 1000000, \
    3273010101100001 + n % 9000 + (n / 9000) * 10000, \
    'MUHAMMAD ' || substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ', CAST(1 + n % 26 AS INTEGER), 1) || ' SETIAWAN', 'BANDUNG', \
    6310 + n % 28, 1 + n % 2, 13, 1, 1, 88, 8, 1, 'ID', 'JL. MERDEKA RAYA NO. ' || (n % 300), n % 20, n % 15, \
    CAST(3273010000 + 1001 + n / 4000 AS TEXT), 'BRAGA', 'SUMUR BANDUNG', 'KOTA BANDUNG', 'JAWA BARAT', 0";

macro_rules! on {
    ($database:expr, $pool:ident => $body:expr) => {
        match $database {
            Database::Sqlite($pool) => $body,
            Database::Postgres($pool) => $body,
        }
    };
}

impl Database {
    pub async fn open(file: &Path) -> Self {
        match std::env::var("DATABASE_URL") {
            Ok(url) if !url.is_empty() => {
                Self::Postgres(PgPool::connect(&url).await.expect("a database"))
            }
            _ => {
                let url = format!("sqlite://{}", file.display());
                Self::Sqlite(SqlitePool::connect(&url).await.expect("a file"))
            }
        }
    }

    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    /// Rows without a seal: `ikd register seal` is to follow.
    pub async fn fill(&self, people: u64) {
        let numbers = match self {
            Self::Sqlite(_) => format!(
                "WITH RECURSIVE g (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM g WHERE n + 1 < {people})"
            ),
            Self::Postgres(_) => {
                format!("WITH g AS (SELECT n FROM generate_series(0::bigint, {people} - 1) n)")
            }
        };
        let sql = format!("INSERT INTO persons ({COLUMNS}) {numbers} SELECT {ROW} FROM g");
        let sql = match self {
            Self::Sqlite(_) => {
                format!("{numbers} INSERT INTO persons ({COLUMNS}) SELECT {ROW} FROM g")
            }
            Self::Postgres(_) => sql,
        };
        self.run(sql).await;
        self.as_from_before().await;
        if let Self::Postgres(_) = self {
            self.run("VACUUM ANALYZE persons".into()).await;
        }
    }

    /// A database that was begun with seals is sealed already, and its trail says so.
    async fn as_from_before(&self) {
        let [off, on] = match self {
            Self::Sqlite(_) => ["DROP TRIGGER audit_kept", "SELECT 1"],
            Self::Postgres(_) => [
                "ALTER TABLE audit DISABLE TRIGGER USER",
                "ALTER TABLE audit ENABLE TRIGGER USER",
            ],
        };
        let line = "DELETE FROM audit WHERE action = 'register.sealed'";
        for sql in [off, line, on] {
            self.run(sql.into()).await;
        }
    }

    /// Runs a statement.
    pub async fn run(&self, sql: String) {
        let sql = sqlx::AssertSqlSafe(sql);
        on!(self, pool => { sqlx::query(sql).execute(pool).await.expect("SQL"); });
    }

    async fn number(&self, sql: &'static str) -> i64 {
        on!(self, pool => sqlx::query_scalar(sql).fetch_one(pool).await.expect("a number"))
    }

    /// The NIKs of everybody, in their order.
    #[allow(dead_code, reason = "bulk issuing asks for nobody by name")]
    pub async fn niks(&self) -> Vec<i64> {
        let sql = "SELECT nik FROM persons ORDER BY nik";
        on!(self, pool => sqlx::query_scalar(sql).fetch_all(pool).await.expect("numbers"))
    }

    /// So many people have exactly one, and no place is used twice.
    pub async fn check(&self, people: u64) {
        let documents = self.number("SELECT COUNT(*) FROM documents WHERE state = 'active'");
        assert_eq!(documents.await, people as i64, "documents");
        let twice = "SELECT COUNT(*) FROM (SELECT 1 FROM documents GROUP BY kind, subject HAVING COUNT(*) > 1) t";
        assert_eq!(self.number(twice).await, 0, "people with two");
        let twice = "SELECT COUNT(*) FROM (SELECT 1 FROM documents GROUP BY status_list, status_index \
            HAVING COUNT(*) > 1) t";
        assert_eq!(self.number(twice).await, 0, "places used twice");
        println!("exactly {people} documents, 0 duplicates of (person, kind), 0 of (list, index)");
    }
}
