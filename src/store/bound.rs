//! Credentials bound to phones. What they say is sealed.

use super::{Tx, fixed, on, one_row, parsed};
use crate::chance::Chance;
use crate::crypter::{Cell, Crypter};
use crate::domain::bound::{Bound, Intent, State};
use crate::domain::document::Place;
use crate::domain::ids::{BoundId, DeviceId, DocumentId, ListId, OfficeId};
use crate::failure::{Failure, Outcome};
use credential::ids::KeyId;

const INSERT: &str = "INSERT INTO bound_credentials (id, device, document, purpose, office, state, since, status_list, \
    status_index, issued, expires, kid, claims) VALUES ($1, $2, $3, $4, $5, 'issuing', $6, $7, $8, $9, $10, $11, $12)";
const CHANGE: &str =
    "UPDATE bound_credentials SET state = $3, since = $4 WHERE id = $1 AND state = $2";
const ACTIVE_OF: &str = "SELECT * FROM bound_credentials WHERE device = $1 AND state = 'active' \
    ORDER BY document, purpose, id DESC";
const VOID: &str =
    "UPDATE bound_credentials SET state = 'void', since = $2 WHERE id = $1 AND state = 'issuing'";
const UNFINISHED: &str = "SELECT id, device, status_list FROM bound_credentials WHERE state = 'issuing' AND since <= $1 ORDER BY since LIMIT 1000";
const NOT_VALID: &str = "SELECT status_index, state FROM bound_credentials WHERE status_list = $1 \
    AND state IN ('void', 'suspended', 'revoked', 'superseded') ORDER BY status_index";
const FOLLOW_DOCUMENT: &str = "UPDATE bound_credentials SET state = $2, since = $3 WHERE document = $1 \
    AND state IN ('active', 'suspended') AND state <> $2";
const END_OF_DEVICE: &str = "UPDATE bound_credentials SET state = 'revoked', since = $2 WHERE device = $1 \
    AND state IN ('active', 'suspended', 'superseded')";
const END_OF_KEY: &str = "UPDATE bound_credentials SET state = 'revoked', since = $2 WHERE kid = $1 \
    AND state IN ('active', 'suspended', 'superseded')";
// What stands in a list says that it may go from there (src/gate); nothing else of it is kept.
const ENDS: &str = "UPDATE status_indexes SET ends = b.expires FROM bound_credentials AS b WHERE b.expires <= $1 \
    AND b.state IN ('void', 'suspended', 'revoked', 'superseded') \
    AND status_indexes.status_list = b.status_list AND status_indexes.status_index = b.status_index";
const EXPIRE: &str = "DELETE FROM bound_credentials WHERE expires <= $1";

/// The statuses of one list, in their order.
#[cfg(test)]
pub const OF_ONE_LIST: &str = NOT_VALID;
const DOCUMENT: &str = "SELECT document FROM bound_credentials WHERE id = $1";
const AFTER: &str = "SELECT b.id, b.device, b.document, b.purpose, b.office, b.state, b.since, b.status_list, \
    b.status_index, b.issued, b.expires, b.kid, b.claims, d.kind, p.key, (SELECT s.document FROM status_indexes AS s \
    WHERE s.status_list = b.status_list AND s.status_index = b.status_index) AS owner \
    FROM bound_credentials AS b LEFT JOIN documents AS d ON d.id = b.document LEFT JOIN devices AS p ON p.id = b.device \
    WHERE b.id > $1 ORDER BY b.id LIMIT $2";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[
    INSERT,
    CHANGE,
    ACTIVE_OF,
    VOID,
    UNFINISHED,
    NOT_VALID,
    FOLLOW_DOCUMENT,
    END_OF_DEVICE,
    END_OF_KEY,
    ENDS,
    EXPIRE,
    DOCUMENT,
    AFTER,
];

#[derive(sqlx::FromRow)]
struct Row {
    id: Vec<u8>,
    device: Vec<u8>,
    document: Vec<u8>,
    purpose: i64,
    office: Vec<u8>,
    state: String,
    since: i64,
    status_list: Vec<u8>,
    status_index: i64,
    issued: i64,
    expires: i64,
    kid: Vec<u8>,
    claims: Vec<u8>,
}

fn cell(id: &[u8]) -> Cell<'_> {
    Cell {
        table: "bound_credentials",
        row: id,
        column: "claims",
    }
}

fn opened(crypter: &Crypter, row: Row) -> Outcome<Bound> {
    let claims = crypter.open(cell(&row.id), &row.claims)?.to_vec();
    of_row(row, claims)
}

fn of_row(row: Row, claims: Vec<u8>) -> Outcome<Bound> {
    Ok(Bound {
        id: parsed("bound_credentials.id", BoundId::from_bytes(&row.id))?,
        device: parsed(
            "bound_credentials.device",
            DeviceId::from_bytes(&row.device),
        )?,
        document: parsed(
            "bound_credentials.document",
            DocumentId::from_bytes(&row.document),
        )?,
        purpose: parsed("bound_credentials.purpose", u8::try_from(row.purpose))?,
        office: parsed(
            "bound_credentials.office",
            OfficeId::from_bytes(&row.office),
        )?,
        place: Place {
            list: parsed(
                "bound_credentials.status_list",
                ListId::from_bytes(&row.status_list),
            )?,
            index: parsed(
                "bound_credentials.status_index",
                u32::try_from(row.status_index),
            )?,
        },
        issued: row.issued,
        expires: row.expires,
        kid: KeyId(fixed("bound_credentials.kid", &row.kid)?),
        claims,
        state: State::parse(&row.state).ok_or(Failure::Row("bound_credentials.state"))?,
        since: row.since,
    })
}

/// Stores the intent to issue.
pub async fn insert(tx: &mut Tx, crypter: &Crypter, chance: &mut Chance, b: &Bound) -> Outcome<()> {
    if b.state != State::Issuing {
        return Err(Failure::Row("a bound credential begins as an intent"));
    }
    let id = b.id.to_vec();
    let claims = crypter.seal(chance, cell(&id), &b.claims);
    on!(tx, c => sqlx::query(INSERT)
        .bind(&id).bind(b.device.to_vec()).bind(b.document.to_vec()).bind(i64::from(b.purpose))
        .bind(b.office.to_vec()).bind(b.since).bind(b.place.list.to_vec()).bind(i64::from(b.place.index))
        .bind(b.issued).bind(b.expires).bind(b.kid.0.to_vec()).bind(&claims).execute(c).await?.rows_affected());
    Ok(())
}

/// Stores a new state, if the state is still `from`.
pub async fn change(tx: &mut Tx, from: State, b: &Bound) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(CHANGE)
        .bind(b.id.to_vec()).bind(from.name()).bind(b.state.name()).bind(b.since)
        .execute(c).await?.rows_affected());
    one_row(touched)
}

/// The credentials that a phone has in force; of the same document and purpose the newest first.
pub async fn active_of(tx: &mut Tx, crypter: &Crypter, device: DeviceId) -> Outcome<Vec<Bound>> {
    let rows: Vec<Row> =
        on!(tx, c => sqlx::query_as(ACTIVE_OF).bind(device.to_vec()).fetch_all(c).await?);
    rows.into_iter().map(|row| opened(crypter, row)).collect()
}

/// Voids an intent that will not be finished.
pub async fn void(tx: &mut Tx, id: BoundId, at: i64) -> Outcome<()> {
    let touched = on!(tx, c => sqlx::query(VOID)
        .bind(id.to_vec()).bind(at).execute(c).await?.rows_affected());
    one_row(touched)
}

/// Intents begun at or before that second and never finished, at most 1,000.
pub async fn unfinished(tx: &mut Tx, begun_by: i64) -> Outcome<Vec<Intent>> {
    let rows: Vec<(Vec<u8>, Vec<u8>, Vec<u8>)> =
        on!(tx, c => sqlx::query_as(UNFINISHED).bind(begun_by).fetch_all(c).await?);
    let intent = |(id, device, list): (Vec<u8>, Vec<u8>, Vec<u8>)| {
        Ok(Intent {
            id: parsed("bound_credentials.id", BoundId::from_bytes(&id))?,
            device: parsed("bound_credentials.device", DeviceId::from_bytes(&device))?,
            list: parsed("bound_credentials.status_list", ListId::from_bytes(&list))?,
        })
    };
    rows.into_iter().map(intent).collect()
}

/// Index and state of every credential of a list that is not plainly valid.
pub async fn not_valid(tx: &mut Tx, list: ListId) -> Outcome<Vec<(i64, String)>> {
    Ok(on!(tx, c => sqlx::query_as(NOT_VALID).bind(list.to_vec()).fetch_all(c).await?))
}

/// Takes the credentials of a document to the state that the document has now; what ended with its phone stays so.
pub async fn follow_document(
    tx: &mut Tx,
    document: DocumentId,
    state: State,
    at: i64,
) -> Outcome<()> {
    on!(tx, c => sqlx::query(FOLLOW_DOCUMENT)
        .bind(document.to_vec()).bind(state.name()).bind(at).execute(c).await?.rows_affected());
    Ok(())
}

/// Ends every credential of a phone.
pub async fn end_of_device(tx: &mut Tx, device: DeviceId, at: i64) -> Outcome<()> {
    on!(tx, c => sqlx::query(END_OF_DEVICE).bind(device.to_vec()).bind(at).execute(c).await?.rows_affected());
    Ok(())
}

/// Ends every credential that a key signed. Returns how many.
pub async fn end_of_key(tx: &mut Tx, kid: KeyId, at: i64) -> Outcome<u64> {
    Ok(on!(tx, c => sqlx::query(END_OF_KEY)
        .bind(kid.0.to_vec()).bind(at).execute(c).await?.rows_affected()))
}

/// Throws away what expired by then; its index stays burnt, and its list may say no more of it.
pub async fn expire(tx: &mut Tx, by: i64) -> Outcome<u64> {
    on!(tx, c => sqlx::query(ENDS).bind(by).execute(c).await?.rows_affected());
    Ok(on!(tx, c => sqlx::query(EXPIRE).bind(by).execute(c).await?.rows_affected()))
}

/// The document that a credential is of; none where there is no such credential.
pub async fn document(tx: &mut Tx, id: &[u8]) -> Outcome<Option<DocumentId>> {
    let row: Option<Vec<u8>> =
        on!(tx, c => sqlx::query_scalar(DOCUMENT).bind(id).fetch_optional(c).await?);
    let document = row.as_deref().map(DocumentId::from_bytes).transpose();
    parsed("bound_credentials.document", document)
}

/// A credential as it lies in the table, for the check of the whole table.
pub struct Sealed {
    /// Its id.
    pub id: BoundId,
    /// Whether its status index was drawn for it.
    pub has_index: bool,
    /// Number of its document's kind.
    pub kind: Option<i64>,
    /// The key of its phone.
    pub device_key: Option<Vec<u8>>,
    /// Its row, where `claims` are still sealed.
    pub row: Bound,
}

impl Sealed {
    /// What it says, opened.
    pub fn open(&self, crypter: &Crypter) -> Outcome<Vec<u8>> {
        Ok(crypter
            .open(cell(&self.id.to_vec()), &self.row.claims)?
            .to_vec())
    }
}

#[derive(sqlx::FromRow)]
struct SealedRow {
    #[sqlx(flatten)]
    row: Row,
    kind: Option<i64>,
    key: Option<Vec<u8>>,
    owner: Option<Vec<u8>>,
}

/// Everybody's credentials by id, after the one `after`.
pub async fn all_after(tx: &mut Tx, after: Option<BoundId>, limit: u32) -> Outcome<Vec<Sealed>> {
    let after = after.map_or_else(Vec::new, BoundId::to_vec);
    let rows: Vec<SealedRow> = on!(tx, c => sqlx::query_as(AFTER)
        .bind(after).bind(i64::from(limit)).fetch_all(c).await?);
    let sealed = |found: SealedRow| {
        let has_index = found.owner.as_ref() == Some(&found.row.id);
        let claims = found.row.claims.clone();
        let row = of_row(found.row, claims)?;
        Ok(Sealed {
            id: row.id,
            has_index,
            kind: found.kind,
            device_key: found.key,
            row,
        })
    };
    rows.into_iter().map(sealed).collect()
}
