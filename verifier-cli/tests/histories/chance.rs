//! Random numbers that a seed brings back (SplitMix64).

pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0, below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

/// Runs `history` for so many seeds (`HISTORIES`, or `usual`) from `HISTORIES_SEED`, and tells the seed of one that fails.
pub fn run(usual: u64, history: impl Fn(u64) + std::panic::RefUnwindSafe) {
    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .map(|text| text.parse().expect("a number"))
    };
    let first = number("HISTORIES_SEED").unwrap_or(1);
    let count = number("HISTORIES").unwrap_or(usual);
    for seed in first..first + count {
        let done = std::panic::catch_unwind(|| history(seed));
        assert!(
            done.is_ok(),
            "a history failed; again with HISTORIES_SEED={seed} HISTORIES=1"
        );
    }
    println!("{count} histories from seed {first}");
}
