//! Bounded work instead of a clock: the reader must also run where there is no time source (wasm).

/// How hard to try. One unit of work is about one pixel through one plain filter (about 5 ns on the
/// 2-core machine this was tuned on).
#[derive(Clone, Debug, PartialEq)]
pub struct Effort {
    /// Total work, in units; a pass that does not fit any more is skipped.
    pub work: u64,
    /// Search blurred and noisy pictures for finder patterns in grey values (the costly pass).
    pub grey_search: bool,
    /// Also look at big pictures in full resolution, at small ones doubled, and for light-on-dark codes.
    pub extra_scales: bool,
    /// Grey decodings tried per pass on finder triples that the fast decoder could not read.
    pub attempts: usize,
}

impl Effort {
    /// Picture files: everything, at most about 400 ms.
    pub const STILL: Effort = Effort {
        work: 60_000_000,
        grey_search: true,
        extra_scales: true,
        attempts: 6,
    };
    /// Camera frames, where the next one comes anyway: two quick passes, one grey decoding.
    pub const FRAME: Effort = Effort {
        work: 12_000_000,
        grey_search: false,
        extra_scales: false,
        attempts: 1,
    };
}

/// What is left of an effort.
pub struct Budget {
    left: u64,
}

impl Budget {
    pub fn new(effort: &Effort) -> Budget {
        Budget { left: effort.work }
    }
    /// Pays for a piece of work; false (and nothing paid) if it does not fit.
    pub fn take(&mut self, units: usize) -> bool {
        match self.left.checked_sub(units as u64) {
            Some(rest) => {
                self.left = rest;
                true
            }
            None => false,
        }
    }
}
