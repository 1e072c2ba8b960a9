//! Rows under a seal that is renewed with each change of them: what belongs to applications and people, and somebody with
//! root could change unseen. Of each its columns but those that are sealed by themselves and open in their place alone.
//! The check of the database judges them; phones and activations are judged too before credentials are signed for them.

use super::register::{Found, LENGTH, Part, Register, Seal, Sealed};
use super::{Tx, on, one_row};
use crate::failure::{Failure, Outcome};
use sqlx::{ColumnIndex, Decode, FromRow, Type};

/// A table of such rows. Its key is `id`.
pub struct Rows {
    /// Its name, which is what its seals are for.
    pub table: &'static str,
    one: &'static str,
    page: &'static str,
    set: &'static str,
    hold: &'static str,
}

macro_rules! rows {
    ($table:literal: $columns:literal) => {
        Rows {
            table: $table,
            one: concat!(
                "SELECT id, ",
                $columns,
                ", seal FROM ",
                $table,
                " WHERE id = $1"
            ),
            page: concat!(
                "SELECT id, ",
                $columns,
                ", seal FROM ",
                $table,
                " WHERE id > $1 ORDER BY id LIMIT $2"
            ),
            set: concat!("UPDATE ", $table, " SET seal = $2 WHERE id = $1"),
            hold: concat!("UPDATE ", $table, " SET seal = seal WHERE id = $1"),
        }
    };
}

// The order of the columns is what old seals are over.
/// Steps of applications.
pub static EVENTS: Rows = rows!("application_events": "application, at, act, actor, state");
/// Files of applications.
pub static ATTACHMENTS: Rows =
    rows!("attachments": "application, slug, media_type, size, hash, created");
/// Appointments.
pub static APPOINTMENTS: Rows =
    rows!("appointments": "application, office, starts, seat, state, created, officer");
/// Citizens' accounts.
pub static ACCOUNTS: Rows = rows!("accounts": "nik_index, contact_index, created, changed");
/// Phones.
pub static DEVICES: Rows = rows!("devices": "subject_index, key, label, office, created, renewed, state, since, \
        CAST(CASE WHEN face IS NULL THEN 0 ELSE 1 END AS BIGINT)");
/// Activations of phones.
pub static ACTIVATIONS: Rows = rows!("activations": "code_hash, subject_index, office, officer, created, expires, state, device, \
        CAST(CASE WHEN face IS NULL THEN 0 ELSE 1 END AS BIGINT)");
/// What is to be told, but for how far that is.
pub static OUTBOX: Rows = rows!("outbox": "cause, lane, turn, application, office, stage, agency, after, through, created");

/// All of them.
pub static ALL_ROWS: [&Rows; 7] = [
    &EVENTS,
    &ATTACHMENTS,
    &APPOINTMENTS,
    &ACCOUNTS,
    &DEVICES,
    &ACTIVATIONS,
    &OUTBOX,
];

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub fn all() -> impl Iterator<Item = &'static str> {
    let texts = |rows: &'static Rows| [rows.one, rows.page, rows.set, rows.hold];
    ALL_ROWS.iter().copied().flat_map(texts)
}

/// A value of a column, of whichever kind it is.
enum Value {
    Number(i64),
    Text(String),
    Bytes(Vec<u8>),
    Nothing,
}

impl Value {
    fn part(&self) -> Part<'_> {
        match self {
            Self::Number(number) => (*number).into(),
            Self::Text(text) => text.into(),
            Self::Bytes(bytes) => bytes.into(),
            Self::Nothing => Part::Nothing,
        }
    }
}

/// The columns, the key among them, and the seal.
struct Row {
    columns: Vec<Value>,
    seal: Option<Vec<u8>>,
}

impl<'r, D> FromRow<'r, D> for Row
where
    D: sqlx::Row,
    usize: ColumnIndex<D>,
    Option<i64>: Type<D::Database> + Decode<'r, D::Database>,
    Option<String>: Type<D::Database> + Decode<'r, D::Database>,
    Option<Vec<u8>>: Type<D::Database> + Decode<'r, D::Database>,
{
    fn from_row(row: &'r D) -> sqlx::Result<Self> {
        let last = row.len().saturating_sub(1);
        let column = |at: usize| -> sqlx::Result<Value> {
            if let Ok(number) = row.try_get::<Option<i64>, _>(at) {
                return Ok(number.map_or(Value::Nothing, Value::Number));
            }
            if let Ok(text) = row.try_get::<Option<String>, _>(at) {
                return Ok(text.map_or(Value::Nothing, Value::Text));
            }
            let bytes = row.try_get::<Option<Vec<u8>>, _>(at)?;
            Ok(bytes.map_or(Value::Nothing, Value::Bytes))
        };
        Ok(Self {
            columns: (0..last).map(column).collect::<sqlx::Result<_>>()?,
            seal: row.try_get(last)?,
        })
    }
}

/// A row that is being changed.
#[must_use]
pub(super) struct Changing {
    rows: &'static Rows,
    row: Option<Vec<u8>>,
}

impl Changing {
    /// Seals it as it stands now.
    pub(super) async fn after(self, tx: &mut Tx, register: &Register<'_>) -> Outcome<()> {
        match self.row {
            Some(id) => self.rows.renew(tx, register, &id).await,
            None => Ok(()),
        }
    }
}

type Kept = Found<Vec<u8>, Row>;

impl Row {
    fn parts(&self) -> Vec<Part<'_>> {
        self.columns.iter().map(Value::part).collect()
    }
}

impl Rows {
    async fn one(&self, tx: &mut Tx, id: &[u8]) -> Outcome<Option<Kept>> {
        Ok(on!(tx, c => sqlx::query_as(self.one).bind(id.to_vec()).fetch_optional(c).await?))
    }

    async fn page(&self, tx: &mut Tx, after: &[u8], limit: u32) -> Outcome<Vec<Kept>> {
        let limit = i64::from(limit);
        Ok(
            on!(tx, c => sqlx::query_as(self.page).bind(after.to_vec()).bind(limit).fetch_all(c).await?),
        )
    }

    fn judge_row(&self, register: &Register<'_>, row: &Row) -> Seal {
        register.judge(self.table, &row.parts(), row.seal.as_deref())
    }

    async fn set(&self, tx: &mut Tx, register: &Register<'_>, id: &[u8], row: &Row) -> Outcome<()> {
        let seal: [u8; LENGTH] = register.seal(self.table, &row.parts());
        let touched = on!(tx, c => sqlx::query(self.set).bind(id.to_vec()).bind(seal.to_vec()).execute(c).await?
            .rows_affected());
        one_row(touched)
    }

    /// Seals a row that was written just now, in the same transaction.
    ///
    /// # Errors
    /// [`Failure::Altered`] where a column holds what none of its kind can be.
    pub(super) async fn renew(
        &self,
        tx: &mut Tx,
        register: &Register<'_>,
        id: &[u8],
    ) -> Outcome<()> {
        match self.one(tx, id).await? {
            Some(Found { row: Some(row), .. }) => self.set(tx, register, id, &row).await,
            Some(_) => Err(Failure::Altered(self.table)),
            None => Ok(()),
        }
    }

    /// Whether a row is as it was sealed, or may do without a seal; none: there is no such row. Nobody else changes it
    /// until the end of the transaction: what is sealed afterwards is what was judged.
    async fn fits(&self, tx: &mut Tx, register: &Register<'_>, id: &[u8]) -> Outcome<Option<bool>> {
        self.held(tx, id).await?;
        let found = self.one(tx, id).await?;
        let judge = |found: Kept| found.judge(|row| self.judge_row(register, row));
        Ok(found.map(|found| register.admits(judge(found))))
    }

    /// Refuses to act on a row that is not as it was sealed. Before it is read: nobody else changes it until the end of
    /// the transaction.
    ///
    /// # Errors
    /// [`Failure::Altered`].
    pub async fn must_fit(&self, tx: &mut Tx, register: &Register<'_>, id: &[u8]) -> Outcome<()> {
        match self.fits(tx, register, id).await? {
            Some(false) => Err(Failure::Altered(self.table)),
            _ => Ok(()),
        }
    }

    /// Before a row is changed: whether it is sealed anew afterwards. One that somebody else changed is not: it would be
    /// no fault any more.
    pub(super) async fn before(
        &'static self,
        tx: &mut Tx,
        register: &Register<'_>,
        id: &[u8],
    ) -> Outcome<Changing> {
        let fits = self.fits(tx, register, id).await? == Some(true);
        Ok(Changing {
            rows: self,
            row: fits.then(|| id.to_vec()),
        })
    }

    /// Whether there is a row of that id.
    pub async fn is_there(&self, tx: &mut Tx, id: &[u8]) -> Outcome<bool> {
        Ok(self.one(tx, id).await?.is_some())
    }

    /// Seals one row as it stands.
    pub async fn accept(&self, tx: &mut Tx, register: &Register<'_>, id: &[u8]) -> Outcome<()> {
        self.held(tx, id).await?;
        self.renew(tx, register, id).await
    }

    /// Whoever changes it just now has ended then. SQLite has one writer alone.
    async fn held(&self, tx: &mut Tx, id: &[u8]) -> Outcome<()> {
        if let Tx::Postgres(c) = tx {
            let hold = sqlx::query(self.hold).bind(id.to_vec());
            hold.execute(&mut **c).await?;
        }
        Ok(())
    }

    /// What the seal of each of the next rows after an id says.
    pub async fn judged(
        &self,
        tx: &mut Tx,
        register: &Register<'_>,
        after: &[u8],
        limit: u32,
    ) -> Outcome<Vec<(Vec<u8>, Seal)>> {
        let page = self.page(tx, after, limit).await?.into_iter();
        let judged = page.map(|found| {
            let seal = found.judge(|row| self.judge_row(register, row));
            (found.key, seal)
        });
        Ok(judged.collect())
    }

    /// Seals those of the next rows after an id that have no seal; with `broken` those too whose seal does not fit. None:
    /// there are no more rows.
    pub async fn seal(
        &self,
        tx: &mut Tx,
        register: &Register<'_>,
        after: &[u8],
        limit: u32,
        broken: bool,
    ) -> Outcome<Option<Sealed<Vec<u8>>>> {
        let page = self.page(tx, after, limit).await?;
        let Some(last) = page.last().map(|found| found.key.clone()) else {
            return Ok(None);
        };
        let mut done = Sealed::up_to(last);
        for Found { key: id, .. } in &page {
            self.held(tx, id).await?;
            let Some(found) = self.one(tx, id).await? else {
                continue;
            };
            match (found.judge(|row| self.judge_row(register, row)), found.row) {
                (Seal::Fits, _) => {}
                (Seal::Broken, Some(_)) if !broken => done.left += 1,
                (_, Some(row)) => {
                    self.set(tx, register, id, &row).await?;
                    done.sealed += 1;
                }
                (_, None) => done.left += 1,
            }
        }
        Ok(Some(done))
    }
}
