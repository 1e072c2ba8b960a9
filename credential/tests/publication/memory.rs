//! What a verifier remembers: nothing goes back, and nothing revoked comes to life again.

use crate::common::*;
use credential::bundle::Bundle;
use credential::history::{History, Older, note_national};
use credential::ids::KeyId;
use credential::national::issue::{self, Draft};
use credential::national::{Builder, National};
use credential::seen::Seen;
use credential::status_list::Status;
use credential::status_source::{Lookup, NoStatus, StatusLists, StatusSource};

fn office(version: u64, issued: i64, revoked: &[u32]) -> Office {
    Office {
        version,
        issued,
        statuses: revoked.iter().map(|at| (*at, Status::Revoked)).collect(),
        ..Office::default()
    }
}

fn accept(memory: &History, mut bundle: Bundle) -> Result<(History, u64), Older> {
    memory.clone().accept(&mut bundle)
}

#[test]
fn bundles_never_go_back() {
    let first = office(5, NOW - DAY, &[3, 7]);
    let (memory, dropped) = accept(&History::default(), first.bundle()).unwrap();
    assert_eq!((memory.trust_version, dropped), (5, 0));
    assert_eq!(memory.bundle_issued, NOW - DAY);
    assert_eq!(accept(&memory, first.bundle()), Ok((memory.clone(), 0)));

    let refused = |office: Office| accept(&memory, office.bundle()).unwrap_err();
    let older = refused(office(4, NOW, &[3, 7]));
    assert_eq!(older, Older::TrustList);
    let earlier = refused(office(5, NOW - DAY - 1, &[3, 7]));
    assert_eq!(earlier, Older::Bundle);
    let conflict = refused(office(5, NOW, &[3, 7]));
    assert_eq!(
        conflict,
        Older::Conflict,
        "another trust list of that version"
    );

    let mut list = memory.clone();
    list.seen.add(ISS, URI, NOW, &[]);
    let list = accept(&list, office(6, NOW - 60, &[3, 7]).bundle()).unwrap_err();
    let Older::StatusList {
        iss,
        uri,
        offered,
        known,
    } = &list
    else {
        panic!("{list:?}");
    };
    assert_eq!(
        (iss.as_str(), uri.as_str(), *offered, *known),
        (ISS, URI, NOW - 60, NOW)
    );
    for (older, says) in [
        (&older, "its trust list is older than one accepted before"),
        (&earlier, "it is older than one accepted before"),
        (
            &conflict,
            "there are two different trust lists of its version",
        ),
        (
            &list,
            "a status list in it is older than one accepted before",
        ),
        (
            &Older::TooMuch,
            "it would take too much to remember what it revokes",
        ),
    ] {
        assert_eq!(older.to_string(), says);
    }
}

#[test]
fn what_was_revoked_stays_revoked() {
    let (memory, _) = accept(&History::default(), office(5, NOW - DAY, &[3, 7]).bundle()).unwrap();
    let mut poorer = office(6, NOW, &[7]).bundle();
    let (memory, dropped) = memory.accept(&mut poorer).unwrap();
    assert_eq!(dropped, 1);
    let status = |index| match poorer.statuses.status(ISS, URI, index) {
        Lookup::Found { status, .. } => Some(status),
        _ => None,
    };
    assert_eq!(status(3), Some(Status::Revoked));
    assert_eq!(status(7), Some(Status::Revoked));
    assert_eq!(status(8), Some(Status::Valid));
    assert_eq!(poorer.statuses.ends(), Some(NOW + 7 * DAY));
    assert_eq!(memory.seen.issued(ISS, URI), Some(NOW));
    // Without the list, what was revoked is known, and nothing else.
    let mut nothing = StatusLists::default();
    assert!(nothing.is_empty());
    assert_eq!(nothing.keep(&memory.seen), 0);
    assert_eq!(
        nothing.status(ISS, URI, 3),
        Lookup::Found {
            status: Status::Revoked,
            issued: NOW,
            expires: None
        }
    );
    assert_eq!(nothing.status(ISS, URI, 8), Lookup::NoList);
    assert_eq!(nothing.seen_until(ISS, URI), Some(NOW));
    assert_eq!(NoStatus.status(ISS, URI, 3), Lookup::NoList);
    assert_eq!(NoStatus.seen_until(ISS, URI), None);
    assert_eq!(NoStatus.ends(), None);
}

fn national(revoked: &[u32]) -> National<Vec<u8>> {
    let mut builder = Builder::new();
    let states = revoked.iter().map(|index| (*index, Status::Revoked));
    builder.shard(ISS, URI, 64, states).unwrap();
    let body = builder.finish();
    let draft = Draft {
        version: 1,
        issued: NOW - DAY,
        expires: NOW + DAY,
        trust_version: 1,
    };
    let unsigned = issue::unsigned(KeyId::of(&public(&key(2))), &draft, &body);
    let file = issue::file(&sign(unsigned, &key(2)), body.bytes());
    National::open(file, &Office::default().trust()).unwrap()
}

#[test]
fn what_national_bundles_revoked() {
    let held = national(&[3, 7]);
    let shard = held.shard(ISS, URI).unwrap();
    assert_eq!(shard.revoked(), [3, 7]);
    assert_eq!(shard.states(), [62, 2, 0, 0]);
    assert!(shard.coded_bits() > 0);
    let seen = note_national(Seen::default(), &held).unwrap();
    assert_eq!(seen.issued(ISS, URI), Some(NOW - DAY));
    let mut lists = office(1, NOW - 2 * DAY, &[]).status_lists();
    assert_eq!(lists.keep_national(&seen, None::<&National<Vec<u8>>>), 0);
    assert_eq!(lists.keep_national(&seen, Some(&national(&[7]))), 1);
    let found = |index| lists.status(ISS, URI, index);
    assert_eq!(
        found(3),
        Lookup::Found {
            status: Status::Revoked,
            issued: NOW - DAY,
            expires: None
        }
    );
    // The bundle that is gone knew later news than the list.
    assert_eq!(
        found(8),
        Lookup::Found {
            status: Status::Valid,
            issued: NOW - 2 * DAY,
            expires: Some(i64::MIN)
        }
    );
}
