//! What a verifier remembers of lists: how it is written, and when it is too much.

use crate::common::*;
use credential::history::{History, MAX_SEEN, Older, note_national};
use credential::national::issue::{self, Draft};
use credential::national::{Builder, National};
use credential::seen::Seen;
use credential::status_list::Status;
use credential::status_source::{Lookup, StatusLists, StatusSource};

/// Numbers in groups of seven bits at every edge of them.
#[test]
fn numbers_of_a_memory() {
    let written = |issued: i64, revoked: &[u32]| {
        let mut seen = Seen::default();
        seen.add("a", "b", issued, revoked);
        let bytes = seen.encode();
        assert_eq!(Seen::decode(&bytes), Some(seen));
        bytes[4..].to_vec()
    };
    assert_eq!(written(0, &[]), [0, 0]);
    assert_eq!(written(127, &[127]), [127, 1, 127]);
    assert_eq!(written(128, &[128]), [0x80, 1, 1, 0x80, 1]);
    assert_eq!(written(16_383, &[0, 128]), [0xff, 0x7f, 2, 0, 127]);
    assert_eq!(written(16_384, &[1, 2]), [0x80, 0x80, 1, 2, 1, 0]);
}

/// New indexes go before, between and behind those that are there, and none twice.
#[test]
fn indexes_find_their_places() {
    let of = |added: &[&[u32]]| {
        let mut seen = Seen::default();
        added
            .iter()
            .for_each(|revoked| seen.add("a", "b", 1, revoked));
        seen.encode()
    };
    let together = of(&[&[1, 5, 7, 10, 20]]);
    assert_eq!(of(&[&[5, 10], &[1, 7, 20]]), together);
    assert_eq!(of(&[&[1, 7, 20], &[5, 10]]), together);
    assert_eq!(of(&[&[1, 5], &[7, 10], &[20]]), together);
    assert_eq!(of(&[&[20], &[7, 10], &[1, 5]]), together);
    assert_eq!(of(&[&[1, 5, 7], &[5, 7, 10, 20], &[1, 20], &[]]), together);
}

/// So many indexes of another list that the memory is `bytes` long together with a bundle's one list.
fn nearly_full(bytes: usize) -> Seen {
    let mut with_bundle = Seen::default();
    with_bundle.add(ISS, URI, NOW - DAY, &[]);
    let mut seen = Seen::default();
    seen.add("a", "b", 1, &[]);
    // A byte an index, and three more for the number of them.
    let others = with_bundle.encode().len() + seen.encode().len() + 3;
    let indexes: Vec<u32> = (0..(bytes - others) as u32).collect();
    seen.add("a", "b", 1, &indexes);
    seen
}

#[test]
fn a_memory_that_is_full() {
    let office = Office::default();
    let mut builder = Builder::new();
    builder
        .shard(ISS, URI, 8, [(9 - 2, Status::Suspended)])
        .unwrap();
    let body = builder.finish();
    let draft = Draft {
        version: 1,
        issued: NOW - DAY,
        expires: NOW + DAY,
        trust_version: 1,
    };
    let publisher = credential::ids::KeyId::of(&public(&office.publisher));
    let head = sign(issue::unsigned(publisher, &draft, &body), &office.publisher);
    let file = issue::file(&head, body.bytes());
    let national = National::open(file, &office.trust()).unwrap();
    for (bytes, fits) in [
        (MAX_SEEN, true),
        (MAX_SEEN + 1, false),
        (MAX_SEEN + 2, false),
    ] {
        let seen = nearly_full(bytes);
        let noted = note_national(seen.clone(), &national);
        assert_eq!(noted.map(|seen| seen.encode().len()), fits.then_some(bytes));
        let history = History {
            seen,
            ..History::default()
        };
        let accepted = history.accept(&mut office.bundle());
        match accepted {
            Ok((history, dropped)) => {
                assert_eq!((history.seen.encode().len(), dropped), (bytes, 0));
                assert!(fits);
            }
            Err(error) => assert!(!fits && error == Older::TooMuch),
        }
    }
}

/// Later news of a list than it is itself: it decides nothing more.
#[test]
fn a_list_from_before_what_was_seen() {
    let office = Office::default();
    for (later, stale) in [(-1, false), (0, false), (1, true)] {
        let mut seen = Seen::default();
        seen.add(ISS, URI, office.issued + later, &[]);
        let mut lists: StatusLists = office.status_lists();
        lists.keep_national::<Vec<u8>>(&seen, None);
        let Lookup::Found { expires, .. } = lists.status(ISS, URI, 5) else {
            panic!("it is there");
        };
        assert_eq!(expires == Some(i64::MIN), stale);
    }
}
