//! What one person proposes and another approves. What a row means, and whether this service wrote it, know
//! `proposals/`; the database keeps what both said.

use super::{Tx, on, one_row};
use crate::domain::ids::{OfficeId, OfficerId, ProposalId};
use crate::failure::Outcome;

const INSERT: &str = "INSERT INTO proposals (id, act, office, subject, payload, hash, proposer, proposed, state, part, tag) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open', $9, $10)";
const BY_ID: &str = "SELECT id, act, office, subject, payload, hash, proposer, proposed, approver, approved, state, part, tag \
    FROM proposals WHERE id = $1";
const PAGE: &str = "SELECT id, act, office, subject, payload, hash, proposer, proposed, approver, approved, state, part, tag \
    FROM proposals WHERE office = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
const WHOLE: &str = "SELECT id, act, office, subject, payload, hash, proposer, proposed, approver, approved, state, part, tag \
    FROM proposals WHERE id < $1 ORDER BY id DESC LIMIT $2";
const AFTER: &str = "SELECT id, act, office, subject, payload, hash, proposer, proposed, approver, approved, state, part, tag \
    FROM proposals WHERE id > $1 ORDER BY id LIMIT $2";
const APPROVE: &str = "UPDATE proposals SET state = 'approved', approver = $2, approved = $3, tag = $4 \
    WHERE id = $1 AND state = 'open'";
const DONE: &str = "UPDATE proposals SET state = 'done', part = NULL, tag = $2 WHERE id = $1 AND state = 'approved'";
const WITHDRAW: &str = "UPDATE proposals SET state = 'withdrawn', part = NULL, tag = $2 WHERE id = $1 AND state = 'open'";
const MADE: &str = "SELECT COUNT(*) FROM proposals WHERE subject = $1 AND state = 'done' \
    AND act IN ('officer.add', 'officer.reset', 'officer.enable', 'officer.role') AND approved > $2 AND (proposer = $3 OR approver = $3)";
const WAITING: &str = "SELECT COUNT(*) FROM proposals WHERE office = $1 AND state = 'open' AND proposed > $2 \
    AND proposer <> $3";
const IDS: &str = "SELECT id FROM proposals ORDER BY id";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[
    INSERT, BY_ID, PAGE, WHOLE, AFTER, IDS, APPROVE, DONE, WITHDRAW, MADE, WAITING,
];

/// A row, as it stands.
#[derive(sqlx::FromRow, Clone)]
pub struct Row {
    /// Its id.
    pub id: Vec<u8>,
    /// The kind of act.
    pub act: String,
    /// In which office.
    pub office: Vec<u8>,
    /// Whose account it is about.
    pub subject: Option<Vec<u8>>,
    /// The statement.
    pub payload: String,
    /// SHA-256 of the statement.
    pub hash: Vec<u8>,
    /// Who proposes.
    pub proposer: String,
    /// When.
    pub proposed: i64,
    /// The second person.
    pub approver: Option<String>,
    /// When they approved.
    pub approved: Option<i64>,
    /// open, approved, done or withdrawn.
    pub state: String,
    /// The sealed first half of a one-time password, until it is used.
    pub part: Option<Vec<u8>>,
    /// What `proposals/` wrote over the row.
    pub tag: Vec<u8>,
}

/// Stores a new proposal.
pub async fn insert(tx: &mut Tx, row: &Row) -> Outcome<()> {
    on!(tx, c => sqlx::query(INSERT)
        .bind(&row.id).bind(&row.act).bind(&row.office).bind(&row.subject)
        .bind(&row.payload).bind(&row.hash).bind(&row.proposer).bind(row.proposed)
        .bind(&row.part).bind(&row.tag).execute(c).await?.rows_affected());
    Ok(())
}

/// The proposal of that id.
pub async fn by_id(tx: &mut Tx, id: ProposalId) -> Outcome<Option<Row>> {
    Ok(on!(tx, c => sqlx::query_as(BY_ID).bind(id.to_vec()).fetch_optional(c).await?))
}

/// Proposals of an office, or of all, newest first, before that id.
pub async fn page(
    tx: &mut Tx,
    office: Option<OfficeId>,
    before: Option<ProposalId>,
    limit: u32,
) -> Outcome<Vec<Row>> {
    let before = before.map_or_else(|| vec![0xff; 16], ProposalId::to_vec);
    let limit = i64::from(limit);
    Ok(match office {
        Some(office) => on!(tx, c => sqlx::query_as(PAGE)
            .bind(office.to_vec()).bind(before).bind(limit).fetch_all(c).await?),
        None => on!(tx, c => sqlx::query_as(WHOLE)
            .bind(before).bind(limit).fetch_all(c).await?),
    })
}

/// Everybody's behind that id, for the check of the whole table.
pub async fn after(tx: &mut Tx, id: &[u8], limit: u32) -> Outcome<Vec<Row>> {
    Ok(on!(tx, c => sqlx::query_as(AFTER)
        .bind(id.to_vec()).bind(i64::from(limit)).fetch_all(c).await?))
}

/// The second person says yes. Only once, and only while it is open.
pub async fn approve(
    tx: &mut Tx,
    id: ProposalId,
    approver: &str,
    now: i64,
    tag: &[u8; 32],
) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(APPROVE)
        .bind(id.to_vec()).bind(approver).bind(now).bind(tag.to_vec()).execute(c).await?.rows_affected());
    one_row(touched)
}

/// It is carried out.
pub async fn done(tx: &mut Tx, id: ProposalId, tag: &[u8; 32]) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(DONE)
        .bind(id.to_vec()).bind(tag.to_vec()).execute(c).await?.rows_affected());
    one_row(touched)
}

/// It is taken back.
pub async fn withdraw(tx: &mut Tx, id: ProposalId, tag: &[u8; 32]) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(WITHDRAW)
        .bind(id.to_vec()).bind(tag.to_vec()).execute(c).await?.rows_affected());
    one_row(touched)
}

/// Whether somebody had a part in giving or resetting that account since then.
pub async fn made(tx: &mut Tx, account: OfficerId, since: i64, by: OfficerId) -> Outcome<bool> {
    let count: i64 = on!(tx, c => sqlx::query_scalar(MADE)
        .bind(account.to_vec()).bind(since).bind(by.to_string()).fetch_one(c).await?);
    Ok(count > 0)
}

/// How many of an office wait for somebody else than `own`.
pub async fn waiting(tx: &mut Tx, office: OfficeId, since: i64, own: OfficerId) -> Outcome<u64> {
    let count: i64 = on!(tx, c => sqlx::query_scalar(WAITING)
        .bind(office.to_vec()).bind(since).bind(own.to_string()).fetch_one(c).await?);
    Ok(u64::try_from(count).unwrap_or_default())
}

/// All ids.
pub async fn ids(tx: &mut Tx) -> Outcome<Vec<Vec<u8>>> {
    Ok(on!(tx, c => sqlx::query_scalar(IDS).fetch_all(c).await?))
}
