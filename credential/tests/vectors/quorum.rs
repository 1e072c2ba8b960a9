//! Trust lists that several keys of a root sign.

#[path = "quorum_forge.rs"]
mod forge;
#[path = "quorum_refused.rs"]
mod refused;

use super::item::{Content, Is};
use super::page::{Page, Vector, hex, unhex};
use super::scene::*;
use super::walk::walk;
use super::{load, stated};
use credential::bundle::Bundle;
use credential::cose::sign::issue::UnsignedBySeveral;
use credential::ed25519::PublicKey;
use credential::trust_list::issue::{Draft, rotation, rotation_by_several};
use credential::trust_list::{BadTrustList, RootSet, TrustList};
use ed25519_dalek::Signer;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

pub fn roots(threshold: usize, names: &[&str]) -> RootSet {
    let keys = names
        .iter()
        .map(|name| PublicKey::from_bytes(&public(name)));
    RootSet::new(threshold, keys.map(Option::unwrap).collect()).unwrap()
}

/// 2 of 3.
pub fn first() -> RootSet {
    roots(2, &["root-a", "root-b", "root-c"])
}

/// 3 of 5.
pub fn second() -> RootSet {
    roots(3, &["root-a", "root-b", "root-c", "root-d", "root-e"])
}

pub fn sign_by(unsigned: UnsignedBySeveral, names: &[&str]) -> Vec<u8> {
    let one = |name: &&str| {
        let signature = key(name).sign(&unsigned.to_be_signed(kid(name)));
        (kid(name), signature.to_bytes())
    };
    let signatures: Vec<_> = names.iter().map(one).collect();
    unsigned.into_token(&signatures)
}

fn of(version: u64, roots: &RootSet) -> Draft {
    Draft {
        root: roots.id(),
        ..draft(version, "root")
    }
}

/// The list of version 10, signed by two of three.
pub fn list_token() -> Vec<u8> {
    let unsigned = of(10, &first()).unsigned_by_several(&first());
    sign_by(unsigned, &["root-c", "root-a"])
}

/// The list of version 11: from one key to 2 of 3, and from these to 3 of 5.
pub fn rotation_token() -> Vec<u8> {
    let unsigned = of(11, &second()).unsigned_by_several(&second());
    let list = sign_by(unsigned, &["root-b", "root-d", "root-e", "root-c"]);
    let inner = rotation_by_several(&first(), &second().id(), &list);
    let inner = sign_by(inner, &["root-a", "root-b"]);
    sign(rotation(&public("root"), &first().id(), &inner), "root")
}

fn stated(page: &mut Page, bytes: &[u8], pin: &[u8; 32]) {
    let list = TrustList::verify(bytes, pin).unwrap();
    page.value("threshold", list.roots.threshold());
    for key in list.roots.keys() {
        page.value("root-key", hex(key.as_bytes()));
    }
    page.hex("root-set", &list.roots.encode());
    page.gap();
    stated::trust(page, &list);
    page.gap();
}

pub fn list_page() -> String {
    let mut page = Page::new("A trust list of a root of three keys, of which two must sign.");
    page.comment("root is SHA-256 of root-set: what verifiers pin.");
    page.gap();
    page.value("accepted-from", hex(&first().id()));
    for name in ["root", "root-a", "root-c"] {
        page.value("refused-from", hex(&public(name)));
    }
    stated(&mut page, &list_token(), &first().id());
    page.comment("The COSE_Sign.");
    page.lines("token", &walk(&list_token(), Is::Sign(Content::TrustList)));
    page.0
}

pub fn rotation_page() -> String {
    let bytes = rotation_token();
    let mut page = Page::new(
        "Two changes of the root: from the lone key of trust-list.txt to two of three keys, and on to three of five.",
    );
    page.comment("A verifier accepts it from each of the three and trusts the last afterwards.");
    page.gap();
    page.value("accepted-from", hex(&public("root")));
    page.value("accepted-from", hex(&first().id()));
    page.value("accepted-from", hex(&second().id()));
    page.value("refused-from", hex(&public("root-a")));
    stated(&mut page, &bytes, &public("root"));
    page.comment(
        "The COSE_Sign1 of the lone key, around a COSE_Sign of 2 of 3, around one of 3 of 5.",
    );
    let within = walk(&bytes, Is::Sign1(Content::RotationToSeveral));
    page.lines("token", &within);
    page.0
}

/// The name of a refusal in the file.
pub fn slug(error: BadTrustList) -> &'static str {
    match error {
        BadTrustList::Cose(_) => "form",
        BadTrustList::WrongType => "type",
        BadTrustList::UnknownRoot => "unknown_root",
        BadTrustList::Signature => "signature",
        BadTrustList::UnknownSigner => "unknown_signer",
        BadTrustList::TooFewSignatures => "too_few_signatures",
        BadTrustList::Claim(_) => "claim",
        BadTrustList::DuplicateKey => "duplicate_key",
    }
}

pub fn refused_page() -> String {
    let mut page = Page::new(
        "Trust lists and rotations of several keys that are refused by whoever pinned `pin`.",
    );
    page.comment("Why, by name: form, type, claim, unknown_root, unknown_signer, too_few_signatures, signature.");
    for case in refused::refused() {
        page.gap();
        page.comment(case.why);
        page.value("case", case.name);
        page.value("pin", hex(&case.pin));
        let error = TrustList::verify(&case.token, &case.pin);
        page.value("refused", error.map_or_else(slug, |_| "ACCEPTED"));
        page.hex("token", &case.token);
    }
    page.0
}

#[test]
fn trust_lists_of_several_keys() {
    let pin = |hex: &str| -> [u8; 32] { unhex(hex).try_into().unwrap() };
    for file in ["trust-list-quorum.txt", "root-rotation-quorum.txt"] {
        let vector = load(file);
        let bytes = vector.bytes("token");
        let set = RootSet::decode(vector.bytes("root-set")).unwrap();
        assert_eq!(set.encode(), vector.bytes("root-set"), "{file}");
        assert_eq!(hex(&Sha256::digest(set.encode())), vector.get("root"));
        assert_eq!(set.threshold() as i64, vector.number("threshold"), "{file}");
        let keys = set.keys().iter().map(|key| hex(key.as_bytes()));
        assert!(keys.eq(vector.all("root-key")), "{file}");
        for root in vector.all("accepted-from") {
            let list = TrustList::verify(bytes, &pin(root)).unwrap();
            assert_eq!((list.root, &list.roots), (set.id(), &set), "{file}");
            let mut page = Page(String::new());
            stated::trust(&mut page, &list);
            for (name, value) in &Vector::parse(&page.0).items {
                assert!(vector.all(name).any(|v| v == value), "{file}: {name}");
            }
        }
        for root in vector.all("refused-from") {
            let refused = TrustList::verify(bytes, &pin(root));
            assert_eq!(refused, Err(BadTrustList::UnknownRoot), "{file}");
        }
        assert_eq!(TrustList::named_root(bytes), Some(set.id()), "{file}");
        // Nothing in it can be changed.
        let trusted = pin(vector.all("accepted-from").next().unwrap());
        for bit in 0..bytes.len() * 8 {
            let mut bad = bytes.to_vec();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(TrustList::verify(&bad, &trusted).is_err(), "{file}: {bit}");
        }
    }
}

#[test]
fn a_bundle_of_a_root_of_several_keys() {
    let (vector, list) = (load("bundle-quorum.txt"), load("trust-list-quorum.txt"));
    let root = unhex(vector.get("root")).try_into().unwrap();
    let bundle = Bundle::verify(vector.bytes("token"), &root).unwrap();
    let expected = TrustList::verify(list.bytes("token"), &root).unwrap();
    assert_eq!(bundle.trust, expected);
}

#[test]
fn trust_lists_of_several_keys_that_are_refused() {
    let vector = load("quorum-refused.txt");
    let tokens = vector.blocks.iter().map(|(_, bytes)| bytes);
    let rows = vector.all("case").zip(vector.all("pin")).zip(tokens);
    let mut names = BTreeSet::new();
    for (((name, pin), token), why) in rows.zip(vector.all("refused")) {
        let pin = unhex(pin).try_into().unwrap();
        let refused = TrustList::verify(token, &pin);
        assert_eq!(refused.map_err(slug).err(), Some(why), "{name}");
        names.insert(name);
    }
    assert_eq!(names.len(), vector.blocks.len(), "names are unique");
}
