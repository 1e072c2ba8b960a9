//! Roots of several keys: who is accepted, and how one root follows another.

mod common;

use common::roots::{roots, sign_by};
use common::*;
use credential::bundle::Bundle;
use credential::ed25519::PublicKey;
use credential::trust_list::issue::{rotation, rotation_by_several};
use credential::trust_list::{BadTrustList, MAX_ROOT_KEYS, RootSet, TrustList};
use proptest::prelude::*;

fn keys(seeds: impl IntoIterator<Item = u8>) -> Vec<PublicKey> {
    let key = |seed| PublicKey::from_bytes(&public(&key(seed))).unwrap();
    seeds.into_iter().map(key).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Accepted are `threshold` or more of the set, and nobody else beside them.
    #[test]
    fn enough_of_the_set_and_nobody_else(
        count in 2usize..=MAX_ROOT_KEYS,
        threshold in any::<prop::sample::Index>(),
        signers in prop::collection::btree_set(0u8..20, 1..20),
    ) {
        let members: Vec<u8> = (0..count as u8).map(|n| 100 + n).collect();
        let threshold = threshold.index(count) + 1;
        let set = roots(threshold, &members);
        let seeds: Vec<u8> = signers.iter().map(|n| 100 + n).collect();
        let office = Office::default();
        let list = TrustList::verify(&office.trust_token_by(&set, &seeds), &set.id());
        let stranger = seeds.iter().any(|seed| !members.contains(seed));
        let expected = match (stranger, seeds.len() >= threshold) {
            (true, _) => Err(BadTrustList::UnknownSigner),
            (_, false) => Err(BadTrustList::TooFewSignatures),
            _ => Ok(set),
        };
        prop_assert_eq!(list.map(|list| list.roots), expected);
    }

    /// No byte of a list can be another.
    #[test]
    fn a_damaged_list_is_refused(at in any::<prop::sample::Index>(), mask in 1u8..) {
        let set = roots(3, &[21, 22, 23, 24, 25]);
        let mut bytes = Office::default().trust_token_by(&set, &[21, 23, 24]);
        let at = at.index(bytes.len());
        bytes[at] ^= mask;
        prop_assert!(TrustList::verify(&bytes, &set.id()).is_err());
    }

    #[test]
    fn a_set_reads_back(count in 2u8..=16, threshold in 1usize..=16) {
        let made = RootSet::new(threshold, keys(30..30 + count));
        prop_assert_eq!(made.is_some(), threshold <= usize::from(count));
        let Some(set) = made else { return Ok(()) };
        let read = RootSet::decode(&set.encode()).unwrap();
        prop_assert_eq!(read.id(), set.id());
        prop_assert_eq!(read, set);
    }
}

#[test]
fn sets_that_there_are_not() {
    assert_eq!(RootSet::new(1, vec![]), None);
    assert_eq!(RootSet::new(0, keys([1])), None);
    assert_eq!(RootSet::new(2, keys([1])), None);
    assert_eq!(RootSet::new(2, keys([1, 2, 1])), None, "a key twice");
    assert_eq!(RootSet::new(2, keys(1..=17)), None, "seventeen");
    let one = RootSet::new(1, keys([1])).unwrap();
    assert_eq!(one, RootSet::single(keys([1]).remove(0)));
    assert_eq!(one.id(), public(&key(1)), "a lone key stands for itself");
    assert_eq!(RootSet::decode(&one.encode()), None);
    let two = RootSet::new(2, keys([1, 2])).unwrap().encode();
    assert_eq!(RootSet::decode(&two[..two.len() - 1]), None);
    assert_eq!(RootSet::decode(&[&two[..], &[0]].concat()), None);
    // Which order they are given in makes no other root, and another threshold does.
    let id = |threshold, seeds: [u8; 2]| RootSet::new(threshold, keys(seeds)).unwrap().id();
    assert_eq!(id(2, [1, 2]), id(2, [2, 1]));
    assert_ne!(id(1, [1, 2]), id(2, [1, 2]));
}

#[test]
fn from_one_to_several_to_others_and_back() {
    let (lone, last) = (public(&key(1)), public(&key(90)));
    let (first, second) = (roots(2, &[51, 52, 53]), roots(3, &[52, 53, 54, 55, 56]));
    let office = Office {
        root: key(90),
        version: 9,
        ..Office::default()
    };
    let list = office.trust_token();
    let third = sign_by(rotation_by_several(&second, &last, &list), &[54, 55, 56]);
    let way = sign_by(rotation_by_several(&first, &second.id(), &third), &[53, 51]);
    let whole = sign(rotation(&lone, &first.id(), &way), &key(1));
    for pin in [lone, first.id(), second.id(), last] {
        assert_eq!(TrustList::verify(&whole, &pin).unwrap().root, last);
    }
    assert_eq!(TrustList::named_root(&whole), Some(last));
    for pin in [
        public(&key(51)),
        public(&key(2)),
        roots(1, &[51, 52, 53]).id(),
    ] {
        assert_eq!(
            TrustList::verify(&whole, &pin),
            Err(BadTrustList::UnknownRoot)
        );
    }
    // Too few lead on: whoever pinned that root follows nowhere; who knows a later one is not held up.
    let weak = sign_by(rotation_by_several(&first, &second.id(), &third), &[51]);
    assert_eq!(
        TrustList::verify(&weak, &first.id()),
        Err(BadTrustList::TooFewSignatures)
    );
    assert_eq!(TrustList::verify(&weak, &second.id()).unwrap().root, last);
    // A lone key that says it leads on for a set.
    let forged = sign(rotation(&first.id(), &last, &list), &key(1));
    assert!(TrustList::verify(&forged, &first.id()).is_err());
    let mut deep = list;
    for _ in 0..5 {
        deep = sign_by(rotation_by_several(&first, &first.id(), &deep), &[51, 52]);
    }
    assert_eq!(
        TrustList::verify(&deep, &first.id()),
        Err(BadTrustList::WrongType)
    );
}

#[test]
fn which_of_them_signed_makes_no_other_list() {
    let set = roots(2, &[51, 52, 53]);
    let office = Office::default();
    let by = |seeds: &[u8]| {
        let bundle = office.bundle_with(&office.trust_token_by(&set, seeds));
        Bundle::verify(&bundle, &set.id()).unwrap().trust
    };
    assert_eq!(by(&[51, 52]).digest, by(&[53, 52, 51]).digest);
    let text = office.issue(&claims(ktp()));
    let verdict = credential::verify(
        &text,
        &by(&[51, 53]),
        &office.status_lists(),
        NOW,
        &credential::Policy::default(),
    );
    assert_eq!(verdict.reason(), credential::Reason::Valid);
    // No credential is a COSE_Sign.
    let list = office.trust_token_by(&set, &[51, 52]);
    let shown = credential::token::pack(&list);
    assert_eq!(
        office.verify(&shown).outcome(),
        credential::Outcome::NotValid
    );
}
