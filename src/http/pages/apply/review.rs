//! Everything once more before it is handed in, with a way to change each answer; and the handing in.

use super::caller::{Caller, id};
use super::questions::{self, Question};
use super::receipt;
use super::step::{Attached, attached};
use super::words;
use crate::applications::{self, sight::Sight, submit};
use crate::attachments;
use crate::domain::application::Stage;
use crate::domain::completeness;
use crate::domain::rights::Act;
use crate::failure::{Failure, FieldError};
use crate::http::Shared;
use crate::http::pages::{Frame, page_with};
use crate::http::posted::Posted;
use crate::http::problem::Problem;
use crate::store::Tx;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use credential::document::{Value, text_of};

type Answer = Result<Response, Problem>;

#[derive(Template)]
#[template(path = "apply/review.html")]
struct Review {
    frame: Frame,
    id: String,
    kind_name: &'static str,
    lines: Vec<Line>,
    wrongs: Vec<Fault>,
    note: Option<String>,
    again: bool,
    late: bool,
    total: usize,
}

/// One answer.
struct Line {
    label: String,
    text: String,
    file: Option<Attached>,
    change: String,
    wrong: String,
}

struct Fault {
    href: String,
    text: String,
}

/// `/permohonan/{id}/periksa`
pub async fn show(
    State(app): State<Shared>,
    Path(text): Path<String>,
    caller: Caller,
    frame: Frame,
) -> Answer {
    let id = id(&text)?;
    let mut tx = app.service.db.read().await?;
    let sight = applications::sight::read(&app.service, &mut tx, caller.actor, id).await?;
    if !applications::may(
        caller.actor,
        &sight.case.application,
        Act::Edit,
        &sight.case.policy,
    ) {
        return Ok(Redirect::to(&format!("/permohonan/{id}")).into_response());
    }
    render(&app, &mut tx, frame, &sight, StatusCode::OK, &[]).await
}

async fn render(
    app: &Shared,
    tx: &mut Tx,
    frame: Frame,
    sight: &Sight,
    status: StatusCode,
    faults: &[FieldError],
) -> Answer {
    let a = &sight.case.application;
    let questions = questions::of(a);
    let files = attachments::list(tx, a.id).await?;
    let mut lines = Vec::new();
    let mut wrongs = Vec::new();
    for (n, question) in questions.iter().enumerate() {
        let change = format!("/permohonan/{}/isi/{}?periksa", a.id, n + 1);
        let fault = faults.iter().find(|fault| concerns(question, &fault.field));
        let wrong = fault
            .map(|fault| fault_text(&frame, fault))
            .unwrap_or_default();
        let (label, text, file) = said(&frame, question, sight, &files);
        if !wrong.is_empty() {
            wrongs.push(Fault {
                href: change.clone(),
                text: format!("{label}: {wrong}"),
            });
        }
        lines.push(Line {
            label,
            text,
            file,
            change,
            wrong,
        });
    }
    let today = sight.case.calendar.day(app.service.clock.now());
    let frame = frame.titled("Periksa sebelum dikirim", "Check before you send it");
    let view = Review {
        id: a.id.to_string(),
        kind_name: frame.say(&a.kind.name),
        note: a.state.note().map(str::to_string),
        again: a.state.stage() == Stage::NeedsCorrection,
        late: completeness::is_late(a.kind, &sight.dossier.answers, today),
        total: questions.len() + 1,
        lines,
        wrongs,
        frame,
    };
    Ok(page_with(status, &view.frame, &view))
}

/// Label, answer and file of a question.
fn said(
    frame: &Frame,
    question: &Question,
    sight: &Sight,
    files: &[attachments::Attachment],
) -> (String, String, Option<Attached>) {
    let people = &sight.dossier.people;
    let join = |parts: &[&Option<String>]| {
        let parts = parts.iter().filter_map(|part| part.as_deref());
        parts.collect::<Vec<_>>().join(" · ")
    };
    match question {
        Question::Applicant => (
            frame.t("Pemohon", "Applicant").into(),
            join(&[&people.applicant_name, &people.applicant_nik]),
            None,
        ),
        Question::Subject => {
            let role = people
                .relation()
                .map(|r| frame.say(&words::relation(r)).to_string());
            (
                frame.t("Untuk", "For").into(),
                join(&[&people.subject_nik, &role]),
                None,
            )
        }
        Question::Field(used) => {
            let raw = sight
                .dossier
                .answers
                .get(used.field.name)
                .cloned()
                .unwrap_or_default();
            let text = match Value::parse(&used.field.ty, &raw) {
                Ok(value) => text_of(used.field, &value, frame.lang),
                Err(_) => raw,
            };
            (frame.say(&used.label()).into(), text, None)
        }
        Question::File(attachment) => {
            let there = files.iter().find(|a| a.slug == attachment.slug);
            let id = sight.case.application.id.to_string();
            let file = there.map(|a| attached(&id, a));
            let text = match file {
                Some(_) => frame.t("Sudah dilampirkan", "Attached"),
                None => "–",
            };
            (frame.say(&attachment.label).into(), text.into(), file)
        }
        Question::Contact => (
            frame.t("Kabar dikirim ke", "Notices go to").into(),
            join(&[&people.email, &people.phone]),
            None,
        ),
    }
}

fn concerns(question: &Question, field: &str) -> bool {
    match question {
        Question::Applicant => matches!(field, "applicant_nik" | "applicant_name"),
        Question::Subject => matches!(field, "subject_nik" | "relation"),
        Question::Field(used) => used.field.name == field,
        Question::File(a) => field.strip_prefix("attachments.") == Some(a.slug),
        Question::Contact => matches!(field, "email" | "phone"),
    }
}

fn fault_text(frame: &Frame, fault: &FieldError) -> String {
    let text = match fault.reason.as_str() {
        "is missing" => frame.t("belum diisi", "is not filled in"),
        "must be attached" => frame.t("belum dilampirkan", "is not attached"),
        _ => frame.t("belum benar", "is not right"),
    };
    text.to_string()
}

/// Hands it in and shows the receipt with its code, once; or shows everything that is missing.
pub async fn submit(
    State(app): State<Shared>,
    Path(text): Path<String>,
    caller: Caller,
    frame: Frame,
    posted: Posted,
) -> Answer {
    let id = id(&text)?;
    posted.belongs_to(caller.session()?)?;
    let (service, chance) = (&app.service, &mut app.chance());
    let mut tx = service.db.begin().await?;
    let done = submit::submit(service, &mut tx, chance, caller.actor, id).await;
    let done = match done {
        Ok(done) => done,
        Err(Failure::Invalid(faults)) => {
            drop(tx);
            let mut tx = service.db.read().await?;
            let sight = applications::sight::read(service, &mut tx, caller.actor, id).await?;
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return render(&app, &mut tx, frame, &sight, status, &faults).await;
        }
        Err(other) => return Err(other.into()),
    };
    tx.commit().await?;
    match done.code {
        Some(code) => receipt::first(&app, &caller, frame, id, &code).await,
        None => Ok(Redirect::to(&format!("/permohonan/{id}")).into_response()),
    }
}

/// Every answer of an application as label and text, for an officer.
pub(in crate::http::pages) fn answered(frame: &Frame, sight: &Sight) -> Vec<(String, String)> {
    let people = &sight.dossier.people;
    let role = people.relation().map(|r| frame.say(&words::relation(r)));
    let known = |text: &Option<String>| text.clone().unwrap_or_default();
    let mut lines = vec![
        (
            frame.t("Pemohon", "Applicant").to_string(),
            [known(&people.applicant_name), known(&people.applicant_nik)].join(" · "),
        ),
        (
            frame.t("Hubungan", "Relation").to_string(),
            role.unwrap_or_default().to_string(),
        ),
        (
            frame.t("NIK yang diurus", "NIK it is about").to_string(),
            known(&people.subject_nik),
        ),
    ];
    let fields = questions::fields(sight.case.application.kind);
    lines.extend(fields.map(|used| {
        let (label, text, _) = said(frame, &Question::Field(used), sight, &[]);
        (label, text)
    }));
    lines
}
