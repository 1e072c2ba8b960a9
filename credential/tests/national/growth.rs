//! Lists at their largest, and versions that grow.

use crate::common::*;
use crate::support::*;
use credential::claims::{ISS_MAX, URI_MAX};
use credential::national::{BadNational, Builder, MAGIC, MAX_HEAD, National, Overlay, issue};
use credential::status_list::{SHARD, Status};
use credential::status_source::StatusSource;

#[test]
fn names_as_long_as_they_may_be() {
    let (iss, uri) = ("i".repeat(ISS_MAX), "u".repeat(URI_MAX));
    let mut builder = Builder::new();
    builder
        .shard(&iss, &uri, 8, [(3, Status::Revoked)])
        .unwrap();
    let body = builder.finish();
    let national = open(&issue::file(&head(&body, &draft(1)), body.bytes()));
    assert_eq!(national.get(&iss, &uri, 3), Some(Status::Revoked));
    for (iss, uri) in [(ISS_MAX + 1, 1), (1, URI_MAX + 1)] {
        let (iss, uri) = ("i".repeat(iss), "u".repeat(uri));
        assert!(Builder::new().shard(&iss, &uri, 8, []).is_err());
    }
}

/// One list grows up to a whole shard, one comes that is as large at once, one goes, one stays.
#[test]
fn up_to_a_whole_shard() {
    let list = |indexes, revoked: &[u32]| List {
        indexes,
        states: revoked.iter().map(|n| (*n, Status::Revoked)).collect(),
    };
    let first = Nation::from([
        (name(0), list(8, &[5])),
        (name(1), list(400, &[])),
        (name(3), list(12, &[11])),
    ]);
    let second = Nation::from([
        (name(0), list(SHARD, &[5, 9, SHARD - 1])),
        (name(2), list(SHARD, &[0, SHARD - 1])),
        (name(3), list(12, &[11])),
    ]);
    let (old, new) = (publish(&first, 1), publish(&second, 2));
    let delta = open_delta(&difference(&old, &new));
    assert_eq!(
        (delta.parent(), delta.next().version, delta.changes()),
        (1, 2, 4)
    );
    assert!(delta.rebuild(&open(&old)).unwrap() == new);
    let mut overlay = Overlay::new(open(&old));
    assert_eq!((overlay.changes(), overlay.base().head().version), (0, 1));
    overlay.apply(&delta).unwrap();
    assert_eq!((overlay.changes(), overlay.base().head().version), (4, 1));
    assert_eq!(overlay.ends(), Some(NOW + 6 * DAY));
    let direct = open(&new);
    for ((iss, uri), _) in first.iter().chain(&second) {
        for index in [0, 5, 7, 8, 9, 11, 12, 399, 400, SHARD - 2, SHARD - 1, SHARD] {
            let found = overlay.get(iss, uri, index);
            assert_eq!(found, direct.get(iss, uri, index), "{iss} {uri} {index}");
        }
    }
}

/// One delta over another: new changes before, between, at and behind those that are there.
#[test]
fn changes_over_changes() {
    let of = |version, states: &[(u32, u8)]| {
        let states = states.iter().map(|(n, state)| (*n, status(*state)));
        let list = List {
            indexes: 400,
            states: states.collect(),
        };
        publish(&Nation::from([(name(0), list)]), version)
    };
    let versions = [
        of(1, &[(7, 1), (300, 2)]),
        of(2, &[(7, 1), (20, 2), (40, 3), (60, 2)]),
        of(3, &[(7, 1), (10, 2), (20, 1), (50, 2), (60, 2), (399, 3)]),
        of(
            4,
            &[
                (0, 2),
                (7, 1),
                (10, 2),
                (20, 1),
                (60, 3),
                (300, 2),
                (399, 3),
            ],
        ),
    ];
    let mut overlay = Overlay::new(open(&versions[0]));
    let (iss, uri) = name(0);
    for (pair, changed) in versions.windows(2).zip([4, 7, 8]) {
        let delta = open_delta(&difference(&pair[0], &pair[1]));
        assert_eq!(delta.parent(), open(&pair[0]).head().version);
        overlay.apply(&delta).unwrap();
        assert_eq!(overlay.changes(), changed);
        let direct = open(&pair[1]);
        for index in 0..=400 {
            assert_eq!(
                overlay.get(&iss, &uri, index),
                direct.get(&iss, &uri, index)
            );
        }
    }
}

/// A newer version of statuses that are older.
#[test]
fn a_delta_does_not_lead_back_in_time() {
    let [old, new] = [(1, 60), (2, 59)].map(|(version, issued)| {
        let built = body(&Nation::new());
        let draft = issue::Draft {
            issued,
            ..draft(version)
        };
        issue::file(&head(&built, &draft), built.bytes())
    });
    let delta = open_delta(&difference(&old, &new));
    assert_eq!(
        delta.rebuild(&open(&old)).unwrap_err(),
        BadNational::NotNewer
    );
    let refused = Overlay::new(open(&old)).apply(&delta);
    assert_eq!(refused.unwrap_err(), BadNational::NotNewer);
}

/// A head of the greatest length is looked at, a longer one is not.
#[test]
fn how_long_a_head_may_be() {
    let file = |length: usize| {
        let said = (length as u32).to_le_bytes();
        [&MAGIC[..], &said, &vec![0; length]].concat()
    };
    let error = |file: Vec<u8>| National::open(file, &trust()).unwrap_err();
    assert!(matches!(error(file(MAX_HEAD)), BadNational::Cose(_)));
    assert_eq!(error(file(MAX_HEAD + 1)), BadNational::Prefix);
    assert_eq!(error(file(40)[..47].to_vec()), BadNational::Prefix);
}

/// Runs of neighbours among which as much is listed as may be: a gap is one bit, and many are read from one word.
#[test]
fn half_of_a_list() {
    let states = (0..4000).filter(|n| n / 100 % 2 == 0 && *n != 3801);
    let list = List {
        indexes: 4000,
        states: states.map(|n| (n, Status::Revoked)).collect(),
    };
    let nation = Nation::from([(name(0), list.clone())]);
    let national = open(&publish(&nation, 1));
    let (iss, uri) = name(0);
    for index in 0..=4000 {
        assert_eq!(national.get(&iss, &uri, index), list.get(index), "{index}");
    }
    let shard = national.shard(&iss, &uri).unwrap();
    assert_eq!((shard.iss(), shard.uri()), (iss.as_str(), uri.as_str()));
    assert_eq!(shard.states(), [2001, 1999, 0, 0]);
    assert_eq!(shard.revoked().len(), 1999);
    assert!((1999..6000).contains(&shard.coded_bits()));
}

/// When a bundle ends, and that it does not end before it begins.
#[test]
fn times_of_a_head() {
    let built = body(&Nation::new());
    let file = |issued, expires| {
        let draft = issue::Draft {
            issued,
            expires,
            ..draft(1)
        };
        issue::file(&head(&built, &draft), built.bytes())
    };
    assert_eq!(open(&file(NOW, NOW)).ends(), Some(NOW));
    let before = National::open(file(NOW, NOW - 1), &trust()).unwrap_err();
    assert_eq!(before, BadNational::Claim("exp"));
}

/// Golomb's parameter is part of the form, and nothing in a file says it: with 7 for one in ten each gap of 1 has 4 bits.
#[test]
fn bits_of_a_gap() {
    for (indexes, count, step, bits) in [(1000, 100, 2, 4), (1000, 100, 8, 4), (1000, 100, 1, 3)] {
        let states = (0..count).map(|n| (n * step + step - 1, Status::Revoked));
        let list = List {
            indexes,
            states: states.collect(),
        };
        let national = open(&publish(&Nation::from([(name(0), list)]), 1));
        let (iss, uri) = name(0);
        let coded = national.shard(&iss, &uri).unwrap().coded_bits();
        assert_eq!(coded, u64::from(count * bits), "{step}");
    }
}

/// Gaps about as long as a word that is read at once, at every place in a byte.
#[test]
fn gaps_about_as_long_as_a_word() {
    let mut lists = Vec::new();
    for before in 1..=8 {
        for gap in 7 * 50..7 * 60 {
            let entries = (0..before).chain(before + gap..gap + 100);
            lists.push(entries.collect::<Vec<u32>>());
        }
    }
    let mut builder = Builder::new();
    let uri = |n: usize| format!("x{n:04}");
    for (n, listed) in lists.iter().enumerate() {
        let states = listed.iter().map(|index| (*index, Status::Suspended));
        builder.shard("ID.1", &uri(n), 1000, states).unwrap();
    }
    let body = builder.finish();
    let national = open(&issue::file(&head(&body, &draft(1)), body.bytes()));
    for (n, listed) in lists.iter().enumerate() {
        let shard = national.shard("ID.1", &uri(n)).unwrap();
        assert!(
            shard
                .non_valid()
                .map(|(index, _)| index)
                .eq(listed.iter().copied())
        );
        for index in 0..600 {
            let status = match listed.binary_search(&index) {
                Ok(_) => Status::Suspended,
                Err(_) => Status::Valid,
            };
            assert_eq!(shard.get(index), Some(status), "{n} {index}");
        }
    }
}
