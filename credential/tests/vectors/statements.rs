//! The vectors that say themselves what they are of: one a kind, by the kind's slug. Their statement — title, times,
//! `kind`, `field` lines — is written by hand; the generator makes the rest from it.

use super::page::Vector;
use super::scene::NOW;
use super::{docs, stated};
use credential::claims::Claims;
use credential::kinds::{KINDS, Kind};

/// A statement as it stands in its file.
pub struct Statement {
    pub title: String,
    pub vector: Vector,
}

/// The kinds whose vector is made from a statement. KTP and KK are made from the scene, in several variations.
pub fn kinds() -> impl Iterator<Item = &'static Kind> {
    KINDS.iter().copied().filter(|kind| kind.number > 2)
}

/// The file of a kind.
pub fn file(kind: &Kind) -> String {
    format!("{}.txt", kind.slug)
}

/// Reads what the vector of that kind states.
pub fn read(kind: &Kind) -> Statement {
    let path = docs().join("vectors").join(file(kind));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|_| {
        panic!(
            "docs/vectors/{}: write its statement (FORMAT.md §15), then UPDATE_VECTORS=1",
            file(kind)
        )
    });
    let title = text
        .lines()
        .map_while(|line| line.strip_prefix("# "))
        .take_while(|line| !line.starts_with("Test keys"))
        .collect::<Vec<_>>()
        .join("\n");
    let vector = Vector::parse(&text);
    assert_eq!(vector.get("kind"), kind.slug, "{}", file(kind));
    Statement { title, vector }
}

impl Statement {
    pub fn claims(&self) -> Claims<'_> {
        stated::claims(&self.vector)
    }

    /// The verdicts of a document in force: valid now, expired a second after `exp`.
    pub fn verdicts(&self) -> Vec<(i64, &'static str)> {
        let mut verdicts = vec![(NOW, "valid")];
        verdicts.extend(self.claims().exp.map(|exp| (exp + 1, "expired")));
        verdicts
    }
}
