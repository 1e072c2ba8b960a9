//! The table of FORMAT.md §16.4: time, audience and nonce.

use crate::common::*;
use crate::phone::{Phone, proof};
use crate::{asked, bound, reason_for};
use credential::presentation::Proof;
use credential::reason::{Outcome, Reason};
use credential::verify::Shown;
use credential::{Policy, verify, verify_for};

/// The table of FORMAT.md §16.4.
#[test]
fn replay_and_clocks() {
    let office = Office::default();
    let phone = Phone::es256(9);
    let card = bound(&office, &phone);
    for (age, reason) in [
        (0, Reason::Valid),
        (59, Reason::Valid),
        (90, Reason::Valid),
        (91, Reason::HolderProofStale),
        (120, Reason::HolderProofStale),
        (86_400, Reason::HolderProofStale),
        (-30, Reason::Valid),
        (-31, Reason::HolderProofAhead),
        (-86_400, Reason::HolderProofAhead),
    ] {
        let shown = phone.shows(&card, proof(NOW - age));
        let verdict = office.verify(&shown);
        assert_eq!(verdict.reason(), reason, "{age} s old");
        // What is stale is not said to be shown by its holder.
        let how = verdict.credential().unwrap().shown();
        let live = matches!(how, Shown::Live { .. });
        assert_eq!(live, reason == Reason::Valid, "{age} s old: {how:?}");
    }
    // No skew allowed.
    let strict = Policy {
        proof_skew: 0,
        ..Policy::default()
    };
    for (age, reason) in [
        (60, Reason::Valid),
        (61, Reason::HolderProofStale),
        (-1, Reason::HolderProofAhead),
    ] {
        let shown = phone.shows(&card, proof(NOW - age));
        let verdict = verify(
            &shown,
            &office.trust(),
            &office.status_lists(),
            NOW,
            &strict,
        );
        assert_eq!(verdict.reason(), reason, "{age} s old");
    }
    // The verifier's clock is behind its own lists: undecided, whatever the proof says.
    let shown = phone.shows(&card, proof(NOW));
    assert_eq!(
        office.verify_at(&shown, office.issued - 301).reason(),
        Reason::ClockBehind
    );
    // Lists that are too old decide nothing, live or not.
    let later = NOW + 60 * DAY;
    let shown = phone.shows(&card, proof(later));
    assert_eq!(
        office.verify_at(&shown, later).outcome(),
        Outcome::Undecided
    );
}

#[test]
fn audience_and_nonce() {
    let office = Office::default();
    let phone = Phone::es256(9);
    let card = bound(&office, &phone);
    let (nonce, other) = ([7; 16], [8; 16]);
    let to = |audience, nonce| {
        let proof = Proof {
            iat: NOW,
            audience,
            nonce,
        };
        phone.shows(&card, proof)
    };
    let (bank, hotel) = (Some("Bank Contoh, KCP Braga"), Some("Hotel Contoh"));
    for (name, shown, challenge, reason) in [
        (
            "anybody, nobody asked",
            to(None, None),
            asked(None, None),
            Reason::Valid,
        ),
        (
            "anybody, at the bank",
            to(None, None),
            asked(bank, None),
            Reason::Valid,
        ),
        (
            "the bank, at the bank",
            to(bank, None),
            asked(bank, None),
            Reason::Valid,
        ),
        (
            "the bank, relayed to the hotel",
            to(bank, None),
            asked(hotel, None),
            Reason::WrongAudience,
        ),
        (
            "the bank, at a desk without a name",
            to(bank, None),
            asked(None, None),
            Reason::WrongAudience,
        ),
        (
            "an answer",
            to(bank, Some(&nonce)),
            asked(bank, Some(&nonce)),
            Reason::Valid,
        ),
        (
            "an answer to another question",
            to(bank, Some(&nonce)),
            asked(bank, Some(&other)),
            Reason::WrongNonce,
        ),
        (
            "a part of the nonce",
            to(bank, Some(&nonce[..8])),
            asked(bank, Some(&nonce)),
            Reason::WrongNonce,
        ),
        (
            "no answer where one was asked",
            to(None, None),
            asked(bank, Some(&nonce)),
            Reason::WrongNonce,
        ),
        (
            "an answer where none was asked",
            to(None, Some(&nonce)),
            asked(None, None),
            Reason::WrongNonce,
        ),
        (
            "an answer relayed to the hotel",
            to(bank, Some(&nonce)),
            asked(hotel, Some(&nonce)),
            Reason::WrongAudience,
        ),
    ] {
        assert_eq!(
            reason_for(&office, &shown, NOW, &challenge),
            reason,
            "{name}"
        );
    }
    let shown = to(bank, None);
    let lists = office.status_lists();
    let challenge = asked(bank, None);
    let verdict = verify_for(
        &shown,
        &office.trust(),
        &lists,
        NOW,
        &Policy::default(),
        &challenge,
    );
    assert!(
        matches!(verdict.credential().unwrap().shown(), Shown::Live { audience: Some(a), .. } if a == bank.unwrap())
    );
}
