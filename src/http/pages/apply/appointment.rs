//! Choosing when to come for photo and fingerprints: first a day, then a half hour.

use super::caller::{Caller, id};
use super::words;
use crate::applications::appointment::{self, Change, Day};
use crate::domain::appointment::{Appointment, Meeting};
use crate::domain::calendar::Calendar;
use crate::domain::ids::ApplicationId;
use crate::failure::{Failure, Outcome};
use crate::http::Shared;
use crate::http::pages::query::value_of;
use crate::http::pages::{Frame, page_with};
use crate::http::posted::Posted;
use crate::http::problem::Problem;
use crate::store::offices;
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use credential::date::Date;

type Answer = Result<Response, Problem>;

#[derive(Template)]
#[template(path = "apply/appointment.html")]
struct Choose {
    frame: Frame,
    id: String,
    kind_name: &'static str,
    office: String,
    /// The appointment that is booked now.
    booked: String,
    wrong: String,
    day: String,
    day_iso: String,
    days: Vec<Link>,
    slots: Vec<Place>,
}

struct Link {
    iso: String,
    label: String,
    free: u32,
}

struct Place {
    starts: i64,
    time: String,
    free: u16,
}

/// `/permohonan/{id}/janji`, with `?hari=2026-11-30` the times of a day.
pub async fn show(
    State(app): State<Shared>,
    Path(text): Path<String>,
    RawQuery(query): RawQuery,
    caller: Caller,
    frame: Frame,
) -> Answer {
    let day = Date::parse(&value_of(query.as_deref(), "hari"));
    render(&app, &caller, frame, id(&text)?, day, None).await
}

async fn render(
    app: &Shared,
    caller: &Caller,
    frame: Frame,
    id: ApplicationId,
    day: Option<Date>,
    wrong: Option<String>,
) -> Answer {
    let mut tx = app.service.db.read().await?;
    let (case, days) = appointment::free(&app.service, &mut tx, caller.actor, id).await?;
    let (latest, _) = appointment::latest(&mut tx, id).await?;
    let office = offices::by_id(&mut tx, case.application.office).await?;
    let chosen = day.and_then(|day| days.iter().find(|d| d.day == day));
    let links = days.iter().map(|d| Link {
        iso: d.day.iso(),
        label: words::weekday(frame.lang, d.day),
        free: d.slots.iter().map(|s| u32::from(s.free)).sum(),
    });
    let place = |d: &Day| {
        d.slots
            .iter()
            .map(|s| Place {
                starts: s.starts,
                time: words::half_hour(s.starts, &case.calendar),
                free: s.free,
            })
            .collect()
    };
    let status = match wrong {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let view = Choose {
        id: id.to_string(),
        kind_name: frame.say(&case.application.kind.name),
        office: office.map(|o| o.name).unwrap_or_default(),
        booked: booked(&frame, latest.as_ref(), &case.calendar),
        wrong: wrong.unwrap_or_default(),
        day: chosen
            .map(|d| words::weekday(frame.lang, d.day))
            .unwrap_or_default(),
        day_iso: chosen.map(|d| d.day.iso()).unwrap_or_default(),
        slots: chosen.map(place).unwrap_or_default(),
        days: links.collect(),
        frame: frame.titled("Pilih waktu datang", "Choose when to come"),
    };
    Ok(page_with(status, &view.frame, &view))
}

/// The appointment that is booked now, in words; empty where none is.
pub fn booked(frame: &Frame, latest: Option<&Appointment>, calendar: &Calendar) -> String {
    match latest {
        Some(a) if a.state == Meeting::Booked => words::slot(frame.lang, a.starts, calendar),
        _ => String::new(),
    }
}

/// Books the chosen place. What is wrong with it is told on the same page.
pub async fn book(
    State(app): State<Shared>,
    Path(text): Path<String>,
    caller: Caller,
    frame: Frame,
    posted: Posted,
) -> Answer {
    let id = id(&text)?;
    posted.belongs_to(caller.session()?)?;
    let day = Date::parse(posted.get("hari"));
    let Ok(starts) = posted.get("mulai").parse::<i64>() else {
        let wrong = frame
            .t("Pilih jam dahulu.", "Choose a time first.")
            .to_string();
        return render(&app, &caller, frame, id, day, Some(wrong)).await;
    };
    match store(&app, &caller, id, starts).await {
        Ok(_) => Ok(Redirect::to(&format!("/permohonan/{id}")).into_response()),
        Err(Failure::Slot(fault)) => {
            let wrong = fault.words(frame.lang).to_string();
            render(&app, &caller, frame, id, day, Some(wrong)).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn store(app: &Shared, caller: &Caller, id: ApplicationId, starts: i64) -> Outcome<()> {
    let (service, chance) = (&app.service, &mut app.chance());
    let mut tx = service.db.begin().await?;
    appointment::book(service, &mut tx, chance, caller.actor, id, starts).await?;
    tx.commit().await
}

/// Gives the appointment up.
pub async fn give_up(
    State(app): State<Shared>,
    Path(text): Path<String>,
    caller: Caller,
    posted: Posted,
) -> Answer {
    let id = id(&text)?;
    posted.belongs_to(caller.session()?)?;
    let (service, chance) = (&app.service, &mut app.chance());
    let mut tx = service.db.begin().await?;
    let gone = appointment::change(service, &mut tx, chance, caller.actor, id, Change::GiveUp);
    match gone.await {
        Ok(_) => tx.commit().await?,
        // Given up twice: it is gone either way.
        Err(Failure::Slot(_)) => {}
        Err(other) => return Err(other.into()),
    }
    Ok(Redirect::to(&format!("/permohonan/{id}")).into_response())
}
