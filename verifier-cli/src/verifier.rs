//! From a QR's text to a judgement: the pure verdict, and what this machine remembers of time.

use crate::words::duration;
use credential::bundle::Bundle;
use credential::lang::Lang;
#[cfg(feature = "national")]
use credential::national::{National, Newer};
use credential::presentation::Challenge;
use credential::reason::{Outcome, Reason};
#[cfg(feature = "national")]
use credential::status_source::StatusSource;
use credential::verify::{Detail, Freshness, Policy, Shown, Verified, verify_for};

/// A checked bundle and the latest moment this machine has known.
#[derive(Debug)]
pub struct Verifier {
    bundle: Bundle,
    #[cfg(feature = "national")]
    national: Option<National<Vec<u8>>>,
    latest_seen: i64,
    policy: Policy,
}

/// A verdict, and the time it was made for.
#[derive(Debug, Clone)]
pub struct Judgement {
    verdict: credential::Verdict,
    clock_set_back: bool,
    now: i64,
}

impl Verifier {
    /// `latest_seen` is the latest second this machine has known (epoch seconds), from any earlier run. A clock that
    /// is further back than that, beyond the policy's skew, no longer decides.
    pub fn new(bundle: Bundle, latest_seen: i64, policy: Policy) -> Self {
        Self {
            bundle,
            #[cfg(feature = "national")]
            national: None,
            latest_seen,
            policy,
        }
    }

    /// The same with a national bundle beside the bundle's own lists; of two answers the newer one counts.
    #[cfg(feature = "national")]
    pub fn with_national(self, national: Option<National<Vec<u8>>>) -> Self {
        Self { national, ..self }
    }

    /// The bundle it judges by.
    pub fn bundle(&self) -> &Bundle {
        &self.bundle
    }

    /// Whether a clock that shows `now` (epoch seconds) has been set back since an earlier run.
    pub fn clock_was_set_back(&self, now: i64) -> bool {
        now.saturating_add(self.policy.clock_skew) < self.latest_seen
    }

    /// Takes note that the clock has shown `now` (epoch seconds), as a process does that runs for days.
    pub fn remember(&mut self, now: i64) {
        self.latest_seen = self.latest_seen.max(now);
    }

    /// The latest second known (epoch seconds).
    pub fn latest_seen(&self) -> i64 {
        self.latest_seen
    }

    /// Judges one QR text at `now`, epoch seconds.
    ///
    /// With a clock that was set back, the verdict is made for the latest moment seen: what had expired by then is
    /// still expired, what was revoked stays revoked, but nothing becomes green or yellow.
    pub fn judge(&self, text: &str, now: i64) -> Judgement {
        self.judge_for(text, now, &Challenge::default())
    }

    /// The same for a text that is to answer a question, or to be meant for this verifier.
    pub fn judge_for(&self, text: &str, now: i64, challenge: &Challenge<'_>) -> Judgement {
        self.judge_by(text, now, &self.policy, challenge)
    }

    /// The same by a policy of the caller's for this one text. Whether the clock was set back is still told by the
    /// verifier's own policy.
    pub fn judge_by(
        &self,
        text: &str,
        now: i64,
        policy: &Policy,
        challenge: &Challenge<'_>,
    ) -> Judgement {
        let clock_set_back = self.clock_was_set_back(now);
        let at = if clock_set_back {
            self.latest_seen
        } else {
            now
        };
        #[cfg(not(feature = "national"))]
        let statuses = &self.bundle.statuses;
        #[cfg(feature = "national")]
        let both = self.national.as_ref().map(|national| Newer {
            first: &self.bundle.statuses,
            second: national,
        });
        #[cfg(feature = "national")]
        let statuses = match &both {
            Some(both) => both as &dyn StatusSource,
            None => &self.bundle.statuses,
        };
        let verdict = verify_for(text, &self.bundle.trust, statuses, at, policy, challenge);
        Judgement {
            verdict,
            clock_set_back,
            now: at,
        }
    }
}

impl Judgement {
    /// Why the verdict is what it is.
    pub fn reason(&self) -> Reason {
        match self.verdict.reason() {
            Reason::Valid
            | Reason::Superseded
            | Reason::NotYetValid
            | Reason::HolderProofStale
            | Reason::HolderProofAhead
                if self.clock_set_back =>
            {
                Reason::ClockBehind
            }
            reason => reason,
        }
    }

    /// Green, yellow, red or grey.
    pub fn outcome(&self) -> Outcome {
        self.reason().outcome()
    }

    /// As of when it holds.
    pub fn freshness(&self) -> Freshness {
        self.verdict.freshness()
    }

    /// The second it was made for (epoch seconds): the clock's, or the latest seen if the clock was set back.
    pub fn now(&self) -> i64 {
        self.now
    }

    /// Whether the clock is behind what this machine has seen before.
    pub fn clock_set_back(&self) -> bool {
        self.clock_set_back
    }

    /// How many seconds ago the holder's phone made this QR, by the two clocks; none where no phone proved to hold it.
    pub fn shown_ago(&self) -> Option<i64> {
        match self.credential()?.shown() {
            Shown::Live { at, .. } => Some((self.now - at).max(0)),
            Shown::Static | Shown::Unproven => None,
        }
    }

    /// That in words, "Shown by its holder's phone 12 seconds ago.".
    pub fn shown_live(&self, lang: Lang) -> Option<String> {
        let ago = duration(self.shown_ago()?, lang);
        Some(match lang {
            Lang::Id => format!("Ditunjukkan dari ponsel pemiliknya {ago} yang lalu."),
            Lang::En => format!("Shown by its holder's phone {ago} ago."),
        })
    }

    /// More, for engineers. Never holds what the document says.
    pub fn detail(&self) -> Option<Detail> {
        self.verdict.detail()
    }

    /// What the issuer signed, where signature and scope were checked; see [`credential::Verdict::credential`].
    pub fn credential(&self) -> Option<&Verified> {
        self.verdict.credential()
    }
}
