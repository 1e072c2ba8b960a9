//! A page's memory follows to a root of several keys, by the rules of the store.

#[path = "../../../credential/tests/common/mod.rs"]
mod office;

use credential::trust_list::issue::rotation;
use ikd_engine::{Engine, Request};
use office::roots::roots;
use office::{NOW, Office, claims, key, ktp, public, sign};
use serde_json::Value;

fn ask(engine: &mut Engine, fields: &[(&str, &[u8])]) -> (Value, Vec<u8>) {
    let mut message = vec![];
    for (name, value) in fields {
        for part in [name.as_bytes(), value] {
            message.extend((part.len() as u32).to_le_bytes());
            message.extend(part);
        }
    }
    let reply = engine.call(&Request::parse(&message).unwrap()).unwrap();
    let (head, rest) = reply.bytes.split_at(reply.head);
    (serde_json::from_slice(head).unwrap(), rest.to_vec())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `setBundle` with the memory that the answer before left.
fn set(bundle: &[u8], root: Option<&[u8]>, before: Option<&(Value, Vec<u8>)>) -> (Value, Vec<u8>) {
    let now = NOW.to_string();
    let mut fields: Vec<(String, Vec<u8>)> = vec![];
    if let Some((told, seen)) = before {
        for (name, value) in told["memory"].as_object().unwrap() {
            let text = value.as_str().map_or(value.to_string(), str::to_string);
            fields.push((format!("memory.{name}"), text.into()));
        }
        fields.push(("memory.seen".into(), seen.clone()));
    }
    let mut all: Vec<(&str, &[u8])> = vec![("op", b"setBundle"), ("bundle", bundle)];
    all.push(("now", now.as_bytes()));
    all.extend(root.map(|root| ("root", root)));
    all.extend(
        fields
            .iter()
            .map(|(name, value)| (name.as_str(), &value[..])),
    );
    ask(&mut Engine::default(), &all)
}

#[test]
fn memory_follows_to_several_keys_and_not_back() {
    let (office, several) = (Office::default(), roots(2, &[51, 52, 53]));
    let lone = public(&office.root);
    let before = set(&office.bundle_bytes(), Some(&lone), None);
    assert_eq!(before.0["ok"], true, "{}", before.0);
    let next = Office {
        version: 2,
        issued: office.issued + 60,
        ..Office::default()
    };
    let list = next.trust_token_by(&several, &[53, 51]);
    let alone = set(&next.bundle_with(&list), None, Some(&before));
    assert_eq!(alone.0["code"], "unknown_root");
    let led = sign(rotation(&lone, &several.id(), &list), &key(1));
    let after = set(&next.bundle_with(&led), None, Some(&before));
    assert_eq!(after.0["ok"], true, "{}", after.0);
    assert_eq!(after.0["memory"]["root"], hex(&several.id()));
    assert_eq!(after.0["memory"]["first_root"], hex(&lone));
    // Both roots name this memory, a key of the set does not.
    let again = |root: &[u8]| set(&next.bundle_with(&led), Some(root), Some(&after)).0;
    assert_eq!(again(&several.id())["ok"], true);
    assert_eq!(again(&lone)["ok"], true);
    assert_eq!(again(&public(&key(51)))["code"], "other_root");
    let third = Office {
        version: 3,
        issued: office.issued + 120,
        ..Office::default()
    };
    let back = set(&third.bundle_bytes(), None, Some(&after));
    assert_eq!(back.0["code"], "unknown_root");
    let too_few = third.bundle_with(&third.trust_token_by(&several, &[52]));
    assert_eq!(set(&too_few, None, Some(&after)).0["code"], "bad_bundle");
    // First use takes the root that the bundle names.
    let first = set(&next.bundle_with(&list), None, None);
    assert_eq!(first.0["root"], hex(&several.id()));
}

#[test]
fn a_document_is_judged_by_a_list_of_several() {
    let (office, several) = (Office::default(), roots(3, &[51, 52, 53, 54, 55]));
    let bundle = office.bundle_with(&office.trust_token_by(&several, &[51, 53, 55]));
    let mut engine = Engine::default();
    let now = NOW.to_string();
    let (told, _) = ask(
        &mut engine,
        &[
            ("op", b"setBundle"),
            ("bundle", &bundle),
            ("root", &several.id()),
            ("now", now.as_bytes()),
        ],
    );
    assert_eq!(told["root"], hex(&several.id()));
    let text = office.issue(&claims(ktp()));
    let (verdict, _) = ask(
        &mut engine,
        &[
            ("op", b"judge"),
            ("text", text.as_bytes()),
            ("now", now.as_bytes()),
        ],
    );
    assert_eq!(verdict["reason"], "valid", "{verdict}");
}
