//! A tree before its head is replaced, beside what it holds: the gate (src/gate). A tree outlives the database, so here
//! it is found out that the database was put back to what it was before something was published.

use super::tree::Tree;
use crate::failure::Outcome;
use crate::gate::bundle::Edition;
use crate::gate::{What, editions, hold};
use crate::service::Service;
use crate::store::holds;
use crate::store::keys::Key;
use credential::bundle::Bundle;
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
    let Some(head) = tree.head() else {
        return Ok(());
    };
    let came = match out(tree, head, keys, next).await? {
        Out::Same => return Ok(()),
        Out::Bundle(before) => compare(service, tree, next, &before).await,
        Out::Unreadable => {
            let mut tx = service.db.read().await?;
            let held = editions::unreadable(What::Tree(tree.place()), head);
            hold::unless_answered_for(&mut tx, &service.register(), held).await
        }
    };
    if let Err(failure) = &came {
        hold::note(service, failure).await?;
    }
    came
}

/// The bundle that the tree holds.
enum Out {
    /// The one that is to be published.
    Same,
    Bundle(Box<Bundle>),
    /// It is damaged, gone, or of nobody whom this register knows: nothing tells what verifiers were told.
    Unreadable,
}

/// Which one that is, by whomever the head is signed: the bundle itself is signed under a root of ours, or is none of ours.
async fn out(tree: &Tree, head: &[u8], keys: &[Key], next: &Next<'_>) -> Outcome<Out> {
    let read = Unproven::read(head).ok();
    let Some(file) = read.as_ref().and_then(|head| head.file(BUNDLE)) else {
        return Ok(Out::Unreadable);
    };
    if next.files.iter().any(|next| next == file) {
        return Ok(Out::Same);
    }
    let bytes = tree.content(file).await?;
    let bundle = bytes.and_then(|bytes| editions::out(&bytes, next.root, keys));
    Ok(bundle.map_or(Out::Unreadable, |bundle| Out::Bundle(Box::new(bundle))))
}

async fn compare(service: &Service, tree: &Tree, next: &Next<'_>, before: &Bundle) -> Outcome<()> {
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
    editions::pass(&mut tx, &register, what, before, after, named, now).await
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
