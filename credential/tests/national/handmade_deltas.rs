//! Deltas that no publisher's tool makes, signed all the same (FORMAT.md §18.4).

use crate::common::*;
use crate::mutations::{body_of, directory_of, sign_anything};
use crate::support::*;
use credential::cbor::write::Writer;
use credential::cose::issue::Unsigned;
use credential::national::{BadNational, Coverage, DELTA_TYP, Delta, National, Overlay, issue};
use credential::status_list::{SHARD, Status};
use sha2::{Digest, Sha256};

/// A delta's file: its body, from the bundle `parent` to the one with the head `next`.
fn signed(body: &[u8], directory: usize, parent: &National<Vec<u8>>, next: &[u8]) -> Vec<u8> {
    let mut w = Writer::new();
    w.map(4).i64(-65_545).u64(1);
    w.i64(-65_548)
        .array(3)
        .u64(body.len() as u64)
        .u64(directory as u64);
    w.bytes(&Sha256::digest(body));
    w.i64(-65_550).array(2).u64(parent.head().version);
    w.bytes(&parent.head().body.sha256);
    w.i64(-65_551).bytes(next);
    let unsigned = Unsigned::new(publisher(), Some(DELTA_TYP), w.into_bytes());
    issue::file(&sign(unsigned, &key(2)), body)
}

fn one(number: usize, indexes: u32, revoked: &[u32]) -> ((String, String), List) {
    let states = revoked.iter().map(|n| (*n, Status::Revoked)).collect();
    (name(number), List { indexes, states })
}

/// What both ways to use a delta say, which must be the same.
fn used(delta: &Delta<Vec<u8>>, base: &[u8]) -> Result<(), BadNational> {
    let rebuilt = delta.rebuild(&open(base)).map(|_| ());
    let applied = Overlay::new(open(base)).apply(delta);
    assert_eq!(rebuilt, applied);
    rebuilt
}

/// A delta that changes no status, but lists: each how many indexes it is to have.
fn of_lists(lists: &[(&str, u32)]) -> Vec<u8> {
    let mut w = Writer::new();
    w.array(2).array(lists.len());
    for (name, indexes) in lists {
        w.array(3).u64(0).str(name).u64(u64::from(*indexes));
    }
    w.map(0);
    w.into_bytes()
}

#[test]
fn lists_that_cannot_change_so() {
    let base = publish(&Nation::from([one(0, 8, &[3])]), 1);
    let next = publish(&Nation::from([one(0, 12, &[3])]), 2);
    let delta = |lists: &[(&str, u32)]| {
        let body = of_lists(lists);
        let file = signed(&body, body.len(), &open(&base), head_of(&next));
        Delta::open(file, &trust())
    };
    let held = "ID.3273 ikd:3273/0";
    assert_eq!(used(&delta(&[(held, 12)]).unwrap(), &base), Ok(()));
    for (lists, expected) in [
        // As large as it is, smaller, a list without indexes that is not there, before and behind what is.
        (&[(held, 8)][..], BadNational::Change),
        (&[(held, 4)], BadNational::Change),
        (&[("ID.1 x", 0)], BadNational::Change),
        (&[("X x", 0)], BadNational::Change),
        // Not what the next head says of it.
        (&[], BadNational::Result),
        (&[(held, 16)], BadNational::Result),
        (&[(held, 0)], BadNational::Result),
        (&[(held, 0), ("X x", 12)], BadNational::Result),
    ] {
        let delta = delta(lists).unwrap();
        if (lists, expected) == (&[(held, 0), ("X x", 12)], BadNational::Result) {
            // The right numbers of another list: only the file tells.
            assert_eq!(delta.rebuild(&open(&base)).unwrap_err(), expected);
            continue;
        }
        assert_eq!(used(&delta, &base), Err(expected), "{lists:?}");
    }
    for lists in [&[(held, SHARD + 1)][..], &[("ID.3273", 12)]] {
        assert_eq!(delta(lists).unwrap_err(), BadNational::Directory);
    }
    assert!(delta(&[(held, SHARD)]).is_ok());
}

/// As many indexes as the next head says, but in one list where there are two.
#[test]
fn a_list_less_than_there_is_to_be() {
    let base = publish(&Nation::from([one(0, 8, &[])]), 1);
    let next = publish(&Nation::from([one(0, 8, &[]), one(1, 4, &[])]), 2);
    let body = of_lists(&[("ID.3273 ikd:3273/0", 12)]);
    let file = signed(&body, body.len(), &open(&base), head_of(&next));
    let delta = open_delta(&file);
    assert_eq!(used(&delta, &base), Err(BadNational::Result));
}

/// The next head names the right file, but other numbers of valid and revoked than there are in it.
#[test]
fn totals_that_are_not_those_of_the_result() {
    let base = publish(&Nation::from([one(0, 8, &[])]), 0);
    let next = publish(&Nation::from([one(0, 8, &[3])]), 1);
    let honest = difference(&base, &next);
    let coverage = Coverage {
        shards: 1,
        states: [8, 0, 0, 0],
    };
    let claimed = sign_anything(body_of(&next), directory_of(&next), &coverage);
    let (body, directory) = (body_of(&honest), open_delta_directory(&honest));
    let parent = open(&base);
    for (next, expected) in [(&next, Ok(())), (&claimed, Err(BadNational::Result))] {
        let file = signed(body, directory, &parent, head_of(next));
        let delta = Delta::open(file, &trust()).unwrap();
        assert_eq!(delta.rebuild(&parent).map(|_| ()), expected);
    }
}

/// To revoke what is revoked, in a list that is there and in one that comes.
#[test]
fn a_change_that_changes_nothing() {
    for listed in [&[3][..], &[3, 5], &[3, 5, 6]] {
        let valid = publish(&Nation::from([one(0, 8, &[])]), 1);
        let revoked = publish(&Nation::from([one(0, 8, listed)]), 1);
        let next = publish(&Nation::from([one(0, 8, listed)]), 2);
        let honest = difference(&valid, &next);
        let (body, directory) = (body_of(&honest), open_delta_directory(&honest));
        let again = signed(body, directory, &open(&revoked), head_of(&next));
        let error = used(&open_delta(&again), &revoked);
        assert_eq!(error, Err(BadNational::Change));
        assert_eq!(used(&open_delta(&honest), &valid), Ok(()));
    }
}

/// How long the directory of a delta is: its head says so behind the length of the body.
fn open_delta_directory(file: &[u8]) -> usize {
    let body = body_of(file);
    let mut rest = body;
    let _: ciborium::Value = ciborium::from_reader(&mut rest).unwrap();
    body.len() - rest.len()
}

/// Other forms of a directory, and what is behind it.
#[test]
fn directories_of_another_form() {
    let base = publish(&Nation::from([one(0, 8, &[3])]), 1);
    let next = publish(&Nation::from([one(0, 12, &[3])]), 2);
    let good = of_lists(&[("ID.3273 ikd:3273/0", 12)]);
    let open_it = |body: &[u8], directory: usize| {
        let file = signed(body, directory, &open(&base), head_of(&next));
        Delta::open(file, &trust()).map(|_| ()).unwrap_err()
    };
    let behind = [&good[..], &[0]].concat();
    assert_eq!(open_it(&behind, good.len()), BadNational::Length);
    assert_eq!(open_it(&behind, behind.len()), BadNational::Directory);
    assert_eq!(open_it(&good, good.len() + 1), BadNational::Length);
    let mut three = good.clone();
    three[0] = 0x83;
    three.push(0);
    assert_eq!(open_it(&three, three.len()), BadNational::Directory);
    let mut four = good.clone();
    four[2] = 0x84;
    four.insert(good.len() - 1, 0);
    assert_eq!(open_it(&four, four.len()), BadNational::Directory);
}
