//! Two sources of one status.

use crate::common::*;
use crate::support::*;
use credential::national::{National, Newer, issue};
use credential::seen::Seen;
use credential::status_source::{Lookup, StatusLists, StatusSource};

/// A bundle of one list in which index 1 has that state, as of so many seconds.
fn at(issued: i64, state: u8) -> National<Vec<u8>> {
    let states = (state > 0)
        .then(|| (1, status(state)))
        .into_iter()
        .collect();
    let built = body(&Nation::from([(name(0), List { indexes: 8, states })]));
    let draft = issue::Draft { issued, ..draft(1) };
    open(&issue::file(&head(&built, &draft), built.bytes()))
}

fn asked(first: &dyn StatusSource, second: &dyn StatusSource) -> (u8, i64) {
    let (iss, uri) = name(0);
    match (Newer { first, second }).status(&iss, &uri, 1) {
        Lookup::Found { status, issued, .. } => (status.number(), issued),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_newer_one_counts_and_revoked_is_for_good() {
    for (first, second, found) in [
        // Newer, and of two of the same time the first.
        ((100, 2), (101, 3), (3, 101)),
        ((101, 2), (100, 3), (2, 101)),
        ((100, 2), (100, 3), (2, 100)),
        ((100, 0), (100, 2), (0, 100)),
        // What either has as revoked is revoked.
        ((100, 1), (101, 0), (1, 100)),
        ((101, 0), (100, 1), (1, 100)),
        ((100, 1), (101, 2), (1, 100)),
        ((101, 3), (100, 1), (1, 100)),
        ((100, 1), (101, 1), (1, 101)),
    ] {
        let (a, b) = (at(first.0, first.1), at(second.0, second.1));
        assert_eq!(asked(&a, &b), found, "{first:?} {second:?}");
    }
}

/// A list that has no such index says less than one that has it.
#[test]
fn the_longer_list_counts() {
    let lists = status_lists(&Nation::from([(
        name(0),
        List {
            indexes: 4,
            ..List::default()
        },
    )]));
    let national = at(100, 2);
    let (iss, uri) = name(0);
    let expected = national.status(&iss, &uri, 5);
    assert!(matches!(expected, Lookup::Found { .. }));
    for (first, second) in [
        (&lists as &dyn StatusSource, &national as &dyn StatusSource),
        (&national, &lists),
    ] {
        let both = Newer { first, second };
        assert_eq!(both.status(&iss, &uri, 5), expected);
        assert_eq!(both.status(&iss, &uri, 8), Lookup::OutOfRange);
        assert_eq!(both.status(&iss, "ikd:else/0", 1), Lookup::NoList);
    }
}

/// A bundle that is older than what was seen of a list decides nothing of it.
#[test]
fn a_bundle_from_before_what_was_seen() {
    let (iss, uri) = name(0);
    let mut seen = Seen::default();
    seen.add(&iss, &uri, 200, &[]);
    let mut lists = StatusLists::default();
    lists.keep_national::<Vec<u8>>(&seen, None);
    let bundle = Office::default().bundle();
    let ends = Newer {
        first: &bundle.statuses,
        second: &at(100, 2),
    }
    .ends();
    assert_eq!(ends, Some(bundle.expires), "the first says it");
    for (issued, stale) in [(100, true), (199, true), (200, false), (201, false)] {
        let national = at(issued, 2);
        let both = Newer {
            first: &lists,
            second: &national,
        };
        let Lookup::Found { expires, .. } = both.status(&iss, &uri, 1) else {
            panic!("the bundle has it");
        };
        assert_eq!(expires == Some(i64::MIN), stale, "{issued}");
    }
}
