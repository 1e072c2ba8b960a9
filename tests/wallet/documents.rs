//! Credentials on a phone follow the document they show, and a renewal picks up its successor.

use crate::family::*;
use crate::phone::*;
use serde_json::Value;

fn codes(phone: &Phone, handed: &Value, office: &Office) -> Vec<String> {
    let bundle = office.bundle();
    let all = handed["credentials"].as_array().unwrap().iter();
    let code = |c: &Value| {
        let verdict = phone.judged(c["text"].as_str().unwrap(), &bundle);
        format!(
            "{} {}",
            c["kind"].as_str().unwrap(),
            verdict.reason().code()
        )
    };
    let mut all: Vec<_> = all.map(code).collect();
    all.sort();
    all.dedup();
    all
}

#[test]
fn suspended_reinstated_revoked_with_the_card_and_the_family_card_apart() {
    let office = Office::new();
    let card = office.issue(FATHER, "ktp");
    office.issue(FATHER, "kk");
    let phone = Phone::new(1);
    let handed = phone.redeemed(&office.server, &office.code(FATHER));
    assert_eq!(codes(&phone, &handed, &office), ["kk valid", "ktp valid"]);
    office.change(&card, "suspend");
    assert_eq!(
        codes(&phone, &handed, &office),
        ["kk valid", "ktp suspended"]
    );
    office.change(&card, "reinstate");
    assert_eq!(codes(&phone, &handed, &office), ["kk valid", "ktp valid"]);
    office.change(&card, "revoke");
    assert_eq!(codes(&phone, &handed, &office), ["kk valid", "ktp revoked"]);
    let device = handed["device"].as_str().unwrap();
    let renewed = phone.answer(&office.server, device, "renew");
    assert_eq!(renewed.status, 200, "{}", renewed.text());
    let renewed = renewed.json();
    assert_eq!(
        codes(&phone, &renewed, &office),
        ["kk valid"],
        "what is left"
    );
}

#[test]
fn a_replaced_card_is_yellow_and_its_successor_comes_with_the_renewal() {
    let office = Office::new();
    office.issue(FATHER, "ktp");
    let phone = Phone::new(1);
    let handed = phone.redeemed(&office.server, &office.code(FATHER));
    office.issue(FATHER, "ktp");
    assert_eq!(codes(&phone, &handed, &office), ["ktp superseded"]);
    let device = handed["device"].as_str().unwrap();
    let renewed = phone.answer(&office.server, device, "renew").json();
    assert_eq!(codes(&phone, &renewed, &office), ["ktp valid"]);
    assert_eq!(renewed["device"], handed["device"]);
    assert_ne!(text(&renewed, "ktp", None), text(&handed, "ktp", None));
    // A lost phone ends both.
    let path = format!("/v1/devices/{device}/revoke");
    assert_eq!(office.server.post(&office.operator, &path, "").status, 200);
    assert_eq!(codes(&phone, &handed, &office), ["ktp revoked"]);
    assert_eq!(codes(&phone, &renewed, &office), ["ktp revoked"]);
}

#[test]
fn reinstating_a_card_revives_no_lost_phone() {
    let office = Office::new();
    let card = office.issue(FATHER, "ktp");
    let phone = Phone::new(1);
    let handed = phone.redeemed(&office.server, &office.code(FATHER));
    office.change(&card, "suspend");
    let path = format!("/v1/devices/{}/revoke", handed["device"].as_str().unwrap());
    assert_eq!(office.server.post(&office.operator, &path, "").status, 200);
    office.change(&card, "reinstate");
    assert_eq!(codes(&phone, &handed, &office), ["ktp revoked"]);
}

#[test]
fn with_nothing_in_force_a_renewal_says_so() {
    let office = Office::new();
    let card = office.issue(FATHER, "ktp");
    let phone = Phone::new(1);
    let handed = phone.redeemed(&office.server, &office.code(FATHER));
    office.change(&card, "suspend");
    let device = handed["device"].as_str().unwrap();
    let refused = phone.answer(&office.server, device, "renew");
    refused.problem(422);
    assert_eq!(refused.json()["type"], "urn:ikd:problem:not-entitled");
}
