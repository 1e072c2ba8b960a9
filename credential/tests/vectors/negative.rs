//! What must be refused, each with its reason, by the verifier that has one text and the one that has many.

use super::{lists_of, load, trust_of};
use crate::page::unquote;
use credential::reason::{Outcome, Reason};
use credential::{Policy, verify, verify_batch};
use std::collections::BTreeSet;

#[test]
fn negative_vectors() {
    let vector = load("negative.txt");
    let trust = trust_of(&vector);
    let lists = lists_of(&vector, &trust);
    let policy = Policy::default();
    let texts: Vec<_> = vector.all("text").map(unquote).collect();
    let rows = vector
        .all("case")
        .zip(vector.all("at"))
        .zip(vector.all("reason"));
    let mut wrong = vec![];
    let mut seen = BTreeSet::new();
    for (n, ((name, at), reason)) in rows.enumerate() {
        let now = at.parse().unwrap();
        let verdict = verify(texts[n], &trust, &lists, now, &policy);
        seen.insert(reason);
        if verdict.reason().code() != reason {
            let detail = verdict.detail();
            wrong.push(format!(
                "{name}: {} instead of {reason} ({detail:?})",
                verdict.reason().code()
            ));
        }
        assert_ne!(verdict.outcome(), Outcome::Valid, "{name}");
        let batch = verify_batch(&texts[n..=n], &trust, &lists, now, &policy);
        assert_eq!(batch[0].reason(), verdict.reason(), "{name} in a batch");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let codes = Reason::ALL.iter().map(|reason| reason.code());
    let missing: Vec<_> = codes
        .filter(|c| *c != "valid" && !seen.contains(c))
        .collect();
    assert!(missing.is_empty(), "no vector for {missing:?}");
    let names: BTreeSet<_> = vector.all("case").collect();
    assert_eq!(names.len(), texts.len(), "names are unique");
}
