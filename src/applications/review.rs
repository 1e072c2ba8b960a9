//! What officers do before the head of the office decides: take, ask, wait, complete, pass, give back, reject.

use super::{allowed_to_write, log, parse_note, paused, resumed, store_step};
use crate::chance::Chance;
use crate::domain::application::{Application, Cause};
use crate::domain::dossier::Dossier;
use crate::domain::ids::{ApplicationId, OfficerId};
use crate::domain::officer::Actor;
use crate::domain::rights::Act;
use crate::failure::{Failure, FieldError, Outcome};
use crate::service::Service;
use crate::store::{Tx, applications};
use credential::document::Value;
use credential::kinds::From;
use std::collections::BTreeMap;

/// A step of an officer, with the words it needs.
#[derive(Debug, Clone)]
pub enum Step {
    /// Takes it on.
    Take,
    /// Asks the citizen to mend something.
    AskCorrection(String),
    /// Lets it wait, for an outage.
    Constrain(String),
    /// Lets it go on.
    Release,
    /// Approves that the event was reported late.
    ApproveLate,
    /// Passes it on to the head of the office.
    Pass,
    /// Gives it back to be checked again.
    SendBack,
    /// Refuses it for good.
    Reject(String),
}

impl Step {
    /// The act that the table of rights knows.
    pub fn act(&self) -> Act {
        match self {
            Self::Take => Act::Take,
            Self::AskCorrection(_) => Act::AskCorrection,
            Self::Constrain(_) => Act::Constrain,
            Self::Release => Act::Release,
            Self::ApproveLate => Act::ApproveLate,
            Self::Pass => Act::Pass,
            Self::SendBack => Act::SendBack,
            Self::Reject(_) => Act::Reject,
        }
    }

    fn note(&self) -> Option<&str> {
        match self {
            Self::AskCorrection(text) | Self::Constrain(text) | Self::Reject(text) => Some(text),
            _ => None,
        }
    }
}

/// The officer behind an actor.
pub(super) fn officer(actor: Actor) -> Outcome<OfficerId> {
    actor.officer().map(|(id, _)| id).ok_or(Failure::Role)
}

/// Takes a step.
pub async fn step(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    id: ApplicationId,
    step: Step,
) -> Outcome<Application> {
    let case = allowed_to_write(service, tx, actor, id, step.act()).await?;
    let note = match step.note() {
        Some(text) => parse_note(text).map_err(|rule| Failure::field("note", rule))?,
        None => String::new(),
    };
    let (by, now) = (officer(actor)?, service.clock.now());
    let from = case.application.state.stage();
    let act = step.act();
    if matches!(step, Step::Pass) {
        // What the head of the office would be unable to sign is told to the verifier, who can mend it.
        super::approve::check(service, tx, &case.application).await?;
    }
    let due = case.application.due;
    let mut after = match step {
        Step::Take => case.application.take(by, now)?,
        Step::AskCorrection(_) => case.application.ask_correction(by, note, now)?,
        Step::Constrain(_) => case.application.constrain(Cause::Outage, note, now)?,
        Step::Release => case.application.release(now)?,
        Step::ApproveLate => case.application.approve_late(by)?,
        Step::Pass => case.application.pass(by, now)?,
        Step::SendBack => case.application.send_back(now)?,
        Step::Reject(_) => case.application.reject(by, note, now)?,
    };
    after.due = match act {
        Act::AskCorrection | Act::Constrain => paused(due, &case.calendar, now),
        Act::Release => resumed(due, &case.calendar, now),
        Act::Reject => due.met(now),
        _ => due,
    };
    store_step(service, tx, chance, actor, from, &after, act).await?;
    Ok(after)
}

/// Fills in what the office assigns, e.g. the NIK of a newborn. An empty text takes the value out.
pub async fn complete(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    id: ApplicationId,
    version: i64,
    values: &BTreeMap<String, String>,
) -> Outcome<Dossier> {
    let case = allowed_to_write(service, tx, actor, id, Act::Complete).await?;
    let a = case.application;
    let mut dossier = applications::dossier(tx, &service.crypter, id).await?;
    if dossier.version != version {
        return Err(Failure::Changed);
    }
    let mut errors = Vec::new();
    for (name, text) in values {
        let mut fields = a.kind.fields.iter();
        let used = fields.find(|used| used.field.name == name && used.from == From::Office);
        let Some(used) = used else {
            errors.push(FieldError::new(
                "values",
                "holds a value that the office does not assign",
            ));
            continue;
        };
        if text.trim().is_empty() {
            dossier.answers.remove(name);
        } else if let Err(rule) = Value::parse(&used.field.ty, text) {
            errors.push(FieldError::new(name, rule.to_string()));
        } else {
            dossier
                .answers
                .insert(name.clone(), text.trim().to_string());
        }
    }
    if !errors.is_empty() {
        return Err(Failure::Invalid(errors));
    }
    let now = service.clock.now();
    applications::save(tx, &service.register(), chance, &a, &dossier, now).await?;
    log(service, tx, chance, actor, &a, Act::Complete, None).await?;
    dossier.version += 1;
    Ok(dossier)
}
