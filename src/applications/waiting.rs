//! Applications that wait for a quota or for opening hours go on by themselves.

use super::{resumed, store_step};
use crate::chance::Chance;
use crate::domain::application::{Application, Cause};
use crate::domain::officer::Actor;
use crate::domain::rights::Act;
use crate::failure::{Failure, Outcome};
use crate::policies;
use crate::service::Service;
use crate::store::locks::{self, Row};
use crate::store::{Tx, applications};

/// Lets go on what may go on now. Returns how many.
pub async fn release_due(service: &Service, chance: &mut Chance) -> Outcome<usize> {
    let mut tx = service.db.read().await?;
    let mut found = Vec::new();
    for cause in [Cause::Quota, Cause::Hours] {
        found.extend(applications::waiting(&mut tx, &service.crypter, cause.name()).await?);
    }
    drop(tx);
    let mut released = 0;
    for application in found {
        let mut tx = service.db.begin().await?;
        match release(service, &mut tx, chance, application).await {
            Ok(gone_on) => {
                tx.commit().await?;
                released += usize::from(gone_on);
            }
            // An officer was faster, or somebody wrote into its row; the others that wait are not to wait longer for it.
            Err(Failure::Changed | Failure::Altered(_) | Failure::Row(_)) => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(released)
}

async fn release(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    waiting: Application,
) -> Outcome<bool> {
    locks::row(tx, Row::Application(waiting.id)).await?;
    let fresh = applications::by_id(tx, &service.crypter, waiting.id).await?;
    let Some(a) = fresh.filter(|a| a.state == waiting.state) else {
        return Ok(false);
    };
    let (policy, calendar) = policies::of_office(service, tx, a.office).await?;
    let now = service.clock.now();
    // A quota is counted by the day of handing in: yesterday's overflow goes on today.
    let same_day = a
        .state
        .receipt()
        .is_some_and(|receipt| calendar.day(receipt.at) == calendar.day(now));
    let crate::domain::application::State::Constrained { cause, .. } = a.state else {
        return Ok(false);
    };
    let may_go = match cause {
        Cause::Outage => false,
        Cause::Quota => policy.daily_quota.is_none() || (!same_day && calendar.is_open(now)),
        Cause::Hours => calendar.is_open(now),
    };
    if !may_go {
        return Ok(false);
    }
    let (from, due) = (a.state.stage(), a.due);
    let mut after = a.release(now)?;
    after.due = resumed(due, &calendar, now);
    store_step(
        service,
        tx,
        chance,
        Actor::Local,
        from,
        &after,
        Act::Release,
    )
    .await?;
    Ok(true)
}
