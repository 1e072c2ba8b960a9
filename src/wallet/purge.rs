//! What nobody needs any more: codes past their time, credentials past their end, phones that ended long ago.

use crate::config::DAY;
use crate::failure::Outcome;
use crate::retention::{self, Depth};
use crate::service::Service;

/// Seconds for which a code that no longer counts is kept.
pub const ACTIVATION_KEPT: i64 = DAY;
/// Seconds after its end for which a credential stays in its status list, for verifiers whose clock is wrong.
pub const BOUND_KEPT: i64 = 30 * DAY;
/// Seconds for which officers still see a phone that ended; by then its last credential is gone.
pub const DEVICE_KEPT: i64 = 400 * DAY;

/// Deletes it.
pub async fn purge(service: &Service) -> Outcome<()> {
    let tables = ["activations", "bound_credentials", "devices"];
    let phones = |rule: &retention::Rule| tables.contains(&rule.table);
    let purged = retention::purge(service, phones, Depth::Once).await;
    purged.failed.map_or(Ok(()), |(_, cause)| Err(cause))
}
