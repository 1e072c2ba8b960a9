//! The office's appointments of a day: who is expected when, who came.

use super::words;
use crate::applications::{appointment, counter, may};
use crate::domain::appointment::Meeting;
use crate::domain::rights::Act;
use crate::failure::{Failure, Thing};
use crate::http::Shared;
use crate::http::pages::query::value_of;
use crate::http::pages::{Frame, page};
use crate::http::problem::Problem;
use crate::http::session::SignedIn;
use crate::policies;
use crate::store::appointments;
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use credential::date::Date;

#[derive(Template)]
#[template(path = "desk/appointments.html")]
struct Appointments {
    frame: Frame,
    day: String,
    before: String,
    after: String,
    is_today: bool,
    places: u16,
    rows: Vec<Row>,
}

struct Row {
    time: String,
    href: String,
    id: String,
    kind: &'static str,
    number: String,
    tone: &'static str,
    word: &'static str,
    may_keep: bool,
    may_miss: bool,
}

/// `/petugas/janji`, with `?hari=2026-11-30` another day.
pub async fn show(
    State(app): State<Shared>,
    officer: SignedIn,
    frame: Frame,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let office = counter::office(officer.actor)?;
    let mut tx = app.service.db.read().await?;
    let (policy, calendar) = policies::of_office(&app.service, &mut tx, office).await?;
    let now = app.service.clock.now();
    let today = calendar.day(now);
    let day = Date::parse(&value_of(query.as_deref(), "hari")).unwrap_or(today);
    let mut rows = Vec::new();
    let (crypter, span) = (&app.service.crypter, calendar.bounds(day));
    let found = appointments::applications_between(&mut tx, crypter, office, span).await?;
    for a in appointment::of_day(&mut tx, office, &calendar, day).await? {
        let found = found.get(&a.application);
        let found = found.ok_or(Failure::NotFound(Thing::Application))?;
        let receipt = found.state.receipt();
        let (tone, word) = words::meeting(&frame, a.state);
        let noted = |act| may(officer.actor, found, act, &policy);
        rows.push(Row {
            time: words::half_hour(a.starts, &calendar),
            href: format!("/petugas/permohonan/{}", found.id),
            id: found.id.to_string(),
            kind: frame.say(&found.kind.name),
            number: receipt
                .map(|r| r.registration.to_string())
                .unwrap_or_default(),
            tone,
            word,
            may_keep: noted(Act::Attend) && !matches!(a.state, Meeting::Kept(_)) && day <= today,
            may_miss: noted(Act::Miss) && !matches!(a.state, Meeting::Missed(_)) && a.starts <= now,
        });
    }
    let near = |days: i64| {
        let day = Date::from_days(i64::from(day.days()) + days);
        day.map(|day| format!("/petugas/janji?hari={}", day.iso()))
            .unwrap_or_default()
    };
    let view = Appointments {
        day: words::weekday(frame.lang, day),
        before: near(-1),
        after: near(1),
        is_today: day == today,
        places: policy.slots.per_half_hour,
        rows,
        frame: frame.titled("Janji temu", "Appointments"),
    };
    Ok(page(&view.frame, &view))
}
