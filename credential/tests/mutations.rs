//! Ten thousand damaged tokens, and none but the original is accepted.

mod common;

use common::*;
use credential::reason::Outcome;
use credential::token;
use credential::{Policy, base45, verify};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// One way to damage.
#[derive(Debug, Clone)]
enum Damage {
    FlipBits(Vec<(usize, u8)>),
    Truncate(usize),
    Insert(usize, Vec<u8>),
    Remove(usize, usize),
    /// Bytes of another valid token at the same or another place.
    Splice(usize, usize, usize),
    Duplicate(usize, usize, usize),
}

impl Damage {
    fn apply(&self, original: &[u8], other: &[u8]) -> Vec<u8> {
        let mut bytes = original.to_vec();
        let len = bytes.len();
        match self {
            Self::FlipBits(bits) => {
                for (at, bit) in bits {
                    bytes[at % len] ^= 1 << (bit % 8);
                }
            }
            Self::Truncate(at) => bytes.truncate(at % len),
            Self::Insert(at, more) => {
                let at = at % (len + 1);
                bytes.splice(at..at, more.iter().copied());
            }
            Self::Remove(at, n) => {
                let at = at % len;
                bytes.drain(at..(at + 1 + n % 16).min(len));
            }
            Self::Splice(at, from, n) => {
                let (at, from) = (at % len, from % other.len());
                let piece = &other[from..(from + 1 + n % 64).min(other.len())];
                let end = (at + piece.len()).min(len);
                bytes.splice(at..end, piece.iter().copied());
            }
            Self::Duplicate(at, from, n) => {
                let (at, from) = (at % len, from % len);
                let piece = bytes[from..(from + 1 + n % 64).min(len)].to_vec();
                bytes.splice(at..at, piece);
            }
        }
        bytes
    }
}

fn damage() -> impl Strategy<Value = Damage> {
    let n = || any::<usize>();
    prop_oneof![
        4 => prop::collection::vec((n(), any::<u8>()), 1..4).prop_map(Damage::FlipBits),
        1 => n().prop_map(Damage::Truncate),
        1 => (n(), prop::collection::vec(any::<u8>(), 1..9)).prop_map(|(a, b)| Damage::Insert(a, b)),
        1 => (n(), n()).prop_map(|(a, b)| Damage::Remove(a, b)),
        3 => (n(), n(), n()).prop_map(|(a, b, c)| Damage::Splice(a, b, c)),
        1 => (n(), n(), n()).prop_map(|(a, b, c)| Damage::Duplicate(a, b, c)),
    ]
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
    let mut reached = std::collections::BTreeMap::<&str, u32>::new();
    let seed = TestRng::from_seed(RngAlgorithm::ChaCha, &[45; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), seed);
    for round in 0..40_000 {
        let damage = damage().new_tree(&mut runner).unwrap().current();
        let original = &documents[round % n];
        let other = &documents[(round / n) % n];
        let layer = [Layer::Text, Layer::Zlib, Layer::Cose][round / (n * n) % 3];
        let inside = |text: &str| token::unpack(text).unwrap().bytes;
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
            // Only damage that undid itself may pass.
            assert!(documents.contains(&mutated), "{layer:?} {damage:?}");
        }
    }
    println!("{reached:?}");
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
