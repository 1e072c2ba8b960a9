//! A PostgreSQL database for one test.

use super::Db;
use super::open::Older;
use secrecy::SecretString;
use std::sync::atomic::{AtomicU32, Ordering};

/// A database with nothing in it but its tables.
pub struct Scratch {
    /// It.
    pub db: Db,
    server: String,
    name: String,
}

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A new database of the server that `IKD_POSTGRES` names (its maintenance database, like
/// `postgres://ikd@127.0.0.1/postgres`). Without one the test has nothing to do, unless `IKD_REQUIRE` names postgres.
pub async fn postgres() -> Option<Scratch> {
    let Some(server) = std::env::var("IKD_POSTGRES").ok().filter(|s| !s.is_empty()) else {
        let required = std::env::var("IKD_REQUIRE").unwrap_or_default();
        assert!(
            !required.split(',').any(|name| name == "postgres"),
            "IKD_REQUIRE names postgres, but IKD_POSTGRES is not set"
        );
        eprintln!("skipped: IKD_POSTGRES is not set");
        return None;
    };
    let n = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("ikd_unit_{}_{n}", std::process::id());
    run(&server, &format!("CREATE DATABASE {name}")).await;
    let (base, _) = server.rsplit_once('/').expect("an address with a database");
    let url = format!("{base}/{name}");
    let secret = SecretString::from(url);
    let db = Db::open_postgres(&secret, 8, Older::Migrate).await.unwrap();
    Some(Scratch { db, server, name })
}

impl Scratch {
    /// Throws it away.
    pub async fn drop(self) {
        self.db.close().await;
        run(
            &self.server,
            &format!("DROP DATABASE {} WITH (FORCE)", self.name),
        )
        .await;
    }
}

async fn run(server: &str, sql: &str) {
    let pool = sqlx_postgres::PgPool::connect(server).await.unwrap();
    let sql = sqlx::AssertSqlSafe(sql.to_string());
    sqlx::raw_sql(sql).execute(&pool).await.unwrap();
    pool.close().await;
}
