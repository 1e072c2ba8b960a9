//! The time, as a seam: use cases ask a [`Clock`], tests set it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

/// Where the time comes from.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// A clock that stands still until it is set.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at that second.
    pub fn fixed(epoch_seconds: i64) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(epoch_seconds)))
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub fn now(&self) -> i64 {
        self.now_millis().div_euclid(1000)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z, for ids.
    pub fn now_millis(&self) -> i64 {
        match self {
            Self::System => system_millis(),
            Self::Fixed(seconds) => seconds.load(Ordering::Relaxed) * 1000,
        }
    }

    /// The same moment, to compare with the times of files.
    pub fn file_time(&self) -> std::time::SystemTime {
        let millis = u64::try_from(self.now_millis()).unwrap_or_default();
        std::time::UNIX_EPOCH + Duration::from_millis(millis)
    }

    /// Moves a fixed clock; the machine's clock is left alone.
    pub fn advance(&self, seconds: i64) {
        if let Self::Fixed(time) = self {
            time.fetch_add(seconds, Ordering::Relaxed);
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "this is the seam")]
fn system_millis() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// Measures how long something took, for metrics.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts.
    #[allow(clippy::disallowed_methods, reason = "this is the seam")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Time since the start.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
