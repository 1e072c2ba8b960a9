//! The desk of an office: queues, what is late, counts, figures.

use super::Shared;
use super::applications::kind;
use super::applications::read::limit;
use super::applications::views::{ItemView, PageView};
use super::auth::Officer;
use super::bodies::Fields;
use super::problem::Problem;
use crate::applications::counter::{self, Page};
use crate::applications::figures;
use crate::domain::application::Stage;
use crate::domain::ids::ApplicationId;
use crate::domain::officer::Actor;
use crate::failure::Failure;
use crate::store::queues::{self, Cursor, Filter};
use crate::store::{Tx, offices};
use axum::Json;
use axum::extract::{RawQuery, State};
use credential::date::Date;
use credential::kinds;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A cursor is `<seconds>.<id>`: the key of the last application of the page before, so that a page is the same
/// whatever is added before it.
fn cursor(text: &str) -> Result<Cursor, &'static str> {
    let rule = "must be `next` of the page before";
    let (at, id) = text.split_once('.').ok_or(rule)?;
    let at = at.parse().map_err(|_| rule)?;
    Ok((at, ApplicationId::parse(id).map_err(|_| rule)?))
}

async fn shown(app: &Shared, tx: &mut Tx, page: Page) -> Result<PageView, Failure> {
    let offices = offices::all(tx).await?;
    let now = app.service.clock.now();
    let items = page.items.iter().map(|a| ItemView::of(a, &offices, now));
    Ok(PageView {
        items: items.collect(),
        next: page.next.map(|(at, id)| format!("{at}.{id}")),
    })
}

/// The office's applications in a stage: longest in it first where somebody works on them, newest first where nobody
/// does any more.
#[utoipa::path(get, path = "/v1/queue", tag = "queue",
    params(("stage" = Option<String>, Query, pattern = "^[a-z_]+$", description = "`submitted` where it is left out; any but `draft`"),
        ("kind" = Option<String>, Query, pattern = "^[a-z-]+$", description = "slug of a kind"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "50 where it is left out"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before")),
    responses((status = 200, body = PageView), (status = 403, description = "Admins see no applications")),
    security(("bearer" = []), ("session" = [])))]
pub async fn queue(
    State(app): State<Shared>,
    Officer(actor): Officer,
    RawQuery(query): RawQuery,
) -> Result<Json<PageView>, Problem> {
    let mut fields = Fields::of_query(query.as_deref())?;
    let stage = fields.optional("stage", |text| {
        let stage = Stage::parse(text).filter(|stage| *stage != Stage::Draft);
        stage.ok_or("must be the state of an application that was handed in")
    });
    let kind = fields.optional("kind", kind);
    let limit = limit(&mut fields);
    let cursor = fields.optional("cursor", cursor);
    fields.finish()?;
    let filter = Filter {
        office: counter::office(actor)?,
        stage: stage.unwrap_or(Stage::Submitted),
        kind,
    };
    let mut tx = app.service.db.read().await?;
    let page = counter::queue(&app.service, &mut tx, &filter, cursor, limit).await?;
    Ok(Json(shown(&app, &mut tx, page).await?))
}

/// What should have been decided by now, longest overdue first.
#[utoipa::path(get, path = "/v1/queue/late", tag = "queue",
    params(("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "50 where it is left out"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before")),
    responses((status = 200, body = PageView), (status = 403, description = "Admins see no applications")),
    security(("bearer" = []), ("session" = [])))]
pub async fn late(
    State(app): State<Shared>,
    Officer(actor): Officer,
    RawQuery(query): RawQuery,
) -> Result<Json<PageView>, Problem> {
    let mut fields = Fields::of_query(query.as_deref())?;
    let limit = limit(&mut fields);
    let cursor = fields.optional("cursor", cursor);
    fields.finish()?;
    let office = counter::office(actor)?;
    let mut tx = app.service.db.read().await?;
    let page = counter::late(&app.service, &mut tx, office, cursor, limit).await?;
    Ok(Json(shown(&app, &mut tx, page).await?))
}

/// How much of what.
#[derive(Serialize, ToSchema)]
#[schema(as = QueueCounts)]
pub struct CountsView {
    /// Applications by state; drafts are not counted, and a state without any is left out.
    #[schema(example = json!({"submitted": 12, "in_process": 3}))]
    pub stages: BTreeMap<&'static str, i64>,
    /// How many should have been decided by now.
    #[schema(example = 1)]
    pub late: i64,
}

/// How many applications stand in each stage, and how many are late.
#[utoipa::path(get, path = "/v1/queue/counts", tag = "queue",
    responses((status = 200, body = CountsView), (status = 403, description = "Admins see no applications")),
    security(("bearer" = []), ("session" = [])))]
pub async fn counts(
    State(app): State<Shared>,
    Officer(actor): Officer,
) -> Result<Json<CountsView>, Problem> {
    let office = counter::office(actor)?;
    let mut tx = app.service.db.read().await?;
    let stages = queues::counts(&mut tx, office).await?.into_iter();
    let handed_in = stages.filter(|(stage, _)| *stage != Stage::Draft);
    let stages = handed_in.map(|(stage, count)| (stage.name(), count));
    Ok(Json(CountsView {
        stages: stages.collect(),
        late: queues::late_count(&mut tx, office, app.service.clock.now()).await?,
    }))
}

/// What an office did.
#[derive(Serialize, ToSchema)]
#[schema(as = Statistics, example = json!({"days": 30, "at": 1_795_749_000, "by_day": [{"day": "2026-11-24", "submitted": 12}],
    "by_kind": [{"kind": "kk", "submitted": 12}], "decided": 9, "in_time": 8}))]
pub struct StatisticsView {
    /// Over how many days.
    pub days: i64,
    /// When they were reckoned, epoch seconds; at most a minute ago.
    pub at: i64,
    /// Handed in by day, oldest first; days without any are left out.
    pub by_day: Vec<DayView>,
    /// Handed in by kind, most first.
    pub by_kind: Vec<KindCountView>,
    /// How many of those were decided.
    pub decided: i64,
    /// How many of the decided were decided in time.
    pub in_time: i64,
}

/// A day's count.
#[derive(Serialize, ToSchema)]
#[schema(as = DayCount, example = json!({"day": "2026-11-24", "submitted": 12}))]
pub struct DayView {
    /// In the office's zone.
    pub day: String,
    /// Handed in.
    pub submitted: i64,
}

/// A kind's count.
#[derive(Serialize, ToSchema)]
#[schema(as = KindCount, example = json!({"kind": "kk", "submitted": 12}))]
pub struct KindCountView {
    /// Its slug.
    pub kind: &'static str,
    /// Handed in.
    pub submitted: i64,
}

/// The office's figures of the last days.
#[utoipa::path(get, path = "/v1/statistics", tag = "queue",
    params(("days" = Option<i64>, Query, minimum = 1, maximum = 366, description = "30 where it is left out")),
    responses((status = 200, body = StatisticsView), (status = 403, description = "Admins see no applications")),
    security(("bearer" = []), ("session" = [])))]
pub async fn statistics(
    State(app): State<Shared>,
    Officer(actor): Officer,
    RawQuery(query): RawQuery,
) -> Result<Json<StatisticsView>, Problem> {
    let mut fields = Fields::of_query(query.as_deref())?;
    let days = fields.optional("days", |text| match text.parse::<i64>() {
        Ok(days @ 1..=366) => Ok(days),
        _ => Err("must be a number from 1 to 366"),
    });
    fields.finish()?;
    Ok(Json(reckoned(&app, actor, days.unwrap_or(30)).await?))
}

async fn reckoned(app: &Shared, actor: Actor, days: i64) -> Result<StatisticsView, Failure> {
    let office = counter::office(actor)?;
    let mut tx = app.service.db.read().await?;
    let found = figures::of_office(&app.service, &mut tx, office, days).await?;
    let at = found.at;
    let found = found.statistics;
    let day = |(day, submitted)| {
        let day = Date::from_days(day).ok_or(Failure::Row("applications.submitted"))?;
        let day = day.iso();
        Ok(DayView { day, submitted })
    };
    let kind = |(number, submitted): (i64, i64)| {
        let kind = u64::try_from(number).ok().and_then(kinds::by_number);
        let kind = kind.ok_or(Failure::Row("applications.kind"))?.slug;
        Ok(KindCountView { kind, submitted })
    };
    let by_day = found.by_day.iter().copied().map(day);
    let by_kind = found.by_kind.iter().copied().map(kind);
    Ok(StatisticsView {
        days,
        at,
        by_day: by_day.collect::<Result<_, Failure>>()?,
        by_kind: by_kind.collect::<Result<_, Failure>>()?,
        decided: found.decided,
        in_time: found.in_time,
    })
}
