//! Appointments at offices. The unique index `appointments_place` is what keeps a place from being given twice.

use super::applications::rows::Row as ApplicationRow;
use super::register::Register;
use super::row_seals::APPOINTMENTS;
use super::{Tx, on, one_row, parsed};
use crate::crypter::Crypter;
use crate::domain::application::Application;
use crate::domain::appointment::{Appointment, Meeting};
use crate::domain::ids::{ApplicationId, AppointmentId, OfficeId, OfficerId};
use crate::failure::{Failure, Outcome};
use std::collections::HashMap;

const INSERT: &str = "INSERT INTO appointments (id, application, office, starts, seat, state, created, officer) \
    VALUES ($1, $2, $3, $4, $5, 'booked', $6, NULL) \
    ON CONFLICT (office, starts, seat) WHERE state <> 'cancelled' DO NOTHING";
const BY_ID: &str = "SELECT id, application, office, starts, seat, state, created, officer FROM appointments \
    WHERE id = $1";
const OF_APPLICATION: &str = "SELECT id, application, office, starts, seat, state, created, officer \
    FROM appointments WHERE application = $1 \
    ORDER BY CASE state WHEN 'booked' THEN 0 ELSE 1 END, id DESC LIMIT 50";
const BETWEEN: &str = "SELECT id, application, office, starts, seat, state, created, officer FROM appointments \
    WHERE office = $1 AND starts >= $2 AND starts < $3 AND state <> 'cancelled' ORDER BY starts, seat LIMIT 5000";
const APPLICATIONS: &str = "SELECT applications.* FROM appointments \
    JOIN applications ON applications.id = appointments.application WHERE appointments.office = $1 \
    AND starts >= $2 AND starts < $3 AND appointments.state <> 'cancelled' LIMIT 5000";
const TAKEN: &str =
    "SELECT seat FROM appointments WHERE office = $1 AND starts = $2 AND state <> 'cancelled'";
const COUNTS: &str = "SELECT starts, COUNT(*) FROM appointments \
    WHERE office = $1 AND starts >= $2 AND starts < $3 AND state <> 'cancelled' GROUP BY starts";
const CHANGE: &str =
    "UPDATE appointments SET state = $3, officer = $4 WHERE id = $1 AND state = $2";
const BOOKED: &str = "SELECT id FROM appointments WHERE application = $1 AND state = 'booked'";
const RELEASE: &str =
    "UPDATE appointments SET state = 'cancelled' WHERE application = $1 AND state = 'booked'";

/// Every statement, for the test that prepares them.
#[cfg(test)]
pub const ALL: &[&str] = &[
    INSERT,
    BY_ID,
    OF_APPLICATION,
    BETWEEN,
    APPLICATIONS,
    TAKEN,
    COUNTS,
    CHANGE,
    BOOKED,
    RELEASE,
];

#[derive(sqlx::FromRow)]
struct Row {
    id: Vec<u8>,
    application: Vec<u8>,
    office: Vec<u8>,
    starts: i64,
    seat: i64,
    state: String,
    created: i64,
    officer: Option<Vec<u8>>,
}

impl TryFrom<Row> for Appointment {
    type Error = Failure;

    fn try_from(row: Row) -> Outcome<Self> {
        let officer = row.officer.as_deref().map(OfficerId::from_bytes);
        let officer = parsed("appointments.officer", officer.transpose())?;
        let state = Meeting::parse(&row.state, officer);
        Ok(Self {
            id: parsed("appointments.id", AppointmentId::from_bytes(&row.id))?,
            application: parsed(
                "appointments.application",
                ApplicationId::from_bytes(&row.application),
            )?,
            office: parsed("appointments.office", OfficeId::from_bytes(&row.office))?,
            starts: row.starts,
            seat: parsed("appointments.seat", u16::try_from(row.seat))?,
            state: state.ok_or(Failure::Row("appointments.state"))?,
            created: row.created,
        })
    }
}

/// Stores a new appointment. False where its seat is taken.
pub async fn insert(tx: &mut Tx, register: &Register<'_>, a: &Appointment) -> Outcome<bool> {
    let touched = on!(tx, c => sqlx::query(INSERT)
        .bind(a.id.to_vec()).bind(a.application.to_vec()).bind(a.office.to_vec()).bind(a.starts)
        .bind(i64::from(a.seat)).bind(a.created).execute(c).await?.rows_affected());
    if touched == 1 {
        APPOINTMENTS.renew(tx, register, &a.id.to_vec()).await?;
    }
    Ok(touched == 1)
}

/// The appointment with that id.
pub async fn by_id(tx: &mut Tx, id: AppointmentId) -> Outcome<Option<Appointment>> {
    let row: Option<Row> =
        on!(tx, c => sqlx::query_as(BY_ID).bind(id.to_vec()).fetch_optional(c).await?);
    row.map(Appointment::try_from).transpose()
}

/// The appointments of an application: the one that is booked, then the newest first.
pub async fn of_application(tx: &mut Tx, id: ApplicationId) -> Outcome<Vec<Appointment>> {
    let rows: Vec<Row> =
        on!(tx, c => sqlx::query_as(OF_APPLICATION).bind(id.to_vec()).fetch_all(c).await?);
    rows.into_iter().map(Appointment::try_from).collect()
}

/// An office's appointments that begin within `[from, to)`, in their order; cancelled ones are left out.
pub async fn between(
    tx: &mut Tx,
    office: OfficeId,
    (from, to): (i64, i64),
) -> Outcome<Vec<Appointment>> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(BETWEEN)
        .bind(office.to_vec()).bind(from).bind(to).fetch_all(c).await?);
    rows.into_iter().map(Appointment::try_from).collect()
}

/// The applications of those appointments, by id.
pub async fn applications_between(
    tx: &mut Tx,
    crypter: &Crypter,
    office: OfficeId,
    (from, to): (i64, i64),
) -> Outcome<HashMap<ApplicationId, Application>> {
    let rows: Vec<ApplicationRow> = on!(tx, c => sqlx::query_as(APPLICATIONS)
        .bind(office.to_vec()).bind(from).bind(to).fetch_all(c).await?);
    rows.into_iter()
        .map(|row| row.into_application(crypter).map(|a| (a.id, a)))
        .collect()
}

/// The seats of a slot that are taken.
pub async fn taken(tx: &mut Tx, office: OfficeId, starts: i64) -> Outcome<Vec<u16>> {
    let seats: Vec<i64> = on!(tx, c => sqlx::query_scalar(TAKEN)
        .bind(office.to_vec()).bind(starts).fetch_all(c).await?);
    let seats = seats.into_iter().map(u16::try_from);
    parsed("appointments.seat", seats.collect())
}

/// How many places are taken, by slot, within `[from, to)`.
pub async fn counts(
    tx: &mut Tx,
    office: OfficeId,
    (from, to): (i64, i64),
) -> Outcome<Vec<(i64, i64)>> {
    Ok(on!(tx, c => sqlx::query_as(COUNTS)
        .bind(office.to_vec()).bind(from).bind(to).fetch_all(c).await?))
}

/// Stores what came of an appointment that was in state `from`.
pub async fn change(
    tx: &mut Tx,
    register: &Register<'_>,
    from: Meeting,
    a: &Appointment,
) -> Outcome<()> {
    let officer = a.state.officer().map(|id| id.to_vec());
    let seals = APPOINTMENTS.before(tx, register, &a.id.to_vec()).await?;
    let touched = on!(tx, c => sqlx::query(CHANGE)
        .bind(a.id.to_vec()).bind(from.name()).bind(a.state.name()).bind(officer)
        .execute(c).await?.rows_affected());
    one_row(touched)?;
    seals.after(tx, register).await
}

/// Frees the place of an application that was decided or withdrawn.
pub async fn release(
    tx: &mut Tx,
    register: &Register<'_>,
    application: ApplicationId,
) -> Outcome<()> {
    let booked: Option<Vec<u8>> = on!(tx, c => sqlx::query_scalar(BOOKED)
        .bind(application.to_vec()).fetch_optional(c).await?);
    let Some(id) = booked else { return Ok(()) };
    let seals = APPOINTMENTS.before(tx, register, &id).await?;
    on!(tx, c => sqlx::query(RELEASE).bind(application.to_vec()).execute(c).await?.rows_affected());
    seals.after(tx, register).await
}
