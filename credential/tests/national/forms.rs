//! Both forms say the same of every index.

use crate::common::*;
use crate::support::*;
use credential::national::{BadShard, Builder, Newer};
use credential::status_list::{SHARD, Status};
use credential::status_source::{Lookup, NoStatus, StatusSource};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn national_bundle_and_status_lists_agree_on_every_index(nation in nation()) {
        let national = open(&publish(&nation, 1));
        let lists = status_lists(&nation);
        for ((iss, uri), list) in &nation {
            let shard = national.shard(iss, uri).unwrap();
            for index in 0..list.indexes {
                let in_lists = match lists.status(iss, uri, index) {
                    Lookup::Found { status, .. } => Some(status),
                    _ => None,
                };
                let in_national = shard.get(index);
                if in_national != in_lists || in_lists != list.get(index) {
                    prop_assert_eq!((index, in_national), (index, in_lists));
                }
            }
            // Beyond the list there is no status, good or bad.
            for index in [list.indexes, list.indexes + 1, SHARD, u32::MAX] {
                if index >= list.indexes {
                    prop_assert_eq!(lists.status(iss, uri, index), Lookup::OutOfRange);
                    prop_assert_eq!(national.status(iss, uri, index), Lookup::NoList);
                }
            }
            for (iss, uri) in [(iss.as_str(), "ikd:else/0"), ("ID.99", uri.as_str()), ("", "")] {
                prop_assert_eq!(national.status(iss, uri, 0), Lookup::NoList);
            }
        }
    }

    #[test]
    fn what_was_put_in_is_listed(nation in nation()) {
        let national = open(&publish(&nation, 1));
        let found: Nation = national
            .shards()
            .map(|shard| {
                let list = List { indexes: shard.indexes(), states: shard.non_valid().collect() };
                ((shard.iss().into(), shard.uri().into()), list)
            })
            .collect();
        let coverage = national.head().coverage;
        prop_assert_eq!(coverage.shards as usize, nation.len());
        let indexes: u64 = nation.values().map(|list| u64::from(list.indexes)).sum();
        prop_assert_eq!(coverage.indexes(), indexes);
        for state in 1..4u8 {
            let all = nation.values().flat_map(|list| list.states.values());
            let count = all.filter(|s| s.number() == state).count() as u64;
            prop_assert_eq!(coverage.states[usize::from(state)], count);
        }
        prop_assert_eq!(found, nation);
    }
}

#[test]
fn a_shard_of_which_nearly_all_is_revoked_costs_next_to_nothing() {
    let mut states: std::collections::BTreeMap<_, _> =
        (0..SHARD).map(|index| (index, Status::Revoked)).collect();
    states.remove(&77);
    states.insert(90_001, Status::Superseded);
    let nation = Nation::from([(
        name(0),
        List {
            indexes: SHARD,
            states,
        },
    )]);
    let file = publish(&nation, 1);
    assert!(file.len() < 400, "{} bytes", file.len());
    let national = open(&file);
    let (iss, uri) = name(0);
    let at = |index| national.get(&iss, &uri, index);
    assert_eq!(at(76), Some(Status::Revoked));
    assert_eq!(at(77), Some(Status::Valid));
    assert_eq!(at(90_001), Some(Status::Superseded));
    assert_eq!(at(SHARD), None);
}

#[test]
fn what_a_builder_refuses() {
    let shard = |iss, uri, indexes, states: &[(u32, u8)]| {
        let mut builder = Builder::new();
        builder.shard("ID.3273", "ikd:3273/1", 8, []).unwrap();
        let states = states
            .iter()
            .map(|(index, number)| (*index, status(*number)));
        builder.shard(iss, uri, indexes, states)
    };
    assert_eq!(shard("ID.3273", "ikd:3273/2", 8, &[(0, 1), (7, 3)]), Ok(()));
    for (iss, uri) in [("", "u"), ("i i", "u"), ("i", ""), ("i", "u u"), ("é", "u")] {
        assert_eq!(shard(iss, uri, 8, &[]), Err(BadShard::Name));
    }
    for (iss, uri) in [
        ("ID.3273", "ikd:3273/1"),
        ("ID.3273", "ikd:3273/0"),
        ("ID.3", "x"),
    ] {
        assert_eq!(shard(iss, uri, 8, &[]), Err(BadShard::Order));
    }
    for indexes in [0, SHARD + 1] {
        assert_eq!(shard("X", "u", indexes, &[]), Err(BadShard::Indexes));
    }
    for bad in [
        &[(8, 1)][..],
        &[(3, 1), (3, 2)],
        &[(3, 1), (2, 1)],
        &[(0, 0)],
        &[(0, 4)],
    ] {
        let index = bad.last().unwrap().0;
        assert_eq!(shard("X", "u", 8, bad), Err(BadShard::Status(index)));
    }
}

#[test]
fn of_two_sources_the_newer_answer_counts() {
    let nation = |state| {
        let states = std::collections::BTreeMap::from([(1, status(state))]);
        Nation::from([(name(0), List { indexes: 8, states })])
    };
    let (older, newer) = (open(&publish(&nation(2), 1)), open(&publish(&nation(3), 2)));
    let (iss, uri) = name(0);
    let ask = |first: &dyn StatusSource, second: &dyn StatusSource, index| {
        Newer { first, second }.status(&iss, &uri, index)
    };
    let superseded = newer.status(&iss, &uri, 1);
    assert!(matches!(
        superseded,
        Lookup::Found {
            status: Status::Superseded,
            ..
        }
    ));
    assert_eq!(ask(&older, &newer, 1), superseded);
    assert_eq!(ask(&newer, &older, 1), superseded);
    assert_eq!(ask(&newer, &NoStatus, 1), superseded);
    assert_eq!(ask(&NoStatus, &newer, 1), superseded);
    assert_eq!(ask(&NoStatus, &newer, 8), Lookup::NoList);
    // The standard form says that there is no such index, the national bundle that it does not know.
    let lists = status_lists(&nation(1));
    assert_eq!(ask(&lists, &newer, 8), Lookup::OutOfRange);
    assert_eq!(ask(&newer, &lists, 8), Lookup::OutOfRange);
    let both = Newer {
        first: &lists,
        second: &newer,
    };
    assert_eq!(both.ends(), lists.ends());
    assert_eq!(newer.ends(), Some(NOW + 6 * DAY));
}
