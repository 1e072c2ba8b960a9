//! The approval of the head of the office, which issues.

use super::{allowed, store_step};
use crate::attachments;
use crate::chance::Chance;
use crate::domain::application::{Application, State};
use crate::domain::ids::{ApplicationId, DocumentId};
use crate::domain::officer::Actor;
use crate::domain::rights::Act;
use crate::failure::{Failure, Outcome};
use crate::issue::{self, Issued, order};
use crate::service::Service;
use crate::store::Tx;
use credential::document::Face;
use credential::kinds::fields as f;

/// Slugs of attachments that hold a portrait.
const PORTRAITS: &[&str] = &["foto", "pas_foto"];

/// Approves an application: the document is issued, and the application is done.
///
/// # Errors
/// [`Failure::Role`] also where the actor verified it themself; what the register or the answers lack is told as in
/// [`check`].
pub async fn approve(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    id: ApplicationId,
) -> Outcome<Issued> {
    let mut tx = service.db.read().await?;
    let case = allowed(service, &mut tx, actor, id, Act::Approve).await?;
    let a = case.application;
    let (signer, _) = actor.officer().ok_or(Failure::Role)?;
    if matches!(&a.state, State::InProcess { verified_by, .. } if *verified_by == signer) {
        return Err(Failure::Role);
    }
    order::approvable(&a)?;
    let face = face(service, &mut tx, &a).await?;
    drop(tx);
    issue::issue_for(service, chance, actor, a, face).await
}

/// The application goes on to done, in the transaction that makes its document active.
pub(crate) async fn done(
    service: &Service,
    tx: &mut Tx,
    chance: &mut Chance,
    actor: Actor,
    a: Application,
    document: DocumentId,
) -> Outcome<()> {
    let (signer, _) = actor.officer().ok_or(Failure::Role)?;
    let now = service.clock.now();
    let (from, due) = (a.state.stage(), a.due.met(now));
    let mut after = a.finish(signer, document, now)?;
    after.due = due;
    store_step(service, tx, chance, actor, from, &after, Act::Approve).await
}

/// Whether the document could be issued as things are, without drawing a number or signing anything.
pub async fn check(service: &Service, tx: &mut Tx, a: &Application) -> Outcome<()> {
    let face = face(service, tx, a).await?;
    order::from_application(service, tx, a, face, true).await?;
    Ok(())
}

/// What the document would say, for the officers' eyes.
pub async fn preview(service: &Service, tx: &mut Tx, a: &Application) -> Outcome<order::Order> {
    let face = face(service, tx, a).await?;
    order::from_application(service, tx, a, face, true).await
}

/// The portrait among the attachments, small enough for a QR, for kinds that print one.
async fn face(service: &Service, tx: &mut Tx, a: &Application) -> Outcome<Option<Face<'static>>> {
    if !a.kind.fields.iter().any(|used| *used.field == f::FACE) {
        return Ok(None);
    }
    let found = attachments::list(tx, a.id).await?;
    let Some(photo) = found.iter().find(|x| PORTRAITS.contains(&x.slug.as_str())) else {
        return Ok(None);
    };
    let bytes = attachments::content(service, photo)?;
    let face = service.portraits.portrait(&photo.slug, bytes).await?;
    Ok(Some(face))
}
