//! Appointments of applications: free places, booking, who came; and an office's day.

use super::id;
use crate::applications::appointment::{self, Change};
use crate::applications::counter;
use crate::domain::appointment::{Appointment, SlotFault};
use crate::domain::officer::Actor;
use crate::failure::{Failure, Outcome};
use crate::http::Shared;
use crate::http::anybody::Somebody;
use crate::http::auth::Officer;
use crate::http::bodies::Fields;
use crate::http::problem::Problem;
use crate::policies;
use crate::store::Tx;
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, RawQuery, State};
use credential::date::Date;
use serde::Serialize;
use utoipa::ToSchema;

type Body = Result<Bytes, BytesRejection>;

/// An appointment.
#[derive(Serialize, ToSchema)]
#[schema(as = Appointment, example = json!({"application": "019a4f00-0000-7000-8000-000000000001",
    "starts": 1_796_004_000, "state": "booked", "booked_at": 1_795_749_000}))]
pub struct AppointmentView {
    /// What for.
    pub application: String,
    /// When its half hour begins, epoch seconds.
    pub starts: i64,
    /// `booked`, `kept`, `missed` or `cancelled`.
    pub state: &'static str,
    /// When it was booked, epoch seconds.
    pub booked_at: i64,
}

impl From<Appointment> for AppointmentView {
    fn from(a: Appointment) -> Self {
        Self {
            application: a.application.to_string(),
            starts: a.starts,
            state: a.state.name(),
            booked_at: a.created,
        }
    }
}

/// The newest appointment of an application.
#[derive(Serialize, ToSchema)]
#[schema(as = AppointmentOfApplication)]
pub struct LatestView {
    /// It; absent where none was booked yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appointment: Option<AppointmentView>,
    /// How many were missed.
    #[schema(example = 0)]
    pub missed: usize,
}

/// When to come.
#[derive(ToSchema)]
#[schema(as = Booking)]
#[allow(dead_code, reason = "describes the body")]
pub struct BookingBody {
    /// The beginning of a free slot, epoch seconds (`GET …/appointment/slots`).
    #[schema(example = 1_796_004_000)]
    starts: i64,
}

/// A slot that is still ahead.
#[derive(Serialize, ToSchema)]
#[schema(as = Slot, example = json!({"starts": 1_796_004_000, "free": 3}))]
pub struct SlotView {
    /// When it begins, epoch seconds.
    pub starts: i64,
    /// Free places; 0 when it is full.
    pub free: u16,
}

/// The slots that are still ahead.
#[derive(Serialize, ToSchema)]
#[schema(as = Slots)]
pub struct SlotsView {
    /// In their order.
    pub items: Vec<SlotView>,
}

/// The appointments of a day.
#[derive(Serialize, ToSchema)]
#[schema(as = Appointments)]
pub struct DayView {
    /// In their order.
    pub items: Vec<AppointmentView>,
}

/// Read an application's appointment.
#[utoipa::path(get, path = "/v1/applications/{id}/appointment", tag = "appointments",
    params(("id" = String, Path)), responses((status = 200, body = LatestView)),
    security(("bearer" = []), ("session" = [])))]
pub async fn read(
    State(app): State<Shared>,
    Somebody(actor): Somebody,
    Path(text): Path<String>,
) -> Result<Json<LatestView>, Problem> {
    let id = id(&text)?;
    let mut tx = app.service.db.read().await?;
    crate::applications::visible(&app.service, &mut tx, actor, id).await?;
    let (latest, missed) = appointment::latest(&mut tx, id).await?;
    let appointment = latest.map(AppointmentView::from);
    Ok(Json(LatestView {
        appointment,
        missed,
    }))
}

/// The slots for which an appointment may be booked, full ones too.
#[utoipa::path(get, path = "/v1/applications/{id}/appointment/slots", tag = "appointments",
    params(("id" = String, Path)),
    responses((status = 200, body = SlotsView), (status = 409, description = "It needs no visit, or not any more")),
    security(("bearer" = []), ("session" = [])))]
pub async fn slots(
    State(app): State<Shared>,
    Somebody(actor): Somebody,
    Path(text): Path<String>,
) -> Result<Json<SlotsView>, Problem> {
    let mut tx = app.service.db.read().await?;
    let (_, days) = appointment::free(&app.service, &mut tx, actor, id(&text)?).await?;
    let all = days.into_iter().flat_map(|day| day.slots);
    let items = all.map(|slot| SlotView {
        starts: slot.starts,
        free: slot.free,
    });
    Ok(Json(SlotsView {
        items: items.collect(),
    }))
}

/// Book an appointment, or move it: the old place is given up only when the new one is yours.
#[utoipa::path(post, path = "/v1/applications/{id}/appointment", tag = "appointments",
    params(("id" = String, Path)), request_body = BookingBody,
    responses((status = 200, body = AppointmentView),
        (status = 409, description = "The slot is full, or the application needs no visit")),
    security(("bearer" = []), ("session" = [])))]
pub async fn book(
    State(app): State<Shared>,
    Somebody(actor): Somebody,
    Path(text): Path<String>,
    body: Body,
) -> Result<Json<AppointmentView>, Problem> {
    let id = id(&text)?;
    let mut fields = Fields::of_body(body)?;
    let starts = fields.number("starts");
    fields.finish()?;
    let starts = starts.ok_or(Failure::Slot(SlotFault::NoSlot))?;
    let (service, chance) = (&app.service, &mut app.chance());
    let mut tx = service.db.begin().await?;
    let booked = appointment::book(service, &mut tx, chance, actor, id, starts).await?;
    tx.commit().await?;
    Ok(Json(booked.into()))
}

async fn changed(
    app: &Shared,
    actor: Actor,
    text: &str,
    change: Change,
) -> Result<Json<AppointmentView>, Problem> {
    let (service, chance, id) = (&app.service, &mut app.chance(), id(text)?);
    let mut tx = service.db.begin().await?;
    let after = appointment::change(service, &mut tx, chance, actor, id, change).await?;
    tx.commit().await?;
    Ok(Json(after.into()))
}

/// Give an appointment up.
#[utoipa::path(delete, path = "/v1/applications/{id}/appointment", tag = "appointments",
    params(("id" = String, Path)),
    responses((status = 200, body = AppointmentView), (status = 409, description = "There is none")),
    security(("bearer" = []), ("session" = [])))]
pub async fn give_up(
    State(app): State<Shared>,
    Somebody(actor): Somebody,
    Path(text): Path<String>,
) -> Result<Json<AppointmentView>, Problem> {
    changed(&app, actor, &text, Change::GiveUp).await
}

/// Note that the person came (operators).
#[utoipa::path(post, path = "/v1/applications/{id}/appointment/attend", tag = "appointments",
    params(("id" = String, Path)),
    responses((status = 200, body = AppointmentView), (status = 409, description = "There is none, or not yet")),
    security(("bearer" = []), ("session" = [])))]
pub async fn attend(
    State(app): State<Shared>,
    Somebody(actor): Somebody,
    Path(text): Path<String>,
) -> Result<Json<AppointmentView>, Problem> {
    changed(&app, actor, &text, Change::Keep).await
}

/// Note that the person did not come (operators).
#[utoipa::path(post, path = "/v1/applications/{id}/appointment/miss", tag = "appointments",
    params(("id" = String, Path)),
    responses((status = 200, body = AppointmentView), (status = 409, description = "There is none, or not yet")),
    security(("bearer" = []), ("session" = [])))]
pub async fn miss(
    State(app): State<Shared>,
    Somebody(actor): Somebody,
    Path(text): Path<String>,
) -> Result<Json<AppointmentView>, Problem> {
    changed(&app, actor, &text, Change::Miss).await
}

/// The office's appointments of a day; cancelled ones are left out.
#[utoipa::path(get, path = "/v1/appointments", tag = "appointments",
    params(("day" = Option<String>, Query, format = Date, pattern = r"^20\d\d-", description = "today where it is left out",
        example = "2026-11-30")),
    responses((status = 200, body = DayView), (status = 403, description = "Admins see no applications")),
    security(("bearer" = []), ("session" = [])))]
pub async fn of_day(
    State(app): State<Shared>,
    Officer(actor): Officer,
    RawQuery(query): RawQuery,
) -> Result<Json<DayView>, Problem> {
    let mut fields = Fields::of_query(query.as_deref())?;
    let day = fields.optional("day", |text| {
        Date::parse(text).ok_or("must be a day like 2026-11-30")
    });
    fields.finish()?;
    let mut tx = app.service.db.read().await?;
    let found = day_of(&app, &mut tx, actor, day).await?;
    let items = found.into_iter().map(AppointmentView::from).collect();
    Ok(Json(DayView { items }))
}

async fn day_of(
    app: &Shared,
    tx: &mut Tx,
    actor: Actor,
    day: Option<Date>,
) -> Outcome<Vec<Appointment>> {
    let office = counter::office(actor)?;
    let (_, calendar) = policies::of_office(&app.service, tx, office).await?;
    let day = day.unwrap_or_else(|| calendar.day(app.service.clock.now()));
    appointment::of_day(tx, office, &calendar, day).await
}
