//! What could not be delivered, for the officers of the office it belongs to.

use crate::chance::Chance;
use crate::domain::ids::NoticeId;
use crate::domain::officer::{Actor, OfficerRole};
use crate::failure::{Failure, Outcome, Thing};
use crate::record::{Act, record};
use crate::service::Service;
use crate::store::Tx;
use crate::store::outbox::{self, Cause, Notice, State};

/// What the actor's office could not deliver, newest first, before the row `before`.
///
/// # Errors
/// [`Failure::Role`] unless the actor is an administrator or auditor.
pub async fn list(
    tx: &mut Tx,
    actor: Actor,
    before: Option<NoticeId>,
    limit: u32,
) -> Outcome<Vec<Notice>> {
    match actor {
        Actor::Local => outbox::page(tx, Some(State::Dead), before, limit).await,
        Actor::Officer {
            office,
            role: OfficerRole::Admin | OfficerRole::Auditor,
            ..
        } => outbox::dead(tx, office, before, limit).await,
        _ => Err(Failure::Role),
    }
}

/// Lets a dead row be tried again. An administrator may do so for the own office; what belongs to no office (letters
/// with codes, batches for agencies) is retried at the command line.
pub async fn retry(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    id: NoticeId,
) -> Outcome<()> {
    let notice = outbox::by_id(tx, id).await?;
    let visible = |notice: &Notice| match &notice.cause {
        Cause::Application { office, .. } => actor.acts_for(*office),
        Cause::Letter(_) | Cause::Push { .. } => actor == Actor::Local,
    };
    let notice = notice.filter(|n| n.state == State::Dead && visible(n));
    let notice = notice.ok_or(Failure::NotFound(Thing::Notice))?;
    match actor {
        Actor::Local
        | Actor::Officer {
            role: OfficerRole::Admin,
            ..
        } => {}
        _ => return Err(Failure::Role),
    }
    outbox::retry(tx, id, service.clock.now()).await?;
    let act = Act {
        office: match &notice.cause {
            Cause::Application { office, .. } => Some(*office),
            Cause::Letter(_) | Cause::Push { .. } => None,
        },
        detail: Some(id.to_string()),
        ..Act::new("outbox.retry")
    };
    record(tx, &service.clock, chance, actor, act).await
}
