//! Rules of what holds a trust list and many status lists: the bundle, and a published tree. What they hold went through
//! the gate one by one; here it is found out where the database was put back behind it. Pure.

use super::held::{Finding, Held, What};
use super::list::{Acts, Change, changes, softened, unfounded};
use super::trust;
use credential::status_list::Status;
use credential::status_source::StatusLists;
use credential::trust_list::TrustList;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// What is published together, as it is out or about to go out.
#[derive(Debug, Clone, Copy)]
pub struct Edition<'a> {
    /// Its trust list.
    pub trust: &'a TrustList,
    /// Its status lists.
    pub lists: &'a StatusLists,
}

/// Which edition it is: its trust list, and when each of its lists was signed.
fn identity(edition: Edition<'_>) -> [u8; 32] {
    let mut lists: Vec<(&str, &str, i64)> = edition
        .lists
        .iter()
        .map(|(iss, list)| (iss, list.sub.as_str(), list.iat))
        .collect();
    lists.sort_unstable();
    let mut hash = Sha256::new_with_prefix(edition.trust.version.to_be_bytes());
    for (iss, sub, iat) in lists {
        for name in [iss, sub] {
            hash.update(name);
            hash.update([0]);
        }
        hash.update(iat.to_be_bytes());
    }
    hash.finalize().into()
}

/// What changes in one list.
#[derive(Debug, Clone)]
pub struct Changed {
    /// Its name.
    pub name: String,
    /// When the one that is out was signed, epoch seconds.
    pub since: i64,
    /// Its indexes that change.
    pub changes: Vec<Change>,
}

/// The lists whose statuses changed, for the database to be asked what founds that.
pub fn changed(before: Edition<'_>, after: Edition<'_>) -> Vec<Changed> {
    let new = by_name(after.lists);
    let mut changed = Vec::new();
    for (iss, old) in before.lists.iter() {
        let Some((_, statuses)) = new.get(&(iss, old.sub.as_str())) else {
            continue;
        };
        let was: Vec<(u32, Status)> = old.list.not_zero().collect();
        let changes = changes(&was, statuses);
        if !changes.is_empty() {
            changed.push(Changed {
                name: old.sub.clone(),
                since: old.iat,
                changes,
            });
        }
    }
    changed
}

type ByName<'l> = HashMap<(&'l str, &'l str), (i64, Vec<(u32, Status)>)>;

fn by_name(lists: &StatusLists) -> ByName<'_> {
    let all = lists.iter().map(|(iss, list)| {
        let statuses = list.list.not_zero().collect();
        ((iss, list.sub.as_str()), (list.iat, statuses))
    });
    all.collect()
}

/// Whether an edition may take the place of the one that is out. `acts`: what the database knows of each list that
/// changed, in their order. `named`: whether a list of that name goes out, also one that no verifier would take now.
///
/// # Errors
/// What is wrong with it.
pub fn judge(
    what: What,
    before: Edition<'_>,
    after: Edition<'_>,
    named: impl Fn(&str) -> bool,
    changed: &[Changed],
    acts: &[Acts],
) -> Result<(), Held> {
    let trust = after.trust;
    let issuers = trust.issuers().map(AsRef::as_ref);
    let mut findings = trust::findings(before.trust, trust.version, trust.issued, issuers);
    if trust.version == before.trust.version && trust.digest != before.trust.digest {
        let what = format!("version {} of the trust list", trust.version);
        findings.push(Finding::Differs { what });
    }
    let new: HashMap<(&str, &str), i64> = after
        .lists
        .iter()
        .map(|(iss, list)| ((iss, list.sub.as_str()), list.iat))
        .collect();
    for (iss, old) in before.lists.iter() {
        let what = old.sub.clone();
        match new.get(&(iss, old.sub.as_str())) {
            None if !named(&old.sub) => findings.push(Finding::Gone { what }),
            Some(iat) if *iat < old.iat => findings.push(Finding::Back { what, out: old.iat }),
            Some(iat) if *iat == old.iat && changed.iter().any(|list| list.name == old.sub) => {
                findings.push(Finding::Differs { what });
            }
            _ => {}
        }
    }
    // Exactly what would go back, so that a release of it is for nothing else.
    let mut exactly = Sha256::new();
    for (list, acts) in changed.iter().zip(acts) {
        let unfounded = unfounded(&list.changes, acts);
        for change in &unfounded {
            let (from, to) = (change.from.number(), change.to.number());
            exactly.update(list.name.as_bytes());
            exactly.update([0, from, to]);
            exactly.update(change.index.to_be_bytes());
        }
        findings.extend(softened(&list.name, &unfounded));
    }
    trust::held(what, &identity(before), findings).map_err(|held| Held {
        mark: Sha256::new()
            .chain_update(held.mark)
            .chain_update(exactly.finalize())
            .finalize()
            .into(),
        ..held
    })
}
