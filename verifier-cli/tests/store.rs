//! The trust store: never back to anything older, and damage is never taken for "no memory".

mod support;

use credential::status_list::Status;
use ikd_verifier::store::{Store, WhichRoot};
use std::fs;
use std::path::PathBuf;
use support::office::{DAY, NOW, Office, claims, key, ktp, public, sign};
use support::{Machine, hex};

const INDEX: u32 = 712_345;

/// The machine's real time: these tests run the command by its own clock.
#[allow(clippy::disallowed_methods)] // No Clock to take it from: the command under test reads the real one.
fn real_now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.unwrap().as_secs() as i64
}

/// An office whose lists were issued a moment ago by the real clock.
fn office_of_today() -> Office {
    let mut office = Office {
        issued: real_now() - 60,
        ..Office::default()
    };
    office.issuers[0].not_before = 0;
    office.issuers[0].not_after = real_now() + 1000 * DAY;
    office
}

fn text_of_today(office: &Office) -> String {
    let mut claims = claims(ktp());
    claims.iat = Some(office.issued - 60);
    office.issue(&claims)
}

fn store(machine: &Machine) -> Store {
    Store::at(machine.path().join("store"))
}

#[test]
fn revoke_export_update_red_and_the_older_bundle_is_refused() {
    let before = Office::default();
    let text = before.issue(&claims(ktp()));
    let machine = Machine::with(&before);
    assert_eq!(machine.judge(&text), ("valid".into(), 0));
    let after = Office {
        issued: before.issued + 3600,
        statuses: vec![(INDEX, Status::Revoked)],
        version: 2,
        ..Office::default()
    };
    assert_eq!(machine.update(&after).status, 0);
    assert_eq!(machine.judge(&text), ("revoked".into(), 1));
    let ran = machine.update(&before);
    assert_eq!(ran.status, 2);
    assert!(
        ran.stderr.contains("versi 1") && ran.stderr.contains("versi 2"),
        "{ran:?}"
    );
    assert_eq!(
        machine.judge(&text),
        ("revoked".into(), 1),
        "the store is unchanged"
    );
    // The same version with other content is a sign of a forged or forked list.
    let fork = Office {
        issued: after.issued,
        version: 2,
        issuers: vec![],
        ..Office::default()
    };
    let fork = credential::bundle::issue::unsigned(
        credential::ids::KeyId::of(&public(&fork.publisher)),
        after.issued + 1,
        after.issued + DAY,
        &fork.trust_token(),
        &[],
    );
    machine.write("fork", &sign(fork, &key(2)));
    let ran = machine.at(NOW, &["--lang", "en", "trust", "update", "fork"]);
    assert!(
        ran.status == 2 && ran.stderr.contains("two different trust lists"),
        "{ran:?}"
    );
}

#[test]
fn a_clock_that_was_set_back_decides_nothing() {
    let office = office_of_today();
    let machine = Machine::with(&office);
    let text = text_of_today(&office);
    let ran = machine.run(&["--json", "text", &text]);
    assert_eq!(
        (ran.json()["reason"].as_str(), ran.status),
        (Some("valid"), 0),
        "{ran:?}"
    );
    assert!(
        store(&machine).load().unwrap().state.clock >= office.issued,
        "the clock is remembered"
    );
    // As if an earlier run had seen tomorrow.
    store(&machine).remember_clock(real_now() + DAY).unwrap();
    let ran = machine.run(&["--json", "text", &text]);
    assert_eq!(
        (ran.json()["reason"].as_str(), ran.status),
        (Some("clock_behind"), 2)
    );
    let ran = machine.run(&["--lang", "en", "text", &text]);
    assert!(ran.stdout.contains("clock was set back"), "{ran:?}");
    // A time given by hand is another matter, and said so.
    let at = format!("@{}", real_now());
    let ran = machine.run(&["--at", &at, "--lang", "en", "text", &text]);
    assert!(
        ran.status == 0 && ran.stdout.contains("from --at, not the clock"),
        "{ran:?}"
    );
    assert_eq!(machine.run(&["trust", "reset-clock"]).status, 0);
    assert_eq!(machine.run(&["text", &text]).status, 0);
    // What was revoked stays red, whatever the clock says.
    let revoked = Office {
        issued: real_now(),
        version: 2,
        statuses: vec![(INDEX, Status::Revoked)],
        ..office_of_today()
    };
    machine.update(&revoked);
    store(&machine).remember_clock(real_now() + DAY).unwrap();
    let ran = machine.run(&["--json", "text", &text]);
    assert_eq!(
        (ran.json()["reason"].as_str(), ran.status),
        (Some("revoked"), 1)
    );
}

#[test]
fn damage_is_told_and_never_read_as_no_memory() {
    let office = Office::default();
    let text = office.issue(&claims(ktp()));
    let machine = Machine::with(&office);
    let root = hex(&public(&office.root));
    let state = machine.path().join("store/state");
    let whole = fs::read(&state).unwrap();
    let bundle: PathBuf = fs::read_dir(machine.path().join("store"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.to_string_lossy().contains("bundle-"))
        .unwrap();
    let damages: [(&str, &dyn Fn()); 4] = [
        ("torn", &|| {
            fs::write(&state, &whole[..whole.len() / 2]).unwrap()
        }),
        ("empty", &|| fs::write(&state, b"").unwrap()),
        ("altered", &|| {
            let text = String::from_utf8(whole.clone()).unwrap();
            fs::write(&state, text.replace("trust-version 1", "trust-version 0")).unwrap();
        }),
        ("missing", &|| fs::remove_file(&state).unwrap()),
    ];
    for (what, damage) in damages {
        damage();
        let ran = machine.at(NOW, &["--lang", "en", "text", &text]);
        assert!(
            ran.status == 2 && ran.stderr.contains("damaged"),
            "{what}: {ran:?}"
        );
        let ran = machine.at(
            NOW,
            &[
                "--lang",
                "en",
                "trust",
                "update",
                "bundle.ikd",
                "--root",
                &root,
            ],
        );
        assert!(
            ran.status == 2 && ran.stderr.contains("damaged"),
            "{what}: {ran:?}"
        );
        fs::write(&state, &whole).unwrap();
    }
    assert_eq!(machine.judge(&text).1, 0);
    let good = fs::read(&bundle).unwrap();
    fs::write(&bundle, &good[..good.len() - 1]).unwrap();
    let ran = machine.at(NOW, &["--lang", "en", "text", &text]);
    assert!(
        ran.status == 2 && ran.stderr.contains("bundle is torn"),
        "{ran:?}"
    );
    // The memory is whole, so the bundle can simply be replaced.
    assert_eq!(machine.update(&office).status, 0);
    assert_eq!(machine.judge(&text).1, 0);
}

#[test]
fn first_use_is_never_silent() {
    let office = Office::default();
    let machine = Machine::empty();
    machine.write("bundle.ikd", &office.bundle_bytes());
    let ran = machine.at(NOW, &["trust", "update", "bundle.ikd"]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains("--root"), "{ran:?}");
    let ran = machine.at(
        NOW,
        &["trust", "update", "bundle.ikd", "--trust-on-first-use"],
    );
    let fingerprint = ikd_verifier::root_key::fingerprint(&public(&office.root));
    assert!(
        ran.status == 0 && ran.stdout.contains(&fingerprint),
        "{ran:?}"
    );
    // From then on the flag changes nothing: another root is refused.
    let other = Office {
        root: key(8),
        version: 9,
        ..Office::default()
    };
    machine.write("other.ikd", &other.bundle_bytes());
    let ran = machine.at(
        NOW,
        &["trust", "update", "other.ikd", "--trust-on-first-use"],
    );
    assert!(
        ran.status == 2 && ran.stderr.contains("tidak dipercaya"),
        "{ran:?}"
    );
}

#[test]
fn a_root_rotation_is_adopted() {
    let office = Office::default();
    let machine = Machine::with(&office);
    let new = Office {
        root: key(50),
        version: 2,
        issued: office.issued + 60,
        ..Office::default()
    };
    let (old_root, new_root) = (public(&office.root), public(&new.root));
    let list = new.trust_token();
    let wrapped = sign(
        credential::trust_list::issue::rotation(&old_root, &new_root, &list),
        &office.root,
    );
    let bundle = |list: &[u8], issued| {
        let publisher = credential::ids::KeyId::of(&public(&new.publisher));
        let lists = [new.status_token()];
        sign(
            credential::bundle::issue::unsigned(publisher, issued, issued + DAY, list, &lists),
            &new.publisher,
        )
    };
    machine.write("bare.ikd", &bundle(&list, new.issued));
    assert_eq!(
        machine.at(NOW, &["trust", "update", "bare.ikd"]).status,
        2,
        "the old root did not vouch for it"
    );
    machine.write("rotated.ikd", &bundle(&wrapped, new.issued));
    let ran = machine.at(NOW, &["--lang", "en", "trust", "update", "rotated.ikd"]);
    assert!(
        ran.status == 0 && ran.stdout.contains("Root key rotated"),
        "{ran:?}"
    );
    assert_eq!(store(&machine).load().unwrap().state.root, new_root);
    // Both the first root and the new one are this store's; the old one alone signs no more.
    for root in [old_root, new_root] {
        let ran = machine.at(
            NOW,
            &["trust", "update", "rotated.ikd", "--root", &hex(&root)],
        );
        assert_eq!(ran.status, 0, "{ran:?}");
    }
    let stale = Office {
        version: 3,
        issued: office.issued + 120,
        ..Office::default()
    };
    machine.write("old-root.ikd", &stale.bundle_bytes());
    assert_eq!(
        machine.at(NOW, &["trust", "update", "old-root.ikd"]).status,
        2
    );
    // First use of a store that comes late: the rotated list names its own root.
    let late = Machine::empty();
    late.write("rotated.ikd", &bundle(&list, new.issued));
    assert_eq!(
        late.at(
            NOW,
            &["trust", "update", "rotated.ikd", "--trust-on-first-use"]
        )
        .status,
        0
    );
}

#[test]
fn the_library_refuses_alike() {
    let machine = Machine::empty();
    let store = store(&machine);
    let office = Office::default();
    assert!(store.load().is_err());
    assert!(
        store
            .update(&office.bundle_bytes(), WhichRoot::Pinned, None)
            .is_err()
    );
    assert!(!machine.path().join("store/state").exists());
    assert_eq!(store.init(public(&office.root)).ok(), Some(true));
    assert_eq!(store.init(public(&office.root)).ok(), Some(false));
    assert!(store.init(public(&key(9))).is_err());
    assert!(store.update(b"", WhichRoot::Pinned, None).is_err());
}
