//! Names of regions, each under a seal ([`super::register`]).

use super::register::{Found, Part, Register, Seal, Sealed};
use super::{Tx, on};
use crate::failure::{Failure, Outcome};
use credential::ids::KodeWilayah;

const PURPOSE: &str = "register region";

const UPSERT: &str = "INSERT INTO regions (kode, nama, updated, seal) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (kode) DO UPDATE SET nama = excluded.nama, updated = excluded.updated, seal = excluded.seal";
const NAME: &str = "SELECT kode, nama, updated, seal FROM regions WHERE kode = $1";
const KNOWN: &str = "SELECT COUNT(*) FROM regions WHERE kode = $1";
const PAGE: &str =
    "SELECT kode, nama, updated, seal FROM regions WHERE kode > $1 ORDER BY kode LIMIT $2";
const SET_SEAL: &str =
    "UPDATE regions SET seal = $2 WHERE kode = $1 AND nama = $3 AND updated = $4";
const COUNT: &str = "SELECT COUNT(*) FROM regions";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[UPSERT, NAME, KNOWN, PAGE, SET_SEAL, COUNT];

/// A row as the table has it.
#[derive(sqlx::FromRow)]
struct Row {
    kode: String,
    nama: String,
    updated: i64,
    seal: Option<Vec<u8>>,
}

impl Row {
    fn parts(&self) -> [Part<'_>; 3] {
        [
            (&self.kode).into(),
            (&self.nama).into(),
            self.updated.into(),
        ]
    }

    fn judge(&self, register: &Register<'_>) -> Seal {
        register.judge(PURPOSE, &self.parts(), self.seal.as_deref())
    }

    fn own_seal(&self, register: &Register<'_>) -> Vec<u8> {
        register.seal(PURPOSE, &self.parts()).to_vec()
    }
}

/// Stores a name; a known code takes the new name.
pub async fn upsert(
    tx: &mut Tx,
    register: &Register<'_>,
    kode: KodeWilayah,
    nama: &str,
    now: i64,
) -> Outcome<()> {
    let row = Row {
        kode: kode.digits().to_string(),
        nama: nama.to_string(),
        updated: now,
        seal: None,
    };
    let seal = row.own_seal(register);
    on!(tx, c => sqlx::query(UPSERT).bind(&row.kode).bind(&row.nama).bind(now).bind(&seal).execute(c).await?
        .rows_affected());
    Ok(())
}

/// Whether there is a row of a code.
pub async fn is_known(tx: &mut Tx, kode: KodeWilayah) -> Outcome<bool> {
    let rows: i64 = on!(tx, c => sqlx::query_scalar(KNOWN).bind(kode.digits()).fetch_one(c).await?);
    Ok(rows > 0)
}

/// The name of a code, given as digits.
///
/// # Errors
/// [`Failure::Altered`] where this service did not write the row.
pub async fn name(tx: &mut Tx, register: &Register<'_>, digits: &str) -> Outcome<Option<String>> {
    let found: Option<Found<String, Row>> =
        on!(tx, c => sqlx::query_as(NAME).bind(digits).fetch_optional(c).await?);
    let Some(found) = found else { return Ok(None) };
    match found.row {
        Some(row) if register.admits(row.judge(register)) => Ok(Some(row.nama)),
        _ => {
            tracing::error!(region = %found.key, "region refused: the row was not written by this service");
            Err(Failure::Altered("regions"))
        }
    }
}

/// What the seal of each of the next rows after a code says, for the check of the database.
pub async fn judged(
    tx: &mut Tx,
    register: &Register<'_>,
    after: &str,
    limit: u32,
) -> Outcome<Vec<(String, Seal)>> {
    let rows = page(tx, after, limit).await?.into_iter();
    let judged = rows.map(|found| {
        let seal = found.judge(|row| row.judge(register));
        (found.key, seal)
    });
    Ok(judged.collect())
}

async fn page(tx: &mut Tx, after: &str, limit: u32) -> Outcome<Vec<Found<String, Row>>> {
    let limit = i64::from(limit);
    Ok(on!(tx, c => sqlx::query_as(PAGE).bind(after).bind(limit).fetch_all(c).await?))
}

/// Seals those of the next rows after a code that have no seal; with `broken` those too whose seal does not fit. None:
/// there are no more rows.
pub async fn seal(
    tx: &mut Tx,
    register: &Register<'_>,
    after: &str,
    limit: u32,
    broken: bool,
) -> Outcome<Option<Sealed<String>>> {
    let rows = page(tx, after, limit).await?;
    let Some(last) = rows.last().map(|found| found.key.clone()) else {
        return Ok(None);
    };
    let mut done = Sealed::up_to(last);
    for found in rows {
        match (found.judge(|row| row.judge(register)), found.row) {
            (Seal::Fits, _) => {}
            (Seal::Missing, Some(row)) => done.sealed += set(tx, register, &row).await?,
            (Seal::Broken, Some(row)) if broken => done.sealed += set(tx, register, &row).await?,
            _ => done.left += 1,
        }
    }
    Ok(Some(done))
}

/// Whoever imports it anew meanwhile has sealed it.
async fn set(tx: &mut Tx, register: &Register<'_>, row: &Row) -> Outcome<u64> {
    let seal = row.own_seal(register);
    Ok(
        on!(tx, c => sqlx::query(SET_SEAL).bind(&row.kode).bind(&seal).bind(&row.nama).bind(row.updated).execute(c)
        .await?.rows_affected()),
    )
}

/// How many there are.
pub async fn count(tx: &mut Tx) -> Outcome<i64> {
    Ok(on!(tx, c => sqlx::query_scalar(COUNT).fetch_one(c).await?))
}
