//! Chance for the generator: one seeded stream and a few ways to draw from it.
//!
//! Draws are made here from the raw ChaCha words instead of by `rand`'s distributions, which may change between its
//! versions: the same seed must give the same people on every platform and after every update.

use credential::date::Date;
use rand::rngs::ChaCha8Rng;
use rand::{Rng, SeedableRng};

/// A seeded source of chance.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// 0 to `n` − 1.
    pub(super) fn below(&mut self, n: u32) -> u32 {
        // Its bias is at most n / 2³², which no demonstration can see.
        ((u64::from(self.0.next_u32()) * u64::from(n)) >> 32) as u32
    }

    /// `low` to `high`, both included; `low` where the range is empty.
    pub(super) fn range(&mut self, low: i32, high: i32) -> i32 {
        if high <= low {
            return low;
        }
        low + self.below((high - low + 1) as u32) as i32
    }

    /// Whether something happens that happens `per_mille` times in a thousand.
    pub(super) fn chance(&mut self, per_mille: u32) -> bool {
        self.below(1000) < per_mille
    }

    /// One of `items`, each as likely.
    pub(super) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u32) as usize]
    }

    /// One of `(weight, item)`, in proportion to its weight.
    pub(super) fn weighted<T: Copy>(&mut self, items: &[(u32, T)]) -> T {
        let total: u32 = items.iter().map(|(weight, _)| weight).sum();
        let mut left = self.below(total);
        for &(weight, item) in items {
            if left < weight {
                return item;
            }
            left -= weight;
        }
        items[items.len() - 1].1
    }

    /// A day from `first` to `last`; `first` where there is none between.
    pub(super) fn day(&mut self, first: Date, last: Date) -> Date {
        let days = self.range(first.days(), last.days());
        Date::from_days(i64::from(days)).unwrap_or(first)
    }

    /// Brings `items` into a random order.
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last as u32 + 1) as usize);
        }
    }
}
