//! What the database knows of changes of a list: whether anything founds that verifiers are to think better of an index
//! than they were told.

use super::list::{Acts, Change};
use crate::domain::document::Change as Step;
use crate::domain::ids::{DocumentId, ListId};
use crate::failure::Outcome;
use crate::store::status_lists::List;
use crate::store::{Tx, audit, bound, bulk_chunks, status_indexes};
use crate::wallet::purge::BOUND_KEPT;
use credential::status_list::Status;
use std::collections::BTreeSet;

/// Acts are looked for so many seconds before the list that is out was signed: their lines were written a while before
/// their transactions ended, and a list's time may run ahead of the clock.
const SLACK: i64 = 3_600;
/// So many indexes are looked up one by one; more in one walk from the first to the last.
const FEW: usize = 64;

/// What founds the changes of a list since the one that was signed at `since`; `many`: whether they are so many that a
/// bulk job has to found them. Voids are for the caller to say, who has
/// read them. Costs nothing where no change needs founding. `just`: a step of the last so many seconds may be later than
/// what is looked at, and does not take back what was founded before it.
pub async fn acts(
    tx: &mut Tx,
    list: &List,
    since: i64,
    changes: &[Change],
    many: bool,
    (now, just): (i64, i64),
) -> Outcome<Acts> {
    let mut acts = Acts::default();
    let softer: Vec<&Change> = changes.iter().filter(|change| change.is_softer()).collect();
    if !softer.is_empty() {
        acts.ended = ended(tx, list.id, &softer, now).await?;
    }
    let mut suspended = softer;
    suspended.retain(|c| c.from == Status::Suspended && !acts.ended.contains(&c.index));
    if !suspended.is_empty() {
        acts.reinstated = reinstated(tx, list, since, &suspended, now - just).await?;
    }
    if many && changes.iter().any(|c| c.to == Status::Superseded) {
        let replaced = bulk_chunks::replaced_since(tx, since - SLACK).await?;
        acts.replaced = u64::try_from(replaced).unwrap_or_default();
    }
    Ok(acts)
}

/// Of those indexes, the ones whose credential is past its end for so long that it was thrown away.
async fn ended(tx: &mut Tx, list: ListId, softer: &[&Change], now: i64) -> Outcome<BTreeSet<u32>> {
    // It was thrown away by an instance whose clock need not be this one's.
    let by = now - BOUND_KEPT + SLACK;
    let mut ended = BTreeSet::new();
    match softer {
        [first, .., last] if softer.len() > FEW => {
            ended.extend(status_indexes::ended(tx, list, first.index, last.index, by).await?);
        }
        _ => {
            for change in softer {
                let (from, to) = (change.index, change.index);
                ended.extend(status_indexes::ended(tx, list, from, to, by).await?);
            }
        }
    }
    Ok(ended)
}

/// Of those indexes, the ones whose document was put back in force.
async fn reinstated(
    tx: &mut Tx,
    list: &List,
    since: i64,
    suspended: &[&Change],
    taken_back: i64,
) -> Outcome<BTreeSet<u32>> {
    let mut found = BTreeSet::new();
    let wanted: BTreeSet<u32> = suspended.iter().map(|change| change.index).collect();
    // A list whose indexes are given in a secret order does not say whose they are; the trail does.
    let lines = audit::reinstated(tx, list.office, list.id, since - SLACK).await?;
    for (document, index) in lines {
        if wanted.contains(&index) && stands_reinstated(tx, document, taken_back).await? {
            found.insert(index);
        }
    }
    for index in wanted {
        if found.contains(&index) {
            continue;
        }
        let Some(owner) = status_indexes::owner(tx, list.id, index).await? else {
            continue;
        };
        let document = match bound::document(tx, &owner).await? {
            Some(document) => document,
            None => match DocumentId::from_bytes(&owner) {
                Ok(document) => document,
                Err(_) => continue,
            },
        };
        if stands_reinstated(tx, document, taken_back).await? {
            found.insert(index);
        }
    }
    Ok(found)
}

/// Whether the last that an officer did to a document's state was to put it back in force, what was done after a second
/// left out.
async fn stands_reinstated(tx: &mut Tx, document: DocumentId, taken_back: i64) -> Outcome<bool> {
    let steps = [
        Step::Revoke.action(),
        Step::Suspend.action(),
        Step::Reinstate.action(),
        Step::Supersede { by: None }.action(),
    ];
    let lines = audit::of_document(tx, document).await?;
    let of_state = lines
        .iter()
        .rev()
        .filter(|(_, action)| steps.contains(&action.as_str()));
    let mut before =
        of_state.skip_while(|(at, action)| action != Step::Reinstate.action() && *at > taken_back);
    Ok(before
        .next()
        .is_some_and(|(_, action)| action == Step::Reinstate.action()))
}
