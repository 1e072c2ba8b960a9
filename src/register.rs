//! The register under its seals: sealing rows from before there were seals, and finding those that this service did not
//! write.

use crate::chance::Chance;
use crate::domain::ids::AuditId;
use crate::domain::officer::Actor;
use crate::failure::{Failure, Outcome};
use crate::record::{Act, entry};
use crate::service::Service;
use crate::store::register::Seal;
use crate::store::{audit, persons, regions};

/// Rows in one transaction.
const BATCH: u32 = 1_000;

/// What was sealed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sealed {
    /// Rows that got a seal: people and regions.
    pub sealed: u64,
    /// Rows that got none, because somebody changed them since they were sealed.
    pub left: u64,
}

/// The id of the line that tells of [`seal`]: one for each `data.key`, a UUIDv7 of the first millisecond of 1970, which is
/// never drawn.
fn line_id(service: &Service) -> Outcome<AuditId> {
    let mut id = [0; 16];
    id[6..].copy_from_slice(&service.crypter.index("register sealed", b"")[..10]);
    id[6] = 0x70;
    id[8] = 0x80;
    AuditId::from_bytes(&id).map_err(|_| Failure::Row("audit"))
}

/// Whether rows were sealed under this `data.key` already.
pub async fn is_sealed(service: &Service) -> Outcome<bool> {
    let mut tx = service.db.read().await?;
    audit::is_there(&mut tx, line_id(service)?).await
}

/// Seals the rows that have no seal, once in the life of a `data.key`: a row without one that is met later was written by
/// somebody else. With `key_lost` those too whose seal does not fit. Begun again after a kill it goes on.
///
/// # Errors
/// [`Failure::Changed`] where it was done already.
pub async fn seal(
    service: &Service,
    chance: &mut Chance,
    actor: Actor,
    key_lost: bool,
    mut progress: impl FnMut(u64),
) -> Outcome<Sealed> {
    if is_sealed(service).await? {
        return Err(Failure::Changed);
    }
    let register = service.register();
    let mut done = Sealed::default();
    let mut after = 0;
    loop {
        let mut tx = service.db.begin().await?;
        let some = persons::seal(&mut tx, &register, after, BATCH, key_lost).await?;
        tx.commit().await?;
        let Some(some) = some else { break };
        after = some.last;
        done.sealed += some.sealed;
        done.left += some.left;
        progress(done.sealed);
    }
    let mut after = String::new();
    loop {
        let mut tx = service.db.begin().await?;
        let some = regions::seal(&mut tx, &register, &after, BATCH, key_lost).await?;
        tx.commit().await?;
        let Some((last, sealed, left)) = some else {
            break;
        };
        after = last;
        done.sealed += sealed;
        done.left += left;
    }
    let lost = if key_lost {
        ", after the data key was lost"
    } else {
        ""
    };
    let act = Act {
        detail: Some(format!("{} rows, {} left{lost}", done.sealed, done.left)),
        ..Act::new("register.sealed")
    };
    let mut line = entry(&service.clock, chance, actor, act);
    line.id = line_id(service)?;
    let mut tx = service.db.begin().await?;
    audit::insert(&mut tx, &line).await?;
    tx.commit().await?;
    Ok(done)
}

/// NIKs of the rows that do not count, in their order.
pub async fn altered(service: &Service, mut each: impl FnMut(i64)) -> Outcome<u64> {
    let register = service.register();
    let (mut after, mut found) = (0, 0);
    loop {
        let mut tx = service.db.read().await?;
        let page = persons::judged(&mut tx, &register, after, BATCH).await?;
        drop(tx);
        let Some((last, _)) = page.last() else {
            return Ok(found);
        };
        after = *last;
        let not = |seal: &Seal| !register.admits(*seal);
        for (nik, _) in page.iter().filter(|(_, seal)| not(seal)) {
            each(*nik);
            found += 1;
        }
    }
}
