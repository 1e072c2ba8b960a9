//! What the second of two people says: yes, and it is carried out; or no.

use super::*;

/// The second person says yes to what has that hash, and it is carried out.
///
/// # Errors
/// The field `hash` where it is another one; [`Failure::Separation`] where the two are not two; [`Failure::Person`] where
/// the second one is a program; [`Failure::WrongState`] where it does not wait any more.
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
    person(&mut tx, actor).await?;
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
        return match approver {
            By::Officer(_) => Ok(Actor::Local),
            By::Local => Err(Failure::Separation(
                "it takes two: what was planned at the machine is approved by an officer at /petugas/persetujuan",
            )),
        };
    };
    let row: Option<Officer> = officers::by_id(tx, first).await?;
    if row.as_ref().is_some_and(|row| row.token_hash.is_some()) {
        return Err(Failure::Separation(
            "a program proposed it, before that took a person; a person who signs in proposes it anew",
        ));
    }
    let row = row.filter(|row| login::counts(service, row));
    let Some(row) = row else {
        return Err(Failure::Separation(
            "whoever proposed it is an officer no more; propose it anew",
        ));
    };
    if !signs_in(tx, first).await? {
        return Err(Failure::Separation(
            "whoever proposed it cannot sign in any more; somebody who can proposes it anew",
        ));
    }
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
