//! Storing a chunk: everything about it in one transaction, or nothing.

use super::compose::Composed;
use super::lease::Lease;
use super::reissue::Ending;
use super::seal::Sealed;
use crate::chance::Chance;
use crate::domain::document::Change;
use crate::domain::ids::DocumentId;
use crate::domain::officer::Actor;
use crate::failure::{Failure, Outcome, Thing};
use crate::issue::desk::Desk;
use crate::record::{Act, record};
use crate::revoke;
use crate::service::Service;
use crate::status::{self, Touched};
use crate::store::bulk_chunks::{self, Done};
use crate::store::bulk_documents::{self, Common, Own};
use crate::store::bulk_jobs::Job;
use crate::store::documents_reissued::Old;
use crate::store::{Tx, closed_lists, documents, keys, locks, reservations, trust_lists};
use ikd_verifier::words::hex;

/// Stores what was signed and judged, and ends the chunk. Returns what became of it.
///
/// # Errors
/// [`Failure::Changed`] where the lease is over, somebody of the chunk has got the document in another way, or another
/// trust list is in force, or the key has ended: the chunk is to be begun again.
#[allow(clippy::too_many_arguments, reason = "one call, no state between them")]
pub async fn keep(
    service: &Service,
    job: &Job,
    lease: &Lease,
    desk: &Desk,
    composed: Composed,
    signatures: Vec<[u8; 64]>,
    sealed: Sealed,
    olds: Option<Vec<Old>>,
) -> Outcome<Done> {
    let chance = &mut Chance::System;
    let ending = olds.as_ref().map(|olds| Ending::of(olds, &composed));
    let ids = composed.drafts.iter().map(|draft| draft.id);
    let done = Done {
        issued: composed.drafts.len() as i64,
        skipped: composed.skipped,
        refused: composed.refused.into_iter().collect(),
        ids: ids.clone().min().zip(ids.max()),
        root: sealed.root,
    };
    let common = Common {
        kind: job.kind,
        office: desk.office.id,
        list: lease.places.list,
        issued: composed.issued,
        kid: desk.key.kid,
    };
    let mut replaced: Vec<(DocumentId, DocumentId)> = Vec::new();
    let drafts = composed.drafts.into_iter().zip(signatures).zip(sealed.eccs);
    let owns: Vec<Own> = drafts
        .map(|((draft, signature), ecc)| {
            if ending.is_none() {
                replaced.extend(draft.replaces.map(|old| (old, draft.id)));
            }
            Own {
                id: draft.id,
                subject: draft.subject,
                index: draft.index,
                expires: draft.expires,
                claims: draft.claims.into_payload(),
                core_only: draft.core_only,
                ecc: ecc.name(),
                signature,
                number: draft.number,
                application: draft.application,
            }
        })
        .collect();
    let mut tx = service.db.begin().await?;
    bulk_chunks::impatient(&mut tx).await?;
    // First, so that whoever lost the lease finds out before writing anything.
    bulk_chunks::done(&mut tx, job.id, &lease.chunk, &done, service.clock.now()).await?;
    reservations::done(&mut tx, lease.places.reservation).await?;
    let same = trust_lists::version(&mut tx).await? == Some(desk.trust.version);
    locks::share(&mut tx, lease.places.list).await?;
    let open = closed_lists::is_open(&mut tx, lease.places.list).await?;
    if !same || !open || !keys::is_active(&mut tx, desk.key.kid).await? {
        return Err(Failure::Changed);
    }
    let mut touched = Touched::default();
    for (old, _) in &replaced {
        touched.join(end(service, &mut tx, chance, *old).await?);
    }
    if let Some(ending) = &ending {
        touched.join(ending.end(service, &mut tx, chance, job.kind, desk).await?);
    }
    bulk_documents::insert(&mut tx, &common, &owns).await?;
    if let Some(ending) = &ending {
        ending.replaced(&mut tx).await?;
    }
    for (old, new) in &replaced {
        bulk_documents::replaced(&mut tx, *old, *new).await?;
    }
    let root = hex(&done.root);
    let act = Act {
        office: Some(desk.office.id),
        detail: Some(format!(
            "job {} chunk {} {} issued {} root {root}",
            job.id, lease.chunk.number, job.kind.slug, done.issued
        )),
        ..Act::new("bulk.issue")
    };
    record(&mut tx, &service.clock, chance, Actor::Local, act).await?;
    status::mark(&mut tx, &touched).await?;
    tx.commit().await?;
    // The chunk is done, whatever becomes of the lists. Those of a stolen key are closed and costly to sign: whoever runs
    // the job, and the publisher, sign them for many chunks at once.
    if ending.is_none() {
        status::settle_if_possible(service, touched).await;
    }
    Ok(done)
}

/// Ends the document that a new one replaces. By which one is said once that is stored. Returns the lists that change.
async fn end(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    old: DocumentId,
) -> Outcome<Touched> {
    let document = documents::by_id(tx, old).await?;
    let document = document.ok_or(Failure::NotFound(Thing::Document))?;
    let change = Change::Supersede { by: None };
    let why = "replaced by a new document".into();
    match revoke::apply(service, tx, chance, Actor::Local, document, &change, why).await {
        // Somebody ended it in between.
        Err(Failure::WrongState(_)) => Err(Failure::Changed),
        other => other,
    }
}
