//! How much each agency used its agreement, counted by half-years.

use super::{Tx, on, parsed};
use crate::domain::ids::AgencyId;
use crate::failure::{Failure, Outcome};

const COUNT: &str = "INSERT INTO agency_usage (agency, half, pulls, pushes, events, last_used) \
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (agency, half) DO UPDATE SET \
    pulls = agency_usage.pulls + excluded.pulls, pushes = agency_usage.pushes + excluded.pushes, \
    events = agency_usage.events + excluded.events, last_used = excluded.last_used";
const REPORT: &str = "SELECT agencies.id, agencies.name, agencies.mode, agencies.cut_off, agency_usage.half, \
    agency_usage.pulls, agency_usage.pushes, agency_usage.events, agency_usage.last_used \
    FROM agency_usage JOIN agencies ON agencies.id = agency_usage.agency \
    WHERE $1 = '' OR agency_usage.half = $1 ORDER BY agency_usage.half, agencies.id";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[COUNT, REPORT];

/// What one agency used in one half-year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// Which agency.
    pub agency: AgencyId,
    /// Its name.
    pub name: String,
    /// `pull` or `webhook`.
    pub mode: String,
    /// Since when it gets nothing.
    pub cut_off: Option<i64>,
    /// The half-year, like `2026-2`.
    pub half: String,
    /// Requests answered.
    pub pulls: i64,
    /// Webhook batches taken.
    pub pushes: i64,
    /// Changes handed over.
    pub events: i64,
    /// When last.
    pub last_used: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Vec<u8>,
    name: String,
    mode: String,
    cut_off: Option<i64>,
    half: String,
    pulls: i64,
    pushes: i64,
    events: i64,
    last_used: i64,
}

impl TryFrom<Row> for Usage {
    type Error = Failure;

    fn try_from(row: Row) -> Outcome<Self> {
        Ok(Self {
            agency: parsed("agencies.id", AgencyId::from_bytes(&row.id))?,
            name: row.name,
            mode: row.mode,
            cut_off: row.cut_off,
            half: row.half,
            pulls: row.pulls,
            pushes: row.pushes,
            events: row.events,
            last_used: row.last_used,
        })
    }
}

/// Counts a use: a pull or a webhook batch, and the changes in it.
pub async fn count(
    tx: &mut Tx,
    agency: AgencyId,
    half: &str,
    (pulls, pushes): (i64, i64),
    events: usize,
    now: i64,
) -> Outcome<()> {
    let events = parsed("agency_usage.events", i64::try_from(events))?;
    on!(tx, c => sqlx::query(COUNT)
        .bind(agency.to_vec()).bind(half).bind(pulls).bind(pushes).bind(events).bind(now)
        .execute(c).await?.rows_affected());
    Ok(())
}

/// What every agency used, in one half-year or in all.
pub async fn report(tx: &mut Tx, half: Option<&str>) -> Outcome<Vec<Usage>> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(REPORT)
        .bind(half.unwrap_or_default()).fetch_all(c).await?);
    rows.into_iter().map(Usage::try_from).collect()
}
