//! The head of a published tree, and the other signed files.

#[path = "publication/changes.rs"]
mod changes;
#[path = "publication/characters.rs"]
mod characters;
mod common;
#[path = "publication/documents.rs"]
mod documents;
#[path = "publication/entries.rs"]
mod entries;
#[path = "publication/full.rs"]
mod full;
#[path = "publication/issuers.rs"]
mod issuers;
#[path = "publication/items.rs"]
mod items;
#[path = "publication/lists.rs"]
mod lists;
#[path = "publication/memory.rs"]
mod memory;
#[path = "publication/said.rs"]
mod said;
#[path = "publication/shapes.rs"]
mod shapes;
#[path = "publication/streams.rs"]
mod streams;

use common::*;
use credential::ids::KeyId;
use credential::publication::{BadHead, File, Head, MAX_HEAD, Unproven, issue::unsigned};

fn file(name: &str, byte: u8) -> File {
    File {
        name: name.into(),
        sha256: [byte; 32],
        size: 1000 + u64::from(byte),
    }
}

fn head() -> Head {
    Head {
        version: 1_795_305_600,
        issued: NOW,
        expires: NOW + 7 * DAY,
        before: Some([9; 32]),
        files: vec![
            file("bundle", 1),
            file("status/ikd:3273/0", 2),
            file("status/ikd:3273/1", 2),
            file("trust-list", 3),
        ],
    }
}

fn signed(office: &Office, head: &Head) -> Vec<u8> {
    let kid = KeyId::of(&public(&office.publisher));
    sign(unsigned(kid, head), &office.publisher)
}

#[test]
fn a_head_reads_back_and_counts_by_its_publisher() {
    let office = Office::default();
    let bytes = signed(&office, &head());
    let unproven = Unproven::read(&bytes).unwrap();
    assert_eq!(unproven.file("bundle"), Some(&file("bundle", 1)));
    assert_eq!(unproven.file("bund"), None);
    let proven = unproven.proven_by(&office.trust()).unwrap();
    assert_eq!(proven, head());
    assert_eq!(proven.file("trust-list"), Some(&file("trust-list", 3)));
    let first = Head {
        before: None,
        files: vec![],
        ..head()
    };
    let bytes = signed(&office, &first);
    let proven = Unproven::read(&bytes).unwrap().proven_by(&office.trust());
    assert_eq!(proven, Ok(first));
}

#[test]
fn heads_that_are_refused() {
    let office = Office::default();
    let trust = office.trust();
    let good = signed(&office, &head());
    let proven = |bytes: &[u8]| Unproven::read(bytes).and_then(|head| head.proven_by(&trust));
    assert!(proven(&good).is_ok());
    for byte in 0..good.len() {
        let mut bad = good.clone();
        bad[byte] ^= 1;
        assert!(proven(&bad).is_err(), "byte {byte}");
        assert!(proven(&good[..byte]).is_err(), "cut at {byte}");
    }
    let stranger = Office {
        publisher: key(77),
        ..Office::default()
    };
    let error = proven(&signed(&stranger, &head()));
    assert_eq!(error, Err(BadHead::UnknownPublisher));
    let mut forged = signed(&office, &head());
    *forged.last_mut().unwrap() ^= 1;
    assert_eq!(proven(&forged), Err(BadHead::Signature));
    assert_eq!(proven(&office.trust_token()), Err(BadHead::WrongType));
    assert_eq!(proven(&office.bundle_bytes()), Err(BadHead::WrongType));
    assert_eq!(proven(&vec![0; MAX_HEAD + 1]), Err(BadHead::TooLarge));
}

#[test]
fn names_rise_and_are_names() {
    let office = Office::default();
    let of = |names: &[&str]| {
        let files = names.iter().map(|name| file(name, 1)).collect();
        let bytes = signed(&office, &Head { files, ..head() });
        Unproven::read(&bytes).map(|head| head.claimed().files.len())
    };
    assert_eq!(
        of(&["b", "a", "c", "a"]),
        Ok(3),
        "put in order, one of each"
    );
    assert_eq!(of(&[""]), Err(BadHead::Claim("files")));
    assert_eq!(
        of(&["x".repeat(257).as_str()]),
        Err(BadHead::Claim("files"))
    );
    // Two files with one name, signed all the same.
    let bytes = signed(
        &office,
        &Head {
            files: vec![file("a", 1), file("b", 2)],
            ..head()
        },
    );
    let place = bytes
        .windows(2)
        .rposition(|two| two == [0x61, b'b'])
        .unwrap();
    let mut twice = bytes;
    twice[place + 1] = b'a';
    assert_eq!(Unproven::read(&twice).unwrap_err(), BadHead::Claim("files"));
}
