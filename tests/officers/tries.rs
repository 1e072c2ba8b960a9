//! What somebody tries who only has the database, and what holds it: the table of `docs/RIGHTS.md`.

/// What holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// The database refuses it.
    Database,
    /// The service takes no notice, because it did not write it.
    Seal,
    /// No verifier takes it, because the root did not sign it.
    Root,
    /// It is not published.
    Gate,
}

impl Holds {
    pub fn words(self) -> &'static str {
        match self {
            Self::Database => "refused by a trigger or check of the database",
            Self::Seal => "not taken: no tag or seal under `data.key`",
            Self::Root => "not taken by a verifier: the root did not sign it",
            Self::Gate => "not published: the gate holds the list",
        }
    }
}

use Holds::{Database, Gate, Root, Seal};

/// What somebody tries who only has the database, by what it would be.
pub const TRIES: [(&str, &str, Holds); 23] = [
    ("issue", "a mandate that nobody gave", Seal),
    ("issue", "a mandate made larger or longer", Database),
    (
        "issue",
        "a mandate of a proposal that nobody approved",
        Database,
    ),
    (
        "issue",
        "a proposal approved by whoever proposed it",
        Database,
    ),
    (
        "issue",
        "a proposal approved by whoever proposed it, in another spelling",
        Database,
    ),
    (
        "issue",
        "a proposal approved by a program, or in a role that takes no part",
        Database,
    ),
    (
        "issue",
        "a proposal approved in another person's name, with its mandate",
        Seal,
    ),
    (
        "issue",
        "a chunk of a bulk job that nobody approved",
        Database,
    ),
    (
        "issue",
        "a chunk of a bulk job that nobody approved, laid aside before",
        Database,
    ),
    (
        "issue",
        "an approved bulk job that becomes another or a larger one",
        Database,
    ),
    ("issue", "a bulk job with a mandate that nobody gave", Seal),
    ("issue", "a bulk job made larger before its approval", Seal),
    ("end", "leave to end more documents that nobody gave", Seal),
    ("end", "a revocation taken back", Database),
    ("trust", "a key of one's own", Seal),
    ("trust", "a trust list of one's own", Root),
    ("role", "another role for an officer, each for each", Seal),
    ("role", "a disabled account enabled", Seal),
    ("role", "an officer who never was", Seal),
    (
        "policy",
        "a policy of a proposal that nobody approved",
        Database,
    ),
    ("policy", "a policy without a proposal", Database),
    (
        "policy",
        "a policy of a proposal approved in another person's name",
        Seal,
    ),
    (
        "end",
        "more than a hundred documents of a list revoked at once",
        Gate,
    ),
];
