//! What the database makes of every statement: each prepares, and none walks through a whole table that grows.

use super::*;
use sqlx::{Executor, Row, SqlSafeStr};

/// Counts everybody, on the command line alone.
const WHOLE: &[&str] = &["SELECT COUNT(*) FROM persons"];

/// Tables that grow with people, documents and applications.
const LARGE: &[&str] = &[
    "accounts",
    "activations",
    "appointments",
    "application_events",
    "applications",
    "attachments",
    "audit",
    "bound_credentials",
    "changes",
    "devices",
    "documents",
    "outbox",
    "persons",
    "sessions",
    "uploads",
];

fn all() -> impl Iterator<Item = &'static str> {
    let all = [
        application_events::ALL,
        applications::ALL,
        applications::seal::ALL,
        accounts::ALL,
        activations::ALL,
        appointments::ALL,
        attachments::ALL,
        agencies::ALL,
        agency_usage::ALL,
        audit::ALL,
        audit_log::ALL,
        bound::ALL,
        bulk_chunks::ALL,
        bulk_documents::ALL,
        bulk_ended::ALL,
        bulk_jobs::ALL,
        bundles::ALL,
        codes::ALL,
        changes::ALL,
        closed_lists::ALL,
        data_key::ALL,
        data_keys::ALL,
        devices::ALL,
        documents::ALL,
        documents_reissued::ALL,
        burnt::ALL,
        documents_signed::ALL,
        reservations::ALL,
        documents_together::ALL,
        holds::ALL,
        idempotency::ALL,
        keys::ALL,
        leases::ALL,
        lockouts::ALL,
        log::ALL,
        log_checkpoints::ALL,
        log_cosignatures::ALL,
        log_tiles::ALL,
        logins::ALL,
        mandates::ALL,
        officers::ALL,
        offices::ALL,
        open::ALL,
        outbox::ALL,
        persons::ALL,
        persons::write::ALL,
        queues::ALL,
        policies::ALL,
        population::ALL,
        proposals::ALL,
        regions::ALL,
        sessions::ALL,
        status_indexes::ALL,
        status_lists::ALL,
        throttles::ALL,
        trust_lists::ALL,
        uploads::ALL,
        whole::ALL,
    ];
    all.into_iter()
        .flatten()
        .copied()
        .chain(sealed::all())
        .chain(person::all())
        .chain(row_seals::all())
}

/// Where the engines need different words for the same.
fn on_sqlite() -> impl Iterator<Item = &'static str> {
    let only = [
        bulk_chunks::SQLITE_ONLY,
        audit::SQLITE_ONLY,
        audit_log::SQLITE_ONLY,
        bulk_documents::SQLITE_ONLY,
        changes::SQLITE_ONLY,
        documents_reissued::SQLITE_ONLY,
        closed_lists::SQLITE_ONLY,
        persons::SQLITE_ONLY,
        reservations::SQLITE_ONLY,
        whole::SQLITE_ONLY,
    ];
    all().chain(only.into_iter().flatten().copied())
}

fn on_postgres() -> impl Iterator<Item = &'static str> {
    let only = [
        audit_log::POSTGRES_ONLY,
        by_key::POSTGRES_ONLY,
        bulk_chunks::POSTGRES_ONLY,
        closed_lists::POSTGRES_ONLY,
        bulk_documents::POSTGRES_ONLY,
        changes::POSTGRES_ONLY,
        documents_reissued::POSTGRES_ONLY,
        documents_together::POSTGRES_ONLY,
        persons::POSTGRES_ONLY,
        persons::write::POSTGRES_ONLY,
        reservations::POSTGRES_ONLY,
        standby::POSTGRES_ONLY,
        whole::POSTGRES_ONLY,
    ];
    all().chain(only.into_iter().flatten().copied())
}

async fn on_empty_database(work: impl AsyncFn(&mut sqlx_sqlite::SqliteConnection)) {
    let directory = tempfile::TempDir::new().unwrap();
    let db = Db::open_sqlite(&directory.path().join("ikd.db"), true)
        .await
        .unwrap();
    let Tx::Sqlite(mut tx) = db.begin().await.unwrap() else {
        panic!("another engine");
    };
    work(&mut tx).await;
    drop(tx);
    db.close().await;
}

#[tokio::test]
async fn every_statement_prepares() {
    on_empty_database(async |c| {
        for sql in on_sqlite() {
            let prepared = (&mut *c).prepare(sql.into_sql_str()).await;
            assert!(prepared.is_ok(), "{sql}\n{:?}", prepared.err());
        }
    })
    .await;
}

#[tokio::test]
async fn every_statement_prepares_on_postgres() {
    let Some(scratch) = scratch::postgres().await else {
        return;
    };
    let Tx::Postgres(mut tx) = scratch.db.begin().await.unwrap() else {
        panic!("another engine");
    };
    for sql in on_postgres() {
        let prepared = (&mut *tx).prepare(sql.into_sql_str()).await;
        assert!(prepared.is_ok(), "{sql}\n{:?}", prepared.err());
    }
    drop(tx);
    scratch.drop().await;
}

/// The steps of a statement's plan.
async fn plan(c: &mut sqlx_sqlite::SqliteConnection, sql: &str) -> Vec<String> {
    let explain = format!("EXPLAIN QUERY PLAN {sql}");
    let rows = sqlx::query(sqlx::AssertSqlSafe(explain)).fetch_all(c).await;
    let rows = rows.unwrap_or_else(|e| panic!("{sql}: {e}"));
    rows.iter()
        .map(|row| row.get::<String, _>("detail"))
        .collect()
}

#[tokio::test]
async fn no_page_walks_through_a_large_table() {
    on_empty_database(async |c| {
        let mut walks = Vec::new();
        for sql in on_sqlite().filter(|sql| !WHOLE.contains(sql)) {
            for step in plan(c, sql).await {
                let mut words = step.split_whitespace();
                let scans = words.next() == Some("SCAN");
                let table = words.next().unwrap_or_default();
                if scans && LARGE.contains(&table) {
                    walks.push(format!("{sql}\n    {step}"));
                }
            }
        }
        assert!(walks.is_empty(), "{}", walks.join("\n"));
    })
    .await;
}

/// Both kinds of what is due are found in their order, however much waits.
#[tokio::test]
async fn the_outbox_is_worked_off_without_sorting_it() {
    on_empty_database(async |c| {
        for sql in outbox::WORKED_OFF {
            let text = plan(c, sql).await.join(" | ");
            assert!(text.contains("USING INDEX outbox_due"), "{sql}\n{text}");
            assert!(!text.contains("TEMP B-TREE"), "sorts: {sql}\n{text}");
        }
    })
    .await;
}

/// A queue is read in the order of its index, so that a page costs the same however long the queue is.
#[tokio::test]
async fn queues_are_read_in_the_order_of_their_index() {
    on_empty_database(async |c| {
        for sql in queues::PAGED {
            let plan = plan(c, sql).await;
            let text = plan.join(" | ");
            assert!(text.contains("USING INDEX applications_"), "{sql}\n{text}");
            assert!(!text.contains("TEMP B-TREE"), "sorts: {sql}\n{text}");
            assert!(!text.contains("SCAN"), "{sql}\n{text}");
        }
    })
    .await;
}

/// A change publishes its own list: which lists are due is found without looking at the others, and the statuses of one
/// list come from an index in their order.
#[tokio::test]
async fn publishing_a_change_reads_nothing_of_other_lists() {
    on_empty_database(async |c| {
        for sql in status_lists::OF_ONE_CHANGE {
            let text = plan(c, sql).await.join(" | ");
            assert!(!text.contains("SCAN"), "{sql}\n{text}");
            assert!(text.contains("INDEX"), "{sql}\n{text}");
        }
        for sql in [documents::OF_ONE_LIST, bound::OF_ONE_LIST] {
            let text = plan(c, sql).await.join(" | ");
            assert!(text.contains("USING COVERING INDEX"), "{sql}\n{text}");
            assert!(!text.contains("TEMP B-TREE"), "sorts: {sql}\n{text}");
        }
    })
    .await;
}

/// Each change that is given a number is found by its key.
#[tokio::test]
async fn numbers_are_given_without_comparing_all_with_all() {
    on_empty_database(async |c| {
        let text = plan(c, changes::NUMBERED).await.join(" | ");
        assert!(text.starts_with("SCAN given"), "{text}");
        assert!(text.contains("SEARCH changes USING"), "{text}");
        assert!(text.contains("(id=?)"), "{text}");
    })
    .await;
}

/// Lines of the audit trail get their places in the log in the order of an index, each found by its key.
#[tokio::test]
async fn places_in_the_log_are_given_by_index() {
    on_empty_database(async |c| {
        let text = plan(c, audit_log::IN_ORDER).await.join(" | ");
        assert!(text.contains("USING INDEX audit_waiting"), "{text}");
        assert!(!text.contains("TEMP B-TREE"), "sorts: {text}");
        let text = plan(c, audit_log::PLACED).await.join(" | ");
        assert!(text.starts_with("SCAN given"), "{text}");
        assert!(text.contains("(id=?)"), "{text}");
    })
    .await;
}
