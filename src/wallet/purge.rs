//! What nobody needs any more: codes past their time, credentials past their end, phones that ended long ago.

use crate::config::DAY;
use crate::failure::Outcome;
use crate::service::Service;
use crate::store::{activations, bound, devices};

/// Seconds for which a code that no longer counts is kept.
const ACTIVATION_KEPT: i64 = DAY;
/// Seconds after its end for which a credential stays in its status list, for verifiers whose clock is wrong.
pub const BOUND_KEPT: i64 = 30 * DAY;
/// Seconds for which officers still see a phone that ended; by then its last credential is gone.
const DEVICE_KEPT: i64 = 400 * DAY;

/// Deletes it.
pub async fn purge(service: &Service) -> Outcome<()> {
    let now = service.clock.now();
    let mut tx = service.db.begin().await?;
    activations::expire(&mut tx, now - ACTIVATION_KEPT).await?;
    bound::expire(&mut tx, now - BOUND_KEPT).await?;
    devices::expire(&mut tx, now - DEVICE_KEPT).await?;
    tx.commit().await
}
