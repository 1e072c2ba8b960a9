//! A trust store whose root is a set of keys: pinning it, following to it, never going back.

mod support;

use credential::trust_list::issue::{rotation, rotation_by_several};
use ikd_verifier::root_key;
use ikd_verifier::store::Store;
use support::office::roots::{roots, sign_by};
use support::office::{DAY, NOW, Office, claims, ktp, public, sign};
use support::{Machine, Ran, hex};

fn update(machine: &Machine, bundle: &[u8], more: &[&str]) -> Ran {
    machine.write("offered.ikd", bundle);
    let args = ["--lang", "en", "trust", "update", "offered.ikd"];
    machine.at(NOW, &[&args, more].concat())
}

fn pinned(machine: &Machine) -> [u8; 32] {
    let store = Store::at(machine.path().join("store"));
    store.load().unwrap().state.root
}

#[test]
fn a_set_is_pinned_by_its_file_or_its_id_and_the_store_never_goes_back() {
    let set = roots(2, &[51, 52, 53]);
    let office = Office {
        version: 4,
        ..Office::default()
    };
    let bundle = office.bundle_with(&office.trust_token_by(&set, &[51, 52]));
    let machine = Machine::empty();
    machine.write("root.pub.pem", root_key::set_pem(&set).as_bytes());
    let ran = update(&machine, &bundle, &["--root", "root.pub.pem"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(
        ran.stdout.contains(&root_key::fingerprint(&set.id())),
        "{ran:?}"
    );
    assert_eq!(pinned(&machine), set.id());
    let text = office.issue(&claims(ktp()));
    assert_eq!(machine.judge(&text), ("valid".into(), 0));
    let shown = machine.at(NOW, &["--lang", "en", "trust", "show"]);
    // The table breaks the line.
    let begins = &root_key::fingerprint(&set.id())[..39];
    assert!(shown.stdout.contains(begins), "{shown:?}");
    assert!(shown.stdout.contains("2 of 3 keys"), "{shown:?}");

    // The id is the same root, and first use finds it too.
    assert_eq!(
        update(&machine, &bundle, &["--root", &hex(&set.id())]).status,
        0
    );
    let fresh = Machine::empty();
    assert_eq!(update(&fresh, &bundle, &["--trust-on-first-use"]).status, 0);
    assert_eq!(pinned(&fresh), set.id());

    // Others of them signed the same list: no fork.
    let later = Office {
        version: 4,
        ..Office::default()
    };
    let others = later.bundle_with(&later.trust_token_by(&set, &[53, 52]));
    assert_eq!(update(&machine, &others, &[]).status, 0);

    let older = Office {
        version: 3,
        issued: office.issued + 60,
        ..Office::default()
    };
    let older = older.bundle_with(&older.trust_token_by(&set, &[51, 52, 53]));
    let ran = update(&machine, &older, &[]);
    assert!(
        ran.status == 2 && ran.stderr.contains("version 3"),
        "{ran:?}"
    );
    let mut fork = Office {
        version: 4,
        issued: office.issued + 60,
        ..Office::default()
    };
    fork.issuers[0].office = "Disdukcapil Kota Cimahi".into();
    let fork = fork.bundle_with(&fork.trust_token_by(&set, &[51, 52]));
    assert_eq!(update(&machine, &fork, &[]).status, 2);

    // Not enough of them, somebody else, or a set of the same keys with a lower threshold.
    let next = Office {
        version: 5,
        issued: office.issued + 120,
        ..Office::default()
    };
    let lower = roots(1, &[51, 52, 53]);
    for list in [
        next.trust_token_by(&set, &[51]),
        next.trust_token_by(&set, &[51, 52, 54]),
        next.trust_token_by(&lower, &[51]),
        next.trust_token(),
    ] {
        let ran = update(&machine, &next.bundle_with(&list), &[]);
        assert_eq!(ran.status, 2, "{ran:?}");
    }
    assert_eq!(machine.judge(&text), ("valid".into(), 0));
    let good = next.bundle_with(&next.trust_token_by(&set, &[51, 53]));
    assert_eq!(update(&machine, &good, &[]).status, 0);
}

#[test]
fn a_store_follows_from_one_key_to_several_and_to_others() {
    let office = Office::default();
    let machine = Machine::with(&office);
    let lone = public(&office.root);
    let (first, second) = (roots(2, &[51, 52, 53]), roots(3, &[51, 52, 53, 54, 55]));
    let at = |version| Office {
        version,
        issued: NOW - DAY + 60 * version as i64,
        ..Office::default()
    };
    let two = at(2);
    let list = two.trust_token_by(&first, &[51, 52]);
    assert_eq!(
        update(&machine, &two.bundle_with(&list), &[]).status,
        2,
        "nobody led there"
    );
    let led = sign(rotation(&lone, &first.id(), &list), &office.root);
    let ran = update(&machine, &two.bundle_with(&led), &[]);
    assert!(ran.stdout.contains("Root key rotated"), "{ran:?}");
    assert_eq!(pinned(&machine), first.id());
    assert_eq!(
        update(&machine, &at(3).bundle_with(&at(3).trust_token()), &[]).status,
        2
    );

    let three = at(3);
    let list = three.trust_token_by(&second, &[52, 54, 55]);
    let lead = |seeds: &[u8]| sign_by(rotation_by_several(&first, &second.id(), &list), seeds);
    assert_eq!(
        update(&machine, &three.bundle_with(&lead(&[52])), &[]).status,
        2
    );
    assert_eq!(
        update(&machine, &three.bundle_with(&lead(&[52, 53])), &[]).status,
        0
    );
    assert_eq!(pinned(&machine), second.id());
    // The former root's list is that of a stranger now.
    let former = at(4).trust_token_by(&first, &[51, 52, 53]);
    assert_eq!(update(&machine, &at(4).bundle_with(&former), &[]).status, 2);
}
