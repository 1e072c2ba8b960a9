//! Credentials bound to a phone's key: the whole document, or the part of it that a purpose needs. Each has a life and a
//! status of its own, and follows its phone and its document.

use super::document::{Place, State as DocumentState, WrongState};
use super::ids::{BoundId, DeviceId, DocumentId, ListId, OfficeId};
use crate::config::DAY;
use credential::ids::KeyId;

/// Seconds a credential lives: long enough for a phone that is seldom in reach of a network.
pub const LIFE: i64 = 90 * DAY;
/// Age in seconds from which a newer one is given.
pub const RENEW_AFTER: i64 = 45 * DAY;

/// Where a credential stands. Its names are those of a document's states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Its content and index are fixed and stored; it is not signed yet.
    Issuing,
    /// It was not finished; its index stays burnt.
    Void,
    /// In force.
    Active,
    /// Its document is suspended.
    Suspended,
    /// Its phone ended, or its document was revoked.
    Revoked,
    /// Its document was replaced by a newer one.
    Superseded,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Issuing,
        Self::Void,
        Self::Active,
        Self::Suspended,
        Self::Revoked,
        Self::Superseded,
    ];

    /// Its name in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Issuing => "issuing",
            Self::Void => "void",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
            Self::Superseded => "superseded",
        }
    }

    /// From its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Where credentials of a document in that state stand while their phone is active.
    pub fn of(document: &DocumentState) -> Self {
        match document {
            DocumentState::Active(_) => Self::Active,
            DocumentState::Suspended { .. } => Self::Suspended,
            DocumentState::Superseded { .. } => Self::Superseded,
            DocumentState::Issuing | DocumentState::Void | DocumentState::Revoked { .. } => {
                Self::Revoked
            }
        }
    }
}

/// A credential and where it stands.
#[derive(Clone, PartialEq, Eq)]
pub struct Bound {
    /// Names it.
    pub id: BoundId,
    /// Whose key is in it.
    pub device: DeviceId,
    /// The document it shows.
    pub document: DocumentId,
    /// Claim 95; 0 for the whole document.
    pub purpose: u8,
    /// Whose key signs it.
    pub office: OfficeId,
    /// Where its status stands.
    pub place: Place,
    /// Claim `iat`.
    pub issued: i64,
    /// Claim `exp`.
    pub expires: i64,
    /// The key that signs it.
    pub kid: KeyId,
    /// The exact payload.
    pub claims: Vec<u8>,
    /// Where it stands.
    pub state: State,
    /// Since when.
    pub since: i64,
}

impl Bound {
    /// Signed, verified, and from now on in force.
    pub fn activate(self, at: i64) -> Result<Self, WrongState> {
        match self.state {
            State::Issuing => Ok(Self {
                state: State::Active,
                since: at,
                ..self
            }),
            other => Err(WrongState(other.name())),
        }
    }

    /// What is left to do with it if it cannot be finished.
    pub fn intent(&self) -> Option<Intent> {
        (self.state == State::Issuing).then_some(Intent {
            id: self.id,
            device: self.device,
            list: self.place.list,
        })
    }

    /// From when on a newer one is given; never after its end.
    pub fn renew_after(&self) -> i64 {
        (self.issued + RENEW_AFTER).min(self.expires)
    }
}

/// A credential that is not signed yet, by what voiding it needs: nothing that it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Intent {
    /// Names it.
    pub id: BoundId,
    /// For which phone.
    pub device: DeviceId,
    /// The list in which its index stays burnt.
    pub list: ListId,
}

/// End of a credential that is issued now: its own life, but no longer than its document's.
pub fn expires(now: i64, document: Option<i64>) -> i64 {
    let own = now + LIFE;
    document.map_or(own, |end| end.min(own))
}

#[cfg(test)]
mod tests {
    use super::*;
    use credential::status_list::Status;

    #[test]
    fn every_state_is_one_that_status_lists_know() {
        for state in State::ALL {
            assert_eq!(State::parse(state.name()), Some(state));
            let status = DocumentState::status(state.name()).unwrap();
            let good = matches!(state, State::Issuing | State::Active);
            assert_eq!(status == Status::Valid, good, "{state:?}");
        }
    }

    #[test]
    fn no_credential_outlives_its_document() {
        assert_eq!(expires(1000, None), 1000 + LIFE);
        assert_eq!(expires(1000, Some(2000)), 2000);
        assert_eq!(expires(1000, Some(1000 + 2 * LIFE)), 1000 + LIFE);
    }
}
