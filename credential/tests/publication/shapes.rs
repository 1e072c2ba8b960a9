//! Signed contents of another shape: every part of every content, replaced by something of another type, left out or one
//! more. Where null stands it is refused, and whatever is taken is written again as it was.

use crate::common::*;
use ciborium::Value;
use credential::bundle::{self, Bundle};
use credential::claims::Claims;
use credential::cose::Sign1;
use credential::cose::issue::Unsigned;
use credential::ids::KeyId;
use credential::kinds::SK_PINDAH;
use credential::national::issue::{self, Draft};
use credential::national::{self, Builder, National};
use credential::publication::{self, Unproven};
use credential::reason::Reason;
use credential::status_list::Status;
use credential::trust_list::{self, KeyState, TrustList};
use credential::{Policy, token, verify};
use ed25519_dalek::SigningKey;

/// Each content of another shape, and whether it is a null that makes it so.
fn others(of: &Value) -> Vec<(Value, bool)> {
    let mut made = vec![(Value::Null, true)];
    let texts = ["", "x", "BUKAN"].map(|text| Value::Text(text.into()));
    let numbers = [-7, 0, 99, 5_000_000_000_i64].map(|n| Value::Integer(n.into()));
    let more = [
        Value::Bool(true),
        Value::Bytes(vec![1; 9]),
        Value::Array(vec![]),
        Value::Map(vec![]),
    ];
    let all = texts.into_iter().chain(numbers).chain(more);
    made.extend(all.map(|value| (value, false)));
    match of {
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                let put = |item: Value| {
                    let mut items = items.clone();
                    items[n] = item;
                    Value::Array(items)
                };
                made.extend(
                    others(item)
                        .into_iter()
                        .map(|(item, null)| (put(item), null)),
                );
            }
            made.push((
                Value::Array(items[..items.len().max(1) - 1].to_vec()),
                false,
            ));
            let twice = items.iter().chain(items.last()).cloned();
            made.push((Value::Array(twice.collect()), false));
        }
        Value::Map(entries) => {
            for (n, (_, value)) in entries.iter().enumerate() {
                let put = |value: Value| {
                    let mut entries = entries.clone();
                    entries[n].1 = value;
                    Value::Map(entries)
                };
                made.extend(
                    others(value)
                        .into_iter()
                        .map(|(value, null)| (put(value), null)),
                );
                let mut without = entries.clone();
                without.remove(n);
                made.push((Value::Map(without), false));
            }
            let mut more = entries.clone();
            more.push((Value::Integer(999_999.into()), Value::Integer(1.into())));
            made.push((Value::Map(more), false));
        }
        _ => {}
    }
    made
}

fn shapes(payload: &[u8]) -> Vec<(Vec<u8>, bool)> {
    let value: Value = ciborium::from_reader(payload).unwrap();
    let bytes = |value: &Value| {
        let mut bytes = Vec::new();
        ciborium::into_writer(value, &mut bytes).unwrap();
        bytes
    };
    assert_eq!(bytes(&value), payload);
    let all = others(&value).into_iter();
    all.map(|(value, null)| (bytes(&value), null))
        .filter(|(bytes, _)| bytes != payload)
        .collect()
}

fn signed(payload: Vec<u8>, typ: Option<&str>, key: &SigningKey) -> Vec<u8> {
    sign(Unsigned::new(KeyId::of(&public(key)), typ, payload), key)
}

fn payload(token: &[u8]) -> Vec<u8> {
    Sign1::parse_canonical(token).unwrap().payload.to_vec()
}

#[test]
fn of_credentials() {
    let office = Office::default();
    let (trust, lists) = (office.trust(), office.status_lists());
    let bound = Claims {
        cnf: Some(holder()),
        exp: Some(NOW + DAY),
        nbf: Some(NOW - DAY),
        ..claims(
            ktp_builder()
                .set(&credential::kinds::fields::FACE, face(9))
                .build()
                .unwrap(),
        )
    };
    let mut reasons = std::collections::BTreeSet::new();
    for claims in [
        bound,
        claims(kk_builder(2).build().unwrap()),
        claims(of_kind(&SK_PINDAH)),
    ] {
        let good = claims.encode().unwrap();
        for (bytes, _) in shapes(&good) {
            let text = token::pack(&signed(bytes.clone(), None, &office.signer));
            let verdict = verify(&text, &trust, &lists, NOW, &Policy::default());
            reasons.insert(verdict.reason().code());
            if let Some(shown) = verdict.credential() {
                assert_eq!(
                    shown.claims().encode(),
                    Some(bytes),
                    "taken, and not the one form"
                );
            }
        }
    }
    for reason in [
        Reason::Malformed,
        Reason::NewerFormat,
        Reason::IssuerMismatch,
    ] {
        assert!(reasons.contains(reason.code()), "{reasons:?}");
    }
}

#[test]
fn of_trust_lists_and_bundles() {
    let mut office = Office::default();
    let mut retired = issuer(&key(30));
    retired.state = KeyState::Retired(NOW);
    office.issuers.push(retired);
    let root = public(&office.root);
    let mut taken = 0;
    for (bytes, null) in shapes(&payload(&office.trust_token())) {
        let token = signed(bytes, Some(trust_list::TYP), &office.root);
        let read = TrustList::verify(&token, &root);
        assert!(!null || read.is_err(), "{read:?}");
        taken += u32::from(read.is_ok());
    }
    assert!(taken > 0);
    for (bytes, null) in shapes(&payload(&office.bundle_bytes())) {
        let token = signed(bytes, Some(bundle::TYP), &office.publisher);
        let read = Bundle::verify(&token, &root);
        assert!(!null || read.is_err());
    }
}

#[test]
fn of_heads() {
    let office = Office::default();
    let trust = office.trust();
    let good = crate::signed(&office, &crate::head());
    for (bytes, null) in shapes(&payload(&good)) {
        let token = signed(bytes, Some(publication::TYP), &office.publisher);
        let read = Unproven::read(&token).map(|head| head.proven_by(&trust));
        assert!(!null || !matches!(read, Ok(Ok(_))), "{read:?}");
    }
    let mut builder = Builder::new();
    let states = [(3, Status::Revoked), (5, Status::Suspended)];
    builder.shard(ISS, URI, 64, states).unwrap();
    let body = builder.finish();
    let draft = Draft {
        version: 7,
        issued: NOW - DAY,
        expires: NOW + DAY,
        trust_version: 1,
    };
    let publisher = KeyId::of(&public(&office.publisher));
    let good = issue::unsigned(publisher, &draft, &body).into_payload();
    let open = |head: Vec<u8>| {
        let head = signed(head, Some(national::TYP), &office.publisher);
        National::open(issue::file(&head, body.bytes()), &trust)
    };
    let covered = open(good.clone()).unwrap().head().coverage;
    for (bytes, null) in shapes(&good) {
        let read = open(bytes);
        assert!(!null || read.is_err());
        if let Ok(read) = read {
            assert_eq!(read.head().coverage, covered);
        }
    }
}
