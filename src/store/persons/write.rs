//! Writing the register's people: each row with its seal, and none over a row that does not fit.

use super::row::{Kept, Row};
use super::{WHATEVER_BY_NIK, page};
use crate::domain::person::Person;
use crate::failure::{Failure, Outcome};
use crate::store::locks::{self, Row as Lock};
use crate::store::register::{Register, Seal, Sealed};
use crate::store::{Tx, on, one_row};
use credential::ids::Nik;

const INSERT: &str = "INSERT INTO persons (nik, nomor_kk, nama, tempat_lahir, tanggal_lahir, jenis_kelamin, \
    golongan_darah, agama, status_perkawinan, tanggal_perkawinan, pekerjaan, pendidikan, shdk, kewarganegaraan, \
    no_paspor, no_kitap, berlaku_hingga, ayah, ibu, alamat, rt, rw, kode_pos, kode_wilayah, kelurahan, kecamatan, \
    kabupaten, provinsi, updated, status_dasar, seal) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, \
    $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31) ON CONFLICT (nik) DO NOTHING";
const UPDATE: &str = "UPDATE persons SET nomor_kk = $2, nama = $3, tempat_lahir = $4, tanggal_lahir = $5, \
    jenis_kelamin = $6, golongan_darah = $7, agama = $8, status_perkawinan = $9, tanggal_perkawinan = $10, \
    pekerjaan = $11, pendidikan = $12, shdk = $13, kewarganegaraan = $14, no_paspor = $15, no_kitap = $16, \
    berlaku_hingga = $17, ayah = $18, ibu = $19, alamat = $20, rt = $21, rw = $22, kode_pos = $23, \
    kode_wilayah = $24, kelurahan = $25, kecamatan = $26, kabupaten = $27, provinsi = $28, updated = $29, status_dasar = $30, \
    seal = $31 WHERE nik = $1";
const SET_SEAL: &str = "UPDATE persons SET seal = $2 WHERE nik = $1";
const SET_SEALS: &str = "UPDATE persons SET seal = given.seal \
    FROM UNNEST($1::BIGINT[], $2::BYTEA[]) AS given (nik, seal) WHERE persons.nik = given.nik";
const PAGE_TAKEN: &str =
    "SELECT * FROM persons WHERE nik > $1 ORDER BY nik LIMIT $2 FOR NO KEY UPDATE";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[INSERT, UPDATE, SET_SEAL];

/// Statements for one engine alone.
#[cfg(test)]
pub const POSTGRES_ONLY: &[&str] = &[SET_SEALS, PAGE_TAKEN];

/// Whether a person was new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// New.
    Inserted,
    /// The NIK was known; its row says now what was given.
    Updated,
    /// The NIK was known from a row that this service did not write; it says now what was given, and nothing else.
    Replaced,
}

macro_rules! bound {
    ($sql:expr, $row:expr) => {
        sqlx::query($sql)
            .bind($row.nik)
            .bind($row.nomor_kk)
            .bind(&$row.nama)
            .bind(&$row.tempat_lahir)
            .bind($row.tanggal_lahir)
            .bind($row.jenis_kelamin)
            .bind($row.golongan_darah)
            .bind($row.agama)
            .bind($row.status_perkawinan)
            .bind($row.tanggal_perkawinan)
            .bind($row.pekerjaan)
            .bind($row.pendidikan)
            .bind($row.shdk)
            .bind(&$row.kewarganegaraan)
            .bind(&$row.no_paspor)
            .bind(&$row.no_kitap)
            .bind($row.berlaku_hingga)
            .bind(&$row.ayah)
            .bind(&$row.ibu)
            .bind(&$row.alamat)
            .bind($row.rt)
            .bind($row.rw)
            .bind($row.kode_pos)
            .bind(&$row.kode_wilayah)
            .bind(&$row.kelurahan)
            .bind(&$row.kecamatan)
            .bind(&$row.kabupaten)
            .bind(&$row.provinsi)
            .bind($row.updated)
            .bind($row.status_dasar)
    };
}

/// Writes a row with its seal; how many were written.
async fn write(tx: &mut Tx, register: &Register<'_>, sql: &'static str, row: &Row) -> Outcome<u64> {
    let seal = row.seal(register).to_vec();
    Ok(on!(tx, c => bound!(sql, row).bind(&seal).execute(c).await?.rows_affected()))
}

/// Stores a person; a known NIK takes the new data, and stays here, dead or gone. `anew` replaces a row that this service
/// did not write by one that says nothing of it: somebody who lives here.
///
/// # Errors
/// [`Failure::Altered`] where this service did not write the row that is there, unless `anew`.
pub async fn upsert(
    tx: &mut Tx,
    register: &Register<'_>,
    person: &Person,
    now: i64,
    anew: bool,
) -> Outcome<Stored> {
    let row = Row::of(person, now, Standing::Present.code());
    if write(tx, register, INSERT, &row).await? == 1 {
        return Ok(Stored::Inserted);
    }
    let (row, stored) = match taken(tx, person.nik).await?.admitted(register) {
        Ok(known) => (Row::of(person, now, known.status_dasar), Stored::Updated),
        Err(Failure::Altered(_)) if anew => (row, Stored::Replaced),
        Err(failure) => return Err(failure),
    };
    let updated = write(tx, register, UPDATE, &row).await?;
    one_row(updated).map(|()| stored)
}

/// The row, for nobody else to write before this transaction ends.
async fn taken(tx: &mut Tx, nik: Nik) -> Outcome<Kept> {
    locks::row(tx, Lock::Person(nik)).await?;
    let nik = nik.as_u64() as i64;
    let row: Option<Kept> =
        on!(tx, c => sqlx::query_as(WHATEVER_BY_NIK).bind(nik).fetch_optional(c).await?);
    row.ok_or(Failure::Changed)
}

/// SIAK's status dasar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Lives here.
    Present,
    /// Dead.
    Dead,
    /// Moved away.
    Moved,
}

impl Standing {
    fn code(self) -> i64 {
        match self {
            Self::Present => 1,
            Self::Dead => 2,
            Self::Moved => 3,
        }
    }
}

/// Says whether a person lives here, is dead, or moved away.
///
/// # Errors
/// [`Failure::Altered`] where this service did not write the row.
pub async fn set_standing(
    tx: &mut Tx,
    register: &Register<'_>,
    nik: Nik,
    standing: Standing,
) -> Outcome<()> {
    let mut row = taken(tx, nik).await?.admitted(register)?;
    row.status_dasar = standing.code();
    one_row(write(tx, register, UPDATE, &row).await?)
}

/// Seals those of the next rows after a NIK that have no seal; with `broken` those too whose seal does not fit. None:
/// there are no more rows.
pub async fn seal(
    tx: &mut Tx,
    register: &Register<'_>,
    after: i64,
    limit: u32,
    broken: bool,
) -> Outcome<Option<Sealed<i64>>> {
    let rows: Vec<Kept> = match tx {
        Tx::Sqlite(_) => page(tx, after, limit).await?,
        // Whoever changes one of them waits.
        Tx::Postgres(c) => {
            let query = sqlx::query_as(PAGE_TAKEN)
                .bind(after)
                .bind(i64::from(limit));
            query.fetch_all(&mut **c).await?
        }
    };
    let Some(last) = rows.last().map(|row| row.nik) else {
        return Ok(None);
    };
    let (mut niks, mut seals) = (Vec::new(), Vec::new());
    let mut done = Sealed::up_to(last);
    for row in &rows {
        match (row.judge(register), row.own_seal(register)) {
            (Seal::Fits, _) => {}
            (Seal::Missing, Some(seal)) => {
                niks.push(row.nik);
                seals.push(seal.to_vec());
            }
            (Seal::Broken, Some(seal)) if broken => {
                niks.push(row.nik);
                seals.push(seal.to_vec());
            }
            _ => done.left += 1,
        }
    }
    done.sealed = niks.len() as u64;
    match tx {
        Tx::Sqlite(c) => {
            for (nik, seal) in niks.iter().zip(&seals) {
                let query = sqlx::query(SET_SEAL).bind(nik).bind(seal);
                query.execute(&mut **c).await?;
            }
        }
        Tx::Postgres(c) => {
            let query = sqlx::query(SET_SEALS).bind(&niks).bind(&seals);
            query.execute(&mut **c).await?;
        }
    }
    Ok(Some(done))
}
