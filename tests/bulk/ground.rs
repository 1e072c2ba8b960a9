//! People by the thousand, and what must be true of what was issued to them.

use crate::support::*;
use credential::cose::issue::Unsigned;
use credential::ids::KeyId;
use credential::token::pack;
use ikd::domain::merkle::Tree;
use ikd::store::{Db, Tx};
use sqlx::Row;
use std::collections::HashSet;
use std::process::{Child, Stdio};

/// NIK of the n-th of many adults.
pub fn nik_of(n: u32) -> u64 {
    3_273_011_204_870_001 + u64::from(n % 9_000) + 1_000_000 * u64::from(n / 9_000)
}

/// A row of the n-th of many adults, in villages of 500.
pub fn row_of(n: u32) -> String {
    row_in(
        &nik_of(n).to_string(),
        &format!("3273010101{:06}", 100_001 + n),
        "ORANG UJI",
        &format!("327301{:04}", 1001 + n / 500),
    )
}

/// A data directory with that many adults.
pub fn people(n: u32) -> Data {
    let data = Data::new();
    let rows: Vec<String> = (0..n).map(row_of).collect();
    import(&data, &rows);
    data
}

/// Imports rows.
pub fn import(data: &Data, rows: &[String]) {
    data.write("people.csv", &format!("{HEADER}\n{}\n", rows.join("\n")));
    data.ok(&["import", "persons", &data.path("people.csv")]);
}

/// Starts a worker.
pub fn worker(data: &Data, how: &str) -> Child {
    let mut command = data.command();
    command.args(["bulk", how, "--cores", "2"]);
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// Where the newest job stands.
pub fn status(data: &Data) -> serde_json::Value {
    serde_json::from_str(&data.ok(&["bulk", "status", "--json"]).out).unwrap()
}

/// A document of a bulk job, as its row has it.
pub struct Stored {
    pub id: Vec<u8>,
    pub subject: i64,
    pub token: Vec<u8>,
}

/// Reads the database by other means than the program's.
pub fn database<T>(data: &Data, read: impl AsyncFn(&mut sqlx::SqliteConnection) -> T) -> T {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let db = Db::open_sqlite(&data.file("data/ikd.db"), false).await.unwrap();
        let Tx::Sqlite(mut tx) = db.read().await.unwrap();
        let found = read(&mut tx).await;
        drop(tx);
        db.close().await;
        found
    })
}

async fn number(c: &mut sqlx::SqliteConnection, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(c).await.unwrap()
}

/// Nobody has two, no place is used twice, every chunk's root is that of its documents, and every document is valid for
/// a bank. Returns how many there are.
pub fn check(data: &Data) -> usize {
    let bundle = data.bundle();
    database(data, async |c| {
        let twice = "SELECT COUNT(*) FROM (SELECT 1 FROM documents WHERE state = 'active' GROUP BY kind, subject \
            HAVING COUNT(*) > 1)";
        assert_eq!(number(c, twice).await, 0, "people with two documents");
        let twice = "SELECT COUNT(*) FROM (SELECT 1 FROM documents GROUP BY status_list, status_index \
            HAVING COUNT(*) > 1)";
        assert_eq!(number(c, twice).await, 0, "indexes used twice");
        let chunks = "SELECT first_id, last_id, root, issued, status_list FROM bulk_chunks WHERE state = 'done' \
            AND issued > 0";
        let mut seen = HashSet::new();
        for chunk in sqlx::query(chunks).fetch_all(&mut *c).await.unwrap() {
            let documents = documents(c, &chunk).await;
            assert_eq!(documents.len() as i64, chunk.get::<i64, _>("issued"));
            let mut tree = Tree::default();
            for document in documents {
                tree.push(&document.token);
                assert_eq!(verdict(&pack(&document.token), &bundle), "valid");
                assert!(seen.insert(document.subject) && !document.id.is_empty());
            }
            assert_eq!(tree.root().to_vec(), chunk.get::<Vec<u8>, _>("root"));
        }
        let audited = "SELECT COUNT(*) FROM audit WHERE action = 'bulk.issue'";
        let done = "SELECT COUNT(*) FROM bulk_chunks WHERE state = 'done'";
        assert_eq!(number(c, audited).await, number(c, done).await);
        seen.len()
    })
}

/// The documents of a chunk, in the order of their ids, which is that of their places.
async fn documents(
    c: &mut sqlx::SqliteConnection,
    chunk: &sqlx::sqlite::SqliteRow,
) -> Vec<Stored> {
    let sql = "SELECT id, subject, kid, claims, signature FROM documents WHERE id >= $1 AND id <= $2 \
        AND status_list = $3 ORDER BY id";
    let rows = sqlx::query(sql)
        .bind(chunk.get::<Vec<u8>, _>("first_id"))
        .bind(chunk.get::<Vec<u8>, _>("last_id"))
        .bind(chunk.get::<Vec<u8>, _>("status_list"))
        .fetch_all(c)
        .await
        .unwrap();
    let stored = |row: &sqlx::sqlite::SqliteRow| {
        let kid = KeyId(row.get::<Vec<u8>, _>("kid").try_into().unwrap());
        let signature: [u8; 64] = row.get::<Vec<u8>, _>("signature").try_into().unwrap();
        Stored {
            id: row.get("id"),
            subject: row.get("subject"),
            token: Unsigned::new(kid, None, row.get("claims")).into_token(&signature),
        }
    };
    rows.iter().map(stored).collect()
}
