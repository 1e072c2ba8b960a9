//! Public keys, their owners, windows and states.

use super::{Tx, fixed, on, one_row, parsed};
use crate::domain::ids::OfficeId;
use crate::domain::key::Life;
use crate::failure::{Failure, Outcome};
use crate::keys::Role;
use credential::ids::KeyId;

const INSERT: &str = "INSERT INTO keys (kid, role, office, public_key, not_before, not_after, state, since, created, stage, seal) \
    VALUES ($1, $2, $3, $4, $5, $6, 'active', NULL, $7, $8, $9)";
const ALL_ROWS: &str = "SELECT kid, role, office, public_key, not_before, not_after, state, since, stage, emptied, seal FROM keys \
    ORDER BY role, created, CASE state WHEN 'active' THEN 1 ELSE 0 END, kid";
const ACTIVE: &str =
    "SELECT COUNT(*) FROM keys WHERE kid = $1 AND state = 'active' AND stage IS NULL";
const COMPROMISED: &str = "SELECT COUNT(*) FROM keys WHERE kid = $1 AND state = 'compromised'";
const CHANGE: &str = "UPDATE keys SET state = $2, since = $3, stage = $4 \
    WHERE kid = $1 AND state = $5 AND COALESCE(stage, '') = $6";
const SEAL: &str = "UPDATE keys SET seal = $2 WHERE kid = $1";
const EMPTIED: &str = "UPDATE keys SET emptied = $2 WHERE kid = $1 AND state = 'compromised'";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[INSERT, ALL_ROWS, ACTIVE, COMPROMISED, CHANGE, SEAL, EMPTIED];

/// A key's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its identifier.
    pub kid: KeyId,
    /// What it signs.
    pub role: Role,
    /// Owner of an issuer key.
    pub office: Option<OfficeId>,
    /// The raw public key.
    pub public_key: [u8; 32],
    /// First second it may sign in.
    pub not_before: i64,
    /// Last second it may sign in.
    pub not_after: i64,
    /// Where it stands.
    pub state: Life,
    /// What `seals.rs` wrote over its row; none: from before there were seals.
    pub seal: Option<Vec<u8>>,
}

impl Key {
    /// Whether it may sign at that second.
    pub fn signs_at(&self, now: i64) -> bool {
        self.state == Life::Active && (self.not_before..=self.not_after).contains(&now)
    }
}

/// State and stage in the table, and since when it has ended.
fn columns(life: Life) -> (&'static str, Option<&'static str>, Option<i64>) {
    match life {
        Life::Requested { standby: false } => ("active", Some("requested"), None),
        Life::Requested { standby: true } => ("active", Some("standby"), None),
        Life::Certified => ("active", Some("certified"), None),
        Life::Active => ("active", None, None),
        Life::Retired(since) => ("retired", None, Some(since)),
        Life::Compromised { since, .. } => ("compromised", None, Some(since)),
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    kid: Vec<u8>,
    role: String,
    office: Option<Vec<u8>>,
    public_key: Vec<u8>,
    not_before: i64,
    not_after: i64,
    state: String,
    since: Option<i64>,
    stage: Option<String>,
    emptied: Option<i64>,
    seal: Option<Vec<u8>>,
}

impl TryFrom<Row> for Key {
    type Error = Failure;

    fn try_from(row: Row) -> Outcome<Self> {
        let office = row.office.as_deref().map(OfficeId::from_bytes).transpose();
        Ok(Self {
            kid: KeyId(fixed("keys.kid", &row.kid)?),
            role: Role::parse(&row.role).ok_or(Failure::Row("keys.role"))?,
            office: parsed("keys.office", office)?,
            public_key: fixed("keys.public_key", &row.public_key)?,
            not_before: row.not_before,
            not_after: row.not_after,
            state: match (row.state.as_str(), row.stage.as_deref(), row.since) {
                ("active", Some("requested"), None) => Life::Requested { standby: false },
                ("active", Some("standby"), None) => Life::Requested { standby: true },
                ("active", Some("certified"), None) => Life::Certified,
                ("active", None, None) => Life::Active,
                ("retired", None, Some(since)) => Life::Retired(since),
                ("compromised", None, Some(since)) => Life::Compromised {
                    since,
                    emptied: row.emptied.is_some(),
                },
                _ => return Err(Failure::Row("keys.state")),
            },
            seal: row.seal,
        })
    }
}

/// Stores a new key, which has not ended.
pub async fn insert(tx: &mut Tx, key: &Key, now: i64) -> Outcome<()> {
    let ("active", stage, None) = columns(key.state) else {
        return Err(Failure::Row("a key does not begin with its end"));
    };
    on!(tx, c => sqlx::query(INSERT)
        .bind(key.kid.0.to_vec()).bind(key.role.name()).bind(key.office.map(OfficeId::to_vec))
        .bind(key.public_key.to_vec()).bind(key.not_before).bind(key.not_after).bind(now).bind(stage).bind(&key.seal)
        .execute(c).await?.rows_affected());
    Ok(())
}

/// Seals a key of before there were seals.
pub async fn seal(tx: &mut Tx, kid: KeyId, seal: &[u8; 32]) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(SEAL)
        .bind(kid.0.to_vec()).bind(seal.to_vec()).execute(c).await?.rows_affected());
    one_row(touched)
}

/// All keys, oldest first within their role.
pub async fn all(tx: &mut Tx) -> Outcome<Vec<Key>> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(ALL_ROWS).fetch_all(c).await?);
    rows.into_iter().map(Key::try_from).collect()
}

/// Whether a key signs: it is no standby, and neither retired nor compromised.
pub async fn is_active(tx: &mut Tx, kid: KeyId) -> Outcome<bool> {
    let found: i64 = on!(tx, c => sqlx::query_scalar(ACTIVE)
        .bind(kid.0.to_vec()).fetch_one(c).await?);
    Ok(found == 1)
}

/// Whether somebody else may have signed with a key.
pub async fn is_compromised(tx: &mut Tx, kid: KeyId) -> Outcome<bool> {
    let found: i64 = on!(tx, c => sqlx::query_scalar(COMPROMISED)
        .bind(kid.0.to_vec()).fetch_one(c).await?);
    Ok(found == 1)
}

/// Stores where a key stands now, if it still stands at `from`.
pub async fn change(tx: &mut Tx, kid: KeyId, from: Life, to: Life) -> Outcome<()> {
    let (state, stage, since) = columns(to);
    let (old, old_stage, _) = columns(from);
    let touched = on!(tx, c => sqlx::query(CHANGE)
        .bind(kid.0.to_vec()).bind(state).bind(since).bind(stage).bind(old).bind(old_stage.unwrap_or_default())
        .execute(c).await?.rows_affected());
    one_row(touched)
}

/// Stores that nothing which a compromised key signed is in force any more.
pub async fn emptied(tx: &mut Tx, kid: KeyId, at: i64) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(EMPTIED)
        .bind(kid.0.to_vec()).bind(at).execute(c).await?.rows_affected());
    one_row(touched)
}
