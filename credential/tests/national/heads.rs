//! Heads that say too much, too little or the impossible: each claim by itself, all of them signed.

use crate::common::*;
use crate::signed::*;
use crate::support::*;
use credential::cose::CoseError;
use credential::national::{BadNational, DELTA_TYP, Delta, MAX_HEAD, National, TYP, issue};

/// A body without lists.
const EMPTY: [u8; 1] = [0x80];
/// A delta's body that changes nothing.
const NOTHING: [u8; 3] = [0x82, 0x80, 0xa0];

fn good() -> Claims {
    Claims::bundle(2, &EMPTY, 1, [0; 5])
}

fn good_delta() -> Claims {
    Claims::delta((1, &[7; 32]), &NOTHING, 3, &good().head())
}

fn refusal(file: Vec<u8>) -> Option<BadNational> {
    National::open(file, &trust()).err()
}

fn refusal_of_delta(file: Vec<u8>) -> Option<BadNational> {
    Delta::open(file, &trust()).err()
}

fn text() -> Vec<u8> {
    item(|w| {
        w.str("x");
    })
}

#[test]
fn a_claim_of_a_bundle_that_is_wrong_is_named() {
    assert_eq!(refusal(good().bundle_file(&EMPTY)), None);
    let three = |hash: usize| {
        item(|w| {
            w.array(3).u64(1).u64(1).bytes(&vec![0; hash]);
        })
    };
    let two = item(|w| {
        w.array(2).u64(1).u64(1);
    });
    let four = item(|w| {
        w.array(4).u64(0).u64(0).u64(0).u64(0);
    });
    let one_more = item(|w| {
        w.array(4).u64(1).u64(1).bytes(&[0; 32]).u64(0);
    });
    let six = item(|w| {
        w.array(6).u64(0).u64(0).u64(0).u64(0).u64(0).u64(0);
    });
    let most = u64::MAX / 8;
    for (key, value, claim) in [
        (EXP, text(), "exp"),
        (EXP, number(NOW as u64 - 1), "exp"),
        (IAT, text(), "iat"),
        (IAT, number(u64::MAX), "iat"),
        (FORMAT, text(), "format"),
        (VERSION, text(), "version"),
        (TRUST_VERSION, text(), "trust list version"),
        (BODY, text(), "body"),
        (BODY, two, "body"),
        (BODY, one_more, "body"),
        (BODY, three(31), "body"),
        (COVERAGE, text(), "coverage"),
        (COVERAGE, four, "coverage"),
        (COVERAGE, six, "coverage"),
        (COVERAGE, coverage([0, 0, 0, 0, most + 1]), "coverage"),
        (COVERAGE, coverage([most + 1, 0, 0, 0, 0]), "coverage"),
    ] {
        let file = good().with(key, value.clone()).bundle_file(&EMPTY);
        let expected = Some(BadNational::Claim(claim));
        assert_eq!(refusal(file), expected, "{claim}: {value:02x?}");
    }
    // The largest number fits; it is not the body's.
    let large = good().with(COVERAGE, coverage([most; 5]));
    assert_eq!(
        refusal(large.bundle_file(&EMPTY)),
        Some(BadNational::Totals)
    );
    for (key, claim) in [
        (EXP, "exp"),
        (IAT, "iat"),
        (FORMAT, "format"),
        (VERSION, "version"),
        (TRUST_VERSION, "trust list version"),
        (BODY, "body"),
        (COVERAGE, "coverage"),
    ] {
        let file = good().without(key).bundle_file(&EMPTY);
        assert_eq!(refusal(file), Some(BadNational::Claim(claim)));
    }
}

#[test]
fn a_claim_of_a_delta_that_is_wrong_is_named() {
    assert_eq!(refusal_of_delta(good_delta().delta_file(&NOTHING)), None);
    let parent = |items: usize, hash: usize| {
        item(|w| {
            w.array(items).u64(1).bytes(&vec![0; hash]);
            for _ in 2..items {
                w.u64(0);
            }
        })
    };
    for (key, value, claim) in [
        (FORMAT, text(), "format"),
        (BODY, text(), "body"),
        (PARENT, text(), "parent"),
        (PARENT, parent(3, 32), "parent"),
        (PARENT, parent(2, 31), "parent"),
        (NEXT_HEAD, text(), "head"),
    ] {
        let file = good_delta().with(key, value.clone()).delta_file(&NOTHING);
        let expected = Some(BadNational::Claim(claim));
        assert_eq!(refusal_of_delta(file), expected, "{claim}: {value:02x?}");
    }
    for (key, claim) in [
        (FORMAT, "format"),
        (BODY, "body"),
        (PARENT, "parent"),
        (NEXT_HEAD, "head"),
    ] {
        let file = good_delta().without(key).delta_file(&NOTHING);
        assert_eq!(refusal_of_delta(file), Some(BadNational::Claim(claim)));
    }
    // A later format is not a damaged one.
    let later = good_delta().with(FORMAT, number(2)).delta_file(&NOTHING);
    assert_eq!(refusal_of_delta(later), Some(BadNational::Format(2)));
    // The head within is checked like that of a bundle.
    let within = |head: &[u8]| {
        let claims = Claims::delta((1, &[7; 32]), &NOTHING, 3, head);
        refusal_of_delta(claims.delta_file(&NOTHING))
    };
    let wrong = good().without(COVERAGE).head();
    assert_eq!(within(&wrong), Some(BadNational::Claim("coverage")));
    let delta = signed(DELTA_TYP, EMPTY.to_vec());
    assert_eq!(within(&delta), Some(BadNational::WrongType));
    assert_eq!(within(&[]), Some(BadNational::Cose(CoseError::NotSign1)));
}

#[test]
fn a_payload_that_is_no_map_is_refused() {
    let later_and_earlier = [0xa2, 0x06, 0x00, 0x04, 0x00];
    for payload in [&[0x80][..], &[0x01], &[], &later_and_earlier] {
        let file = issue::file(&signed(TYP, payload.to_vec()), &EMPTY);
        assert_eq!(refusal(file), Some(BadNational::Claim("payload")));
        let file = issue::file(&signed(DELTA_TYP, payload.to_vec()), &NOTHING);
        assert_eq!(refusal_of_delta(file), Some(BadNational::Claim("payload")));
    }
}

#[test]
fn a_body_is_the_one_that_is_named() {
    let of = |body: &[u8], directory| good().with(BODY, named(body, directory));
    for (claims, body, expected) in [
        (of(&EMPTY, 1), &[0x80, 0x00][..], BadNational::Length),
        (of(&EMPTY, 1), &[], BadNational::Length),
        (of(&EMPTY, 2), &EMPTY, BadNational::Length),
        (of(&EMPTY, 1), &[0x81], BadNational::Hash),
    ] {
        assert_eq!(refusal(claims.bundle_file(body)), Some(expected));
    }
    let delta = Claims::delta((1, &[7; 32]), &NOTHING, 4, &good().head());
    let file = delta.delta_file(&NOTHING);
    assert_eq!(refusal_of_delta(file), Some(BadNational::Length));
}

#[test]
fn a_file_begins_with_its_mark_and_the_length_of_its_head() {
    let good = good().bundle_file(&EMPTY);
    let longest = [
        &b"IKDN"[..],
        &(MAX_HEAD as u32).to_le_bytes(),
        &vec![0; MAX_HEAD],
    ]
    .concat();
    let longer = [
        &b"IKDN"[..],
        &(MAX_HEAD as u32 + 1).to_le_bytes(),
        &vec![0; 5000],
    ]
    .concat();
    let mark = [&b"IKDM"[..], &good[4..]].concat();
    for file in [
        longer,
        mark,
        good[..7].to_vec(),
        good[..20].to_vec(),
        vec![],
    ] {
        assert_eq!(refusal(file.clone()), Some(BadNational::Prefix));
        assert_eq!(refusal_of_delta(file), Some(BadNational::Prefix));
    }
    // As long as it may be, but no envelope.
    assert!(matches!(refusal(longest), Some(BadNational::Cose(_))));
}
