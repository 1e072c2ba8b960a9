//! Proofs by another key, around another credential, or in another form.

use crate::bound;
use crate::common::*;
use crate::phone::{Phone, proof};
use credential::claims::Claims;
use credential::reason::Reason;
use credential::token;
use credential::verify::Shown;
use ed25519_dalek::Signer;

#[test]
fn another_phone_or_another_credential_is_red() {
    let office = Office::default();
    for (phone, thief) in [
        (Phone::es256(9), Phone::es256(10)),
        (Phone::ed25519(9), Phone::ed25519(10)),
        (Phone::es256(9), Phone::ed25519(9)),
        (Phone::ed25519(9), Phone::es256(9)),
    ] {
        let card = bound(&office, &phone);
        let bytes = token::unpack(&card).unwrap().bytes;
        // A copied credential under a proof by the thief's own key.
        let unsigned = proof(NOW).around(&bytes).unwrap();
        let signature = thief.sign(&unsigned.to_be_signed());
        let shown = token::pack(&unsigned.into_token(&signature));
        let verdict = office.verify(&shown);
        assert_eq!(verdict.reason(), Reason::HolderProofInvalid);
        assert_eq!(verdict.credential().unwrap().shown(), &Shown::Unproven);
        // A genuine proof, with another credential of the same phone put into it.
        let other = office.issue(&Claims {
            cnf: Some(phone.key()),
            ..claims(kk_builder(2).build().unwrap())
        });
        let other = token::unpack(&other).unwrap().bytes;
        let signed = proof(NOW).around(&bytes).unwrap();
        let signature = phone.sign(&signed.to_be_signed());
        let swapped = proof(NOW).around(&other).unwrap().into_token(&signature);
        assert_eq!(
            office.verify(&token::pack(&swapped)).reason(),
            Reason::HolderProofInvalid
        );
    }
}

#[test]
fn the_other_form_of_an_es256_signature_is_refused() {
    let office = Office::default();
    let phone = Phone::es256(9);
    let card = bound(&office, &phone);
    let (mut low, mut high) = (0, 0);
    for iat in NOW - 40..NOW {
        let token = phone.presentation(&card, proof(iat));
        assert_eq!(office.verify(&token::pack(&token)).reason(), Reason::Valid);
        let (body, signature) = token.split_at(token.len() - 64);
        let signature: [u8; 64] = signature.try_into().unwrap();
        let parsed = p256::ecdsa::Signature::from_slice(&signature).unwrap();
        let (r, s) = parsed.split_scalars();
        let other = p256::ecdsa::Signature::from_scalars(r, -s).unwrap();
        // ECDSA itself takes both.
        let other: [u8; 64] = other.to_bytes().into();
        assert_ne!(other, signature);
        let forged = [body, &other].concat();
        assert_eq!(
            office.verify(&token::pack(&forged)).reason(),
            Reason::HolderProofInvalid
        );
        // A phone may sign either; what it shows has the low one.
        match phone.sign(
            &proof(iat)
                .around(&token::unpack(&card).unwrap().bytes)
                .unwrap()
                .to_be_signed(),
        ) {
            signed if signed == signature => low += 1,
            _ => high += 1,
        }
    }
    assert!(low > 0 && high > 0, "both forms were signed: {low} {high}");
}

/// Every way to leave the one form, each signed by the right phone.
#[test]
fn only_one_form_is_read() {
    let office = Office::default();
    let holder = key(9);
    let phone = Phone::ed25519(9);
    let card = token::unpack(&bound(&office, &phone)).unwrap().bytes;
    let paper = token::unpack(&office.issue(&claims(ktp()))).unwrap().bytes;
    let iat = (NOW as u32).to_be_bytes();
    let payload = [&[0xa1, 0x06, 0x1a][..], &iat].concat();
    let headers = |alg: u8, card: &[u8], typ: &[u8]| {
        [&[0xa3, 0x01, alg, 0x0d][..], card, &[0x10], typ].concat()
    };
    let good = headers(0x27, &card, &[0x19, 0x01, 0x26]);
    let bytes = |value: &[u8]| {
        let mut w = credential::cbor::write::Writer::new();
        w.bytes(value);
        w.into_bytes()
    };
    let envelope = |tag: &[u8], protected: &[u8], unprotected: &[u8], payload: &[u8]| {
        let to_be_signed = [
            b"\x84\x6aSignature1",
            &bytes(protected)[..],
            b"\x40",
            &bytes(payload),
        ]
        .concat();
        let signature = holder.sign(&to_be_signed).to_bytes();
        let parts = [
            tag,
            &[0x84],
            &bytes(protected),
            unprotected,
            &bytes(payload),
            &bytes(&signature),
        ];
        token::pack(&parts.concat())
    };
    let cases = [
        (
            "the form itself",
            envelope(&[0xd2], &good, &[0xa0], &payload),
            Reason::Valid,
        ),
        (
            "no tag",
            envelope(&[], &good, &[0xa0], &payload),
            Reason::NotCose,
        ),
        (
            "61(18(…))",
            envelope(&[0xd8, 61, 0xd2], &good, &[0xa0], &payload),
            Reason::NotCose,
        ),
        (
            "an unprotected header",
            envelope(&[0xd2], &good, &[0xa1, 4, 0x41, 0], &payload),
            Reason::NotCose,
        ),
        (
            "alg −19",
            envelope(
                &[0xd2],
                &headers(0x32, &card, &[0x19, 1, 0x26]),
                &[0xa0],
                &payload,
            ),
            Reason::UnsupportedAlgorithm,
        ),
        (
            "another typ",
            envelope(
                &[0xd2],
                &headers(0x27, &card, &[0x19, 1, 0x27]),
                &[0xa0],
                &payload,
            ),
            Reason::NotCose,
        ),
        (
            "typ in a longer form",
            envelope(
                &[0xd2],
                &headers(0x27, &card, &[0x1a, 0, 0, 1, 0x26]),
                &[0xa0],
                &payload,
            ),
            Reason::NotCose,
        ),
        (
            "ES256 named for an Ed25519 key",
            envelope(
                &[0xd2],
                &headers(0x26, &card, &[0x19, 1, 0x26]),
                &[0xa0],
                &payload,
            ),
            Reason::HolderProofInvalid,
        ),
        (
            "a credential as bytes",
            envelope(
                &[0xd2],
                &headers(0x27, &bytes(&card), &[0x19, 1, 0x26]),
                &[0xa0],
                &payload,
            ),
            Reason::NotCose,
        ),
        (
            "a credential without cnf",
            envelope(
                &[0xd2],
                &headers(0x27, &paper, &[0x19, 1, 0x26]),
                &[0xa0],
                &payload,
            ),
            Reason::NotHolderBound,
        ),
        (
            "a presentation in a presentation",
            {
                let inner = phone.presentation(&token::pack(&card), proof(NOW));
                envelope(
                    &[0xd2],
                    &headers(0x27, &inner, &[0x19, 1, 0x26]),
                    &[0xa0],
                    &payload,
                )
            },
            Reason::NotCose,
        ),
        (
            "no iat",
            envelope(&[0xd2], &good, &[0xa0], &[0xa0]),
            Reason::Malformed,
        ),
        (
            "iat as a float",
            envelope(&[0xd2], &good, &[0xa0], &[0xa1, 6, 0xf9, 0, 0]),
            Reason::NotCose,
        ),
        (
            "an unknown claim",
            envelope(
                &[0xd2],
                &good,
                &[0xa0],
                &[&[0xa2, 6, 0x1a][..], &iat, &[7, 0x41, 0]].concat(),
            ),
            Reason::Malformed,
        ),
        (
            "an empty audience",
            envelope(
                &[0xd2],
                &good,
                &[0xa0],
                &[&[0xa2, 3, 0x60, 6, 0x1a][..], &iat].concat(),
            ),
            Reason::Malformed,
        ),
        (
            "a short nonce",
            envelope(
                &[0xd2],
                &good,
                &[0xa0],
                &[&[0xa2, 6, 0x1a][..], &iat, &[0x18, 39, 0x41, 0]].concat(),
            ),
            Reason::Malformed,
        ),
        (
            "claims in the wrong order",
            envelope(
                &[0xd2],
                &good,
                &[0xa0],
                &[&[0xa2, 6, 0x1a][..], &iat, &[3, 0x61, b'a']].concat(),
            ),
            Reason::NotCose,
        ),
        (
            "bytes after the claims",
            envelope(&[0xd2], &good, &[0xa0], &[&payload[..], &[0]].concat()),
            Reason::NotCose,
        ),
    ];
    for (name, text, reason) in cases {
        assert_eq!(office.verify(&text).reason(), reason, "{name}");
    }
}
