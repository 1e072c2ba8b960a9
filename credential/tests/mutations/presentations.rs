//! Damaged presentations: 10,000 of each algorithm, and none but an original is accepted.

use crate::common::*;
use crate::damage::damage;
use crate::phone::{Phone, proof};
use crate::{Layer, rounds, runner};
use credential::claims::Claims;
use credential::presentation::Challenge;
use credential::reason::Outcome;
use credential::{Policy, base45, token, verify_for};
use proptest::strategy::{Strategy, ValueTree};
use std::collections::BTreeMap;

#[test]
fn none_but_the_original_is_accepted() {
    let office = Office::default();
    let (trust, lists) = (office.trust(), office.status_lists());
    for (seed, name, phone, other) in [
        (46, "ES256", Phone::es256(9), Phone::es256(10)),
        (47, "Ed25519", Phone::ed25519(9), Phone::ed25519(10)),
    ] {
        let bound = |phone: &Phone, document| {
            let claims = Claims {
                cnf: Some(phone.key()),
                ..claims(document)
            };
            office.issue(&claims)
        };
        let card = bound(&phone, ktp());
        let family = bound(&phone, kk_builder(4).build().unwrap());
        let shown = [
            phone.shows(&card, proof(NOW - 5)),
            phone.shows(&family, proof(NOW - 5)),
            phone.shows(&card, proof(NOW - 6)),
            // Somebody else's, to splice pieces from.
            other.shows(&bound(&other, ktp()), proof(NOW - 5)),
        ];
        let judge = |text: &str| {
            verify_for(
                text,
                &trust,
                &lists,
                NOW,
                &Policy::default(),
                &Challenge::default(),
            )
        };
        for text in &shown {
            assert_eq!(judge(text).outcome(), Outcome::Valid);
        }
        let n = shown.len();
        let inside = |text: &str| token::unpack(text).unwrap().bytes;
        let mut reached = BTreeMap::<&str, u32>::new();
        let originals: Vec<_> = shown.iter().map(|text| inside(text)).collect();
        let (mut accepted, mut undone) = (0, 0);
        let mut runner = runner(seed);
        let rounds = rounds(10_000, 0.25);
        for round in 0..rounds {
            let damage = damage().new_tree(&mut runner).unwrap().current();
            let original = &shown[round % n];
            let from = &shown[(round / n) % n];
            // Most damage inside, where the signatures are.
            let mutated =
                match [Layer::Text, Layer::Zlib, Layer::Cose, Layer::Cose][round / (n * n) % 4] {
                    Layer::Text => {
                        let bytes = damage.apply(original.as_bytes(), from.as_bytes());
                        String::from_utf8_lossy(&bytes).into_owned()
                    }
                    Layer::Zlib => {
                        let bytes = |text| base45::decode(text).unwrap();
                        base45::encode(&damage.apply(&bytes(original), &bytes(from)))
                    }
                    Layer::Cose => token::pack(&damage.apply(&inside(original), &inside(from))),
                };
            let verdict = judge(&mutated);
            *reached.entry(verdict.reason().code()).or_default() += 1;
            if verdict.outcome() == Outcome::Valid {
                undone += 1;
                if !originals.contains(&inside(&mutated)) {
                    accepted += 1;
                    println!("accepted: {damage:?}");
                }
            }
        }
        println!("{rounds} presentations with {name}, {undone} undone: {reached:?}");
        assert_eq!(accepted, 0);
        for code in [
            "bad_signature",
            "holder_proof_invalid",
            "not_a_document",
            "not_cose",
        ] {
            assert!(
                reached.contains_key(code),
                "{code} was never reached: {reached:?}"
            );
        }
    }
}

/// Every single bit of a presentation counts.
#[test]
fn every_bit_counts() {
    let office = Office::default();
    let (trust, lists) = (office.trust(), office.status_lists());
    for phone in [Phone::es256(9), Phone::ed25519(9)] {
        let claims = Claims {
            cnf: Some(phone.key()),
            ..claims(ktp())
        };
        let shown = phone.presentation(&office.issue(&claims), proof(NOW));
        for bit in 0..shown.len() * 8 {
            let mut bytes = shown.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            let text = token::pack(&bytes);
            let verdict = credential::verify(&text, &trust, &lists, NOW, &Policy::default());
            assert_ne!(verdict.outcome(), Outcome::Valid, "bit {bit}");
        }
    }
}
