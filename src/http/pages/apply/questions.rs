//! Which questions a form asks, one page each, in order: from the one table of kinds.

use crate::domain::application::{Application, Filer};
use credential::kinds::{Attachment, From, Kind, Use};

/// One page of the form.
#[derive(Debug, Clone, Copy)]
pub enum Question {
    /// Who applies.
    Applicant,
    /// For whom, and what they are to that person.
    Subject,
    /// One field of the document.
    Field(&'static Use),
    /// One attachment.
    File(&'static Attachment),
    /// How the applicant is reached.
    Contact,
}

/// The questions of an application. A citizen with an account has said who they are and for whom.
pub fn of(a: &Application) -> Vec<Question> {
    let mut questions = match a.filer {
        Filer::Citizen(_) => Vec::new(),
        Filer::Guest | Filer::Officer(_) => vec![Question::Applicant, Question::Subject],
    };
    questions.extend(fields(a.kind).map(Question::Field));
    questions.extend(a.kind.filing.attachments.iter().map(Question::File));
    questions.push(Question::Contact);
    questions
}

/// The fields that the applicant answers.
pub fn fields(kind: &'static Kind) -> impl Iterator<Item = &'static Use> {
    kind.fields
        .iter()
        .filter(|used| used.from == From::Applicant)
}
