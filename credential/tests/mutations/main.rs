//! Tens of thousands of damaged texts, and none but the original is accepted.
//!
//! `MUTATIONS=10000000 cargo test -p ikd-credential --features issue --test mutations -- none_but --nocapture` makes so many:
//! half of them of tokens, a quarter of presentations of each algorithm. `MUTATIONS_SEED` makes others.

#[path = "../common/mod.rs"]
mod common;
mod damage;
#[path = "../common/phone.rs"]
mod phone;
mod presentations;

use common::*;
use credential::reason::Outcome;
use credential::token;
use credential::{Policy, base45, verify};
use damage::damage;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// How many mutations, of `share` times what the environment asks for.
fn rounds(usual: usize, share: f64) -> usize {
    let asked = std::env::var("MUTATIONS").ok();
    asked.map_or(usual, |total| {
        (total.parse::<f64>().expect("a number") * share) as usize
    })
}

/// Damage that is the same whenever it is made.
fn runner(seed: u8) -> TestRunner {
    let more = std::env::var("MUTATIONS_SEED").map_or(0, |n| n.parse::<u64>().expect("a number"));
    let mut bytes = [seed; 32];
    bytes[..8]
        .iter_mut()
        .zip(more.to_be_bytes())
        .for_each(|(byte, more)| *byte ^= more);
    let seed = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    TestRunner::new_with_rng(Config::default(), seed)
}

/// Where the damage is done.
#[derive(Debug, Clone, Copy)]
enum Layer {
    Text,
    Zlib,
    Cose,
}

#[test]
fn none_but_the_original_is_accepted() {
    let office = Office::default();
    let (trust, lists) = (office.trust(), office.status_lists());
    let judge = |text: &str| verify(text, &trust, &lists, NOW, &Policy::default());
    let mut with_face = ktp_builder();
    with_face = with_face.set(&credential::kinds::fields::FACE, face(400));
    let documents = [
        office.issue(&claims(ktp())),
        office.issue(&claims(kk_builder(9).build().unwrap())),
        office.issue(&claims(with_face.build().unwrap())),
        office.issue(&claims(of_kind(&credential::kinds::SK_PINDAH))),
    ];
    let n = documents.len();
    for text in &documents {
        assert_eq!(judge(text).outcome(), Outcome::Valid);
    }
    let inside = |text: &str| token::unpack(text).unwrap().bytes;
    let tokens: Vec<_> = documents.iter().map(|text| inside(text)).collect();
    let (mut undone, mut otherwise) = (0, 0);
    let mut reached = std::collections::BTreeMap::<&str, u32>::new();
    let mut runner = runner(45);
    let rounds = rounds(40_000, 0.5);
    for round in 0..rounds {
        let damage = damage().new_tree(&mut runner).unwrap().current();
        let original = &documents[round % n];
        let other = &documents[(round / n) % n];
        let layer = [Layer::Text, Layer::Zlib, Layer::Cose][round / (n * n) % 3];
        let mutated = match layer {
            Layer::Text => {
                let bytes = damage.apply(original.as_bytes(), other.as_bytes());
                String::from_utf8_lossy(&bytes).into_owned()
            }
            Layer::Zlib => {
                let bytes = |text| base45::decode(text).unwrap();
                base45::encode(&damage.apply(&bytes(original), &bytes(other)))
            }
            Layer::Cose => token::pack(&damage.apply(&inside(original), &inside(other))),
        };
        let verdict = judge(&mutated);
        *reached.entry(verdict.reason().code()).or_default() += 1;
        if verdict.outcome() == Outcome::Valid {
            // Only damage that undid itself may pass, or that chose other matches for the very same token: compression
            // is outside of what is signed.
            let same = tokens.contains(&inside(&mutated));
            assert!(same, "{layer:?} {damage:?}");
            undone += u32::from(documents.contains(&mutated));
            otherwise += u32::from(!documents.contains(&mutated));
        }
    }
    println!("{rounds} tokens, {undone} undone, {otherwise} compressed otherwise: {reached:?}");
    // The damage must get past the first door, or this test shows nothing.
    for code in [
        "bad_signature",
        "not_a_document",
        "not_cose",
        "not_canonical",
        "unknown_issuer",
    ] {
        assert!(
            reached.contains_key(code),
            "{code} was never reached: {reached:?}"
        );
    }
}

/// The zlib layer is outside the signature: other streams of the very same token are refused where their form shows
/// it, and where it does not (another choice of matches), it is still the same token and the same verdict.
#[test]
fn the_same_token_compressed_otherwise() {
    use flate2::{Compress, Compression, FlushCompress};
    let office = Office::default();
    let text = office.issue(&claims(kk_builder(9).build().unwrap()));
    let original = token::unpack(&text).unwrap().bytes;
    let mut refused = 0;
    for level in 0..=9 {
        let mut z = Vec::with_capacity(4096);
        Compress::new(Compression::new(level), true)
            .compress_vec(&original, &mut z, FlushCompress::Finish)
            .unwrap();
        let verdict = office.verify(&base45::encode(&z));
        match verdict.credential() {
            Some(shown) => assert_eq!(shown.token(), original),
            None => {
                assert_eq!(verdict.reason().code(), "not_canonical", "level {level}");
                refused += 1;
            }
        }
    }
    assert!(refused >= 6, "levels below 7 write another header");
}
