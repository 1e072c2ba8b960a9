//! How often an officer may look somebody up, by NIK or by the number on a receipt or a document: with an account that was
//! taken over nobody runs through a town.

use crate::domain::officer::Actor;
use crate::failure::Outcome;
use crate::service::Service;
use crate::throttle::{self, Rule};

/// Of one officer, whatever is looked for: one every six seconds for an hour, which no counter needs.
const OF_OFFICER: Rule = Rule {
    name: "look-ups of an officer",
    max: 600,
    per_seconds: 3_600,
};

/// Counts a look-up, in a transaction of its own, whether or not it finds anything.
///
/// # Errors
/// [`crate::failure::Failure::TooMany`].
pub async fn count(service: &Service, actor: Actor) -> Outcome<()> {
    match actor.officer() {
        Some((officer, _)) => throttle::count_now(service, &OF_OFFICER, &officer.to_vec()).await,
        None => Ok(()),
    }
}
