//! One phone for each person: the next one ends the one before, a lost one is ended at any office, the holder may empty
//! their own. The document stays valid all along.

use crate::family::*;
use crate::phone::*;
use serde_json::json;

struct Scene {
    office: Office,
    card: String,
}

fn scene() -> Scene {
    let office = Office::new();
    let card = office.issue(FATHER, "ktp");
    Scene { office, card }
}

impl Scene {
    /// The verdict on the paper card, which no phone changes.
    fn card_is_valid(&self) {
        let path = format!("/v1/documents/{}", self.card);
        let view = self.office.server.get_as(&self.office.signer, &path).json();
        let text = view["qr"]["text"].as_str().unwrap();
        assert_eq!(
            crate::support::verdict(text, &self.office.bundle()),
            "valid"
        );
    }
}

fn device(handed: &serde_json::Value) -> &str {
    handed["device"].as_str().unwrap()
}

#[test]
fn a_second_phone_ends_the_first() {
    let scene = scene();
    let office = &scene.office;
    let (old, new) = (Phone::new(1), Phone::new(2));
    let first = old.redeemed(&office.server, &office.code(FATHER));
    let second = new.redeemed(&office.server, &office.code(FATHER));
    let bundle = office.bundle();
    for c in first["credentials"].as_array().unwrap() {
        let verdict = old.judged(c["text"].as_str().unwrap(), &bundle);
        assert_eq!(verdict.reason().code(), "revoked");
    }
    let verdict = new.judged(text(&second, "ktp", None), &bundle);
    assert_eq!(verdict.reason().code(), "valid");
    let refused = old.answer(&office.server, device(&first), "renew");
    refused.problem(403);
    assert!(
        refused.text().contains("activate again at an office"),
        "{}",
        refused.text()
    );
    assert_eq!(refused.json()["type"], "urn:ikd:problem:device-ended");
    let states: Vec<_> = office
        .phones(FATHER)
        .iter()
        .map(|p| p["state"].clone())
        .collect();
    assert_eq!(states, ["active", "replaced"]);
    scene.card_is_valid();
}

#[test]
fn a_lost_phone_turns_red_and_the_card_stays_valid() {
    let scene = scene();
    let office = &scene.office;
    let phone = Phone::new(1);
    let handed = phone.redeemed(&office.server, &office.code(FATHER));
    let before = office.bundle();
    assert_eq!(
        phone
            .judged(text(&handed, "ktp", None), &before)
            .reason()
            .code(),
        "valid"
    );
    let found = office.phones(FATHER);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["id"], handed["device"]);
    assert!(office.phones(MOTHER).is_empty());
    let path = format!("/v1/devices/{}/revoke", device(&handed));
    let ended = office.server.post(&office.operator, &path, "");
    assert_eq!(ended.status, 200, "{}", ended.text());
    assert_eq!(ended.json()["state"], "lost");
    let after = office.bundle();
    for c in handed["credentials"].as_array().unwrap() {
        let verdict = phone.judged(c["text"].as_str().unwrap(), &after);
        assert_eq!(verdict.reason().code(), "revoked");
    }
    phone
        .answer(&office.server, device(&handed), "renew")
        .problem(403);
    office.server.post(&office.operator, &path, "").problem(409);
    scene.card_is_valid();
    // The same person, another phone.
    let again = Phone::new(2).redeemed(&office.server, &office.code(FATHER));
    let verdict = Phone::new(2).judged(text(&again, "ktp", None), &office.bundle());
    assert_eq!(verdict.reason().code(), "valid");
}

#[test]
fn the_holder_removes_the_person_from_the_phone() {
    let scene = scene();
    let office = &scene.office;
    let phone = Phone::new(1);
    let handed = phone.redeemed(&office.server, &office.code(FATHER));
    // A signature for a renewal removes nothing.
    let asked = send(
        &office.server,
        &format!("/v1/wallet/{}/challenge", device(&handed)),
        &json!(null),
    );
    let challenge = asked.json()["challenge"].as_str().unwrap().to_string();
    let body =
        json!({"challenge": challenge, "proof": phone.proof("ikd-wallet-renew", &challenge)});
    let path = format!("/v1/wallet/{}/remove", device(&handed));
    assert_eq!(send(&office.server, &path, &body).problem(422), ["proof"]);
    let other = Phone::new(2).answer(&office.server, device(&handed), "remove");
    assert_eq!(other.problem(422), ["proof"], "nobody else's");
    for _ in 0..2 {
        let gone = phone.answer(&office.server, device(&handed), "remove");
        assert_eq!(gone.status, 204, "{}", gone.text());
    }
    let verdict = phone.judged(text(&handed, "ktp", None), &office.bundle());
    assert_eq!(verdict.reason().code(), "revoked");
    phone
        .answer(&office.server, device(&handed), "renew")
        .problem(403);
    assert_eq!(office.phones(FATHER)[0]["state"], "removed");
    scene.card_is_valid();
}

#[test]
fn a_challenge_is_for_one_phone_of_this_service() {
    let scene = scene();
    let office = &scene.office;
    office.issue(MOTHER, "ktp");
    let (his, hers) = (Phone::new(1), Phone::new(2));
    let one = his.redeemed(&office.server, &office.code(FATHER));
    let two = hers.redeemed(&office.server, &office.code(MOTHER));
    let asked = send(
        &office.server,
        &format!("/v1/wallet/{}/challenge", device(&one)),
        &json!(null),
    );
    let challenge = asked.json()["challenge"].as_str().unwrap().to_string();
    let path = |handed| format!("/v1/wallet/{}/renew", device(handed));
    let with = |phone: &Phone, challenge: &str| json!({"challenge": challenge, "proof": phone.proof("ikd-wallet-renew", challenge)});
    let refused = send(&office.server, &path(&two), &with(&hers, &challenge));
    assert_eq!(refused.problem(422), ["challenge"], "of another phone");
    let mut changed = challenge.clone().into_bytes();
    for place in [0, 12, 30] {
        changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
        let text = String::from_utf8(changed.clone()).unwrap();
        let refused = send(&office.server, &path(&one), &with(&his, &text));
        assert_eq!(refused.problem(422), ["challenge"], "place {place}");
    }
    assert_eq!(
        send(&office.server, &path(&one), &with(&his, "")).problem(422),
        ["challenge"]
    );
    assert_eq!(
        send(&office.server, &path(&one), &with(&his, &challenge)).status,
        200
    );
    // A phone that nobody knows is told what one that ended is told.
    let unknown = "019a4f00-0000-7000-8000-000000000001";
    his.answer(&office.server, unknown, "renew").problem(403);
    send(&office.server, "/v1/wallet/x/challenge", &json!(null)).problem(422);
}

#[test]
fn one_phone_may_not_renew_without_end() {
    let scene = scene();
    let office = &scene.office;
    let phone = Phone::new(1);
    let handed = phone.redeemed(&office.server, &office.code(FATHER));
    for _ in 0..20 {
        let again = phone.answer(&office.server, device(&handed), "renew");
        assert_eq!(again.status, 200, "{}", again.text());
        assert_eq!(again.json(), handed, "young credentials are given again");
    }
    phone
        .answer(&office.server, device(&handed), "renew")
        .problem(429);
}
