//! Deltas that lead elsewhere than they say, by lists and by single changes.

use crate::signed::*;
use crate::support::*;
use credential::national::{BadNational, Delta, Overlay};
use credential::status_list::Status;

/// Version 1: two lists of eight, in the first of which index 3 is revoked.
fn held() -> Vec<u8> {
    let list = |states: &[u32]| List {
        indexes: 8,
        states: states
            .iter()
            .map(|index| (*index, Status::Revoked))
            .collect(),
    };
    publish(
        &Nation::from([(name(0), list(&[3])), (name(2), list(&[]))]),
        1,
    )
}

/// A delta to version 2: lists with their new number of indexes, and one index of all that has another state.
fn delta(extents: &[(&str, u64)], change: Option<(u64, u8)>, numbers: [u64; 5]) -> Delta<Vec<u8>> {
    // 16 indexes and one entry: m is 11, so a gap below 5 is a 0 and then its three bits.
    let coded = |gap: u8| vec![gap << 1];
    let directory = item(|w| {
        w.array(2).array(extents.len());
        let mut before = "";
        for (name, indexes) in extents {
            let kept = before.bytes().zip(name.bytes()).take_while(|(a, b)| a == b);
            let kept = kept.count();
            w.array(3).u64(kept as u64).str(&name[kept..]).u64(*indexes);
            before = name;
        }
        w.map(usize::from(change.is_some()));
        if let Some((state, _)) = change {
            stated(w, state, [1, 4, 0]);
        }
    });
    let lists = change.map(|(_, gap)| coded(gap)).unwrap_or_default();
    let (body, length) = laid_out(&directory, &lists);
    let next = Claims::bundle(2, &[0x80], 1, numbers).head();
    let parent = open(&held());
    let parent = (1, &parent.head().body.sha256[..]);
    open_delta(&Claims::delta(parent, &body, length, &next).delta_file(&body))
}

/// What both ways to follow it say; they are one.
fn refusal(delta: &Delta<Vec<u8>>) -> Option<BadNational> {
    let held = open(&held());
    let mut overlay = Overlay::new(held.clone());
    let put_over = overlay.apply(delta).err();
    if put_over.is_some() {
        assert_eq!(overlay.head().version, 1, "without effect");
        assert_eq!(overlay.changes(), 0, "without effect");
        assert_eq!(delta.rebuild(&held).err(), put_over);
    }
    put_over
}

#[test]
fn lists_come_and_go_in_the_ways_there_are() {
    let (first, last) = ("ID.3273 ikd:3273/0", "ID.3273 ikd:3273/2");
    for (extents, numbers, expected) in [
        (&[][..], [2, 15, 1, 0, 0], None),
        (&[(first, 16)], [2, 23, 1, 0, 0], None),
        (&[(first, 0)], [1, 8, 0, 0, 0], None),
        (&[("A x", 8), ("Z x", 4)], [4, 27, 1, 0, 0], None),
        // What is not there goes: before, between and after what there is.
        (&[("A x", 0)], [2, 15, 1, 0, 0], Some(BadNational::Change)),
        (
            &[("ID.3273 ikd:3273/1", 0)],
            [2, 15, 1, 0, 0],
            Some(BadNational::Change),
        ),
        (&[("Z x", 0)], [2, 15, 1, 0, 0], Some(BadNational::Change)),
        // What is there shrinks, or stays as it is.
        (&[(first, 4)], [2, 11, 1, 0, 0], Some(BadNational::Change)),
        (&[(last, 8)], [2, 15, 1, 0, 0], Some(BadNational::Change)),
        // Another sum of indexes, and another number of lists.
        (&[], [2, 14, 1, 0, 0], Some(BadNational::Result)),
        (&[], [3, 15, 1, 0, 0], Some(BadNational::Result)),
        (&[("Z x", 8)], [2, 23, 1, 0, 0], Some(BadNational::Result)),
    ] {
        let found = refusal(&delta(extents, None, numbers));
        assert_eq!(found, expected, "{extents:?} {numbers:?}");
    }
}

#[test]
fn a_change_changes_something() {
    let one = |state, gap| delta(&[], Some((state, gap)), [2, 16, 0, 0, 0]);
    assert_eq!(one(0, 3).changes(), 1);
    // Index 3 is revoked and 0 is valid: each can become the other.
    assert_eq!(refusal(&one(0, 3)), None);
    assert_eq!(refusal(&one(1, 0)), None);
    assert_eq!(refusal(&one(1, 3)), Some(BadNational::Change));
    assert_eq!(refusal(&one(0, 0)), Some(BadNational::Change));
    // What comes out is not what the head promises.
    let held = open(&held());
    assert_eq!(one(1, 0).rebuild(&held).err(), Some(BadNational::Result));
}

#[test]
fn a_later_version_is_not_issued_earlier() {
    let held = open(&held());
    let nothing = [0x82, 0x80, 0xa0];
    let next = |issued: i64| {
        let next = Claims::bundle(2, &[0x80], 1, [2, 15, 1, 0, 0]);
        let next = next.with(IAT, number(issued as u64)).head();
        let parent = (1, &held.head().body.sha256[..]);
        open_delta(&Claims::delta(parent, &nothing, 3, &next).delta_file(&nothing))
    };
    let issued = held.head().issued;
    assert_eq!(refusal(&next(issued - 1)), Some(BadNational::NotNewer));
    assert_eq!(refusal(&next(issued)), None);
}
