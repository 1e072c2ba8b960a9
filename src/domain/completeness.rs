//! Whether an application says all it must, before it is handed in. Everything that is wrong is told at once.

use super::dossier::{self, Answers, Dossier};
use crate::failure::FieldError;
use credential::date::Date;
use credential::document::Value;
use credential::ids::Nik;
use credential::kinds::{Attachment, From, Kind, Need};

/// What is missing or wrong. `attached` are the slugs of the attachments that are there.
pub fn faults(kind: &Kind, d: &Dossier, attached: &[String]) -> Vec<FieldError> {
    let mut faults = people(kind, d);
    faults.extend(answers(kind, &d.answers));
    let missing = kind.filing.attachments.iter().filter(|a| is_needed(a, d));
    for attachment in missing.filter(|a| !attached.iter().any(|slug| slug == a.slug)) {
        faults.push(FieldError::new(
            format!("attachments.{}", attachment.slug),
            "must be attached",
        ));
    }
    faults
}

/// Whether an attachment must be there for this application.
pub fn is_needed(attachment: &Attachment, d: &Dossier) -> bool {
    match attachment.need {
        Need::Always => true,
        Need::When(_) => false,
        Need::Delegated => d.people.relation().is_some_and(dossier::is_delegated),
    }
}

/// Who applies for whom.
pub fn people(kind: &Kind, d: &Dossier) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let mut nik = |name: &str, text: Option<&str>| match text {
        None => faults.push(FieldError::new(name, "is missing")),
        Some(text) => {
            if let Err(e) = Nik::parse(text) {
                faults.push(FieldError::new(name, e.rule));
            }
        }
    };
    nik("applicant_nik", d.people.applicant_nik.as_deref());
    nik("subject_nik", d.people.subject_nik.as_deref());
    if d.people
        .applicant_name
        .as_deref()
        .is_none_or(|name| name.trim().is_empty())
    {
        faults.push(FieldError::new("applicant_name", "is missing"));
    }
    match d.people.relation() {
        Some(relation) if kind.filing.applicants.contains(&relation) => {}
        Some(_) => faults.push(FieldError::new(
            "relation",
            "may not apply for this document",
        )),
        None => faults.push(FieldError::new("relation", "is missing")),
    }
    faults
}

/// The form's answers.
pub fn answers(kind: &Kind, answers: &Answers) -> Vec<FieldError> {
    let asked = kind
        .fields
        .iter()
        .filter(|used| used.from == From::Applicant);
    let mut faults = Vec::new();
    for used in asked {
        match answers.get(used.field.name) {
            None if used.required => faults.push(FieldError::new(used.field.name, "is missing")),
            None => {}
            Some(text) => {
                if let Err(rule) = Value::parse(&used.field.ty, text) {
                    faults.push(FieldError::new(used.field.name, rule.to_string()));
                }
            }
        }
    }
    faults
}

/// Whether the event is reported after its deadline. None without a deadline or a readable date.
pub fn is_late(kind: &Kind, answers: &Answers, today: Date) -> bool {
    let Some(report) = &kind.filing.report else {
        return false;
    };
    let day = answers.get(report.since.name);
    let day = day.and_then(|text| Date::parse(text.trim()));
    day.is_some_and(|day| today.days() - day.days() > i32::from(report.within_days))
}
