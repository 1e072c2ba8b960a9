//! QR versions over the whole demo population, against the sizes that are part of the format (DESIGN §3):
//! static KTP 13 / 16 (median / max), with a face of at most 600 bytes 25 / 27, KK of five people 24, and a KK of
//! fifteen must fit one symbol. What a phone shows live: `live.rs`. `cargo test --test sizes -- --nocapture` prints the
//! tables.

mod live;
#[path = "../../credential/tests/common/phone.rs"]
mod phone;

use credential::claims::{Claims, Identity, StatusRef};
use credential::cose::issue::Unsigned;
use credential::date::Date;
use credential::document::{Document, Face};
use credential::holder::HolderKey;
use credential::ids::KeyId;
use credential::kinds::{KK, KTP};
use credential::token::pack;
use ed25519_dalek::{Signer, SigningKey};
use ikd::demo::population::{face, generate};
use ikd::domain::content;
use ikd::domain::person::Person;
use ikd::render::qr::{self, Ecc};
use std::collections::BTreeMap;

/// 2026-11-22T00:00:00Z.
const NOW: i64 = 1_795_305_600;
const PEOPLE: usize = 1000;

/// The smallest version the signed document fits at ECC M.
fn version(document: Document<'_>, exp: Option<i64>, index: u32) -> u8 {
    fits(&text(document, exp, index, None))
}

/// The signed document's text.
fn text(document: Document<'_>, exp: Option<i64>, index: u32, cnf: Option<HolderKey>) -> String {
    let key = SigningKey::from_bytes(&[5; 32]);
    let claims = Claims {
        iss: Some("ID.3273"),
        exp,
        nbf: None,
        iat: Some(NOW),
        cnf,
        status: Some(StatusRef {
            index: index.wrapping_mul(2_654_435_761) >> 12,
            uri: "ikd:3273/0",
        }),
        identity: Identity::Document(document),
    };
    let kid = KeyId::of(&key.verifying_key().to_bytes());
    let unsigned = Unsigned::new(kid, None, claims.encode().expect("claims"));
    let signature = key.sign(&unsigned.to_be_signed()).to_bytes();
    pack(&unsigned.into_token(&signature))
}

fn fits(text: &str) -> u8 {
    // The writer's own tests hold `encode` to this table.
    let fits = |version: &u8| qr::capacity(*version, Ecc::M) >= text.len();
    (1..=40).find(fits).expect("fits one symbol")
}

/// A face of exactly `bytes` bytes: a real small picture, filled up with what compresses as badly as one.
fn full_face(seed: u64, bytes: usize) -> Vec<u8> {
    let mut picture = face(seed);
    let mut state = seed | 1;
    while picture.len() < bytes {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        picture.push((state >> 32) as u8);
    }
    picture.truncate(bytes);
    picture
}

struct Sizes(Vec<u8>);

impl Sizes {
    fn print(&mut self, name: &str, target: &str) -> (u8, u8) {
        self.0.sort_unstable();
        let (min, max) = (self.0[0], self.0[self.0.len() - 1]);
        let median = self.0[self.0.len() / 2];
        let n = self.0.len();
        println!("| {name} | {n} | {min} | {median} | {max} | {target} |");
        (median, max)
    }
}

#[test]
fn every_document_of_the_demo_population_keeps_the_promised_size() {
    let today = Date::at_wib(NOW).expect("a date");
    println!(
        "| document, ECC M | count | min | median | max | promised median / max |\n|---|---|---|---|---|---|"
    );
    for seed in 1..=3 {
        let people = generate(seed, PEOPLE, today);
        let adult = |p: &&Person| content::card(&KTP, p, &[], None, today).is_ok();
        let adults: Vec<&Person> = people.iter().filter(adult).collect();
        let mut versions = [Sizes(vec![]), Sizes(vec![]), Sizes(vec![])];
        for (n, person) in adults.iter().enumerate() {
            let n = n as u32;
            let drawn = face(u64::from(n));
            let full = full_face(u64::from(n), 600);
            for (sizes, face) in versions.iter_mut().zip([None, Some(drawn), Some(full)]) {
                let face = face.map(|data| Face {
                    subformat: 0,
                    data: data.into(),
                });
                let made = content::card(&KTP, person, &[], face, today).expect("an adult");
                sizes.0.push(version(made.document, made.expires, n));
            }
        }
        let mut families: BTreeMap<u64, Vec<Person>> = BTreeMap::new();
        for person in &people {
            let family = families.entry(person.nomor_kk.as_u64()).or_default();
            family.push(person.clone());
        }
        let mut by_size: BTreeMap<usize, Sizes> = BTreeMap::new();
        for (n, family) in families.values().enumerate() {
            let made = content::card(&KK, &family[0], family, None, today).expect("a family");
            let sizes = by_size.entry(family.len()).or_insert(Sizes(vec![]));
            sizes.0.push(version(made.document, None, n as u32));
        }
        let [plain, drawn, full] = &mut versions;
        let plain = plain.print(&format!("KTP (seed {seed})"), "13 / 16");
        let drawn = drawn.print("KTP, drawn face of 360 to 500 bytes", "25 / 27");
        let full = full.print("KTP, incompressible face of 600 bytes", "– / 27");
        let five = by_size
            .get_mut(&5)
            .expect("a family of five")
            .print("KK of 5", "24");
        let fifteen = by_size.get_mut(&15).expect("a family of fifteen");
        let fifteen = fifteen.print("KK of 15", "fits");
        let all: Vec<u8> = by_size.into_values().flat_map(|sizes| sizes.0).collect();
        Sizes(all).print("KK, all sizes", "");
        assert!(plain.0 <= 13 && plain.1 <= 16, "KTP {plain:?}");
        assert!(drawn.0 <= 25 && drawn.1 <= 27, "KTP with a face {drawn:?}");
        assert!(full.1 <= 27, "KTP with the largest face {full:?}");
        assert!(five.0 <= 24, "KK of five {five:?}");
        assert!(fifteen.1 <= 40, "KK of fifteen {fifteen:?}");
    }
}
