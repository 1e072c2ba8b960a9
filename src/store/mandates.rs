//! Leave of offices to do more than one person may alone. A mandate is only used up; `mandates.rs` knows whether this
//! service wrote it.

use super::{Tx, on};
use crate::domain::ids::{MandateId, OfficeId};
use crate::failure::Outcome;

const INSERT: &str = "INSERT INTO mandates (id, act, office, cards, used, begins, ends, proposal, tag) \
    VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $8)";
const OPEN: &str = "SELECT id, act, office, cards, used, begins, ends, proposal, tag FROM mandates \
    WHERE office = $1 AND ends > $2 AND used < cards AND act = $3 ORDER BY ends, id LIMIT 20";
const LATEST: &str = "SELECT id, act, office, cards, used, begins, ends, proposal, tag FROM mandates \
    WHERE office = $1 AND act <> 'bulk' ORDER BY ends DESC, id DESC LIMIT 50";
const BY_ID: &str =
    "SELECT id, act, office, cards, used, begins, ends, proposal, tag FROM mandates WHERE id = $1";
const AFTER: &str = "SELECT id, act, office, cards, used, begins, ends, proposal, tag FROM mandates \
    WHERE id > $1 ORDER BY id LIMIT $2";
const TAKE: &str = "UPDATE mandates SET used = used + $2 WHERE id = $1 AND used + $2 <= cards";
const IDS: &str = "SELECT id FROM mandates ORDER BY id";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[INSERT, OPEN, LATEST, BY_ID, AFTER, IDS, TAKE];

/// A row, as it stands.
#[derive(sqlx::FromRow, Clone)]
pub struct Row {
    /// Its id.
    pub id: Vec<u8>,
    /// Leave for what: issue, end or bulk.
    pub act: String,
    /// Whose.
    pub office: Vec<u8>,
    /// How many cards.
    pub cards: i64,
    /// How many are issued, or set aside for issuing.
    pub used: i64,
    /// From when.
    pub begins: i64,
    /// Until when.
    pub ends: i64,
    /// Which proposal it came of; none: at the machine.
    pub proposal: Option<Vec<u8>>,
    /// What `mandates.rs` wrote over the row.
    pub tag: Vec<u8>,
}

/// Stores a new mandate.
pub async fn insert(tx: &mut Tx, row: &Row) -> Outcome<()> {
    on!(tx, c => sqlx::query(INSERT)
        .bind(&row.id).bind(&row.act).bind(&row.office).bind(row.cards).bind(row.begins).bind(row.ends)
        .bind(&row.proposal).bind(&row.tag).execute(c).await?.rows_affected());
    Ok(())
}

/// Those of an office for that act which are not used up and not over, soonest over first.
pub async fn open(tx: &mut Tx, office: OfficeId, now: i64, act: &str) -> Outcome<Vec<Row>> {
    Ok(
        on!(tx, c => sqlx::query_as(OPEN).bind(office.to_vec()).bind(now).bind(act).fetch_all(c).await?),
    )
}

/// The one with that id.
pub async fn by_id(tx: &mut Tx, id: MandateId) -> Outcome<Option<Row>> {
    Ok(on!(tx, c => sqlx::query_as(BY_ID).bind(id.to_vec()).fetch_optional(c).await?))
}

/// The last 50 of an office, but of bulk jobs.
pub async fn latest(tx: &mut Tx, office: OfficeId) -> Outcome<Vec<Row>> {
    Ok(on!(tx, c => sqlx::query_as(LATEST).bind(office.to_vec()).fetch_all(c).await?))
}

/// Everybody's behind that id, for the check of the whole table.
pub async fn after(tx: &mut Tx, id: &[u8], limit: u32) -> Outcome<Vec<Row>> {
    Ok(on!(tx, c => sqlx::query_as(AFTER)
        .bind(id.to_vec()).bind(i64::from(limit)).fetch_all(c).await?))
}

/// Sets cards aside. False where there are not so many any more.
pub async fn take(tx: &mut Tx, id: MandateId, cards: i64) -> Outcome<bool> {
    let touched = on!(tx, c => sqlx::query(TAKE)
        .bind(id.to_vec()).bind(cards).execute(c).await?.rows_affected());
    Ok(touched == 1)
}

/// All ids.
pub async fn ids(tx: &mut Tx) -> Outcome<Vec<Vec<u8>>> {
    Ok(on!(tx, c => sqlx::query_scalar(IDS).fetch_all(c).await?))
}
