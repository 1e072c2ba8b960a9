//! Reservations of places in status lists that are not done yet.

use super::{Tx, on, one_row, parsed};
use crate::domain::ids::{JobId, ListId, ReservationId};
use crate::failure::Outcome;

const INSERT: &str = "INSERT INTO reservations (id, status_list, first_place, places, made, until) \
    VALUES ($1, $2, $3, $4, $5, $6)";
const IS_OPEN: &str = "SELECT COUNT(*) FROM reservations WHERE id = $1";
const PROLONG: &str = "UPDATE reservations SET until = $3 WHERE until < $3 AND (status_list, first_place) IN \
    (SELECT status_list, first_place FROM bulk_chunks WHERE job = $1 AND worker = $2 AND state = 'leased')";
const ANY_OVER: &str =
    "SELECT COUNT(*) FROM (SELECT 1 FROM reservations WHERE until < $1 LIMIT 1) AS found";
const DONE: &str = "DELETE FROM reservations WHERE id = $1";
const OVER_SQLITE: &str = "DELETE FROM reservations WHERE id IN (SELECT id FROM reservations WHERE until < $1 \
    ORDER BY until LIMIT 100) RETURNING status_list, first_place, places, made";
// Whoever stores under one just now holds a share of its row, and is waited for the next time.
const OVER_POSTGRES: &str = "DELETE FROM reservations WHERE id IN (SELECT id FROM reservations WHERE until < $1 \
    ORDER BY until LIMIT 100 FOR UPDATE SKIP LOCKED) RETURNING status_list, first_place, places, made";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[INSERT, IS_OPEN, PROLONG, ANY_OVER, DONE];
/// Statements for one engine alone.
#[cfg(test)]
pub const SQLITE_ONLY: &[&str] = &[OVER_SQLITE];
/// Statements for one engine alone.
#[cfg(test)]
pub const POSTGRES_ONLY: &[&str] = &[OVER_POSTGRES];

/// Places that were reserved together.
pub struct Reservation {
    /// The list.
    pub list: ListId,
    /// The first place in its secret order.
    pub first: u32,
    /// How many.
    pub places: u32,
    /// When they were reserved.
    pub made: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    status_list: Vec<u8>,
    first_place: i64,
    places: i64,
    made: i64,
}

/// Notes a reservation; nothing is stored under it after that second.
pub async fn insert(tx: &mut Tx, id: ReservationId, of: &Reservation, until: i64) -> Outcome<()> {
    on!(tx, c => sqlx::query(INSERT)
        .bind(id.to_vec()).bind(of.list.to_vec()).bind(i64::from(of.first)).bind(i64::from(of.places))
        .bind(of.made).bind(until).execute(c).await?.rows_affected());
    Ok(())
}

/// Whether something may be stored under it.
pub async fn is_open(tx: &mut Tx, id: ReservationId) -> Outcome<bool> {
    let count: i64 =
        on!(tx, c => sqlx::query_scalar(IS_OPEN).bind(id.to_vec()).fetch_one(c).await?);
    Ok(count == 1)
}

/// Ends a reservation under which everything that was signed is stored.
///
/// # Errors
/// [`crate::failure::Failure::Changed`] where it was given up meanwhile.
pub async fn done(tx: &mut Tx, id: ReservationId) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(DONE)
        .bind(id.to_vec()).execute(c).await?.rows_affected());
    one_row(touched)
}

/// The same, whether or not it was given up meanwhile.
pub async fn forget(tx: &mut Tx, id: ReservationId) -> Outcome<()> {
    on!(tx, c => sqlx::query(DONE).bind(id.to_vec()).execute(c).await?.rows_affected());
    Ok(())
}

/// Prolongs what a worker of a bulk job holds.
pub async fn prolong(tx: &mut Tx, job: JobId, worker: &str, until: i64) -> Outcome<()> {
    on!(tx, c => sqlx::query(PROLONG)
        .bind(job.to_vec()).bind(worker).bind(until).execute(c).await?.rows_affected());
    Ok(())
}

/// Whether the time of some was over before that second.
pub async fn any_over(tx: &mut Tx, before: i64) -> Outcome<bool> {
    let count: i64 = on!(tx, c => sqlx::query_scalar(ANY_OVER).bind(before).fetch_one(c).await?);
    Ok(count > 0)
}

/// Takes out reservations whose time was over before that second, a hundred at most.
pub async fn over(tx: &mut Tx, before: i64) -> Outcome<Vec<Reservation>> {
    let rows: Vec<Row> = match tx {
        Tx::Sqlite(c) => {
            let query = sqlx::query_as(OVER_SQLITE).bind(before);
            query.fetch_all(&mut **c).await?
        }
        Tx::Postgres(c) => {
            let query = sqlx::query_as(OVER_POSTGRES).bind(before);
            query.fetch_all(&mut **c).await?
        }
    };
    let parse = |row: Row| {
        Ok(Reservation {
            list: parsed(
                "reservations.status_list",
                ListId::from_bytes(&row.status_list),
            )?,
            first: parsed("reservations.first_place", u32::try_from(row.first_place))?,
            places: parsed("reservations.places", u32::try_from(row.places))?,
            made: row.made,
        })
    };
    rows.into_iter().map(parse).collect()
}
