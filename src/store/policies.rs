//! Policies of offices.

use super::{Tx, on};
use crate::domain::ids::{OfficeId, ProposalId};
use crate::domain::policy::Policy;
use crate::failure::Outcome;

const OF_OFFICE: &str = "SELECT policy, proposal FROM office_policies WHERE office = $1";
const ALL_ROWS: &str = "SELECT office, policy, proposal FROM office_policies ORDER BY office";
const STORE: &str = "INSERT INTO office_policies (office, policy, updated, proposal) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (office) DO UPDATE SET policy = $2, updated = $3, proposal = $4";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[OF_OFFICE, ALL_ROWS, STORE];

/// An office's policy as it is stored.
#[derive(sqlx::FromRow)]
pub struct Stored {
    /// Its text, TOML.
    pub policy: String,
    /// Which proposal it came of; none: from before there were any.
    pub proposal: Option<Vec<u8>>,
}

/// What is stored for an office. Whether it counts knows `policies.rs`.
pub async fn of_office(tx: &mut Tx, office: OfficeId) -> Outcome<Option<Stored>> {
    Ok(on!(tx, c => sqlx::query_as(OF_OFFICE).bind(office.to_vec()).fetch_optional(c).await?))
}

/// What is stored for which office.
pub struct Of {
    /// Whose.
    pub office: OfficeId,
    /// Its text, TOML.
    pub policy: String,
    /// Which proposal it came of.
    pub proposal: Option<Vec<u8>>,
}

/// The policies that are stored.
pub async fn all(tx: &mut Tx) -> Outcome<Vec<Of>> {
    type Row = (Vec<u8>, String, Option<Vec<u8>>);
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(ALL_ROWS).fetch_all(c).await?);
    let row = |(office, policy, proposal): Row| {
        let office = super::parsed("office_policies.office", OfficeId::from_bytes(&office))?;
        Ok(Of {
            office,
            policy,
            proposal,
        })
    };
    rows.into_iter().map(row).collect()
}

/// Stores an office's policy, which that proposal asked for.
pub async fn store(
    tx: &mut Tx,
    office: OfficeId,
    policy: &Policy,
    now: i64,
    proposal: ProposalId,
) -> Outcome<()> {
    on!(tx, c => sqlx::query(STORE)
        .bind(office.to_vec()).bind(policy.to_text()).bind(now).bind(proposal.to_vec()).execute(c).await?.rows_affected());
    Ok(())
}
