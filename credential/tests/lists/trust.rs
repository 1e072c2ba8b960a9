//! Trust lists and bundles that say more than this version knows, or what cannot be.

use crate::common::roots::{roots, sign_by};
use crate::common::*;
use ciborium::Value as Cbor;
use credential::bundle::{self, BadBundle, Bundle};
use credential::cose::Sign1;
use credential::cose::issue::Unsigned;
use credential::history::{History, MAX_SEEN, Older};
use credential::ids::KeyId;
use credential::trust_list::issue::{Draft, Proposal, rotation};
use credential::trust_list::{self, BadTrustList, MAX_ROTATIONS, Profile, TrustList};

type Map = Vec<(Cbor, Cbor)>;

fn at(map: &mut Map, key: i64) -> &mut Cbor {
    let key = Cbor::from(key);
    &mut map.iter_mut().find(|(k, _)| *k == key).expect("key").1
}

/// A signed file again, by the same key, after a change to the tree of its claims.
fn edited(
    token: &[u8],
    typ: &str,
    key: &ed25519_dalek::SigningKey,
    change: impl FnOnce(&mut Map),
) -> Vec<u8> {
    let payload = Sign1::parse_canonical(token).unwrap().payload;
    let mut tree: Cbor = ciborium::from_reader(payload).unwrap();
    change(tree.as_map_mut().unwrap());
    let mut payload = vec![];
    ciborium::into_writer(&tree, &mut payload).unwrap();
    sign(
        Unsigned::new(KeyId::of(&public(key)), Some(typ), payload),
        key,
    )
}

#[test]
fn a_claim_that_a_bundle_may_have_one_day_is_passed_over() {
    let office = Office::default();
    let later = edited(
        &office.bundle_bytes(),
        bundle::TYP,
        &office.publisher,
        |claims| {
            claims.push((Cbor::from(-65_600), "news".into()));
        },
    );
    let bundle = Bundle::verify(&later, &public(&office.root)).unwrap();
    assert_eq!((bundle.issued, bundle.trust.version), (office.issued, 1));
    assert_eq!(bundle.statuses.len(), 1);
    // One that it has in another form is not.
    let wrong = edited(
        &office.bundle_bytes(),
        bundle::TYP,
        &office.publisher,
        |claims| {
            *at(claims, -65_541) = 1.into();
        },
    );
    let told = Bundle::verify(&wrong, &public(&office.root)).unwrap_err();
    assert_eq!(told, BadBundle::Claim("trust list"));
}

#[test]
fn an_issuers_profile_is_one_of_two() {
    let office = Office::default();
    let with_profile = |number: i64| {
        let token = edited(
            &office.trust_token(),
            trust_list::TYP,
            &office.root,
            |claims| {
                let issuers = at(claims, -65_539).as_array_mut().unwrap();
                let issuer = issuers[0].as_map_mut().unwrap();
                issuer.push((10.into(), number.into()));
            },
        );
        TrustList::verify(&token, &public(&office.root))
    };
    let profile = |number| {
        with_profile(number)
            .unwrap()
            .issuers()
            .next()
            .unwrap()
            .profile
    };
    // Written out, although an issuer of our own does not need it.
    assert_eq!(profile(0), Profile::Canonical);
    assert_eq!(profile(1), Profile::Foreign);
    for number in [2, 255, 256, -1] {
        let told = with_profile(number).unwrap_err();
        assert_eq!(told, BadTrustList::Claim("issuers"), "{number}");
    }
}

#[test]
fn rotations_are_followed_so_far_and_no_farther() {
    let office = Office::default();
    let mut token = office.trust_token();
    let mut root = public(&office.root);
    for n in 0..=MAX_ROTATIONS {
        assert_eq!(TrustList::named_root(&token), Some(public(&office.root)));
        let list = TrustList::verify(&token, &root).unwrap();
        assert_eq!(list.root, public(&office.root), "after {n}");
        let older = key(60 + n as u8);
        token = sign(rotation(&public(&older), &root, &token), &older);
        root = public(&older);
    }
    assert_eq!(TrustList::named_root(&token), None);
    let told = TrustList::verify(&token, &root).unwrap_err();
    assert_eq!(told, BadTrustList::WrongType);
}

#[test]
fn a_list_names_the_root_whose_keys_it_lists() {
    let set = roots(2, &[21, 22, 23]);
    let draft = |root| Draft {
        version: 1,
        issued: NOW,
        next_update: NOW + 30 * DAY,
        root,
        publishers: vec![],
        issuers: vec![],
    };
    let proposed = |root| Proposal::read(&draft(root).unsigned_by_several(&set).into_payload());
    assert!(proposed(set.id()).is_ok());
    let other = roots(1, &[21, 22, 23]).id();
    assert_eq!(proposed(other).err(), Some(BadTrustList::Claim("root")));
    // Nor does a verifier take it, once it is signed.
    let token = sign_by(draft(other).unsigned_by_several(&set), &[21, 22]);
    let told = TrustList::verify(&token, &set.id()).unwrap_err();
    assert_eq!(told, BadTrustList::Claim("root"));
}

#[test]
fn a_memory_has_a_bound() {
    let office = Office::default();
    let mut memory = History::default();
    // Its parts are a name with its length, an issuer with its length, a time and a count of none.
    let name = "x".repeat(MAX_SEEN - 100);
    memory.seen.add("ID.1", &name, 0, &[]);
    assert!(memory.clone().accept(&mut office.bundle()).is_ok());
    memory.seen.add("ID.2", &"x".repeat(100), 0, &[]);
    let told = memory.accept(&mut office.bundle()).unwrap_err();
    assert_eq!(told, Older::TooMuch);
}
