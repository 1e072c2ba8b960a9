//! Whoever goes away in the middle of a begin leaves nothing behind for the next one.

use super::{Db, Tx, scratch};
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

/// Begins reading and goes away after so many looks.
async fn give_up(db: &Db, looks: u64, pause: Duration) {
    let mut begin = pin!(db.read());
    for _ in 0..looks {
        let over = poll_fn(|cx| Poll::Ready(begin.as_mut().poll(cx).is_ready())).await;
        if over {
            return;
        }
        // Long enough for a part of the answers to arrive.
        std::thread::sleep(pause);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_begin_that_was_given_up_leaves_no_transaction_open() {
    let Some(scratch) = scratch::postgres().await else {
        return;
    };
    for n in 0..300 {
        give_up(&scratch.db, 2 + n % 5, Duration::from_micros(n * 7 % 250)).await;
        // Whatever connection comes next.
        let Ok(Tx::Postgres(mut tx)) = scratch.db.begin().await else {
            panic!("no transaction");
        };
        let sql = "UPDATE schema_info SET readable_by = readable_by";
        let written = sqlx::query(sql).execute(&mut *tx).await;
        assert!(written.is_ok(), "{n}: {written:?}");
        tx.rollback().await.unwrap();
    }
    scratch.drop().await;
}
