//! The population register's people.

use super::{Tx, on, parsed};
use crate::domain::person::Person;
use crate::failure::{Failure, Outcome};
use credential::date::Date;
use credential::document::Country;
use credential::ids::{KodeWilayah, Nik, NomorKk};
use sqlx::{ColumnIndex, Decode, FromRow, Type};
use std::collections::HashMap;

const INSERT: &str = "INSERT INTO persons (nik, nomor_kk, nama, tempat_lahir, tanggal_lahir, jenis_kelamin, \
    golongan_darah, agama, status_perkawinan, tanggal_perkawinan, pekerjaan, pendidikan, shdk, kewarganegaraan, \
    no_paspor, no_kitap, berlaku_hingga, ayah, ibu, alamat, rt, rw, kode_pos, kode_wilayah, kelurahan, kecamatan, \
    kabupaten, provinsi, updated) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, \
    $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29) ON CONFLICT (nik) DO NOTHING";
const UPDATE: &str = "UPDATE persons SET nomor_kk = $2, nama = $3, tempat_lahir = $4, tanggal_lahir = $5, \
    jenis_kelamin = $6, golongan_darah = $7, agama = $8, status_perkawinan = $9, tanggal_perkawinan = $10, \
    pekerjaan = $11, pendidikan = $12, shdk = $13, kewarganegaraan = $14, no_paspor = $15, no_kitap = $16, \
    berlaku_hingga = $17, ayah = $18, ibu = $19, alamat = $20, rt = $21, rw = $22, kode_pos = $23, \
    kode_wilayah = $24, kelurahan = $25, kecamatan = $26, kabupaten = $27, provinsi = $28, updated = $29 \
    WHERE nik = $1";
const BY_NIK: &str = "SELECT * FROM persons WHERE nik = $1 AND status_dasar = 1";
const ANY_BY_NIK: &str = "SELECT * FROM persons WHERE nik = $1 AND status_dasar IN (1, 3)";
const SET_STATUS: &str = "UPDATE persons SET status_dasar = $2 WHERE nik = $1";
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
    SET_STATUS,
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
pub const POSTGRES_ONLY: &[&str] = &[THOSE_POSTGRES, FAMILIES_POSTGRES];

/// Whether a person was new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// New.
    Inserted,
    /// The NIK was known; its row says now what was given.
    Updated,
}

macro_rules! bound {
    ($sql:expr, $p:expr, $now:expr) => {
        sqlx::query($sql)
            .bind($p.nik.as_u64() as i64)
            .bind($p.nomor_kk.as_u64() as i64)
            .bind(&$p.nama)
            .bind(&$p.tempat_lahir)
            .bind(i64::from($p.tanggal_lahir.days()))
            .bind(i64::from($p.jenis_kelamin))
            .bind(i64::from($p.golongan_darah))
            .bind(i64::from($p.agama))
            .bind(i64::from($p.status_perkawinan))
            .bind($p.tanggal_perkawinan.map(|d| i64::from(d.days())))
            .bind(i64::from($p.pekerjaan))
            .bind(i64::from($p.pendidikan))
            .bind(i64::from($p.shdk))
            .bind($p.kewarganegaraan.as_str())
            .bind(&$p.no_paspor)
            .bind(&$p.no_kitap)
            .bind($p.berlaku_hingga.map(|d| i64::from(d.days())))
            .bind(&$p.ayah)
            .bind(&$p.ibu)
            .bind(&$p.alamat)
            .bind(i64::from($p.rt))
            .bind(i64::from($p.rw))
            .bind($p.kode_pos.map(i64::from))
            .bind($p.kode_wilayah.digits())
            .bind(&$p.kelurahan)
            .bind(&$p.kecamatan)
            .bind(&$p.kabupaten)
            .bind(&$p.provinsi)
            .bind($now)
    };
}

/// Stores a person; a known NIK takes the new data.
pub async fn upsert(tx: &mut Tx, person: &Person, now: i64) -> Outcome<Stored> {
    let inserted = on!(tx, c => bound!(INSERT, person, now).execute(c).await?.rows_affected());
    if inserted == 1 {
        return Ok(Stored::Inserted);
    }
    let updated = on!(tx, c => bound!(UPDATE, person, now).execute(c).await?.rows_affected());
    super::one_row(updated).map(|()| Stored::Updated)
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

/// Says whether a person lives here, is dead, or moved away.
pub async fn set_standing(tx: &mut Tx, nik: Nik, standing: Standing) -> Outcome<()> {
    let code = match standing {
        Standing::Present => 1_i64,
        Standing::Dead => 2,
        Standing::Moved => 3,
    };
    let nik = nik.as_u64() as i64;
    let touched = on!(tx, c => sqlx::query(SET_STATUS).bind(nik).bind(code).execute(c).await?.rows_affected());
    super::one_row(touched)
}

/// The person with that NIK, also where they moved away.
pub async fn present_or_moved(tx: &mut Tx, nik: Nik) -> Outcome<Option<Person>> {
    let nik = nik.as_u64() as i64;
    let row: Option<Row> =
        on!(tx, c => sqlx::query_as(ANY_BY_NIK).bind(nik).fetch_optional(c).await?);
    row.map(Person::try_from).transpose()
}

/// The highest NIK of those that begin with the same twelve digits (`first` ends in 0001).
pub async fn last_of_serial(tx: &mut Tx, first: u64) -> Outcome<Option<u64>> {
    let last: Option<i64> = on!(tx, c => sqlx::query_scalar(LAST_SERIAL)
        .bind(first as i64).bind((first + 9998) as i64).fetch_one(c).await?);
    Ok(last.and_then(|nik| u64::try_from(nik).ok()))
}

/// The person with that NIK who lives here.
pub async fn by_nik(tx: &mut Tx, nik: Nik) -> Outcome<Option<Person>> {
    let nik = nik.as_u64() as i64;
    let row: Option<Row> = on!(tx, c => sqlx::query_as(BY_NIK).bind(nik).fetch_optional(c).await?);
    row.map(Person::try_from).transpose()
}

/// The members of a family card, head first, one more than a card may have at most.
pub async fn family(tx: &mut Tx, number: NomorKk) -> Outcome<Vec<Person>> {
    let number = number.as_u64() as i64;
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(FAMILY).bind(number).fetch_all(c).await?);
    rows.into_iter().map(Person::try_from).collect()
}

/// Those of these NIKs who live here, in no order.
pub async fn by_niks(tx: &mut Tx, niks: &[i64]) -> Outcome<Vec<Person>> {
    several(tx, THOSE_SQLITE, THOSE_POSTGRES, niks).await
}

/// The members of these family cards, head first. A card may have at most 40; who has more members gets none.
pub async fn families(tx: &mut Tx, numbers: &[i64]) -> Outcome<HashMap<NomorKk, Vec<Person>>> {
    let mut families: HashMap<NomorKk, Vec<Person>> = HashMap::new();
    for person in several(tx, FAMILIES_SQLITE, FAMILIES_POSTGRES, numbers).await? {
        families.entry(person.nomor_kk).or_default().push(person);
    }
    Ok(families)
}

async fn several(
    tx: &mut Tx,
    on_sqlite: &'static str,
    on_postgres: &'static str,
    numbers: &[i64],
) -> Outcome<Vec<Person>> {
    let rows: Vec<Row> = match tx {
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
    };
    rows.into_iter().map(Person::try_from).collect()
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

/// A person as the table has it: its columns in this order.
pub(super) struct Row {
    nik: i64,
    nomor_kk: i64,
    nama: String,
    tempat_lahir: String,
    tanggal_lahir: i64,
    jenis_kelamin: i64,
    golongan_darah: i64,
    agama: i64,
    status_perkawinan: i64,
    tanggal_perkawinan: Option<i64>,
    pekerjaan: i64,
    pendidikan: i64,
    shdk: i64,
    kewarganegaraan: String,
    no_paspor: Option<String>,
    no_kitap: Option<String>,
    berlaku_hingga: Option<i64>,
    ayah: Option<String>,
    ibu: Option<String>,
    alamat: String,
    rt: i64,
    rw: i64,
    kode_pos: Option<i64>,
    kode_wilayah: String,
    kelurahan: String,
    kecamatan: String,
    kabupaten: String,
    provinsi: String,
}

/// By position: a name is searched for in each row, and bulk jobs read thirty thousand rows a second.
impl<'r, R: sqlx::Row> FromRow<'r, R> for Row
where
    usize: ColumnIndex<R>,
    i64: Type<R::Database> + Decode<'r, R::Database>,
    String: Type<R::Database> + Decode<'r, R::Database>,
    Option<i64>: Type<R::Database> + Decode<'r, R::Database>,
    Option<String>: Type<R::Database> + Decode<'r, R::Database>,
{
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        Ok(Self {
            nik: row.try_get(0)?,
            nomor_kk: row.try_get(1)?,
            nama: row.try_get(2)?,
            tempat_lahir: row.try_get(3)?,
            tanggal_lahir: row.try_get(4)?,
            jenis_kelamin: row.try_get(5)?,
            golongan_darah: row.try_get(6)?,
            agama: row.try_get(7)?,
            status_perkawinan: row.try_get(8)?,
            tanggal_perkawinan: row.try_get(9)?,
            pekerjaan: row.try_get(10)?,
            pendidikan: row.try_get(11)?,
            shdk: row.try_get(12)?,
            kewarganegaraan: row.try_get(13)?,
            no_paspor: row.try_get(14)?,
            no_kitap: row.try_get(15)?,
            berlaku_hingga: row.try_get(16)?,
            ayah: row.try_get(17)?,
            ibu: row.try_get(18)?,
            alamat: row.try_get(19)?,
            rt: row.try_get(20)?,
            rw: row.try_get(21)?,
            kode_pos: row.try_get(22)?,
            kode_wilayah: row.try_get(23)?,
            kelurahan: row.try_get(24)?,
            kecamatan: row.try_get(25)?,
            kabupaten: row.try_get(26)?,
            provinsi: row.try_get(27)?,
        })
    }
}

impl TryFrom<Row> for Person {
    type Error = Failure;

    fn try_from(row: Row) -> Outcome<Self> {
        let date = |days| Date::from_days(days).ok_or(Failure::Row("persons: a date"));
        let code = |number| parsed("persons: a code", u8::try_from(number));
        let number = |n: i64| parsed("persons: a number", u64::try_from(n));
        Ok(Self {
            nik: parsed("persons.nik", Nik::from_u64(number(row.nik)?))?,
            nomor_kk: parsed("persons.nomor_kk", NomorKk::from_u64(number(row.nomor_kk)?))?,
            nama: row.nama,
            tempat_lahir: row.tempat_lahir,
            tanggal_lahir: date(row.tanggal_lahir)?,
            jenis_kelamin: code(row.jenis_kelamin)?,
            golongan_darah: code(row.golongan_darah)?,
            agama: code(row.agama)?,
            status_perkawinan: code(row.status_perkawinan)?,
            tanggal_perkawinan: row.tanggal_perkawinan.map(date).transpose()?,
            pekerjaan: code(row.pekerjaan)?,
            pendidikan: code(row.pendidikan)?,
            shdk: code(row.shdk)?,
            kewarganegaraan: Country::parse(&row.kewarganegaraan)
                .ok_or(Failure::Row("persons.kewarganegaraan"))?,
            no_paspor: row.no_paspor,
            no_kitap: row.no_kitap,
            berlaku_hingga: row.berlaku_hingga.map(date).transpose()?,
            ayah: row.ayah,
            ibu: row.ibu,
            alamat: row.alamat,
            rt: parsed("persons.rt", u16::try_from(row.rt))?,
            rw: parsed("persons.rw", u16::try_from(row.rw))?,
            kode_pos: match row.kode_pos {
                Some(code) => Some(parsed("persons.kode_pos", u32::try_from(code))?),
                None => None,
            },
            kode_wilayah: parsed(
                "persons.kode_wilayah",
                KodeWilayah::parse(&row.kode_wilayah),
            )?,
            kelurahan: row.kelurahan,
            kecamatan: row.kecamatan,
            kabupaten: row.kabupaten,
            provinsi: row.provinsi,
        })
    }
}
