//! What is proposed by the first of two people.

use super::*;

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
