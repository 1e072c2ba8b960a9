//! How far ahead a list may be of a verifier's clock.

use crate::common::*;
use credential::reason::Reason;
use credential::{Policy, verify};

#[test]
fn a_list_from_the_future() {
    let office = Office::default();
    let text = office.issue(&claims(ktp()));
    for (ahead, reason) in [(300, Reason::Valid), (301, Reason::ClockBehind)] {
        let later = Office {
            issued: NOW + ahead,
            ..Office::default()
        };
        let lists = later.status_lists();
        let verdict = verify(&text, &office.trust(), &lists, NOW, &Policy::default());
        assert_eq!(verdict.reason(), reason);
        // The skew that is allowed is the policy's.
        let strict = Policy {
            clock_skew: ahead - 1,
            ..Policy::default()
        };
        let verdict = verify(&text, &office.trust(), &lists, NOW, &strict);
        assert_eq!(verdict.reason(), Reason::ClockBehind);
    }
}

/// The last second in which a trust list counts, with a status list that is newer.
#[test]
fn the_end_of_a_trust_list() {
    let office = Office::default();
    let text = office.issue(&claims(ktp()));
    let trust = office.trust();
    let later = Office {
        issued: trust.next_update - DAY,
        ..Office::default()
    };
    let lists = later.status_lists();
    let at = |now| verify(&text, &trust, &lists, now, &Policy::default()).reason();
    assert_eq!(at(trust.next_update), Reason::Valid);
    assert_eq!(at(trust.next_update + 1), Reason::TrustListStale);
}

/// The oldest list that an agency takes.
#[test]
fn the_age_of_a_list() {
    let office = Office::default();
    let text = office.issue(&claims(ktp()));
    let (trust, lists) = (office.trust(), office.status_lists());
    for (age, reason) in [(DAY, Reason::Valid), (DAY - 1, Reason::StatusListStale)] {
        let policy = Policy {
            max_status_age: Some(age),
            ..Policy::default()
        };
        assert_eq!(verify(&text, &trust, &lists, NOW, &policy).reason(), reason);
    }
}
