//! When a delivery is tried again.

use crate::chance::Chance;

/// Tries before a row is dead.
pub const TRIES: i64 = 12;

/// Seconds to wait after the n-th try: `first`, doubled with each try, and a quarter more or less by chance, so that
/// what failed together does not come back together. With 84 the twelve tries span about two days.
pub fn wait(tries: i64, first: u32, chance: &mut Chance) -> i64 {
    let doublings = u32::try_from(tries.clamp(1, TRIES) - 1).unwrap_or_default();
    let middle = i64::from(first) << doublings;
    let draw = i64::from(u16::from_le_bytes(chance.bytes()));
    middle * 3 / 4 + middle * draw / (2 * i64::from(u16::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_and_spans_two_days() {
        let mut chance = Chance::seeded(1);
        let mut total = 0;
        for n in 1..TRIES {
            let middle = 84 << (n - 1);
            let waits: Vec<i64> = (0..200).map(|_| wait(n, 84, &mut chance)).collect();
            let (least, most) = (waits.iter().min(), waits.iter().max());
            assert!(least.is_some_and(|w| *w >= middle * 3 / 4), "{n}");
            assert!(most.is_some_and(|w| *w <= middle * 5 / 4), "{n}");
            assert!(least < most, "{n}: no jitter");
            total += middle;
        }
        assert!((46 * 3600..50 * 3600).contains(&total), "{total}");
    }
}
