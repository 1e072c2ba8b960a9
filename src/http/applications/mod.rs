//! Applications: the JSON of their whole way, for applicants and officers alike. Who may do what is decided by the use
//! cases in `applications/`, never here.

pub mod answers;
pub mod appointment;
pub mod create;
pub mod document;
pub mod files;
pub mod people;
pub mod read;
pub mod steps;
pub mod uploads;
pub mod views;

use super::Shared;
use super::bodies::{Fields, shown};
use super::problem::Problem;
use crate::applications::sight;
use crate::domain::application::Stage;
use crate::domain::dossier::People;
use crate::domain::ids::{ApplicationId, Iss};
use crate::domain::officer::Actor;
use crate::failure::{Failure, FieldError};
use crate::store::{Tx, offices};
use credential::kinds::{self, Kind};
use std::collections::BTreeMap;
use views::ApplicationView;

fn id(text: &str) -> Result<ApplicationId, Problem> {
    let rule = "must be an application id (UUID)";
    ApplicationId::parse(text).map_err(|_| Problem::fields(vec![FieldError::new("id", rule)]))
}

pub(super) fn kind(slug: &str) -> Result<&'static Kind, &'static str> {
    kinds::by_slug(slug).ok_or("must be the slug of a kind of document; GET /v1/kinds lists them")
}

fn iss(text: &str) -> Result<Iss, &'static str> {
    Iss::parse(text).map_err(|e| e.rule)
}

/// The lines about people in a body, by name; an empty text takes a line out.
fn people(fields: &mut Fields) -> BTreeMap<String, String> {
    let texts = fields.texts("people");
    for name in texts.keys() {
        if !People::NAMES.contains(&name.as_str()) {
            fields.error(
                &format!("people.{}", shown(name)),
                "is not a field of this request",
            );
        }
    }
    texts
}

fn write(people: &mut People, lines: &BTreeMap<String, String>) {
    for (name, text) in lines {
        people.set(name, text);
    }
}

/// An application as that actor sees it now.
async fn view(app: &Shared, actor: Actor, id: ApplicationId) -> Result<ApplicationView, Problem> {
    let mut tx = app.service.db.read().await?;
    Ok(view_in(app, &mut tx, actor, id).await?)
}

async fn view_in(
    app: &Shared,
    tx: &mut Tx,
    actor: Actor,
    id: ApplicationId,
) -> Result<ApplicationView, Failure> {
    let service = &app.service;
    let sight = sight::read(service, tx, actor, id).await?;
    let mends = matches!(
        sight.case.application.state.stage(),
        Stage::Draft | Stage::NeedsCorrection
    );
    let missing = match mends {
        true => sight::faults(tx, &sight).await?,
        false => Vec::new(),
    };
    let register = match actor {
        Actor::Officer { .. } => Some(sight::register(service, tx, &sight).await?),
        _ => None,
    };
    let offices = offices::all(tx).await?;
    let now = service.clock.now();
    Ok(ApplicationView::of(
        actor, sight, &offices, missing, register, now,
    ))
}
