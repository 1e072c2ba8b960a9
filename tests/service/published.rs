//! `ikd publish`: whoever reads the tree, at any moment and after any crash, finds a head and every file it names.

use crate::support::*;
use credential::national::{Delta, National};
use credential::publication::{
    BUNDLE, Head, NATIONAL, NATIONAL_DELTA, STATUS, TRUST_LIST, Unproven,
};
use credential::status_source::StatusLists;
use credential::trust_list::TrustList;
use ikd_verifier::store::{Store, WhichRoot, published};
use ikd_verifier::words::hex;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::{Duration, Instant};

fn tree(data: &Data) -> PathBuf {
    data.file("tree")
}

fn publish(data: &Data) -> Said {
    data.ok(&["publish", "--to", &data.path("tree")])
}

fn file(data: &Data, sha256: &[u8; 32]) -> PathBuf {
    tree(data).join("sha256").join(hex(sha256))
}

/// Reads the whole tree as a mirror would: the head, and all files it names, each checked.
pub fn read(data: &Data) -> Head {
    let bytes = std::fs::read(tree(data).join("head")).expect("a head");
    let unproven = Unproven::read(&bytes).expect("a whole head");
    let of = |name| {
        let named = unproven.file(name).expect(name);
        std::fs::read(file(data, &named.sha256)).expect("a file that the head names")
    };
    let trust = TrustList::verify(&of(TRUST_LIST), &data.root()).expect("a trust list");
    let head = Unproven::read(&bytes).unwrap();
    let head = head.proven_by(&trust).expect("a signed head");
    let mut lists = StatusLists::default();
    for named in &head.files {
        let content = std::fs::read(file(data, &named.sha256)).expect("a file that the head names");
        assert_eq!(Sha256::digest(&content)[..], named.sha256, "{}", named.name);
        assert_eq!(content.len() as u64, named.size, "{}", named.name);
        if let Some(uri) = named.name.strip_prefix(STATUS) {
            lists.add(&content, &trust).expect("a status list");
            assert!(lists.iter().any(|(_, list)| list.sub == uri));
        }
    }
    data.read_bundle(&of(BUNDLE));
    let national = National::open(of(NATIONAL), &trust).expect("a national bundle");
    assert_eq!(national.head().version, head.version);
    assert_eq!(national.shards().count(), lists.len());
    for (iss, list) in lists.iter() {
        let shard = national.shard(iss, &list.sub).expect("every list");
        assert!(
            shard.non_valid().eq(list.list.not_zero()),
            "both forms agree"
        );
    }
    head
}

#[test]
fn a_tree_changes_by_what_changed() {
    let data = Data::with_people(2);
    let id = data.issue(1, "ktp");
    let said = publish(&data).out;
    assert!(said.contains("published, 4 files, 4 new, 0 old"), "{said}");
    let first = read(&data);
    let said = publish(&data).out;
    assert!(said.contains("unchanged, 4 files, 0 new, 0 old"), "{said}");
    assert_eq!(read(&data), first);
    data.ok(&["revoke", &id, "--reason", "lost"]);
    let said = publish(&data).out;
    assert!(said.contains("published, 5 files, 4 new, 0 old"), "{said}");
    let second = read(&data);
    assert!(second.version > first.version);
    assert_eq!(second.file(TRUST_LIST), first.file(TRUST_LIST));
    // The delta leads from the national bundle of before to this one, byte for byte.
    let content = |head: &Head, name: &str| {
        let named = head.file(name).expect(name);
        std::fs::read(file(&data, &named.sha256)).unwrap()
    };
    let trust = TrustList::verify(&content(&second, TRUST_LIST), &data.root()).unwrap();
    let delta = content(&second, &format!("{NATIONAL_DELTA}{}", first.version));
    let delta = Delta::open(delta, &trust).unwrap();
    let parent = National::open(content(&first, NATIONAL), &trust).unwrap();
    assert_eq!((delta.parent(), delta.changes()), (first.version, 1));
    let rebuilt = delta.rebuild(&parent).unwrap();
    assert_eq!(rebuilt, content(&second, NATIONAL));
    // A reader that has the head of before can still fetch its files.
    for named in &first.files {
        assert!(file(&data, &named.sha256).exists(), "{}", named.name);
    }
    assert!(file(&data, &second.before.unwrap()).exists());
    // Without days to keep them, they go with the next change.
    let other = data.issue(2, "ktp");
    data.ok(&["revoke", &other, "--reason", "lost"]);
    std::thread::sleep(Duration::from_secs(1));
    data.ok(&["publish", "--to", &data.path("tree"), "--keep-days", "0"]);
    let third = read(&data);
    for version in [first.version, second.version] {
        let delta = format!("{NATIONAL_DELTA}{version}");
        assert!(third.file(&delta).is_some(), "deltas stay named: {delta}");
    }
    assert!(!file(&data, &first.file(BUNDLE).unwrap().sha256).exists());
    // What somebody altered in the tree is written anew.
    let bundle = file(&data, &read(&data).file(BUNDLE).unwrap().sha256);
    std::fs::write(&bundle, b"altered").unwrap();
    assert!(published::read(&tree(&data)).is_err());
    publish(&data);
    read(&data);
}

#[test]
fn a_verifier_takes_the_tree_in_and_goes_never_back() {
    let data = Data::with_people(1);
    let id = data.issue(1, "ktp");
    let store = Store::at(data.file("store"));
    let take = |tree: &published::Published| {
        store.update_published(tree, WhichRoot::Given(data.root()), None)
    };
    publish(&data);
    let before = published::read(&tree(&data)).unwrap();
    take(&before).unwrap();
    data.ok(&["revoke", &id, "--reason", "lost"]);
    publish(&data);
    let after = published::read(&tree(&data)).unwrap();
    assert!(take(&after).unwrap().changed);
    assert!(take(&before).is_err(), "an older tree");
    let mixed = published::Published {
        directory: data.file("tree"),
        head: before.head,
        bundle: after.bundle,
    };
    assert!(
        take(&mixed).is_err(),
        "an older head with the newest bundle"
    );
}

/// Names of the files below the tree's head.
fn names(data: &Data) -> HashSet<OsString> {
    let entries = std::fs::read_dir(tree(data).join("sha256")).unwrap();
    entries.map(|entry| entry.unwrap().file_name()).collect()
}

/// The publisher is killed at moments spread over its work, and as soon as it has written something, while readers read.
#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "the kills are spread over what it takes on this machine"
)]
fn killed_at_any_moment_the_tree_is_whole() {
    let data = Data::with_people(17);
    let ids: Vec<String> = (1..=17).map(|n| data.issue(n, "ktp")).collect();
    publish(&data);
    data.ok(&["revoke", &ids[0], "--reason", "lost"]);
    let begun = Instant::now();
    publish(&data);
    let whole = begun.elapsed();
    let mut version = read(&data).version;
    let mut midway = 0;
    for (n, id) in (1..).zip(&ids[1..]) {
        data.ok(&["revoke", id, "--reason", "lost"]);
        let before = names(&data);
        let is_written = || !names(&data).is_subset(&before);
        let mut child = data
            .command()
            .args(["publish", "--to", &data.path("tree")])
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        if n % 2 == 1 {
            std::thread::sleep(whole * n / 16);
        } else {
            while !is_written() && child.try_wait().unwrap().is_none() {
                std::thread::sleep(Duration::from_micros(50));
            }
        }
        child.kill().unwrap();
        let died = child.wait().unwrap().code().is_none();
        midway += u32::from(died && is_written());
        let head = read(&data);
        assert!(head.version >= version);
        version = head.version;
    }
    assert!(midway > 0, "no kill came in the middle");
    publish(&data);
    assert!(read(&data).version >= version);
    let left = std::fs::read_dir(tree(&data).join("sha256")).unwrap();
    let torn = left.filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().ends_with(".tmp")
    });
    assert_eq!(torn.count(), 0, "what was half written is swept away");
}

#[test]
fn one_publisher_at_a_time() {
    let data = Data::with_people(1);
    publish(&data);
    let lock = std::fs::File::open(tree(&data).join(".lock")).unwrap();
    lock.lock().unwrap();
    let said = data.run(&["publish", "--to", &data.path("tree")]);
    assert!(
        said.code == 2 && said.err.contains("another `ikd publish`"),
        "{}",
        said.err
    );
    // Whoever serves that folder serves the keys.
    for beside in ["data", "data/public", "data/keys/..", "."] {
        let said = data.run(&["publish", "--to", &data.path(beside)]);
        assert!(
            said.code == 1 && said.err.contains("would be public"),
            "{beside}: {}",
            said.err
        );
    }
    assert!(!data.file("data/head").exists());
    let said = data.run(&["publish", "--to", "ftp://bucket/tree"]);
    assert!(
        said.code == 2 && said.err.contains("s3://BUCKET/PREFIX"),
        "{}",
        said.err
    );
}

#[cfg(not(feature = "s3"))]
#[test]
fn without_s3_it_says_what_to_do_instead() {
    let data = Data::with_people(1);
    let said = data.run(&["publish", "--to", "s3://bucket/tree"]);
    assert_eq!(said.code, 2);
    for part in ["without S3", "--features s3", "head` last"] {
        assert!(said.err.contains(part), "{}", said.err);
    }
}

/// Also where nobody serves: what is due is signed before it goes out.
#[test]
fn what_is_due_is_signed_first() {
    let data = Data::with_people(1);
    data.issue(1, "ktp");
    data.base
        .change("UPDATE status_lists SET dirty = 1")
        .unwrap();
    publish(&data);
    assert_eq!(data.base.numbers("SELECT dirty FROM status_lists"), [0]);
    read(&data);
}
