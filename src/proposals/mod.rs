//! What takes two people. One proposes; another of those whom `domain/rights.rs` names sees exactly that, sends its hash
//! back and so approves it; it is carried out in the same transaction.
//!
//! The database holds both to it (migration 0019): a proposal begins open, is approved within a day by somebody else,
//! once, and says the same for ever. Its tag, HMAC of the row under `data.key`, tells what was only written into the
//! database: that is shown as such and never carried out.

mod carry;

use crate::chance::Chance;
use crate::crypter::Cell;
use crate::domain::ids::{MandateId, OfficeId, OfficerId, ProposalId};
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
use crate::store::proposals::{self as rows, New, Row};
use crate::store::{Tx, logins, offices};
use crate::users;
use zeroize::Zeroizing;

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
        let same = row.id == read.statement.id.to_vec()
            && row.office == read.statement.office.to_vec()
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

/// Whether an office answers for the whole country.
async fn is_centre(tx: &mut Tx, office: OfficeId) -> Outcome<bool> {
    let office = offices::by_id(tx, office).await?;
    Ok(office.is_some_and(|office| office.region.as_str().is_empty()))
}

/// Proposes a new account.
pub async fn add_officer(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    login: &crate::domain::users::Login,
    name: &str,
    role: OfficerRole,
) -> Outcome<Proposed> {
    let office = actor.office().ok_or(Failure::Role)?;
    crate::domain::users::may_change(actor, office, None, Change::Add(role), 0)?;
    let content = Content::OfficerAdd {
        officer: OfficerId::draw(&service.clock, chance),
        login: login.clone(),
        name: checked_name(name)?,
        role,
    };
    let mut tx = service.db.begin().await?;
    if logins::by_login(&mut tx, login).await?.is_some() {
        return Err(Failure::field("login", "somebody has this name already"));
    }
    propose(service, tx, chance, actor, office, content).await
}

/// Proposes a change of an account.
pub async fn change_officer(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    officer: OfficerId,
    change: Change,
) -> Outcome<Proposed> {
    let mut tx = service.db.begin().await?;
    let found = users::checked(service, &mut tx, actor, officer, change).await?;
    let role = found.role;
    let content = match change {
        Change::Role(to) => Content::OfficerRole {
            officer,
            from: role,
            to,
        },
        Change::Enable => Content::OfficerEnable { officer, role },
        Change::Reset => Content::OfficerReset { officer, role },
        Change::Add(_) | Change::Disable => return Err(Failure::Role),
    };
    propose(service, tx, chance, actor, found.office, content).await
}

/// Proposes leave to issue so many cards without an application.
pub async fn mandate(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    cards: u32,
) -> Outcome<Proposed> {
    let office = actor.office().ok_or(Failure::Role)?;
    if !(1..=mandates::MOST).contains(&cards) {
        return Err(Failure::field("cards", "must be 1 to 100,000"));
    }
    let mandate = MandateId::draw(&service.clock, chance);
    let content = Content::MandateIssue { mandate, cards };
    let tx = service.db.begin().await?;
    propose(service, tx, chance, actor, office, content).await
}

/// Proposes another policy of the office.
pub async fn policy(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    policy: &Policy,
) -> Outcome<Proposed> {
    let office = actor.office().ok_or(Failure::Role)?;
    let policy = policy.to_text();
    let content = Content::PolicyChange { policy };
    let tx = service.db.begin().await?;
    propose(service, tx, chance, actor, office, content).await
}

async fn propose(
    service: &Service,
    mut tx: Tx,
    chance: &mut Chance,
    actor: Actor,
    office: OfficeId,
    content: Content,
) -> Outcome<Proposed> {
    let act = content.act();
    may(&mut tx, actor, Eye::First, act, office).await?;
    let id = ProposalId::draw(&service.clock, chance);
    let half = content.gives_password().then(|| half_of(chance));
    let part = half.as_ref();
    let part = part.map(|half| service.crypter.seal(chance, cell(&id), half.as_bytes()));
    let statement = Statement {
        v: 1,
        id,
        office,
        proposer: By::of(actor).ok_or(Failure::Role)?,
        proposed: service.clock.now(),
        content,
    };
    let text = statement.text();
    let proposal = Proposal {
        hash: rules::hash(&text),
        approved: None,
        state: State::Open,
        statement,
        text,
        part,
    };
    let row = Row {
        id: id.to_vec(),
        office: office.to_vec(),
        payload: proposal.text.clone(),
        hash: proposal.hash.to_vec(),
        approver: None,
        approved: None,
        state: proposal.state.name().into(),
        part: proposal.part.clone(),
        tag: proposal.tag(service).to_vec(),
    };
    let proposer = proposal.statement.proposer.to_string();
    let new = New {
        act: act.name(),
        subject: proposal.statement.content.officer(),
        proposer: &proposer,
        proposed: proposal.statement.proposed,
    };
    rows::insert(&mut tx, &row, &new).await?;
    note(service, &mut tx, chance, actor, &proposal, "proposal.open").await?;
    tx.commit().await?;
    Ok(Proposed { proposal, half })
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

/// The second person says yes to what has that hash, and it is carried out.
///
/// # Errors
/// The field `hash` where it is another one; [`Failure::Separation`] where the two are not two; [`Failure::WrongState`]
/// where it does not wait any more.
pub async fn approve(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    id: ProposalId,
    hash: &str,
) -> Outcome<Carried> {
    let mut tx = service.db.read().await?;
    let before = one(service, &mut tx, actor, id).await?;
    drop(tx);
    let (half, password) = whole_password(service, chance, &before).await?;
    let mut tx = service.db.begin().await?;
    let mut proposal = one(service, &mut tx, actor, id).await?;
    let statement = &proposal.statement;
    let content = &statement.content;
    may(&mut tx, actor, Eye::Second, content.act(), statement.office).await?;
    let now = service.clock.now();
    if !proposal.waits(now) {
        return Err(Failure::WrongState(proposal.stands(now)));
    }
    if hash.split_whitespace().collect::<String>() != data_encoding::HEXLOWER.encode(&proposal.hash)
    {
        return Err(Failure::field(
            "hash",
            "is not the hash of this proposal: read it again",
        ));
    }
    let approver = By::of(actor).ok_or(Failure::Role)?;
    let proposer = two_people(service, &mut tx, &proposal, approver).await?;
    proposal.approved = Some((approver, now.max(statement.proposed)));
    proposal.state = State::Approved;
    let tag = proposal.tag(service);
    let at = now.max(proposal.statement.proposed);
    rows::approve(&mut tx, id, &approver.to_string(), at, &tag).await?;
    note(
        service,
        &mut tx,
        chance,
        actor,
        &proposal,
        "proposal.approve",
    )
    .await?;
    let two = carry::Two { proposer, actor };
    carry::out(
        service,
        &mut tx,
        chance,
        two,
        &proposal.statement,
        &password,
    )
    .await?;
    proposal.state = State::Done;
    proposal.part = None;
    let tag = proposal.tag(service);
    rows::done(&mut tx, id, &tag).await?;
    tx.commit().await?;
    Ok(Carried { proposal, half })
}

/// The second half of a one-time password, and the hash of the whole; empty where there is none.
async fn whole_password(
    service: &Service,
    chance: &mut Chance,
    proposal: &Proposal,
) -> Outcome<(Option<Half>, String)> {
    let Some(part) = &proposal.part else {
        return Ok((None, String::new()));
    };
    let first = service.crypter.open(cell(&proposal.statement.id), part)?;
    let first = std::str::from_utf8(&first).map_err(|_| Failure::Row("proposals.part"))?;
    let second = half_of(chance);
    let whole = Zeroizing::new(format!("{first}-{}", *second));
    let hash = passwords::hash(chance, &whole).await?;
    Ok((Some(second), hash))
}

/// That the second person is another one than the first, and neither made of the other; the first one as they stand now.
async fn two_people(
    service: &Service,
    tx: &mut Tx,
    proposal: &Proposal,
    approver: By,
) -> Outcome<Actor> {
    let By::Officer(first) = proposal.statement.proposer else {
        return Err(Failure::Role);
    };
    let row: Option<Officer> = officers::by_id(tx, first).await?;
    let row = row.filter(|row| login::counts(service, row));
    let Some(row) = row else {
        return Err(Failure::Separation(
            "whoever proposed it is an officer no more; propose it anew",
        ));
    };
    let act = proposal.statement.content.act();
    if !may_with_proposals(row.role, Eye::First, act) {
        return Err(Failure::Separation(
            "whoever proposed it may not do that any more; propose it anew",
        ));
    }
    if let By::Officer(second) = approver {
        if second == first {
            return Err(Failure::Separation(
                "it takes two: whoever proposed it cannot approve it",
            ));
        }
        if Some(second) == proposal.statement.content.officer() {
            return Err(Failure::Separation(
                "nobody approves a change of their own account",
            ));
        }
        let since = service.clock.now() - FRESH;
        if rows::made(tx, second, since, first).await?
            || rows::made(tx, first, since, second).await?
        {
            return Err(Failure::Separation(
                "one of the two gave or reset the other's account in the last 7 days; ask a third person",
            ));
        }
    }
    Ok(login::actor(&row))
}

/// Whoever proposed it takes it back, or somebody who could have approved it turns it down.
pub async fn withdraw(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    id: ProposalId,
) -> Outcome<Proposal> {
    let mut tx = service.db.begin().await?;
    let mut proposal = one(service, &mut tx, actor, id).await?;
    let statement = &proposal.statement;
    if By::of(actor) != Some(statement.proposer) {
        let act = statement.content.act();
        may(&mut tx, actor, Eye::Second, act, statement.office).await?;
    }
    if proposal.state != State::Open {
        return Err(Failure::WrongState(proposal.state.name()));
    }
    proposal.state = State::Withdrawn;
    proposal.part = None;
    let tag = proposal.tag(service);
    rows::withdraw(&mut tx, id, &tag).await?;
    note(
        service,
        &mut tx,
        chance,
        actor,
        &proposal,
        "proposal.withdraw",
    )
    .await?;
    tx.commit().await?;
    Ok(proposal)
}
