//! Names of issuers and lists as long as they may be.

use crate::common::*;
use credential::bundle::{BadBundle, Bundle, issue::unsigned};
use credential::claims::{ISS_MAX, StatusRef, TIME_MAX, URI_MAX};
use credential::cose::issue::Unsigned;
use credential::ids::KeyId;
use credential::kinds::profiles::by_number;
use credential::reason::Reason;
use credential::request::Request;
use credential::token;
use credential::trust_list::TrustList;

#[test]
fn the_longest_names_are_read() {
    let (iss, uri) = ("I".repeat(ISS_MAX), "u".repeat(URI_MAX));
    let mut office = Office::default();
    office.issuers[0].iss = iss.clone();
    let mut long = claims(ktp());
    long.iss = Some(&iss);
    long.status = Some(StatusRef {
        index: 1,
        uri: &uri,
    });
    let verdict = office.verify(&office.issue(&long));
    assert_eq!(verdict.reason(), Reason::StatusListMissing);
}

/// A list may be as much newer than its bundle as clocks may differ.
#[test]
fn a_list_that_is_newer_than_its_bundle() {
    let office = Office::default();
    let made = |earlier: i64| {
        let issued = office.issued - earlier;
        let publisher = KeyId::of(&public(&office.publisher));
        let lists = [office.status_token()];
        let token = unsigned(publisher, issued, NOW + DAY, &office.trust_token(), &lists);
        let bytes = sign(token, &office.publisher);
        Bundle::verify(&bytes, &public(&office.root)).map(|bundle| bundle.issued == issued)
    };
    assert_eq!(made(0), Ok(true));
    assert_eq!(made(300), Ok(true));
    for earlier in [301, 302, DAY] {
        assert_eq!(made(earlier), Err(BadBundle::Ahead));
    }
}

/// A question to a phone is as long as its text may be where name and nonce are.
#[test]
fn the_longest_question() {
    let mut longest = Request {
        audience: Some("\u{e9}".repeat(64)),
        nonce: vec![7; 32],
        profile: None,
    };
    let text = longest.text().expect("it fits");
    assert_eq!(
        (text.len(), Request::parse(&text)),
        (256, Some(longest.clone()))
    );
    longest.profile = by_number(1);
    assert_eq!(longest.text(), None, "two bytes more");
}

/// The last second of 2199 in Jakarta is a time, the one after it is none.
#[test]
fn the_last_second() {
    const LAST: i64 = TIME_MAX as i64;
    let mut office = Office::default();
    for (exp, reason) in [(LAST, Reason::Valid), (LAST + 1, Reason::Malformed)] {
        let mut payload = claims(ktp());
        payload.exp = Some(LAST);
        let mut payload = payload.encode().unwrap();
        let place = payload
            .windows(8)
            .position(|eight| eight == LAST.to_be_bytes());
        payload[place.unwrap()..][..8].copy_from_slice(&exp.to_be_bytes());
        let kid = KeyId::of(&public(&office.signer));
        let text = token::pack(&sign(Unsigned::new(kid, None, payload), &office.signer));
        assert_eq!(office.verify(&text).reason(), reason, "{exp}");
    }
    office.issuers[0].not_after = LAST;
    assert!(TrustList::verify(&office.trust_token(), &public(&office.root)).is_ok());
}
