//! The database behind the server's back, as somebody with the file would change it.

use crate::support::Data;
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

fn on<T>(data: &Data, work: impl AsyncFnOnce(&mut SqliteConnection) -> T) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    runtime.block_on(async {
        let options = sqlx::sqlite::SqliteConnectOptions::new()
            .filename(data.dir.path().join("data/ikd.db"))
            .busy_timeout(std::time::Duration::from_secs(10));
        let mut c = SqliteConnection::connect_with(&options).await.unwrap();
        let result = work(&mut c).await;
        c.close().await.unwrap();
        result
    })
}

/// Runs a statement: how many rows it changed, or what the database says against it.
pub fn change(data: &Data, sql: &str) -> Result<u64, String> {
    let sql = AssertSqlSafe(sql.to_string());
    let done = on(data, async |c| sqlx::query(sql).execute(c).await);
    done.map(|d| d.rows_affected()).map_err(|e| e.to_string())
}

/// A number of a query.
pub fn number(data: &Data, sql: &str) -> i64 {
    let sql = AssertSqlSafe(sql.to_string());
    on(data, async |c| sqlx::query_scalar(sql).fetch_one(c).await).unwrap()
}

/// A text of a query.
pub fn text(data: &Data, sql: &str) -> String {
    let sql = AssertSqlSafe(sql.to_string());
    on(data, async |c| sqlx::query_scalar(sql).fetch_one(c).await).unwrap()
}

/// A UUID as a blob of SQL.
pub fn blob(id: &str) -> String {
    format!("x'{}'", id.replace('-', ""))
}
