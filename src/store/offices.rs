//! Issuing offices.

use super::{Tx, on, parsed};
use crate::domain::ids::{Iss, OfficeId, RegionPrefix};
use crate::failure::{Failure, Outcome};

const INSERT: &str = "INSERT INTO offices (id, iss, name, region, created) VALUES ($1, $2, $3, $4, $5) \
    ON CONFLICT (iss) DO NOTHING";
const ALL_ROWS: &str = "SELECT id, iss, name, region FROM offices ORDER BY iss";
const BY_ID: &str = "SELECT id, iss, name, region FROM offices WHERE id = $1";
const BY_ISS: &str = "SELECT id, iss, name, region FROM offices WHERE iss = $1";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[INSERT, ALL_ROWS, BY_ID, BY_ISS];

/// An office and what it answers for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Office {
    /// Its id.
    pub id: OfficeId,
    /// The `iss` of its tokens.
    pub iss: Iss,
    /// For people.
    pub name: String,
    /// Its region.
    pub region: RegionPrefix,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Vec<u8>,
    iss: String,
    name: String,
    region: String,
}

impl TryFrom<Row> for Office {
    type Error = Failure;

    fn try_from(row: Row) -> Outcome<Self> {
        Ok(Self {
            id: parsed("offices.id", OfficeId::from_bytes(&row.id))?,
            iss: parsed("offices.iss", Iss::parse(&row.iss))?,
            name: row.name,
            region: parsed("offices.region", RegionPrefix::parse(&row.region))?,
        })
    }
}

/// Stores a new office; its `iss` must be new.
pub async fn insert(tx: &mut Tx, office: &Office, now: i64) -> Outcome<()> {
    let inserted = on!(tx, c => sqlx::query(INSERT)
        .bind(office.id.to_vec()).bind(office.iss.as_str()).bind(&office.name).bind(office.region.as_str())
        .bind(now).execute(c).await?.rows_affected());
    match inserted {
        1 => Ok(()),
        _ => Err(Failure::field("iss", "another office has it already")),
    }
}

/// All offices, by `iss`.
pub async fn all(tx: &mut Tx) -> Outcome<Vec<Office>> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(ALL_ROWS).fetch_all(c).await?);
    rows.into_iter().map(Office::try_from).collect()
}

/// The office with that id.
pub async fn by_id(tx: &mut Tx, id: OfficeId) -> Outcome<Option<Office>> {
    let row: Option<Row> =
        on!(tx, c => sqlx::query_as(BY_ID).bind(id.to_vec()).fetch_optional(c).await?);
    row.map(Office::try_from).transpose()
}

/// The office with that `iss`.
pub async fn by_iss(tx: &mut Tx, iss: &Iss) -> Outcome<Option<Office>> {
    let row: Option<Row> =
        on!(tx, c => sqlx::query_as(BY_ISS).bind(iss.as_str()).fetch_optional(c).await?);
    row.map(Office::try_from).transpose()
}
