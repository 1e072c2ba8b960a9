//! Counting outcomes, and the exit status they lead to.

use credential::reason::Outcome;

/// How many of each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub valid: usize,
    pub superseded: usize,
    pub not_valid: usize,
    pub undecided: usize,
    /// Pictures without a QR.
    pub empty: usize,
    /// Files that could not be read or decoded.
    pub failed: usize,
    /// Files in directories that are not pictures.
    pub skipped: usize,
}

impl Tally {
    /// Counts a judgement.
    pub fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Valid => self.valid += 1,
            Outcome::Superseded => self.superseded += 1,
            Outcome::NotValid => self.not_valid += 1,
            Outcome::Undecided => self.undecided += 1,
        }
    }

    /// QR codes judged.
    pub fn judged(&self) -> usize {
        self.valid + self.superseded + self.not_valid + self.undecided
    }

    /// 1 where something is known to be wrong, else 2 where something is not known, else 0.
    pub fn exit_status(&self) -> u8 {
        if self.not_valid + self.superseded > 0 {
            1
        } else if self.undecided + self.empty + self.failed > 0 || self.valid == 0 {
            2
        } else {
            0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn red_wins_over_grey_and_nothing_is_never_green() {
        let status = |valid, not_valid, undecided, empty| {
            let tally = Tally {
                valid,
                not_valid,
                undecided,
                empty,
                ..Tally::default()
            };
            tally.exit_status()
        };
        assert_eq!(status(3, 0, 0, 0), 0);
        assert_eq!(status(3, 1, 1, 1), 1);
        assert_eq!(status(3, 0, 1, 0), 2);
        assert_eq!(status(3, 0, 0, 1), 2);
        assert_eq!(status(0, 0, 0, 0), 2);
    }
}
