//! Status lists as a verifier holds them.

use crate::common::*;
use credential::cose::Sign1;
use credential::ids::KeyId;
use credential::status_list::{Status, StatusListClaims};
use credential::status_source::{BadStatusToken, Lookup, StatusLists, StatusSource};
use credential::trust_list::KeyState;
use credential::verify::unverified_key_id;

#[test]
fn of_two_lists_of_the_same_second_the_later_one_counts() {
    let mut office = Office::default();
    let mut lists = StatusLists::default();
    assert_eq!((lists.is_empty(), lists.len()), (true, 0));
    for status in [Status::Suspended, Status::Valid, Status::Superseded] {
        office.statuses = vec![(9, status)];
        lists.add(&office.status_token(), &office.trust()).unwrap();
        assert_eq!((lists.is_empty(), lists.len()), (false, 1));
        let Lookup::Found { status: found, .. } = lists.status(ISS, URI, 9) else {
            panic!("it is there");
        };
        assert_eq!(found, status);
    }
    assert_eq!(lists.iter().count(), 1);
    let issued: Vec<_> = lists.iter().map(|(iss, list)| (iss, list.iat)).collect();
    assert_eq!(issued, [(ISS, office.issued)]);
}

/// The seconds in which a key signs lists.
#[test]
fn when_a_key_may_sign_lists() {
    let added = |from: i64, to: i64, state| {
        let mut office = Office::default();
        let token = office.status_token();
        let at = office.issued;
        let issuer = &mut office.issuers[0];
        (issuer.not_before, issuer.not_after, issuer.state) = (at + from, at + to, state);
        StatusLists::default().add(&token, &office.trust())
    };
    let at = Office::default().issued;
    assert_eq!(added(0, 0, KeyState::Active), Ok(()));
    for (from, to) in [(1, 9), (-9, -1)] {
        let refused = added(from, to, KeyState::Active);
        assert_eq!(refused, Err(BadStatusToken::UnknownIssuer));
    }
    for state in [KeyState::Retired, KeyState::Compromised] {
        assert_eq!(added(-9, 9, state(at + 1)), Ok(()));
        let refused = added(-9, 9, state(at));
        assert_eq!(refused, Err(BadStatusToken::UnknownIssuer));
        // Retired later than it may sign at all.
        let refused = added(-9, -1, state(at + 5));
        assert_eq!(refused, Err(BadStatusToken::UnknownIssuer));
    }
}

/// Whose text it is can be told before anything is checked, and of what is no token not.
#[test]
fn the_key_that_a_text_names() {
    let office = Office::default();
    let text = office.issue(&claims(ktp()));
    let kid = KeyId::of(&public(&office.signer));
    assert_eq!(unverified_key_id(&text), Some(kid));
    for other in ["", "BB8", "https://example.id/x"] {
        assert_eq!(unverified_key_id(other), None);
    }
}

/// What a list's token says beside the statuses.
#[test]
fn claims_of_a_list() {
    let office = Office::default();
    let token = office.status_token();
    let payload = Sign1::parse_canonical(&token).unwrap().payload;
    let read = StatusListClaims::decode(payload).unwrap();
    assert_eq!((read.sub.as_str(), read.iat), (URI, office.issued));
    let end = office.issued + 7 * DAY;
    assert_eq!((read.exp, read.ttl), (Some(end), Some(3600)));
}
