//! Drafts: begun, filled in step by step, thrown away. Nobody at the office sees them.

use super::{allowed_to_write, home, log};
use crate::chance::Chance;
use crate::domain::application::{Application, Due, Filer, Late, Stage, State};
use crate::domain::dossier::{ANSWER_MAX, ANSWERS_MAX, Answers, Dossier, PEOPLE_MAX, People};
use crate::domain::ids::{ApplicationId, OfficeId};
use crate::domain::officer::{Actor, OfficerRole};
use crate::domain::rights::Act;
use crate::failure::{Failure, FieldError, Outcome, Thing};
use crate::service::Service;
use crate::store::{Tx, applications, offices};
use crate::throttle::Rule;
use credential::kinds::{From, Kind};

/// Drafts that nobody touched for so long are deleted: 30 days.
pub const DRAFT_LIFE: i64 = 30 * 86_400;

/// Applications begun without an account from one network address; a village may share one.
pub const GUEST_DRAFTS: Rule = Rule {
    name: "guest-drafts",
    max: 200,
    per_seconds: 3600,
};

/// Begins an application. `previous` is a rejected one whose answers and people are taken over; what `people` says
/// comes before that.
#[allow(
    clippy::too_many_arguments,
    reason = "what the caller holds, and what is said"
)]
pub async fn start(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    office: OfficeId,
    kind: &'static Kind,
    people: People,
    previous: Option<ApplicationId>,
) -> Outcome<Application> {
    if offices::by_id(tx, office).await?.is_none() {
        return Err(Failure::NotFound(Thing::Office));
    }
    let id = ApplicationId::draw(&service.clock, chance);
    let filer = match actor {
        Actor::Citizen(account) => Filer::Citizen(account),
        Actor::Officer {
            id,
            office: own,
            role: OfficerRole::Operator,
        } if own == office => Filer::Officer(id),
        Actor::Officer { .. } => return Err(Failure::Role),
        Actor::Guest(_) | Actor::Stranger => Filer::Guest,
        Actor::Local | Actor::Device(_) => return Err(Failure::Role),
    };
    let mut dossier = Dossier {
        people,
        answers: Answers::new(),
        version: 1,
    };
    if let Some(old) = previous {
        let case = super::visible(service, tx, actor, old).await?;
        if case.application.state.stage() != Stage::Rejected || case.application.kind != kind {
            return Err(Failure::field(
                "previous",
                "must be a rejected application for the same document",
            ));
        }
        applications::seal::must_fit(tx, &service.register(), old).await?;
        let old = applications::dossier(tx, &service.crypter, old).await?;
        dossier.answers = old.answers;
        // What the office had filled in was about the old one.
        dossier.answers.retain(|name, _| is_asked(kind, name));
        dossier.people = dossier.people.or(old.people);
    }
    home::as_holder(service, tx, actor, &mut dossier.people).await?;
    check_people(&dossier.people)?;
    let now = service.clock.now();
    let application = Application {
        id,
        office,
        kind,
        filer,
        previous,
        created: now,
        state: State::Draft,
        since: now,
        due: Due::Idle,
        late: Late::No,
    };
    applications::insert(tx, &service.register(), chance, &application, &dossier).await?;
    // Whoever begins without an account holds the draft by the session of this one application.
    let actor = match actor {
        Actor::Stranger | Actor::Guest(_) => Actor::Guest(id),
        other => other,
    };
    log(service, tx, chance, actor, &application, Act::Edit, None).await?;
    Ok(application)
}

/// Changes what an application says. `version` is the one that was read; a newer one is never overwritten.
///
/// Answers are kept as they were typed: what is wrong in them is told, and nothing is lost. An empty answer is taken
/// out.
pub async fn save(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    id: ApplicationId,
    version: i64,
    change: impl FnOnce(&mut Dossier),
) -> Outcome<Dossier> {
    let case = allowed_to_write(service, tx, actor, id, Act::Edit).await?;
    let a = case.application;
    let mut dossier = applications::dossier(tx, &service.crypter, id).await?;
    if dossier.version != version {
        return Err(Failure::Changed);
    }
    let before = dossier.answers.clone();
    change(&mut dossier);
    home::as_holder(service, tx, actor, &mut dossier.people).await?;
    dossier.answers.retain(|_, text| !text.trim().is_empty());
    check_people(&dossier.people)?;
    check_shape(a.kind, &before, &dossier.answers)?;
    let now = service.clock.now();
    applications::save(tx, &service.register(), chance, &a, &dossier, now).await?;
    if a.state.stage() != Stage::Draft {
        log(service, tx, chance, actor, &a, Act::Edit, None).await?;
    }
    dossier.version += 1;
    Ok(dossier)
}

/// Throws a draft away.
pub async fn discard(
    service: &Service,
    tx: &mut Tx,
    actor: Actor,
    id: ApplicationId,
) -> Outcome<()> {
    allowed_to_write(service, tx, actor, id, Act::Discard).await?;
    applications::discard(tx, id).await
}

/// No line about a person is too long or holds what cannot be shown.
fn check_people(people: &People) -> Outcome<()> {
    let shown = |c: char| !c.is_control() || c == '\n';
    let mut errors = Vec::new();
    for name in People::NAMES {
        let text = people.get(name).unwrap_or_default();
        if text.chars().count() > PEOPLE_MAX {
            errors.push(FieldError::new(*name, "has more than 200 characters"));
        } else if !text.chars().all(shown) {
            errors.push(FieldError::new(
                *name,
                "has characters that cannot be shown",
            ));
        }
    }
    if errors.is_empty() {
        return Ok(());
    }
    Err(Failure::Invalid(errors))
}

/// Whether the kind's form asks the applicant for it. What the register or the office says is not theirs to answer.
fn is_asked(kind: &Kind, name: &str) -> bool {
    let mut fields = kind.fields.iter();
    fields.any(|used| used.from == From::Applicant && used.field.name == name)
}

/// Only answers to questions of the kind's form, none too long; what the office filled in stays as it was.
fn check_shape(kind: &Kind, before: &Answers, answers: &Answers) -> Outcome<()> {
    let mut errors = Vec::new();
    let names = before.keys().chain(answers.keys());
    if names
        .filter(|name| !is_asked(kind, name))
        .any(|name| before.get(name) != answers.get(name))
    {
        errors.push(FieldError::new(
            "answers",
            "holds an answer to a question that this form does not ask",
        ));
    }
    for (name, text) in answers {
        if text.chars().count() > ANSWER_MAX {
            errors.push(FieldError::new(name, "has more than 2,000 characters"));
        }
    }
    if answers.len() > ANSWERS_MAX {
        errors.push(FieldError::new("answers", "are too many"));
    }
    if errors.is_empty() {
        return Ok(());
    }
    Err(Failure::Invalid(errors))
}
