//! What is under which key, so that a key is dropped only when nothing is.

use super::REST;
use crate::failure::Outcome;
use crate::service::Service;
use crate::store::sealed;
use crate::{attachments, crypter};
use std::collections::BTreeMap;

/// Values of which the first bytes are read at once.
const HEADS: i64 = 5000;

/// How many values are under each key, by its number, with the `halves` of one-time passwords or without. Reads three
/// bytes of each.
///
/// # Errors
/// Where files of attachments are not there: nobody knows under which key they are.
pub async fn counts(service: &Service, halves: bool) -> Outcome<BTreeMap<u16, u64>> {
    attachments::all_there(service).await?;
    let mut counts = BTreeMap::new();
    let mut count = |head: &[u8]| {
        if let Some(id) = crypter::key_of(head) {
            *counts.entry(id).or_default() += 1;
        }
    };
    for column in sealed::COLUMNS.iter().chain([&sealed::UPLOAD_PARTS]) {
        let mut after = Vec::new();
        loop {
            let mut tx = service.db.read().await?;
            let page = sealed::heads(&mut tx, column, &after, HEADS).await?;
            let Some((last, _)) = page.last() else {
                break;
            };
            after.clone_from(last);
            page.iter().for_each(|(_, head)| count(head));
        }
    }
    let mut tx = service.db.read().await?;
    for (_, head) in sealed::login_heads(&mut tx).await? {
        count(&head);
    }
    if halves {
        let since = service.clock.now() - REST;
        for (_, head) in sealed::half_heads(&mut tx, since).await? {
            count(&head);
        }
    }
    drop(tx);
    for hash in service.blobs().names()? {
        // One that was deleted since is under no key.
        count(&service.blobs().head(&hash)?);
    }
    Ok(counts)
}
