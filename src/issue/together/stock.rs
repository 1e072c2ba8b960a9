//! Places of status lists that this process has reserved and not yet used, by office.
//!
//! A reservation is the intent of what will be signed: it is committed before a place is used, and a place that is never
//! used (the process died, a request was refused) is burnt. An office that comes back for more within seconds gets twice
//! as many as the last time; one with a document an hour has none in reserve that a restart would burn.

use super::orders::Placed;
use crate::chance::Chance;
use crate::clock::Stopwatch;
use crate::domain::ids::OfficeId;
use crate::failure::{Failure, Outcome};
use crate::service::Service;
use crate::status::{self, Places};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Most places in reserve.
const MOST: u32 = 1024;
/// Who comes back within this time gets more than before.
const SOON: Duration = Duration::from_secs(5);
/// Tries to reserve while others do.
const TRIES: usize = 5;

/// A place, for one document.
#[derive(Clone)]
pub struct Slot {
    /// The reservation it is of.
    pub places: Arc<Places>,
    /// The place.
    pub place: u32,
}

/// What is left of a reservation.
struct Rest {
    places: Arc<Places>,
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
pub struct Stock(Mutex<HashMap<OfficeId, Reserve>>);

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
        let Slot { places, place } = slot;
        let mut stock = self.lock();
        let rests = &mut stock.entry(places.office).or_default().rests;
        rests.push_front(Rest {
            end: place + 1,
            next: place,
            places,
        });
    }

    fn draw(&self, office: OfficeId, count: u32, into: &mut Vec<Slot>) {
        let mut stock = self.lock();
        let rests = &mut stock.entry(office).or_default().rests;
        while (into.len() as u32) < count
            && let Some(rest) = rests.front_mut()
        {
            if rest.next == rest.end {
                rests.pop_front();
                continue;
            }
            into.push(Slot {
                places: Arc::clone(&rest.places),
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
        let mut tries = 0;
        let reserved = loop {
            match reserve(service, chance, &wanted).await {
                Err(Failure::Changed) if tries < TRIES => tries += 1,
                result => break result?,
            }
        };
        for places in reserved {
            // Signed before anything refers to it. One office's list that cannot be must not keep the others waiting.
            if let Err(cause) = status::ready(service, places.list).await {
                tracing::warn!(%cause, "a status list is left to the publisher");
                continue;
            }
            let (next, end) = (places.first, places.first + places.count);
            let mut stock = self.lock();
            let reserve = stock.entry(places.office).or_default();
            reserve.last = Some((places.count, Stopwatch::start()));
            let places = Arc::new(places);
            reserve.rests.push_back(Rest { places, next, end });
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<OfficeId, Reserve>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn reserve(
    service: &Service,
    chance: &mut Chance,
    wanted: &BTreeMap<OfficeId, u32>,
) -> Outcome<Vec<Places>> {
    let mut tx = service.db.begin().await?;
    let mut reserved = Vec::with_capacity(wanted.len());
    for (office, count) in wanted {
        reserved.push(status::reserve(service, &mut tx, chance, *office, *count).await?);
    }
    tx.commit().await?;
    Ok(reserved)
}
