//! The population register's people. Whoever reads them to act on what they say gets those whose seal fits
//! ([`super::register`]).

mod row;
pub mod write;

use super::register::{Register, Seal};
use super::{Tx, on};
use crate::domain::person::Person;
use crate::failure::Outcome;
use credential::date::Date;
use credential::ids::{Nik, NomorKk};
pub(super) use row::Kept;
use std::collections::HashMap;
pub use write::{Standing, Stored, seal, set_standing, upsert};

const BY_NIK: &str = "SELECT * FROM persons WHERE nik = $1 AND status_dasar = 1";
const ANY_BY_NIK: &str = "SELECT * FROM persons WHERE nik = $1 AND status_dasar IN (1, 3)";
const WHATEVER_BY_NIK: &str = "SELECT * FROM persons WHERE nik = $1";
const PAGE: &str = "SELECT * FROM persons WHERE nik > $1 ORDER BY nik LIMIT $2";
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
    BY_NIK,
    ANY_BY_NIK,
    WHATEVER_BY_NIK,
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
pub const POSTGRES_ONLY: &[&str] = &[THOSE_POSTGRES, FAMILIES_POSTGRES];

/// The person with that NIK, also where they moved away.
///
/// # Errors
/// Of this and all that follow: [`crate::failure::Failure::Altered`] where this service did not write a row.
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
