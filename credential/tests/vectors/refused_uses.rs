//! Scope, time and status.

use super::cases::Cases;
use super::scene::*;
use credential::claims::Claims;
use credential::document::Value;
use credential::holder::HolderKey;
use credential::kinds::fields as f;
use credential::token::pack as cose;

/// A change of claims.
type Change = fn(&mut Claims<'_>);

pub fn add(cases: &mut Cases) {
    // Scope, time, status.
    let kept = |change: Change, by: &str| {
        let mut claims = claims(ktp().build().unwrap());
        change(&mut claims);
        cose(&issue(&claims, by))
    };
    cases.add(
        "other-iss",
        "issuer_mismatch",
        kept(|c| c.iss = Some("ID.3274"), "office"),
        "iss is not that of the key",
    );
    let moved = Value::parse(&f::REGION.ty, "3274011001").unwrap();
    let moved = claims(ktp().set(&f::REGION, moved).build().unwrap());
    cases.add(
        "other-region",
        "outside_region",
        cose(&issue(&moved, "office")),
        "3274 is not 3273",
    );
    cases.add(
        "other-kind",
        "outside_kind",
        kept(|c| c.iss = Some("ID.3578"), "family-only"),
        "a key for kind 2 signs a KTP-el",
    );
    cases.add(
        "after-retirement",
        "outside_key_window",
        {
            let region = Value::parse(&f::REGION.ty, "3171011001").unwrap();
            let mut c = claims(ktp().set(&f::REGION, region).build().unwrap());
            c.iss = Some("ID.3171");
            cose(&issue(&c, "retired"))
        },
        "iat after the key was retired",
    );
    cases.add(
        "after-compromise",
        "key_compromised",
        {
            let region = Value::parse(&f::REGION.ty, "3374011001").unwrap();
            let mut c = claims(ktp().set(&f::REGION, region).build().unwrap());
            c.iss = Some("ID.3374");
            cose(&issue(&c, "compromised"))
        },
        "iat after the key was compromised",
    );
    cases.add(
        "before-the-key",
        "outside_key_window",
        kept(|c| c.iat = Some(NOW - 401 * DAY), "office"),
        "iat before the key's window",
    );
    cases.add(
        "expired",
        "expired",
        kept(|c| c.exp = Some(NOW - 1), "office"),
        "exp was a second ago",
    );
    cases.add(
        "not-yet",
        "not_yet_valid",
        kept(|c| c.nbf = Some(NOW + 301), "office"),
        "nbf is beyond the clock skew",
    );
    cases.add(
        "issued-in-the-future",
        "not_yet_valid",
        kept(|c| c.iat = Some(NOW + 301), "office"),
        "iat is beyond the clock skew",
    );
    cases.add(
        "bound-to-a-phone",
        "holder_proof_missing",
        kept(
            |c| c.cnf = HolderKey::from_ed25519(&public("holder")),
            "office",
        ),
        "cnf without a proof",
    );
    cases.add(
        "revoked",
        "revoked",
        kept(|c| c.status.as_mut().unwrap().index = 100, "office"),
        "status 1",
    );
    cases.add(
        "suspended",
        "suspended",
        kept(|c| c.status.as_mut().unwrap().index = 101, "office"),
        "status 2",
    );
    cases.add(
        "superseded",
        "superseded",
        kept(|c| c.status.as_mut().unwrap().index = 102, "office"),
        "status 3",
    );
    cases.add(
        "index-outside",
        "status_out_of_range",
        kept(|c| c.status.as_mut().unwrap().index = 1 << 20, "office"),
        "index 2^20 of 2^20 entries",
    );
    cases.add(
        "status-5",
        "status_unknown",
        kept(
            |c| {
                let s = c.status.as_mut().unwrap();
                (s.index, s.uri) = (5, WIDE);
            },
            "office",
        ),
        "a status that is not defined",
    );
    cases.add(
        "no-list",
        "status_list_missing",
        kept(|c| c.status.as_mut().unwrap().uri = "ikd:3273/1", "office"),
        "no list of that name",
    );
    let mut later = |name, reason, at, change: Change, why| {
        cases.add_at(at, name, reason, kept(change, "office"), why);
    };
    later(
        "list-too-old",
        "status_list_stale",
        NOW + 6 * DAY + 1,
        |_| (),
        "a second after the list's exp",
    );
    later(
        "trust-too-old",
        "trust_list_stale",
        NOW + 29 * DAY + 1,
        |_| (),
        "a second after the next update",
    );
    later(
        "clock-behind",
        "clock_behind",
        NOW - DAY - 301,
        |_| (),
        "301 s before the trust list was issued",
    );
    later(
        "revoked-in-an-old-list",
        "revoked",
        NOW + 99 * DAY,
        |c| c.status.as_mut().unwrap().index = 100,
        "revocation outlives freshness",
    );
    later(
        "superseded-in-an-old-list",
        "status_list_stale",
        NOW + 6 * DAY + 1,
        |c| c.status.as_mut().unwrap().index = 102,
        "yellow needs a fresh list",
    );
    later(
        "expired-and-clock-behind",
        "expired",
        NOW - 9 * DAY,
        |c| c.exp = Some(NOW - 10 * DAY),
        "expiry comes first",
    );
}
