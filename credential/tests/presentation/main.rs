//! Credentials shown by a phone: every replay, relay and clock case, and every way a proof can be wrong.

#[path = "../common/mod.rs"]
mod common;
mod forged;
mod keys;
#[path = "../common/phone.rs"]
mod phone;
mod replay;
mod requests;
mod subsets;

use common::*;
use credential::claims::Claims;
use credential::presentation::{Challenge, NotPresentable};
use credential::reason::Reason;
use credential::status_list::Status;
use credential::verify::{Shown, unverified_key_id};
use credential::{Policy, token, verify_for};
use phone::{Phone, proof};

fn phones() -> [Phone; 2] {
    [Phone::es256(9), Phone::ed25519(9)]
}

fn bound(office: &Office, phone: &Phone) -> String {
    office.issue(&Claims {
        cnf: Some(phone.key()),
        ..claims(ktp())
    })
}

fn asked<'a>(audience: Option<&'a str>, nonce: Option<&'a [u8]>) -> Challenge<'a> {
    Challenge { audience, nonce }
}

fn reason_for(office: &Office, text: &str, now: i64, challenge: &Challenge<'_>) -> Reason {
    let lists = office.status_lists();
    let verdict = verify_for(
        text,
        &office.trust(),
        &lists,
        now,
        &Policy::default(),
        challenge,
    );
    verdict.reason()
}

#[test]
fn live_is_green_and_says_when_and_by_what_key() {
    let office = Office::default();
    for phone in phones() {
        let card = bound(&office, &phone);
        let shown = phone.shows(&card, proof(NOW - 12));
        let verdict = office.verify(&shown);
        assert_eq!(verdict.reason(), Reason::Valid);
        let credential = verdict.credential().unwrap();
        let live = Shown::Live {
            at: NOW - 12,
            audience: None,
        };
        assert_eq!(credential.shown(), &live);
        assert_eq!(credential.token(), token::unpack(&card).unwrap().bytes);
        assert_eq!(credential.claims().cnf, Some(phone.key()));
        assert_eq!(unverified_key_id(&shown), unverified_key_id(&card));
        // The credential alone: whoever scanned it once could show it.
        let alone = office.verify(&card);
        assert_eq!(alone.reason(), Reason::HolderProofMissing);
        assert_eq!(alone.credential().unwrap().shown(), &Shown::Unproven);
    }
    let paper = office.verify(&office.issue(&claims(ktp())));
    assert_eq!(paper.credential().unwrap().shown(), &Shown::Static);
}

#[test]
fn what_the_office_or_the_lists_say_still_counts() {
    let phone = Phone::es256(9);
    for (status, reason) in [
        (Status::Revoked, Reason::Revoked),
        (Status::Suspended, Reason::Suspended),
        (Status::Superseded, Reason::Superseded),
    ] {
        let office = Office {
            statuses: vec![(712_345, status)],
            ..Office::default()
        };
        let shown = phone.shows(&bound(&office, &phone), proof(NOW));
        assert_eq!(office.verify(&shown).reason(), reason);
    }
    let office = Office::default();
    let expired = office.issue(&Claims {
        cnf: Some(phone.key()),
        exp: Some(NOW - 1),
        ..claims(ktp())
    });
    let shown = phone.shows(&expired, proof(NOW));
    assert_eq!(office.verify(&shown).reason(), Reason::Expired);
    // Signed by nobody the trust list knows.
    let stranger = Office {
        signer: key(77),
        ..Office::default()
    };
    let shown = phone.shows(&bound(&stranger, &phone), proof(NOW));
    assert_eq!(office.verify(&shown).reason(), Reason::UnknownIssuer);
    // A proof around a printed document proves nothing.
    let paper = token::unpack(&office.issue(&claims(ktp()))).unwrap().bytes;
    assert!(matches!(
        proof(NOW).around(&paper),
        Err(NotPresentable::NotBound)
    ));
}
