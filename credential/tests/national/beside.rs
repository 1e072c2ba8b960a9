//! A national bundle beside what else a verifier holds: other lists, deltas, and the memory of what it saw.

use crate::common::*;
use crate::support::*;
use credential::national::{Newer, Overlay};
use credential::seen::Seen;
use credential::status_list::Status;
use credential::status_source::{Lookup, NoStatus, StatusLists, StatusSource};

/// A list of eight of which one index has that status.
fn nation(index: u32, status: Status) -> Nation {
    let states = [(index, status)].into();
    Nation::from([(name(0), List { indexes: 8, states })])
}

fn ask(first: &dyn StatusSource, second: &dyn StatusSource, index: u32) -> Lookup {
    let (iss, uri) = name(0);
    Newer { first, second }.status(&iss, &uri, index)
}

#[test]
fn revoked_in_either_is_revoked() {
    let older = open(&publish(&nation(1, Status::Revoked), 1));
    let newer = open(&publish(&nation(1, Status::Superseded), 2));
    let (iss, uri) = name(0);
    let revoked = older.status(&iss, &uri, 1);
    assert!(matches!(
        revoked,
        Lookup::Found {
            status: Status::Revoked,
            ..
        }
    ));
    for (first, second) in [(&older, &newer), (&newer, &older)] {
        assert_eq!(ask(first, second, 1), revoked);
        // Of what neither has revoked the newer answer counts.
        assert_eq!(ask(first, second, 2), newer.status(&iss, &uri, 2));
    }
    assert_eq!(ask(&older, &NoStatus, 1), revoked);
    assert_eq!(ask(&NoStatus, &older, 1), revoked);
}

/// A list that was seen after the bundle was made and is not here any more knew later news.
#[test]
fn an_answer_that_is_older_than_what_was_seen_has_ended() {
    let national = open(&publish(&nation(1, Status::Suspended), 1));
    let issued = national.head().issued;
    let (iss, uri) = name(0);
    for (seen_until, ended) in [(issued - 1, false), (issued, false), (issued + 1, true)] {
        let mut seen = Seen::default();
        seen.add(&iss, &uri, seen_until, &[]);
        let mut lists = StatusLists::default();
        assert_eq!(lists.keep(&seen), 0);
        let expires = if ended { i64::MIN } else { NOW + 6 * DAY };
        let expected = Lookup::Found {
            status: Status::Suspended,
            issued,
            expires: Some(expires),
        };
        assert_eq!(
            ask(&lists, &national, 1),
            expected,
            "{}",
            seen_until - issued
        );
    }
}

#[test]
fn an_overlay_ends_with_its_latest_version_and_keeps_its_base() {
    let first = publish(&nation(1, Status::Revoked), 1);
    let second = publish(&nation(2, Status::Revoked), 2);
    let mut overlay = Overlay::new(open(&first));
    overlay
        .apply(&open_delta(&difference(&first, &second)))
        .unwrap();
    assert_eq!(overlay.head().version, 2);
    assert_eq!(overlay.base().head().version, 1);
    assert_eq!(overlay.base().file(), first);
    assert_eq!(overlay.changes(), 2);
    assert_eq!(overlay.ends(), Some(open(&second).head().expires));
    let (iss, uri) = name(0);
    let states = |index| {
        (
            overlay.get(&iss, &uri, index),
            overlay.base().get(&iss, &uri, index),
        )
    };
    assert_eq!(states(1), (Some(Status::Valid), Some(Status::Revoked)));
    assert_eq!(states(2), (Some(Status::Revoked), Some(Status::Valid)));
}
