//! Claims that an office signed although they break the format, one item at a time.

use crate::common::*;
use ciborium::Value as Cbor;
use credential::claims::BadClaims;
use credential::cose::issue::Unsigned;
use credential::document::{BadDocument, BadValue};
use credential::ids::KeyId;
use credential::reason::Reason;
use credential::token;
use credential::verify::Detail;
use credential::{Policy, Verdict, verify};

type Map = Vec<(Cbor, Cbor)>;

fn at(map: &mut Map, key: impl Into<Cbor>) -> &mut Cbor {
    let key = key.into();
    &mut map.iter_mut().find(|(k, _)| *k == key).expect("key").1
}

/// The verdict on a KTP bound to a phone, after a change to the tree of its claims.
fn judged(change: impl FnOnce(&mut Map)) -> Verdict {
    let office = Office::default();
    let mut claims = claims(ktp());
    claims.cnf = Some(crate::phone::Phone::es256(9).key());
    let payload = claims.encode().unwrap();
    let mut tree: Cbor = ciborium::from_reader(&payload[..]).unwrap();
    change(tree.as_map_mut().unwrap());
    let mut payload = vec![];
    ciborium::into_writer(&tree, &mut payload).unwrap();
    let unsigned = Unsigned::new(KeyId::of(&public(&office.signer)), None, payload);
    office.verify(&token::pack(&sign(unsigned, &office.signer)))
}

fn refusal(change: impl FnOnce(&mut Map)) -> BadClaims {
    let verdict = judged(change);
    assert_eq!(verdict.reason(), Reason::Malformed);
    match verdict.detail() {
        Some(Detail::Claims(claims)) => claims,
        detail => panic!("{detail:?}"),
    }
}

#[test]
fn a_status_is_an_index_and_a_name() {
    assert_eq!(judged(|_| ()).reason(), Reason::HolderProofMissing);
    let status = |change: fn(&mut Map)| {
        let told = refusal(|claims| {
            let list = at(claims, 65_535).as_map_mut().unwrap();
            change(at(list, "status_list").as_map_mut().unwrap());
        });
        assert_eq!(told, BadClaims::Claim("status"));
    };
    status(|list| list[1].0 = "url".into());
    status(|list| list.truncate(1));
    status(|list| list[0].1 = (1u64 << 32).into());
    status(|list| list[1].1 = "a b".into());
}

#[test]
fn a_holders_key_has_its_parameters_and_no_others() {
    let key = |change: fn(&mut Map)| {
        let told = refusal(|claims| {
            let confirmation = at(claims, 8).as_map_mut().unwrap();
            change(at(confirmation, 1).as_map_mut().unwrap());
        });
        assert_eq!(told, BadClaims::Claim("cnf"));
    };
    // 1: 2, -1: 1, -2: x, -3: which y. Other names in their places, in the order that the gate wants.
    key(|key| key[0].0 = 2.into());
    key(|key| key[1].0 = 2.into());
    key(|key| (key[2].0, key[3].0) = ((-3).into(), (-4).into()));
    key(|key| key[3].0 = (-4).into());
    // Of another type or curve, too short, and without the sign of y.
    key(|key| key[0].1 = 1.into());
    key(|key| key[1].1 = 2.into());
    key(|key| key[2].1 = Cbor::Bytes(vec![1; 31]));
    key(|key| key[3].1 = 0.into());
    key(|key| key.truncate(3));
}

#[test]
fn a_purpose_of_a_later_version_is_grey() {
    let verdict = judged(|claims| {
        let identity = at(claims, 169).as_map_mut().unwrap();
        identity.push((95.into(), 200.into()));
    });
    assert_eq!(verdict.reason(), Reason::NewerFormat);
    let unknown = BadClaims::Document(BadDocument::UnknownProfile(200));
    assert_eq!(verdict.detail(), Some(Detail::Claims(unknown)));
}

#[test]
fn a_region_is_written_in_one_way() {
    let told = refusal(|claims| {
        let identity = at(claims, 169).as_map_mut().unwrap();
        *at(identity, 21) = "32.73.01.1001".into();
    });
    let rule = BadDocument::Value {
        field: "kode_wilayah",
        member: None,
        rule: BadValue::Rule("has dots on the wire"),
    };
    assert_eq!(told, BadClaims::Document(rule));
}

/// A list that is newer than this clock: the clock is behind, whatever the list says.
#[test]
fn a_status_list_of_tomorrow_is_grey() {
    let office = Office::default();
    let text = office.issue(&claims(ktp()));
    for (issued, reason) in [
        (NOW + 300, Reason::Valid),
        (NOW + 301, Reason::ClockBehind),
        (NOW + DAY, Reason::ClockBehind),
    ] {
        let later = Office {
            issued,
            ..Office::default()
        };
        let lists = later.status_lists();
        let verdict = verify(&text, &office.trust(), &lists, NOW, &Policy::default());
        assert_eq!(verdict.reason(), reason, "{}", issued - NOW);
    }
}
