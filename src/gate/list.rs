//! Rules of a status list. Pure: what changed, and what of it may go out.

use super::held::{Finding, Held, What};
use credential::status_list::Status;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// So many statuses of a list may change at once, however few of its indexes are drawn.
const FEW: u64 = 100;
/// So many may be voided at once without a bulk act: what an instance had begun when it was killed.
const VOIDS: u64 = 2_000;

/// A list as it is out, or about to go out.
#[derive(Debug, Clone, Copy)]
pub struct Statuses<'a> {
    /// When it was or is signed, epoch seconds.
    pub iat: i64,
    /// Every index that is not valid, rising.
    pub not_valid: &'a [(u32, Status)],
}

/// One index that changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The index.
    pub index: u32,
    /// What is out.
    pub from: Status,
    /// What would go out.
    pub to: Status,
}

impl Change {
    /// Whether verifiers would think better of it than they were told: that has to be founded.
    pub fn is_softer(&self) -> bool {
        match (self.from, self.to) {
            (from, to) if from == to => false,
            (Status::Valid, _) | (Status::Superseded, Status::Revoked) => false,
            (Status::Suspended, Status::Revoked | Status::Superseded) => false,
            (Status::Revoked | Status::Superseded | Status::Suspended | Status::Unknown(_), _) => {
                true
            }
        }
    }

    fn is_reinstatement(&self) -> bool {
        (self.from, self.to) == (Status::Suspended, Status::Valid)
    }
}

/// What the database knows of the changes of one list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Acts {
    /// Indexes of credentials that ended so long ago that no verifier takes them, and are thrown away.
    pub ended: BTreeSet<u32>,
    /// Indexes whose document was put back in force by an officer, and is so by what the trail says last.
    pub reinstated: BTreeSet<u32>,
    /// How many documents bulk jobs have issued in place of others since the list that is out: superseding so many is their
    /// work. Those that they replaced may be of any office, so of any list.
    pub replaced: u64,
    /// Indexes whose issuing was never finished.
    pub voids: BTreeSet<u32>,
    /// Indexes that no document has: whoever holds something signed for one has it from nobody.
    pub burnt: BTreeSet<u32>,
}

/// What a list may change at once.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many of its indexes are drawn.
    pub used: u64,
    /// `[lists] gate_share`: that share of them, 0 to 1.
    pub share: f64,
}

impl Limits {
    /// How many statuses may change without a bulk act.
    pub fn allowed(&self) -> u64 {
        let share = match self.share {
            share if share.is_finite() => share.clamp(0.0, 1.0),
            _ => 0.0,
        };
        FEW.max((share * self.used as f64) as u64)
    }
}

/// What changes from one list to the next, by index.
pub fn changes(before: &[(u32, Status)], after: &[(u32, Status)]) -> Vec<Change> {
    let (mut old, mut new) = (before.iter().peekable(), after.iter().peekable());
    let mut changes = Vec::new();
    loop {
        let index = match (old.peek(), new.peek()) {
            (None, None) => return changes,
            (Some((index, _)), None) | (None, Some((index, _))) => *index,
            (Some((a, _)), Some((b, _))) => *a.min(b),
        };
        let take = |side: &mut std::iter::Peekable<std::slice::Iter<'_, (u32, Status)>>| {
            let next = side.next_if(|(at, _)| *at == index);
            next.map_or(Status::Valid, |(_, status)| *status)
        };
        let (from, to) = (take(&mut old), take(&mut new));
        if from != to {
            changes.push(Change { index, from, to });
        }
    }
}

/// What may not go out of these changes, whatever their number: verifiers were told otherwise, and nothing founds it.
pub fn unfounded<'c>(changes: &'c [Change], acts: &Acts) -> Vec<&'c Change> {
    let founded = |change: &Change| {
        acts.ended.contains(&change.index)
            || (change.is_reinstatement() && acts.reinstated.contains(&change.index))
    };
    let softer = changes.iter().filter(|change| change.is_softer());
    softer.filter(|change| !founded(change)).collect()
}

/// How many changes count towards the limit of a list.
fn counted(changes: &[Change], acts: &Acts) -> u64 {
    let (mut counted, mut voids, mut superseded) = (0, 0, 0);
    for change in changes {
        match change {
            // Of no meaning to anybody, because no verifier takes what is past its end.
            change if acts.ended.contains(&change.index) => {}
            change if change.to == Status::Superseded => superseded += 1,
            change if acts.burnt.contains(&change.index) => {}
            change if acts.voids.contains(&change.index) => voids += 1,
            _ => counted += 1,
        }
    }
    counted + u64::saturating_sub(voids, VOIDS) + u64::saturating_sub(superseded, acts.replaced)
}

/// Whether a list may take the place of the one that is out.
///
/// # Errors
/// What is wrong with it.
pub fn judge(
    name: &str,
    before: Statuses<'_>,
    after: Statuses<'_>,
    acts: &Acts,
    limits: Limits,
) -> Result<(), Held> {
    let changes = changes(before.not_valid, after.not_valid);
    let unfounded = unfounded(&changes, acts);
    let mut findings = softened(name, &unfounded);
    let (changed, allowed) = (counted(&changes, acts), limits.allowed());
    if changed > allowed {
        findings.push(Finding::Mass {
            changes: changed,
            allowed,
        });
    }
    if after.iat <= before.iat {
        findings.push(Finding::Back {
            what: name.to_string(),
            out: before.iat,
        });
    }
    if findings.is_empty() {
        return Ok(());
    }
    Err(Held {
        what: What::List(name.to_string()),
        mark: mark(before.iat, &unfounded, after.iat <= before.iat),
        changes: if changed > allowed { changed } else { 0 },
        findings,
    })
}

/// What to say of changes that nothing founds.
pub fn softened(name: &str, unfounded: &[&Change]) -> Vec<Finding> {
    let (unsuspended, unrevoked): (Vec<&Change>, Vec<&Change>) = unfounded
        .iter()
        .partition(|change| change.is_reinstatement());
    let mut findings = Vec::new();
    if let Some(first) = unrevoked.first() {
        findings.push(Finding::Unrevoked {
            list: name.to_string(),
            indexes: unrevoked.len(),
            first: first.index,
        });
    }
    if let Some(first) = unsuspended.first() {
        findings.push(Finding::Unsuspended {
            list: name.to_string(),
            indexes: unsuspended.len(),
            first: first.index,
        });
    }
    findings
}

/// SHA-256 of exactly these changes of the list that is out since that second: once another is out, a release of them is
/// for nothing any more.
fn mark(out: i64, unfounded: &[&Change], back: bool) -> [u8; 32] {
    let mut hash = Sha256::new_with_prefix("list\0");
    hash.update(out.to_be_bytes());
    hash.update([u8::from(back)]);
    for change in unfounded {
        hash.update(change.index.to_be_bytes());
        hash.update([change.from.number(), change.to.number()]);
    }
    hash.finalize().into()
}

/// A list that cannot be compared, because the bytes that are out are no list of ours.
pub fn unreadable(name: &str, token: &[u8]) -> Held {
    Held {
        what: What::List(name.to_string()),
        findings: vec![Finding::Unreadable {
            what: name.to_string(),
        }],
        mark: Sha256::new_with_prefix("token\0")
            .chain_update(token)
            .finalize()
            .into(),
        changes: 0,
    }
}

/// A list whose last signature is of a time that the clock has not reached.
pub fn ahead(name: &str, last: i64) -> Held {
    Held {
        what: What::List(name.to_string()),
        findings: vec![Finding::Clock { last }],
        mark: [0; 32],
        changes: 0,
    }
}

/// The mark of a list with nothing but many changes of the one that is out since that second: what a bulk act confirms
/// beforehand.
pub fn mark_of_many(out: i64) -> [u8; 32] {
    mark(out, &[], false)
}

#[cfg(test)]
mod tests;
