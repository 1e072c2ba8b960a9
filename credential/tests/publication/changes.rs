//! Signed batches of changes.

use crate::common::*;
use credential::changes::issue::Facts;
use credential::changes::{BATCH_MAX, BadBatch, Batch, Change, TYP, What};
use credential::cose::CoseError;
use credential::cose::issue::Unsigned;
use credential::ids::KeyId;
use credential::kinds::{KTP, SK_PINDAH};
use ed25519_dalek::SigningKey;

fn publisher() -> KeyId {
    KeyId::of(&public(&key(2)))
}

fn whole() -> Change {
    Change {
        id: [7; 16],
        kind: Some(1),
        number: Some("3273015204870003".into()),
        document: Some([8; 16]),
        what: Some((What::Revoked, NOW - 60)),
        status: Some((URI.into(), 712_345)),
        issued: Some(NOW - DAY),
    }
}

fn batch(changes: Vec<Change>) -> Batch {
    Batch {
        audience: "BPJS".into(),
        issued: NOW,
        next: "17".into(),
        changes,
    }
}

fn judged(payload: &[u8]) -> Result<Batch, BadBatch> {
    let unsigned = Unsigned::new(publisher(), Some(TYP), payload.to_vec());
    Batch::verify(&sign(unsigned, &key(2)), &Office::default().trust(), "BPJS")
}

fn payload(batch: &Batch) -> Vec<u8> {
    batch.unsigned(publisher()).into_payload()
}

#[test]
fn a_batch_reads_back() {
    let whats = [
        (What::Issued, 1, "issued"),
        (What::Suspended, 2, "suspended"),
        (What::Reinstated, 3, "reinstated"),
        (What::Revoked, 4, "revoked"),
        (What::Superseded, 5, "superseded"),
    ];
    let mut changes = vec![
        whole(),
        Change {
            id: [9; 16],
            ..Change::default()
        },
    ];
    for (what, number, name) in whats {
        assert_eq!((what.number(), what.name()), (number, name));
        changes.push(Change {
            what: Some((what, NOW)),
            ..Change::default()
        });
    }
    let sent = batch(changes);
    assert_eq!(judged(&payload(&sent)), Ok(sent));
    let many = batch(vec![Change::default(); BATCH_MAX]);
    assert_eq!(judged(&payload(&many)), Ok(many));
    let too_many = batch(vec![Change::default(); BATCH_MAX + 1]);
    assert_eq!(judged(&payload(&too_many)), Err(BadBatch::Claim("changes")));
}

#[test]
fn who_signed_it_and_for_whom() {
    let trust = Office::default().trust();
    let sent = batch(vec![whole()]);
    let of = |kid: KeyId, typ, key: &SigningKey| {
        let unsigned = Unsigned::new(kid, typ, payload(&sent));
        Batch::verify(&sign(unsigned, key), &trust, "BPJS")
    };
    let other = KeyId::of(&public(&key(3)));
    for (found, wanted, says) in [
        (
            Batch::verify(b"", &trust, "BPJS"),
            BadBatch::Cose(CoseError::NotSign1),
            "not a signed batch of changes (damaged, or another file)",
        ),
        (
            of(publisher(), None, &key(2)),
            BadBatch::WrongType,
            "signed, but not a batch of changes",
        ),
        (
            of(other, Some(TYP), &key(3)),
            BadBatch::UnknownPublisher,
            "signed by a key that may not publish",
        ),
        (
            of(publisher(), Some(TYP), &key(3)),
            BadBatch::Signature,
            "the publisher's signature is wrong",
        ),
        (
            Batch::verify(&sign(sent.unsigned(publisher()), &key(2)), &trust, "POLRI"),
            BadBatch::Audience,
            "it is for another agency",
        ),
        (
            judged(&[0xa0]),
            BadBatch::Claim("aud"),
            "the claim aud is missing or malformed",
        ),
    ] {
        assert_eq!(found, Err(wanted));
        assert_eq!(wanted.to_string(), says);
    }
}

#[test]
fn what_is_malformed_or_of_a_later_version() {
    let good = payload(&batch(vec![whole()]));
    let replaced = |from: &[u8], to: &[u8]| {
        let at = good.windows(from.len()).position(|w| w == from).unwrap();
        [&good[..at], to, &good[at + from.len()..]].concat()
    };
    let changes = Err(BadBatch::Claim("changes"));
    // The change begins with a map of eight, and its id with key 0 and 16 bytes.
    for (from, to, wanted) in [
        (&[0xa8, 0x00, 0x50][..], &[0xa8, 0x10, 0x50][..], "changes"),
        (
            &[0x04, 0x04, 0x05, 0x1a],
            &[0x04, 0x06, 0x05, 0x1a],
            "changes",
        ),
        (
            &[0x04, 0x04, 0x05, 0x1a],
            &[0x04, 0x04, 0x08, 0x1a],
            "changes",
        ),
        (&[0x06, 0x82], &[0x06, 0x81], "changes"),
        (&[0x03, 0x64], &[0x03, 0x44], "aud"),
        (&[0xa4, 0x03], &[0xa4, 0x60], "payload"),
        (&[0xa4, 0x03], &[0xa4, 0x1c], "payload"),
    ] {
        let found = judged(&replaced(from, to));
        assert!(
            matches!(found, Err(BadBatch::Claim(_))),
            "{wanted}: {found:?}"
        );
    }
    assert_eq!(
        judged(&replaced(&[0xa8, 0x00, 0x50], &[0xa8, 0x00, 0x4f])),
        Err(BadBatch::Claim("payload"))
    );
    let empty = payload(&batch(vec![Change::default()]));
    let with = |entry: &[u8]| {
        let body = empty.len() - 19;
        judged(&[&empty[..body], entry].concat())
    };
    let id = [&[0x00, 0x50][..], &[0; 16]].concat();
    // An element of a later version is passed over; a change without an id, or of what and not when, is none.
    assert!(with(&[&[0xa2][..], &id, &[0x18, 0x63, 0x00]].concat()).is_ok());
    assert_eq!(with(&[0xa0]), changes);
    assert_eq!(with(&[&[0xa2][..], &id, &[0x04, 0x01]].concat()), changes);
    assert_eq!(with(&[&[0xa1, 0x00, 0x41], &[0][..]].concat()), changes);
    let later = [
        &[0xa5][..],
        &empty[1..],
        &[0x3a, 0x00, 0x0f, 0xff, 0xff, 0x00],
    ]
    .concat();
    assert!(judged(&later).is_ok(), "a claim of a later version");
    for (missing, name) in [(1, "iat"), (2, "next"), (3, "changes")] {
        // aud, iat, next: their first so many.
        let ends = [1, 7, 18];
        let mut cut = empty[..ends[missing - 1].min(empty.len())].to_vec();
        cut[0] = 0xa0 | missing as u8;
        let found = judged(&cut);
        assert!(found.is_err(), "{name}");
    }
}

#[test]
fn facts_of_a_document() {
    let facts = |document| {
        let payload = claims(document).encode().unwrap();
        let facts = Facts::of(&payload).unwrap();
        (
            facts.region.unwrap_or_default(),
            facts.number.unwrap_or_default(),
        )
    };
    let (region, number) = facts(ktp());
    assert_eq!(
        (region.as_str(), number.as_str()),
        ("3273011001", "3273015204870003")
    );
    let (_, number) = facts(kk_builder(2).build().unwrap());
    assert_eq!(number, "3273010101200001");
    let letter = facts(of_kind(&SK_PINDAH));
    assert!(!letter.1.is_empty() && letter.1 != number, "{letter:?}");
    assert!(Facts::of(b"").is_none());
    assert_eq!(KTP.number, 1);
}
