//! The answer to one question: saved as it was typed, then the next question.

use super::caller::{Caller, id};
use super::inputs;
use super::questions::{self, Question};
use super::step;
use crate::applications::{self, draft};
use crate::domain::dossier::Dossier;
use crate::domain::rights::Act;
use crate::failure::{Failure, Thing};
use crate::http::Shared;
use crate::http::pages::Frame;
use crate::http::posted::Posted;
use crate::http::problem::Problem;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

type Answer = Result<Response, Problem>;

/// Saves the answer and goes on, or shows the question again with what is wrong. Nothing typed is lost.
pub async fn answer(
    State(app): State<Shared>,
    Path((text, number)): Path<(String, String)>,
    caller: Caller,
    frame: Frame,
    posted: Posted,
) -> Answer {
    let id = id(&text)?;
    posted.belongs_to(caller.session()?)?;
    let (service, chance) = (&app.service, &mut app.chance());
    let mut tx = service.db.begin().await?;
    let case = applications::allowed(service, &mut tx, caller.actor, id, Act::Edit).await?;
    let all = questions::of(&case.application);
    let asked: usize = number.parse().unwrap_or(1);
    let Some(question) = asked.checked_sub(1).and_then(|n| all.get(n)).copied() else {
        return Err(Failure::NotFound(Thing::Application).into());
    };
    let version: i64 = posted.get("versi").parse().unwrap_or_default();
    let change = |d: &mut Dossier| set(d, question, &posted);
    if !matches!(question, Question::File(_)) {
        draft::save(service, &mut tx, chance, caller.actor, id, version, change).await?;
        tx.commit().await?;
    } else {
        drop(tx);
    }
    let to_review = posted.get("periksa") == "ya";
    let more = posted.get("aksi") == "tambah";
    let shown = step::show(&app, &caller, frame, &text, &number, to_review, !more, None).await?;
    if more || shown.status() != StatusCode::OK {
        return Ok(shown);
    }
    let next = match to_review || asked == all.len() {
        true => format!("/permohonan/{id}/periksa"),
        false => format!("/permohonan/{id}/isi/{}", asked + 1),
    };
    Ok(Redirect::to(&next).into_response())
}

/// Puts what was sent into the dossier.
fn set(d: &mut Dossier, question: Question, posted: &Posted) {
    let text = |name: &str| {
        let text = posted.get(name).trim();
        (!text.is_empty()).then(|| text.chars().take(200).collect::<String>())
    };
    let digits = |name: &str| text(name).map(|t| t.replace([' ', '.', '-'], ""));
    match question {
        Question::Applicant => {
            d.people.applicant_name = text("applicant_name");
            d.people.applicant_nik = digits("applicant_nik");
        }
        Question::Subject => {
            d.people.subject_nik = digits("subject_nik");
            d.people.relation = text("relation");
        }
        Question::Field(used) => {
            let text = inputs::text(used.field, posted);
            d.answers.insert(used.field.name.to_string(), text);
        }
        Question::Contact => {
            d.people.email = text("email");
            d.people.phone = text("phone");
        }
        Question::File(_) => {}
    }
}
