//! What an office has to do: queues by stage, what is late, how much of what. Every list is paged by key.

use super::applications::rows::Row;
use super::{Tx, on};
use crate::crypter::Crypter;
use crate::domain::application::{Application, Stage};
use crate::domain::ids::{ApplicationId, OfficeId};
use crate::failure::Outcome;
use credential::kinds::Kind;
use std::collections::BTreeMap;

const QUEUE: &str = "SELECT * FROM applications WHERE office = $1 AND state = $2 \
    AND (since, id) > ($3, $4) ORDER BY since, id LIMIT $5";
const QUEUE_OF_KIND: &str = "SELECT * FROM applications WHERE office = $1 AND state = $2 \
    AND (since, id) > ($3, $4) AND kind = $6 ORDER BY since, id LIMIT $5";
const LATEST: &str = "SELECT * FROM applications WHERE office = $1 AND state = $2 \
    AND (since, id) < ($3, $4) ORDER BY since DESC, id DESC LIMIT $5";
const LATEST_OF_KIND: &str = "SELECT * FROM applications WHERE office = $1 AND state = $2 \
    AND (since, id) < ($3, $4) AND kind = $6 ORDER BY since DESC, id DESC LIMIT $5";
const LATE: &str = "SELECT * FROM applications WHERE office = $1 AND due IS NOT NULL AND due < $2 \
    AND (due, id) > ($3, $4) ORDER BY due, id LIMIT $5";
const COUNTS: &str = "SELECT state, COUNT(*) FROM applications WHERE office = $1 GROUP BY state";
const LATE_COUNT: &str =
    "SELECT COUNT(*) FROM applications WHERE office = $1 AND due IS NOT NULL AND due < $2";
const FIGURES: &str = "SELECT (submitted + $2) / 86400 AS day, kind, COUNT(*), CAST(COALESCE(SUM(in_time), 0) AS BIGINT), \
    COUNT(in_time) FROM applications WHERE office = $1 AND submitted >= $3 GROUP BY day, kind";
const OPEN_COUNT: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM applications WHERE office = $1 AND state = $2 LIMIT $3) AS open_ones";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[
    QUEUE,
    QUEUE_OF_KIND,
    LATEST,
    LATEST_OF_KIND,
    LATE,
    COUNTS,
    OPEN_COUNT,
    LATE_COUNT,
    FIGURES,
];

/// Those that pages of lists come from.
#[cfg(test)]
pub const PAGED: &[&str] = &[QUEUE, QUEUE_OF_KIND, LATEST, LATEST_OF_KIND, LATE];

/// A place in a list: the time it is sorted by, and the id.
pub type Cursor = (i64, ApplicationId);

fn applications(rows: Vec<Row>, crypter: &Crypter) -> Outcome<Vec<Application>> {
    rows.into_iter()
        .map(|row| row.into_application(crypter))
        .collect()
}

/// Which applications to list.
pub struct Filter {
    /// The office.
    pub office: OfficeId,
    /// The stage; one list is one stage.
    pub stage: Stage,
    /// Only that kind.
    pub kind: Option<&'static Kind>,
}

/// One of two statements, by whether the list is of one kind.
async fn page(
    tx: &mut Tx,
    crypter: &Crypter,
    filter: &Filter,
    (every, of_kind): (&'static str, &'static str),
    (at, id): (i64, Vec<u8>),
    limit: u32,
) -> Outcome<Vec<Application>> {
    let sql = filter.kind.map_or(every, |_| of_kind);
    let rows: Vec<Row> = on!(tx, c => {
        let mut query = sqlx::query_as(sql)
            .bind(filter.office.to_vec())
            .bind(filter.stage.name())
            .bind(at)
            .bind(&id)
            .bind(i64::from(limit));
        if let Some(kind) = filter.kind {
            query = query.bind(i64::from(kind.number));
        }
        query.fetch_all(c).await?
    });
    applications(rows, crypter)
}

/// The queue of a stage, longest in it first, after `cursor`.
pub async fn queue(
    tx: &mut Tx,
    crypter: &Crypter,
    filter: &Filter,
    cursor: Option<Cursor>,
    limit: u32,
) -> Outcome<Vec<Application>> {
    let after = cursor.map_or((i64::MIN, vec![]), |(at, id)| (at, id.to_vec()));
    page(tx, crypter, filter, (QUEUE, QUEUE_OF_KIND), after, limit).await
}

/// The same, newest first: for stages that nobody works on any more.
pub async fn latest(
    tx: &mut Tx,
    crypter: &Crypter,
    filter: &Filter,
    cursor: Option<Cursor>,
    limit: u32,
) -> Outcome<Vec<Application>> {
    let before = cursor.map_or((i64::MAX, vec![]), |(at, id)| (at, id.to_vec()));
    page(tx, crypter, filter, (LATEST, LATEST_OF_KIND), before, limit).await
}

/// What should have been decided by `now`, longest overdue first, after `cursor`.
pub async fn late(
    tx: &mut Tx,
    crypter: &Crypter,
    office: OfficeId,
    now: i64,
    cursor: Option<Cursor>,
    limit: u32,
) -> Outcome<Vec<Application>> {
    let (at, id) = cursor.map_or((i64::MIN, vec![]), |(at, id)| (at, id.to_vec()));
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(LATE)
        .bind(office.to_vec()).bind(now).bind(at).bind(id).bind(i64::from(limit))
        .fetch_all(c).await?);
    applications(rows, crypter)
}

/// How many applications of an office stand in each stage.
pub async fn counts(tx: &mut Tx, office: OfficeId) -> Outcome<Vec<(Stage, i64)>> {
    let rows: Vec<(String, i64)> =
        on!(tx, c => sqlx::query_as(COUNTS).bind(office.to_vec()).fetch_all(c).await?);
    let known = rows
        .into_iter()
        .filter_map(|(name, count)| Some((Stage::parse(&name)?, count)));
    Ok(known.collect())
}

/// How many stand in a stage, counted up to `most`: a desk shows the length of a queue, not the size of an archive.
pub async fn count_up_to(tx: &mut Tx, office: OfficeId, stage: Stage, most: i64) -> Outcome<i64> {
    Ok(on!(tx, c => sqlx::query_scalar(OPEN_COUNT)
        .bind(office.to_vec()).bind(stage.name()).bind(most).fetch_one(c).await?))
}

/// How many should have been decided by `now`.
pub async fn late_count(tx: &mut Tx, office: OfficeId, now: i64) -> Outcome<i64> {
    Ok(on!(tx, c => sqlx::query_scalar(LATE_COUNT)
        .bind(office.to_vec()).bind(now).fetch_one(c).await?))
}

/// What an office did since a second.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Days since 1970-01-01 in the office's zone, and how many were handed in.
    pub by_day: Vec<(i64, i64)>,
    /// Kind number, and how many were handed in.
    pub by_kind: Vec<(i64, i64)>,
    /// How many of those decided were in time.
    pub in_time: i64,
    /// How many were decided.
    pub decided: i64,
}

/// What an office did since a second. `offset` is its zone, in seconds east of UTC.
pub async fn statistics(
    tx: &mut Tx,
    office: OfficeId,
    offset: i64,
    since: i64,
) -> Outcome<Statistics> {
    let rows: Vec<(i64, i64, i64, i64, i64)> = on!(tx, c => sqlx::query_as(FIGURES)
        .bind(office.to_vec()).bind(offset).bind(since).fetch_all(c).await?);
    let (mut by_day, mut by_kind) = (BTreeMap::new(), BTreeMap::new());
    let mut found = Statistics::default();
    for (day, kind, submitted, in_time, decided) in rows {
        *by_day.entry(day).or_insert(0) += submitted;
        *by_kind.entry(kind).or_insert(0) += submitted;
        found.in_time += in_time;
        found.decided += decided;
    }
    found.by_day = by_day.into_iter().collect();
    found.by_kind = by_kind.into_iter().collect();
    found
        .by_kind
        .sort_by_key(|(kind, count)| (std::cmp::Reverse(*count), *kind));
    Ok(found)
}
