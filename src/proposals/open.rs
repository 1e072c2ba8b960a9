//! What is proposed by the first of two people.

use super::*;
use crate::policies;
use crate::store::bulk_jobs::Job;

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

/// What is asked of a mandate.
#[derive(Debug, Clone, Copy)]
pub enum Wanted {
    /// To issue so many cards without an application.
    Cards(u32),
    /// To end so many documents beyond what one officer may end in a day.
    Ends(u32),
}

/// Proposes leave to do so much of something.
pub async fn mandate(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    wanted: Wanted,
) -> Outcome<Proposed> {
    let office = actor.office().ok_or(Failure::Role)?;
    let (field, number) = match wanted {
        Wanted::Cards(number) => ("cards", number),
        Wanted::Ends(number) => ("ends", number),
    };
    if !(1..=mandates::MOST).contains(&number) {
        return Err(Failure::field(field, "must be 1 to 100,000"));
    }
    let mandate = MandateId::draw(&service.clock, chance);
    let content = match wanted {
        Wanted::Cards(cards) => Content::MandateIssue { mandate, cards },
        Wanted::Ends(documents) => Content::MandateEnd { mandate, documents },
    };
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
    let mut tx = service.db.begin().await?;
    let (now, _) = policies::of_office(service, &mut tx, office).await?;
    let content = Content::PolicyChange {
        from: Some(now.to_text()),
        policy: policy.to_text(),
    };
    propose(service, tx, chance, actor, office, content).await
}

/// Proposes, at the machine, to run a job of bulk issuing, in the transaction that plans it.
pub async fn bulk(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    office: OfficeId,
    job: &Job,
    chunks: u32,
) -> Outcome<ProposalId> {
    let content = mandates::jobs::content(job, chunks);
    let proposed = write(service, tx, chance, actor, office, content).await?;
    Ok(proposed.proposal.statement.id)
}

async fn propose(
    service: &Service,
    mut tx: Tx,
    chance: &mut Chance,
    actor: Actor,
    office: OfficeId,
    content: Content,
) -> Outcome<Proposed> {
    let proposed = write(service, &mut tx, chance, actor, office, content).await?;
    tx.commit().await?;
    Ok(proposed)
}

async fn write(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    office: OfficeId,
    content: Content,
) -> Outcome<Proposed> {
    let act = content.act();
    may(tx, actor, Eye::First, act, office).await?;
    person(tx, actor).await?;
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
    let statement = &proposal.statement;
    let row = Row {
        id: id.to_vec(),
        act: act.name().into(),
        office: office.to_vec(),
        subject: statement.content.officer().map(OfficerId::to_vec),
        proposer: statement.proposer.to_string(),
        proposed: statement.proposed,
        payload: proposal.text.clone(),
        hash: proposal.hash.to_vec(),
        approver: None,
        approved: None,
        state: proposal.state.name().into(),
        part: proposal.part.clone(),
        tag: proposal.tag(service).to_vec(),
    };
    rows::insert(tx, &row).await?;
    note(service, tx, chance, actor, &proposal, "proposal.open").await?;
    Ok(Proposed { proposal, half })
}
