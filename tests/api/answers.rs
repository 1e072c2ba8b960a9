//! Who says what on a document: the form's questions are the applicant's, the rest is the register's and the office's.

use crate::client::Client;
use crate::support::Answer;
use crate::town::Town;
use serde_json::{Value, json};

fn answer(client: &Client, id: &str, version: &Value, answers: &Value) -> Answer {
    let body = json!({"version": version, "answers": answers});
    client.send(
        "PUT",
        &format!("/v1/applications/{id}/answers"),
        Some(&body),
    )
}

#[test]
fn an_applicant_answers_the_forms_questions_and_no_others() {
    let town = Town::new();
    for item in town.nobody.read("/v1/kinds")["items"].as_array().unwrap() {
        let slug = item["slug"].as_str().unwrap();
        let kind = town.nobody.read(&format!("/v1/kinds/{slug}"));
        let begun = town
            .owner
            .ok("POST", "/v1/applications", Some(&json!({"kind": slug})));
        let id = begun["application"]["id"].as_str().unwrap();
        let mut version = 1;
        for field in kind["fields"].as_array().unwrap() {
            let name = field["name"].as_str().unwrap();
            let said = answer(&town.owner, id, &json!(version), &json!({name: "1"}));
            match field["from"].as_str().unwrap() {
                "applicant" => {
                    assert_eq!(said.status, 200, "{slug} {name}: {}", said.text());
                    version += 1;
                }
                from => assert_eq!(
                    said.problem(422),
                    ["answers"],
                    "{slug} {name} is of the {from}"
                ),
            }
        }
    }
}

#[test]
fn what_the_office_filled_in_outlives_a_correction_and_no_rejection() {
    let town = Town::new();
    let verifier = town.officer("verifier");
    let id = town.at("under_verification");
    let place = json!({"tempat_terbit": "BANDUNG"});
    let values = json!({"version": 1, "values": place});
    let view = verifier.step(&id, "complete", Some(&values));
    verifier.step(
        &id,
        "ask-correction",
        Some(&json!({"note": "Isi nomor telepon."})),
    );
    // The applicant neither changes it nor takes it out.
    for text in ["JAKARTA", ""] {
        let other = answer(
            &town.owner,
            &id,
            &view["version"],
            &json!({"tempat_terbit": text}),
        );
        assert_eq!(other.problem(422), ["answers"], "{text}");
    }
    let body = json!({"version": view["version"], "people": {"phone": "081234567890"}});
    let mended = town.owner.ok(
        "PUT",
        &format!("/v1/applications/{id}/answers"),
        Some(&body),
    );
    assert_eq!(mended["answers"], place);
    town.owner.step(&id, "submit", None);
    verifier.step(&id, "reject", Some(&json!({"note": "Bukan keluarga ini."})));
    let next = json!({"kind": "kk", "previous": id});
    let next = town.owner.ok("POST", "/v1/applications", Some(&next));
    assert_eq!(next["application"]["answers"], json!({}));
}
