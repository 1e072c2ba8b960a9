//! What the gate keeps from going out.

use super::{Tx, fixed, on, one_row};
use crate::failure::Outcome;

const COLUMNS: &str = "SELECT what, kind, reason, mark, changes, releasable, since, released FROM publish_holds \
    ORDER BY since, what";
const OF: &str = "SELECT what, kind, reason, mark, changes, releasable, since, released FROM publish_holds \
    WHERE what = $1";
const PUT: &str = "INSERT INTO publish_holds (what, kind, reason, mark, changes, releasable, since, released) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (what) DO UPDATE SET reason = excluded.reason, \
    mark = excluded.mark, changes = excluded.changes, releasable = excluded.releasable, released = excluded.released";
const RELEASE: &str = "UPDATE publish_holds SET released = $2 \
    WHERE what = $1 AND mark = $3 AND changes = $4 AND releasable = 1 AND released IS NULL";
const END: &str = "DELETE FROM publish_holds WHERE what = $1";
const OPEN: &str = "SELECT kind, COUNT(*) FROM publish_holds WHERE released IS NULL GROUP BY kind";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[COLUMNS, OF, PUT, RELEASE, END, OPEN];

/// One thing that does not go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// The name of a status list, `trust`, `bundle`, or `tree ` and the place of a published tree.
    pub what: String,
    /// `list`, `trust`, `bundle` or `tree`.
    pub kind: String,
    /// Why.
    pub reason: String,
    /// SHA-256 of what may not go out.
    pub mark: [u8; 32],
    /// Statuses that change.
    pub changes: i64,
    /// Whether somebody may answer for it; else only mending helps.
    pub releasable: bool,
    /// Since when, epoch seconds.
    pub since: i64,
    /// When somebody answered for it.
    pub released: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct Row {
    what: String,
    kind: String,
    reason: String,
    mark: Vec<u8>,
    changes: i64,
    releasable: i64,
    since: i64,
    released: Option<i64>,
}

impl TryFrom<Row> for Hold {
    type Error = crate::failure::Failure;

    fn try_from(row: Row) -> Outcome<Self> {
        Ok(Self {
            what: row.what,
            kind: row.kind,
            reason: row.reason,
            mark: fixed("publish_holds.mark", &row.mark)?,
            changes: row.changes,
            releasable: row.releasable != 0,
            since: row.since,
            released: row.released,
        })
    }
}

/// Everything held, and what was released and has not gone out yet.
pub async fn all(tx: &mut Tx) -> Outcome<Vec<Hold>> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(COLUMNS).fetch_all(c).await?);
    rows.into_iter().map(Hold::try_from).collect()
}

/// What is held of that name.
pub async fn of(tx: &mut Tx, what: &str) -> Outcome<Option<Hold>> {
    let row: Option<Row> = on!(tx, c => sqlx::query_as(OF).bind(what).fetch_optional(c).await?);
    row.map(Hold::try_from).transpose()
}

/// Holds it, or says anew why; since when stays.
pub async fn put(tx: &mut Tx, hold: &Hold) -> Outcome<()> {
    on!(tx, c => sqlx::query(PUT)
        .bind(&hold.what).bind(&hold.kind).bind(&hold.reason).bind(hold.mark.to_vec()).bind(hold.changes)
        .bind(i64::from(hold.releasable)).bind(hold.since).bind(hold.released)
        .execute(c).await?.rows_affected());
    Ok(())
}

/// Lets exactly that go out.
///
/// # Errors
/// [`crate::failure::Failure::Changed`] where it is held for something else by now.
pub async fn release(tx: &mut Tx, hold: &Hold, at: i64) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(RELEASE)
        .bind(&hold.what).bind(at).bind(hold.mark.to_vec()).bind(hold.changes)
        .execute(c).await?.rows_affected());
    one_row(touched)
}

/// It went out.
pub async fn end(tx: &mut Tx, what: &str) -> Outcome<()> {
    on!(tx, c => sqlx::query(END).bind(what).execute(c).await?.rows_affected());
    Ok(())
}

/// How many of each kind wait for somebody.
pub async fn open(tx: &mut Tx) -> Outcome<Vec<(String, i64)>> {
    Ok(on!(tx, c => sqlx::query_as(OPEN).fetch_all(c).await?))
}
