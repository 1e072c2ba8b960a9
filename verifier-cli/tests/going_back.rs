//! News that go back inside something newer: lists, revocations and national bundles.

mod support;

use credential::bundle;
use credential::ids::KeyId;
use credential::national::Builder;
use credential::national::issue::{self, Draft};
use credential::status_list::Status;
use std::fs;
use support::office::{DAY, ISS, NOW, Office, URI, claims, key, ktp, public, sign};
use support::{Machine, Ran, hex};

const INDEX: u32 = 712_345;

fn publisher() -> KeyId {
    KeyId::of(&public(&key(2)))
}

/// A national bundle that speaks for so many indexes of the office's list.
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

fn update(machine: &Machine, file: &[u8]) -> Ran {
    machine.write("offered", file);
    machine.at(NOW, &["--lang", "en", "trust", "update", "offered"])
}

fn judged(machine: &Machine) -> String {
    let text = Office::default().issue(&claims(ktp()));
    machine.judge(&text).0
}

/// A bundle by hand: when it and its list were issued, and what the list says of the document.
fn bundle_of(office: &Office, issued: i64, list_issued: i64, status: Status) -> Vec<u8> {
    let list = Office {
        issued: list_issued,
        statuses: vec![(INDEX, status)],
        ..Office::default()
    };
    let publisher = publisher();
    let (trust, lists) = (office.trust_token(), [list.status_token()]);
    let unsigned = bundle::issue::unsigned(publisher, issued, issued + 7 * DAY, &trust, &lists);
    sign(unsigned, &office.publisher)
}

#[test]
fn a_newer_bundle_with_an_older_or_poorer_list() {
    let office = Office::default();
    let machine = Machine::with(&office);
    let text = office.issue(&claims(ktp()));
    let update = |name: &str, bundle: Vec<u8>| {
        machine.write(name, &bundle);
        machine.at(NOW, &["--lang", "en", "trust", "update", name])
    };
    let start = office.issued;
    let ran = update(
        "1",
        bundle_of(&office, start + 60, start + 60, Status::Revoked),
    );
    assert_eq!(ran.status, 0, "{ran:?}");
    assert_eq!(machine.judge(&text).0, "revoked");
    // The list of before, in a bundle of later.
    let ran = update("2", bundle_of(&office, start + 120, start, Status::Valid));
    assert!(
        ran.status == 2
            && ran
                .stderr
                .contains("status list ID.3273 ikd:3273/0 in it was issued"),
        "{ran:?}"
    );
    assert_eq!(machine.judge(&text).0, "revoked");
    // A list of later that has taken the revocation back, as after a database was put back to a backup.
    let ran = update(
        "3",
        bundle_of(&office, start + 180, start + 180, Status::Valid),
    );
    assert!(
        ran.status == 0 && ran.stderr.contains("1 indexes that were revoked before"),
        "{ran:?}"
    );
    assert_eq!(machine.judge(&text), ("revoked".into(), 1));
    // No list at all, and one again.
    let bare = Office {
        issued: start + 240,
        version: 2,
        ..Office::default()
    };
    let publisher = publisher();
    let trust = bare.trust_token();
    let unsigned = bundle::issue::unsigned(publisher, start + 240, NOW + DAY, &trust, &[]);
    assert_eq!(update("4", sign(unsigned, &office.publisher)).status, 0);
    assert_eq!(machine.judge(&text).0, "revoked");
    let ran = update(
        "5",
        bundle_of(&bare, start + 300, start + 179, Status::Valid),
    );
    assert_eq!(ran.status, 2, "{ran:?}");
    // In the same second, which is no going back.
    let ran = update(
        "6",
        bundle_of(&bare, start + 300, start + 180, Status::Valid),
    );
    assert_eq!(ran.status, 0, "{ran:?}");
    assert_eq!(machine.judge(&text).0, "revoked");
    // A list from the future would keep every honest one out.
    let ran = update(
        "7",
        bundle_of(&bare, start + 360, start + 661, Status::Valid),
    );
    assert!(
        ran.status == 2 && ran.stderr.contains("issued after it"),
        "{ran:?}"
    );
    // A damaged record of it all is told, never read as nothing.
    let files = fs::read_dir(machine.path().join("store")).unwrap();
    let mut files = files.map(|file| file.unwrap().path());
    let record = files.find(|path| path.to_string_lossy().contains("lists-"));
    fs::write(record.unwrap(), b"").unwrap();
    let ran = machine.at(NOW, &["--lang", "en", "text", &text]);
    assert!(
        ran.status == 2 && ran.stderr.contains("record of revocations"),
        "{ran:?}"
    );
}

/// A list that is not there any more, and an older one of another source that says something better.
#[test]
fn older_news_of_another_source_decide_nothing() {
    let office = Office::default();
    let machine = Machine::empty();
    let root = hex(&public(&key(1)));
    let suspended = Office {
        issued: NOW - 3600,
        statuses: vec![(INDEX, Status::Suspended)],
        ..Office::default()
    };
    assert_eq!(machine.update(&suspended).status, 0);
    update(
        &machine,
        &national_as_of(1, NOW - 7200, 1 << 20, Status::Valid),
    );
    assert_eq!(judged(&machine), "suspended");
    let trust = suspended.trust_token();
    let unsigned = bundle::issue::unsigned(publisher(), NOW - 1800, NOW + DAY, &trust, &[]);
    machine.write("bare", &sign(unsigned, &office.publisher));
    let ran = machine.at(NOW, &["trust", "update", "bare", "--root", &root]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert_eq!(judged(&machine), "status_list_stale");
    update(
        &machine,
        &national_as_of(2, NOW - 60, 1 << 20, Status::Valid),
    );
    assert_eq!(judged(&machine), "valid");
    // The other way round: the national bundle no longer speaks for the index, and the list is older.
    update(&machine, &national_as_of(3, NOW - 30, 1, Status::Valid));
    let list = Office {
        issued: NOW - 1700,
        ..Office::default()
    };
    let bundle = bundle::issue::unsigned(
        publisher(),
        NOW - 20,
        NOW + DAY,
        &trust,
        &[list.status_token()],
    );
    machine.write("late", &sign(bundle, &office.publisher));
    let ran = machine.at(NOW, &["trust", "update", "late", "--root", &root]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert_eq!(judged(&machine), "status_list_stale");
}

#[test]
fn revoked_in_either_is_revoked() {
    let office = Office::default();
    let machine = Machine::with(&office);
    let later = office;
    // Revoked in either is revoked, also when the other one is newer, and when it is not held any more.
    update(
        &machine,
        &national_as_of(2, later.issued + 60, 1 << 20, Status::Revoked),
    );
    assert_eq!(judged(&machine), "revoked");
    let valid = Office {
        issued: later.issued + 3600,
        version: 3,
        ..Office::default()
    };
    assert_eq!(machine.update(&valid).status, 0);
    assert_eq!(judged(&machine), "revoked");
    update(
        &machine,
        &national_as_of(3, valid.issued + 60, 1, Status::Valid),
    );
    assert_eq!(judged(&machine), "revoked");
}
