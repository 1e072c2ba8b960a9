//! Applications: from the first answer of a citizen to the paper in their hand. One file for each part of that way.
//!
//! Every step asks the table of rights (`domain/rights.rs`), takes the transition of `domain/steps.rs`, and writes the
//! new state, a line of the timeline, a line of the audit trail and an event of the outbox in one transaction.

pub mod appointment;
pub mod approve;
pub mod contact;
pub mod counter;
pub mod draft;
pub mod figures;
pub mod hand_over;
pub mod home;
pub mod review;
pub mod sight;
pub mod submit;
pub mod waiting;

use crate::chance::Chance;
use crate::domain::application::{Application, Due, Filer, Stage, WrongStage};
use crate::domain::calendar::Calendar;
use crate::domain::ids::{ApplicationId, AuditId};
use crate::domain::officer::Actor;
use crate::domain::policy::Policy;
use crate::domain::rights::{self, Act, Part};
use crate::failure::{Failure, Outcome, Thing};
use crate::outbox;
use crate::policies;
use crate::record::{self, record};
use crate::service::Service;
use crate::store::application_events::{self, Event};
use crate::store::locks::{self, Row};
use crate::store::{Tx, applications, appointments};
use credential::kinds::Kind;

/// Most characters of a note or reason to the citizen.
pub const NOTE_MAX: usize = 1000;

/// What an actor is to an application: none, one part, or two for an officer who filed it at the counter.
pub fn parts(actor: Actor, a: &Application) -> Vec<Part> {
    let mut parts = Vec::new();
    match actor {
        Actor::Citizen(account) if a.filer == Filer::Citizen(account) => {
            parts.push(Part::Applicant);
        }
        Actor::Guest(id) if id == a.id => parts.push(Part::Applicant),
        Actor::Officer { id, office, role } if office == a.office => {
            parts.push(Part::Officer(role));
            if a.filer == Filer::Officer(id) {
                parts.push(Part::Applicant);
            }
        }
        Actor::Local
        | Actor::Citizen(_)
        | Actor::Guest(_)
        | Actor::Device(_)
        | Actor::Stranger
        | Actor::Officer { .. } => {}
    }
    parts
}

/// Whether the actor may do that now.
pub fn may(actor: Actor, a: &Application, act: Act, policy: &Policy) -> bool {
    if act.is_of_appointment() && !a.kind.filing.in_person {
        return false;
    }
    parts(actor, a)
        .into_iter()
        .any(|part| rights::may(part, act, a.state.stage(), policy.edit_in_verification))
}

/// Everything the actor may do now, in the order of the table.
pub fn acts(actor: Actor, a: &Application, policy: &Policy) -> Vec<Act> {
    Act::ALL
        .into_iter()
        .filter(|act| may(actor, a, *act, policy))
        .collect()
}

/// An application, its office's policy and calendar.
pub struct Case {
    /// The application.
    pub application: Application,
    /// The office's policy.
    pub policy: Policy,
    /// The office's calendar.
    pub calendar: Calendar,
}

/// An application that the actor may see; any other does not exist for them.
pub async fn visible(
    service: &Service,
    tx: &mut Tx,
    actor: Actor,
    id: ApplicationId,
) -> Outcome<Case> {
    let found = applications::by_id(tx, &service.crypter, id).await?;
    let missing = Failure::NotFound(Thing::Application);
    let Some(application) = found else {
        return Err(missing);
    };
    let (policy, calendar) = policies::of_office(service, tx, application.office).await?;
    if !may(actor, &application, Act::View, &policy) {
        return Err(missing);
    }
    // An officer must see what was done to it. Whose it is says the row itself, and what it says is opened for them.
    if !matches!(actor, Actor::Officer { .. } | Actor::Local) {
        applications::seal::must_fit(tx, &service.register(), id).await?;
    }
    Ok(Case {
        application,
        policy,
        calendar,
    })
}

/// An application to which the actor may do that now.
///
/// # Errors
/// Not found where they may not see it, [`Failure::Role`] where they never may do that, [`Failure::WrongStage`] where
/// they may, but not in this stage.
pub async fn allowed(
    service: &Service,
    tx: &mut Tx,
    actor: Actor,
    id: ApplicationId,
    act: Act,
) -> Outcome<Case> {
    let case = visible(service, tx, actor, id).await?;
    let (a, policy) = (&case.application, &case.policy);
    if may(actor, a, act, policy) {
        return Ok(case);
    }
    let ever = parts(actor, a).into_iter().any(|part| {
        Stage::ALL
            .into_iter()
            .any(|stage| rights::may(part, act, stage, policy.edit_in_verification))
    });
    if ever {
        return Err(Failure::WrongStage(a.state.stage().name()));
    }
    Err(Failure::Role)
}

/// As [`allowed`], for whoever goes on to write: the application, with its answers, files and appointments, is nobody
/// else's to change until the transaction ends. Its state alone does not tell two changes apart that leave it alone.
pub async fn allowed_to_write(
    service: &Service,
    tx: &mut Tx,
    actor: Actor,
    id: ApplicationId,
    act: Act,
) -> Outcome<Case> {
    locks::row(tx, Row::Application(id)).await?;
    let case = allowed(service, tx, actor, id, act).await?;
    applications::seal::must_fit(tx, &service.register(), id).await?;
    Ok(case)
}

impl From<WrongStage> for Failure {
    fn from(e: WrongStage) -> Self {
        Self::WrongStage(e.0.name())
    }
}

/// Stores a step that was taken: state, timeline, audit, event.
async fn store_step(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    from: Stage,
    a: &Application,
    act: Act,
) -> Outcome<()> {
    applications::change(tx, &service.register(), chance, from, a).await?;
    log(service, tx, chance, actor, a, act, a.state.note()).await?;
    let stage = a.state.stage();
    if stage.is_final() || stage == Stage::Done {
        // Nobody needs to come any more.
        appointments::release(tx, &service.register(), a.id).await?;
    }
    if stage != from {
        let event = outbox::Event::ApplicationChanged {
            application: a.id,
            office: a.office,
            stage,
        };
        outbox::event(service, tx, chance, event).await?;
    }
    Ok(())
}

/// A line of the timeline and one of the audit trail.
async fn log(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    a: &Application,
    act: Act,
    note: Option<&str>,
) -> Outcome<()> {
    let event = Event {
        at: service.clock.now(),
        act: act.name().to_string(),
        actor: actor.to_string(),
        stage: a.state.stage(),
        note: note.map(str::to_string),
    };
    let id = AuditId::draw(&service.clock, chance);
    application_events::insert(tx, &service.register(), chance, id, a.id, &event).await?;
    let action = format!("application.{}", act.name());
    let line = record::Act {
        office: Some(a.office),
        content: note.map(str::as_bytes),
        detail: Some(format!("{} {}", a.id, a.state.stage().name())),
        ..record::Act::new(&action)
    };
    record(tx, &service.clock, chance, actor, line).await
}

/// Words from an officer to a citizen: 1 to 1,000 characters.
pub fn parse_note(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err("must say why, in words for the citizen"),
        1..=NOTE_MAX if !text.chars().any(|c| c.is_control() && c != '\n') => Ok(text.to_string()),
        1..=NOTE_MAX => Err("has characters that cannot be shown"),
        _ => Err("has more than 1,000 characters"),
    }
}

/// Working seconds the office has for one application of that kind: the office's own number of days where it has set
/// one, but never less than the law's for kinds that take longer than a week.
fn working_time(kind: &Kind, policy: &Policy, calendar: &Calendar) -> i64 {
    let days = match policy.sla_days {
        Some(days) if kind.filing.working_days <= 7 => days,
        _ => kind.filing.working_days,
    };
    i64::from(days) * calendar.working_day_seconds()
}

/// Lets the office's clock stand still.
fn paused(due: Due, calendar: &Calendar, now: i64) -> Due {
    match due {
        Due::Running(at) if at >= now => Due::Paused(calendar.between(now, at)),
        Due::Running(at) => Due::Paused(-calendar.between(at, now)),
        other => other,
    }
}

/// Lets it run on. What was overdue when it stopped stays overdue.
fn resumed(due: Due, calendar: &Calendar, now: i64) -> Due {
    match due {
        Due::Paused(left) => Due::Running(calendar.due(now, left.max(0))),
        other => other,
    }
}
