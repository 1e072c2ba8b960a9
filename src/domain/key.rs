//! A key's life: requested → (certified →) active → retired or compromised. Each transition consumes where it stood.

use super::document::WrongState;
use credential::trust_list::KeyState;

/// Where a key stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// Made; no trust list in force names it, so nothing that it signs counts.
    Requested {
        /// Kept for the day when the office's key is lost; otherwise it signs as soon as it is named.
        standby: bool,
    },
    /// Named by the trust list and kept: it takes over without a root key being fetched.
    Certified,
    /// It signs.
    Active,
    /// It signs no more since that second; what it signed before stands.
    Retired(i64),
    /// Since that second somebody else may have signed with it.
    Compromised {
        /// That second.
        since: i64,
        /// Nothing that it signed is in force any more: all of it is refused, of whatever time it says it is.
        emptied: bool,
    },
}

impl Life {
    /// Its name in the database and for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Requested { .. } => "requested",
            Self::Certified => "certified",
            Self::Active => "active",
            Self::Retired(_) => "retired",
            Self::Compromised { .. } => "compromised",
        }
    }

    /// A trust list that names it comes into force. A key that is past this stays where it is.
    pub fn certify(self) -> Self {
        match self {
            Self::Requested { standby: true } => Self::Certified,
            Self::Requested { standby: false } => Self::Active,
            other => other,
        }
    }

    /// A standby takes over.
    pub fn activate(self) -> Result<Self, WrongState> {
        match self {
            Self::Certified => Ok(Self::Active),
            other => Err(WrongState(other.name())),
        }
    }

    /// It signs no more.
    pub fn retire(self, at: i64) -> Result<Self, WrongState> {
        match self {
            Self::Requested { .. } | Self::Certified | Self::Active => Ok(Self::Retired(at)),
            ended => Err(WrongState(ended.name())),
        }
    }

    /// Somebody else has had it since then. Of a compromised key the time may be moved back, when it is found that a thief
    /// had it earlier, and never forward: what was distrusted stays distrusted. So does what a retired key signed after it
    /// was retired, whenever the thief came.
    pub fn compromise(self, since: i64) -> Result<Self, Known> {
        match self {
            Self::Compromised { since: known, .. } if since >= known => Err(Known(known)),
            Self::Compromised { emptied, .. } => Ok(Self::Compromised { since, emptied }),
            Self::Retired(at) => Ok(Self::Compromised {
                since: since.min(at),
                emptied: false,
            }),
            _ => Ok(Self::Compromised {
                since,
                emptied: false,
            }),
        }
    }

    /// What the trust list says of it, which knows no stages before a key signs. `from` is the first second in which it may
    /// sign: a thief writes whatever time into what he signs, so once nothing genuine is in force, nothing at all counts.
    pub fn listed(self, from: i64) -> KeyState {
        match self {
            Self::Requested { .. } | Self::Certified | Self::Active => KeyState::Active,
            Self::Retired(since) => KeyState::Retired(since),
            Self::Compromised {
                since,
                emptied: false,
            } => KeyState::Compromised(since),
            Self::Compromised {
                since,
                emptied: true,
            } => KeyState::Compromised(since.min(from)),
        }
    }
}

/// The key is known to be compromised since that second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known(pub i64);

#[cfg(test)]
mod tests {
    use super::*;

    const STOLEN: Life = Life::Compromised {
        since: 50,
        emptied: false,
    };
    const ALL: [Life; 6] = [
        Life::Requested { standby: false },
        Life::Requested { standby: true },
        Life::Certified,
        Life::Active,
        Life::Retired(40),
        STOLEN,
    ];

    #[test]
    fn every_way_of_a_key() {
        assert_eq!(
            ALL.map(Life::certify),
            [
                Life::Active,
                Life::Certified,
                Life::Certified,
                Life::Active,
                Life::Retired(40),
                STOLEN
            ]
        );
        let activated = ALL.map(|life| life.activate().is_ok());
        assert_eq!(activated, [false, false, true, false, false, false]);
        let retired = ALL.map(|life| life.retire(45).is_ok());
        assert_eq!(retired, [true, true, true, true, false, false]);
        let compromised = ALL.map(|life| life.compromise(50).is_ok());
        assert_eq!(compromised, [true, true, true, true, true, false]);
    }

    #[test]
    fn the_time_of_a_compromise_goes_back_alone() {
        assert_eq!(STOLEN.compromise(51), Err(Known(50)));
        let earlier = STOLEN.compromise(49).unwrap();
        assert_eq!(earlier.listed(10), KeyState::Compromised(49));
        // Whenever the thief came: of a retired key nothing that is later counted before.
        let retired = Life::Retired(40);
        let listed = |since| retired.compromise(since).unwrap().listed(10);
        assert_eq!(listed(50), KeyState::Compromised(40));
        assert_eq!(listed(30), KeyState::Compromised(30));
    }

    #[test]
    fn nothing_of_an_emptied_key_counts() {
        let emptied = Life::Compromised {
            since: 50,
            emptied: true,
        };
        assert_eq!(emptied.listed(10), KeyState::Compromised(10));
        assert_eq!(emptied.listed(60), KeyState::Compromised(50));
    }
}
