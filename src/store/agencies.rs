//! Agencies, their agreements, and how far each has read.

use super::{Tx, fixed, on, one_row, parsed};
use crate::domain::agency::{Elements, Kinds, Terms};
use crate::domain::ids::{AgencyId, RegionPrefix};
use crate::failure::{Failure, Outcome};

const INSERT: &str = "INSERT INTO agencies (id, name, kinds, region, elements, mode, token_hash, url, secret, \
    valid_from, valid_to, start, sent, created) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13)";
const ALL_ROWS: &str = "SELECT * FROM agencies ORDER BY id";
const BY_ID: &str = "SELECT * FROM agencies WHERE id = $1";
const CUT_OFF: &str =
    "UPDATE agencies SET cut_off = $2, cut_reason = $3 WHERE id = $1 AND cut_off IS NULL";
// Whom there may be something to push to, and no batch is under way or dead.
const BEHIND: &str = "SELECT * FROM agencies WHERE mode = 'webhook' AND cut_off IS NULL AND valid_from <= $1 \
    AND valid_to >= $1 AND sent < $2 AND NOT EXISTS (SELECT 1 FROM outbox WHERE lane = agencies.id \
    AND state IN ('waiting', 'claimed', 'dead')) ORDER BY id LIMIT 100";
const SENT: &str = "UPDATE agencies SET sent = $3 WHERE id = $1 AND sent = $2";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[INSERT, ALL_ROWS, BY_ID, CUT_OFF, BEHIND, SENT];

/// An agency and its agreement.
#[derive(Clone)]
pub struct Agency {
    /// Its id.
    pub id: AgencyId,
    /// For people.
    pub name: String,
    /// What its agreement says.
    pub terms: Terms,
    /// How it gets changes.
    pub mode: Mode,
    /// Number of the last change before the agreement was stored.
    pub start: i64,
    /// Number of the last change it took by webhook.
    pub sent: i64,
    /// Why it was cut off.
    pub cut_reason: Option<String>,
}

/// How an agency gets changes.
#[derive(Clone)]
pub enum Mode {
    /// It asks, with a token.
    Pull {
        /// SHA-256 of the token's secret.
        token_hash: [u8; 32],
    },
    /// It is called.
    Webhook {
        /// Where.
        url: String,
        /// The sealed key of the signatures.
        secret: Vec<u8>,
    },
}

impl Mode {
    /// Its name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Pull { .. } => "pull",
            Self::Webhook { .. } => "webhook",
        }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Vec<u8>,
    name: String,
    kinds: String,
    region: String,
    elements: String,
    mode: String,
    token_hash: Option<Vec<u8>>,
    url: Option<String>,
    secret: Option<Vec<u8>>,
    valid_from: i64,
    valid_to: i64,
    start: i64,
    sent: i64,
    cut_off: Option<i64>,
    cut_reason: Option<String>,
}

impl TryFrom<Row> for Agency {
    type Error = Failure;

    fn try_from(row: Row) -> Outcome<Self> {
        let mode = match (row.mode.as_str(), row.token_hash, row.url, row.secret) {
            ("pull", Some(hash), None, None) => Mode::Pull {
                token_hash: fixed("agencies.token_hash", &hash)?,
            },
            ("webhook", None, Some(url), Some(secret)) => Mode::Webhook { url, secret },
            _ => return Err(Failure::Row("agencies.mode")),
        };
        Ok(Self {
            id: parsed("agencies.id", AgencyId::from_bytes(&row.id))?,
            name: row.name,
            terms: Terms {
                kinds: Kinds::from_stored(&row.kinds).ok_or(Failure::Row("agencies.kinds"))?,
                region: parsed("agencies.region", RegionPrefix::parse(&row.region))?,
                elements: parsed("agencies.elements", Elements::parse(&row.elements))?,
                valid_from: row.valid_from,
                valid_to: row.valid_to,
                cut_off: row.cut_off,
            },
            mode,
            start: row.start,
            sent: row.sent,
            cut_reason: row.cut_reason,
        })
    }
}

/// Stores a new agency.
pub async fn insert(tx: &mut Tx, agency: &Agency, now: i64) -> Outcome<()> {
    let (hash, url, secret) = match &agency.mode {
        Mode::Pull { token_hash } => (Some(token_hash.to_vec()), None, None),
        Mode::Webhook { url, secret } => (None, Some(url), Some(secret)),
    };
    let terms = &agency.terms;
    on!(tx, c => sqlx::query(INSERT)
        .bind(agency.id.to_vec()).bind(&agency.name).bind(terms.kinds.to_stored()).bind(terms.region.as_str())
        .bind(terms.elements.to_text()).bind(agency.mode.name()).bind(hash).bind(url).bind(secret)
        .bind(terms.valid_from).bind(terms.valid_to).bind(agency.start).bind(now).execute(c).await?.rows_affected());
    Ok(())
}

/// All agencies, oldest first.
pub async fn all(tx: &mut Tx) -> Outcome<Vec<Agency>> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(ALL_ROWS).fetch_all(c).await?);
    rows.into_iter().map(Agency::try_from).collect()
}

/// The agency with that id.
pub async fn by_id(tx: &mut Tx, id: AgencyId) -> Outcome<Option<Agency>> {
    let row: Option<Row> =
        on!(tx, c => sqlx::query_as(BY_ID).bind(id.to_vec()).fetch_optional(c).await?);
    row.map(Agency::try_from).transpose()
}

/// Ends an agreement at once, if it was not ended before.
pub async fn cut_off(tx: &mut Tx, id: AgencyId, now: i64, reason: &str) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(CUT_OFF)
        .bind(id.to_vec()).bind(now).bind(reason).execute(c).await?.rows_affected());
    one_row(touched)
}

/// Agencies that take webhooks, whose agreement stands, and that have not got every change up to `last`.
pub async fn behind(tx: &mut Tx, now: i64, last: i64) -> Outcome<Vec<Agency>> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(BEHIND)
        .bind(now).bind(last).fetch_all(c).await?);
    rows.into_iter().map(Agency::try_from).collect()
}

/// Notes how far an agency has got, if it had got to `from` before.
pub async fn sent(tx: &mut Tx, id: AgencyId, from: i64, to: i64) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(SENT)
        .bind(id.to_vec()).bind(from).bind(to).execute(c).await?.rows_affected());
    one_row(touched)
}
