//! The other ends of an application: refused and tried again, withdrawn, thrown away.

use crate::town::Town;
use serde_json::{Value, json};

#[test]
fn a_rejected_application_says_why_and_is_followed_by_another() {
    let town = Town::new();
    let owner = &town.owner;
    let reason = json!({"note": "Kartu Keluarga yang dilampirkan milik keluarga lain."});
    for (state, role) in [("submitted", "verifier"), ("in_process", "signer")] {
        let id = town.at(state);
        let address = format!("/v1/applications/{id}/reject");
        let officer = town.officer(role);
        for empty in [json!({}), json!({"note": ""}), json!({"note": "   "})] {
            assert_eq!(officer.post(&address, &empty).problem(422), ["note"]);
        }
        officer.step(&id, "reject", Some(&reason));
        let old = owner.read(&format!("/v1/applications/{id}"));
        assert_eq!(
            (&old["state"], &old["note"]),
            (&json!("rejected"), &reason["note"])
        );
        assert_eq!(old["acts"], json!(["view"]));

        let body = json!({"kind": "kk", "previous": id, "people": {"phone": "081234567890"}});
        let new = owner.ok("POST", "/v1/applications", Some(&body))["application"].clone();
        assert_eq!(new["previous"], json!(id));
        assert_ne!(new["id"], json!(id));
        assert_eq!(new["people"]["subject_nik"], old["people"]["subject_nik"]);
        assert_eq!(new["people"]["phone"], "081234567890");
        let new = new["id"].as_str().unwrap();
        owner.step(new, "submit", None);
        let seen = town
            .officer("operator")
            .read(&format!("/v1/applications/{new}"));
        assert_eq!(seen["previous"], json!(id));

        // Nobody else's, and nothing that was not rejected.
        town.stranger.post("/v1/applications", &body).problem(404);
        let open = json!({"kind": "kk", "previous": new});
        assert_eq!(
            owner.post("/v1/applications", &open).problem(422),
            ["previous"]
        );
    }
}

#[test]
fn it_is_withdrawn_only_before_it_is_processed() {
    let town = Town::new();
    let state = |id: &str| town.owner.read(&format!("/v1/applications/{id}"))["state"].clone();
    for early in ["submitted", "needs_correction", "constrained"] {
        let id = town.at(early);
        let view = town.owner.step(&id, "cancel", None);
        assert_eq!(view["state"], "cancelled");
        assert_eq!(
            town.officer("operator")
                .read(&format!("/v1/applications/{id}"))["acts"],
            json!(["view"])
        );
    }
    let mut late: Vec<(String, &str)> = [
        "under_verification",
        "in_process",
        "done",
        "handed_over",
        "rejected",
    ]
    .map(|state| (town.at(state), state))
    .into();
    // What waits in the middle of its processing is being processed.
    for middle in ["under_verification", "in_process"] {
        let id = town.at(middle);
        let note = json!({"note": "Server pusat padam."});
        town.officer("verifier").step(&id, "constrain", Some(&note));
        late.push((id, "constrained"));
    }
    late.push((town.at("cancelled"), "cancelled"));
    late.push((town.draft(), "draft"));
    for (id, stands) in late {
        let refused = town
            .owner
            .send("POST", &format!("/v1/applications/{id}/cancel"), None);
        refused.problem(409);
        assert_eq!(state(&id), stands);
    }
}

#[test]
fn a_draft_is_thrown_away_and_nothing_else_is() {
    let town = Town::new();
    let owner = &town.owner;
    let ids = |list: Value| -> Vec<Value> {
        let items = list["items"].as_array().unwrap().iter();
        items.map(|i| i["id"].clone()).collect()
    };
    let (gone, kept) = (town.draft(), town.at("submitted"));
    let address = format!("/v1/applications/{gone}");
    town.stranger.send("DELETE", &address, None).problem(404);
    town.officer("operator")
        .send("DELETE", &address, None)
        .problem(404);
    let answer = owner.send("DELETE", &address, None);
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    owner.get(&address).problem(404);
    owner.send("DELETE", &address, None).problem(404);
    owner
        .send("DELETE", &format!("/v1/applications/{kept}"), None)
        .problem(409);
    assert_eq!(ids(owner.read("/v1/applications")), [json!(kept)]);
}
