//! Phones that show documents.

use super::register::Register;
use super::row_seals::DEVICES;
use super::{Tx, fixed, on, one_row, parsed};
use crate::domain::device::{Device, DeviceKey, State};
use crate::domain::ids::{DeviceId, OfficeId};
use crate::failure::{Failure, Outcome};

const INSERT: &str = "INSERT INTO devices (id, subject_index, nik, key, face, label, office, created, renewed, state, \
    since) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const BY_ID: &str = "SELECT * FROM devices WHERE id = $1";
const ACTIVE_OF: &str = "SELECT * FROM devices WHERE subject_index = $1 AND state = 'active'";
const ALL_OF: &str = "SELECT * FROM devices WHERE subject_index = $1 ORDER BY id DESC LIMIT 50";
const END: &str = "UPDATE devices SET state = $2, since = $3 WHERE id = $1 AND state = 'active'";
const RENEWED: &str = "UPDATE devices SET renewed = $2 WHERE id = $1 AND state = 'active'";
const EXPIRE: &str = "DELETE FROM devices WHERE state <> 'active' AND since <= $1";
const OWNERS: &str =
    "SELECT id, nik, subject_index FROM devices WHERE id > $1 ORDER BY id LIMIT $2";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[
    INSERT, BY_ID, ACTIVE_OF, ALL_OF, END, RENEWED, EXPIRE, OWNERS,
];

/// A row.
pub struct Stored {
    /// The phone.
    pub device: Device,
    /// Keyed hash of the NIK.
    pub subject_index: [u8; 32],
    /// Sealed NIK.
    pub nik: Vec<u8>,
    /// Sealed portrait from the counter.
    pub face: Option<Vec<u8>>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Vec<u8>,
    subject_index: Vec<u8>,
    nik: Vec<u8>,
    key: Vec<u8>,
    face: Option<Vec<u8>>,
    label: String,
    office: Option<Vec<u8>>,
    created: i64,
    renewed: i64,
    state: String,
    since: i64,
}

impl TryFrom<Row> for Stored {
    type Error = Failure;

    fn try_from(row: Row) -> Outcome<Self> {
        let office = row.office.as_deref().map(OfficeId::from_bytes).transpose();
        Ok(Self {
            device: Device {
                id: parsed("devices.id", DeviceId::from_bytes(&row.id))?,
                key: DeviceKey::from_bytes(&row.key).ok_or(Failure::Row("devices.key"))?,
                label: row.label,
                office: parsed("devices.office", office)?,
                created: row.created,
                renewed: row.renewed,
                state: State::parse(&row.state).ok_or(Failure::Row("devices.state"))?,
                since: row.since,
            },
            subject_index: fixed("devices.subject_index", &row.subject_index)?,
            nik: row.nik,
            face: row.face,
        })
    }
}

/// Stores a new phone. There must be no other active one of that person.
pub async fn insert(tx: &mut Tx, register: &Register<'_>, row: &Stored) -> Outcome<()> {
    let d = &row.device;
    on!(tx, c => sqlx::query(INSERT)
        .bind(d.id.to_vec()).bind(row.subject_index.to_vec()).bind(&row.nik).bind(d.key.to_bytes()).bind(&row.face)
        .bind(&d.label).bind(d.office.map(OfficeId::to_vec)).bind(d.created).bind(d.renewed)
        .bind(d.state.name()).bind(d.since).execute(c).await?.rows_affected());
    DEVICES.renew(tx, register, &d.id.to_vec()).await
}

/// The phone with that id.
pub async fn by_id(tx: &mut Tx, id: DeviceId) -> Outcome<Option<Stored>> {
    let row: Option<Row> =
        on!(tx, c => sqlx::query_as(BY_ID).bind(id.to_vec()).fetch_optional(c).await?);
    row.map(Stored::try_from).transpose()
}

/// The active phone of a person, by the keyed hash of the NIK.
pub async fn active_of(tx: &mut Tx, subject_index: &[u8; 32]) -> Outcome<Option<Stored>> {
    let row: Option<Row> = on!(tx, c => sqlx::query_as(ACTIVE_OF)
        .bind(subject_index.to_vec()).fetch_optional(c).await?);
    row.map(Stored::try_from).transpose()
}

/// Every phone that a person has or had, newest first, at most 50.
pub async fn all_of(tx: &mut Tx, subject_index: &[u8; 32]) -> Outcome<Vec<Stored>> {
    let rows: Vec<Row> =
        on!(tx, c => sqlx::query_as(ALL_OF).bind(subject_index.to_vec()).fetch_all(c).await?);
    rows.into_iter().map(Stored::try_from).collect()
}

/// Stores that it ended, if it is still active.
pub async fn end(tx: &mut Tx, register: &Register<'_>, d: &Device) -> Outcome<()> {
    let seals = DEVICES.before(tx, register, &d.id.to_vec()).await?;
    let touched = on!(tx, c => sqlx::query(END)
        .bind(d.id.to_vec()).bind(d.state.name()).bind(d.since).execute(c).await?.rows_affected());
    one_row(touched)?;
    seals.after(tx, register).await
}

/// Notes that it got credentials, if it is still active.
pub async fn renewed(tx: &mut Tx, register: &Register<'_>, id: DeviceId, at: i64) -> Outcome<()> {
    let seals = DEVICES.before(tx, register, &id.to_vec()).await?;
    let touched = on!(tx, c => sqlx::query(RENEWED)
        .bind(id.to_vec()).bind(at).execute(c).await?.rows_affected());
    one_row(touched)?;
    seals.after(tx, register).await
}

/// Throws away what ended by then; its credentials and activations must be gone.
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
