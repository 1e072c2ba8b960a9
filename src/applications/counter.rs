//! The desk of an office: its queues, what is late, the number on a receipt.

use super::visible;
use crate::domain::application::{Application, Stage};
use crate::domain::ids::OfficeId;
use crate::domain::officer::{Actor, OfficerRole};
use crate::domain::registration::Registration;
use crate::failure::{Failure, Outcome, Thing};
use crate::service::Service;
use crate::store::queues::{self, Cursor, Filter};
use crate::store::{Tx, applications};

/// The office whose applications an officer sees. Administrators see none.
pub fn office(actor: Actor) -> Outcome<OfficeId> {
    match actor {
        Actor::Officer { role, office, .. } if role != OfficerRole::Admin => Ok(office),
        _ => Err(Failure::Role),
    }
}

/// A page of a list.
pub struct Page {
    /// The applications.
    pub items: Vec<Application>,
    /// Where the next page begins; none on the last.
    pub next: Option<Cursor>,
}

pub(super) fn page(
    mut items: Vec<Application>,
    limit: u32,
    by: impl Fn(&Application) -> i64,
) -> Page {
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next = more.then(|| items.last().map(|a| (by(a), a.id))).flatten();
    Page { items, next }
}

/// The queue of a stage: longest first where somebody works on it, newest first where nobody does any more.
pub async fn queue(
    service: &Service,
    tx: &mut Tx,
    filter: &Filter,
    cursor: Option<Cursor>,
    limit: u32,
) -> Outcome<Page> {
    if filter.stage == Stage::Draft {
        return Err(Failure::NotFound(Thing::Application));
    }
    let crypter = &service.crypter;
    let ended = filter.stage.is_final() || filter.stage == Stage::Done;
    let items = match ended {
        true => queues::latest(tx, crypter, filter, cursor, limit + 1).await?,
        false => queues::queue(tx, crypter, filter, cursor, limit + 1).await?,
    };
    Ok(page(items, limit, |a| a.since))
}

/// What should have been decided by now.
pub async fn late(
    service: &Service,
    tx: &mut Tx,
    office: OfficeId,
    cursor: Option<Cursor>,
    limit: u32,
) -> Outcome<Page> {
    let now = service.clock.now();
    let items = queues::late(tx, &service.crypter, office, now, cursor, limit + 1).await?;
    Ok(page(items, limit, |a| match a.due {
        crate::domain::application::Due::Running(at) => at,
        _ => 0,
    }))
}

/// The application with the number on a receipt, if the officer may see it.
pub async fn by_number(
    service: &Service,
    tx: &mut Tx,
    actor: Actor,
    number: &Registration,
) -> Outcome<Application> {
    let found = applications::by_registration(tx, &service.crypter, number).await?;
    let id = found.ok_or(Failure::NotFound(Thing::Application))?.id;
    Ok(visible(service, tx, actor, id).await?.application)
}
