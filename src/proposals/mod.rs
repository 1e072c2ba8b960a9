//! What takes two people. One proposes; another of those whom `domain/rights.rs` names sees exactly that, sends its hash
//! back and so approves it; it is carried out in the same transaction.
//!
//! The database holds both to it (migration 0019): a proposal begins open, is approved within a day by somebody else,
//! once, and says the same for ever. Its tag, HMAC of the row under `data.key`, tells what was only written into the
//! database: that is shown as such and never carried out.

mod approve;
mod carry;
mod open;

pub use approve::{approve, withdraw};
pub use open::{Wanted, add_officer, bulk, change_officer, mandate, policy};

use crate::chance::Chance;
use crate::crypter::Cell;
use crate::domain::ids::{JobId, MandateId, OfficeId, OfficerId, ProposalId};
use crate::domain::officer::{Actor, OfficerRole};
use crate::domain::policy::Policy;
use crate::domain::proposal::{self as rules, Act as Grave, By, Content, FRESH, State, Statement};
use crate::domain::rights::{Eye, may_see_proposals, may_with_proposals};
use crate::domain::users::Change;
use crate::failure::{Failure, Outcome, Thing};
use crate::login;
use crate::mandates;
use crate::offices::checked_name;
use crate::passwords;
use crate::record::{Act, record};
use crate::seals;
use crate::service::Service;
use crate::store::officers::{self, Officer};
use crate::store::proposals::{self as rows, Row};
use crate::store::{Tx, logins, offices};
use crate::users;
use zeroize::Zeroizing;

/// Proposals that are looked through for one of a job.
const NEWEST: u32 = 1_000;

/// Half of a one-time password. The person gets one half from each of the two, so that neither has the whole.
pub type Half = Zeroizing<String>;

/// A proposal.
pub struct Proposal {
    /// What was proposed.
    pub statement: Statement,
    /// The statement's canonical text.
    pub text: String,
    /// Its SHA-256.
    pub hash: [u8; 32],
    /// Who approved it, and when.
    pub approved: Option<(By, i64)>,
    /// Where it stands in the database.
    pub state: State,
    part: Option<Vec<u8>>,
}

impl Proposal {
    /// open, expired, approved, done or withdrawn.
    pub fn stands(&self, now: i64) -> &'static str {
        match self.state {
            State::Open if now >= self.statement.until() => "expired",
            state => state.name(),
        }
    }

    /// Whether it waits for a second person.
    pub fn waits(&self, now: i64) -> bool {
        self.stands(now) == State::Open.name()
    }

    /// The hash in groups of four, to be compared by eye.
    pub fn hash_words(&self) -> String {
        let hex = data_encoding::HEXLOWER.encode(&self.hash);
        let groups: Vec<&str> = (0..16).map(|n| &hex[4 * n..4 * n + 4]).collect();
        groups.join(" ")
    }

    /// The tag of its row.
    fn tag(&self, service: &Service) -> [u8; 32] {
        let approved = self
            .approved
            .map(|(by, at)| (by.to_string(), at.to_be_bytes()));
        let parts = [
            Some(self.text.as_bytes()),
            Some(self.hash.as_slice()),
            approved.as_ref().map(|(by, _)| by.as_bytes()),
            approved.as_ref().map(|(_, at)| at.as_slice()),
            Some(self.state.name().as_bytes()),
            self.part.as_deref(),
        ];
        service.crypter.index("proposal", &seals::joined(&parts))
    }

    /// As it is stored; none where this service did not write it so.
    fn read(service: &Service, row: Row) -> Option<Self> {
        let statement = Statement::parse(&row.payload)?;
        let hash = rules::hash(&row.payload);
        let approver = match &row.approver {
            Some(by) => Some(By::parse(by)?),
            None => None,
        };
        let read = Self {
            approved: approver.zip(row.approved),
            state: State::parse(&row.state)?,
            text: row.payload,
            hash,
            part: row.part,
            statement,
        };
        // The tag is over the statement; what stands beside it for look-ups and triggers must say the same.
        let (statement, content) = (&read.statement, &read.statement.content);
        let same = row.id == statement.id.to_vec()
            && row.act == content.act().name()
            && row.office == statement.office.to_vec()
            && row.subject == content.officer().map(OfficerId::to_vec)
            && row.proposer == statement.proposer.to_string()
            && row.proposed == statement.proposed
            && row.hash == hash
            && seals::fits(Some(&row.tag), &read.tag(service));
        if !same {
            tracing::error!(proposal = %read.statement.id, "proposal refused: the row was not written by this service");
        }
        same.then_some(read)
    }
}

/// What came of proposing.
pub struct Proposed {
    /// The proposal.
    pub proposal: Proposal,
    /// The first half of a one-time password, shown this once.
    pub half: Option<Half>,
}

/// What came of approving.
pub struct Carried {
    /// The proposal, carried out.
    pub proposal: Proposal,
    /// The second half of a one-time password, shown this once.
    pub half: Option<Half>,
}

/// Whether somebody may be that one of the two, in that office. The second one may be of an office for the whole country.
async fn may(tx: &mut Tx, actor: Actor, eye: Eye, act: Grave, office: OfficeId) -> Outcome<()> {
    let Actor::Officer {
        office: own, role, ..
    } = actor
    else {
        return match (actor, eye) {
            (Actor::Local, Eye::Second) => Ok(()),
            // What is planned at the machine is proposed there.
            (Actor::Local, Eye::First) if act == Grave::MandateBulk => Ok(()),
            _ => Err(Failure::Role),
        };
    };
    if own != office && !(eye == Eye::Second && is_centre(tx, own).await?) {
        return Err(Failure::NotFound(Thing::Proposal));
    }
    match may_with_proposals(role, eye, act) {
        true => Ok(()),
        false => Err(Failure::Role),
    }
}

/// That whoever acts is a person: one who signs in with password and code. A bearer token is a program's; whoever holds
/// two of them is still one person. The database asks for the same (migration 0022).
async fn person(tx: &mut Tx, actor: Actor) -> Outcome<()> {
    let Some((id, _)) = actor.officer() else {
        return Ok(());
    };
    let officer = officers::by_id(tx, id).await?;
    match officer {
        Some(officer) if officer.token_hash.is_none() && signs_in(tx, id).await? => Ok(()),
        _ => Err(Failure::Person),
    }
}

/// Whether an officer has a password and an enrolled code generator.
async fn signs_in(tx: &mut Tx, id: OfficerId) -> Outcome<bool> {
    let login = logins::by_officer(tx, id).await?;
    Ok(login.is_some_and(|login| login.totp_step.is_some()))
}

/// Whether an office answers for the whole country.
async fn is_centre(tx: &mut Tx, office: OfficeId) -> Outcome<bool> {
    let office = offices::by_id(tx, office).await?;
    Ok(office.is_some_and(|office| office.region.as_str().is_empty()))
}

/// Where the sealed half of a one-time password stands.
fn cell(id: &ProposalId) -> Cell<'_> {
    Cell {
        table: "proposals",
        row: id.as_bytes(),
        column: "part",
    }
}

/// Eight letters and digits, 40 bits.
fn half_of(chance: &mut Chance) -> Half {
    let whole = passwords::one_time(chance);
    Zeroizing::new(whole[..9].to_string())
}

async fn note(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    proposal: &Proposal,
    action: &str,
) -> Outcome<()> {
    let (id, content) = (proposal.statement.id, &proposal.statement.content);
    let act = Act {
        office: Some(proposal.statement.office),
        detail: Some(format!("{} {id}", content.act().name())),
        content: Some(proposal.text.as_bytes()),
        ..Act::new(action)
    };
    record(tx, &service.clock, chance, actor, act).await
}

/// Whose proposals somebody may read: of one office, or of all (none).
async fn sight(tx: &mut Tx, actor: Actor) -> Outcome<Option<OfficeId>> {
    match actor {
        Actor::Local => Ok(None),
        Actor::Officer { office, role, .. } if may_see_proposals(role) => {
            Ok((!is_centre(tx, office).await?).then_some(office))
        }
        _ => Err(Failure::Role),
    }
}

/// Proposals that somebody may read, newest first, before that id.
pub async fn list(
    service: &Service,
    tx: &mut Tx,
    actor: Actor,
    before: Option<ProposalId>,
    limit: u32,
) -> Outcome<Vec<Proposal>> {
    let office = sight(tx, actor).await?;
    let found = rows::page(tx, office, before, limit).await?;
    let read = found
        .into_iter()
        .filter_map(|row| Proposal::read(service, row));
    Ok(read.collect())
}

/// How many proposals of their office wait for this officer.
pub async fn waiting(service: &Service, tx: &mut Tx, actor: Actor) -> Outcome<u64> {
    let Actor::Officer { id, office, .. } = actor else {
        return Ok(0);
    };
    rows::waiting(tx, office, service.clock.now() - rules::LIFE, id).await
}

/// One proposal.
pub async fn one(
    service: &Service,
    tx: &mut Tx,
    actor: Actor,
    id: ProposalId,
) -> Outcome<Proposal> {
    let sight = sight(tx, actor).await?;
    let row = rows::by_id(tx, id).await?;
    let found = row.and_then(|row| Proposal::read(service, row));
    let found = found.filter(|found| sight.is_none_or(|office| office == found.statement.office));
    found.ok_or(Failure::NotFound(Thing::Proposal))
}

/// What two people agreed on in the proposal of that id, and what was carried out; none where this service did not write
/// it so.
pub(crate) async fn carried(
    service: &Service,
    tx: &mut Tx,
    id: &[u8],
) -> Outcome<Option<Statement>> {
    let Ok(id) = ProposalId::from_bytes(id) else {
        return Ok(None);
    };
    let row = rows::by_id(tx, id).await?;
    let found = row.and_then(|row| Proposal::read(service, row));
    let found = found.filter(|found| found.state == State::Done);
    Ok(found.map(|found| found.statement))
}

/// Whether this service wrote a row, for the check of the whole table.
pub(crate) fn is_ours(service: &Service, row: Row) -> bool {
    Proposal::read(service, row).is_some()
}

/// Whether that job of bulk issuing waits for a second person, as far as the newest proposals tell.
pub(crate) async fn job_waits(service: &Service, tx: &mut Tx, job: JobId) -> Outcome<bool> {
    let now = service.clock.now();
    let mut read = rows::page(tx, None, None, NEWEST)
        .await?
        .into_iter()
        .filter_map(|row| Proposal::read(service, row));
    Ok(read.any(|found| {
        let content = &found.statement.content;
        let same = matches!(content, Content::MandateBulk { job: of, .. } if *of == job);
        same && found.waits(now)
    }))
}
