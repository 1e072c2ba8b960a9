//! Carrying out what two people agreed on, in the transaction in which the second one says yes.

use crate::chance::Chance;
use crate::domain::officer::Actor;
use crate::domain::policy::Policy;
use crate::domain::proposal::{Content, Statement};
use crate::domain::users::{self as rules, Change};
use crate::failure::{Failure, Outcome};
use crate::mandates::{self, Kind, Leave};
use crate::offices::{self, checked_name};
use crate::policies;
use crate::service::Service;
use crate::store::Tx;
use crate::users::{self, How};

/// Both.
pub(super) struct Two {
    /// The first one, as they stand now: what they may not propose any more is not done.
    pub proposer: Actor,
    /// The second one, who does it.
    pub actor: Actor,
}

/// Does what the statement says. `password` is the hash of a one-time password, where it gives one.
pub(super) async fn out(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    two: Two,
    statement: &Statement,
    password: &str,
) -> Outcome<()> {
    let how = How {
        actor: two.actor,
        proposal: Some(statement.id),
    };
    match &statement.content {
        Content::OfficerAdd {
            officer,
            login,
            name,
            role,
        } => {
            let change = Change::Add(*role);
            rules::may_change(two.proposer, statement.office, None, change, 0)?;
            let new = (*officer, statement.office, checked_name(name)?, *role);
            users::carry_add(service, tx, chance, how, new, login, password).await
        }
        Content::OfficerRole { officer, from, to } => {
            let change = Change::Role(*to);
            let found = users::checked(service, tx, two.proposer, *officer, change).await?;
            if found.role != *from {
                return Err(Failure::Changed);
            }
            users::carry_role(service, tx, chance, how, &found, *to).await
        }
        Content::OfficerEnable { officer, role } => {
            let found = users::checked(service, tx, two.proposer, *officer, Change::Enable).await?;
            if found.role != *role {
                return Err(Failure::Changed);
            }
            users::carry_enable(service, tx, chance, how, &found).await
        }
        Content::OfficerReset { officer, role } => {
            let found = users::checked(service, tx, two.proposer, *officer, Change::Reset).await?;
            if found.role != *role {
                return Err(Failure::Changed);
            }
            users::carry_reset(service, tx, chance, how, &found, password).await
        }
        Content::MandateIssue { mandate, cards } => {
            let leave = Leave::of_two(Kind::Issue, *mandate, *cards, statement);
            mandates::give(service, tx, chance, two.actor, leave).await
        }
        Content::MandateEnd { mandate, documents } => {
            let leave = Leave::of_two(Kind::End, *mandate, *documents, statement);
            mandates::give(service, tx, chance, two.actor, leave).await
        }
        Content::MandateBulk { job, chunks, .. } => {
            let id = mandates::jobs::of_job(*job)?;
            let leave = Leave::of_two(Kind::Bulk, id, *chunks, statement);
            mandates::give(service, tx, chance, two.actor, leave).await
        }
        Content::PolicyChange { from, policy } => {
            let (now, _) = policies::of_office(service, tx, statement.office).await?;
            if from.as_ref().is_some_and(|from| *from != now.to_text()) {
                return Err(Failure::Changed);
            }
            let policy = Policy::parse(policy).map_err(|e| Failure::field("policy", e.0))?;
            let (actor, office, id) = (two.actor, statement.office, statement.id);
            offices::carry_policy(service, tx, chance, actor, office, &policy, id).await
        }
    }
}
