//! A verdict by a national bundle is the one by status lists.

use crate::common::*;
use crate::support::*;
use credential::national::{Newer, Overlay};
use credential::reason::{Outcome, Reason};
use credential::status_list::{SHARD, Status};
use credential::status_source::{NoStatus, StatusSource};
use credential::{Policy, verify};

const INDEX: u32 = 712_345;

fn nation(indexes: u32, status: Status) -> Nation {
    let states = [(5, Status::Revoked), (INDEX, status)];
    let states = states
        .into_iter()
        .filter(|(index, status)| *index < indexes && *status != Status::Valid);
    let list = List {
        indexes,
        states: states.collect(),
    };
    Nation::from([((ISS.into(), URI.into()), list)])
}

fn reason(source: &dyn StatusSource, now: i64) -> Reason {
    let office = Office::default();
    let text = office.issue(&claims(ktp()));
    verify(&text, &office.trust(), source, now, &Policy::default()).reason()
}

#[test]
fn each_status_gives_the_verdict_of_the_status_list() {
    for status in [
        Status::Valid,
        Status::Revoked,
        Status::Suspended,
        Status::Superseded,
    ] {
        let mut office = Office::default();
        office.statuses.push((INDEX, status));
        let national = open(&publish(&nation(SHARD, status), 1));
        let lists = office.status_lists();
        let both = Newer {
            first: &lists,
            second: &national,
        };
        // Now, at the end of all of them, after it, and before they were made.
        for now in [
            NOW,
            NOW + 6 * DAY,
            NOW + 6 * DAY + 1,
            NOW + 20 * DAY,
            NOW - DAY - 299,
        ] {
            let expected = reason(&lists, now);
            assert_eq!(reason(&national, now), expected, "{status:?} at {now}");
            assert_eq!(reason(&both, now), expected, "{status:?} at {now}");
        }
    }
}

#[test]
fn revoked_is_red_however_old() {
    let national = open(&publish(&nation(SHARD, Status::Revoked), 1));
    assert_eq!(reason(&national, NOW), Reason::Revoked);
    assert_eq!(reason(&national, NOW + 300 * DAY), Reason::Revoked);
}

#[test]
fn what_is_not_covered_is_undecided() {
    // The list is covered, but not as far as this index; or not at all.
    for source in [nation(INDEX, Status::Valid), Nation::new()] {
        let national = open(&publish(&source, 1));
        assert_eq!(reason(&national, NOW), Reason::StatusListMissing);
        assert_eq!(Reason::StatusListMissing.outcome(), Outcome::Undecided);
    }
    let covered = open(&publish(&nation(INDEX + 1, Status::Valid), 1));
    assert_eq!(reason(&covered, NOW), Reason::Valid);
}

#[test]
fn an_expired_bundle_is_undecided() {
    let national = open(&publish(&nation(SHARD, Status::Valid), 1));
    assert_eq!(reason(&national, NOW + 6 * DAY), Reason::Valid);
    assert_eq!(
        reason(&national, NOW + 6 * DAY + 1),
        Reason::StatusListStale
    );
    // A newer list beside it decides.
    let office = Office {
        issued: NOW + DAY,
        ..Office::default()
    };
    let lists = office.status_lists();
    let both = Newer {
        first: &lists,
        second: &national,
    };
    let text = office.issue(&claims(ktp()));
    let now = NOW + 7 * DAY;
    let judged = verify(&text, &office.trust(), &both, now, &Policy::default());
    assert_eq!(judged.reason(), Reason::Valid);
}

#[test]
fn a_delta_turns_green_to_red_and_back() {
    let file = |status, version| publish(&nation(SHARD, status), version);
    let (first, second, third) = (
        file(Status::Valid, 1),
        file(Status::Suspended, 2),
        file(Status::Valid, 3),
    );
    let mut overlay = Overlay::new(open(&first));
    assert_eq!(reason(&overlay, NOW), Reason::Valid);
    overlay
        .apply(&open_delta(&difference(&first, &second)))
        .unwrap();
    assert_eq!(reason(&overlay, NOW), Reason::Suspended);
    overlay
        .apply(&open_delta(&difference(&second, &third)))
        .unwrap();
    assert_eq!(reason(&overlay, NOW), Reason::Valid);
    assert_eq!(reason(&NoStatus, NOW), Reason::StatusListMissing);
}
