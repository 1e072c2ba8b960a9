//! Directories that no builder writes, signed all the same: each rule of FORMAT.md §18.2 by itself.

use crate::mutations::{body_of, directory_of, sign_anything};
use crate::support::*;
use ciborium::Value;
use credential::national::{BadNational, Coverage, National};
use credential::status_list::{SHARD, Status};

/// Lists of some sizes: one of several blocks, one of which much is suspended, one of a single entry.
fn nation() -> Nation {
    let list = |indexes, listed: &mut dyn Iterator<Item = u32>, state| List {
        indexes,
        states: listed.map(|n| (n, state)).collect(),
    };
    let every_fortieth = &mut (0..40_000).rev().step_by(40);
    Nation::from([
        (name(0), list(40_000, every_fortieth, Status::Revoked)),
        (name(1), list(96, &mut (0..40), Status::Suspended)),
        (name(2), list(8, &mut (7..8), Status::Revoked)),
    ])
}

/// The body with another directory, and what its head would have to say of it.
fn with(change: impl FnOnce(&mut Vec<Value>), states: [u64; 4]) -> Result<(), BadNational> {
    let file = publish(&nation(), 1);
    let (body, length) = (body_of(&file), directory_of(&file));
    let directory: Value = ciborium::from_reader(&body[..length]).unwrap();
    let mut shards = directory.into_array().unwrap();
    change(&mut shards);
    let coverage = Coverage {
        shards: shards.len() as u64,
        states,
    };
    let mut bytes = Vec::new();
    ciborium::into_writer(&Value::Array(shards), &mut bytes).unwrap();
    let length = bytes.len();
    bytes.extend_from_slice(&body[directory_of(&file)..]);
    National::open(sign_anything(&bytes, length, &coverage), &trust()).map(|_| ())
}

const STATES: [u64; 4] = [39_000 + 56 + 7, 1001, 40, 0];

fn items(shard: &mut Value) -> &mut Vec<Value> {
    shard.as_array_mut().unwrap()
}

/// The lists of a shard: states and `[count, bits, width]`.
fn lists(shard: &mut Value) -> &mut Vec<(Value, Value)> {
    items(shard)[4].as_map_mut().unwrap()
}

fn number(n: u64) -> Value {
    Value::Integer(n.into())
}

#[test]
fn as_it_was_it_is_accepted() {
    assert_eq!(with(|_| {}, STATES), Ok(()));
}

/// What is most frequent has no list, and no list is of more than there is.
#[test]
fn the_most_frequent_state_has_no_list() {
    let of_ground = with(
        |shards| lists(&mut shards[1])[0].0 = number(0),
        [39_000 + 56 + 7, 1001, 0, 0],
    );
    assert_eq!(of_ground, Err(BadNational::Directory));
    for (ground, expected) in [
        (1, BadNational::Directory),
        (2, BadNational::Totals),
        (3, BadNational::Totals),
        (4, BadNational::Directory),
        (200, BadNational::Directory),
    ] {
        let other = with(|shards| items(&mut shards[2])[3] = number(ground), STATES);
        assert_eq!(other, Err(expected), "{ground}");
    }
    // Of so few indexes the forty would be more than the others.
    let fewer = with(|shards| items(&mut shards[1])[2] = number(79), STATES);
    assert_eq!(fewer, Err(BadNational::Directory));
}

/// The last block is shorter than the others: an index beyond the list is none, though its block could hold it.
#[test]
fn an_index_beyond_the_list_is_refused() {
    let fewer = with(
        |shards| items(&mut shards[0])[2] = number(39_999),
        [39_000 - 1 + 56 + 7, 1001, 40, 0],
    );
    assert_eq!(fewer, Err(BadNational::Shard(0)));
}

#[test]
fn numbers_that_cannot_be() {
    let mut wrong = 0;
    let mut refused = |change: &dyn Fn(&mut Vec<Value>)| {
        let read = with(change, STATES);
        assert!(read.is_err(), "change {wrong}");
        wrong += 1;
    };
    for indexes in [0, 4, u64::from(SHARD) + 1, 1 << 32] {
        refused(&|shards| items(&mut shards[0])[2] = number(indexes));
    }
    for state in [4, 255, 256] {
        refused(&|shards| lists(&mut shards[0])[0].0 = number(state));
    }
    // One item too few or too many, in a shard and in what is said of a list.
    refused(&|shards| drop(items(&mut shards[2]).pop()));
    refused(&|shards| items(&mut shards[2]).push(number(0)));
    refused(&|shards| drop(lists(&mut shards[1])[0].1.as_array_mut().unwrap().pop()));
    refused(&|shards| {
        lists(&mut shards[1])[0]
            .1
            .as_array_mut()
            .unwrap()
            .push(number(0))
    });
    refused(&|shards| drop(shards.remove(0)));
    refused(&|shards| drop(shards.pop()));
}

/// Numbers of a list at the edges of what is possible: beyond them the directory is refused, within them the file is too short.
#[test]
fn what_is_said_of_a_list() {
    let read = |count, bits, width| {
        let change = |shards: &mut Vec<Value>| {
            lists(&mut shards[0])[0].1 = Value::Array([count, bits, width].map(number).into());
        };
        with(change, STATES).unwrap_err()
    };
    for (count, bits, width) in [
        (0, 8000, 4),
        (40_001, 80_000, 4),
        (1000, 999, 4),
        (1000, 1 << 31, 4),
        (1000, 8000, 33),
    ] {
        let error = read(count, bits, width);
        assert_eq!(error, BadNational::Directory, "{count} {bits} {width}");
    }
    // So many that the most frequent state would be another, and as many as may be.
    assert_eq!(read(20_001, 80_000, 4), BadNational::Directory);
    for (count, bits, width) in [
        (20_000, 80_000, 4),
        (10_000, 10_000, 4),
        (1000, (1 << 31) - 1, 4),
        (1000, 80_000, 32),
    ] {
        let error = read(count, bits, width);
        assert_eq!(error, BadNational::Length, "{count} {bits} {width}");
    }
}

/// How long a body and its directory are said to be.
#[test]
fn another_length_than_the_head_s() {
    let file = publish(&nation(), 1);
    let body = body_of(&file);
    let coverage = open(&file).head().coverage;
    let error = |file: Vec<u8>| National::open(file, &trust()).unwrap_err();
    assert_eq!(error([&file[..], &[0]].concat()), BadNational::Length);
    assert_eq!(error(file[..file.len() - 1].to_vec()), BadNational::Length);
    let longer = sign_anything(body, body.len() + 1, &coverage);
    assert_eq!(error(longer), BadNational::Length);
    let whole = sign_anything(body, body.len(), &coverage);
    assert_eq!(error(whole), BadNational::Directory);
    let mut other = file.clone();
    *other.last_mut().unwrap() ^= 1;
    assert_eq!(error(other), BadNational::Hash);
}

/// A name says no more and no less than it does not share with the one before it.
#[test]
fn names_of_another_form() {
    let names = [
        // Shares more than it says, or less than that.
        (1, 0, "ID.3273 ikd:3273/1"),
        (1, 1, "D.3273 ikd:3273/1"),
        (1, 200, "0"),
        // The same again, and one that comes before.
        (2, 18, ""),
        (2, 17, "0"),
        // Without a space, without an issuer, without a list, with a second space.
        (0, 0, "ID.3273"),
        (0, 0, " ikd:3273/0"),
        (0, 0, "ID.3273 "),
        (0, 0, "ID.3273 ikd 3273/0"),
    ];
    for (shard, kept, rest) in names {
        let read = with(
            |shards| {
                items(&mut shards[shard])[0] = number(kept);
                items(&mut shards[shard])[1] = Value::Text(rest.into());
            },
            STATES,
        );
        assert_eq!(read, Err(BadNational::Directory), "{kept} {rest:?}");
    }
}

/// An index that two lists have: the first list of one body and the second of another.
#[test]
fn an_index_in_two_lists() {
    let of = |revoked, suspended| {
        let states = [(revoked, Status::Revoked), (suspended, Status::Suspended)].into();
        publish(&Nation::from([(name(0), List { indexes: 8, states })]), 1)
    };
    let (one, other) = (of(3, 5), of(5, 3));
    let coverage = open(&one).head().coverage;
    let directory = directory_of(&one);
    assert_eq!(body_of(&one)[..directory], body_of(&other)[..directory]);
    let mut body = body_of(&one).to_vec();
    assert_eq!(body.len(), directory + 2, "a byte each");
    body[directory + 1] = body_of(&other)[directory + 1];
    let file = sign_anything(&body, directory, &coverage);
    assert_eq!(
        National::open(file, &trust()).unwrap_err(),
        BadNational::Shard(0)
    );
}

/// Totals beyond what a country could have are no totals.
#[test]
fn totals_that_no_country_has() {
    let file = publish(&nation(), 1);
    let (body, directory) = (body_of(&file), directory_of(&file));
    let most = u64::MAX / 8;
    for place in 0..5 {
        for (number, expected) in [
            (most, BadNational::Totals),
            (most + 1, BadNational::Claim("coverage")),
            (u64::MAX, BadNational::Claim("coverage")),
        ] {
            let mut coverage = open(&file).head().coverage;
            match place {
                4 => coverage.shards = number,
                _ => coverage.states[place] = number,
            }
            let other = sign_anything(body, directory, &coverage);
            assert_eq!(National::open(other, &trust()).unwrap_err(), expected);
        }
    }
}
