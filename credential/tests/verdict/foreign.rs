//! Foreign issuers write what ours must not.

use crate::common::*;
use credential::claims::Identity;
use credential::foreign::ForeignValue;
use credential::ids::KeyId;
use credential::reason::Reason;
use credential::status_list::Status;
use credential::token;
use credential::trust_list::Profile;
use ed25519_dalek::Signer;

/// An issuer, a time and the name `A`.
const PAYLOAD: &[u8] = b"\xa3\x01\x67ID.3273\x06\x1a\x6b\x00\x00\x00\x18\xa9\xa1\x04\x61A";

/// `18([protected, {}, payload, signature])`.
fn signed(protected: &[u8], payload: &[u8], by: &Office) -> String {
    let bytes = |content: &[u8]| [&[0x58, content.len() as u8], content].concat();
    // Shorter than 24 bytes is shorter than its two bytes of head.
    let head = |content: &[u8]| match content.len() {
        0..24 => [&[0x40 | content.len() as u8], content].concat(),
        _ => bytes(content),
    };
    let to_be_signed = [
        b"\x84\x6aSignature1",
        &head(protected)[..],
        b"\x40",
        &head(payload),
    ];
    let signature = by.signer.sign(&to_be_signed.concat()).to_bytes();
    let token = [
        &[0xd2, 0x84],
        &head(protected)[..],
        &[0xa0],
        &head(payload),
        &bytes(&signature),
    ];
    token::pack(&token.concat())
}

#[test]
fn header_parameters_of_any_type() {
    let mut office = Office::default();
    office.issuers[0].profile = Profile::Foreign;
    let kid = KeyId::of(&public(&office.signer)).0;
    let header = |entries: u8, more: &[u8]| {
        [
            &[0xa0 | (2 + entries), 0x01, 0x27, 0x04, 0x48],
            &kid[..],
            more,
        ]
        .concat()
    };
    for (entries, more) in [
        (0, &[][..]),
        // `typ` as text, as a number and as an array; a parameter nobody knows, by number and by name.
        (1, b"\x10\x61x"),
        (1, b"\x10\x18\x63"),
        (1, b"\x10\x80"),
        (1, b"\x18\x63\x80"),
        (1, b"\x61x\x80"),
    ] {
        let verdict = office.verify(&signed(&header(entries, more), PAYLOAD, &office));
        assert_eq!(verdict.reason(), Reason::Valid, "{more:02x?}");
    }
    let critical = signed(&header(1, b"\x02\x81\x18\x63"), PAYLOAD, &office);
    assert_ne!(office.verify(&critical).reason(), Reason::Valid);
}

#[test]
fn claims_of_any_form() {
    let mut office = Office::default();
    office.issuers[0].profile = Profile::Foreign;
    let kid = KeyId::of(&public(&office.signer)).0;
    let header = [&[0xa2, 0x01, 0x27, 0x04, 0x48], &kid[..]].concat();
    let reason = |payload: &[u8]| office.verify(&signed(&header, payload, &office)).reason();
    let with = |more: &[u8]| [&[PAYLOAD[0] + 1], &PAYLOAD[1..], more].concat();
    assert_eq!(reason(PAYLOAD), Reason::Valid);
    for more in [
        &b"\x18\x63\x80"[..],
        b"\x38\x63\x80",
        b"\x61x\x80",
        b"\x80\x80",
    ] {
        assert_eq!(reason(&with(more)), Reason::Valid, "{more:02x?}");
    }
    // A reference to a status counts, here to one that is revoked, and one that cannot be read is refused.
    office.statuses = vec![(9, Status::Revoked)];
    let reason = |payload: &[u8]| {
        let text = signed(&header, payload, &office);
        office.verify(&text).reason()
    };
    let status = b"\x19\xff\xff\xa1\x6bstatus_list\xa2\x63idx\x09\x63uri\x6aikd:3273/0";
    assert_eq!(reason(&with(status)), Reason::Revoked);
    assert_eq!(reason(&with(b"\x19\xff\xff\xa0")), Reason::Malformed);
    // A holder's key asks for a proof that there is none of; times are no texts.
    for more in [&b"\x08\xa0"[..], b"\x04\x61x", b"\x05\x61x"] {
        assert_eq!(reason(&with(more)), Reason::Malformed, "{more:02x?}");
    }
    let without = b"\xa2\x01\x67ID.3273\x06\x1a\x6b\x00\x00\x00";
    assert_eq!(reason(without), Reason::Malformed);
}

/// Fields in any order, each of any type; the pictures of others in several shapes.
#[test]
fn what_is_shown_of_an_identity() {
    let mut office = Office::default();
    office.issuers[0].profile = Profile::Foreign;
    let kid = KeyId::of(&public(&office.signer)).0;
    let header = [&[0xa2, 0x01, 0x27, 0x04, 0x48], &kid[..]].concat();
    let fields = b"\xa6\x08\x6820000101\x04\x61A\x09\x02\x10\x41\xff\x18\x3e\xa2\x00\x41\x09\x02\x04\x0b\xf4";
    let before = &PAYLOAD[..PAYLOAD.len() - 4];
    let verdict = office.verify(&signed(&header, &[before, fields].concat(), &office));
    let shown = verdict.credential().expect("valid");
    let claims = shown.claims();
    let Identity::Foreign(identity) = &claims.identity else {
        panic!("a foreign issuer");
    };
    let found: Vec<_> = identity.fields().collect();
    assert_eq!(
        found,
        [
            ("fullName", ForeignValue::Text("A")),
            ("dateOfBirth", ForeignValue::Text("20000101")),
            ("gender", ForeignValue::Number(2)),
            ("photo", ForeignValue::Bytes(&[0xff])),
        ]
    );
    assert_eq!(identity.text(4), Some("A"));
    assert_eq!(identity.text(8), Some("20000101"));
    assert_eq!((identity.text(9), identity.text(1)), (None, None));
    assert_eq!(identity.face(), Some((&[9][..], Some(4))));
    assert!(claims.rows(credential::lang::Lang::Id).is_empty());
}
