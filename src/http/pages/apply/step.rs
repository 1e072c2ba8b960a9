//! One question of the form: shown with what was answered, and with what is wrong in it.

use super::caller::{Caller, id};
use super::inputs::{self, Group, Shape};
use super::questions::{self, Question};
use super::words;
use crate::applications::{self, sight::Sight};
use crate::attachments;
use crate::domain::completeness;
use crate::domain::dossier::{Dossier, relation_name};
use crate::domain::rights::Act;
use crate::failure::{Failure, Thing};
use crate::http::Shared;
use crate::http::pages::{Choice, Frame, page_with};
use crate::http::problem::Problem;
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use credential::ids::Nik;
use credential::kinds::Need;

type Answer = Result<Response, Problem>;

/// An attachment that is there.
pub(super) struct Attached {
    pub address: String,
    pub is_picture: bool,
    pub size: String,
}

#[derive(Template)]
#[template(path = "apply/step.html")]
struct Step {
    frame: Frame,
    id: String,
    kind_name: &'static str,
    number: usize,
    total: usize,
    version: i64,
    title: String,
    lead: String,
    groups: Vec<Group>,
    relations: Vec<Choice>,
    relation: String,
    error: String,
    file: Option<File>,
    skippable: bool,
    back: String,
    to_review: bool,
    more_rows: bool,
}

struct File {
    slug: &'static str,
    there: Option<Attached>,
    max: String,
    optional: bool,
}

/// `/permohonan/{id}/isi/{step}`
pub async fn ask(
    State(app): State<Shared>,
    Path((text, step)): Path<(String, String)>,
    caller: Caller,
    frame: Frame,
    RawQuery(query): RawQuery,
) -> Answer {
    let to_review = query.as_deref().is_some_and(|q| q.contains("periksa"));
    show(&app, &caller, frame, &text, &step, to_review, false, None).await
}

#[allow(clippy::too_many_arguments, reason = "what one request brings")]
pub(super) async fn show(
    app: &Shared,
    caller: &Caller,
    frame: Frame,
    text: &str,
    step: &str,
    to_review: bool,
    checked: bool,
    refused: Option<String>,
) -> Answer {
    let id = id(text)?;
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
    let all = questions::of(&sight.case.application);
    let number: usize = step.parse().unwrap_or(1);
    let Some(question) = number.checked_sub(1).and_then(|n| all.get(n)) else {
        return Err(Failure::NotFound(Thing::Application).into());
    };
    let back = match number {
        1 => format!("/permohonan/{id}"),
        n => format!("/permohonan/{id}/isi/{}", n - 1),
    };
    let kind = sight.case.application.kind;
    let mut view = Step {
        id: id.to_string(),
        kind_name: frame.say(&kind.name),
        number,
        total: all.len() + 1,
        version: sight.dossier.version,
        title: String::new(),
        lead: String::new(),
        groups: Vec::new(),
        relations: Vec::new(),
        relation: sight.dossier.people.relation.clone().unwrap_or_default(),
        error: refused.clone().unwrap_or_default(),
        file: None,
        skippable: false,
        back,
        to_review,
        more_rows: false,
        frame,
    };
    fill(&mut tx, &mut view, question, &sight).await?;
    if checked && view.error.is_empty() {
        view.error = missing(&view, question, &sight.dossier);
    }
    view.frame.title = view.title.clone();
    let bad = !view.error.is_empty()
        || (checked
            && view
                .groups
                .iter()
                .any(|g| g.inputs.iter().any(|i| !i.error.is_empty())));
    let status = match bad {
        true => StatusCode::UNPROCESSABLE_ENTITY,
        false => StatusCode::OK,
    };
    Ok(page_with(status, &view.frame, &view))
}

async fn fill(
    tx: &mut crate::store::Tx,
    view: &mut Step,
    question: &Question,
    sight: &Sight,
) -> Result<(), Problem> {
    let people = &sight.dossier.people;
    let kind = sight.case.application.kind;
    let say = |frame: &Frame, id: &str, en: &str| frame.t(id, en).to_string();
    let line = |name: &str, label: String, hint: String, value: &Option<String>, required, keys| {
        inputs::Input {
            name: name.into(),
            label,
            hint,
            value: value.clone().unwrap_or_default(),
            error: String::new(),
            required,
            shape: inputs::Shape::Line { keys },
        }
    };
    let group = |inputs| {
        vec![Group {
            title: String::new(),
            inputs,
        }]
    };
    let f = view.frame.clone();
    match question {
        Question::Applicant => {
            view.title = say(&f, "Siapa yang mengajukan?", "Who applies?");
            let nik = Some(people.applicant_nik.clone().unwrap_or_default());
            view.groups = group(vec![
                line(
                    "applicant_name",
                    say(&f, "Nama lengkap Anda", "Your full name"),
                    String::new(),
                    &people.applicant_name,
                    true,
                    "",
                ),
                checked_nik(
                    &f,
                    line(
                        "applicant_nik",
                        say(&f, "NIK Anda", "Your NIK"),
                        say(
                            &f,
                            "16 angka, ada di KTP atau KK",
                            "16 digits, on the KTP or KK",
                        ),
                        &nik,
                        true,
                        "numeric",
                    ),
                ),
            ]);
        }
        Question::Subject => {
            view.title = match kind.subject {
                credential::kinds::Subject::Family => {
                    say(&f, "KK keluarga siapa?", "Whose family card?")
                }
                credential::kinds::Subject::Newborn => {
                    say(&f, "Siapa orang tua bayi?", "Who is the parent?")
                }
                credential::kinds::Subject::Event => {
                    say(&f, "Siapa yang melapor?", "Who reports it?")
                }
                credential::kinds::Subject::Person => {
                    say(&f, "Dokumen ini untuk siapa?", "Whose document is it?")
                }
            };
            let hint = match kind.subject {
                credential::kinds::Subject::Family => say(
                    &f,
                    "NIK salah satu anggota keluarga",
                    "NIK of any member of the family",
                ),
                credential::kinds::Subject::Newborn => {
                    say(&f, "NIK ayah atau ibu", "NIK of the father or mother")
                }
                _ => say(
                    &f,
                    "16 angka, ada di KTP atau KK",
                    "16 digits, on the KTP or KK",
                ),
            };
            view.groups = group(vec![checked_nik(
                &f,
                line(
                    "subject_nik",
                    "NIK".into(),
                    hint,
                    &people.subject_nik,
                    true,
                    "numeric",
                ),
            )]);
            view.relations = kind
                .filing
                .applicants
                .iter()
                .map(|a| Choice::new(relation_name(*a), f.say(&words::relation(*a))))
                .collect();
        }
        Question::Field(used) => {
            view.title = f.say(&used.label()).to_string();
            let text = sight.dossier.answers.get(used.field.name);
            let text = text.map(String::as_str).unwrap_or_default();
            view.groups = inputs::of(&f, used.field, used.label(), used.required, text);
            view.more_rows = used.field.table().is_some_and(|t| t.max > 1);
            view.skippable = !used.required;
        }
        Question::File(attachment) => {
            view.title = f.say(&attachment.label).to_string();
            let needed = completeness::is_needed(attachment, &sight.dossier);
            view.lead = match attachment.need {
                Need::Always => String::new(),
                Need::When(when) => format!(
                    "{} {}",
                    f.t("Lampirkan kalau", "Attach it if"),
                    f.say(&when)
                ),
                Need::Delegated if needed => String::new(),
                Need::Delegated => say(
                    &f,
                    "Hanya kalau Anda mewakili orang lain.",
                    "Only if you act for somebody else.",
                ),
            };
            let found = attachments::list(tx, sight.case.application.id).await?;
            let there = found.iter().find(|a| a.slug == attachment.slug);
            view.skippable = !needed || there.is_some();
            view.file = Some(File {
                slug: attachment.slug,
                there: there.map(|a| attached(&sight.case.application.id.to_string(), a)),
                max: inputs::size_text(i64::from(sight.case.policy.attachment_max_bytes)),
                optional: !needed,
            });
        }
        Question::Contact => {
            view.title = say(&f, "Ke mana kami memberi kabar?", "How do we reach you?");
            view.lead = say(
                &f,
                "Kami memberi tahu setiap kali status permohonan berubah. Boleh dikosongkan.",
                "We tell you each time the status changes. You may leave it empty.",
            );
            view.groups = group(vec![
                line(
                    "email",
                    "E-mail".into(),
                    String::new(),
                    &people.email,
                    false,
                    "email",
                ),
                line(
                    "phone",
                    say(&f, "Nomor HP / WhatsApp", "Mobile number / WhatsApp"),
                    say(&f, "Contoh: 0812 3456 7890", "Example: 0812 3456 7890"),
                    &people.phone,
                    false,
                    "tel",
                ),
            ]);
            view.skippable = true;
        }
    }
    Ok(())
}

fn checked_nik(frame: &Frame, mut input: inputs::Input) -> inputs::Input {
    if !input.value.is_empty() && Nik::parse(&input.value).is_err() {
        input.error = frame
            .t("NIK harus 16 angka.", "A NIK has 16 digits.")
            .to_string();
    }
    input
}

pub(super) fn attached(application: &str, a: &attachments::Attachment) -> Attached {
    Attached {
        address: format!("/permohonan/{application}/berkas/{}", a.id),
        is_picture: a.media_type.starts_with("image/"),
        size: inputs::size_text(a.size),
    }
}

/// Whether a required answer is not there, in words.
fn missing(view: &Step, question: &Question, d: &Dossier) -> String {
    let empty = |text: &Option<String>| text.as_deref().is_none_or(|t| t.trim().is_empty());
    let lacks = match question {
        Question::Applicant => empty(&d.people.applicant_nik) || empty(&d.people.applicant_name),
        Question::Subject => empty(&d.people.subject_nik) || d.people.relation().is_none(),
        Question::Field(used) => used.required && !d.answers.contains_key(used.field.name),
        Question::File(_) => view
            .file
            .as_ref()
            .is_some_and(|f| !f.optional && f.there.is_none()),
        Question::Contact => false,
    };
    match lacks {
        true => view
            .frame
            .t(
                "pertanyaan ini harus dijawab.",
                "this question must be answered.",
            )
            .to_string(),
        false => String::new(),
    }
}
