//! Pressing a button of the desk.

use super::application::{hindrance, id, render};
use crate::applications::appointment::{self, Change};
use crate::applications::review::Step;
use crate::applications::{approve, hand_over, review};
use crate::domain::application::HowHanded;
use crate::domain::ids::ApplicationId;
use crate::domain::rights::Act;
use crate::failure::{Failure, Outcome};
use crate::http::Shared;
use crate::http::pages::Frame;
use crate::http::pages::apply::inputs;
use crate::http::posted::Posted;
use crate::http::problem::Problem;
use crate::http::session::SignedIn;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use credential::kinds::From;
use std::collections::BTreeMap;

/// Takes a step. What hinders it is told on the application's page, and nothing typed is needed twice.
pub async fn take(
    State(app): State<Shared>,
    Path((text, act)): Path<(String, String)>,
    officer: SignedIn,
    frame: Frame,
    posted: Posted,
) -> Result<Response, Problem> {
    posted.belongs_to(&officer.session)?;
    let id = id(&text)?;
    let act = Act::ALL.into_iter().find(|a| a.name() == act);
    let act = act.ok_or_else(|| Problem::of_status(StatusCode::NOT_FOUND))?;
    match step(&app, &officer, id, act, &posted).await {
        Ok(()) => {
            let to = match posted.get("kembali") {
                "janji" => "/petugas/janji".to_string(),
                _ => format!("/petugas/permohonan/{id}"),
            };
            Ok(Redirect::to(&to).into_response())
        }
        Err(
            failure @ (Failure::Invalid(_)
            | Failure::NotADocument(_)
            | Failure::Altered(_)
            | Failure::NotEntitled(_)
            | Failure::NotFound(crate::failure::Thing::Person)
            | Failure::OutsideRegion
            | Failure::WrongStage(_)
            | Failure::Changed
            | Failure::Ending(_)
            | Failure::Slot(_)
            | Failure::TooLarge),
        ) => {
            let wrong = match &failure {
                Failure::WrongStage(_) | Failure::Changed => frame
                    .t(
                        "Sudah diubah orang lain. Ini keadaannya sekarang.",
                        "Somebody else changed it. This is how it stands now.",
                    )
                    .to_string(),
                Failure::Slot(fault) => fault.words(frame.lang).to_string(),
                other => hindrance(&frame, other),
            };
            render(&app, &officer, frame, id, Some(wrong)).await
        }
        Err(other) => Err(other.into()),
    }
}

async fn step(
    app: &Shared,
    officer: &SignedIn,
    id: ApplicationId,
    act: Act,
    posted: &Posted,
) -> Outcome<()> {
    let (service, chance) = (&app.service, &mut app.chance());
    let note = || posted.get("catatan").to_string();
    let step = match act {
        Act::Take => Step::Take,
        Act::AskCorrection => Step::AskCorrection(note()),
        Act::Constrain => Step::Constrain(note()),
        Act::Release => Step::Release,
        Act::ApproveLate => Step::ApproveLate,
        Act::Pass => Step::Pass,
        Act::SendBack => Step::SendBack,
        Act::Reject => Step::Reject(note()),
        Act::Approve => {
            approve::approve(service, chance, officer.actor, id).await?;
            return Ok(());
        }
        Act::HandOver => {
            let mut tx = service.db.begin().await?;
            let how = HowHanded::parse(posted.get("cara"));
            let how = how.ok_or_else(|| Failure::field("cara", "must be chosen"))?;
            let said = |name: &str| posted.get(name) == "ya";
            let (seen, withdrawn) = (said("asli"), said("kartu_lama"));
            hand_over::hand_over(
                service,
                &mut tx,
                chance,
                officer.actor,
                id,
                how,
                seen,
                withdrawn,
            )
            .await?;
            return tx.commit().await;
        }
        Act::Complete => {
            let mut tx = service.db.begin().await?;
            let case = crate::applications::visible(service, &mut tx, officer.actor, id).await?;
            let values: BTreeMap<String, String> = case
                .application
                .kind
                .fields
                .iter()
                .filter(|used| used.from == From::Office)
                .map(|used| {
                    (
                        used.field.name.to_string(),
                        inputs::text(used.field, posted),
                    )
                })
                .collect();
            let version = posted.get("versi").parse().unwrap_or_default();
            review::complete(
                service,
                &mut tx,
                chance,
                officer.actor,
                id,
                version,
                &values,
            )
            .await?;
            return tx.commit().await;
        }
        Act::Attend => return visit(app, officer, id, Change::Keep).await,
        Act::Miss => return visit(app, officer, id, Change::Miss).await,
        Act::View
        | Act::Edit
        | Act::Submit
        | Act::Discard
        | Act::Cancel
        | Act::Book
        | Act::Unbook => {
            return Err(Failure::Role);
        }
    };
    let mut tx = service.db.begin().await?;
    review::step(service, &mut tx, chance, officer.actor, id, step).await?;
    tx.commit().await
}

/// Notes who came.
async fn visit(app: &Shared, officer: &SignedIn, id: ApplicationId, change: Change) -> Outcome<()> {
    let (service, chance) = (&app.service, &mut app.chance());
    let mut tx = service.db.begin().await?;
    appointment::change(service, &mut tx, chance, officer.actor, id, change).await?;
    tx.commit().await
}
