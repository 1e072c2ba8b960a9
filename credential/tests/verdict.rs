//! Every reason a verdict can have, reached through the public function alone.

#[path = "verdict/claims.rs"]
mod claims_by_hand;
#[path = "verdict/clocks.rs"]
mod clocks;
mod common;
#[path = "verdict/foreign.rs"]
mod foreign;
#[path = "verdict/held.rs"]
mod held;
#[path = "verdict/longest.rs"]
mod longest;
#[path = "common/phone.rs"]
mod phone;

use common::*;
use credential::claims::Claims;
use credential::document::Value;
use credential::ids::KodeWilayah;
use credential::kinds::fields as f;
use credential::reason::{Outcome, Reason};
use credential::status_list::Status;
use credential::status_source::{NoStatus, StatusLists};
use credential::trust_list::{KeyState, Profile};
use credential::{Policy, verify};

fn reason_of(office: &Office, claims: &Claims<'_>) -> Reason {
    office.verify(&office.issue(claims)).reason()
}

#[test]
fn a_good_ktp_is_green_and_shows_what_was_signed() {
    let office = Office::default();
    let verdict = office.verify(&office.issue(&claims(ktp())));
    assert_eq!(
        (verdict.outcome(), verdict.reason()),
        (Outcome::Valid, Reason::Valid)
    );
    let shown = verdict
        .credential()
        .expect("a valid verdict carries the credential");
    assert_eq!(shown.claims(), claims(ktp()));
    assert_eq!(shown.issuer().office, "Disdukcapil Kota Bandung");
    assert_eq!(verdict.freshness().as_of(), NOW - DAY);
}

#[test]
fn statuses() {
    for (status, reason) in [
        (Status::Valid, Reason::Valid),
        (Status::Revoked, Reason::Revoked),
        (Status::Suspended, Reason::Suspended),
        (Status::Superseded, Reason::Superseded),
    ] {
        let office = Office {
            statuses: vec![
                (712_345, status),
                (712_344, Status::Revoked),
                (712_346, Status::Revoked),
            ],
            ..Office::default()
        };
        let verdict = office.verify(&office.issue(&claims(ktp())));
        assert_eq!(verdict.reason(), reason);
        assert!(
            verdict.credential().is_some(),
            "a person compares the card with it"
        );
    }
}

#[test]
fn an_index_outside_the_list_is_refused() {
    let office = Office::default();
    let mut outside = claims(ktp());
    outside.status.as_mut().unwrap().index = 1 << 20;
    assert_eq!(reason_of(&office, &outside), Reason::StatusOutOfRange);
    outside.status.as_mut().unwrap().index = (1 << 20) - 1;
    assert_eq!(reason_of(&office, &outside), Reason::Valid);
}

#[test]
fn what_is_missing_or_old_is_grey_never_green() {
    let office = Office::default();
    let text = office.issue(&claims(ktp()));
    let trust = office.trust();
    let lists = office.status_lists();
    let policy = Policy::default();
    let at = |now| verify(&text, &trust, &lists, now, &policy).reason();
    assert_eq!(at(office.issued + 7 * DAY), Reason::Valid);
    assert_eq!(at(office.issued + 7 * DAY + 1), Reason::StatusListStale);
    assert_eq!(at(office.issued + 30 * DAY + 1), Reason::TrustListStale);
    assert_eq!(at(office.issued - 301), Reason::ClockBehind);
    assert_eq!(at(0), Reason::ClockBehind);
    for missing in [
        verify(&text, &trust, &NoStatus, NOW, &policy),
        verify(&text, &trust, &StatusLists::default(), NOW, &policy),
    ] {
        assert_eq!(missing.reason(), Reason::StatusListMissing);
        assert_eq!(missing.outcome(), Outcome::Undecided);
    }
    let impatient = Policy {
        max_status_age: Some(DAY - 1),
        ..policy
    };
    assert_eq!(
        verify(&text, &trust, &lists, NOW, &impatient).reason(),
        Reason::StatusListStale
    );
}

#[test]
fn a_revocation_stands_even_when_the_lists_are_old() {
    let office = Office {
        statuses: vec![(712_345, Status::Revoked)],
        ..Office::default()
    };
    let text = office.issue(&claims(ktp()));
    assert_eq!(
        office.verify_at(&text, NOW + 99 * DAY).reason(),
        Reason::Revoked
    );
}

#[test]
fn a_superseded_document_in_an_old_list_is_grey() {
    let office = Office {
        statuses: vec![(712_345, Status::Superseded)],
        ..Office::default()
    };
    let text = office.issue(&claims(ktp()));
    assert_eq!(
        office.verify_at(&text, NOW + 9 * DAY).reason(),
        Reason::StatusListStale
    );
}

#[test]
fn a_key_counts_only_within_its_scope() {
    let mut office = Office::default();
    let good = claims(ktp());
    let mut elsewhere = ktp_builder();
    elsewhere = elsewhere.set(
        &f::REGION,
        Value::Region(KodeWilayah::parse("3274011001").unwrap()),
    );
    assert_eq!(
        reason_of(&office, &claims(elsewhere.build().unwrap())),
        Reason::OutsideRegion
    );
    let mut other_iss = good.clone();
    other_iss.iss = Some("ID.3274");
    assert_eq!(reason_of(&office, &other_iss), Reason::IssuerMismatch);

    office.issuers[0].kinds = vec![2];
    assert_eq!(reason_of(&office, &good), Reason::OutsideKind);
    office.issuers[0].kinds = vec![1, 2];

    // The key's own lists are dated NOW - DAY; only the credential falls outside here.
    office.issuers[0].not_before = NOW - 2 * DAY + 1;
    assert_eq!(reason_of(&office, &good), Reason::OutsideKeyWindow);
    office.issuers[0].not_before = 0;

    let text = office.issue(&good);
    let lists = office.status_lists();
    for (state, reason) in [
        (KeyState::Retired(NOW - 2 * DAY), Reason::OutsideKeyWindow),
        (KeyState::Retired(NOW - 2 * DAY + 1), Reason::Valid),
        (KeyState::Compromised(NOW - 2 * DAY), Reason::KeyCompromised),
        (KeyState::Compromised(NOW - 2 * DAY + 1), Reason::Valid),
    ] {
        office.issuers[0].state = state;
        let verdict = verify(&text, &office.trust(), &lists, NOW, &Policy::default());
        assert_eq!(verdict.reason(), reason, "{state:?}");
    }

    office.issuers.clear();
    let verdict = verify(&text, &office.trust(), &lists, NOW, &Policy::default());
    assert_eq!(verdict.reason(), Reason::UnknownIssuer);
    assert_eq!(verdict.outcome(), Outcome::Undecided);
}

#[test]
fn times() {
    let office = Office::default();
    let with = |exp, nbf, iat| {
        let mut c = claims(ktp());
        (c.exp, c.nbf, c.iat) = (exp, nbf, Some(iat));
        reason_of(&office, &c)
    };
    assert_eq!(with(Some(NOW), None, NOW - DAY), Reason::Valid);
    assert_eq!(with(Some(NOW - 1), None, NOW - DAY), Reason::Expired);
    assert_eq!(with(None, Some(NOW + 300), NOW - DAY), Reason::Valid);
    assert_eq!(with(None, Some(NOW + 301), NOW - DAY), Reason::NotYetValid);
    assert_eq!(with(None, None, NOW + 301), Reason::NotYetValid);
}

#[test]
fn a_credential_of_a_phone_needs_the_phones_proof() {
    let office = Office::default();
    let mut bound = claims(ktp());
    bound.cnf = Some(holder());
    assert_eq!(reason_of(&office, &bound), Reason::HolderProofMissing);
}

#[test]
fn signature_of_another_key_or_content() {
    let office = Office::default();
    let forger = Office {
        signer: key(66),
        ..Office::default()
    };
    // The forger names the office's key but has his own.
    let payload = claims(ktp()).encode().unwrap();
    let kid = credential::ids::KeyId::of(&public(&office.signer));
    let unsigned = credential::cose::issue::Unsigned::new(kid, None, payload);
    let forged = credential::token::pack(&sign(unsigned, &forger.signer));
    let verdict = office.verify(&forged);
    assert_eq!(verdict.reason(), Reason::BadSignature);
    assert!(
        verdict.credential().is_none(),
        "unverified claims are never shown"
    );
    // With his own key named, nobody knows him.
    assert_eq!(
        office.verify(&forger.issue(&claims(ktp()))).reason(),
        Reason::UnknownIssuer
    );
}

#[test]
fn other_signed_things_are_not_credentials() {
    let office = Office::default();
    for token in [office.status_token(), office.trust_token()] {
        let verdict = office.verify(&credential::token::pack(&token));
        assert_ne!(verdict.outcome(), Outcome::Valid);
    }
    let status = credential::token::pack(&office.status_token());
    assert_eq!(office.verify(&status).reason(), Reason::NotCose);
}

#[test]
fn qr_codes_of_something_else() {
    let office = Office::default();
    for text in [
        "",
        "https://example.id/x",
        "00020101021126610014COM.GO-JEK.WWW",
        "BB8",
        &"A".repeat(5000),
    ] {
        let verdict = office.verify(text);
        assert_eq!(verdict.reason(), Reason::NotADocument, "{text:.20}");
    }
}

#[test]
fn a_newer_issuer_is_grey_because_its_signature_fits() {
    let office = Office::default();
    let payload = claims(ktp()).encode().unwrap();
    // Kind 1 becomes kind 200: key 75 is 18 4B, the kind follows.
    let at = payload
        .windows(3)
        .position(|w| w == [0x18, 0x4b, 0x01])
        .unwrap();
    let newer = [&payload[..at + 2], &[0x18, 200], &payload[at + 3..]].concat();
    let kid = credential::ids::KeyId::of(&public(&office.signer));
    let unsigned = credential::cose::issue::Unsigned::new(kid, None, newer);
    let verdict = office.verify(&credential::token::pack(&sign(unsigned, &office.signer)));
    assert_eq!(verdict.reason(), Reason::NewerFormat);
    assert_eq!(verdict.outcome(), Outcome::Undecided);
}

#[test]
fn the_strict_gate_holds_for_our_issuers_and_not_for_foreign_ones() {
    let mut office = Office::default();
    let text = office.issue(&claims(ktp()));
    let token = credential::token::unpack(&text).unwrap().bytes;
    let untagged = credential::token::pack(&token[1..]);
    let tag61 = credential::token::pack(&[&[0xd8, 61], &token[..]].concat());
    for form in [&untagged, &tag61] {
        assert_eq!(office.verify(form).reason(), Reason::NotCanonical);
    }
    let lists = office.status_lists();
    office.issuers[0].profile = Profile::Foreign;
    let trust = office.trust();
    for form in [&text, &untagged, &tag61] {
        let verdict = verify(form, &trust, &lists, NOW, &Policy::default());
        assert_eq!(verdict.reason(), Reason::Valid);
    }
}

#[test]
fn every_reason_has_words_and_a_unique_code() {
    let mut codes: Vec<_> = Reason::ALL.iter().map(|r| r.code()).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), Reason::ALL.len());
    assert!(
        Reason::ALL
            .iter()
            .all(|r| !r.text().id.is_empty() && !r.text().en.is_empty())
    );
    let green: Vec<_> = Reason::ALL
        .iter()
        .filter(|r| r.outcome() == Outcome::Valid)
        .collect();
    assert_eq!(green, [&Reason::Valid], "only one reason is green");
}
