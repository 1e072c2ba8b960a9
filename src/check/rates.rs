//! How often an address may ask for what costs the database nothing: counted in memory, where a count in the database
//! would cost more than the answer. A restart forgives.

use crate::clock::Stopwatch;
use crate::failure::{Failure, Outcome};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Addresses that are counted each by itself; more of them at the same time are counted together.
const ADDRESSES: usize = 1 << 16;

/// So many at once, and one more after each pause (a virtual-scheduling leaky bucket, ITU-T I.371 annex A).
pub struct Rates {
    watch: Stopwatch,
    pause: Duration,
    burst: Duration,
    /// When everything that an address was given will have been earned, by the watch.
    earned: Mutex<HashMap<Vec<u8>, Duration>>,
}

impl Rates {
    /// At most `at_once`, and then one for each `pause`.
    pub fn new(at_once: u32, pause: Duration) -> Self {
        Self {
            watch: Stopwatch::start(),
            pause,
            burst: pause * at_once,
            earned: Mutex::default(),
        }
    }

    /// Counts one.
    ///
    /// # Errors
    /// [`Failure::TooMany`] where that address has had its share.
    pub fn take(&self, address: &[u8]) -> Outcome<()> {
        self.take_at(address, self.watch.elapsed())
    }

    fn take_at(&self, address: &[u8], now: Duration) -> Outcome<()> {
        let mut earned = self.earned.lock().unwrap_or_else(PoisonError::into_inner);
        if earned.len() >= ADDRESSES && !earned.contains_key(address) {
            earned.retain(|_, when| *when > now);
        }
        let key = match earned.len() < ADDRESSES || earned.contains_key(address) {
            true => address,
            false => &[],
        };
        let before = earned.get(key).copied().unwrap_or_default().max(now);
        let after = before + self.pause;
        if after > now + self.burst {
            let wait = after - now - self.burst;
            let seconds = wait.as_millis().div_ceil(1000) as i64;
            return Err(Failure::TooMany {
                retry_after: seconds.max(1),
            });
        }
        earned.insert(key.to_vec(), after);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn a_burst_and_then_one_after_each_pause() {
        let rates = Rates::new(3, second(2));
        let given = |address: &[u8], now| {
            (0..10)
                .take_while(|_| rates.take_at(address, now).is_ok())
                .count()
        };
        assert_eq!(given(b"a", second(0)), 3);
        let refused = rates.take_at(b"a", second(1)).unwrap_err();
        assert!(matches!(refused, Failure::TooMany { retry_after: 1 }));
        assert_eq!(given(b"b", second(1)), 3);
        assert_eq!(given(b"a", second(2)), 1);
        assert_eq!(given(b"a", second(100)), 3);
    }

    #[test]
    fn memory_has_a_bound() {
        let rates = Rates::new(2, second(1));
        let many = ADDRESSES as u32 + 10;
        let given = |now| {
            let each = (0..many).map(|n| rates.take_at(&n.to_be_bytes(), now));
            each.filter(Result::is_ok).count()
        };
        // The last ten share what one has.
        assert_eq!(given(second(0)), ADDRESSES + 2);
        assert_eq!(given(second(0)), ADDRESSES);
        // Whoever has earned everything is forgotten.
        assert!(rates.take_at(b"another", second(9)).is_ok());
        assert_eq!(rates.earned.lock().unwrap().len(), 1);
    }
}
