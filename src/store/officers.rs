//! Officers and the hashes of their tokens.

use super::{Tx, fixed, on, one_row, parsed};
use crate::domain::ids::{OfficeId, OfficerId};
use crate::domain::officer::OfficerRole;
use crate::failure::{Failure, Outcome};

const INSERT: &str = "INSERT INTO officers (id, office, name, role, token_hash, created) \
    VALUES ($1, $2, $3, $4, $5, $6)";
const BY_ID: &str =
    "SELECT id, office, name, role, token_hash, revoked FROM officers WHERE id = $1";
const ALL_ROWS: &str =
    "SELECT id, office, name, role, token_hash, revoked FROM officers ORDER BY id";
const REVOKE: &str = "UPDATE officers SET revoked = $2 WHERE id = $1 AND revoked IS NULL";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[INSERT, BY_ID, ALL_ROWS, REVOKE];

/// An officer's row.
pub struct Officer {
    /// Their id.
    pub id: OfficerId,
    /// The only office they act for.
    pub office: OfficeId,
    /// A label for administrators.
    pub name: String,
    /// What they may do.
    pub role: OfficerRole,
    /// SHA-256 of their token's secret.
    pub token_hash: [u8; 32],
    /// Since when the token no longer counts.
    pub revoked: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Vec<u8>,
    office: Vec<u8>,
    name: String,
    role: String,
    token_hash: Vec<u8>,
    revoked: Option<i64>,
}

impl TryFrom<Row> for Officer {
    type Error = Failure;

    fn try_from(row: Row) -> Outcome<Self> {
        Ok(Self {
            id: parsed("officers.id", OfficerId::from_bytes(&row.id))?,
            office: parsed("officers.office", OfficeId::from_bytes(&row.office))?,
            name: row.name,
            role: OfficerRole::parse(&row.role).ok_or(Failure::Row("officers.role"))?,
            token_hash: fixed("officers.token_hash", &row.token_hash)?,
            revoked: row.revoked,
        })
    }
}

/// Stores a new officer.
pub async fn insert(tx: &mut Tx, officer: &Officer, now: i64) -> Outcome<()> {
    on!(tx, c => sqlx::query(INSERT)
        .bind(officer.id.to_vec()).bind(officer.office.to_vec()).bind(&officer.name).bind(officer.role.name())
        .bind(officer.token_hash.to_vec()).bind(now).execute(c).await?);
    Ok(())
}

/// The officer with that id.
pub async fn by_id(tx: &mut Tx, id: OfficerId) -> Outcome<Option<Officer>> {
    let row: Option<Row> =
        on!(tx, c => sqlx::query_as(BY_ID).bind(id.to_vec()).fetch_optional(c).await?);
    row.map(Officer::try_from).transpose()
}

/// All officers, oldest first.
pub async fn all(tx: &mut Tx) -> Outcome<Vec<Officer>> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(ALL_ROWS).fetch_all(c).await?);
    rows.into_iter().map(Officer::try_from).collect()
}

/// Ends an officer's token.
pub async fn revoke(tx: &mut Tx, id: OfficerId, now: i64) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(REVOKE)
        .bind(id.to_vec()).bind(now).execute(c).await?.rows_affected());
    one_row(touched)
}
