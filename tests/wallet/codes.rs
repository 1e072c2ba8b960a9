//! Codes count once, for the phone that proves its key, and refusals tell nothing.

use crate::database::number;
use crate::family::*;
use crate::phone::*;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

fn office() -> Office {
    let office = Office::new();
    office.issue(FATHER, "ktp");
    office
}

#[test]
fn wrong_used_and_expired_codes_get_one_and_the_same_answer() {
    let office = office();
    let (phone, other) = (Phone::new(1), Phone::new(2));
    let unknown = "0000-0000-0000-0000-0000-0000-0000";
    let used = office.code(FATHER);
    phone.redeemed(&office.server, &used);
    // The older of two codes ends when the newer is opened.
    let replaced = office.code(FATHER);
    let expired = office.code(FATHER);
    office.late();
    let cancelled = office.open(&json!({"nik": FATHER})).json();
    let path = format!(
        "/v1/activations/{}/cancel",
        cancelled["id"].as_str().unwrap()
    );
    assert_eq!(office.server.post(&office.operator, &path, "").status, 204);
    office.server.post(&office.operator, &path, "").problem(409);
    let cancelled = cancelled["code"].as_str().unwrap();
    let mut answers = Vec::new();
    for code in [unknown, &used, &replaced, &expired, cancelled, "x"] {
        let answer = other.redeem(&office.server, code);
        assert_eq!(answer.problem(422), ["code"], "{code}");
        let mut body = answer.json();
        body["request_id"] = json!(null);
        answers.push(body);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:#?}");
    assert_eq!(number(&office.data, "SELECT COUNT(*) FROM devices"), 1);
}

#[test]
fn whoever_lost_the_answer_gets_it_again_and_nobody_else_does() {
    let office = office();
    let phone = Phone::new(1);
    let code = office.code(FATHER);
    let first = phone.redeemed(&office.server, &code);
    let again = phone.redeemed(&office.server, &code);
    assert_eq!(again, first, "the same phone, the same credentials");
    Phone::new(2).redeem(&office.server, &code).problem(422);
    office.late();
    assert_eq!(phone.redeem(&office.server, &code).problem(422), ["code"]);
    assert_eq!(number(&office.data, "SELECT COUNT(*) FROM devices"), 1);
}

#[test]
fn a_phone_that_was_ended_meanwhile_gets_nothing_again() {
    let office = office();
    let phone = Phone::new(1);
    let code = office.code(FATHER);
    let device = phone.redeemed(&office.server, &code)["device"]
        .as_str()
        .unwrap()
        .to_string();
    let path = format!("/v1/devices/{device}/revoke");
    assert_eq!(office.server.post(&office.operator, &path, "").status, 200);
    assert_eq!(phone.redeem(&office.server, &code).problem(422), ["code"]);
}

#[test]
fn many_phones_at_the_same_time_and_one_wins() {
    let office = office();
    let code = office.code(FATHER);
    let statuses = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for n in 1..=6 {
            let (office, code, statuses) = (&office, &code, &statuses);
            scope.spawn(move || {
                let answer = Phone::new(n).redeem(&office.server, code);
                statuses.lock().unwrap().push(answer.status);
            });
        }
    });
    let mut statuses = statuses.into_inner().unwrap();
    statuses.sort();
    assert_eq!(statuses, [201, 422, 422, 422, 422, 422]);
    assert_eq!(number(&office.data, "SELECT COUNT(*) FROM devices"), 1);
}

#[test]
fn a_key_off_the_curve_and_a_proof_of_another_key_use_no_code_up() {
    let office = office();
    let (phone, other) = (Phone::new(1), Phone::new(2));
    let code = office.code(FATHER);
    let refused = |body: serde_json::Value| {
        let answer = send(&office.server, "/v1/wallet/redeem", &body);
        answer.problem(422)
    };
    let right = phone.claim(&code);
    let with = |name: &str, value: serde_json::Value| {
        let mut body = right.clone();
        body[name] = value;
        body
    };
    let mut off = phone.jwk();
    off["y"] = other.jwk()["y"].clone();
    assert_eq!(refused(with("key", off)), ["key"]);
    let zero = URL_SAFE_NO_PAD.encode([0; 32]);
    let infinity = json!({"kty": "EC", "crv": "P-256", "x": zero, "y": zero});
    assert_eq!(refused(with("key", infinity)), ["key"]);
    for (name, value) in [("crv", "P-384"), ("kty", "OKP"), ("x", "AA"), ("y", "!")] {
        let mut key = phone.jwk();
        key[name] = json!(value);
        assert_eq!(refused(with("key", key)), ["key"], "{name}");
    }
    assert_eq!(
        refused(with("key", other.jwk())),
        ["proof"],
        "another's key"
    );
    let elsewhere = phone.proof("ikd-wallet-renew", &code);
    assert_eq!(
        refused(with("proof", json!(elsewhere))),
        ["proof"],
        "words of another use"
    );
    let for_other = phone.proof("ikd-wallet-redeem", &code.replace('-', ""));
    assert_eq!(
        refused(with("proof", json!(for_other))),
        ["proof"],
        "another text"
    );
    assert_eq!(refused(with("proof", json!("AAAA"))), ["proof"]);
    assert_eq!(refused(json!({})), ["code", "key", "key", "proof"]);
    assert_eq!(
        phone.redeem(&office.server, &code).status,
        201,
        "still open"
    );
}

#[test]
fn a_proof_may_have_either_s_and_a_code_may_be_typed_without_care() {
    let office = office();
    let phone = Phone::new(1);
    let typed = office.code(FATHER).to_lowercase().replace('-', " ");
    let mut body = phone.claim(&typed);
    let proof = phone.sign(format!("ikd-wallet-redeem\n{typed}").as_bytes());
    let signature = p256::ecdsa::Signature::from_slice(&proof).unwrap();
    let (r, s) = (signature.r(), signature.s());
    let other = p256::ecdsa::Signature::from_scalars(r.to_bytes(), (-*s).to_bytes()).unwrap();
    body["proof"] = json!(URL_SAFE_NO_PAD.encode(other.to_bytes()));
    let answer = send(&office.server, "/v1/wallet/redeem", &body);
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert_eq!(
        phone.redeem(&office.server, &typed).status,
        201,
        "and the other s"
    );
}

#[test]
fn one_address_may_not_try_without_end() {
    let office = office();
    let phone = Phone::new(1);
    let unknown = "0000-0000-0000-0000-0000-0000-0000";
    let claim = phone.claim(unknown);
    for _ in 0..120 {
        let answer = send(&office.server, "/v1/wallet/redeem", &claim);
        assert_eq!(answer.status, 422, "{}", answer.text());
    }
    let answer = send(&office.server, "/v1/wallet/redeem", &claim);
    answer.problem(429);
    let wait: i64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=600).contains(&wait), "{wait}");
}

/// What somebody wrote into the database puts no phone in force and no code.
#[test]
fn nothing_is_signed_for_a_phone_or_a_code_that_was_altered() {
    let office = office();
    let phone = Phone::new(1);
    let code = office.code(FATHER);
    let first = phone.redeemed(&office.server, &code);
    let device = first["device"].as_str().unwrap();
    let forge = |sql: &str| assert_eq!(office.data.base.forge(sql), Ok(1), "{sql}");
    let path = format!("/v1/devices/{device}/revoke");
    assert_eq!(office.server.post(&office.operator, &path, "").status, 200);
    let refused = |answer: crate::support::Answer| {
        assert_eq!(answer.status, 500, "{}", answer.text());
        assert_eq!(answer.json()["type"], "urn:ikd:problem:register-altered");
    };
    let named = |table: &str| {
        let said = office.data.run(&["audit", "verify"]).out;
        assert!(said.contains(&format!("FAULT {table} ")), "{said}");
    };
    // One that was lost is no phone again.
    forge("UPDATE devices SET state = 'active'");
    refused(phone.answer(&office.server, device, "renew"));
    refused(phone.redeem(&office.server, &code));
    named("devices");
    // It may be ended all the same.
    assert_eq!(office.server.post(&office.operator, &path, "").status, 200);
    // A code that was used makes no second phone, and none lasts longer than it was opened for.
    let code = office.code(FATHER);
    forge("UPDATE activations SET expires = expires + 600 WHERE state = 'open'");
    refused(phone.redeem(&office.server, &code));
    assert_eq!(number(&office.data, "SELECT COUNT(*) FROM devices"), 1);
    named("activations");
}
