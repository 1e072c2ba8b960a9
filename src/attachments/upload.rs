//! Attachments that come in parts: what has arrived is kept, and the same file goes on where it stopped.

use super::{Attachment, Refused, case};
use crate::chance::Chance;
use crate::domain::ids::{ApplicationId, UploadId};
use crate::domain::officer::Actor;
use crate::failure::{Failure, Outcome, Thing};
use crate::service::Service;
use crate::store::locks::{self, Row};
use crate::store::uploads::{self as rows, Upload};
use sha2::{Digest, Sha256};

/// Most bytes of a part.
pub const PART_MAX: usize = 64 << 10;
/// Uploads of one application that may be under way at the same time; the oldest give way.
const UNDER_WAY_MAX: i64 = 5;
/// What nobody finishes is deleted after so long: 1 day.
pub const AGE_MAX: i64 = 86_400;

/// What came of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Appended {
    /// So many bytes are here; the next part begins there.
    More(i64),
    /// The file is whole and attached.
    Done(Attachment),
}

/// Begins an upload, or finds the one of the same file. A file that is too large is refused before it costs anything.
#[allow(
    clippy::too_many_arguments,
    reason = "who, to what, and what is known of the file"
)]
pub async fn begin(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    application: ApplicationId,
    slug: &str,
    size: i64,
    sha256: &[u8; 32],
) -> Outcome<Upload> {
    let mut tx = service.db.begin().await?;
    locks::row(&mut tx, Row::Application(application)).await?;
    let case = case(service, &mut tx, actor, application, slug).await?;
    let (bytes, max) = (
        usize::try_from(size).unwrap_or(0),
        case.policy.attachment_max_bytes as usize,
    );
    if bytes == 0 {
        return Err(Failure::Attachment(Refused::Empty));
    }
    if bytes > max {
        return Err(Failure::Attachment(Refused::TooLarge { size: bytes, max }));
    }
    let file = service.crypter.index("upload", sha256);
    let known = rows::by_file(&mut tx, application, slug, &file).await?;
    if let Some(known) = known {
        if known.size == size {
            return Ok(known);
        }
        rows::delete(&mut tx, known.id).await?;
    }
    let upload = Upload {
        id: UploadId::draw(&service.clock, chance),
        slug: slug.to_string(),
        size,
        received: 0,
    };
    rows::insert(&mut tx, &upload, application, &file, service.clock.now()).await?;
    rows::keep_newest(&mut tx, application, UNDER_WAY_MAX).await?;
    tx.commit().await?;
    Ok(upload)
}

/// Takes a part in. One that does not begin where the upload stands changes nothing; the answer says where it stands.
///
/// # Errors
/// [`Failure::Attachment`] when the whole file is refused or is not the one that was announced; the upload is gone then.
pub async fn append(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    application: ApplicationId,
    id: UploadId,
    start: i64,
    bytes: &[u8],
) -> Outcome<Appended> {
    let mut tx = service.db.begin().await?;
    // A phone on a poor network sends a part again while the first try is still under way.
    locks::row(&mut tx, Row::Application(application)).await?;
    // Who may not see the application is not told whether the upload is there.
    crate::applications::visible(service, &mut tx, actor, application).await?;
    let found = rows::by_id(&mut tx, application, id).await?;
    let mut upload = found.ok_or(Failure::NotFound(Thing::Attachment))?;
    case(service, &mut tx, actor, application, &upload.slug).await?;
    let room = upload.size - upload.received;
    let fits = !bytes.is_empty() && bytes.len() <= PART_MAX && bytes.len() as i64 <= room;
    if upload.received < upload.size {
        if start != upload.received {
            return Ok(Appended::More(upload.received));
        }
        if !fits {
            return Err(Failure::field(
                "start",
                "the part must have 1 to 65,536 bytes and end within the file",
            ));
        }
        rows::append(&mut tx, &service.crypter, chance, &upload, bytes).await?;
        upload.received += bytes.len() as i64;
    }
    let whole = match upload.received == upload.size {
        true => Some(rows::content(&mut tx, &service.crypter, id).await?),
        false => None,
    };
    tx.commit().await?;
    let Some(whole) = whole else {
        return Ok(Appended::More(upload.received));
    };
    let digest: [u8; 32] = Sha256::digest(&*whole).into();
    let file = service.crypter.index("upload", &digest);
    let mut tx = service.db.read().await?;
    let announced = rows::by_file(&mut tx, application, &upload.slug, &file).await?;
    drop(tx);
    let added = match announced.is_some_and(|known| known.id == id) {
        true => {
            let whole = whole.to_vec();
            super::add(service, chance, actor, application, &upload.slug, whole).await
        }
        false => Err(Failure::Attachment(Refused::Damaged)),
    };
    if matches!(added, Ok(_) | Err(Failure::Attachment(_))) {
        // After the attachment, so that a crash in between repeats the last part and nothing is lost.
        let mut tx = service.db.begin().await?;
        rows::delete(&mut tx, id).await?;
        tx.commit().await?;
    }
    Ok(Appended::Done(added?))
}
