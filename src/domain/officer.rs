//! Who acts, and what they may do.

use super::ids::{OfficeId, OfficerId};
use std::fmt;

/// What an officer may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfficerRole {
    /// Issues, suspends, supersedes and revokes.
    Signer,
    /// Reads.
    Auditor,
}

impl OfficerRole {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Signer => "signer",
            Self::Auditor => "auditor",
        }
    }

    /// From its name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "signer" => Some(Self::Signer),
            "auditor" => Some(Self::Auditor),
            _ => None,
        }
    }
}

/// Who acts, as the audit trail names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Somebody at the command line of the machine.
    Local,
    /// An officer.
    Officer {
        /// Their id.
        id: OfficerId,
        /// The only office they act for.
        office: OfficeId,
        /// What they may do.
        role: OfficerRole,
    },
}

impl Actor {
    /// The only office they act for; none: any.
    pub fn office(self) -> Option<OfficeId> {
        match self {
            Self::Local => None,
            Self::Officer { office, .. } => Some(office),
        }
    }

    /// Whether they may read and change what belongs to that office.
    pub fn acts_for(self, office: OfficeId) -> bool {
        self.office().is_none_or(|own| own == office)
    }

    /// Whether they may issue and change documents.
    pub fn may_sign(self) -> bool {
        match self {
            Self::Local => true,
            Self::Officer { role, .. } => role == OfficerRole::Signer,
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local => f.write_str("local"),
            Self::Officer { id, .. } => id.fmt(f),
        }
    }
}
