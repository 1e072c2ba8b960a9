//! Separation of duties: who verified an application does not sign it, whatever they are by now and whoever writes
//! into the database.

use crate::database::{blob, change, number, text};
use crate::support::Data;
use crate::town::Town;
use serde_json::{Value, json};

fn officer(town: &Town, role: &str) -> String {
    let session = town.officer(role).read("/v1/session");
    session["id"].as_str().unwrap().to_string()
}

fn stands(data: &Data, id: &str) -> String {
    text(
        data,
        &format!(
            "SELECT state FROM applications WHERE id = {}",
            blob(data, id)
        ),
    )
}

#[test]
fn who_verified_it_does_not_sign_it_as_head_of_the_office_either() {
    let town = Town::new();
    let id = town.at("in_process");
    let (verifier, signer) = (town.officer("verifier"), town.officer("signer"));
    let address = format!("/v1/applications/{id}/approve");
    verifier.send("POST", &address, None).problem(403);
    // They become head of the office.
    let promoted = json!({"role": "signer"});
    let role = format!("/v1/officers/{}/role", officer(&town, "verifier"));
    town.agree("POST", &role, &promoted);
    assert_eq!(verifier.read("/v1/session")["role"], "signer");
    verifier.send("POST", &address, None).problem(403);
    assert_eq!(stands(&town.data, &id), "in_process");
    assert_eq!(number(&town.data, "SELECT COUNT(*) FROM documents"), 0);
    // What somebody else verified they sign; and somebody else signs this one.
    let other = town.data.officer("ID.3273", "verifier");
    let (other, second) = (town.nobody.token(&other), town.at("under_verification"));
    other.step(&second, "pass", None);
    verifier.step(&second, "approve", None);
    signer.step(&id, "approve", None);
    let view = signer.read(&format!("/v1/applications/{id}"));
    let by = &view["officers"];
    assert_ne!(by["verified_by"], Value::Null);
    assert_ne!(by["verified_by"], by["signed_by"]);
}

#[test]
fn the_database_refuses_it_too() {
    let town = Town::new();
    let done = town.at("done");
    let (verifier, operator) = (officer(&town, "verifier"), officer(&town, "operator"));
    let foreigner = town.foreigner("signer").read("/v1/session");
    let foreigner = foreigner["id"].as_str().unwrap();
    let document = format!(
        "(SELECT document FROM applications WHERE id = {})",
        blob(&town.data, &done)
    );
    let refused = |id: &str, set: &str, why: &str| {
        let before = stands(&town.data, id);
        let sql = format!(
            "UPDATE applications SET {set} WHERE id = {}",
            blob(&town.data, id)
        );
        let said = change(&town.data, &sql).expect_err(&sql);
        assert!(said.contains(why), "{sql}: {said}");
        assert_eq!(stands(&town.data, id), before);
    };
    let by_another = town.data.base.words(
        "CHECK constraint failed: signed_by",
        "check constraint \"applications_signed_by_another\"",
    );
    let waits = town.at("in_process");
    let sign = |by: &str| {
        format!(
            "state = 'done', document = {document}, signed_by = {}",
            blob(&town.data, by)
        )
    };
    // As the head of the office that the verifier has become.
    let promote = format!(
        "UPDATE officers SET role = 'signer' WHERE id = {}",
        blob(&town.data, &verifier)
    );
    assert_eq!(change(&town.data, &promote), Ok(1));
    refused(&waits, &sign(&verifier), "signed_by");
    refused(
        &waits,
        "state = 'done', signed_by = verified_by, document = id",
        by_another,
    );
    refused(&done, "signed_by = verified_by", "signed_by");
    refused(
        &done,
        "verified_by = signed_by",
        "only a verifier of the office verifies",
    );
    // Another role, another office.
    refused(
        &waits,
        &sign(&operator),
        "only a signer of the office approves",
    );
    refused(
        &waits,
        &sign(foreigner),
        "only a signer of the office approves",
    );
    // A way that no application goes.
    let fresh = town.at("submitted");
    refused(&fresh, "state = 'in_process'", "");
    refused(&fresh, &sign(&verifier), "");
    refused(
        &done,
        "state = 'in_process', signed_by = NULL, document = NULL",
        "does not go that way",
    );
    // The same sentence with a signer who did not verify it is what the service itself writes.
    let signer = officer(&town, "signer");
    let sql = format!(
        "UPDATE applications SET {}, due = NULL WHERE id = {}",
        sign(&signer),
        blob(&town.data, &waits)
    );
    assert_eq!(
        change(&town.data, &sql),
        Ok(1),
        "the refusals above were about the officer"
    );
}
