//! Attachments of applications: judged by what they are and not by what they are called, cleaned, sealed, kept.

mod blobs;
mod dictionary;
mod pdf;
mod picture;
mod refused;
pub mod upload;
mod whole;

pub use blobs::{Blobs, Hash};
pub use picture::{Format, decode};
pub use refused::Refused;

use crate::applications::{self, Case};
use crate::chance::Chance;
use crate::crypter;
use crate::domain::ids::{ApplicationId, AttachmentId};
use crate::domain::officer::Actor;
use crate::domain::rights::Act;
use crate::failure::{Failure, Outcome, Thing};
use crate::service::Service;
use crate::store::applications as files;
use crate::store::locks::{self, Row};
use crate::store::{Tx, attachments as rows, audit};
use sha2::{Digest, Sha256};

pub use rows::Attachment;

/// Most attachments of one application, and of one kind of attachment.
const COUNT_MAX: usize = 40;
const PER_SLUG_MAX: usize = 5;
/// Realm of the locks on blobs, by hash.
const BLOB: &str = "blob";
/// A blob that no row names is deleted after so long: 1 day.
const ORPHAN_AGE: std::time::Duration = std::time::Duration::from_secs(86_400);
/// And seconds after a restore for which it stays in any case.
const KEPT_AFTER_RESTORE: i64 = 7 * 86_400;

/// A file that was taken, as it will be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// `image/jpeg`, `image/png` or `application/pdf`.
    pub media_type: &'static str,
    /// The cleaned file.
    pub bytes: Vec<u8>,
}

/// Judges and cleans a file of at most `max` bytes. What it is called and said to be does not count.
pub fn accept(bytes: &[u8], max: usize) -> Result<Accepted, Refused> {
    if bytes.is_empty() {
        return Err(Refused::Empty);
    }
    if bytes.len() > max {
        return Err(Refused::TooLarge {
            size: bytes.len(),
            max,
        });
    }
    let (media_type, bytes) = match bytes {
        [0xff, 0xd8, 0xff, ..] => ("image/jpeg", picture::clean(bytes, Format::Jpeg, max)?),
        [0x89, b'P', b'N', b'G', ..] => ("image/png", picture::clean(bytes, Format::Png, max)?),
        [b'%', b'P', b'D', b'F', b'-', ..] => {
            pdf::check(bytes)?;
            ("application/pdf", bytes.to_vec())
        }
        _ => return Err(Refused::Kind),
    };
    Ok(Accepted { media_type, bytes })
}

/// The application and its policy, if the actor may attach something of that name to it.
pub async fn case(
    service: &Service,
    tx: &mut Tx,
    actor: Actor,
    application: ApplicationId,
    slug: &str,
) -> Outcome<Case> {
    let case = applications::allowed(service, tx, actor, application, Act::Edit).await?;
    let known = case.application.kind.filing.attachments.iter();
    if !known.clone().any(|a| a.slug == slug) {
        return Err(Failure::NotFound(Thing::Attachment));
    }
    Ok(case)
}

/// Takes a file in. The draft is not touched when the file is refused.
pub async fn add(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    application: ApplicationId,
    slug: &str,
    bytes: Vec<u8>,
) -> Outcome<Attachment> {
    let mut tx = service.db.read().await?;
    let case = case(service, &mut tx, actor, application, slug).await?;
    drop(tx);
    let max = case.policy.attachment_max_bytes as usize;
    let accepted = service.decoders.run(move || accept(&bytes, max)).await?;
    let accepted = accepted.unwrap_or(Err(Refused::Damaged));
    let accepted = accepted.map_err(Failure::Attachment)?;
    let hash: Hash = Sha256::digest(&accepted.bytes).into();
    service
        .blobs()
        .put(&service.crypter, chance, &hash, &accepted.bytes)?;
    let attachment = Attachment {
        id: AttachmentId::draw(&service.clock, chance),
        application,
        slug: slug.to_string(),
        media_type: accepted.media_type.to_string(),
        size: accepted.bytes.len() as i64,
        hash,
        created: service.clock.now(),
    };
    let mut tx = service.db.begin().await?;
    locks::row(&mut tx, Row::Application(application)).await?;
    // Asked again: it may have been handed in while the picture was decoded.
    self::case(service, &mut tx, actor, application, slug).await?;
    let there = rows::list(&mut tx, application).await?;
    let same = |a: &&Attachment| a.slug == slug && a.hash == hash;
    if let Some(known) = there.iter().find(same) {
        // Sent again, because the answer was lost on the way.
        return Ok(known.clone());
    }
    room(&mut tx, application, slug).await?;
    rows::insert(&mut tx, &service.register(), &attachment).await?;
    files::touch(
        &mut tx,
        &service.register(),
        application,
        attachment.created,
    )
    .await?;
    // An old blob that no row named may have been collected since; from here on its name's lock keeps it.
    locks::name(&mut tx, BLOB, &hash).await?;
    service
        .blobs()
        .put(&service.crypter, chance, &hash, &accepted.bytes)?;
    tx.commit().await?;
    Ok(attachment)
}

/// Refuses one file more than may be attached.
async fn room(tx: &mut Tx, application: ApplicationId, slug: &str) -> Outcome<()> {
    let there = rows::list(tx, application).await?;
    let alike = there.iter().filter(|a| a.slug == slug).count();
    match there.len() >= COUNT_MAX || alike >= PER_SLUG_MAX {
        true => Err(Failure::Attachment(Refused::TooMany)),
        false => Ok(()),
    }
}

/// Takes an attachment out.
pub async fn remove(
    service: &Service,
    actor: Actor,
    application: ApplicationId,
    id: AttachmentId,
) -> Outcome<()> {
    let mut tx = service.db.begin().await?;
    applications::allowed_to_write(service, &mut tx, actor, application, Act::Edit).await?;
    let found = rows::by_id(&mut tx, id).await?;
    let found = found.filter(|a| a.application == application);
    found.ok_or(Failure::NotFound(Thing::Attachment))?;
    rows::delete(&mut tx, id).await?;
    let now = service.clock.now();
    files::touch(&mut tx, &service.register(), application, now).await?;
    tx.commit().await
}

/// The attachments of an application, oldest first. The caller has checked that it may be seen.
pub async fn list(tx: &mut Tx, application: ApplicationId) -> Outcome<Vec<Attachment>> {
    rows::list(tx, application).await
}

/// An attachment and what it holds, for whoever may see the application.
pub async fn open(
    service: &Service,
    tx: &mut Tx,
    actor: Actor,
    application: ApplicationId,
    id: AttachmentId,
) -> Outcome<(Attachment, Vec<u8>)> {
    applications::visible(service, tx, actor, application).await?;
    let found = rows::by_id(tx, id).await?;
    let found = found.filter(|a| a.application == application);
    let found = found.ok_or(Failure::NotFound(Thing::Attachment))?;
    let bytes = service.blobs().get(&service.crypter, &found.hash)?;
    Ok((found, bytes))
}

/// What an attachment holds. The caller has checked that the application may be seen.
pub fn content(service: &Service, attachment: &Attachment) -> Outcome<Vec<u8>> {
    service.blobs().get(&service.crypter, &attachment.hash)
}

/// Seals a file anew with the data key that seals now; false where it is under that one already, or gone.
pub async fn reseal(service: &Service, chance: &mut Chance, hash: &Hash) -> Outcome<bool> {
    let blobs = service.blobs();
    let under = crypter::key_of(&blobs.head(hash)?);
    if under == Some(service.crypter.seals_with()) {
        return Ok(false);
    }
    let mut tx = service.db.begin().await?;
    // Nobody deletes or writes it meanwhile.
    locks::name(&mut tx, BLOB, hash).await?;
    if blobs.head(hash)?.is_empty() {
        return Ok(false);
    }
    let moved = blobs.reseal(&service.crypter, chance, hash)?;
    tx.commit().await?;
    Ok(moved)
}

/// Whether each attachment has its file: not so where the share of `blobs/` is not mounted.
///
/// # Errors
/// [`Failure::File`] of the first one without.
pub async fn all_there(service: &Service) -> Outcome<()> {
    let blobs = service.blobs();
    let mut after = None;
    loop {
        let mut tx = service.db.read().await?;
        let page = rows::all_after(&mut tx, after, 1000).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = Some(last.id);
        for attachment in &page {
            let hash = &attachment.hash;
            // One that was taken out since is deleted with its file.
            if !blobs.has(hash)? && rows::is_named(&mut tx, hash).await? {
                return Err(blobs.lacks(hash));
            }
        }
    }
}

/// Deletes blobs that no row names, of removed attachments, discarded drafts and crashes. Returns how many. None for some days
/// after a restore: a later state may be found yet, whose files these are.
pub async fn collect(service: &Service) -> Outcome<usize> {
    let mut tx = service.db.read().await?;
    let restored = audit::restored(&mut tx).await?;
    drop(tx);
    if restored.is_some_and(|at| at > service.clock.now() - KEPT_AFTER_RESTORE) {
        return Ok(0);
    }
    let before = service.clock.file_time() - ORPHAN_AGE;
    let blobs = service.blobs();
    let names = tokio::task::spawn_blocking(move || blobs.older_than(before));
    let names = names.await.unwrap_or_else(|_| Ok(Vec::new()))?;
    let mut deleted = 0;
    for some in names.chunks(1000) {
        // Nearly all are named, and those take no lock.
        let mut unnamed = Vec::new();
        let mut tx = service.db.read().await?;
        for hash in some {
            if !rows::is_named(&mut tx, hash).await? {
                unnamed.push(*hash);
            }
        }
        drop(tx);
        deleted += delete_unnamed(service, &unnamed).await?;
    }
    Ok(deleted)
}

/// Deletes those of these blobs that no row names. Returns how many.
pub async fn delete_unnamed(service: &Service, hashes: &[Hash]) -> Outcome<usize> {
    let mut deleted = 0;
    for hash in hashes {
        let mut tx = service.db.begin().await?;
        // Its name's lock keeps a row from being added between the look and the deletion.
        locks::name(&mut tx, BLOB, hash).await?;
        if !rows::is_named(&mut tx, hash).await? {
            service.blobs().delete(hash)?;
            deleted += 1;
        }
        tx.commit().await?;
    }
    Ok(deleted)
}
