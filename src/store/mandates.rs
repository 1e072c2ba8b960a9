//! Leave of offices to do more than one person may alone. A mandate is only used up; `mandates.rs` knows whether this
//! service wrote it.

use super::register::{Found, Part, Register, Seal, Sealed};
use super::{Tx, on, one_row};
use crate::domain::ids::{MandateId, OfficeId};
use crate::failure::{Failure, Outcome};

const INSERT: &str = "INSERT INTO mandates (id, act, office, cards, used, begins, ends, proposal, tag, seal) \
    VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $8, $9)";
const OPEN: &str = "SELECT id, act, office, cards, used, begins, ends, proposal, tag, seal FROM mandates \
    WHERE office = $1 AND ends > $2 AND used < cards AND act = $3 ORDER BY ends, id LIMIT 20";
const LATEST: &str = "SELECT id, act, office, cards, used, begins, ends, proposal, tag, seal FROM mandates \
    WHERE office = $1 AND act <> 'bulk' ORDER BY ends DESC, id DESC LIMIT 50";
const BY_ID: &str = "SELECT id, act, office, cards, used, begins, ends, proposal, tag, seal FROM mandates WHERE id = $1";
const AFTER: &str = "SELECT id, act, office, cards, used, begins, ends, proposal, tag, seal FROM mandates \
    WHERE id > $1 ORDER BY id LIMIT $2";
const TAKE: &str = "UPDATE mandates SET used = used + $2 WHERE id = $1 AND used + $2 <= cards \
    RETURNING used";
const SET_SEAL: &str = "UPDATE mandates SET seal = $2 WHERE id = $1 AND used = $3";
const IDS: &str = "SELECT id FROM mandates ORDER BY id";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[INSERT, OPEN, LATEST, BY_ID, AFTER, IDS, TAKE, SET_SEAL];

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
    /// What `mandates.rs` wrote over the row but how many are used.
    pub tag: Vec<u8>,
    /// The seal of how many are used.
    pub seal: Option<Vec<u8>>,
}

const PURPOSE: &str = "mandate used";

impl Row {
    fn parts(&self) -> [Part<'_>; 2] {
        [(&self.id).into(), self.used.into()]
    }

    /// What the seal of how many are used says.
    pub fn judge(&self, register: &Register<'_>) -> Seal {
        register.judge(PURPOSE, &self.parts(), self.seal.as_deref())
    }
}

async fn set(tx: &mut Tx, register: &Register<'_>, id: &[u8], used: i64) -> Outcome<()> {
    let seal = register
        .seal(PURPOSE, &[Part::Bytes(id), used.into()])
        .to_vec();
    let touched = on!(tx, c => sqlx::query(SET_SEAL)
        .bind(id.to_vec()).bind(&seal).bind(used).execute(c).await?.rows_affected());
    one_row(touched)
}

/// Stores a new mandate.
pub async fn insert(tx: &mut Tx, register: &Register<'_>, row: &Row) -> Outcome<()> {
    let seal = register.seal(PURPOSE, &row.parts()).to_vec();
    on!(tx, c => sqlx::query(INSERT)
        .bind(&row.id).bind(&row.act).bind(&row.office).bind(row.cards).bind(row.begins).bind(row.ends)
        .bind(&row.proposal).bind(&row.tag).bind(&seal).execute(c).await?.rows_affected());
    Ok(())
}

/// Those of an office for that act which are not used up and not over, soonest over first.
pub async fn open(tx: &mut Tx, office: OfficeId, now: i64, act: &str) -> Outcome<Vec<Row>> {
    let found: Vec<Kept> = on!(tx, c => sqlx::query_as(OPEN)
        .bind(office.to_vec()).bind(now).bind(act).fetch_all(c).await?);
    Ok(readable(found))
}

/// A row in which a column holds what none of its kind can be is none.
type Kept = Found<Vec<u8>, Row>;

fn readable(found: Vec<Kept>) -> Vec<Row> {
    found.into_iter().filter_map(|found| found.row).collect()
}

/// The one with that id.
pub async fn by_id(tx: &mut Tx, id: MandateId) -> Outcome<Option<Row>> {
    Ok(on!(tx, c => sqlx::query_as(BY_ID).bind(id.to_vec()).fetch_optional(c).await?))
}

/// The last 50 of an office, but of bulk jobs.
pub async fn latest(tx: &mut Tx, office: OfficeId) -> Outcome<Vec<Row>> {
    let found: Vec<Kept> =
        on!(tx, c => sqlx::query_as(LATEST).bind(office.to_vec()).fetch_all(c).await?);
    Ok(readable(found))
}

/// Everybody's behind that id, for the check of the whole table.
pub(crate) async fn after(tx: &mut Tx, id: &[u8], limit: u32) -> Outcome<Vec<Kept>> {
    Ok(on!(tx, c => sqlx::query_as(AFTER)
        .bind(id.to_vec()).bind(i64::from(limit)).fetch_all(c).await?))
}

/// Sets cards aside. False where there are not so many any more.
pub async fn take(
    tx: &mut Tx,
    register: &Register<'_>,
    id: MandateId,
    cards: i64,
) -> Outcome<bool> {
    let used: Option<i64> = on!(tx, c => sqlx::query_scalar(TAKE)
        .bind(id.to_vec()).bind(cards).fetch_optional(c).await?);
    match used {
        Some(used) => set(tx, register, &id.to_vec(), used).await.map(|()| true),
        None => Ok(false),
    }
}

/// Seals those of the next rows after an id that have no seal; with `broken` those too whose seal does not fit. None:
/// there are no more rows.
pub async fn seal(
    tx: &mut Tx,
    register: &Register<'_>,
    behind: &[u8],
    limit: u32,
    broken: bool,
) -> Outcome<Option<Sealed<Vec<u8>>>> {
    let rows = after(tx, behind, limit).await?;
    let Some(last) = rows.last().map(|found| found.key.clone()) else {
        return Ok(None);
    };
    let mut done = Sealed::up_to(last);
    for found in rows {
        match (found.judge(|row| row.judge(register)), found.row) {
            (Seal::Fits, _) => {}
            (_, None) => done.left += 1,
            (Seal::Broken, _) if !broken => done.left += 1,
            // Whoever takes of it meanwhile has sealed it.
            (_, Some(row)) => match set(tx, register, &row.id, row.used).await {
                Ok(()) => done.sealed += 1,
                Err(Failure::Changed) => {}
                Err(failure) => return Err(failure),
            },
        }
    }
    Ok(Some(done))
}

/// All ids.
pub async fn ids(tx: &mut Tx) -> Outcome<Vec<Vec<u8>>> {
    Ok(on!(tx, c => sqlx::query_scalar(IDS).fetch_all(c).await?))
}
