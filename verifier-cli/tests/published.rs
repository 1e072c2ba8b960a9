//! `trust update --from`: a published tree in a folder. What is damaged, incomplete or older changes nothing.

mod support;

use credential::ids::KeyId;
use credential::publication::{BUNDLE, File, Head, issue::unsigned};
use credential::status_list::Status;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::PathBuf;
use support::office::{DAY, NOW, Office, claims, key, ktp, public, sign};
use support::{Machine, Ran, hex};

/// Writes the office's tree into `tree`, and returns where its bundle lies.
fn publish(machine: &Machine, office: &Office, version: u64) -> PathBuf {
    let bundle = office.bundle_bytes();
    let sha256: [u8; 32] = Sha256::digest(&bundle).into();
    let head = Head {
        version,
        issued: office.issued,
        expires: office.issued + 7 * DAY,
        before: None,
        files: vec![File {
            name: BUNDLE.into(),
            sha256,
            size: bundle.len() as u64,
        }],
    };
    let kid = KeyId::of(&public(&office.publisher));
    let head = sign(unsigned(kid, &head), &office.publisher);
    machine.write("tree/head", &head);
    machine.write(&format!("tree/sha256/{}", hex(&sha256)), &bundle)
}

fn update(machine: &Machine) -> Ran {
    let root = hex(&public(&key(1)));
    let args = [
        "--lang", "en", "trust", "update", "--from", "tree", "--root", &root,
    ];
    machine.at(NOW, &args)
}

#[track_caller]
fn refused(machine: &Machine, why: &str) {
    let state = machine.path().join("store/state");
    let before = fs::read(&state).ok();
    let ran = update(machine);
    assert!(ran.status == 2 && ran.stderr.contains(why), "{ran:?}");
    assert_eq!(fs::read(&state).ok(), before, "the store is unchanged");
}

#[test]
fn a_tree_is_taken_in_and_an_older_one_is_refused() {
    let office = Office::default();
    let text = office.issue(&claims(ktp()));
    let machine = Machine::empty();
    publish(&machine, &office, 100);
    let ran = update(&machine);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert_eq!(machine.judge(&text), ("valid".into(), 0));
    let revoked = Office {
        issued: office.issued + 60,
        statuses: vec![(712_345, Status::Revoked)],
        version: 2,
        ..Office::default()
    };
    publish(&machine, &revoked, 101);
    assert_eq!(update(&machine).status, 0);
    assert_eq!(machine.judge(&text), ("revoked".into(), 1));
    assert_eq!(update(&machine).status, 0, "the same tree again");
    publish(&machine, &office, 100);
    refused(&machine, "older");
    // Also with the newest bundle: a head of before may name other files that are old.
    publish(&machine, &revoked, 100);
    refused(&machine, "version 100, but version 101");
    assert_eq!(machine.judge(&text), ("revoked".into(), 1));
}

#[test]
fn what_is_damaged_or_incomplete_changes_nothing() {
    let office = Office::default();
    let machine = Machine::empty();
    machine.write("tree/note", b"");
    refused(&machine, "no file `head`");
    let path = publish(&machine, &office, 1);
    let bundle = fs::read(&path).unwrap();
    fs::remove_file(&path).unwrap();
    refused(&machine, "is missing");
    fs::write(&path, &bundle[1..]).unwrap();
    refused(&machine, "damaged or altered");
    fs::write(&path, [&bundle[..], b"x"].concat()).unwrap();
    refused(&machine, "longer than the head says");
    let mut altered = bundle.clone();
    altered[bundle.len() / 2] ^= 1;
    fs::write(&path, &altered).unwrap();
    refused(&machine, "damaged or altered");
    // A bundle of somebody else's, named by a head of theirs.
    let stranger = Office {
        root: key(71),
        publisher: key(72),
        ..Office::default()
    };
    publish(&machine, &stranger, 1);
    refused(&machine, "root key");
    // The office's own bundle, named by a head that another key signed.
    let head = fs::read(machine.path().join("tree/head")).unwrap();
    publish(&machine, &office, 1);
    let own = fs::read(machine.path().join("tree/head")).unwrap();
    let mut forged = own.clone();
    *forged.last_mut().unwrap() ^= 1;
    machine.write("tree/head", &forged);
    refused(&machine, "signature is wrong");
    machine.write("tree/head", &head[..head.len() - 1]);
    refused(&machine, "not a signed head");
    machine.write("tree/head", &own);
    assert_eq!(update(&machine).status, 0);
}

#[test]
fn a_store_of_a_version_before_is_read_and_its_bundle_remembered() {
    let revoked = Office {
        statuses: vec![(712_345, Status::Revoked)],
        ..Office::default()
    };
    let later = Office {
        issued: revoked.issued + 60,
        version: 2,
        ..Office::default()
    };
    let text = later.issue(&claims(ktp()));
    for (heading, without) in [
        ("state 2", &["trust-digest ", "lists ", "check "][..]),
        (
            "state 1",
            &["trust-digest ", "lists ", "check ", "publication "],
        ),
    ] {
        let machine = Machine::with(&revoked);
        let state = machine.path().join("store/state");
        let today = fs::read_to_string(&state).unwrap();
        let lines = today.lines();
        let content: String = lines
            .filter(|line| !without.iter().any(|name| line.starts_with(name)))
            .map(|line| format!("{}\n", line.replace("state 3", heading)))
            .collect();
        let check = hex(&Sha256::digest(content.as_bytes()));
        fs::write(&state, format!("{content}check {check}\n")).unwrap();
        assert_eq!(machine.judge(&text).0, "revoked");
        publish(&machine, &later, 5);
        assert_eq!(update(&machine).status, 0);
        let now = fs::read_to_string(&state).unwrap();
        assert!(
            now.contains("state 3\n") && now.contains("publication 5\n"),
            "{now}"
        );
        assert_eq!(machine.judge(&text).0, "revoked");
    }
}
