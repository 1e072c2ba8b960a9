//! The national bundle and its delta: made by the code, read by a second reader that follows FORMAT.md §18 word by word.

use super::item::{Content, Is};
use super::page::{Page, Vector, hex};
use super::scene::*;
use super::second_reader::{read_delta, read_directory, states};
use super::walk::{Line, instant, walk};
use super::{load, trust_of};
use credential::national::issue::{self, Draft, unsigned_delta};
use credential::national::{Body, Builder, Delta, National};
use credential::status_list::{SHARD, Status};
use credential::status_source::{Lookup, StatusLists, StatusSource};
use credential::trust_list::TrustList;
use sha2::{Digest, Sha256};

/// What is not valid, by index.
pub type States = Vec<(u32, u8)>;
/// Name, indexes, and what is not valid.
type List = (&'static str, u32, States);

/// The lists of status-shard.txt and status-small.txt, one with a skip table, one of which most is revoked.
fn lists() -> Vec<List> {
    let skip = (0..129).map(|n| (2 * n, 3)).chain([(258, 3)]).collect();
    let most = (0..16)
        .filter(|n| *n != 5)
        .map(|n| (n, 1 + u8::from(n == 9)));
    vec![
        (URI, SHARD, SHARD_LIST.set.to_vec()),
        (SMALL, 16, SMALL_LIST.set.to_vec()),
        ("ikd:3273/skip", 260, skip),
        ("ikd:3273/tua", 16, most.collect()),
    ]
}

/// A day later: a suspension has ended, another has begun, something is revoked, a list has gone, one is new.
fn later() -> Vec<List> {
    let mut lists = lists();
    lists[0].2 = vec![(100, 1), (102, 3), (4711, 2), (1_000_000, 1)];
    lists.remove(1);
    lists.push(("ikd:3273/z", 32, vec![(31, 3)]));
    lists
}

fn built(mut lists: Vec<List>) -> Body {
    lists.sort();
    let mut builder = Builder::new();
    for (uri, indexes, states) in lists {
        let states = states
            .into_iter()
            .map(|(index, n)| (index, Status::from_number(n)));
        builder.shard("ID.3273", uri, indexes, states).unwrap();
    }
    builder.finish()
}

fn file(version: u64, lists: Vec<List>) -> Vec<u8> {
    let body = built(lists);
    let draft = Draft {
        version,
        issued: NOW + (version as i64 - 2) * DAY,
        expires: NOW + (version as i64 + 5) * DAY,
        trust_version: 7,
    };
    let head = sign(
        issue::unsigned(kid("publisher"), &draft, &body),
        "publisher",
    );
    issue::file(&head, body.bytes())
}

fn delta_file() -> Vec<u8> {
    let trust = TrustList::verify(&trust_token(), &public("root")).unwrap();
    let open = |file| National::open(file, &trust).unwrap();
    let (parent, next) = (open(file(1, lists())), open(file(2, later())));
    let delta = issue::delta(&parent, &next).unwrap();
    let unsigned = unsigned_delta(kid("publisher"), &delta, split(next.file()).0);
    issue::file(&sign(unsigned, "publisher"), delta.bytes())
}

/// Head and body of a file.
fn split(file: &[u8]) -> (&[u8], &[u8]) {
    let length = u32::from_le_bytes(file[4..8].try_into().unwrap()) as usize;
    file[8..].split_at(length)
}

/// What the claims of the heads mean.
pub fn named(key: i64) -> (&'static str, Is) {
    match key {
        -65_545 => ("format", Is::Plain),
        -65_546 => ("version", Is::Plain),
        -65_547 => ("version of the trust list", Is::Plain),
        -65_548 => ("body: length, of it the directory, SHA-256", Is::Plain),
        -65_549 => ("coverage: lists, then indexes by state", Is::Plain),
        -65_550 => ("parent: version, SHA-256 of its body", Is::Plain),
        _ => (
            "head of the next version",
            Is::Holds(&Is::Sign1(Content::National)),
        ),
    }
}

pub fn page() -> String {
    let mut page = Page::new(
        "A national bundle of four lists; the first two say what status-shard.txt and status-small.txt say.",
    );
    let file = file(1, lists());
    page.gap();
    page.value("signer", "publisher");
    page.value("trust", "trust-list.txt");
    page.value("version", 1);
    page.comment(&instant(NOW - DAY));
    page.value("issued", NOW - DAY);
    page.comment(&instant(NOW + 6 * DAY));
    page.value("expires", NOW + 6 * DAY);
    page.comment("What is not valid: name of the list, state, indexes.");
    let mut all = lists();
    all.sort();
    for (uri, _, states) in &all {
        for state in 1..4 {
            let of_state = states.iter().filter(|(_, s)| *s == state);
            let indexes: Vec<_> = of_state.map(|(index, _)| index.to_string()).collect();
            if !indexes.is_empty() {
                page.value(
                    "states",
                    format_args!("{uri} {state} {}", indexes.join(" ")),
                );
            }
        }
    }
    parts(&mut page, &file, true);
    page.0
}

pub fn delta_page() -> String {
    let mut page = Page::new(
        "The delta from national.txt to the next version: a suspension ended, one began, something was revoked, a list has\ngone, another is new.",
    );
    page.gap();
    page.value("signer", "publisher");
    page.value("trust", "trust-list.txt");
    page.value("parent", "national.txt");
    page.value("version", 2);
    parts(&mut page, &delta_file(), false);
    page.gap();
    page.comment("The file that comes out.");
    page.hex("next", &file(2, later()));
    page.0
}

fn parts(page: &mut Page, file: &[u8], bundle: bool) {
    let (head, body) = split(file);
    page.gap();
    page.comment("\"IKDN\" and the length of the head.");
    page.hex("prefix", &file[..8]);
    page.gap();
    page.comment("The head.");
    page.lines("head", &walk(head, Is::Sign1(Content::National)));
    let (directory, shards) = match bundle {
        true => read_directory(body),
        false => read_delta(body, 1_048_576 + 260 + 16 + 32),
    };
    page.gap();
    page.comment("The directory.");
    let mut lines = walk(&body[..directory], Is::Plain);
    lines.iter_mut().for_each(|line| label(line, bundle));
    page.lines("directory", &lines);
    page.gap();
    page.comment("The data: each list's gaps and skip table in whole bytes.");
    let mut lines = vec![];
    for shard in &shards {
        for list in &shard.lists {
            let what = format!(
                "{}, state {}: m = {}, 2^{} indexes a block, {} blocks{}",
                shard.name, list.state, list.m, list.s, list.blocks, list.steps
            );
            lines.extend(list.bytes.chunks(16).enumerate().map(|(n, chunk)| Line {
                depth: usize::from(n > 0),
                hex: hex(chunk),
                comment: if n == 0 { what.clone() } else { String::new() },
            }));
        }
    }
    page.lines("data", &lines);
}

/// Names what the items of a directory are, which the walk only counts.
fn label(line: &mut Line, bundle: bool) {
    let names = match (line.depth, bundle) {
        (2, true) => &["shared", "rest of the name", "indexes", "ground", "lists"][..],
        (1, false) => &["extents", "lists"],
        (3, false) => &["shared", "rest of the name", "indexes"],
        _ => return,
    };
    for (n, name) in names.iter().enumerate() {
        if let Some(rest) = line.comment.strip_prefix(&format!("item {n}")) {
            line.comment = format!("{name}{rest}");
            return;
        }
    }
}

fn bytes(vector: &Vector) -> Vec<u8> {
    let parts = ["prefix", "head", "directory", "data"].map(|part| vector.bytes(part));
    parts.concat()
}

#[test]
fn national_bundle() {
    let vector = load("national.txt");
    let file = bytes(&vector);
    let (trust, body) = (trust_of(&vector), split(&file).1);
    let national = National::open(&file[..], &trust).unwrap();
    assert_eq!(national.head().version as i64, vector.number("version"));
    assert_eq!(national.head().issued, vector.number("issued"));
    assert_eq!(national.head().expires, vector.number("expires"));
    assert_eq!(national.head().body.sha256[..], Sha256::digest(body)[..]);
    let mut stated: Vec<(String, u8, Vec<u32>)> = vec![];
    for line in vector.all("states") {
        let mut words = line.split(' ');
        let name = format!("ID.3273 {}", words.next().unwrap());
        let state = words.next().unwrap().parse().unwrap();
        stated.push((name, state, words.map(|w| w.parse().unwrap()).collect()));
    }
    let of = |name: &str, index: u32| {
        let mut stated = stated.iter().filter(|(n, ..)| n == name);
        stated
            .find(|(.., indexes)| indexes.contains(&index))
            .map_or(0, |(_, state, _)| *state)
    };
    for (name, indexes, states) in states(&read_directory(body).1) {
        let (iss, uri) = name.split_once(' ').unwrap();
        let non_valid = national.shard(iss, uri).unwrap().non_valid();
        let non_valid: Vec<_> = non_valid
            .map(|(index, status)| (index, status.number()))
            .collect();
        assert_eq!(non_valid, states, "{name}: both readers");
        for index in (0..indexes as u32).take(5000) {
            let status = national.get(iss, uri, index).unwrap();
            assert_eq!(status.number(), of(&name, index), "{name} {index}");
        }
        assert_eq!(national.get(iss, uri, indexes as u32), None);
    }
    // The two lists that are also there in the standard form.
    let mut lists = StatusLists::default();
    for file in ["status-shard.txt", "status-small.txt"] {
        lists.add(load(file).bytes("token"), &trust).unwrap();
    }
    for (uri, indexes) in [(URI, SHARD), (SMALL, 16)] {
        for index in 0..indexes {
            let Lookup::Found { status, .. } = lists.status("ID.3273", uri, index) else {
                panic!("{uri} {index}");
            };
            assert_eq!(
                national.get("ID.3273", uri, index),
                Some(status),
                "{uri} {index}"
            );
        }
    }
}

#[test]
fn national_delta() {
    let vector = load("national-delta.txt");
    let parent = bytes(&load(vector.get("parent")));
    let trust = trust_of(&vector);
    let delta = Delta::open(bytes(&vector), &trust).unwrap();
    assert_eq!(delta.next().version as i64, vector.number("version"));
    let parent = National::open(&parent[..], &trust).unwrap();
    let next = delta.rebuild(&parent).unwrap();
    assert_eq!(hex(&next), hex(vector.bytes("next")));
    let found = states(&read_directory(split(&next).1).1);
    let mut expected = later();
    expected.sort();
    for ((name, indexes, states), (uri, n, later)) in found.iter().zip(&expected) {
        assert_eq!(
            (name.as_str(), *indexes),
            (&*format!("ID.3273 {uri}"), u64::from(*n))
        );
        assert_eq!(states, later);
    }
    assert_eq!(found.len(), expected.len());
}
