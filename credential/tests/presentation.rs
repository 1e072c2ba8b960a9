//! Credentials shown by a phone: every replay, relay and clock case, and every way a proof can be wrong.

mod common;
#[path = "common/phone.rs"]
mod phone;

use common::*;
use credential::claims::Claims;
use credential::document::{Builder, Value};
use credential::kinds::{fields as f, profiles};
use credential::presentation::{Challenge, NotPresentable, Proof};
use credential::reason::{Outcome, Reason};
use credential::status_list::Status;
use credential::verify::{Shown, unverified_key_id};
use credential::{Policy, token, verify, verify_for};
use ed25519_dalek::Signer;
use phone::{Phone, proof};

fn phones() -> [Phone; 2] {
    [Phone::es256(9), Phone::ed25519(9)]
}

fn bound(office: &Office, phone: &Phone) -> String {
    office.issue(&Claims {
        cnf: Some(phone.key()),
        ..claims(ktp())
    })
}

fn asked<'a>(audience: Option<&'a str>, nonce: Option<&'a [u8]>) -> Challenge<'a> {
    Challenge { audience, nonce }
}

fn reason_for(office: &Office, text: &str, now: i64, challenge: &Challenge<'_>) -> Reason {
    let lists = office.status_lists();
    let verdict = verify_for(
        text,
        &office.trust(),
        &lists,
        now,
        &Policy::default(),
        challenge,
    );
    verdict.reason()
}

#[test]
fn live_is_green_and_says_when_and_by_what_key() {
    let office = Office::default();
    for phone in phones() {
        let card = bound(&office, &phone);
        let shown = phone.shows(&card, proof(NOW - 12));
        let verdict = office.verify(&shown);
        assert_eq!(verdict.reason(), Reason::Valid);
        let credential = verdict.credential().unwrap();
        let live = Shown::Live {
            at: NOW - 12,
            audience: None,
        };
        assert_eq!(credential.shown(), &live);
        assert_eq!(credential.token(), token::unpack(&card).unwrap().bytes);
        assert_eq!(credential.claims().cnf, Some(phone.key()));
        assert_eq!(unverified_key_id(&shown), unverified_key_id(&card));
        // The credential alone: whoever scanned it once could show it.
        let alone = office.verify(&card);
        assert_eq!(alone.reason(), Reason::HolderProofMissing);
        assert_eq!(alone.credential().unwrap().shown(), &Shown::Unproven);
    }
    let paper = office.verify(&office.issue(&claims(ktp())));
    assert_eq!(paper.credential().unwrap().shown(), &Shown::Static);
}

/// The table of FORMAT.md §16.4.
#[test]
fn replay_and_clocks() {
    let office = Office::default();
    let phone = Phone::es256(9);
    let card = bound(&office, &phone);
    for (age, reason) in [
        (0, Reason::Valid),
        (59, Reason::Valid),
        (90, Reason::Valid),
        (91, Reason::HolderProofStale),
        (120, Reason::HolderProofStale),
        (86_400, Reason::HolderProofStale),
        (-30, Reason::Valid),
        (-31, Reason::HolderProofAhead),
        (-86_400, Reason::HolderProofAhead),
    ] {
        let shown = phone.shows(&card, proof(NOW - age));
        assert_eq!(office.verify(&shown).reason(), reason, "{age} s old");
    }
    // No skew allowed.
    let strict = Policy {
        proof_skew: 0,
        ..Policy::default()
    };
    for (age, reason) in [
        (60, Reason::Valid),
        (61, Reason::HolderProofStale),
        (-1, Reason::HolderProofAhead),
    ] {
        let shown = phone.shows(&card, proof(NOW - age));
        let verdict = verify(
            &shown,
            &office.trust(),
            &office.status_lists(),
            NOW,
            &strict,
        );
        assert_eq!(verdict.reason(), reason, "{age} s old");
    }
    // The verifier's clock is behind its own lists: undecided, whatever the proof says.
    let shown = phone.shows(&card, proof(NOW));
    assert_eq!(
        office.verify_at(&shown, office.issued - 301).reason(),
        Reason::ClockBehind
    );
    // Lists that are too old decide nothing, live or not.
    let later = NOW + 60 * DAY;
    let shown = phone.shows(&card, proof(later));
    assert_eq!(
        office.verify_at(&shown, later).outcome(),
        Outcome::Undecided
    );
}

#[test]
fn audience_and_nonce() {
    let office = Office::default();
    let phone = Phone::es256(9);
    let card = bound(&office, &phone);
    let (nonce, other) = ([7; 16], [8; 16]);
    let to = |audience, nonce| {
        let proof = Proof {
            iat: NOW,
            audience,
            nonce,
        };
        phone.shows(&card, proof)
    };
    let (bank, hotel) = (Some("Bank Contoh, KCP Braga"), Some("Hotel Contoh"));
    for (name, shown, challenge, reason) in [
        (
            "anybody, nobody asked",
            to(None, None),
            asked(None, None),
            Reason::Valid,
        ),
        (
            "anybody, at the bank",
            to(None, None),
            asked(bank, None),
            Reason::Valid,
        ),
        (
            "the bank, at the bank",
            to(bank, None),
            asked(bank, None),
            Reason::Valid,
        ),
        (
            "the bank, relayed to the hotel",
            to(bank, None),
            asked(hotel, None),
            Reason::WrongAudience,
        ),
        (
            "the bank, at a desk without a name",
            to(bank, None),
            asked(None, None),
            Reason::WrongAudience,
        ),
        (
            "an answer",
            to(bank, Some(&nonce)),
            asked(bank, Some(&nonce)),
            Reason::Valid,
        ),
        (
            "an answer to another question",
            to(bank, Some(&nonce)),
            asked(bank, Some(&other)),
            Reason::WrongNonce,
        ),
        (
            "a part of the nonce",
            to(bank, Some(&nonce[..8])),
            asked(bank, Some(&nonce)),
            Reason::WrongNonce,
        ),
        (
            "no answer where one was asked",
            to(None, None),
            asked(bank, Some(&nonce)),
            Reason::WrongNonce,
        ),
        (
            "an answer where none was asked",
            to(None, Some(&nonce)),
            asked(None, None),
            Reason::WrongNonce,
        ),
        (
            "an answer relayed to the hotel",
            to(bank, Some(&nonce)),
            asked(hotel, Some(&nonce)),
            Reason::WrongAudience,
        ),
    ] {
        assert_eq!(
            reason_for(&office, &shown, NOW, &challenge),
            reason,
            "{name}"
        );
    }
    let shown = to(bank, None);
    let lists = office.status_lists();
    let challenge = asked(bank, None);
    let verdict = verify_for(
        &shown,
        &office.trust(),
        &lists,
        NOW,
        &Policy::default(),
        &challenge,
    );
    assert!(
        matches!(verdict.credential().unwrap().shown(), Shown::Live { audience: Some(a), .. } if a == bank.unwrap())
    );
}

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

#[test]
fn what_the_office_or_the_lists_say_still_counts() {
    let phone = Phone::es256(9);
    for (status, reason) in [
        (Status::Revoked, Reason::Revoked),
        (Status::Suspended, Reason::Suspended),
        (Status::Superseded, Reason::Superseded),
    ] {
        let office = Office {
            statuses: vec![(712_345, status)],
            ..Office::default()
        };
        let shown = phone.shows(&bound(&office, &phone), proof(NOW));
        assert_eq!(office.verify(&shown).reason(), reason);
    }
    let office = Office::default();
    let expired = office.issue(&Claims {
        cnf: Some(phone.key()),
        exp: Some(NOW - 1),
        ..claims(ktp())
    });
    let shown = phone.shows(&expired, proof(NOW));
    assert_eq!(office.verify(&shown).reason(), Reason::Expired);
    // Signed by nobody the trust list knows.
    let stranger = Office {
        signer: key(77),
        ..Office::default()
    };
    let shown = phone.shows(&bound(&stranger, &phone), proof(NOW));
    assert_eq!(office.verify(&shown).reason(), Reason::UnknownIssuer);
    // A proof around a printed document proves nothing.
    let paper = token::unpack(&office.issue(&claims(ktp()))).unwrap().bytes;
    assert!(matches!(
        proof(NOW).around(&paper),
        Err(NotPresentable::NotBound)
    ));
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

#[test]
fn subsets_show_their_fields_and_no_others() {
    let office = Office::default();
    let phone = Phone::es256(9);
    let show = |document| {
        let card = office.issue(&Claims {
            cnf: Some(phone.key()),
            exp: Some(NOW + 90 * DAY),
            ..claims(document)
        });
        office.verify(&phone.shows(&card, proof(NOW)))
    };
    let age = Builder::of_profile(&profiles::AGE_21).set(&f::FACE, face(300));
    let verdict = show(age.build().unwrap());
    assert_eq!(verdict.reason(), Reason::Valid);
    let claims = verdict.credential().unwrap().claims();
    let document = claims.document().unwrap();
    assert_eq!(document.profile(), Some(&profiles::AGE_21));
    let keys: Vec<u8> = document.fields().map(|(field, _)| field.key).collect();
    assert_eq!(keys, [23, 62, 95, 96]);
    let rows = claims.rows(credential::lang::Lang::En);
    let rows: Vec<_> = rows
        .iter()
        .map(|row| (row.name, row.text.as_str()))
        .collect();
    assert_eq!(
        rows,
        [("umur_minimal", "21"), ("berlaku_hingga", "20-02-2027")]
    );
    // A field more or less than the profile has.
    let with_name = Builder::of_profile(&profiles::AGE_21)
        .set(&f::FACE, face(300))
        .set(&f::NAME, text("SITI"));
    assert!(with_name.build().is_err());
    assert!(Builder::of_profile(&profiles::AGE_21).build().is_err());
    let younger = Builder::of_profile(&profiles::AGE_21)
        .set(&f::FACE, face(300))
        .set(&f::MIN_AGE, Value::Number(18));
    assert!(younger.build().is_err());
    let whole = ktp_builder().set(&f::MIN_AGE, Value::Number(21));
    assert!(whole.build().is_err());
}
