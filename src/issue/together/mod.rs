//! Issuing cards that are asked for at the same moment together: one reading, one batch of signatures judged, one
//! transaction, one wait for the disk. The rules, the verdict and the rows are those of issuing one by one.
//!
//! The intent that is stored before anything is signed is the reservation of places in the office's list (`stock`): it
//! is durable before a token exists, and a place is never given twice, whenever the process dies. A document becomes
//! visible active or not at all, and is acknowledged after its commit.
//!
//! Only what goes well is answered here. Whatever does not (a rule, a race, a missing key, a failing database) is left
//! to issuing one by one, which says what is wrong with it. So one bad request never touches its neighbours.

mod keep;
mod orders;
mod seal;
mod stock;

use super::desk::Desks;
use super::{Request, is_from_register};
use crate::chance::Chance;
use crate::domain::document::Document;
use crate::domain::officer::Actor;
use crate::failure::{Failure, Outcome};
use crate::keys::{KeyError, PATIENCE};
use crate::line::{self, Line};
use crate::service::Service;
use crate::store::trust_lists;
use orders::Orders;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use stock::Stock;

/// Who waits for a document.
type Waiting = line::Waiting<Asked, Made>;

/// Places in the line; whoever finds none waits for one.
const LINE: usize = 1024;
/// The offices whose keys and lists are kept at hand.
const DESKS: usize = 64;

/// A card, and who asks for it.
pub struct Asked {
    actor: Actor,
    request: Request,
}

/// A card that was issued.
pub struct Made {
    /// The document, active.
    pub document: Document,
    /// Name of its status list.
    pub uri: String,
}

/// Where cards are asked for.
pub struct Window {
    line: Line<Asked, Made>,
    desks: Desks,
    stock: Stock,
    orders: Orders,
    /// Version of the trust list that was in force when a group was stored last; 0 before that is known.
    trust: AtomicU64,
}

impl Default for Window {
    fn default() -> Self {
        Self {
            line: Line::new(LINE),
            desks: Desks::new(DESKS),
            stock: Stock::default(),
            orders: Orders::default(),
            trust: AtomicU64::new(0),
        }
    }
}

impl Window {
    /// Issues a card together with whatever else is asked for now. None where it is to be issued by itself: because it
    /// replaces another, or because something is wrong with it.
    pub async fn issue(&self, actor: Actor, request: &Request) -> Option<Made> {
        if request.supersede || !actor.may_sign() || !is_from_register(request.kind) {
            return None;
        }
        let request = request.clone();
        self.line.ask(Asked { actor, request }).await
    }

    /// Works on one group after the other. Several may do so at once: while one group waits for the disk, the next one
    /// is signed.
    pub async fn work(&self, service: &Service) {
        let most = service.config.issue.together;
        loop {
            let group = self.line.next(most).await;
            if let Err(cause) = self.group(service, group).await {
                tracing::warn!(%cause, "a group of documents is issued one by one");
            }
        }
    }

    async fn group(&self, service: &Service, waiting: Vec<Waiting>) -> Outcome<()> {
        let chance = &mut Chance::System;
        let mut tx = service.db.read_by_index().await?;
        let mut latest = self.trust.load(Relaxed);
        if latest == 0 {
            latest = trust_lists::version(&mut tx).await?.unwrap_or_default();
            self.trust.store(latest, Relaxed);
        }
        let latest = Some(latest);
        let orders = self.orders.read(service, &mut tx, waiting).await?;
        drop(tx);
        let slots = self.stock.take(service, chance, &orders).await?;
        let mut drafts = Vec::with_capacity(orders.len());
        let mut closed = false;
        for (order, slot) in orders.into_iter().zip(slots) {
            let Some(slot) = slot else { continue };
            let desk = match self.desks.known(service, latest, slot.held.places.list) {
                Some(desk) => Ok(desk),
                None => {
                    let mut tx = service.db.read().await?;
                    let read = self
                        .desks
                        .under(service, &mut tx, latest, &slot.held.places);
                    read.await
                }
            };
            // An office without a key must not keep the others waiting.
            match desk {
                Ok(desk) => drafts.push(seal::Draft { order, slot, desk }),
                Err(failure) => {
                    closed |= matches!(failure, Failure::Changed);
                    self.stock.give_back(slot);
                }
            }
        }
        if closed {
            self.stock.sift(service).await?;
        }
        if drafts.is_empty() {
            return Ok(());
        }
        let (now, clock) = (service.clock.now(), service.clock.clone());
        let sealed = tokio::task::spawn_blocking(move || {
            seal::seal(drafts, &clock, &mut Chance::System, now)
        });
        // Whoever waits goes on by itself where a device does not answer; its places are burnt.
        let sealed = tokio::time::timeout(PATIENCE, sealed).await;
        let sealed = sealed
            .map_err(|_| KeyError::Late)?
            .map_err(|_| Failure::Row("a computation died"))?;
        let kept = keep::keep(service, chance, latest, sealed, &self.stock).await;
        if let Err(Failure::Changed) = kept {
            // Another trust list came into force, a key ended or a list was closed.
            self.trust.store(0, Relaxed);
            self.desks.forget();
            self.stock.sift(service).await?;
        }
        kept
    }
}
