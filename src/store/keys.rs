//! Public keys, their owners, windows and states.

use super::{Tx, fixed, on, one_row, parsed};
use crate::domain::ids::OfficeId;
use crate::failure::{Failure, Outcome};
use crate::keys::Role;
use credential::ids::KeyId;
use credential::trust_list::KeyState;

const INSERT: &str = "INSERT INTO keys (kid, role, office, public_key, not_before, not_after, state, since, created) \
    VALUES ($1, $2, $3, $4, $5, $6, 'active', NULL, $7)";
const ALL_ROWS: &str = "SELECT kid, role, office, public_key, not_before, not_after, state, since FROM keys \
    ORDER BY role, created, CASE state WHEN 'active' THEN 1 ELSE 0 END, kid";
const ACTIVE: &str = "SELECT COUNT(*) FROM keys WHERE kid = $1 AND state = 'active'";
const END: &str = "UPDATE keys SET state = $2, since = $3 WHERE kid = $1 AND state = $4";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[INSERT, ALL_ROWS, ACTIVE, END];

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
    /// Its state.
    pub state: KeyState,
}

impl Key {
    /// Whether it may sign at that second.
    pub fn signs_at(&self, now: i64) -> bool {
        self.state == KeyState::Active && (self.not_before..=self.not_after).contains(&now)
    }
}

/// Name of a state in the table.
pub fn state_name(state: KeyState) -> &'static str {
    match state {
        KeyState::Active => "active",
        KeyState::Retired(_) => "retired",
        KeyState::Compromised(_) => "compromised",
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
            state: match (row.state.as_str(), row.since) {
                ("active", None) => KeyState::Active,
                ("retired", Some(since)) => KeyState::Retired(since),
                ("compromised", Some(since)) => KeyState::Compromised(since),
                _ => return Err(Failure::Row("keys.state")),
            },
        })
    }
}

/// Stores a new, active key.
pub async fn insert(tx: &mut Tx, key: &Key, now: i64) -> Outcome<()> {
    on!(tx, c => sqlx::query(INSERT)
        .bind(key.kid.0.to_vec()).bind(key.role.name()).bind(key.office.map(OfficeId::to_vec))
        .bind(key.public_key.to_vec()).bind(key.not_before).bind(key.not_after).bind(now).execute(c).await?.rows_affected());
    Ok(())
}

/// All keys, oldest first within their role.
pub async fn all(tx: &mut Tx) -> Outcome<Vec<Key>> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(ALL_ROWS).fetch_all(c).await?);
    rows.into_iter().map(Key::try_from).collect()
}

/// Whether a key is neither retired nor compromised.
pub async fn is_active(tx: &mut Tx, kid: KeyId) -> Outcome<bool> {
    let found: i64 = on!(tx, c => sqlx::query_scalar(ACTIVE)
        .bind(kid.0.to_vec()).fetch_one(c).await?);
    Ok(found == 1)
}

/// Retires a key or marks it compromised, if its state is still `from`.
pub async fn end(tx: &mut Tx, kid: KeyId, from: KeyState, to: KeyState) -> Outcome<()> {
    let since = match to {
        KeyState::Active => return Err(Failure::Row("a key does not become active again")),
        KeyState::Retired(since) | KeyState::Compromised(since) => since,
    };
    let touched = on!(tx, c => sqlx::query(END)
        .bind(kid.0.to_vec()).bind(state_name(to)).bind(since).bind(state_name(from))
        .execute(c).await?.rows_affected());
    one_row(touched)
}
