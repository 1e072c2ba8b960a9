//! When a status list is signed, and by whom.
//!
//! Whoever changes a status marks the list in the transaction of the change, as the last thing in it ([`mark`]), and
//! after the commit waits until the list is signed with the change in it ([`settle`]) before anybody is told. Changes
//! that come while a list is being signed are signed together by the next one of those that wait. What nobody waits
//! for, and lists past half their life, are left to one instance ([`publish_due`]).
//!
//! A list is signed under the lock of its row, from what is read after the lock is held: a change that was marked
//! before is in it, one that is marked later finds it in need of signing again.

use super::{due, expiring, half_spent, sign, signing_key};
use crate::domain::ids::ListId;
use crate::failure::{Failure, Outcome};
use crate::gate::{self, Held, hold};
use crate::lease::Lease;
use crate::service::Service;
use crate::store::locks::{self, Row};
use crate::store::status_lists::List;
use crate::store::{Tx, keys, offices, status_lists};
use crate::trust;
use std::collections::BTreeSet;
use std::time::Duration;

/// A list's time may run ahead of the clock by this many seconds, when it changes more than once a second.
const AHEAD: i64 = 60;
/// A list that is further ahead was signed by a clock that others do not have.
const SKEW: i64 = 2 * AHEAD;
/// Tries to sign a list that a change waits for; where it ran ahead of the clock, a second lies between them.
const PATIENCE: u64 = 8;

/// Lists with a status that changed in the transaction under way.
#[derive(Debug, Default)]
#[must_use = "lists that changed have to be marked, and signed after the commit"]
pub struct Touched(BTreeSet<ListId>);

impl Touched {
    /// That list.
    pub fn one(list: ListId) -> Self {
        Self(BTreeSet::from([list]))
    }

    /// These lists too.
    pub fn join(&mut self, others: Self) {
        self.0.extend(others.0);
    }
}

impl FromIterator<ListId> for Touched {
    fn from_iter<I: IntoIterator<Item = ListId>>(lists: I) -> Self {
        Self(lists.into_iter().collect())
    }
}

/// Marks the lists as in need of signing: the last thing in a transaction, because from here on everybody else who
/// changes one of them waits.
pub async fn mark(tx: &mut Tx, touched: &Touched) -> Outcome<()> {
    for list in &touched.0 {
        status_lists::mark(tx, *list).await?;
    }
    Ok(())
}

/// Whether what was committed is public: whoever is told of a change is told this too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Public {
    /// The lists say it.
    Yes,
    /// It is made, but a list could not be signed: verifiers go on with the one of before. The list stays marked, and
    /// the publisher signs it as soon as it can be.
    NotYet,
}

/// After the commit: returns once every one of the lists is public with what was committed, signing those that no other
/// signed in the meantime, or once it is known that one cannot be signed now: its office has no key here that counts,
/// it is too far ahead of the clock, the gate keeps it back, or the database fails. Never an error, because the change itself is made.
#[must_use = "a change that is not public yet must not be told as if it were"]
pub async fn settle(service: &Service, touched: Touched) -> Public {
    let mut public = Public::Yes;
    for list in touched.0 {
        let cause = match patiently(service, list).await {
            Ok(Came::Signed | Came::NotDue) => {
                // Also where another instance signed it: what this one keeps in memory is of before.
                service.signed.now();
                continue;
            }
            Ok(Came::Ahead | Came::NoKey) => Some(Failure::NoSigningKey),
            // Told when it was held first.
            Ok(Came::Held) => None,
            Err(cause) => Some(cause),
        };
        if let Some(cause) = cause {
            tracing::error!(%list, %cause, "a change is made but not public yet");
        }
        public = Public::NotYet;
    }
    public
}

/// As [`settle`], for those whom nobody waits for: what cannot be signed now is left to the publisher.
pub async fn settle_if_possible(service: &Service, touched: Touched) {
    let _ = settle(service, touched).await;
}

/// Whether a change of that second may be missing in the list as it was last signed.
pub fn is_waiting(list: &List, since: i64) -> bool {
    // A list's time may run ahead of the clock, so a later one need not have the change in it.
    list.dirty && list.issued.is_none_or(|issued| since + AHEAD >= issued)
}

/// Sees to it that a list is signed and not about to expire, before anything refers to it.
pub async fn ready(service: &Service, list: ListId) -> Outcome<()> {
    let mut tx = service.db.read().await?;
    let found = status_lists::by_id(&mut tx, list).await?;
    drop(tx);
    if expiring(service, &found) {
        patiently(service, list).await?;
    }
    Ok(())
}

/// What came of one list.
enum Came {
    /// It is signed anew.
    Signed,
    /// It was signed by another, or needs no signing.
    NotDue,
    /// Its time is as far ahead of the clock as may be.
    Ahead,
    /// Its office has no key here that counts.
    NoKey,
    /// The gate keeps it back; what is out stays out.
    Held,
}

/// Signs a list, trying again where another was in the way. Never [`Came::Ahead`].
async fn patiently(service: &Service, list: ListId) -> Outcome<Came> {
    let found = read(service, list).await?;
    if !due(service, &found) {
        return Ok(Came::NotDue);
    }
    for _ in 0..PATIENCE {
        match one(service, list, None).await {
            Ok(came @ (Came::Signed | Came::NotDue | Came::NoKey | Came::Held)) => {
                return Ok(came);
            }
            // Whoever signs it next, signs it for all who wait.
            Ok(Came::Ahead) => tokio::time::sleep(Duration::from_secs(1)).await,
            // Another transaction was in the way. Never told as such: the change itself is made.
            Err(Failure::Changed) => {}
            Err(failure) => return Err(failure),
        }
        // The change was committed before the list was read, so whatever was signed since has it, however many changes
        // have come after it.
        if read(service, list).await?.issued > found.issued {
            return Ok(Came::NotDue);
        }
    }
    Err(Failure::NotPublishable(
        "the status list, which is ahead of the clock",
    ))
}

async fn read(service: &Service, list: ListId) -> Outcome<List> {
    let mut tx = service.db.read().await?;
    status_lists::by_id(&mut tx, list).await
}

/// Signs one list if it is due, in a transaction of its own. A publisher says the term of its lease.
async fn one(service: &Service, id: ListId, term: Option<i64>) -> Outcome<Came> {
    let now = service.clock.now();
    let mut tx = service.db.begin().await?;
    locks::row(&mut tx, Row::List(id)).await?;
    let list = status_lists::by_id(&mut tx, id).await?;
    if !due(service, &list) {
        return Ok(Came::NotDue);
    }
    if let Some(last) = list.issued.filter(|last| *last >= now + AHEAD) {
        if last <= now + SKEW {
            return Ok(Came::Ahead);
        }
        return keep_back(service, tx, &gate::list::ahead(&list.uri, last)).await;
    }
    let (_, trust) = trust::current(&mut tx).await?;
    let keys = keys::all(&mut tx).await?;
    let office = offices::by_id(&mut tx, list.office).await?;
    let office = office.ok_or(Failure::Row("status_lists.office"))?;
    let Ok(key) = signing_key(&keys, &office, &trust, now) else {
        return Ok(Came::NoKey);
    };
    match sign(service, &mut tx, &list, &office, key, &trust, term).await {
        Ok(()) => {}
        // One office's missing key must not keep the others' lists from being published.
        Err(Failure::Key(cause)) => {
            tracing::error!(list = list.uri, %cause, "a status list could not be signed");
            return Ok(Came::NoKey);
        }
        Err(Failure::Held(held)) => return keep_back(service, tx, &held).await,
        Err(other) => return Err(other),
    }
    tx.commit().await?;
    service.signed.now();
    Ok(Came::Signed)
}

/// The list that is out stays out; nothing else was written in the transaction.
async fn keep_back(service: &Service, mut tx: Tx, held: &Held) -> Outcome<Came> {
    hold::keep(service, &mut tx, held).await?;
    tx.commit().await?;
    Ok(Came::Held)
}

/// What came of several lists. One that cannot be signed does not keep those after it from being published.
#[derive(Default)]
struct Round {
    signed: usize,
    failed: Option<Failure>,
}

impl Round {
    fn add(&mut self, list: ListId, came: Outcome<bool>) {
        match came {
            Ok(signed) => self.signed += usize::from(signed),
            Err(cause) => {
                tracing::error!(%list, %cause, "a status list could not be signed");
                self.failed.get_or_insert(cause);
            }
        }
    }

    /// How many were signed, or why the first one could not be.
    fn end(self) -> Outcome<usize> {
        self.failed.map_or(Ok(self.signed), Err)
    }
}

async fn all_due(service: &Service) -> Outcome<Vec<ListId>> {
    let mut tx = service.db.read().await?;
    let due = status_lists::due(&mut tx, half_spent(service)).await?;
    Ok(due.into_iter().map(|list| list.id).collect())
}

/// Signs every list that is due, each in a transaction of its own; for the command line. Returns how many.
pub async fn refresh(service: &Service) -> Outcome<usize> {
    let mut round = Round::default();
    for list in all_due(service).await? {
        let came = patiently(service, list).await;
        round.add(list, came.map(|came| matches!(came, Came::Signed)));
    }
    round.end()
}

/// Signs what is due as the one publisher, as long as the lease holds. Returns how many.
pub async fn publish_due(service: &Service, lease: &mut Lease) -> Outcome<usize> {
    let mut round = Round::default();
    if lease.keep(service).await?.is_none() {
        return Ok(0);
    }
    for list in all_due(service).await? {
        let Some(term) = lease.keep(service).await? else {
            break;
        };
        round.add(
            list,
            match one(service, list, Some(term)).await {
                Ok(came) => Ok(matches!(came, Came::Signed)),
                // Another was faster, or is the publisher now; the next round tells.
                Err(Failure::Changed) => Ok(false),
                Err(failure) => Err(failure),
            },
        );
    }
    round.end()
}
