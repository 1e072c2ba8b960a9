//! Who has which lease, watched while others work.

use crate::fleet::Fleet;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Watches the leases and the terms of the status lists until it is told to stop. A term has one holder, and terms
/// ascend. Returns the last term of each lease.
pub fn watch(fleet: &Fleet, stop: &AtomicBool) -> BTreeMap<String, i64> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    runtime.block_on(async {
        let pool = sqlx_postgres::PgPool::connect(&fleet.url()).await.unwrap();
        let mut last: BTreeMap<String, i64> = BTreeMap::new();
        let mut holders: BTreeMap<(String, i64), Vec<u8>> = BTreeMap::new();
        let mut signed: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        while !stop.load(Ordering::Relaxed) {
            let rows: Vec<(String, i64, Vec<u8>)> =
                sqlx::query_as("SELECT name, term, holder FROM leases")
                    .fetch_all(&pool)
                    .await
                    .unwrap();
            for (name, term, holder) in rows {
                let before = last.insert(name.clone(), term).unwrap_or_default();
                assert!(
                    term >= before,
                    "the term of {name} went from {before} to {term}"
                );
                let first = holders
                    .entry((name.clone(), term))
                    .or_insert(holder.clone());
                assert_eq!(*first, holder, "term {term} of {name} has two holders");
            }
            let lists: Vec<(String, i64, i64)> =
                sqlx::query_as("SELECT uri, term, COALESCE(issued, 0) FROM status_lists")
                    .fetch_all(&pool)
                    .await
                    .unwrap();
            for (uri, term, issued) in lists {
                let before = signed
                    .insert(uri.clone(), (term, issued))
                    .unwrap_or_default();
                assert!(
                    term >= before.0,
                    "{uri} was signed under term {term} after {}",
                    before.0
                );
                assert!(
                    issued >= before.1,
                    "{uri} went back from {} to {issued}",
                    before.1
                );
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        pool.close().await;
        last
    })
}
