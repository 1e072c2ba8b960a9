//! No bytes make the reader panic, and every content has one encoding.

use crate::common::*;
use crate::support::*;
use credential::cbor::write::Writer;
use credential::cose::issue::Unsigned;
use credential::ids::KeyId;
use credential::national::{BadNational, Builder, Coverage, Delta, National, TYP, issue};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

/// A head as the publisher would sign it over any body, right or wrong.
pub fn sign_anything(body: &[u8], directory: usize, coverage: &Coverage) -> Vec<u8> {
    let mut w = Writer::new();
    w.map(7).u64(4).i64(NOW + 6 * DAY).u64(6).i64(NOW - DAY);
    w.i64(-65_545)
        .u64(1)
        .i64(-65_546)
        .u64(1)
        .i64(-65_547)
        .u64(1);
    w.i64(-65_548)
        .array(3)
        .u64(body.len() as u64)
        .u64(directory as u64);
    w.bytes(&Sha256::digest(body));
    w.i64(-65_549).array(5).u64(coverage.shards);
    for count in coverage.states {
        w.u64(count);
    }
    let unsigned = Unsigned::new(publisher(), Some(TYP), w.into_bytes());
    issue::file(&sign(unsigned, &key(2)), body)
}

/// The body that a builder makes of what a bundle says.
fn built_again(national: &National<Vec<u8>>) -> Vec<u8> {
    let mut builder = Builder::new();
    for shard in national.shards() {
        let states = shard.non_valid();
        builder
            .shard(shard.iss(), shard.uri(), shard.indexes(), states)
            .unwrap();
    }
    builder.finish().bytes().to_vec()
}

pub fn body_of(file: &[u8]) -> &[u8] {
    &file[8 + head_of(file).len()..]
}

/// How long the directory is: the array of shards before the data.
pub fn directory_of(file: &[u8]) -> usize {
    open(file).head().body.directory as usize
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_signed_body_is_canonical_or_refused(
        nation in nation(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0u8..10, any::<u8>()), 1..4),
    ) {
        let file = publish(&nation, 1);
        let coverage = open(&file).head().coverage;
        let directory = directory_of(&file);
        let mut body = body_of(&file).to_vec();
        for (at, what, byte) in edits {
            let at = at.index(body.len().max(1)).min(body.len().saturating_sub(1));
            match what {
                0 => body.truncate(at),
                1 => body.push(byte),
                2 if !body.is_empty() => { body.remove(at); }
                3 => body.insert(at, byte),
                // The directory is what a parser stumbles over.
                4..7 => { let at = at % directory; if at < body.len() { body[at] = byte } }
                _ => if let Some(at) = body.get_mut(at) { *at ^= 1 << (byte % 8) },
            }
        }
        let file = sign_anything(&body, directory.min(body.len()), &coverage);
        if let Ok(national) = National::open(file, &trust()) {
            prop_assert_eq!(built_again(&national), body);
        }
    }

    #[test]
    fn any_bytes_are_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(National::open(&bytes[..], &trust()).is_err());
        prop_assert!(Delta::open(&bytes[..], &trust()).is_err());
        let coverage = Coverage::default();
        for directory in [0, bytes.len() / 2, bytes.len()] {
            let file = sign_anything(&bytes, directory, &coverage);
            if let Ok(national) = National::open(file, &trust()) {
                prop_assert_eq!(built_again(&national), &bytes[..]);
            }
        }
    }
}

fn small() -> Vec<u8> {
    let states = [
        (3, status(1)),
        (40, status(2)),
        (41, status(3)),
        (300, status(1)),
    ]
    .into();
    publish(
        &Nation::from([(
            name(0),
            List {
                indexes: 400,
                states,
            },
        )]),
        1,
    )
}

#[test]
fn every_flipped_bit_is_noticed() {
    let good = small();
    for at in 0..good.len() {
        for bit in 0..8 {
            let mut bad = good.clone();
            bad[at] ^= 1 << bit;
            assert!(
                National::open(bad, &trust()).is_err(),
                "byte {at}, bit {bit}"
            );
        }
    }
    for end in 0..good.len() {
        assert!(
            National::open(&good[..end], &trust()).is_err(),
            "cut at {end}"
        );
    }
    assert!(National::open([&good[..], &[0]].concat(), &trust()).is_err());
}

#[test]
fn every_flipped_bit_of_a_signed_body_is_another_content_or_refused() {
    let good = small();
    let (body, directory) = (body_of(&good), directory_of(&good));
    let coverage = open(&good).head().coverage;
    assert!(National::open(sign_anything(body, directory, &coverage), &trust()).is_ok());
    let mut accepted = 0;
    for at in 0..body.len() * 8 {
        let mut bad = body.to_vec();
        bad[at / 8] ^= 1 << (at % 8);
        let file = sign_anything(&bad, directory, &coverage);
        if let Ok(national) = National::open(file, &trust()) {
            assert_eq!(built_again(&national), bad, "bit {at}");
            accepted += 1;
        }
    }
    assert!(accepted > 0, "a changed gap is another content");
}

#[test]
fn heads_that_are_refused() {
    let nation = Nation::from([(
        name(0),
        List {
            indexes: 8,
            ..List::default()
        },
    )]);
    let built = body(&nation);
    let stranger = key(77);
    let kid = KeyId::of(&public(&stranger));
    let forged = sign(issue::unsigned(kid, &draft(1), &built), &stranger);
    let file = issue::file(&forged, built.bytes());
    assert_eq!(
        National::open(file, &trust()).unwrap_err(),
        BadNational::UnknownPublisher
    );
    // The publisher's name with another signature.
    let forged = sign(issue::unsigned(publisher(), &draft(1), &built), &stranger);
    let file = issue::file(&forged, built.bytes());
    assert_eq!(
        National::open(file, &trust()).unwrap_err(),
        BadNational::Signature
    );
    // Other totals than the body's.
    let mut coverage = *built.coverage();
    coverage.states = [7, 1, 0, 0];
    let directory = directory_of(&publish(&nation, 1));
    let file = sign_anything(built.bytes(), directory, &coverage);
    assert_eq!(
        National::open(file, &trust()).unwrap_err(),
        BadNational::Totals
    );
    // A claim more, and a later format.
    for (format, extra, expected) in [
        (1, true, BadNational::Claim("payload")),
        (2, false, BadNational::Format(2)),
    ] {
        let mut w = Writer::new();
        w.map(7 + usize::from(extra))
            .u64(4)
            .i64(NOW)
            .u64(6)
            .i64(NOW);
        w.i64(-65_545)
            .u64(format)
            .i64(-65_546)
            .u64(1)
            .i64(-65_547)
            .u64(1);
        w.i64(-65_548)
            .array(3)
            .u64(1)
            .u64(1)
            .bytes(&Sha256::digest([0x80]));
        w.i64(-65_549).array(5).u64(0).u64(0).u64(0).u64(0).u64(0);
        if extra {
            w.i64(-65_560).u64(0);
        }
        let unsigned = Unsigned::new(publisher(), Some(TYP), w.into_bytes());
        let file = issue::file(&sign(unsigned, &key(2)), &[0x80]);
        assert_eq!(National::open(file, &trust()).unwrap_err(), expected);
    }
}
