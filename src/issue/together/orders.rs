//! What a group asks for, read at once.

use super::Waiting;
use crate::domain::document::Subject;
use crate::failure::{Failure, Outcome};
use crate::issue::order::{self, Order};
use crate::service::Service;
use crate::store::offices::{self, Office};
use crate::store::{Tx, bulk_documents, persons};
use credential::date::Date;
use credential::kinds::{Kind, Subject as About};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

/// Offices are read anew after that many seconds. One that is new meanwhile issues one by one until then.
const FRESH: i64 = 10;

/// Reads orders.
#[derive(Default)]
pub struct Orders {
    offices: Mutex<Option<(i64, Arc<Vec<Office>>)>>,
}

/// Somebody's order, which nothing stands against.
pub struct Placed {
    /// Who waits for it.
    pub waiting: Waiting,
    /// What is to be issued.
    pub order: Order,
}

impl Orders {
    /// The orders of a group that can be issued together; whoever's cannot is let go.
    pub async fn read(
        &self,
        service: &Service,
        tx: &mut Tx,
        waiting: Vec<Waiting>,
    ) -> Outcome<Vec<Placed>> {
        let offices = self.offices(service, tx).await?;
        let today = Date::at_wib(service.clock.now()).ok_or(Failure::Row("the clock"))?;
        let niks: Vec<i64> = waiting
            .iter()
            .map(|w| w.asks.request.nik.as_u64() as i64)
            .collect();
        let people: HashMap<_, _> = persons::by_niks(tx, &service.register(), &niks)
            .await?
            .into_iter()
            .map(|person| (person.nik, person))
            .collect();
        let numbers: Vec<i64> = waiting
            .iter()
            .filter(|w| w.asks.request.kind.subject == About::Family)
            .filter_map(|w| people.get(&w.asks.request.nik))
            .map(|person| person.nomor_kk.as_u64() as i64)
            .collect();
        let families = match numbers.is_empty() {
            true => HashMap::new(),
            false => persons::families(tx, &service.register(), &numbers).await?,
        };
        let mut placed: Vec<Placed> = Vec::with_capacity(waiting.len());
        for one in waiting {
            let (actor, request) = (one.asks.actor, one.asks.request.clone());
            let Some(person) = people.get(&request.nik) else {
                continue;
            };
            let family = families
                .get(&person.nomor_kk)
                .map_or(&[][..], Vec::as_slice);
            let order = order::card(&offices, actor, request, person, family, today);
            if let Ok(order) = order {
                placed.push(Placed {
                    waiting: one,
                    order,
                });
            }
        }
        only_first(tx, placed).await
    }

    async fn offices(&self, service: &Service, tx: &mut Tx) -> Outcome<Arc<Vec<Office>>> {
        let now = service.clock.now();
        let known = self.lock().clone();
        if let Some((read, offices)) = known
            && (0..FRESH).contains(&(now - read))
        {
            return Ok(offices);
        }
        let offices = Arc::new(offices::all(tx).await?);
        *self.lock() = Some((now, Arc::clone(&offices)));
        Ok(offices)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<(i64, Arc<Vec<Office>>)>> {
        self.offices.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Leaves out who has the document in force, and all but the first who ask for the same one.
async fn only_first(tx: &mut Tx, placed: Vec<Placed>) -> Outcome<Vec<Placed>> {
    let key = |order: &Order| (order.kind.number, order.subject.0);
    let mut taken: HashSet<(u8, u64)> = HashSet::new();
    let mut kinds: Vec<&'static Kind> = placed.iter().map(|p| p.order.kind).collect();
    kinds.sort_by_key(|kind| kind.number);
    kinds.dedup();
    for kind in kinds {
        let subjects: Vec<i64> = placed
            .iter()
            .filter(|p| p.order.kind == kind)
            .map(|p| {
                let Subject(subject) = p.order.subject;
                subject as i64
            })
            .collect();
        let in_force = bulk_documents::in_force(tx, kind, &subjects).await?;
        taken.extend(
            in_force
                .into_keys()
                .map(|subject| (kind.number, subject as u64)),
        );
    }
    let first = placed.into_iter().filter(|p| taken.insert(key(&p.order)));
    Ok(first.collect())
}
