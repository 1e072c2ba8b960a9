//! The audit trail of an office, newest first. It holds no personal data.

use super::words;
use crate::domain::ids::{AuditId, OfficerId};
use crate::http::Shared;
use crate::http::pages::{Frame, page};
use crate::http::problem::Problem;
use crate::http::session::SignedIn;
use crate::offices;
use crate::policies;
use crate::store::{audit, officers};
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use std::collections::HashMap;

const PAGE: u32 = 100;

#[derive(Template)]
#[template(path = "desk/journal.html")]
struct Journal {
    frame: Frame,
    rows: Vec<Line>,
    next: String,
}

struct Line {
    when: String,
    who: String,
    what: String,
    detail: String,
}

/// `/petugas/jejak`: for auditors, administrators and the head of the office.
pub async fn show(
    State(app): State<Shared>,
    officer: SignedIn,
    frame: Frame,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let office = offices::audited(officer.actor)?;
    let query = query.unwrap_or_default();
    let before = form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "sebelum")
        .and_then(|(_, id)| AuditId::parse(&id).ok());
    let mut tx = app.service.db.read().await?;
    let (_, calendar) = policies::of_office(&app.service, &mut tx, office).await?;
    let mut found = audit::of_office(&mut tx, office, before, PAGE + 1).await?;
    let more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let next = more.then(|| {
        found
            .last()
            .map(|e| format!("/petugas/jejak?sebelum={}", e.id))
    });
    let mut names: HashMap<String, String> = HashMap::new();
    let mut rows = Vec::new();
    for entry in found {
        if !names.contains_key(&entry.actor) {
            let name = match OfficerId::parse(&entry.actor) {
                Ok(id) => officers::by_id(&mut tx, id).await?.map(|o| o.name),
                Err(_) => None,
            };
            names.insert(
                entry.actor.clone(),
                name.unwrap_or_else(|| entry.actor.clone()),
            );
        }
        rows.push(Line {
            when: words::moment(frame.lang, entry.at, &calendar),
            who: names.get(&entry.actor).cloned().unwrap_or_default(),
            what: entry.action,
            detail: entry.detail.unwrap_or_default(),
        });
    }
    let view = Journal {
        rows,
        next: next.flatten().unwrap_or_default(),
        frame: frame.titled("Jejak audit", "Audit trail"),
    };
    Ok(page(&view.frame, &view))
}
