//! A citizen's applications.

use super::caller::Caller;
use super::words;
use crate::domain::application::Application;
use crate::domain::ids::ApplicationId;
use crate::domain::officer::Actor;
use crate::http::Shared;
use crate::http::pages::{Frame, page};
use crate::http::problem::Problem;
use crate::policies;
use crate::store::applications;
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};

const PAGE: u32 = 20;

#[derive(Template)]
#[template(path = "apply/list.html")]
struct List {
    frame: Frame,
    items: Vec<Item>,
    next: String,
}

struct Item {
    address: String,
    kind: &'static str,
    word: &'static str,
    tone: &'static str,
    when: String,
    number: String,
}

/// `/permohonan`
pub async fn mine(
    State(app): State<Shared>,
    caller: Caller,
    frame: Frame,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let query = query.unwrap_or_default();
    let cursor = form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "sebelum")
        .and_then(|(_, id)| ApplicationId::parse(&id).ok());
    let crypter = &app.service.crypter;
    let mut tx = app.service.db.read().await?;
    let mut found: Vec<Application> = match caller.actor {
        Actor::Citizen(account) => {
            applications::of_account(&mut tx, crypter, account, cursor, PAGE + 1).await?
        }
        Actor::Officer { id, .. } => {
            applications::filed_by(&mut tx, crypter, id, cursor, PAGE + 1).await?
        }
        Actor::Guest(id) => return Ok(Redirect::to(&format!("/permohonan/{id}")).into_response()),
        _ => return Ok(Redirect::to("/masuk?lanjut=/permohonan").into_response()),
    };
    let more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let next = more.then(|| {
        found
            .last()
            .map(|a| format!("/permohonan?sebelum={}", a.id))
    });
    let frame = frame.titled("Permohonan saya", "My applications");
    let mut items = Vec::new();
    for a in &found {
        let (_, calendar) = policies::of_office(&app.service, &mut tx, a.office).await?;
        let (word, tone) = words::stage(a.state.stage());
        let number = a.state.receipt().map(|r| r.registration.to_string());
        items.push(Item {
            address: format!("/permohonan/{}", a.id),
            kind: frame.say(&a.kind.name),
            word: frame.say(&word),
            tone,
            when: words::moment(frame.lang, a.since, &calendar),
            number: number.unwrap_or_default(),
        });
    }
    let view = List {
        items,
        next: next.flatten().unwrap_or_default(),
        frame,
    };
    Ok(page(&view.frame, &view))
}
