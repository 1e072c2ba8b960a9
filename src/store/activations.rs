//! Activations of phones.

use super::register::Register;
use super::row_seals::ACTIVATIONS;
use super::{Tx, fixed, on, one_row, parsed};
use crate::domain::activation::{Activation, State};
use crate::domain::ids::{ActivationId, DeviceId, OfficeId, OfficerId};
use crate::failure::{Failure, Outcome};

const INSERT: &str = "INSERT INTO activations (id, code_hash, subject_index, nik, face, office, officer, created, \
    expires, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open')";
const BY_CODE: &str = "SELECT id, subject_index, nik, face, office, expires, state, device FROM activations \
    WHERE code_hash = $1";
const BY_ID: &str = "SELECT id, subject_index, nik, face, office, expires, state, device FROM activations WHERE id = $1";
const OPEN_OF: &str = "SELECT id, subject_index, nik, face, office, expires, state, device FROM activations \
    WHERE subject_index = $1 AND state = 'open'";
const CHANGE: &str =
    "UPDATE activations SET state = $2, device = $3 WHERE id = $1 AND state = 'open'";
const EXPIRE: &str = "DELETE FROM activations WHERE expires <= $1";
const OWNERS: &str =
    "SELECT id, nik, subject_index FROM activations WHERE id > $1 ORDER BY id LIMIT $2";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[INSERT, BY_CODE, BY_ID, OPEN_OF, CHANGE, EXPIRE, OWNERS];

/// A row.
pub struct Stored {
    /// The activation.
    pub activation: Activation,
    /// Keyed hash of the NIK.
    pub subject_index: [u8; 32],
    /// Sealed NIK.
    pub nik: Vec<u8>,
    /// Sealed portrait from the counter.
    pub face: Option<Vec<u8>>,
    /// Where the person was seen; none at the command line.
    pub office: Option<OfficeId>,
}

/// What only a new row has.
pub struct Opened {
    /// Keyed hash of the code.
    pub code_hash: [u8; 32],
    /// Who saw the person; none at the command line.
    pub officer: Option<OfficerId>,
    /// When.
    pub created: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Vec<u8>,
    subject_index: Vec<u8>,
    nik: Vec<u8>,
    face: Option<Vec<u8>>,
    office: Option<Vec<u8>>,
    expires: i64,
    state: String,
    device: Option<Vec<u8>>,
}

impl TryFrom<Row> for Stored {
    type Error = Failure;

    fn try_from(row: Row) -> Outcome<Self> {
        let device = row.device.as_deref().map(DeviceId::from_bytes).transpose();
        let device = parsed("activations.device", device)?;
        let state = match (row.state.as_str(), device) {
            ("open", None) => State::Open,
            ("used", Some(device)) => State::Used(device),
            ("cancelled", None) => State::Cancelled,
            _ => return Err(Failure::Row("activations.state")),
        };
        let office = row.office.as_deref().map(OfficeId::from_bytes).transpose();
        Ok(Self {
            activation: Activation {
                id: parsed("activations.id", ActivationId::from_bytes(&row.id))?,
                expires: row.expires,
                state,
            },
            subject_index: fixed("activations.subject_index", &row.subject_index)?,
            nik: row.nik,
            face: row.face,
            office: parsed("activations.office", office)?,
        })
    }
}

/// Stores an open activation.
pub async fn insert(
    tx: &mut Tx,
    register: &Register<'_>,
    row: &Stored,
    opened: &Opened,
) -> Outcome<()> {
    on!(tx, c => sqlx::query(INSERT)
        .bind(row.activation.id.to_vec()).bind(opened.code_hash.to_vec()).bind(row.subject_index.to_vec())
        .bind(&row.nik).bind(&row.face).bind(row.office.map(OfficeId::to_vec))
        .bind(opened.officer.map(OfficerId::to_vec)).bind(opened.created).bind(row.activation.expires)
        .execute(c).await?.rows_affected());
    let id = row.activation.id.to_vec();
    ACTIVATIONS.renew(tx, register, &id).await
}

/// The activation with that code, by its keyed hash.
pub async fn by_code(tx: &mut Tx, code_hash: &[u8; 32]) -> Outcome<Option<Stored>> {
    let row: Option<Row> =
        on!(tx, c => sqlx::query_as(BY_CODE).bind(code_hash.to_vec()).fetch_optional(c).await?);
    row.map(Stored::try_from).transpose()
}

/// The activation with that id.
pub async fn by_id(tx: &mut Tx, id: ActivationId) -> Outcome<Option<Stored>> {
    let row: Option<Row> =
        on!(tx, c => sqlx::query_as(BY_ID).bind(id.to_vec()).fetch_optional(c).await?);
    row.map(Stored::try_from).transpose()
}

/// Open activations of a person, by the keyed hash of the NIK.
pub async fn open_of(tx: &mut Tx, subject_index: &[u8; 32]) -> Outcome<Vec<Stored>> {
    let rows: Vec<Row> =
        on!(tx, c => sqlx::query_as(OPEN_OF).bind(subject_index.to_vec()).fetch_all(c).await?);
    rows.into_iter().map(Stored::try_from).collect()
}

/// Stores a new state, if it is still open.
pub async fn change(tx: &mut Tx, register: &Register<'_>, a: &Activation) -> Outcome<()> {
    let seals = ACTIVATIONS.before(tx, register, &a.id.to_vec()).await?;
    let touched = on!(tx, c => sqlx::query(CHANGE)
        .bind(a.id.to_vec()).bind(a.state.name()).bind(a.state.device().map(DeviceId::to_vec))
        .execute(c).await?.rows_affected());
    one_row(touched)?;
    seals.after(tx, register).await
}

/// Throws away what expired by then.
pub async fn expire(tx: &mut Tx, by: i64) -> Outcome<u64> {
    Ok(on!(tx, c => sqlx::query(EXPIRE).bind(by).execute(c).await?.rows_affected()))
}

/// Id of a row, sealed NIK and keyed hash of it.
pub type Owner = (Vec<u8>, Vec<u8>, Vec<u8>);

/// Everybody's behind that id, for the check of the whole table.
pub async fn owners(tx: &mut Tx, id: &[u8], limit: u32) -> Outcome<Vec<Owner>> {
    Ok(on!(tx, c => sqlx::query_as(OWNERS)
        .bind(id.to_vec()).bind(i64::from(limit)).fetch_all(c).await?))
}
