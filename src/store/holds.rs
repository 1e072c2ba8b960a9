//! What the gate keeps from going out.

use super::register::{LENGTH, Part, Register, Seal};
use super::{Tx, fixed, on, one_row};
use crate::failure::Outcome;
use sqlx::{ColumnIndex, Decode, FromRow, Type};

const COLUMNS: &str = "SELECT what, kind, reason, mark, changes, releasable, since, released, seal FROM publish_holds \
    ORDER BY since, what";
const OF: &str = "SELECT what, kind, reason, mark, changes, releasable, since, released, seal FROM publish_holds \
    WHERE what = $1";
const PUT: &str = "INSERT INTO publish_holds (what, kind, reason, mark, changes, releasable, since, released, seal) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (what) DO UPDATE SET kind = excluded.kind, \
    reason = excluded.reason, mark = excluded.mark, changes = excluded.changes, releasable = excluded.releasable, \
    since = excluded.since, released = excluded.released, seal = excluded.seal";
const RELEASE: &str = "UPDATE publish_holds SET released = $2, seal = $3 \
    WHERE what = $1 AND seal = $4 AND releasable = 1 AND released IS NULL";
const END: &str = "DELETE FROM publish_holds WHERE what = $1";
const FORGET: &str = "DELETE FROM publish_holds";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[COLUMNS, OF, PUT, RELEASE, END, FORGET];

/// One thing that does not go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// The name of a status list, `trust`, `bundle`, or `tree ` and the place of a published tree.
    pub what: String,
    /// `list`, `trust`, `bundle` or `tree`.
    pub kind: String,
    /// Why.
    pub reason: String,
    /// SHA-256 of what may not go out in the place of what is out.
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

const PURPOSE: &str = "publish_holds";

impl Hold {
    fn parts(&self) -> [Part<'_>; 8] {
        [
            Part::Text(&self.what),
            Part::Text(&self.kind),
            Part::Text(&self.reason),
            Part::Bytes(&self.mark),
            self.changes.into(),
            i64::from(self.releasable).into(),
            self.since.into(),
            self.released.map_or(Part::Nothing, Part::Number),
        ]
    }

    fn seal(&self, register: &Register<'_>) -> [u8; LENGTH] {
        register.seal(PURPOSE, &self.parts())
    }
}

/// A hold as it stands in the database.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Of what.
    pub what: String,
    /// What the gate wrote; none: somebody else did.
    pub hold: Option<Hold>,
}

/// What to call a row whose name somebody else may have written: no text of theirs is passed on.
const NO_NAME: &str = "a row of another name";
/// Longer names are none of ours.
const LONGEST: usize = 300;
/// NIKs and KK numbers have so many: they are in none of ours.
const DIGITS: usize = 16;

impl Kept {
    /// Its name for people and for the trail.
    pub fn name(&self) -> &str {
        let plain = |c: char| c.is_ascii_alphanumeric() || ":/._- ".contains(c);
        let mut numbers = self.what.split(|c: char| !c.is_ascii_digit());
        let ours = self.hold.is_some()
            || (self.what.len() <= LONGEST
                && self.what.chars().all(plain)
                && numbers.all(|number| number.len() < DIGITS));
        if ours { &self.what } else { NO_NAME }
    }

    /// Whether it waits for somebody: a release that the gate did not write is none.
    pub fn is_held(&self) -> bool {
        self.hold
            .as_ref()
            .is_none_or(|hold| hold.released.is_none())
    }
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
    seal: Option<Vec<u8>>,
}

impl Row {
    fn ours(self, register: &Register<'_>) -> Option<Hold> {
        let hold = Hold {
            what: self.what,
            kind: self.kind,
            reason: self.reason,
            mark: fixed("publish_holds.mark", &self.mark).ok()?,
            changes: self.changes,
            releasable: self.releasable != 0,
            since: self.since,
            released: self.released,
        };
        let seal = register.judge(PURPOSE, &hold.parts(), self.seal.as_deref());
        (seal == Seal::Fits).then_some(hold)
    }
}

/// A row as it was found.
struct Found {
    what: String,
    /// None: a column holds what none of its kind can be.
    row: Option<Row>,
}

impl<'r, D> FromRow<'r, D> for Found
where
    D: sqlx::Row,
    usize: ColumnIndex<D>,
    String: Type<D::Database> + Decode<'r, D::Database>,
    Row: FromRow<'r, D>,
{
    fn from_row(row: &'r D) -> sqlx::Result<Self> {
        Ok(Self {
            what: row.try_get(0).unwrap_or_else(|_| NO_NAME.to_string()),
            row: Row::from_row(row).ok(),
        })
    }
}

impl Found {
    fn judged(self, register: &Register<'_>) -> Kept {
        Kept {
            what: self.what,
            hold: self.row.and_then(|row| row.ours(register)),
        }
    }
}

/// Everything held, and what was released and has not gone out yet.
pub async fn all(tx: &mut Tx, register: &Register<'_>) -> Outcome<Vec<Kept>> {
    let rows: Vec<Found> = on!(tx, c => sqlx::query_as(COLUMNS).fetch_all(c).await?);
    Ok(rows
        .into_iter()
        .map(|found| found.judged(register))
        .collect())
}

/// What is held of that name.
pub async fn of(tx: &mut Tx, register: &Register<'_>, what: &str) -> Outcome<Option<Kept>> {
    let row: Option<Found> = on!(tx, c => sqlx::query_as(OF).bind(what).fetch_optional(c).await?);
    Ok(row.map(|found| found.judged(register)))
}

/// Holds it, or says anew why.
pub async fn put(tx: &mut Tx, register: &Register<'_>, hold: &Hold) -> Outcome<()> {
    let seal = hold.seal(register).to_vec();
    on!(tx, c => sqlx::query(PUT)
        .bind(&hold.what).bind(&hold.kind).bind(&hold.reason).bind(hold.mark.to_vec()).bind(hold.changes)
        .bind(i64::from(hold.releasable)).bind(hold.since).bind(hold.released).bind(&seal)
        .execute(c).await?.rows_affected());
    Ok(())
}

/// Lets exactly that go out.
///
/// # Errors
/// [`crate::failure::Failure::Changed`] where it is held for something else by now.
pub async fn release(tx: &mut Tx, register: &Register<'_>, hold: &Hold, at: i64) -> Outcome<()> {
    let released = Hold {
        released: Some(at),
        ..hold.clone()
    };
    let (seal, before) = (
        released.seal(register).to_vec(),
        hold.seal(register).to_vec(),
    );
    let touched = on!(tx, c => sqlx::query(RELEASE)
        .bind(&hold.what).bind(at).bind(&seal).bind(&before).execute(c).await?.rows_affected());
    one_row(touched)
}

/// It went out.
pub async fn end(tx: &mut Tx, what: &str) -> Outcome<()> {
    on!(tx, c => sqlx::query(END).bind(what).execute(c).await?.rows_affected());
    Ok(())
}

/// What is held under a `data.key` that was lost; the gate finds it anew.
pub async fn forget(tx: &mut Tx) -> Outcome<()> {
    on!(tx, c => sqlx::query(FORGET).execute(c).await?.rows_affected());
    Ok(())
}
