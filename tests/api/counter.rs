//! Applications that no account holds: filed at the counter by an officer, or by whoever has the receipt.

use crate::town::{OWNER, Town, cookie, subject};
use serde_json::json;

#[test]
fn who_files_at_the_counter_is_applicant_of_that_alone() {
    let town = Town::new();
    let operator = town.officer("operator");
    let body = json!({"kind": "kk", "people": {"relation": "head_of_family", "subject_nik": subject(1),
        "applicant_nik": subject(1), "applicant_name": "WARGA UJI"}});
    // Only operators take applications in, and only for their own office.
    for role in ["verifier", "signer", "auditor", "admin"] {
        let refused = town.officer(role).post("/v1/applications", &body);
        refused.problem(403);
    }
    let mut elsewhere = body.clone();
    elsewhere["office"] = json!("ID.3201");
    operator.post("/v1/applications", &elsewhere).problem(403);
    let begun = operator.ok("POST", "/v1/applications", Some(&body))["application"].clone();
    assert_eq!(begun["filer"], "officer");
    let id = begun["id"].as_str().unwrap();
    let address = format!("/v1/applications/{id}");
    // A draft is theirs, not their colleagues'; once it is handed in they see it, and it stays theirs to withdraw.
    let colleague = town.nobody.token(&town.data.officer("ID.3273", "operator"));
    colleague.get(&address).problem(404);
    let draft = colleague.send("POST", &format!("{address}/submit"), None);
    draft.problem(404);
    operator.step(id, "submit", None);
    colleague.read(&address);
    let theirs = colleague.send("POST", &format!("{address}/cancel"), None);
    theirs.problem(403);
    let mine = operator.read("/v1/applications");
    assert_eq!(mine["items"][0]["id"], json!(id));
    assert_eq!(colleague.read("/v1/applications")["items"], json!([]));
    // Who filed it may take it on too, but neither verifies nor signs it.
    operator.step(id, "take", None);
    for act in ["pass", "approve"] {
        let refused = operator.send("POST", &format!("{address}/{act}"), None);
        refused.problem(403);
    }
}

#[test]
fn a_receipt_opens_one_application() {
    let town = Town::new();
    let body = json!({"kind": "kk", "office": "ID.3273", "people": {"relation": "head_of_family",
        "subject_nik": subject(150), "applicant_nik": subject(150), "applicant_name": "WARGA UJI"}});
    let begun = town.nobody.post("/v1/applications", &body);
    assert_eq!(begun.status, 201, "{}", begun.text());
    let id = begun.json()["application"]["id"]
        .as_str()
        .unwrap()
        .to_string();
    let address = format!("/v1/applications/{id}");
    town.nobody.get(&address).problem(401);
    let first = town.nobody.session(&cookie(&begun));
    let handed = first.step(&id, "submit", None);
    let receipt = json!({"registration": handed["registration"], "code": handed["code"]});
    // On another device, by number and code; not by the number alone.
    let code = if receipt["code"] == "000000" {
        "000001"
    } else {
        "000000"
    };
    let wrong = json!({"registration": receipt["registration"], "code": code});
    town.nobody.post("/v1/guest-sessions", &wrong).problem(422);
    let entered = town.nobody.post("/v1/guest-sessions", &receipt);
    assert_eq!(entered.status, 201, "{}", entered.text());
    let second = town.nobody.session(&cookie(&entered));
    assert_eq!(second.read("/v1/session")["kind"], "guest");
    assert_eq!(second.read(&address)["state"], "submitted");
    let other = town.at("submitted");
    let others = format!("/v1/applications/{other}");
    second.get(&others).problem(404);
    let list = second.read("/v1/applications");
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert!(!list.to_string().contains(OWNER[0]));
    // An account does not take it over.
    town.owner.get(&address).problem(404);
    assert_eq!(second.step(&id, "cancel", None)["state"], "cancelled");
}
