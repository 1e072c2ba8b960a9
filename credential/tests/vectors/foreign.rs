//! The vector of a foreign Claim 169 issuer.

use super::generate::{LIST, verdicts};
use super::item::{Content, Is};
use super::page::Page;
use super::scene::*;
use super::walk::walk;
use ciborium::Value as Cbor;
use credential::Policy;
use credential::base45;
use credential::claims::Identity;
use credential::status_source::NoStatus;
use credential::token::deflate;
use credential::trust_list::TrustList;
use ed25519_dalek::Signer;

/// A foreign Claim 169 token in the loosest accepted form.
pub fn page() -> String {
    let identity = map(vec![
        (4, "Janardhan BS".into()),
        (1, "3918592438".into()),
        (9, 1.into()),
    ]);
    let bytes = foreign_token(Cbor::Bytes(write(&identity)));
    let mut page = Page::new(
        "A foreign Claim 169 token in a loose form: no tag, alg -19, kid unprotected, claim 169 in a byte string, keys out of order, no status.",
    );
    page.comment("The names of keys in claim 169 are those of this format; FORMAT.md §12 has the standard ones.");
    page.gap();
    page.value("signer", "foreign");
    page.lines("token", &walk(&bytes, Is::Sign1(Content::Foreign)));
    page.gap();
    page.comment("The zlib stream has the header of level 6, which the canonical form has not.");
    let zlib = loose(&bytes);
    page.hex("zlib", &zlib);
    page.gap();
    page.qr(&base45::encode(&zlib));
    verdicts(
        &mut page,
        LIST,
        &[(NOW, "valid"), (NOW + 29 * DAY + 1, "trust_list_stale")],
    );
    page.0
}

fn loose(token: &[u8]) -> Vec<u8> {
    let mut zlib = deflate(token);
    zlib[1] = 0x9c;
    zlib
}

fn write(value: &Cbor) -> Vec<u8> {
    let mut bytes = vec![];
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

fn map(entries: Vec<(i64, Cbor)>) -> Cbor {
    Cbor::Map(entries.into_iter().map(|(k, v)| (k.into(), v)).collect())
}

fn foreign_token(identity: Cbor) -> Vec<u8> {
    let payload = write(&map(vec![
        (169, identity),
        (6, (NOW - DAY).into()),
        (1, "id.example".into()),
    ]));
    let protected = write(&map(vec![(1, (-19).into())]));
    let signed = write(&Cbor::Array(vec![
        "Signature1".into(),
        Cbor::Bytes(protected.clone()),
        Cbor::Bytes(vec![]),
        Cbor::Bytes(payload.clone()),
    ]));
    let signature = key("foreign").sign(&signed).to_bytes();
    write(&Cbor::Array(vec![
        Cbor::Bytes(protected),
        map(vec![(4, Cbor::Bytes(kid("foreign").0.to_vec()))]),
        Cbor::Bytes(payload),
        Cbor::Bytes(signature.to_vec()),
    ]))
}

/// The names that the decoder gives to keys 1 to 23, read from a token that has them all.
pub fn names() -> Vec<(u8, String)> {
    let identity = map((1..=23).map(|key| (key, key.into())).collect());
    let text = base45::encode(&loose(&foreign_token(identity)));
    let trust = TrustList::verify(&trust_token(), &public("root")).unwrap();
    let policy = Policy::default();
    let verdict = credential::verify(&text, &trust, &NoStatus, NOW, &policy);
    let shown = verdict.credential().expect("a valid token");
    let Identity::Foreign(identity) = shown.claims().identity else {
        unreachable!("signed by the foreign issuer");
    };
    super::document::names(identity.fields())
}
