//! A document's life: issuing → active ⇄ suspended → revoked or superseded. Each transition consumes the document.

use super::ids::{ApplicationId, DocumentId, ListId, OfficeId};
use credential::ids::KeyId;
use credential::kinds::Kind;
use credential::status_list::Status;

/// A document and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Names it outside.
    pub id: DocumentId,
    /// KTP-el, KK, …
    pub kind: &'static Kind,
    /// NIK or KK number it is about.
    pub subject: Subject,
    /// Who issued it.
    pub office: OfficeId,
    /// Where its status stands.
    pub place: Place,
    /// Claim `iat`.
    pub issued: i64,
    /// Claim `exp`.
    pub expires: Option<i64>,
    /// The key that signs it.
    pub kid: KeyId,
    /// The exact payload.
    pub claims: Vec<u8>,
    /// A KK with the core columns of its members alone.
    pub core_only: bool,
    /// Number printed on a letter or deed.
    pub number: Option<String>,
    /// The application that asked for it.
    pub application: Option<ApplicationId>,
    /// Where it stands.
    pub state: State,
    /// Since when.
    pub since: i64,
}

/// NIK or KK number as a number; does not print.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Subject(pub u64);

impl std::fmt::Debug for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Subject(…)")
    }
}

/// A place in a status list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The list.
    pub list: ListId,
    /// The index in it.
    pub index: u32,
}

/// The signed QR text and the error correction it fits with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The text.
    pub text: String,
    /// `M`, or `L` where it is too large for `M`.
    pub ecc: Ecc,
}

/// Error correction of a document's symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ecc {
    /// 15 %, the default.
    M,
    /// 7 %, for what is too large.
    L,
}

impl Ecc {
    /// Its letter.
    pub fn name(self) -> &'static str {
        match self {
            Self::M => "M",
            Self::L => "L",
        }
    }
}

/// Where a document stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Its content and index are fixed and stored; it is not signed yet.
    Issuing,
    /// Issuing was not finished; its index stays burnt.
    Void,
    /// In force.
    Active(Signed),
    /// Not in force until reinstated.
    Suspended {
        /// The document.
        signed: Signed,
        /// Why.
        reason: String,
    },
    /// Never in force again.
    Revoked {
        /// The document.
        signed: Signed,
        /// Why.
        reason: String,
    },
    /// Genuine, replaced by a newer one.
    Superseded {
        /// The document.
        signed: Signed,
        /// Why.
        reason: String,
        /// The newer one, where it is known.
        by: Option<DocumentId>,
    },
}

impl State {
    /// Its name in the table, in JSON and on the command line.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Issuing => "issuing",
            Self::Void => "void",
            Self::Active(_) => "active",
            Self::Suspended { .. } => "suspended",
            Self::Revoked { .. } => "revoked",
            Self::Superseded { .. } => "superseded",
        }
    }

    /// Whether it is no longer in force, for a while or for good.
    pub fn is_ended(&self) -> bool {
        matches!(
            self,
            Self::Suspended { .. } | Self::Revoked { .. } | Self::Superseded { .. }
        )
    }

    /// Names that a list may be filtered by.
    pub const NAMES: &[&str] = &[
        "issuing",
        "void",
        "active",
        "suspended",
        "revoked",
        "superseded",
    ];

    /// The signed text, once there is one.
    pub fn signed(&self) -> Option<&Signed> {
        match self {
            Self::Issuing | Self::Void => None,
            Self::Active(signed)
            | Self::Suspended { signed, .. }
            | Self::Revoked { signed, .. }
            | Self::Superseded { signed, .. } => Some(signed),
        }
    }

    /// Why it is not in force.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Issuing | Self::Void | Self::Active(_) => None,
            Self::Suspended { reason, .. }
            | Self::Revoked { reason, .. }
            | Self::Superseded { reason, .. } => Some(reason),
        }
    }

    /// The newer document.
    pub fn superseded_by(&self) -> Option<DocumentId> {
        match self {
            Self::Superseded { by, .. } => *by,
            _ => None,
        }
    }

    /// What a status list says of a document in a state of that name.
    pub fn status(name: &str) -> Option<Status> {
        match name {
            // What was voided may have been signed; should its text ever surface, it is revoked.
            "revoked" | "void" => Some(Status::Revoked),
            "suspended" => Some(Status::Suspended),
            "superseded" => Some(Status::Superseded),
            "issuing" | "active" => Some(Status::Valid),
            _ => None,
        }
    }
}

/// The document's state does not allow the transition; says which state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrongState(pub &'static str);

/// A change that an officer asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// For good.
    Revoke,
    /// Until reinstated.
    Suspend,
    /// Back in force.
    Reinstate,
    /// Replaced, by that document where it is known.
    Supersede {
        /// The newer document.
        by: Option<DocumentId>,
    },
}

impl Change {
    /// Its name in the audit trail.
    pub fn action(&self) -> &'static str {
        match self {
            Self::Revoke => "document.revoke",
            Self::Suspend => "document.suspend",
            Self::Reinstate => "document.reinstate",
            Self::Supersede { .. } => "document.supersede",
        }
    }
}

impl Document {
    fn into_state(self, state: State, at: i64) -> Self {
        Self {
            state,
            since: at,
            ..self
        }
    }

    /// Signed, verified, and from now on in force.
    pub fn activate(self, signed: Signed, at: i64) -> Result<Self, WrongState> {
        match self.state {
            State::Issuing => Ok(self.into_state(State::Active(signed), at)),
            other => Err(WrongState(other.name())),
        }
    }

    /// Its issuing will not be finished.
    pub fn void(self, at: i64) -> Result<Self, WrongState> {
        match self.state {
            State::Issuing => Ok(self.into_state(State::Void, at)),
            other => Err(WrongState(other.name())),
        }
    }

    /// Does what an officer asks for.
    pub fn change(mut self, change: &Change, reason: String, at: i64) -> Result<Self, WrongState> {
        let state = std::mem::replace(&mut self.state, State::Void);
        let next = match (state, change) {
            (State::Active(signed) | State::Suspended { signed, .. }, Change::Revoke) => {
                State::Revoked { signed, reason }
            }
            (State::Active(signed), Change::Suspend) => State::Suspended { signed, reason },
            (State::Suspended { signed, .. }, Change::Reinstate) => State::Active(signed),
            (State::Active(signed) | State::Suspended { signed, .. }, Change::Supersede { by }) => {
                State::Superseded {
                    signed,
                    reason,
                    by: *by,
                }
            }
            (state, _) => return Err(WrongState(state.name())),
        };
        Ok(self.into_state(next, at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Chance;
    use crate::clock::Clock;

    fn document(state: State) -> Document {
        let (clock, mut chance) = (Clock::fixed(1_790_000_000), Chance::seeded(1));
        Document {
            id: DocumentId::draw(&clock, &mut chance),
            kind: &credential::kinds::KTP,
            subject: Subject(3_273_015_204_870_003),
            office: OfficeId::draw(&clock, &mut chance),
            place: Place {
                list: ListId::draw(&clock, &mut chance),
                index: 7,
            },
            issued: 1_790_000_000,
            expires: None,
            kid: KeyId([0; 8]),
            claims: vec![],
            core_only: false,
            number: None,
            application: None,
            state,
            since: 0,
        }
    }

    fn states() -> [State; 6] {
        let signed = Signed {
            text: "T".into(),
            ecc: Ecc::M,
        };
        let reason = String::from("r");
        [
            State::Issuing,
            State::Void,
            State::Active(signed.clone()),
            State::Suspended {
                signed: signed.clone(),
                reason: reason.clone(),
            },
            State::Revoked {
                signed: signed.clone(),
                reason: reason.clone(),
            },
            State::Superseded {
                signed,
                reason,
                by: None,
            },
        ]
    }

    #[test]
    fn every_state_and_change() {
        let changes = [
            Change::Revoke,
            Change::Suspend,
            Change::Reinstate,
            Change::Supersede { by: None },
        ];
        let mut table = vec![];
        for state in states() {
            for change in &changes {
                let result = document(state.clone()).change(change, "because".into(), 5);
                if let Ok(after) = result {
                    table.push((state.name(), change.action(), after.state.name()));
                    assert_eq!(after.since, 5);
                }
            }
        }
        assert_eq!(
            table,
            [
                ("active", "document.revoke", "revoked"),
                ("active", "document.suspend", "suspended"),
                ("active", "document.supersede", "superseded"),
                ("suspended", "document.revoke", "revoked"),
                ("suspended", "document.reinstate", "active"),
                ("suspended", "document.supersede", "superseded"),
            ]
        );
    }

    #[test]
    fn only_an_intent_is_activated_or_voided() {
        let signed = Signed {
            text: "T".into(),
            ecc: Ecc::L,
        };
        for state in states() {
            let intent = state == State::Issuing;
            assert_eq!(
                document(state.clone()).activate(signed.clone(), 1).is_ok(),
                intent
            );
            assert_eq!(document(state).void(1).is_ok(), intent);
        }
    }

    #[test]
    fn every_state_has_a_status_and_the_subject_does_not_print() {
        for state in states() {
            assert!(State::status(state.name()).is_some());
            assert!(State::NAMES.contains(&state.name()));
        }
        assert!(!format!("{:?}", document(State::Issuing)).contains("3273015204870003"));
    }
}
