//! Editions, bundles and published trees, beside the one that went out last.

use super::bundle::{Edition, changed, judge};
use super::held::{Held, What};
use super::list::Acts;
use super::{hold, known, trust};
use crate::failure::Outcome;
use crate::keys::Role;
use crate::store::keys::Key;
use crate::store::register::Register;
use crate::store::{Tx, status_lists};
use credential::bundle::Bundle;

/// A bundle that went out under the root in force or one of before, whatever became of it since.
pub fn out(bytes: &[u8], root: &[u8; 32], keys: &[Key]) -> Option<Bundle> {
    let former = keys.iter().rev().filter(|key| key.role == Role::Root);
    let mut roots = std::iter::once(root).chain(former.map(|key| &key.public_key));
    roots.find_map(|root| Bundle::verify(bytes, root).ok())
}

/// Seconds in which a document may be suspended again after the list was signed that is in the edition: whoever signs a list
/// holds its row, and whoever makes an edition does not.
const JUST: i64 = 120;

/// Whether an edition may take the place of the one that is out; `named`: whether a list of that name goes out.
///
/// # Errors
/// [`crate::failure::Failure::Held`].
pub async fn pass(
    tx: &mut Tx,
    register: &Register<'_>,
    what: What,
    before: Edition<'_>,
    after: Edition<'_>,
    named: impl Fn(&str) -> bool,
    now: i64,
) -> Outcome<()> {
    let changed = changed(before, after);
    let rows = match changed.is_empty() {
        true => Vec::new(),
        false => status_lists::all(tx).await?,
    };
    let mut acts = Vec::with_capacity(changed.len());
    for list in &changed {
        acts.push(match rows.iter().find(|row| row.uri == list.name) {
            // Each list had to answer for how many changed when it was signed.
            Some(row) => {
                known::acts(tx, row, list.since, &list.changes, false, (now, JUST)).await?
            }
            None => Acts::default(),
        });
    }
    let judged = judge(what, before, after, named, &changed, &acts);
    hold::unless_answered_for(tx, register, judged).await
}

/// An edition that cannot be compared, because what is out, these bytes, does not read.
pub fn unreadable(what: What, out: &[u8]) -> Result<(), Held> {
    let finding = super::Finding::Unreadable {
        what: what.to_string(),
    };
    trust::held(what, out, vec![finding])
}
