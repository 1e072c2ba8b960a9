//! Random numbers, as a seam: ids, status indexes, keys and tokens take them from here.

use rand::rngs::{ChaCha20Rng, SysRng};
use rand::{Rng, SeedableRng, TryRng};

/// Where random bytes come from.
#[derive(Debug)]
pub enum Chance {
    /// The operating system.
    System,
    /// A seeded generator, for tests. Never for keys that count.
    Seeded(Box<ChaCha20Rng>),
}

impl Chance {
    /// A generator that gives the same numbers for the same seed.
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Box::new(ChaCha20Rng::seed_from_u64(seed)))
    }

    /// Fills a buffer.
    ///
    /// # Panics
    /// Where the operating system has no random numbers to give; nothing could be signed or drawn then.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        match self {
            Self::System => SysRng
                .try_fill_bytes(bytes)
                .expect("the operating system gives random numbers"),
            Self::Seeded(rng) => rng.fill_bytes(bytes),
        }
    }

    /// That many random bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A number below `bound`, each equally likely. `bound` is a power of two.
    pub fn below_power_of_two(&mut self, bound: u32) -> u32 {
        debug_assert!(bound.is_power_of_two());
        u32::from_le_bytes(self.bytes()) & (bound - 1)
    }
}
