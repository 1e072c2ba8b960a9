//! Deltas lead to exactly the next version, and only from the one before.

use crate::common::*;
use crate::support::*;
use credential::national::issue::{self, unsigned_delta};
use credential::national::{BadNational, Delta, National, Overlay};
use credential::status_list::Status;
use credential::status_source::StatusSource;
use proptest::prelude::*;

/// One version after another: lists come, go, grow and change.
fn history() -> impl Strategy<Value = Vec<Nation>> {
    let edit = (0usize..12, 0u8..10, any::<u32>(), 0u8..4, list());
    let day = prop::collection::vec(edit, 0..40);
    (nation(), prop::collection::vec(day, 1..5)).prop_map(|(first, days)| {
        let mut versions = vec![first];
        for day in days {
            let mut nation = versions.last().unwrap().clone();
            for (n, what, at, state, new) in day {
                edit_one(
                    &mut nation,
                    versions.last().unwrap(),
                    name(n),
                    what,
                    at,
                    state,
                    new,
                );
            }
            versions.push(nation);
        }
        versions
    })
}

fn edit_one(
    nation: &mut Nation,
    before: &Nation,
    name: (String, String),
    what: u8,
    at: u32,
    state: u8,
    new: List,
) {
    let Some(list) = nation.get_mut(&name) else {
        // A list that went on this very day does not come again smaller.
        if before
            .get(&name)
            .is_none_or(|before| before.indexes <= new.indexes)
        {
            nation.insert(name, new);
        }
        return;
    };
    match what {
        0 => {
            nation.remove(&name);
        }
        1 => list.indexes = (list.indexes + 4 * (at % 100)).min(1 << 20),
        _ if state == 0 => {
            list.states.remove(&(at % list.indexes));
        }
        _ => {
            list.states.insert(at % list.indexes, status(state));
        }
    }
}

/// Both answer alike wherever a version before or after has something to say.
fn same(overlay: &Overlay<Vec<u8>>, direct: &National<Vec<u8>>, all: &[Nation]) {
    assert_eq!(overlay.head(), direct.head());
    for ((iss, uri), list) in all.iter().flatten() {
        let ends = [0, list.indexes - 1, list.indexes, list.indexes + 7];
        for index in list.states.keys().copied().chain(ends) {
            let found = overlay.status(iss, uri, index);
            assert_eq!(found, direct.status(iss, uri, index), "{iss} {uri} {index}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_chain_of_deltas_is_the_direct_build(versions in history()) {
        let files: Vec<_> = (1..).zip(&versions).map(|(n, nation)| publish(nation, n)).collect();
        let mut overlay = Overlay::new(open(&files[0]));
        let mut held = files[0].clone();
        for (n, pair) in files.windows(2).enumerate() {
            let delta = open_delta(&difference(&pair[0], &pair[1]));
            prop_assert_eq!(delta.parent(), n as u64 + 1);
            // The file itself, byte by byte.
            held = delta.rebuild(&open(&held)).unwrap();
            prop_assert!(held == pair[1]);
            overlay.apply(&delta).unwrap();
            same(&overlay, &open(&pair[1]), &versions);
            // Once more, or over an older or a newer one: refused, and nothing happens.
            prop_assert!(overlay.clone().apply(&delta).is_err());
            prop_assert!(delta.rebuild(&open(&pair[1])).is_err());
        }
        // One step over all of them.
        let (first, last) = (&files[0], files.last().unwrap());
        if let Some(all) = issue::delta(&open(first), &open(last)) {
            let unsigned = unsigned_delta(publisher(), &all, head_of(last));
            let delta = open_delta(&issue::file(&sign(unsigned, &key(2)), all.bytes()));
            prop_assert!(delta.rebuild(&open(first)).unwrap() == *last);
        }
    }
}

/// Three versions of one list, with another index revoked in each.
fn three() -> [Vec<u8>; 3] {
    [1u64, 2, 3].map(|version| {
        let states = (0..version as u32)
            .map(|n| (10 * n, Status::Revoked))
            .collect();
        publish(
            &Nation::from([(
                name(0),
                List {
                    indexes: 400,
                    states,
                },
            )]),
            version,
        )
    })
}

#[test]
fn a_delta_for_another_version_is_refused() {
    let [first, second, third] = three();
    let delta = open_delta(&difference(&second, &third));
    for held in [&first, &third] {
        let version = open(held).head().version;
        let expected = BadNational::Parent {
            wanted: 2,
            held: version,
        };
        assert_eq!(delta.rebuild(&open(held)).unwrap_err(), expected);
        let mut overlay = Overlay::new(open(held));
        assert_eq!(overlay.apply(&delta).unwrap_err(), expected);
        assert_eq!(overlay.head().version, version);
    }
    // The same version number with another content.
    let other = publish(
        &Nation::from([(
            name(0),
            List {
                indexes: 400,
                ..List::default()
            },
        )]),
        2,
    );
    assert_eq!(
        delta.rebuild(&open(&other)).unwrap_err(),
        BadNational::ParentContent
    );
    let mut overlay = Overlay::new(open(&other));
    assert_eq!(
        overlay.apply(&delta).unwrap_err(),
        BadNational::ParentContent
    );
}

#[test]
fn a_delta_never_leads_back() {
    let [first, second, _] = three();
    // Signed by the publisher itself, but from 2 to 1.
    let back = difference(&second, &first);
    assert_eq!(
        Delta::open(back, &trust()).unwrap_err(),
        BadNational::NotNewer
    );
}

#[test]
fn a_delta_with_another_head_is_refused_when_it_is_rebuilt() {
    let [first, second, third] = three();
    let delta = issue::delta(&open(&first), &open(&second)).unwrap();
    let unsigned = unsigned_delta(publisher(), &delta, head_of(&third));
    let file = issue::file(&sign(unsigned, &key(2)), delta.bytes());
    let delta = open_delta(&file);
    assert_eq!(
        delta.rebuild(&open(&first)).unwrap_err(),
        BadNational::Result
    );
}

#[test]
fn every_flipped_bit_of_a_delta_is_noticed() {
    let [first, second, _] = three();
    let good = difference(&first, &second);
    for at in 0..good.len() {
        for bit in 0..8 {
            let mut bad = good.clone();
            bad[at] ^= 1 << bit;
            assert!(Delta::open(bad, &trust()).is_err(), "byte {at}, bit {bit}");
        }
    }
    for end in 0..good.len() {
        assert!(Delta::open(&good[..end], &trust()).is_err(), "cut at {end}");
    }
    assert!(Delta::open([&good[..], &[0]].concat(), &trust()).is_err());
    // A delta is no bundle and a bundle is no delta.
    assert_eq!(
        National::open(&good, &trust()).unwrap_err(),
        BadNational::WrongType
    );
    assert_eq!(
        Delta::open(&first, &trust()).unwrap_err(),
        BadNational::WrongType
    );
}

#[test]
fn a_list_that_shrinks_has_no_delta() {
    let at = |indexes, version| {
        publish(
            &Nation::from([(
                name(0),
                List {
                    indexes,
                    ..List::default()
                },
            )]),
            version,
        )
    };
    assert!(issue::delta(&open(&at(8, 1)), &open(&at(4, 2))).is_none());
    assert!(issue::delta(&open(&at(4, 1)), &open(&at(8, 2))).is_some());
}
