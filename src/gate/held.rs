//! What is held, and why.

use credential::ids::KeyId;
use std::fmt;

/// Kinds of what is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A status list.
    List,
    /// The trust list.
    Trust,
    /// The offline bundle.
    Bundle,
    /// A published tree: its head and the files it names.
    Tree,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::List, Self::Trust, Self::Bundle, Self::Tree];

    /// Its name in the table and as a label of `ikd_publish_held`.
    pub fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Trust => "trust",
            Self::Bundle => "bundle",
            Self::Tree => "tree",
        }
    }
}

/// What is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The status list of that name, e.g. `ikd:3273/0`.
    List(String),
    /// The trust list.
    Trust,
    /// The offline bundle.
    Bundle,
    /// The tree at that place.
    Tree(String),
}

impl What {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Self::List(_) => Kind::List,
            Self::Trust => Kind::Trust,
            Self::Bundle => Kind::Bundle,
            Self::Tree(_) => Kind::Tree,
        }
    }
}

impl What {
    /// The kind of what is called so, as [`What`] is shown.
    pub fn kind_of(name: &str) -> Kind {
        match name {
            "trust" => Kind::Trust,
            "bundle" => Kind::Bundle,
            name if name.starts_with("tree ") => Kind::Tree,
            _ => Kind::List,
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List(uri) => f.write_str(uri),
            Self::Trust => f.write_str("trust"),
            Self::Bundle => f.write_str("bundle"),
            Self::Tree(place) => write!(f, "tree {place}"),
        }
    }
}

/// One thing that is wrong with what was about to go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// So many indexes of a list were revoked or superseded and would not be so any more.
    Unrevoked {
        /// The list.
        list: String,
        /// How many.
        indexes: usize,
        /// The first of them.
        first: u32,
    },
    /// So many indexes of a list were suspended, and no line of the audit trail says that they were put back in force.
    Unsuspended {
        /// The list.
        list: String,
        /// How many.
        indexes: usize,
        /// The first of them.
        first: u32,
    },
    /// More statuses change at once than may without a bulk act.
    Mass {
        /// How many.
        changes: u64,
        /// How many may.
        allowed: u64,
    },
    /// It is dated before the one that is out, or as of the same second.
    Back {
        /// A list's name, or what else.
        what: String,
        /// The time of the one that is out, epoch seconds; a version where it has one.
        out: i64,
    },
    /// The clock is behind the one that signed last.
    Clock {
        /// When that was, epoch seconds.
        last: i64,
    },
    /// What went out last cannot be read, so nothing can be compared with it.
    Unreadable {
        /// Which.
        what: String,
    },
    /// It was out and is gone.
    Gone {
        /// A list's name, or an issuer key.
        what: String,
    },
    /// Another thing has its name and date.
    Differs {
        /// Which.
        what: String,
    },
    /// A key that was retired or compromised would count again, or for longer.
    Revived {
        /// Which.
        key: KeyId,
    },
    /// A key would count for another office, region or time.
    Wider {
        /// Which.
        key: KeyId,
    },
}

impl Finding {
    /// Whether somebody may answer for it. A clock has to be set right, and nothing else.
    pub fn is_releasable(&self) -> bool {
        !matches!(self, Self::Clock { .. })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unrevoked {
                list,
                indexes,
                first,
            } => write!(
                f,
                "{indexes} indexes of {list} were revoked or superseded and would not be so any more, the first is {first}"
            ),
            Self::Unsuspended {
                list,
                indexes,
                first,
            } => write!(
                f,
                "{indexes} indexes of {list} were suspended and would be valid although nobody reinstated them, \
                 the first is {first}"
            ),
            Self::Mass { changes, allowed } => write!(
                f,
                "{changes} statuses change at once, {allowed} may without a bulk act"
            ),
            Self::Back { what, out } => {
                write!(f, "{what} goes back: what is out is of {out}")
            }
            Self::Clock { last } => {
                write!(
                    f,
                    "the clock is behind the last signature, which is of {last}"
                )
            }
            Self::Unreadable { what } => {
                write!(f, "{what} as it went out last cannot be read")
            }
            Self::Gone { what } => write!(f, "{what} was out and is gone"),
            Self::Differs { what } => {
                write!(
                    f,
                    "{what} has the date of the one that is out and says something else"
                )
            }
            Self::Revived { key } => {
                write!(
                    f,
                    "key {key} was retired or compromised and would count again, or for longer"
                )
            }
            Self::Wider { key } => {
                write!(
                    f,
                    "key {key} would count for another office, region or time than it did"
                )
            }
        }
    }
}

/// Something that does not go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// What.
    pub what: What,
    /// Why; at least one.
    pub findings: Vec<Finding>,
    /// SHA-256 of exactly what may not go out and of what is out, the number of changes left out: a release is for this alone.
    pub mark: [u8; 32],
    /// Statuses that change, where there are too many; else 0. A release is for so many at most.
    pub changes: u64,
}

impl Held {
    /// Why, in one line for people.
    pub fn reason(&self) -> String {
        let findings: Vec<String> = self.findings.iter().map(ToString::to_string).collect();
        findings.join("; ")
    }

    /// Whether somebody may answer for it.
    pub fn is_releasable(&self) -> bool {
        self.findings.iter().all(Finding::is_releasable)
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is held: {}", self.what, self.reason())
    }
}
