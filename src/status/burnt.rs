//! What a process signed and could not store any more: known by its place, and revoked.
//!
//! Documents that are issued together or in bulk have no row before they are signed; their intent is the reservation of
//! places. A reservation ends when everything that was signed under it is stored. One that does not end (the process
//! was killed, the database was away at the wrong moment) is given up when its time is over: nothing can be stored under
//! it from then on, and each of its places that no document has is revoked, because a token may exist that has it.

use super::{Touched, mark, settle_if_possible};
use crate::domain::ids::ListId;
use crate::domain::permutation::Permutation;
use crate::failure::{Failure, Outcome};
use crate::service::Service;
use crate::store::{Tx, burnt, reservations, status_lists};
use std::collections::BTreeMap;

/// Seconds between the end of a reservation by the clock of whoever made it and its giving up by another's.
const GRACE: i64 = 60;
/// Seconds by which a clock may have been set back while documents got their ids from it.
const SET: i64 = 86_400;

/// Gives up reservations whose time is over. Returns how many indexes were burnt.
pub async fn give_up(service: &Service) -> Outcome<usize> {
    let mut count = 0;
    loop {
        let before = service.clock.now() - GRACE;
        let mut tx = service.db.read().await?;
        let any = reservations::any_over(&mut tx, before).await?;
        drop(tx);
        if !any {
            return Ok(count);
        }
        let mut tx = service.db.begin().await?;
        let over = reservations::over(&mut tx, before).await?;
        if over.is_empty() {
            // Something is just being stored under each; the next time they are done or lost.
            return Ok(count);
        }
        let mut lists: BTreeMap<ListId, Vec<_>> = BTreeMap::new();
        for one in over {
            lists.entry(one.list).or_default().push(one);
        }
        let mut touched = Touched::default();
        for (list, over) in lists {
            let burnt = of_list(service, &mut tx, list, &over).await?;
            if burnt > 0 {
                touched.join(Touched::one(list));
            }
            count += burnt;
        }
        mark(&mut tx, &touched).await?;
        tx.commit().await?;
        settle_if_possible(service, touched).await;
    }
}

async fn of_list(
    service: &Service,
    tx: &mut Tx,
    list: ListId,
    over: &[reservations::Reservation],
) -> Outcome<usize> {
    let ordered = status_lists::ordered(tx, list).await?;
    let (seed, _) = ordered.ok_or(Failure::Row("reservations.status_list"))?;
    let order = Permutation::new(&seed);
    let from = over.iter().map(|one| one.made).min().unwrap_or_default();
    let known = burnt::known(tx, list, from - SET).await?;
    let mut count = 0;
    for one in over {
        for place in one.first..one.first + one.places {
            let index = order.index(place);
            if !known.contains(&index) {
                burnt::insert(tx, list, index, service.clock.now()).await?;
                count += 1;
            }
        }
    }
    Ok(count)
}
