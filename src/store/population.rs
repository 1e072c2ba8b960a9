//! People by where they live: the order of bulk jobs.

use super::bulk_chunks::{Mark, Range};
use super::persons::Kept;
use super::register::Register;
use super::{Tx, on};
use crate::domain::person::Person;
use crate::failure::Outcome;

const NTH: &str = "SELECT kode_wilayah, nik FROM persons WHERE (kode_wilayah, nik) > ($1, $2) AND kode_wilayah < $3 \
    ORDER BY kode_wilayah, nik LIMIT 1 OFFSET $4";
const LAST: &str = "SELECT kode_wilayah, nik FROM persons WHERE (kode_wilayah, nik) > ($1, $2) AND kode_wilayah < $3 \
    ORDER BY kode_wilayah DESC, nik DESC LIMIT 1";
const COUNT: &str =
    "SELECT COUNT(*) FROM persons WHERE (kode_wilayah, nik) > ($1, $2) AND kode_wilayah < $3";
// That the regions lie between follows from the pairs. PostgreSQL guesses from it alone how few rows they are; without it
// each chunk is read by several processes, of which most find nothing.
const PEOPLE: &str = "SELECT * FROM persons WHERE (kode_wilayah, nik) >= ($1, $2) AND (kode_wilayah, nik) <= ($3, $4) \
    AND kode_wilayah BETWEEN $1 AND $3 AND status_dasar = 1 ORDER BY kode_wilayah, nik";
const HEADS: &str = "SELECT m.*, h.nik AS unit FROM persons h JOIN persons m ON m.nomor_kk = h.nomor_kk \
    WHERE (h.kode_wilayah, h.nik) >= ($1, $2) AND (h.kode_wilayah, h.nik) <= ($3, $4) \
    AND h.kode_wilayah BETWEEN $1 AND $3 AND h.status_dasar = 1 AND h.shdk = 1 AND m.status_dasar = 1 \
    ORDER BY h.kode_wilayah, h.nik, m.shdk, m.tanggal_lahir, m.nik";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[NTH, LAST, COUNT, PEOPLE, HEADS];

/// The n-th person, from 0, after a mark and before the regions that begin with `before` or come after it.
pub async fn nth(tx: &mut Tx, after: &Mark, before: &str, n: i64) -> Outcome<Option<Mark>> {
    let row: Option<(String, i64)> = on!(tx, c => sqlx::query_as(NTH)
        .bind(&after.region).bind(after.nik).bind(before).bind(n).fetch_optional(c).await?);
    Ok(row.map(|(region, nik)| Mark { region, nik }))
}

/// The last person after a mark and before a region.
pub async fn last(tx: &mut Tx, after: &Mark, before: &str) -> Outcome<Option<Mark>> {
    let row: Option<(String, i64)> = on!(tx, c => sqlx::query_as(LAST)
        .bind(&after.region).bind(after.nik).bind(before).fetch_optional(c).await?);
    Ok(row.map(|(region, nik)| Mark { region, nik }))
}

/// How many people there are after a mark and before a region.
pub async fn count(tx: &mut Tx, after: &Mark, before: &str) -> Outcome<i64> {
    Ok(on!(tx, c => sqlx::query_scalar(COUNT)
        .bind(&after.region).bind(after.nik).bind(before).fetch_one(c).await?))
}

/// Everybody in a range who lives here; of whom the row does not count, the failure.
pub async fn people(
    tx: &mut Tx,
    register: &Register<'_>,
    range: &Range,
) -> Outcome<Vec<Outcome<Person>>> {
    let Range { from, to } = range;
    let rows: Vec<Kept> = on!(tx, c => sqlx::query_as(PEOPLE)
        .bind(&from.region).bind(from.nik).bind(&to.region).bind(to.nik).fetch_all(c).await?);
    let people = rows
        .into_iter()
        .map(|row| row.quietly_admitted(register)?.try_into());
    Ok(people.collect())
}

#[derive(sqlx::FromRow)]
struct MemberRow {
    unit: i64,
    #[sqlx(flatten)]
    person: Kept,
}

/// Heads of families in a range with everybody in their family card, head first; a failure where the row of one of them
/// does not count.
pub async fn families(
    tx: &mut Tx,
    register: &Register<'_>,
    range: &Range,
) -> Outcome<Vec<Outcome<Vec<Person>>>> {
    let Range { from, to } = range;
    let rows: Vec<MemberRow> = on!(tx, c => sqlx::query_as(HEADS)
        .bind(&from.region).bind(from.nik).bind(&to.region).bind(to.nik).fetch_all(c).await?);
    let mut families: Vec<Outcome<Vec<Person>>> = Vec::new();
    let mut unit = None;
    for row in rows {
        if unit.replace(row.unit) != Some(row.unit) {
            families.push(Ok(Vec::new()));
        }
        let Some(family) = families.last_mut() else {
            continue;
        };
        let person = row.person.quietly_admitted(register);
        match (person.and_then(Person::try_from), &mut *family) {
            (Ok(person), Ok(members)) => members.push(person),
            (Err(failure), _) => *family = Err(failure),
            (Ok(_), Err(_)) => {}
        }
    }
    Ok(families)
}
