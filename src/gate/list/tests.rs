//! Each rule, and what holds of all lists.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// When the list that is out was signed.
const BEFORE: i64 = 1;
const ALL: [Status; 4] = [
    Status::Valid,
    Status::Revoked,
    Status::Suspended,
    Status::Superseded,
];

fn judged(before: &[(u32, Status)], after: &[(u32, Status)], acts: &Acts) -> Result<(), Held> {
    let limits = Limits {
        used: 1000,
        share: 0.01,
    };
    let (before, after) = (
        Statuses {
            iat: BEFORE,
            not_valid: before,
        },
        Statuses {
            iat: 2,
            not_valid: after,
        },
    );
    judge("ikd:1/0", before, after, acts, limits)
}

fn only(index: u32, status: Status) -> Vec<(u32, Status)> {
    match status {
        Status::Valid => vec![],
        status => vec![(index, status)],
    }
}

#[test]
fn every_step_of_one_index() {
    let mut held = vec![];
    for from in ALL {
        for to in ALL {
            let (before, after) = (only(7, from), only(7, to));
            if judged(&before, &after, &Acts::default()).is_err() {
                held.push((from, to));
                let ended = Acts {
                    ended: [7].into(),
                    ..Acts::default()
                };
                assert_eq!(judged(&before, &after, &ended), Ok(()));
            }
        }
    }
    use Status::{Revoked, Superseded, Suspended, Valid};
    assert_eq!(
        held,
        [
            (Revoked, Valid),
            (Revoked, Suspended),
            (Revoked, Superseded),
            (Suspended, Valid),
            (Superseded, Valid),
            (Superseded, Suspended),
        ]
    );
    let reinstated = Acts {
        reinstated: [7].into(),
        ..Acts::default()
    };
    let found = |from| judged(&only(7, from), &[], &reinstated).is_ok();
    assert_eq!(
        [Revoked, Suspended, Superseded].map(found),
        [false, true, false]
    );
}

#[test]
fn a_share_of_what_is_drawn_and_a_hundred_in_any_case() {
    let allowed = |used, share| Limits { used, share }.allowed();
    assert_eq!(allowed(0, 0.01), 100);
    assert_eq!(allowed(900_000, 0.01), 9_000);
    assert_eq!(allowed(900_000, 7.0), 900_000);
    assert_eq!(allowed(900_000, f64::NAN), 100);
    assert_eq!(allowed(900_000, -1.0), 100);
    let many: Vec<(u32, Status)> = (0..101).map(|i| (i, Status::Superseded)).collect();
    assert_eq!(judged(&[], &many[1..], &Acts::default()), Ok(()));
    let held = judged(&[], &many, &Acts::default()).unwrap_err();
    assert_eq!(held.changes, 101);
    assert_eq!(held.mark, mark_of_many(BEFORE));
    let replaced = |replaced| Acts {
        replaced,
        ..Acts::default()
    };
    assert_eq!(judged(&[], &many, &replaced(1)), Ok(()));
    let revoked: Vec<(u32, Status)> = (0..101).map(|i| (i, Status::Revoked)).collect();
    assert!(judged(&[], &revoked, &replaced(101)).is_err());
    // A job that replaced a few founds no more than that.
    let more: Vec<(u32, Status)> = (0..5_000).map(|i| (i, Status::Superseded)).collect();
    assert_eq!(judged(&[], &more, &replaced(4_900)), Ok(()));
    let held = judged(&[], &more, &replaced(4_899)).unwrap_err();
    assert_eq!(held.changes, 101);
    let voids = Acts {
        voids: (0..101).collect(),
        ..Acts::default()
    };
    assert_eq!(judged(&[], &revoked, &voids), Ok(()));
    let more: Vec<(u32, Status)> = (0..5_000).map(|i| (i, Status::Revoked)).collect();
    let burnt = Acts {
        burnt: (0..5_000).collect(),
        ..Acts::default()
    };
    assert_eq!(judged(&[], &more, &burnt), Ok(()));
}

#[test]
fn no_list_is_older_than_the_one_that_is_out() {
    let at = |iat| Statuses {
        iat,
        not_valid: &[],
    };
    let limits = Limits {
        used: 0,
        share: 0.0,
    };
    let judged = |old, new| judge("l", at(old), at(new), &Acts::default(), limits).is_ok();
    assert!(judged(5, 6));
    assert!(!judged(5, 5) && !judged(5, 4));
}

fn statuses() -> impl Strategy<Value = Vec<(u32, Status)>> {
    let status = (1usize..4).prop_map(|n| ALL[n]);
    prop::collection::btree_map(0u32..60, status, 0..50)
        .prop_map(|map: BTreeMap<u32, Status>| map.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    /// What passes, passes by the rules of each index alone, whatever else stands in the lists.
    #[test]
    fn nothing_that_was_revoked_passes_as_anything_else(
        before in statuses(),
        after in statuses(),
        ended in prop::collection::btree_set(0u32..60, 0..20),
        reinstated in prop::collection::btree_set(0u32..60, 0..20),
        replaced: u64,
    ) {
        let acts = Acts { ended, reinstated, replaced, ..Acts::default() };
        let of = |list: &[(u32, Status)], index| {
            list.iter().find(|(at, _)| *at == index).map_or(Status::Valid, |(_, s)| *s)
        };
        let wrong = (0..60).any(|index| {
            let (from, to) = (of(&before, index), of(&after, index));
            let ended = acts.ended.contains(&index);
            let back = acts.reinstated.contains(&index);
            match (from, to) {
                (Status::Revoked, to) => to != Status::Revoked && !ended,
                (Status::Superseded, Status::Valid | Status::Suspended) => !ended,
                (Status::Suspended, Status::Valid) => !ended && !back,
                _ => false,
            }
        });
        prop_assert_eq!(judged(&before, &after, &acts).is_err(), wrong);
        // A release of one is none of another.
        if let Err(held) = judged(&before, &after, &acts) {
            let mut other = after.clone();
            let dropped = held_index(&before, &other);
            other.retain(|(index, _)| *index != dropped);
            if let Err(second) = judged(&before, &other, &acts) {
                let same = unfounded_of(&before, &after, &acts) == unfounded_of(&before, &other, &acts);
                prop_assert_eq!(held.mark == second.mark, same);
            }
        }
    }

    #[test]
    fn the_changes_lead_from_one_list_to_the_other(before in statuses(), after in statuses()) {
        let mut map: BTreeMap<u32, Status> = before.iter().copied().collect();
        for change in changes(&before, &after) {
            prop_assert_eq!(map.insert(change.index, change.to).unwrap_or(Status::Valid), change.from);
        }
        map.retain(|_, status| *status != Status::Valid);
        prop_assert_eq!(map.into_iter().collect::<Vec<_>>(), after);
    }
}

/// An index that both lists have.
fn held_index(before: &[(u32, Status)], after: &[(u32, Status)]) -> u32 {
    let both = before
        .iter()
        .find(|(index, _)| after.iter().any(|(at, _)| at == index));
    both.map_or(0, |(index, _)| *index)
}

fn unfounded_of(before: &[(u32, Status)], after: &[(u32, Status)], acts: &Acts) -> Vec<Change> {
    let changes = changes(before, after);
    unfounded(&changes, acts).into_iter().copied().collect()
}
