//! Deletes what has had its time. Nothing hangs on when: whoever reads such a row sees by its time that it is over. So
//! it is done beside the requests, which would wait for each other's deletions.

use crate::failure::Outcome;
use crate::service::Service;
use crate::store::{codes, idempotency, lockouts, sessions, throttles};

/// Deletes counters, locks, sessions, answers and codes whose time is over, each kind by itself.
pub async fn forget(service: &Service) -> Outcome<()> {
    let now = service.clock.now();
    let mut tx = service.db.begin().await?;
    throttles::purge(&mut tx, now).await?;
    tx.commit().await?;
    let mut tx = service.db.begin().await?;
    lockouts::purge(&mut tx, now).await?;
    tx.commit().await?;
    let mut tx = service.db.begin().await?;
    sessions::purge(&mut tx, now).await?;
    tx.commit().await?;
    let mut tx = service.db.begin().await?;
    idempotency::purge(&mut tx, now).await?;
    tx.commit().await?;
    let mut tx = service.db.begin().await?;
    codes::expire(&mut tx, now).await?;
    tx.commit().await
}
