//! Presentations that are refused.

use super::cases::{Cases, bstr, raw};
use super::phone::{Phone, proof};
use super::scene::*;
use credential::claims::Claims;
use credential::presentation::Proof;
use credential::token::pack;

pub fn add(cases: &mut Cases) {
    let phone = Phone::es256(9);
    let bound = |key, index: u32| {
        let mut claims = Claims {
            cnf: Some(key),
            ..claims(ktp().build().unwrap())
        };
        claims.status.as_mut().unwrap().index = index;
        issue(&claims, "office")
    };
    let card = bound(phone.key(), INDEX);
    let shown = |card: &[u8], proof: Proof<'_>, by: &Phone| {
        let unsigned = proof.around(card).unwrap();
        let signature = by.sign(&unsigned.to_be_signed());
        unsigned.into_token(&signature)
    };
    let mut live = |name, reason, proof, why| {
        cases.add(name, reason, pack(&shown(&card, proof, &phone)), why);
    };
    live(
        "a-recording",
        "holder_proof_stale",
        proof(NOW - 120),
        "a recording of a screen, two minutes later",
    );
    live(
        "a-second-too-old",
        "holder_proof_stale",
        proof(NOW - 91),
        "a second more than life and skew",
    );
    live(
        "a-clock-ahead",
        "holder_proof_ahead",
        proof(NOW + 31),
        "a second more than the skew",
    );
    let to = |audience, nonce| Proof {
        iat: NOW,
        audience,
        nonce,
    };
    live(
        "for-somebody-else",
        "wrong_audience",
        to(Some("Hotel Contoh"), None),
        "names an audience, and this verifier has no such name",
    );
    live(
        "an-answer-nobody-asked",
        "wrong_nonce",
        to(None, Some(&[7; 16])),
        "repeats a nonce that this verifier never showed",
    );
    cases.add(
        "the-thief-signs",
        "holder_proof_invalid",
        pack(&shown(&card, proof(NOW), &Phone::es256(10))),
        "a copied credential under a proof by another key",
    );
    cases.add(
        "swapped",
        "holder_proof_invalid",
        {
            let genuine = shown(&card, proof(NOW), &phone);
            let signature: &[u8; 64] = genuine.last_chunk().unwrap();
            let other = bound(phone.key(), 7);
            let unsigned = proof(NOW).around(&other).unwrap();
            pack(&unsigned.into_token(signature))
        },
        "another credential of the same phone under a genuine proof",
    );
    cases.add(
        "high-s",
        "holder_proof_invalid",
        {
            let genuine = shown(&card, proof(NOW), &phone);
            let (body, signature) = genuine.split_at(genuine.len() - 64);
            let (r, s) = p256::ecdsa::Signature::from_slice(signature)
                .unwrap()
                .split_scalars();
            let other = p256::ecdsa::Signature::from_scalars(r, -s).unwrap();
            pack(&[body, &other.to_bytes()].concat())
        },
        "the other form of the same ES256 signature",
    );
    cases.add(
        "a-revoked-credential-live",
        "revoked",
        pack(&shown(&bound(phone.key(), 100), proof(NOW), &phone)),
        "status 1, shown live",
    );
    let payload = [&[0xa1, 0x06, 0x1a][..], &(NOW as u32).to_be_bytes()].concat();
    // The issuer's signature comes before the holder's, so the proof needs none that fits.
    let around = |card: &[u8], alg: u8, typ: &[u8], unprotected: &[u8]| {
        let headers = [&[0xa3, 0x01, alg, 0x0d][..], card, &[0x10], typ].concat();
        pack(&raw(&headers, unprotected, &bstr(&payload), &[1; 64]))
    };
    let typ = [0x19, 0x01, 0x26];
    let paper = issue(&claims(ktp().build().unwrap()), "office");
    cases.add(
        "a-proof-around-paper",
        "not_holder_bound",
        around(&paper, 0x26, &typ, &[0xa0]),
        "a credential without cnf",
    );
    cases.add(
        "another-algorithm",
        "unsupported_algorithm",
        around(&card, 0x32, &typ, &[0xa0]),
        "alg -19 in a proof",
    );
    cases.add(
        "another-typ",
        "not_cose",
        around(&card, 0x26, &[0x19, 0x01, 0x27], &[0xa0]),
        "typ 295",
    );
    cases.add(
        "an-unprotected-header",
        "not_cose",
        around(&card, 0x26, &typ, &[0xa1, 0x04, 0x41, 0x00]),
        "a kid in the unprotected headers of a proof",
    );
}
