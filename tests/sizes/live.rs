//! What a phone shows: the whole document and each profile, in the proof of an ES256 key. Promised (DESIGN §3): KTP-el
//! 17 / 19; and "21 or older, with photo" needs no version above 25, whatever the photo.

use super::phone::{Phone, proof};
use super::{NOW, PEOPLE, Sizes, face, fits, full_face, text};
use credential::date::Date;
use credential::document::Face;
use credential::kinds::profiles::PROFILES;
use credential::kinds::{KIA, KK, KTP};
use ikd::demo::population::generate;
use ikd::domain::content;
use ikd::domain::person::Person;
use ikd::domain::subset::{self, Source};
use std::collections::BTreeMap;

const DAY: i64 = 86_400;

fn picture(data: Vec<u8>) -> Face<'static> {
    Face {
        subformat: 4,
        data: data.into(),
    }
}

#[test]
fn what_a_phone_shows_keeps_the_promised_size() {
    let today = Date::at_wib(NOW).expect("a date");
    let phone = Phone::es256(9);
    let until = Some(NOW + 90 * DAY);
    println!(
        "| shown live, ECC M | photo | count | min | median | max | promised |\n|---|---|---|---|---|---|---|"
    );
    for seed in 4..=5 {
        let people = generate(seed, PEOPLE / 2, today);
        let mut families: BTreeMap<u64, Vec<Person>> = BTreeMap::new();
        for person in &people {
            let family = families.entry(person.nomor_kk.as_u64()).or_default();
            family.push(person.clone());
        }
        // By slug of the document or profile, and which photo.
        let mut sizes: BTreeMap<(usize, &str, &str), Sizes> = BTreeMap::new();
        for (n, person) in people.iter().enumerate() {
            let n = n as u32;
            let mut add = |order: usize, slug, photo, document| {
                let credential = text(document, until, n, Some(phone.key()));
                let shown = phone.shows(&credential, proof(NOW + 40 * DAY));
                let sizes = sizes.entry((order, slug, photo)).or_insert(Sizes(vec![]));
                sizes.0.push(fits(&shown));
            };
            let family = &families[&person.nomor_kk.as_u64()];
            for (order, kind) in [&KTP, &KIA, &KK].into_iter().enumerate() {
                let Ok(made) = content::card(kind, person, family, None, today) else {
                    continue;
                };
                // A week ago, as most documents are older than their copy on a phone.
                let source = Source {
                    document: &made.document,
                    issued: NOW - 7 * DAY,
                };
                add(order, kind.slug, "–", subset::whole(source).expect("whole"));
                for profile in PROFILES.iter().filter(|profile| profile.kind == kind) {
                    let seed = u64::from(n);
                    let photos = [
                        ("drawn, 360–500 bytes", picture(face(seed))),
                        ("random, 600 bytes", picture(full_face(seed, 600))),
                    ];
                    let shows = profile.uses(&credential::kinds::fields::FACE).is_some();
                    for (photo, face) in photos.iter().take(1 + usize::from(shows)) {
                        let part = subset::part(profile, source, person, Some(face), today);
                        if let Some(document) = part.expect("a part") {
                            let photo = if shows { *photo } else { "–" };
                            add(
                                10 + usize::from(profile.number),
                                profile.slug,
                                photo,
                                document,
                            );
                        }
                    }
                }
            }
        }
        println!("| seed {seed} | | | | | | |");
        for ((_, slug, photo), sizes) in &mut sizes {
            let promised = match *slug {
                "ktp" => Some((17, 19)),
                "umur-21" => Some((25, 25)),
                _ => None,
            };
            let words = promised.map_or(String::new(), |(median, max)| format!("{median} / {max}"));
            let found = sizes.print(&format!("{slug} | {photo}"), &words);
            if let Some((median, max)) = promised {
                assert!(found.0 <= median && found.1 <= max, "{slug}: {found:?}");
            }
        }
    }
}
