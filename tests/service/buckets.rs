//! `ikd publish --to s3://…`: the tree of a folder in an object store, and publishers that get in each other's way.

mod settings;
mod store;

use crate::published::read;
use crate::support::*;
use credential::publication::BUNDLE;
use ikd_verifier::store::{Store as Verifier, WhichRoot, published};
use ikd_verifier::words::hex;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use store::{Act, BUCKET, KEY, SECRET, Store, TOKEN};

const PREFIX: &str = "tree/";
const HEAD: &str = "tree/head";

fn place() -> String {
    format!("s3://{BUCKET}/tree")
}

fn command(data: &Data, store: &Store, more: &[&str]) -> Command {
    let mut command = data.command();
    command.envs(store.environment());
    command.args(["publish", "--to", &place()]).args(more);
    command
}

fn said(mut command: Command) -> Said {
    Said::of(command.output().unwrap())
}

fn publish(data: &Data, store: &Store) -> Said {
    let said = said(command(data, store, &[]));
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    said
}

/// What any reader finds: a head, and all the files it names, each checked.
fn head(data: &Data, store: &Store) -> credential::publication::Head {
    store.mirror(PREFIX, &data.file("tree"));
    read(data)
}

fn head_bytes(store: &Store) -> Option<Vec<u8>> {
    store.objects().get(HEAD).map(|object| object.bytes.clone())
}

fn puts(asked: &[String]) -> Vec<&str> {
    asked
        .iter()
        .filter_map(|what| what.strip_prefix("PUT "))
        .collect()
}

#[test]
fn a_bucket_changes_by_what_changed_and_the_head_comes_last() {
    let data = Data::with_people(2);
    let id = data.issue(1, "ktp");
    let store = Store::start();
    let out = publish(&data, &store).out;
    assert!(
        out.starts_with("s3://ikd-public/tree: version")
            && out.contains("published, 4 files, 4 new, 0 old"),
        "{out}"
    );
    let first = head(&data, &store);
    let asked = store.asked();
    let put = puts(&asked);
    // Four files and the copy of the head, twice: the second time as the proof that conditions count.
    assert_eq!(put.len(), 7, "{put:?}");
    assert_eq!(put.last(), Some(&HEAD));
    assert_eq!(put.iter().filter(|name| **name == HEAD).count(), 1);
    for (name, object) in store.objects() {
        let cache = match name == HEAD {
            true => "public, max-age=60",
            false => "public, max-age=31536000, immutable",
        };
        assert_eq!(object.cache, cache, "{name}");
        assert!(object.media_type.starts_with("application/"), "{name}");
    }
    let media_type = |name: &str| store.objects()[name].media_type.clone();
    let file = |hash: &[u8; 32]| format!("tree/sha256/{}", hex(hash));
    assert_eq!(media_type(HEAD), "application/ikd-publication+cwt");
    let bundle = file(&first.file(BUNDLE).unwrap().sha256);
    assert_eq!(media_type(&bundle), "application/ikd-bundle+cwt");

    let out = publish(&data, &store).out;
    assert!(out.contains("unchanged, 4 files, 0 new, 0 old"), "{out}");
    assert!(puts(&store.asked()).is_empty(), "nothing is written");

    data.ok(&["revoke", &id, "--reason", "lost"]);
    let out = publish(&data, &store).out;
    assert!(out.contains("published, 5 files, 4 new, 0 old"), "{out}");
    let second = head(&data, &store);
    assert!(second.version > first.version);
    let kept: Vec<_> = first.files.iter().map(|f| file(&f.sha256)).collect();
    let asked = store.asked();
    assert!(
        puts(&asked)
            .iter()
            .all(|put| !kept.iter().any(|kept| kept == put)),
        "what is there is not sent again: {asked:?}"
    );
    // A reader that has the head of before can still fetch its files.
    assert!(kept.iter().all(|name| store.objects().contains_key(name)));

    // What is missing comes back.
    store.remove(&file(&second.file(BUNDLE).unwrap().sha256));
    publish(&data, &store);
    head(&data, &store);
}

#[test]
fn a_verifier_takes_a_mirror_of_it_and_goes_never_back() {
    let data = Data::with_people(1);
    let id = data.issue(1, "ktp");
    let store = Store::start();
    let verifier = Verifier::at(data.file("store"));
    let take = || {
        let tree = published::read(&data.file("tree")).unwrap();
        verifier.update_published(&tree, WhichRoot::Given(data.root()), None)
    };
    publish(&data, &store);
    head(&data, &store);
    take().unwrap();
    data.ok(&["revoke", &id, "--reason", "lost"]);
    publish(&data, &store);
    let old = std::fs::read(data.file("tree/head")).unwrap();
    head(&data, &store);
    assert!(take().unwrap().changed);
    std::fs::write(data.file("tree/head"), old).unwrap();
    assert!(take().is_err(), "an older tree");
}

/// Killed before the head, also between two files: readers go on with the old tree, the next publisher finishes the new one.
#[test]
fn killed_before_the_head_the_old_tree_is_whole() {
    let data = Data::with_people(2);
    let ids = [data.issue(1, "ktp"), data.issue(2, "ktp")];
    let store = Store::start();
    publish(&data, &store);
    let first = head(&data, &store);
    for (id, at) in ids.iter().zip(["PUT tree/sha256/", "PUT tree/head"]) {
        data.ok(&["revoke", id, "--reason", "lost"]);
        let (reached, wait) = mpsc::channel();
        let (go, gone) = mpsc::channel::<()>();
        store.watch(move |what| {
            if what.starts_with(at) {
                let _ = reached.send(());
                let _ = gone.recv();
                // What the killed one had begun to send is not kept.
                panic!("the test goes on without this request");
            }
            Act::Go
        });
        let mut child = command(&data, &store, &[])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        wait.recv_timeout(Duration::from_secs(60))
            .expect("the request");
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(head(&data, &store), first, "{at}");
        drop(go);
    }
    store.watch_no_more();
    publish(&data, &store);
    assert!(head(&data, &store).version > first.version);
}

#[test]
fn of_two_publishers_at_once_one_is_refused() {
    let data = Data::with_people(4);
    let ids = [1, 2, 3, 4].map(|n| data.issue(n, "ktp"));
    let store = Store::start();
    // The first tree of all, then a later one.
    for pair in ids.chunks(2) {
        let [first, id] = pair else { unreachable!() };
        data.ok(&["revoke", first, "--reason", "lost"]);
        let (sent, winner) = mpsc::channel();
        let mut other = Some(command(&data, &store, &[]));
        let revoke = {
            let mut revoke = data.command();
            revoke.args(["revoke", id, "--reason", "lost"]);
            revoke
        };
        let mut revoke = Some(revoke);
        store.watch(move |what| {
            if what == "PUT tree/head" && other.is_some() {
                // Meanwhile something is revoked, and another publisher is through with it.
                for mut command in [revoke.take().unwrap(), other.take().unwrap()] {
                    let _ = sent.send(said_of(&mut command));
                }
            }
            Act::Go
        });
        let late = said(command(&data, &store, &[]));
        store.watch_no_more();
        let winner: Vec<Said> = winner.try_iter().collect();
        assert!(
            winner.iter().all(|said| said.code == 0),
            "{}",
            winner[1].err
        );
        assert_eq!(late.code, 2, "{}", late.out);
        assert!(
            late.err
                .contains("s3://ikd-public/tree: another `ikd publish`"),
            "{}",
            late.err
        );
        let now = head(&data, &store);
        assert!(
            winner[1]
                .out
                .contains(&format!("version {} published", now.version))
        );
        let out = publish(&data, &store).out;
        assert!(
            out.contains("unchanged"),
            "the winner published all there was: {out}"
        );
    }
}

fn said_of(command: &mut Command) -> Said {
    Said::of(command.output().unwrap())
}

/// If it were the other way round, a slow publisher could put an old state over a newer one that it had just read the head of.
#[test]
fn what_is_published_was_read_after_the_head() {
    let data = Data::with_people(1);
    let id = data.issue(1, "ktp");
    let store = Store::start();
    publish(&data, &store);
    let mut revoke = data.command();
    revoke.args(["revoke", &id, "--reason", "lost"]);
    let mut revoke = Some(revoke);
    store.watch(move |what| {
        if what == "GET tree/head"
            && let Some(mut revoke) = revoke.take()
        {
            assert_eq!(said_of(&mut revoke).code, 0);
        }
        Act::Go
    });
    let out = publish(&data, &store).out;
    store.watch_no_more();
    assert!(
        out.contains("published, 5 files"),
        "the revocation is in it: {out}"
    );
    head(&data, &store);
}

#[test]
fn an_answer_may_get_lost() {
    let data = Data::with_people(1);
    data.issue(1, "ktp");
    let store = Store::start();
    let mut lost = false;
    store.watch(move |what| match what == "PUT tree/head" && !lost {
        true => {
            lost = true;
            Act::GoUnheard
        }
        false => Act::Go,
    });
    let out = publish(&data, &store).out;
    assert!(out.contains("published"), "{out}");
    assert_eq!(
        store
            .asked()
            .iter()
            .filter(|what| *what == "PUT tree/head")
            .count(),
        2
    );
    head(&data, &store);
}

#[test]
fn a_store_that_heeds_no_conditions_needs_a_promise() {
    let data = Data::with_people(2);
    let id = data.issue(1, "ktp");
    let store = Store::start();
    store.heed_no_conditions();
    let refused = said(command(&data, &store, &[]));
    assert_eq!(refused.code, 2);
    assert!(
        refused.err.contains("forbids it") && refused.err.contains("--only-publisher"),
        "{}",
        refused.err
    );
    assert!(head_bytes(&store).is_none());
    let only = || said(command(&data, &store, &["--only-publisher"]));
    assert_eq!(only().code, 0);
    let first = head(&data, &store);
    data.ok(&["revoke", &id, "--reason", "lost"]);
    let refused = said(command(&data, &store, &[]));
    assert!(refused.err.contains("--only-publisher"), "{}", refused.err);
    assert_eq!(head(&data, &store), first);
    // The promise was not kept: what can be seen is.
    let mut other = Some(command(&data, &store, &["--only-publisher"]));
    let mut read = 0;
    store.watch(move |what| {
        read += usize::from(what == "GET tree/head");
        if read == 2
            && let Some(mut other) = other.take()
        {
            assert_eq!(said_of(&mut other).code, 0);
        }
        Act::Go
    });
    let late = only();
    store.watch_no_more();
    assert!(late.err.contains("another `ikd publish`"), "{}", late.err);
    assert!(head(&data, &store).version > first.version);
}

#[test]
fn old_files_go_with_the_first_change_of_a_day() {
    const DAY: i64 = 86_400;
    let data = Data::with_people(6);
    let ids: Vec<String> = (1..=6).map(|n| data.issue(n, "ktp")).collect();
    let store = Store::start();
    let mut ids = ids.iter();
    let mut change = || {
        data.ok(&["revoke", ids.next().unwrap(), "--reason", "lost"]);
        // Heads are told apart by their second.
        std::thread::sleep(Duration::from_millis(1100));
    };
    let removed = |days: &str| {
        let said = said(command(&data, &store, &["--keep-days", days]));
        assert_eq!(said.code, 0, "{}", said.err);
        let words: Vec<&str> = said.out.split_whitespace().collect();
        let at = words.iter().position(|word| *word == "old").unwrap();
        words[at - 1].parse::<usize>().unwrap()
    };
    let bundle = || {
        let head = head(&data, &store);
        format!("tree/sha256/{}", hex(&head.file(BUNDLE).unwrap().sha256))
    };
    let there = |name: &str| store.objects().contains_key(name);
    publish(&data, &store);
    let first = bundle();
    change();
    assert_eq!(removed("0"), 0, "the same day");
    store.age(2 * DAY);
    assert_eq!(removed("0"), 0, "nothing changed");
    change();
    assert_eq!(removed("3"), 0, "heads of today keep them for three days");
    store.age(2 * DAY);
    change();
    let before = store.objects().len();
    let gone = removed("0");
    assert!(gone > 0 && !there(&first));
    assert_eq!(store.objects().len(), before + 5 - gone);
    // No head of the last moment names it, but it is young: another publisher may be about to.
    let young = bundle();
    change();
    removed("0");
    store.age(DAY - 3_600);
    change();
    removed("0");
    assert!(there(&young));
    store.age(DAY);
    change();
    assert!(removed("0") > 0 && !there(&young));
    bundle();
}
