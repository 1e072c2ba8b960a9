//! The end of the way: originals checked, the old card taken back, the document handed over; or withdrawn before.

use super::review::officer;
use super::{allowed_to_write, store_step};
use crate::chance::Chance;
use crate::domain::application::{Application, Due, Handover, HowHanded};
use crate::domain::ids::ApplicationId;
use crate::domain::officer::Actor;
use crate::domain::rights::Act;
use crate::failure::Outcome;
use crate::service::Service;
use crate::store::Tx;

/// Records that the document was handed over.
#[allow(
    clippy::too_many_arguments,
    reason = "what the caller holds, and what is said"
)]
pub async fn hand_over(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    id: ApplicationId,
    how: HowHanded,
    originals_checked: bool,
    old_card_withdrawn: bool,
) -> Outcome<Application> {
    let case = allowed_to_write(service, tx, actor, id, Act::HandOver).await?;
    let from = case.application.state.stage();
    let handover = Handover {
        by: officer(actor)?,
        how,
        originals_checked,
        old_card_withdrawn,
    };
    let after = case.application.hand_over(handover, service.clock.now())?;
    store_step(service, tx, chance, actor, from, &after, Act::HandOver).await?;
    Ok(after)
}

/// Withdraws an application; only who filed it may, and only before it is processed.
pub async fn cancel(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    id: ApplicationId,
) -> Outcome<Application> {
    let case = allowed_to_write(service, tx, actor, id, Act::Cancel).await?;
    let from = case.application.state.stage();
    let mut after = case.application.cancel(service.clock.now())?;
    after.due = Due::Idle;
    store_step(service, tx, chance, actor, from, &after, Act::Cancel).await?;
    Ok(after)
}
