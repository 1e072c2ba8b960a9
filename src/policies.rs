//! What counts as an office's policy: what two people agreed on, and not what only the database says.

use crate::domain::calendar::Calendar;
use crate::domain::ids::OfficeId;
use crate::domain::policy::Policy;
use crate::domain::proposal::Content;
use crate::failure::{Failure, Outcome};
use crate::proposals;
use crate::service::Service;
use crate::store::Tx;
use crate::store::policies::{self as rows, Stored};

/// The policy of an office and its calendar; the defaults where none is stored, or one that its proposal does not say.
pub async fn of_office(
    service: &Service,
    tx: &mut Tx,
    office: OfficeId,
) -> Outcome<(Policy, Calendar)> {
    let text = match rows::of_office(tx, office).await? {
        Some(stored) if agreed(service, tx, office, &stored).await? => stored.policy,
        Some(_) => {
            tracing::error!(office = %office, "policy refused: the row was not written by this service");
            String::new()
        }
        None => String::new(),
    };
    let policy = Policy::parse(&text).map_err(|_| Failure::Row("office_policies.policy"))?;
    let calendar = policy.calendar();
    let calendar = calendar.map_err(|_| Failure::Row("office_policies.policy"))?;
    Ok((policy, calendar))
}

/// Whether a stored policy is the one that its proposal gave. One without a proposal is from before there were any: the
/// database takes no other such.
async fn agreed(
    service: &Service,
    tx: &mut Tx,
    office: OfficeId,
    stored: &Stored,
) -> Outcome<bool> {
    let Some(id) = &stored.proposal else {
        return Ok(true);
    };
    let said = proposals::carried(service, tx, id).await?;
    Ok(said.is_some_and(|said| match said.content {
        Content::PolicyChange { policy, .. } if said.office == office => {
            // A version between may have written another text of the same.
            policy == stored.policy
                || Policy::parse(&policy).is_ok_and(|policy| policy.to_text() == stored.policy)
        }
        _ => false,
    }))
}
