//! The one place that reads this machine's clock.

use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds since 1970-01-01T00:00:00Z. A clock before that counts as 0, which is behind everything and decides
/// nothing.
#[allow(clippy::disallowed_methods)] // The seam itself: everything else is handed the time.
pub fn now() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    since_epoch.map_or(0, |elapsed| elapsed.as_secs() as i64)
}
