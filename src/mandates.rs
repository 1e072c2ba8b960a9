//! Leave to do what nobody may alone: issue cards without an application, end more documents than one officer may in a
//! day, run a job of bulk issuing. So much within a day, which two people gave, or one at the machine.
//!
//! What an application asks for was seen by a verifier before the head of the office approves it. Cards that are asked
//! for directly (`POST /v1/documents`) have no such second person, so an office needs a mandate for them.
//!
//! Cards are set aside in the database before they are issued, and counted down in memory: an office in a hurry sets
//! aside up to 1,024 at once, one with a card an hour a single one. What a process had set aside when it ended is used
//! up, as the places of a status list are.

pub(crate) mod jobs;

use crate::chance::Chance;
use crate::clock::Stopwatch;
use crate::domain::ids::{MandateId, OfficeId, ProposalId};
use crate::domain::officer::Actor;
use crate::domain::proposal::Statement;
use crate::failure::{Failure, Outcome};
use crate::record::{Act, record};
use crate::seals;
use crate::service::Service;
use crate::store::Tx;
use crate::store::mandates::{self as rows, Row};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Leave for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Cards without an application.
    Issue,
    /// Documents ended beyond what one officer may in a day.
    End,
    /// Chunks of one job of bulk issuing. The mandate has the job's id.
    Bulk,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Issue, Self::End, Self::Bulk];

    /// Its name in the database and the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::End => "end",
            Self::Bulk => "bulk",
        }
    }
}

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
    /// Leave for what.
    pub kind: Kind,
    /// How many cards, or documents ended.
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
    let mut parts = vec![
        Some(row.id.as_slice()),
        Some(row.office.as_slice()),
        Some(numbers.as_slice()),
        row.proposal.as_deref(),
    ];
    // Leave for cards is tagged as it was when there was no other.
    if row.act != Kind::Issue.name() {
        parts.push(Some(row.act.as_bytes()));
    }
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
        kind: Kind::ALL.into_iter().find(|kind| kind.name() == row.act)?,
        cards: u32::try_from(row.cards).ok()?,
        used: u32::try_from(row.used).ok()?,
        ends: row.ends,
        proposal,
    };
    let register = service.register();
    if !seals::fits(Some(&row.tag), &tag(service, row)) || !register.admits(row.judge(&register)) {
        tracing::error!(mandate = %mandate.id, "mandate refused: the row was not written by this service");
        return None;
    }
    Some(mandate)
}

/// Whether this service wrote a row, for the check of the whole table.
pub(crate) fn is_ours(service: &Service, row: &Row) -> bool {
    read(service, row).is_some()
}

/// The last mandates of an office.
pub async fn list(service: &Service, tx: &mut Tx, office: OfficeId) -> Outcome<Vec<Mandate>> {
    let found = rows::latest(tx, office).await?;
    Ok(found.iter().filter_map(|row| read(service, row)).collect())
}

/// What is given.
pub(crate) struct Leave {
    /// For what.
    pub kind: Kind,
    /// Its id.
    pub id: MandateId,
    /// Whose.
    pub office: OfficeId,
    /// How many.
    pub cards: u32,
    /// For how many seconds from now.
    pub seconds: i64,
    /// What two people agreed on; none: one at the machine.
    pub proposal: Option<ProposalId>,
}

impl Leave {
    /// What two people agreed on.
    pub fn of_two(kind: Kind, id: MandateId, cards: u32, statement: &Statement) -> Self {
        Self {
            kind,
            id,
            office: statement.office,
            cards,
            seconds: DAY,
            proposal: Some(statement.id),
        }
    }
}

/// Gives a mandate, in the transaction of who approves it or at the machine.
pub(crate) async fn give(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    leave: Leave,
) -> Outcome<()> {
    let now = service.clock.now();
    let mut row = Row {
        id: leave.id.to_vec(),
        act: leave.kind.name().into(),
        office: leave.office.to_vec(),
        cards: i64::from(leave.cards),
        used: 0,
        begins: now,
        ends: now + leave.seconds,
        proposal: leave.proposal.map(ProposalId::to_vec),
        tag: Vec::new(),
        seal: None,
    };
    row.tag = tag(service, &row).to_vec();
    rows::insert(tx, &service.register(), &row).await?;
    let how = match leave.proposal {
        Some(id) => format!("proposal {id}"),
        None => "by one person at the machine".into(),
    };
    let (id, cards) = (leave.id, leave.cards);
    let (action, of) = match leave.kind {
        Kind::Issue => ("mandate.issue", "cards"),
        Kind::End => ("mandate.end", "documents"),
        Kind::Bulk => ("mandate.bulk", "chunks"),
    };
    let act = Act {
        office: Some(leave.office),
        detail: Some(format!("{id} {cards} {of} {how}")),
        ..Act::new(action)
    };
    record(tx, &service.clock, chance, actor, act).await
}

/// Leave to end one more document, in the transaction that ends it. Returns which mandate gave it.
///
/// # Errors
/// [`Failure::Separation`] where the office has no mandate for it.
pub(crate) async fn end_one(
    service: &Service,
    tx: &mut Tx,
    office: OfficeId,
) -> Outcome<MandateId> {
    let now = service.clock.now();
    for row in rows::open(tx, office, now, Kind::End.name()).await? {
        let Some(mandate) = read(service, &row) else {
            continue;
        };
        if rows::take(tx, &service.register(), mandate.id, 1).await? {
            return Ok(mandate.id);
        }
    }
    Err(Failure::Separation(
        "one officer ends only so many documents in a day; more takes a mandate of two people: propose one at \
         /petugas/persetujuan or by POST /v1/mandates, and somebody else approves it",
    ))
}

/// Cards that this process has set aside, by office.
#[derive(Default)]
pub struct Stock {
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

impl Stock {
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
        for row in rows::open(&mut tx, office, now, Kind::Issue.name()).await? {
            let Some(mandate) = read(service, &row) else {
                continue;
            };
            let count = wanted.min(mandate.cards - mandate.used);
            if !rows::take(&mut tx, &service.register(), mandate.id, i64::from(count)).await? {
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
