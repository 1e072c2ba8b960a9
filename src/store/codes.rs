//! Codes that were sent to citizens and are waited for.

use super::{Tx, fixed, on, one_row};
use crate::domain::ids::ChallengeId;
use crate::failure::{Failure, Outcome};

const INSERT: &str = "INSERT INTO account_codes (id, purpose, subject, code_hash, payload, expires, tries) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
// Counted before it is judged: however many are typed at the same time, no more than were allowed are judged.
const TAKE: &str = "UPDATE account_codes SET tries = tries - 1 WHERE id = $1 AND tries > 0 \
    RETURNING purpose, subject, code_hash, payload, expires, tries";
const SPEND: &str = "DELETE FROM account_codes WHERE id = $1";
const EXPIRE: &str = "DELETE FROM account_codes WHERE expires <= $1";
const OF_SUBJECT: &str = "DELETE FROM account_codes WHERE subject = $1";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[INSERT, TAKE, SPEND, EXPIRE, OF_SUBJECT];

/// A row.
pub struct Challenge {
    /// What it lets one do.
    pub purpose: String,
    /// Keyed hash of the NIK.
    pub subject: [u8; 32],
    /// Keyed hash of the code.
    pub code_hash: [u8; 32],
    /// Sealed: what is done once the code is right.
    pub payload: Vec<u8>,
    /// After that it lets nobody in.
    pub expires: i64,
    /// Tries that are left after this one.
    pub tries: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    purpose: String,
    subject: Vec<u8>,
    code_hash: Vec<u8>,
    payload: Vec<u8>,
    expires: i64,
    tries: i64,
}

impl TryFrom<Row> for Challenge {
    type Error = Failure;

    fn try_from(row: Row) -> Outcome<Self> {
        Ok(Self {
            purpose: row.purpose,
            subject: fixed("account_codes.subject", &row.subject)?,
            code_hash: fixed("account_codes.code_hash", &row.code_hash)?,
            payload: row.payload,
            expires: row.expires,
            tries: row.tries,
        })
    }
}

/// Stores a code that is waited for.
pub async fn insert(tx: &mut Tx, id: ChallengeId, challenge: &Challenge) -> Outcome<()> {
    on!(tx, c => sqlx::query(INSERT)
        .bind(id.to_vec()).bind(&challenge.purpose).bind(challenge.subject.to_vec())
        .bind(challenge.code_hash.to_vec()).bind(&challenge.payload).bind(challenge.expires)
        .bind(challenge.tries).execute(c).await?.rows_affected());
    Ok(())
}

/// Counts a try of the code with that id, and reads it; none where no try is left.
pub async fn take(tx: &mut Tx, id: ChallengeId) -> Outcome<Option<Challenge>> {
    let row: Option<Row> =
        on!(tx, c => sqlx::query_as(TAKE).bind(id.to_vec()).fetch_optional(c).await?);
    row.map(Challenge::try_from).transpose()
}

/// Uses a code up.
pub async fn spend(tx: &mut Tx, id: ChallengeId) -> Outcome<()> {
    let touched =
        on!(tx, c => sqlx::query(SPEND).bind(id.to_vec()).execute(c).await?.rows_affected());
    one_row(touched)
}

/// Throws away what has expired.
pub async fn expire(tx: &mut Tx, now: i64) -> Outcome<u64> {
    Ok(on!(tx, c => sqlx::query(EXPIRE).bind(now).execute(c).await?.rows_affected()))
}

/// Throws away every code of a NIK, by its keyed hash.
pub async fn forget(tx: &mut Tx, subject: &[u8; 32]) -> Outcome<()> {
    on!(tx, c => sqlx::query(OF_SUBJECT).bind(subject.to_vec()).execute(c).await?.rows_affected());
    Ok(())
}
