//! A tree before its head is replaced, beside what it holds: the gate (src/gate). A tree outlives the database, so here
//! it is found out that the database was put back to what it was before something was published.

use super::tree::Tree;
use crate::failure::Outcome;
use crate::gate::bundle::Edition;
use crate::gate::{What, editions, hold};
use crate::service::Service;
use crate::store::holds;
use crate::store::keys::Key;
use credential::publication::{BUNDLE, File, STATUS, Unproven};
use credential::status_source::StatusLists;
use credential::trust_list::TrustList;

/// What is about to be published.
pub(super) struct Next<'a> {
    /// The root that verifiers trust before they have read the list.
    pub root: &'a [u8; 32],
    pub trust: &'a TrustList,
    pub lists: &'a StatusLists,
    pub files: &'a [File],
}

/// Whether it may take the place of what the tree holds. What is held is noted.
pub(super) async fn pass(
    service: &Service,
    tree: &Tree,
    keys: &[Key],
    next: &Next<'_>,
) -> Outcome<()> {
    // By whomever the head is signed: the bundle in it is signed under a root of ours, or is none of ours.
    let head = tree.head().and_then(|bytes| Unproven::read(bytes).ok());
    let Some(file) = head.as_ref().and_then(|head| head.file(BUNDLE)) else {
        return Ok(());
    };
    let Some(before) = tree
        .content(file)
        .await?
        .and_then(|bytes| editions::out(&bytes, next.root, keys))
    else {
        return Ok(());
    };
    let before = Edition {
        trust: &before.trust,
        lists: &before.statuses,
    };
    let after = Edition {
        trust: next.trust,
        lists: next.lists,
    };
    let named = |uri: &str| {
        let of_lists = next
            .files
            .iter()
            .filter_map(|file| file.name.strip_prefix(STATUS));
        of_lists.into_iter().any(|name| name == uri)
    };
    let mut tx = service.db.read().await?;
    let now = service.clock.now();
    let (register, what) = (service.register(), What::Tree(tree.place()));
    let came = editions::pass(&mut tx, &register, what, before, after, named, now).await;
    drop(tx);
    if let Err(failure) = &came {
        hold::note(service, failure).await?;
    }
    came
}

/// The head is in its place.
pub(super) async fn went_out(service: &Service, tree: &Tree) -> Outcome<()> {
    let what = What::Tree(tree.place());
    let mut tx = service.db.read().await?;
    let held = holds::of(&mut tx, &service.register(), &what.to_string()).await?;
    drop(tx);
    if held.is_some() {
        let mut tx = service.db.begin().await?;
        hold::went_out(service, &mut tx, &what).await?;
        tx.commit().await?;
    }
    Ok(())
}
