//! Leave to issue cards without an application: so many within a day, which two people gave, or one at the machine.
//!
//! What an application asks for was seen by a verifier before the head of the office approves it. Cards that are asked
//! for directly (`POST /v1/documents`) have no such second person, so an office needs a mandate for them.
//!
//! Cards are set aside in the database before they are issued, and counted down in memory: an office in a hurry sets
//! aside up to 1,024 at once, one with a card an hour a single one. What a process had set aside when it ended is used
//! up, as the places of a status list are.

use crate::chance::Chance;
use crate::clock::Stopwatch;
use crate::domain::ids::{MandateId, OfficeId, ProposalId};
use crate::domain::officer::Actor;
use crate::failure::{Failure, Outcome};
use crate::record::{Act, record};
use crate::seals;
use crate::service::Service;
use crate::store::Tx;
use crate::store::mandates::{self as rows, Row};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Most cards of a mandate of two people.
pub const MOST: u32 = 100_000;
/// Seconds that a mandate of two people counts.
pub const DAY: i64 = 86_400;
/// Most cards set aside at once.
const ASIDE: u32 = 1024;
/// Who comes back within this time sets aside twice as many as before.
const SOON: Duration = Duration::from_secs(5);

/// A mandate.
pub struct Mandate {
    /// Its id.
    pub id: MandateId,
    /// How many cards.
    pub cards: u32,
    /// How many are issued, or set aside for issuing.
    pub used: u32,
    /// Until when it counts, epoch seconds.
    pub ends: i64,
    /// What it came of; none: of one person at the machine.
    pub proposal: Option<ProposalId>,
}

fn tag(service: &Service, row: &Row) -> [u8; 32] {
    let numbers = [row.cards, row.begins, row.ends]
        .map(i64::to_be_bytes)
        .concat();
    let parts = [
        Some(row.id.as_slice()),
        Some(row.office.as_slice()),
        Some(&numbers),
        row.proposal.as_deref(),
    ];
    service.crypter.index("mandate", &seals::joined(&parts))
}

/// As it is stored; none where this service did not write it so.
fn read(service: &Service, row: &Row) -> Option<Mandate> {
    let proposal = match &row.proposal {
        Some(id) => Some(ProposalId::from_bytes(id).ok()?),
        None => None,
    };
    let mandate = Mandate {
        id: MandateId::from_bytes(&row.id).ok()?,
        cards: u32::try_from(row.cards).ok()?,
        used: u32::try_from(row.used).ok()?,
        ends: row.ends,
        proposal,
    };
    if !seals::fits(Some(&row.tag), &tag(service, row)) {
        tracing::error!(mandate = %mandate.id, "mandate refused: the row was not written by this service");
        return None;
    }
    Some(mandate)
}

/// The last mandates of an office.
pub async fn list(service: &Service, tx: &mut Tx, office: OfficeId) -> Outcome<Vec<Mandate>> {
    let found = rows::latest(tx, office).await?;
    Ok(found.iter().filter_map(|row| read(service, row)).collect())
}

/// Gives a mandate, in the transaction of who approves it or at the machine.
pub(crate) async fn give(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    office: OfficeId,
    (id, cards, seconds): (MandateId, u32, i64),
    proposal: Option<ProposalId>,
) -> Outcome<()> {
    let now = service.clock.now();
    let mut row = Row {
        id: id.to_vec(),
        office: office.to_vec(),
        cards: i64::from(cards),
        used: 0,
        begins: now,
        ends: now + seconds,
        proposal: proposal.map(ProposalId::to_vec),
        tag: Vec::new(),
    };
    row.tag = tag(service, &row).to_vec();
    rows::insert(tx, &row).await?;
    let how = match proposal {
        Some(id) => format!("proposal {id}"),
        None => "by one person at the machine".into(),
    };
    let act = Act {
        office: Some(office),
        detail: Some(format!("{id} {cards} cards {how}")),
        ..Act::new("mandate.issue")
    };
    record(tx, &service.clock, chance, actor, act).await
}

/// Cards that this process has set aside, by office.
#[derive(Default)]
pub struct Leave {
    kept: Mutex<HashMap<OfficeId, Kept>>,
    /// One at a time sets aside more.
    turn: tokio::sync::Mutex<()>,
}

struct Kept {
    mandate: MandateId,
    left: u32,
    ends: i64,
    last: u32,
    when: Stopwatch,
}

/// Leave for one card.
pub struct Card(Option<(OfficeId, MandateId)>);

impl Leave {
    /// Leave for one card of the actor's office.
    ///
    /// # Errors
    /// [`Failure::Separation`] where the office has no mandate.
    pub async fn take(&self, service: &Service, actor: Actor) -> Outcome<Card> {
        if !actor.may_sign() {
            return Err(Failure::Role);
        }
        let Some(office) = actor.office() else {
            return Ok(Card(None));
        };
        let now = service.clock.now();
        let mut mandate = self.draw(office, now);
        if mandate.is_none() {
            let _turn = self.turn.lock().await;
            mandate = self.draw(office, now);
            if mandate.is_none() {
                mandate = Some(self.set_aside(service, office, now).await?);
            }
        }
        Ok(Card(mandate.map(|mandate| (office, mandate))))
    }

    /// Gives leave back of which nothing was issued.
    pub fn give_back(&self, card: Card) {
        if let Card(Some((office, mandate))) = card
            && let Some(kept) = self.lock().get_mut(&office)
            && kept.mandate == mandate
        {
            kept.left += 1;
        }
    }

    fn draw(&self, office: OfficeId, now: i64) -> Option<MandateId> {
        match self.lock().get_mut(&office) {
            Some(kept) if kept.left > 0 && now < kept.ends => {
                kept.left -= 1;
                Some(kept.mandate)
            }
            _ => None,
        }
    }

    /// Sets cards aside, and takes one.
    async fn set_aside(&self, service: &Service, office: OfficeId, now: i64) -> Outcome<MandateId> {
        let wanted = match self.lock().get(&office) {
            Some(kept) if kept.when.elapsed() < SOON => (kept.last * 2).clamp(1, ASIDE),
            _ => 1,
        };
        let mut tx = service.db.begin().await?;
        for row in rows::open(&mut tx, office, now).await? {
            let Some(mandate) = read(service, &row) else {
                continue;
            };
            let count = wanted.min(mandate.cards - mandate.used);
            if !rows::take(&mut tx, mandate.id, i64::from(count)).await? {
                continue;
            }
            tx.commit().await?;
            let kept = Kept {
                mandate: mandate.id,
                left: count - 1,
                ends: mandate.ends,
                last: count,
                when: Stopwatch::start(),
            };
            self.lock().insert(office, kept);
            return Ok(mandate.id);
        }
        Err(Failure::Separation(
            "issuing without an application takes a mandate of two people, and the office has none: propose one, and \
             somebody else approves it",
        ))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<OfficeId, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
