//! Places of status lists that this process has reserved and not yet used, by office.
//!
//! A reservation is the intent of what will be signed: it is committed before a place is used, and it ends once all that
//! was signed under it is stored. Where that is not known (the process died, a signature was not stored) it is given up
//! when its time is over, and its places that no document has are revoked (`status::give_up`). An office that comes back for more within seconds gets twice
//! as many as the last time; one with a document an hour has none in reserve that a restart would burn.

use super::orders::Placed;
use crate::chance::Chance;
use crate::clock::Stopwatch;
use crate::domain::ids::{ListId, OfficeId, ReservationId};
use crate::failure::{Failure, Outcome};
use crate::service::Service;
use crate::status::{self, Places};
use crate::store::{closed_lists, reservations};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Most places in reserve.
const MOST: u32 = 1024;
/// Who comes back within this time gets more than before.
const SOON: Duration = Duration::from_secs(5);
/// A place is signed for within this time of its reservation.
const USABLE: Duration = Duration::from_secs(60);
/// And stored within this time, seconds.
const RESERVED: i64 = 180;
/// Tries to reserve while others do.
const TRIES: usize = 5;

/// A reservation, and how many of its places are not accounted for: a document has them, or nothing was signed for them.
pub struct Held {
    /// The places.
    pub places: Places,
    open: AtomicU32,
    since: Stopwatch,
}

/// A place, for one document.
pub struct Slot {
    /// The reservation it is of.
    pub held: Arc<Held>,
    /// The place.
    pub place: u32,
}

/// What is left of a reservation.
struct Rest {
    held: Arc<Held>,
    next: u32,
    /// The place after the last one.
    end: u32,
}

/// What an office has in reserve.
#[derive(Default)]
struct Reserve {
    rests: VecDeque<Rest>,
    /// How many were reserved the last time, and when.
    last: Option<(u32, Stopwatch)>,
}

impl Reserve {
    /// How many to reserve where so many are missing.
    fn next(&self, missing: u32) -> u32 {
        match &self.last {
            Some((count, when)) if when.elapsed() < SOON => missing.max((count * 2).min(MOST)),
            _ => missing,
        }
    }
}

/// The reserve.
#[derive(Default)]
pub struct Stock {
    reserves: Mutex<HashMap<OfficeId, Reserve>>,
    /// Reservations under which everything that was signed is stored.
    done: Mutex<Vec<ReservationId>>,
}

impl Stock {
    /// A place for each of the orders; none for those of an office whose list cannot be signed now.
    pub async fn take(
        &self,
        service: &Service,
        chance: &mut Chance,
        orders: &[Placed],
    ) -> Outcome<Vec<Option<Slot>>> {
        let mut wanted: BTreeMap<OfficeId, u32> = BTreeMap::new();
        for placed in orders {
            *wanted.entry(placed.order.office.id).or_default() += 1;
        }
        let mut slots: HashMap<OfficeId, Vec<Slot>> = HashMap::new();
        for again in [true, false] {
            let mut missing: BTreeMap<OfficeId, u32> = BTreeMap::new();
            for (office, count) in &wanted {
                let got = slots.entry(*office).or_default();
                self.draw(*office, *count, got);
                let more = count - got.len() as u32;
                if more > 0 {
                    missing.insert(*office, more);
                }
            }
            if again && !missing.is_empty() {
                self.refill(service, chance, missing).await?;
            }
        }
        let slot = |placed: &Placed| slots.get_mut(&placed.order.office.id)?.pop();
        Ok(orders.iter().map(slot).collect())
    }

    /// Takes a place back for which nothing was signed.
    pub fn give_back(&self, slot: Slot) {
        let Slot { held, place } = slot;
        let mut stock = self.lock();
        let rests = &mut stock.entry(held.places.office).or_default().rests;
        rests.push_front(Rest {
            end: place + 1,
            next: place,
            held,
        });
    }

    /// Lets go of places in lists that were closed meanwhile: nothing was signed for them.
    pub async fn sift(&self, service: &Service) -> Outcome<()> {
        let lists: BTreeSet<ListId> = {
            let stock = self.lock();
            let rests = stock.values().flat_map(|reserve| &reserve.rests);
            rests.map(|rest| rest.held.places.list).collect()
        };
        let mut tx = service.db.read().await?;
        for list in lists {
            if closed_lists::is_open(&mut tx, list).await? {
                continue;
            }
            for reserve in self.lock().values_mut() {
                let closed = |rest: &Rest| rest.held.places.list == list;
                for rest in reserve.rests.iter().filter(|rest| closed(rest)) {
                    self.account(&rest.held, rest.end - rest.next);
                }
                reserve.rests.retain(|rest| !closed(rest));
            }
        }
        Ok(())
    }

    /// The document with that place is stored.
    pub fn stored(&self, slot: &Slot) {
        self.account(&slot.held, 1);
    }

    fn account(&self, held: &Held, places: u32) {
        if held.open.fetch_sub(places, Relaxed) == places {
            self.done().push(held.places.reservation);
        }
    }

    fn draw(&self, office: OfficeId, count: u32, into: &mut Vec<Slot>) {
        let mut stock = self.lock();
        let rests = &mut stock.entry(office).or_default().rests;
        while (into.len() as u32) < count
            && let Some(rest) = rests.front_mut()
        {
            // What is too old to be signed for is lost, and known to be unsigned.
            if rest.next == rest.end || rest.held.since.elapsed() > USABLE {
                self.account(&rest.held, rest.end - rest.next);
                rests.pop_front();
                continue;
            }
            into.push(Slot {
                held: Arc::clone(&rest.held),
                place: rest.next,
            });
            rest.next += 1;
        }
    }

    /// Reserves more, for all offices in one transaction, in the order of their ids.
    async fn refill(
        &self,
        service: &Service,
        chance: &mut Chance,
        missing: BTreeMap<OfficeId, u32>,
    ) -> Outcome<()> {
        let wanted: BTreeMap<OfficeId, u32> = {
            let mut stock = self.lock();
            let next = |(office, missing): (OfficeId, u32)| {
                (office, stock.entry(office).or_default().next(missing))
            };
            missing.into_iter().map(next).collect()
        };
        let done = std::mem::take(&mut *self.done());
        let (mut tries, since) = (0, Stopwatch::start());
        let reserved = loop {
            match reserve(service, chance, &wanted, &done).await {
                Err(Failure::Changed) if tries < TRIES => tries += 1,
                result => break result?,
            }
        };
        for places in reserved {
            // Signed before anything refers to it. One office's list that cannot be must not keep the others waiting.
            if let Err(cause) = status::ready(service, places.list).await {
                tracing::warn!(%cause, "a status list is left to the publisher");
                // Nothing is signed for these places.
                self.done().push(places.reservation);
                continue;
            }
            let (next, end) = (places.first, places.first + places.count);
            let mut stock = self.lock();
            let reserve = stock.entry(places.office).or_default();
            reserve.last = Some((places.count, Stopwatch::start()));
            let open = AtomicU32::new(places.count);
            let held = Arc::new(Held {
                places,
                open,
                since,
            });
            reserve.rests.push_back(Rest { held, next, end });
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<OfficeId, Reserve>> {
        self.reserves.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn done(&self) -> MutexGuard<'_, Vec<ReservationId>> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn reserve(
    service: &Service,
    chance: &mut Chance,
    wanted: &BTreeMap<OfficeId, u32>,
    done: &[ReservationId],
) -> Outcome<Vec<Places>> {
    let mut tx = service.db.begin().await?;
    for id in done {
        reservations::forget(&mut tx, *id).await?;
    }
    let mut reserved = Vec::with_capacity(wanted.len());
    for (office, count) in wanted {
        reserved.push(status::reserve(service, &mut tx, chance, *office, *count, RESERVED).await?);
    }
    tx.commit().await?;
    Ok(reserved)
}
