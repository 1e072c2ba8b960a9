//! An office's figures: applications a day, by kind, and how many were decided in time. Charts are drawn as SVG with
//! the numbers in a table beside them.

use crate::applications::{counter, figures};
use crate::http::Shared;
use crate::http::pages::{Frame, page};
use crate::http::problem::Problem;
use crate::http::session::SignedIn;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use credential::date::Date;
use credential::kinds;

const DAYS: i64 = 30;
/// Of the chart, in its own units.
const HEIGHT: i64 = 120;
const BAR: i64 = 12;

#[derive(Template)]
#[template(path = "desk/statistics.html")]
struct Shown {
    frame: Frame,
    bars: Vec<Bar>,
    width: i64,
    height: i64,
    most: i64,
    total: i64,
    kinds: Vec<(&'static str, i64, i64)>,
    in_time: i64,
    decided: i64,
    percent: Option<i64>,
    at: String,
}

struct Bar {
    x: i64,
    y: i64,
    height: i64,
    day: String,
    count: i64,
}

/// `/petugas/statistik`
pub async fn show(
    State(app): State<Shared>,
    officer: SignedIn,
    frame: Frame,
) -> Result<Response, Problem> {
    let office = counter::office(officer.actor)?;
    let mut tx = app.service.db.read().await?;
    let (_, calendar) = crate::policies::of_office(&app.service, &mut tx, office).await?;
    let reckoned = figures::of_office(&app.service, &mut tx, office, DAYS).await?;
    let figures = &reckoned.statistics;
    let today = i64::from(calendar.day(app.service.clock.now()).days());
    let of_day = |day: i64| {
        let found = figures.by_day.iter().find(|(d, _)| *d == day);
        found.map_or(0, |(_, count)| *count)
    };
    let most = figures
        .by_day
        .iter()
        .map(|(_, n)| *n)
        .max()
        .unwrap_or(0)
        .max(1);
    let bars = (0..DAYS).map(|n| {
        let day = today - DAYS + 1 + n;
        let count = of_day(day);
        let height = count * HEIGHT / most;
        Bar {
            x: n * BAR,
            y: HEIGHT - height,
            height,
            day: Date::from_days(day).map(Date::printed).unwrap_or_default(),
            count,
        }
    });
    let total: i64 = figures.by_day.iter().map(|(_, n)| *n).sum();
    let top = figures.by_kind.first().map_or(1, |(_, n)| *n).max(1);
    let kinds = figures.by_kind.iter().filter_map(|(number, count)| {
        let kind = u64::try_from(*number).ok().and_then(kinds::by_number)?;
        Some((frame.say(&kind.name), *count, count * 100 / top))
    });
    let view = Shown {
        bars: bars.collect(),
        kinds: kinds.collect(),
        at: super::words::moment(frame.lang, reckoned.at, &calendar),
        width: DAYS * BAR,
        height: HEIGHT,
        most,
        total,
        in_time: figures.in_time,
        decided: figures.decided,
        percent: (figures.decided > 0).then(|| figures.in_time * 100 / figures.decided),
        frame: frame.titled("Statistik", "Statistics"),
    };
    Ok(page(&view.frame, &view))
}
