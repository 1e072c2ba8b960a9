//! What takes two people: one proposes it, another sees exactly that and approves it, within a day.
//!
//! The statement is text in one canonical form, so that both people, the database and whoever looks later speak of the
//! same bytes. Its SHA-256 is what pages show and what the second person sends back.

use super::ids::{JobId, MandateId, OfficeId, OfficerId, ProposalId};
use super::officer::{Actor, OfficerRole};
use super::users::Login;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// Seconds within which it must be approved. The database says so too.
pub const LIFE: i64 = 86_400;
/// Seconds for which somebody whose account one of the two gave or reset is not the other one.
pub const FRESH: i64 = 7 * 86_400;

/// The kind of act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// A new officer's account.
    OfficerAdd,
    /// Another role for an officer.
    OfficerRole,
    /// A disabled account counts again.
    OfficerEnable,
    /// A new one-time password for an officer.
    OfficerReset,
    /// Leave to issue cards without an application.
    MandateIssue,
    /// Leave to end more documents in a day than one officer may.
    MandateEnd,
    /// Leave to run a job of bulk issuing.
    MandateBulk,
    /// Another policy of the office.
    PolicyChange,
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 8] = [
        Self::OfficerAdd,
        Self::OfficerRole,
        Self::OfficerEnable,
        Self::OfficerReset,
        Self::MandateIssue,
        Self::MandateEnd,
        Self::MandateBulk,
        Self::PolicyChange,
    ];

    /// Its name in the API, the database and the audit trail.
    pub fn name(self) -> &'static str {
        match self {
            Self::OfficerAdd => "officer.add",
            Self::OfficerRole => "officer.role",
            Self::OfficerEnable => "officer.enable",
            Self::OfficerReset => "officer.reset",
            Self::MandateIssue => "mandate.issue",
            Self::MandateEnd => "mandate.end",
            Self::MandateBulk => "mandate.bulk",
            Self::PolicyChange => "policy.change",
        }
    }
}

/// What is to be done, with everything that it depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", deny_unknown_fields)]
pub enum Content {
    /// A new account with that role.
    #[serde(rename = "officer.add")]
    OfficerAdd {
        /// The account it will be.
        officer: OfficerId,
        /// The name they sign in with.
        login: Login,
        /// Their name.
        name: String,
        /// What they may do.
        role: OfficerRole,
    },
    /// Another role.
    #[serde(rename = "officer.role")]
    OfficerRole {
        /// Whose.
        officer: OfficerId,
        /// The role they have.
        from: OfficerRole,
        /// The role they get.
        to: OfficerRole,
    },
    /// The account counts again.
    #[serde(rename = "officer.enable")]
    OfficerEnable {
        /// Whose.
        officer: OfficerId,
        /// The role they have.
        role: OfficerRole,
    },
    /// A new one-time password; the code generator is enrolled anew.
    #[serde(rename = "officer.reset")]
    OfficerReset {
        /// Whose.
        officer: OfficerId,
        /// The role they have.
        role: OfficerRole,
    },
    /// Leave to issue so many cards without an application, for a day from the approval.
    #[serde(rename = "mandate.issue")]
    MandateIssue {
        /// The mandate it will be.
        mandate: MandateId,
        /// How many.
        cards: u32,
    },
    /// Leave to end so many documents beyond what one officer may end in a day, for a day from the approval.
    #[serde(rename = "mandate.end")]
    MandateEnd {
        /// The mandate it will be.
        mandate: MandateId,
        /// How many.
        documents: u32,
    },
    /// Leave to run a job of bulk issuing, which is planned already.
    #[serde(rename = "mandate.bulk")]
    MandateBulk {
        /// The job.
        job: JobId,
        /// Slug of the kind of its documents.
        kind: String,
        /// Prefix of the region, without dots; empty: the whole country.
        region: String,
        /// Whether it replaces what is in force.
        supersede: bool,
        /// People in its chunks.
        persons: u64,
        /// Its chunks.
        chunks: u32,
    },
    /// Another policy of the office.
    #[serde(rename = "policy.change")]
    PolicyChange {
        /// What it takes the place of, TOML; none in proposals of versions before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<String>,
        /// The whole of it, TOML.
        policy: String,
    },
}

impl Content {
    /// The kind of act.
    pub fn act(&self) -> Act {
        match self {
            Self::OfficerAdd { .. } => Act::OfficerAdd,
            Self::OfficerRole { .. } => Act::OfficerRole,
            Self::OfficerEnable { .. } => Act::OfficerEnable,
            Self::OfficerReset { .. } => Act::OfficerReset,
            Self::MandateIssue { .. } => Act::MandateIssue,
            Self::MandateEnd { .. } => Act::MandateEnd,
            Self::MandateBulk { .. } => Act::MandateBulk,
            Self::PolicyChange { .. } => Act::PolicyChange,
        }
    }

    /// Whose account it is about, if it is about one.
    pub fn officer(&self) -> Option<OfficerId> {
        match self {
            Self::OfficerAdd { officer, .. }
            | Self::OfficerRole { officer, .. }
            | Self::OfficerEnable { officer, .. }
            | Self::OfficerReset { officer, .. } => Some(*officer),
            Self::MandateIssue { .. }
            | Self::MandateEnd { .. }
            | Self::MandateBulk { .. }
            | Self::PolicyChange { .. } => None,
        }
    }

    /// Whether it ends with a one-time password, of which each of the two people gets one half.
    pub fn gives_password(&self) -> bool {
        matches!(self, Self::OfficerAdd { .. } | Self::OfficerReset { .. })
    }
}

/// Who proposed or approved. Whoever sits at the machine is one person, whatever their name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Somebody at the command line of the machine.
    Local,
    /// An officer.
    Officer(OfficerId),
}

impl By {
    /// Of somebody who acts; none of those who are neither.
    pub fn of(actor: Actor) -> Option<Self> {
        match actor {
            Actor::Local => Some(Self::Local),
            _ => actor.officer().map(|(id, _)| Self::Officer(id)),
        }
    }

    /// As the database holds it.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "local" => Some(Self::Local),
            id => OfficerId::parse(id).ok().map(Self::Officer),
        }
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local => f.write_str("local"),
            Self::Officer(id) => id.fmt(f),
        }
    }
}

impl Serialize for By {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for By {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Self::parse(&text)
            .ok_or_else(|| serde::de::Error::custom("must be an officer's id or local"))
    }
}

/// What the first person signs for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Form of the statement: 1.
    pub v: u8,
    /// The proposal.
    pub id: ProposalId,
    /// In which office.
    pub office: OfficeId,
    /// Who proposes.
    pub proposer: By,
    /// When, epoch seconds.
    pub proposed: i64,
    /// What.
    pub content: Content,
}

impl Statement {
    /// The canonical text: JSON without spaces, its names in the order of this type.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads a canonical text. Nothing else counts, not even another spelling of the same.
    pub fn parse(text: &str) -> Option<Self> {
        let read: Self = serde_json::from_str(text).ok()?;
        (read.v == 1 && read.text() == text).then_some(read)
    }

    /// Until when it may be approved.
    pub fn until(&self) -> i64 {
        self.proposed + LIFE
    }
}

/// SHA-256 of a statement's text.
pub fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// Where a proposal stands. One that is open for longer than [`LIFE`] is over, without anybody writing that down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Waits for the second person.
    Open,
    /// Approved; carried out in the same transaction.
    Approved,
    /// Carried out.
    Done,
    /// Taken back by whoever proposed it, or turned down.
    Withdrawn,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Open, Self::Approved, Self::Done, Self::Withdrawn];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approved => "approved",
            Self::Done => "done",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// From its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Chance;
    use crate::clock::Clock;

    #[test]
    fn one_statement_has_one_text() {
        let (clock, chance) = (Clock::fixed(1_790_000_000), &mut Chance::seeded(1));
        let officer = OfficerId::draw(&clock, chance);
        let contents = [
            Content::OfficerAdd {
                officer,
                login: Login::parse("siti").unwrap(),
                name: "Siti \"A\" Aminah".into(),
                role: OfficerRole::Signer,
            },
            Content::OfficerRole {
                officer,
                from: OfficerRole::Operator,
                to: OfficerRole::Signer,
            },
            Content::OfficerEnable {
                officer,
                role: OfficerRole::Admin,
            },
            Content::OfficerReset {
                officer,
                role: OfficerRole::Admin,
            },
            Content::MandateIssue {
                mandate: MandateId::draw(&clock, chance),
                cards: 200,
            },
            Content::MandateEnd {
                mandate: MandateId::draw(&clock, chance),
                documents: 500,
            },
            Content::MandateBulk {
                job: JobId::draw(&clock, chance),
                kind: "ktp".into(),
                region: "3273".into(),
                supersede: true,
                persons: 200,
                chunks: 1,
            },
            Content::PolicyChange {
                from: None,
                policy: "sla_days = 5\n".into(),
            },
            Content::PolicyChange {
                from: Some("sla_days = 7\n".into()),
                policy: "sla_days = 5\n".into(),
            },
        ];
        for content in contents {
            let statement = Statement {
                v: 1,
                id: ProposalId::draw(&clock, chance),
                office: OfficeId::draw(&clock, chance),
                proposer: By::Officer(officer),
                proposed: 1_790_000_000,
                content,
            };
            let text = statement.text();
            assert!(text.contains(statement.content.act().name()));
            assert_eq!(Statement::parse(&text), Some(statement.clone()));
            for other in [
                format!(" {text}"),
                text.replacen(':', ": ", 1),
                text.replacen("\"v\":1", "\"v\":2", 1),
                text.replacen("\"v\":1", "\"v\":1,\"w\":1", 1),
                text.to_uppercase(),
            ] {
                assert_eq!(Statement::parse(&other), None, "{other}");
            }
        }
    }
}
