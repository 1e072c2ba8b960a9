//! Queues: one stage each, filtered by kind, with ages and what is due.

use super::words;
use crate::applications::counter;
use crate::domain::application::{Application, Late, Stage};
use crate::domain::calendar::Calendar;
use crate::domain::ids::ApplicationId;
use crate::http::Shared;
use crate::http::pages::{Choice, Frame, page};
use crate::http::problem::Problem;
use crate::http::session::SignedIn;
use crate::policies;
use crate::store::queues::{Cursor, Filter};
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use credential::kinds::{self, KINDS};

type Answer = Result<Response, Problem>;

const PAGE: u32 = 50;

#[derive(Template)]
#[template(path = "desk/queue.html")]
struct Queue {
    frame: Frame,
    tabs: Vec<Tab>,
    kinds: Vec<Choice>,
    kind: String,
    stage: &'static str,
    rows: Vec<Line>,
    next: String,
    is_late: bool,
}

struct Tab {
    href: String,
    name: &'static str,
    current: bool,
}

struct Line {
    href: String,
    kind: &'static str,
    number: String,
    received: String,
    age: String,
    due: String,
    overdue: bool,
    flags: Vec<(&'static str, &'static str)>,
    word: &'static str,
    tone: &'static str,
}

fn line(frame: &Frame, a: &Application, calendar: &Calendar, now: i64) -> Line {
    let (due, overdue) = words::due(frame, a, calendar, now);
    let receipt = a.state.receipt();
    let (word, tone) = words::stage(a.state.stage());
    let mut flags = Vec::new();
    if a.late == Late::Pending {
        flags.push(("warn", frame.t("lapor terlambat", "reported late")));
    }
    if a.previous.is_some() {
        flags.push(("info", frame.t("ajuan ulang", "applied again")));
    }
    if matches!(a.filer, crate::domain::application::Filer::Officer(_)) {
        flags.push(("info", frame.t("loket", "counter")));
    }
    Line {
        href: format!("/petugas/permohonan/{}", a.id),
        kind: frame.say(&a.kind.name),
        number: receipt
            .map(|r| r.registration.to_string())
            .unwrap_or_default(),
        received: receipt
            .map(|r| words::moment(frame.lang, r.at, calendar))
            .unwrap_or_default(),
        age: words::age(frame, now - a.since),
        due,
        overdue,
        flags,
        word: frame.say(&word),
        tone,
    }
}

struct Asked {
    stage: Stage,
    kind: Option<&'static kinds::Kind>,
    cursor: Option<Cursor>,
}

fn asked(query: Option<&str>) -> Asked {
    let query = query.unwrap_or_default();
    let get = |wanted: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value.into_owned())
    };
    let stage = get("tahap").and_then(|name| Stage::parse(&name));
    let cursor = get("lanjut").and_then(|text| {
        let (at, id) = text.split_once('.')?;
        Some((at.parse().ok()?, ApplicationId::parse(id).ok()?))
    });
    Asked {
        stage: stage
            .filter(|s| *s != Stage::Draft)
            .unwrap_or(Stage::Submitted),
        kind: get("jenis").and_then(|slug| kinds::by_slug(&slug)),
        cursor,
    }
}

/// `/petugas/antrean`
pub async fn queue(
    State(app): State<Shared>,
    officer: SignedIn,
    frame: Frame,
    RawQuery(query): RawQuery,
) -> Answer {
    let office = counter::office(officer.actor)?;
    let asked = asked(query.as_deref());
    let mut tx = app.service.db.read().await?;
    let (_, calendar) = policies::of_office(&app.service, &mut tx, office).await?;
    let filter = Filter {
        office,
        stage: asked.stage,
        kind: asked.kind,
    };
    let found = counter::queue(&app.service, &mut tx, &filter, asked.cursor, PAGE).await?;
    let now = app.service.clock.now();
    let frame = frame.titled("Antrean", "Queue");
    let kind = asked.kind.map(|k| k.slug).unwrap_or_default();
    let address = |stage: Stage| format!("/petugas/antrean?tahap={}", stage.name());
    let next = found
        .next
        .map(|(at, id)| format!("{}&jenis={kind}&lanjut={at}.{id}", address(asked.stage)));
    let stages = Stage::ALL.into_iter().filter(|s| *s != Stage::Draft);
    let view = Queue {
        tabs: stages
            .map(|stage| Tab {
                href: address(stage),
                name: frame.say(&words::stage(stage).0),
                current: stage == asked.stage,
            })
            .collect(),
        kinds: KINDS
            .iter()
            .map(|k| Choice::new(k.slug, frame.say(&k.name)))
            .collect(),
        kind: kind.to_string(),
        stage: asked.stage.name(),
        rows: found
            .items
            .iter()
            .map(|a| line(&frame, a, &calendar, now))
            .collect(),
        next: next.unwrap_or_default(),
        is_late: false,
        frame,
    };
    Ok(page(&view.frame, &view))
}

/// `/petugas/terlambat`
pub async fn late(
    State(app): State<Shared>,
    officer: SignedIn,
    frame: Frame,
    RawQuery(query): RawQuery,
) -> Answer {
    let office = counter::office(officer.actor)?;
    let asked = asked(query.as_deref());
    let mut tx = app.service.db.read().await?;
    let (_, calendar) = policies::of_office(&app.service, &mut tx, office).await?;
    let found = counter::late(&app.service, &mut tx, office, asked.cursor, PAGE).await?;
    let now = app.service.clock.now();
    let frame = frame.titled("Lewat waktu", "Overdue");
    let next = found
        .next
        .map(|(at, id)| format!("/petugas/terlambat?lanjut={at}.{id}"));
    let view = Queue {
        tabs: Vec::new(),
        kinds: Vec::new(),
        kind: String::new(),
        stage: "",
        rows: found
            .items
            .iter()
            .map(|a| line(&frame, a, &calendar, now))
            .collect(),
        next: next.unwrap_or_default(),
        is_late: true,
        frame,
    };
    Ok(page(&view.frame, &view))
}
