//! The population register's people. Whoever reads them to act on what they say gets those whose seal fits
//! ([`super::register`]).

mod row;

use super::locks::{self, Row as Lock};
use super::register::{Register, Seal, Sealed};
use super::{Tx, on};
use crate::domain::person::Person;
use crate::failure::{Failure, Outcome};
use credential::date::Date;
use credential::ids::{Nik, NomorKk};
pub(super) use row::{Kept, Row};
use std::collections::HashMap;

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
const BY_NIK: &str = "SELECT * FROM persons WHERE nik = $1 AND status_dasar = 1";
const ANY_BY_NIK: &str = "SELECT * FROM persons WHERE nik = $1 AND status_dasar IN (1, 3)";
const WHATEVER_BY_NIK: &str = "SELECT * FROM persons WHERE nik = $1";
const SET_SEAL: &str = "UPDATE persons SET seal = $2 WHERE nik = $1";
const SET_SEALS: &str = "UPDATE persons SET seal = given.seal \
    FROM UNNEST($1::BIGINT[], $2::BYTEA[]) AS given (nik, seal) WHERE persons.nik = given.nik";
const PAGE: &str = "SELECT * FROM persons WHERE nik > $1 ORDER BY nik LIMIT $2";
const PAGE_TAKEN: &str =
    "SELECT * FROM persons WHERE nik > $1 ORDER BY nik LIMIT $2 FOR NO KEY UPDATE";
const LAST_SERIAL: &str = "SELECT MAX(nik) FROM persons WHERE nik BETWEEN $1 AND $2";
const FAMILY: &str = "SELECT * FROM persons WHERE nomor_kk = $1 AND status_dasar = 1 ORDER BY shdk, tanggal_lahir, nik LIMIT 41";
const THOSE_SQLITE: &str =
    "SELECT * FROM persons WHERE nik IN (SELECT value FROM json_each($1)) AND status_dasar = 1";
const THOSE_POSTGRES: &str =
    "SELECT * FROM persons WHERE nik = ANY($1::BIGINT[]) AND status_dasar = 1";
const FAMILIES_SQLITE: &str = "SELECT * FROM persons WHERE nomor_kk IN (SELECT value FROM json_each($1)) \
    AND status_dasar = 1 ORDER BY nomor_kk, shdk, tanggal_lahir, nik";
const FAMILIES_POSTGRES: &str = "SELECT * FROM persons WHERE nomor_kk = ANY($1::BIGINT[]) \
    AND status_dasar = 1 ORDER BY nomor_kk, shdk, tanggal_lahir, nik";
// The person with that NIK or, where there is none, the next one: a hit and a miss read one row each, so that they take
// the same time.
const AT_OR_AFTER: &str = "SELECT p.nik, p.nomor_kk, p.tanggal_lahir, p.status_dasar FROM (SELECT 1 AS one) AS always \
    LEFT JOIN persons AS p ON p.nik = COALESCE(\
    (SELECT nik FROM persons WHERE nik >= $1 ORDER BY nik LIMIT 1), \
    (SELECT nik FROM persons WHERE nik < $1 ORDER BY nik DESC LIMIT 1))";
const COUNT: &str = "SELECT COUNT(*) FROM persons";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[
    INSERT,
    UPDATE,
    BY_NIK,
    ANY_BY_NIK,
    WHATEVER_BY_NIK,
    SET_SEAL,
    PAGE,
    LAST_SERIAL,
    FAMILY,
    AT_OR_AFTER,
    COUNT,
];

/// Statements for one engine alone.
#[cfg(test)]
pub const SQLITE_ONLY: &[&str] = &[THOSE_SQLITE, FAMILIES_SQLITE];
/// Statements for one engine alone.
#[cfg(test)]
pub const POSTGRES_ONLY: &[&str] = &[THOSE_POSTGRES, FAMILIES_POSTGRES, SET_SEALS, PAGE_TAKEN];

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
    super::one_row(updated).map(|()| stored)
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
    super::one_row(write(tx, register, UPDATE, &row).await?)
}

/// The person with that NIK, also where they moved away.
///
/// # Errors
/// Of this and all that follow: [`Failure::Altered`] where this service did not write a row.
pub async fn present_or_moved(
    tx: &mut Tx,
    register: &Register<'_>,
    nik: Nik,
) -> Outcome<Option<Person>> {
    one(tx, register, ANY_BY_NIK, nik).await
}

async fn one(
    tx: &mut Tx,
    register: &Register<'_>,
    sql: &'static str,
    nik: Nik,
) -> Outcome<Option<Person>> {
    let nik = nik.as_u64() as i64;
    let row: Option<Kept> = on!(tx, c => sqlx::query_as(sql).bind(nik).fetch_optional(c).await?);
    row.map(|row| row.person(register)).transpose()
}

/// The highest NIK of those that begin with the same twelve digits (`first` ends in 0001).
pub async fn last_of_serial(tx: &mut Tx, first: u64) -> Outcome<Option<u64>> {
    let last: Option<i64> = on!(tx, c => sqlx::query_scalar(LAST_SERIAL)
        .bind(first as i64).bind((first + 9998) as i64).fetch_one(c).await?);
    Ok(last.and_then(|nik| u64::try_from(nik).ok()))
}

/// The person with that NIK who lives here.
pub async fn by_nik(tx: &mut Tx, register: &Register<'_>, nik: Nik) -> Outcome<Option<Person>> {
    one(tx, register, BY_NIK, nik).await
}

/// The members of a family card, head first, one more than a card may have at most.
pub async fn family(tx: &mut Tx, register: &Register<'_>, number: NomorKk) -> Outcome<Vec<Person>> {
    let number = number.as_u64() as i64;
    let rows: Vec<Kept> = on!(tx, c => sqlx::query_as(FAMILY).bind(number).fetch_all(c).await?);
    rows.into_iter().map(|row| row.person(register)).collect()
}

/// Those of these NIKs who live here and whose row counts, in no order.
pub async fn by_niks(tx: &mut Tx, register: &Register<'_>, niks: &[i64]) -> Outcome<Vec<Person>> {
    let rows = several(tx, THOSE_SQLITE, THOSE_POSTGRES, niks).await?;
    let people = rows.into_iter().map(|row| row.person(register));
    Ok(people.flatten().collect())
}

/// The members of these family cards, head first. A card may have at most 40; who has more members gets none. A family
/// is not there where the row of one of them does not count.
pub async fn families(
    tx: &mut Tx,
    register: &Register<'_>,
    numbers: &[i64],
) -> Outcome<HashMap<NomorKk, Vec<Person>>> {
    let mut families: HashMap<i64, Outcome<Vec<Person>>> = HashMap::new();
    for row in several(tx, FAMILIES_SQLITE, FAMILIES_POSTGRES, numbers).await? {
        // Whose family it is cannot be told, so none of them is known to be whole.
        let Some(number) = row.nomor_kk else {
            return Ok(HashMap::new());
        };
        let family = families.entry(number).or_insert(Ok(Vec::new()));
        match (row.person(register), &mut *family) {
            (Ok(person), Ok(members)) => members.push(person),
            (Err(failure), _) => *family = Err(failure),
            (Ok(_), Err(_)) => {}
        }
    }
    let whole = families.into_values().flatten();
    let numbered = whole.filter_map(|members| Some((members.first()?.nomor_kk, members)));
    Ok(numbered.collect())
}

async fn several(
    tx: &mut Tx,
    on_sqlite: &'static str,
    on_postgres: &'static str,
    numbers: &[i64],
) -> Outcome<Vec<Kept>> {
    Ok(match tx {
        Tx::Sqlite(c) => {
            let numbers = super::json(numbers)?;
            sqlx::query_as(on_sqlite)
                .bind(numbers)
                .fetch_all(&mut **c)
                .await?
        }
        Tx::Postgres(c) => {
            sqlx::query_as(on_postgres)
                .bind(numbers)
                .fetch_all(&mut **c)
                .await?
        }
    })
}

/// Whether there is a row of that NIK which this service did not write as it is.
pub async fn is_altered(tx: &mut Tx, register: &Register<'_>, nik: Nik) -> Outcome<bool> {
    let nik = nik.as_u64() as i64;
    let row: Option<Kept> =
        on!(tx, c => sqlx::query_as(WHATEVER_BY_NIK).bind(nik).fetch_optional(c).await?);
    Ok(row.is_some_and(|row| row.admitted(register).is_err()))
}

/// What the seal of each of the next rows after a NIK says, for the check of the database.
pub async fn judged(
    tx: &mut Tx,
    register: &Register<'_>,
    after: i64,
    limit: u32,
) -> Outcome<Vec<(i64, Seal)>> {
    let rows = page(tx, after, limit).await?;
    let judged = rows.iter().map(|row| (row.nik, row.judge(register)));
    Ok(judged.collect())
}

async fn page(tx: &mut Tx, after: i64, limit: u32) -> Outcome<Vec<Kept>> {
    let limit = i64::from(limit);
    Ok(on!(tx, c => sqlx::query_as(PAGE).bind(after).bind(limit).fetch_all(c).await?))
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

/// Whether the register has that person in that family, born on that day.
pub async fn matches(tx: &mut Tx, nik: Nik, number: NomorKk, born: Date) -> Outcome<bool> {
    let found = at_or_after(tx, nik).await?;
    let wanted = [
        Some(nik.as_u64() as i64),
        Some(number.as_u64() as i64),
        Some(i64::from(born.days())),
        PRESENT,
    ];
    // All of it is compared, whatever differs first.
    let same = found.iter().zip(&wanted).map(|(a, b)| a == b);
    Ok(same.fold(true, |all, one| all & one))
}

/// Whether the register has that person.
pub async fn lives(tx: &mut Tx, nik: Nik) -> Outcome<bool> {
    let [found, _, _, status] = at_or_after(tx, nik).await?;
    let wanted = Some(nik.as_u64() as i64);
    Ok((found == wanted) & (status == PRESENT))
}

/// `status_dasar` of who is in the register.
const PRESENT: Option<i64> = Some(1);

/// NIK, family card, date of birth and status of the person at or after a NIK.
async fn at_or_after(tx: &mut Tx, nik: Nik) -> Outcome<[Option<i64>; 4]> {
    let nik = nik.as_u64() as i64;
    let row: (Option<i64>, Option<i64>, Option<i64>, Option<i64>) = on!(tx, c => sqlx::query_as(AT_OR_AFTER)
        .bind(nik).fetch_one(c).await?);
    Ok([row.0, row.1, row.2, row.3])
}

/// How many there are.
pub async fn count(tx: &mut Tx) -> Outcome<i64> {
    Ok(on!(tx, c => sqlx::query_scalar(COUNT).fetch_one(c).await?))
}
