//! The national bundle in a trust store: taken in whole and by changes, never back, and judged by.

mod support;

use credential::bundle;
use credential::ids::KeyId;
use credential::national::issue::{self, Draft};
use credential::national::{Builder, National};
use credential::publication::{self, File, Head};
use credential::status_list::Status;
use sha2::{Digest, Sha256};
use std::fs;
use support::office::{DAY, ISS, NOW, Office, URI, claims, key, ktp, public, sign};
use support::{Machine, Ran, hex};

const INDEX: u32 = 712_345;

fn publisher() -> KeyId {
    KeyId::of(&public(&key(2)))
}

/// A national bundle that speaks for so many indexes of the office's list.
fn national(version: u64, indexes: u32, status: Status) -> Vec<u8> {
    national_as_of(version, NOW - DAY + 60 * version as i64, indexes, status)
}

fn national_as_of(version: u64, issued: i64, indexes: u32, status: Status) -> Vec<u8> {
    let mut builder = Builder::new();
    let states = Some((INDEX, status)).filter(|(index, s)| *index < indexes && *s != Status::Valid);
    builder.shard(ISS, URI, indexes, states).unwrap();
    let body = builder.finish();
    let draft = Draft {
        version,
        issued,
        expires: NOW + 3 * DAY,
        trust_version: 1,
    };
    let head = sign(issue::unsigned(publisher(), &draft, &body), &key(2));
    issue::file(&head, body.bytes())
}

fn delta(parent: &[u8], next: &[u8]) -> Vec<u8> {
    let trust = Office::default().trust();
    let open = |file| National::open(file, &trust).unwrap();
    let body = issue::delta(&open(parent), &open(next)).unwrap();
    let length = u32::from_le_bytes(next[4..8].try_into().unwrap()) as usize;
    let unsigned = issue::unsigned_delta(publisher(), &body, &next[8..8 + length]);
    issue::file(&sign(unsigned, &key(2)), body.bytes())
}

/// A machine whose bundle has no status lists.
fn machine() -> Machine {
    let office = Office::default();
    let unsigned = bundle::issue::unsigned(
        publisher(),
        office.issued,
        office.issued + 7 * DAY,
        &office.trust_token(),
        &[],
    );
    let machine = Machine::empty();
    machine.write("bundle", &sign(unsigned, &key(2)));
    let root = hex(&public(&key(1)));
    let ran = machine.at(NOW, &["trust", "update", "bundle", "--root", &root]);
    assert_eq!(ran.status, 0, "{ran:?}");
    machine
}

fn update(machine: &Machine, file: &[u8]) -> Ran {
    machine.write("national", file);
    machine.at(NOW, &["--lang", "en", "trust", "update", "national"])
}

fn text() -> String {
    Office::default().issue(&claims(ktp()))
}

fn judged(machine: &Machine) -> String {
    machine.judge(&text()).0
}

#[test]
fn whole_then_changes_never_back() {
    let machine = machine();
    assert_eq!(machine.judge(&text()), ("status_list_missing".into(), 2));
    let first = national(1, 1 << 20, Status::Valid);
    let second = national(2, 1 << 20, Status::Revoked);
    let third = national(3, 1 << 20, Status::Superseded);
    let (to_second, to_third) = (delta(&first, &second), delta(&second, &third));

    let ran = update(&machine, &to_second);
    assert!(
        ran.status == 2 && ran.stderr.contains("no national bundle here yet"),
        "{ran:?}"
    );
    let ran = update(&machine, &first);
    assert!(
        ran.status == 0 && ran.stdout.contains("1048576 indexes, 0 of them"),
        "{ran:?}"
    );
    assert_eq!(machine.judge(&text()), ("valid".into(), 0));

    // The changes after the next ones: refused, and what is here stays.
    let ran = update(&machine, &to_third);
    assert!(
        ran.status == 2
            && ran
                .stderr
                .contains("for the national bundle's version 2, but version 1 is here"),
        "{ran:?}"
    );
    assert_eq!(judged(&machine), "valid");
    let ran = update(&machine, &to_second);
    assert!(
        ran.status == 0 && ran.stdout.contains("changed: 1\n"),
        "{ran:?}"
    );
    assert_eq!(machine.judge(&text()), ("revoked".into(), 1));
    let ran = update(&machine, &to_second);
    assert!(
        ran.status == 0 && ran.stdout.contains("current already"),
        "{ran:?}"
    );
    // What stands on the disk is what the publisher made.
    let files = fs::read_dir(machine.path().join("store")).unwrap();
    let names = files.map(|file| file.unwrap().path());
    let held: Vec<_> = names
        .filter(|path| path.to_string_lossy().contains("national-"))
        .collect();
    assert_eq!(held.len(), 1);
    assert!(fs::read(&held[0]).unwrap() == second);

    for older in [&first, &to_second] {
        let mut bad = older.clone();
        *bad.last_mut().unwrap() ^= 1;
        let ran = update(&machine, &bad);
        assert!(ran.status == 2 && ran.stderr.contains("refused"), "{ran:?}");
    }
    let ran = update(&machine, &first);
    assert!(
        ran.status == 2 && ran.stderr.contains("version 1, but version 2"),
        "{ran:?}"
    );
    let fork = national(2, 1 << 20, Status::Valid);
    let ran = update(&machine, &fork);
    assert!(
        ran.status == 2 && ran.stderr.contains("two different ones"),
        "{ran:?}"
    );
    assert_eq!(judged(&machine), "revoked");

    // What was revoked stays so, and the person is told.
    let ran = update(&machine, &third);
    assert!(
        ran.status == 0 && ran.stderr.contains("1 indexes that were revoked before"),
        "{ran:?}"
    );
    assert_eq!(machine.judge(&text()), ("revoked".into(), 1));
    // A higher version as of an earlier time.
    let ran = update(
        &machine,
        &national_as_of(4, NOW - DAY, 1 << 20, Status::Valid),
    );
    assert!(
        ran.status == 2 && ran.stderr.contains("it holds as of"),
        "{ran:?}"
    );
    let shown = machine.at(NOW, &["trust", "show"]).stdout;
    assert!(
        shown.contains("Bundel nasional") && shown.contains("v3, terbit"),
        "{shown}"
    );
    let shown = machine.at(NOW, &["--json", "trust", "show"]).json();
    assert_eq!(shown["national"]["version"], 3);
    assert_eq!(shown["national"]["statuses"]["superseded"], 1);
}

#[test]
fn what_it_does_not_cover_and_what_is_out_of_date_is_undecided() {
    let machine = machine();
    update(&machine, &national(1, INDEX, Status::Valid));
    assert_eq!(machine.judge(&text()), ("status_list_missing".into(), 2));
    update(&machine, &national(2, INDEX + 1, Status::Valid));
    assert_eq!(machine.judge(&text()), ("valid".into(), 0));
    for (later, reason) in [(3 * DAY, "valid"), (3 * DAY + 1, "status_list_stale")] {
        let ran = machine.at(NOW + later, &["--json", "text", "--", &text()]);
        assert_eq!(ran.json()["reason"], reason);
    }
}

#[test]
fn the_newer_of_list_and_national_bundle_counts() {
    let office = Office::default();
    let machine = Machine::with(&office);
    assert_eq!(judged(&machine), "valid");
    update(&machine, &national(1, 1 << 20, Status::Superseded));
    assert_eq!(judged(&machine), "superseded");
    // A bundle of later on, whose list knows of a suspension.
    let later = Office {
        issued: office.issued + 3600,
        statuses: vec![(INDEX, Status::Suspended)],
        ..Office::default()
    };
    let later = Office {
        version: 2,
        ..later
    };
    assert_eq!(machine.update(&later).status, 0);
    assert_eq!(judged(&machine), "suspended");
}

/// The bundle's own list, which is older, says valid: it must not come to speak because the national file was touched.
#[test]
fn a_revocation_does_not_go_away_with_the_files_bytes() {
    let office = Office::default();
    let machine = Machine::with(&office);
    let revoked = national(2, 1 << 20, Status::Revoked);
    update(&machine, &revoked);
    assert_eq!(judged(&machine), "revoked");
    let store = fs::read_dir(machine.path().join("store")).unwrap();
    let mut paths = store.map(|file| file.unwrap().path());
    let held = paths.find(|path| path.to_string_lossy().contains("national-"));
    let held = held.unwrap();
    // Label 4, eight bytes: whose key it is. And another file of the same publisher and version.
    let kid = revoked.windows(2).position(|w| w == [0x04, 0x48]).unwrap() + 2;
    let mut strangers = revoked.clone();
    strangers[kid] ^= 1;
    for other in [strangers, national(2, 1 << 20, Status::Valid)] {
        fs::write(&held, other).unwrap();
        let ran = machine.at(NOW, &["--lang", "en", "text", "--", &text()]);
        assert!(ran.status == 2 && ran.stderr.contains("damaged"), "{ran:?}");
    }
}

#[test]
fn damage_and_a_missing_bundle_are_told() {
    let file = national(1, 1 << 20, Status::Valid);
    let empty = Machine::empty();
    let ran = update(&empty, &file);
    assert!(
        ran.status == 2 && ran.stderr.contains("no root key is trusted yet"),
        "{ran:?}"
    );
    let root = hex(&public(&key(1)));
    assert_eq!(empty.at(NOW, &["trust", "init", &root]).status, 0);
    let ran = update(&empty, &file);
    assert!(
        ran.status == 2 && ran.stderr.contains("no bundle here yet"),
        "{ran:?}"
    );

    let machine = machine();
    update(&machine, &file);
    let store = machine.path().join("store");
    let memory = fs::read(store.join("national")).unwrap();
    fs::write(store.join("national"), &memory[1..]).unwrap();
    let ran = machine.at(NOW, &["--lang", "en", "text", "--", &text()]);
    assert!(ran.status == 2 && ran.stderr.contains("damaged"), "{ran:?}");
    fs::remove_file(store.join("national")).unwrap();
    let ran = machine.at(NOW, &["--lang", "en", "text", "--", &text()]);
    assert!(ran.status == 2 && ran.stderr.contains("damaged"), "{ran:?}");
    fs::write(store.join("national"), &memory).unwrap();
    assert_eq!(judged(&machine), "valid");
    let held = fs::read_dir(&store)
        .unwrap()
        .map(|file| file.unwrap().path());
    let mut held = held.filter(|path| path.to_string_lossy().contains("national-"));
    let held = held.next().unwrap();
    fs::write(&held, &file[..file.len() - 1]).unwrap();
    let ran = machine.at(NOW, &["--lang", "en", "text", "--", &text()]);
    assert!(ran.status == 2 && ran.stderr.contains("damaged"), "{ran:?}");
    // A whole one mends it.
    assert_eq!(update(&machine, &file).status, 0);
    assert_eq!(judged(&machine), "valid");
}

/// Writes a published tree with the office's bundle and these files beside it.
fn tree(machine: &Machine, version: u64, files: &[(&str, &[u8])]) {
    let office = Office::default();
    let lists = bundle::issue::unsigned(
        publisher(),
        office.issued,
        office.issued + 7 * DAY,
        &office.trust_token(),
        &[],
    );
    let bundle = sign(lists, &key(2));
    let mut named: Vec<(&str, &[u8])> = vec![(publication::BUNDLE, &bundle)];
    named.extend(files);
    named.sort();
    let file = |(name, content): &(&str, &[u8])| {
        let sha256: [u8; 32] = Sha256::digest(content).into();
        machine.write(&format!("tree/sha256/{}", hex(&sha256)), content);
        File {
            name: (*name).into(),
            sha256,
            size: content.len() as u64,
        }
    };
    let head = Head {
        version,
        issued: office.issued,
        expires: office.issued + 7 * DAY,
        before: None,
        files: named.iter().map(file).collect(),
    };
    let head = sign(publication::issue::unsigned(publisher(), &head), &key(2));
    machine.write("tree/head", &head);
}

fn from_tree(machine: &Machine, more: &[&str]) -> Ran {
    let root = hex(&public(&key(1)));
    let mut args = vec![
        "--lang", "en", "trust", "update", "--from", "tree", "--root", &root,
    ];
    args.extend(more);
    machine.at(NOW, &args)
}

#[test]
fn a_tree_brings_it_whole_once_and_by_its_changes_afterwards() {
    let machine = Machine::empty();
    let [v1, v2, v3] = [
        (10, Status::Valid),
        (11, Status::Suspended),
        (12, Status::Superseded),
    ]
    .map(|(version, status)| national(version, 1 << 20, status));
    let (to2, to3) = (delta(&v1, &v2), delta(&v2, &v3));
    tree(&machine, 10, &[("national", &v1)]);
    // Nobody who did not ask for it gets megabytes.
    assert_eq!(from_tree(&machine, &[]).status, 0);
    assert_eq!(judged(&machine), "status_list_missing");
    let ran = from_tree(&machine, &["--national"]);
    assert!(ran.stdout.contains("National bundle accepted"), "{ran:?}");
    assert_eq!(judged(&machine), "valid");
    // Two days later: by the changes alone, the whole file is not even there.
    let changes: [(&str, &[u8]); 3] = [
        ("national", &v3),
        ("national/delta/10", &to2),
        ("national/delta/11", &to3),
    ];
    tree(&machine, 12, &changes);
    let whole: [u8; 32] = Sha256::digest(&v3).into();
    let path = machine.path().join("tree/sha256").join(hex(&whole));
    fs::remove_file(&path).unwrap();
    let ran = from_tree(&machine, &[]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.stdout.contains("statuses that changed: 2"), "{ran:?}");
    assert_eq!(judged(&machine), "superseded");
    let again = from_tree(&machine, &[]);
    assert!(again.stdout.contains("current already"), "{again:?}");
    // A change in between is gone: whole, and where that is not there either, it says so and stays where it was.
    let v5 = national(14, 1 << 20, Status::Valid);
    tree(&machine, 14, &[("national", &v5)]);
    let ran = from_tree(&machine, &["--json"]);
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(json["national"]["changes"], serde_json::Value::Null);
    assert_eq!(json["national"]["version"], 14);
    assert_eq!(judged(&machine), "valid");
    let v6 = national(15, 1 << 20, Status::Superseded);
    tree(&machine, 15, &[("national", &v6)]);
    let whole: [u8; 32] = Sha256::digest(&v6).into();
    fs::remove_file(machine.path().join("tree/sha256").join(hex(&whole))).unwrap();
    let ran = from_tree(&machine, &[]);
    assert!(
        ran.status == 2 && ran.stderr.contains("is missing"),
        "{ran:?}"
    );
    assert_eq!(judged(&machine), "valid");
    // A change that is damaged in the copy: the whole one serves.
    let v7 = national(16, 1 << 20, Status::Suspended);
    let mut torn = delta(&v5, &v7);
    *torn.last_mut().unwrap() ^= 1;
    tree(
        &machine,
        16,
        &[("national", &v7), ("national/delta/14", &torn)],
    );
    let ran = from_tree(&machine, &[]);
    assert!(
        ran.status == 0 && ran.stdout.contains("accepted"),
        "{ran:?}"
    );
    assert_eq!(judged(&machine), "suspended");
    tree(&machine, 17, &[]);
    let ran = from_tree(&machine, &["--national"]);
    assert!(
        ran.status == 2 && ran.stderr.contains("names no national bundle"),
        "{ran:?}"
    );
    // An older tree does not bring it back.
    tree(&machine, 12, &changes);
    let ran = from_tree(&machine, &[]);
    assert!(ran.status == 2 && ran.stderr.contains("older"), "{ran:?}");
    assert_eq!(judged(&machine), "suspended");
}
