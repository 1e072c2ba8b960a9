//! Who acts, and what they may do.

use super::ids::{AccountId, ApplicationId, DeviceId, OfficeId, OfficerId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What an officer may do. Which act in which stage of an application: `rights.rs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OfficerRole {
    /// Takes applications in, files for citizens at the counter, hands documents over.
    Operator,
    /// Checks applications against the register.
    Verifier,
    /// Head of the office: the approval that issues; suspends, supersedes and revokes.
    Signer,
    /// Reads.
    Auditor,
    /// Users, keys, policies; no applications.
    Admin,
}

impl OfficerRole {
    /// Every role.
    pub const ALL: [Self; 5] = [
        Self::Operator,
        Self::Verifier,
        Self::Signer,
        Self::Auditor,
        Self::Admin,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Verifier => "verifier",
            Self::Signer => "signer",
            Self::Auditor => "auditor",
            Self::Admin => "admin",
        }
    }

    /// From its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
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
    /// A citizen with an account.
    Citizen(AccountId),
    /// A citizen without an account, by registration number and code, for that application alone.
    Guest(ApplicationId),
    /// A phone that proved its key, for its own credentials alone.
    Device(DeviceId),
    /// Somebody who has not signed in.
    Stranger,
}

impl Actor {
    /// The only office they act for, if they are an officer.
    pub fn office(self) -> Option<OfficeId> {
        match self {
            Self::Officer { office, .. } => Some(office),
            Self::Local | Self::Citizen(_) | Self::Guest(_) | Self::Device(_) | Self::Stranger => {
                None
            }
        }
    }

    /// Their id and role, if they are an officer.
    pub fn officer(self) -> Option<(OfficerId, OfficerRole)> {
        match self {
            Self::Officer { id, role, .. } => Some((id, role)),
            Self::Local | Self::Citizen(_) | Self::Guest(_) | Self::Device(_) | Self::Stranger => {
                None
            }
        }
    }

    /// Whether they may read and change what belongs to that office.
    pub fn acts_for(self, office: OfficeId) -> bool {
        match self {
            Self::Local => true,
            Self::Officer { office: own, .. } => own == office,
            Self::Citizen(_) | Self::Guest(_) | Self::Device(_) | Self::Stranger => false,
        }
    }

    /// Whether they may issue and change documents.
    pub fn may_sign(self) -> bool {
        match self {
            Self::Local => true,
            Self::Officer { role, .. } => role == OfficerRole::Signer,
            Self::Citizen(_) | Self::Guest(_) | Self::Device(_) | Self::Stranger => false,
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local => f.write_str("local"),
            Self::Officer { id, .. } => id.fmt(f),
            Self::Citizen(id) => write!(f, "citizen {id}"),
            Self::Guest(_) => f.write_str("applicant"),
            Self::Device(id) => write!(f, "device {id}"),
            Self::Stranger => f.write_str("stranger"),
        }
    }
}
