//! From the counter to a verdict: what each member of a family gets on their phone.

use crate::family::*;
use crate::phone::*;
use serde_json::{Value, json};

/// Kind and purpose of each credential, sorted.
fn kinds(handed: &Value) -> Vec<String> {
    let all = handed["credentials"].as_array().unwrap();
    let name = |c: &Value| match c["purpose"].as_str() {
        Some(purpose) => format!("{} {purpose}", c["kind"].as_str().unwrap()),
        None => c["kind"].as_str().unwrap().to_string(),
    };
    let mut all: Vec<_> = all.iter().map(name).collect();
    all.sort();
    all
}

#[test]
fn an_adult_with_a_portrait_gets_everything_and_each_verifies_only_with_the_phones_proof() {
    let office = Office::new();
    office.issue(FATHER, "ktp");
    office.issue(FATHER, "kk");
    let code = office.code_with_portrait(FATHER);
    let phone = Phone::new(1);
    let handed = phone.redeemed(&office.server, &code);
    assert_eq!(handed["holder"]["name"], NAMES[0]);
    let wanted = [
        "kk",
        "kk kesehatan",
        "kk sekolah",
        "ktp",
        "ktp bank",
        "ktp bank-ibu",
        "ktp nama-foto",
        "ktp telco",
        "ktp tps",
        "ktp umur-21",
    ];
    assert_eq!(kinds(&handed), wanted);
    let bundle = office.bundle();
    let mut indexes = std::collections::BTreeSet::new();
    for c in handed["credentials"].as_array().unwrap() {
        let text = c["text"].as_str().unwrap();
        let verdict = phone.judged(text, &bundle);
        assert_eq!(verdict.reason().code(), "valid", "{}", c["purpose"]);
        let claims = verdict.credential().unwrap().claims();
        assert!(
            indexes.insert(claims.status.unwrap().index),
            "a status of its own"
        );
        let document = claims.document().unwrap();
        let purpose = document.profile().map(|profile| profile.slug);
        assert_eq!(c["purpose"].as_str(), purpose);
        assert_eq!(claims.exp, c["expires"].as_i64());
        assert_eq!(claims.exp.unwrap() - claims.iat.unwrap(), 90 * 86_400);
        assert_eq!(
            c["renew_after"].as_i64().unwrap(),
            claims.iat.unwrap() + 45 * 86_400
        );
        // Whoever copies it can show nothing with it.
        assert_eq!(
            crate::support::verdict(text, &bundle),
            "holder_proof_missing"
        );
        let thief = Phone::new(2).judged(text, &bundle);
        assert_eq!(thief.reason().code(), "holder_proof_invalid");
    }
}

/// What the credential of a kind and purpose says, field by field.
fn says(
    phone: &Phone,
    handed: &Value,
    bundle: &credential::bundle::Bundle,
    purpose: &str,
) -> Vec<String> {
    let kind = ["sekolah", "kesehatan"].contains(&purpose).then_some("kk");
    let verdict = phone.judged(text(handed, kind.unwrap_or("ktp"), Some(purpose)), bundle);
    let credential = verdict.credential().unwrap();
    let claims = credential.claims();
    let document = claims.document().unwrap();
    document
        .fields()
        .map(|(field, _)| field.name.to_string())
        .collect()
}

#[test]
fn a_purpose_shows_its_fields_and_nothing_else() {
    let office = Office::new();
    office.issue(FATHER, "ktp");
    office.issue(FATHER, "kk");
    let phone = Phone::new(1);
    let handed = phone.redeemed(&office.server, &office.code_with_portrait(FATHER));
    let bundle = office.bundle();
    let fields = says(&phone, &handed, &bundle, "umur-21");
    for absent in ["nik", "nama", "tanggal_lahir", "alamat"] {
        assert!(!fields.iter().any(|f| f == absent), "{fields:?}");
    }
    assert_eq!(fields.len(), 4, "{fields:?}");
    assert_eq!(says(&phone, &handed, &bundle, "nama-foto").len(), 4);
    // What the signed card says of that member, and the mother's name from the register.
    let bank = phone.judged(text(&handed, "ktp", Some("bank-ibu")), &bundle);
    let claims = bank.credential().unwrap().claims();
    let rows = claims.rows(credential::lang::Lang::En);
    assert!(rows.iter().any(|r| r.text == "SRI RAHAYU"));
    let school = phone.judged(text(&handed, "kk", Some("sekolah")), &bundle);
    let claims = school.credential().unwrap().claims();
    let rows = claims.rows(credential::lang::Lang::En);
    assert!(
        rows.iter().any(|r| r.name == "nama" && r.text == NAMES[0]),
        "{rows:?}"
    );
    assert!(rows.iter().any(|r| r.name == "ayah" && r.text == "HADI"));
}

#[test]
fn without_a_photo_and_under_21_less_is_handed_out() {
    let office = Office::new();
    office.issue(SON, "ktp");
    office.issue(SON, "kk");
    let son = Phone::new(1);
    let handed = son.redeemed(&office.server, &office.code(SON));
    let wanted = [
        "kk",
        "kk kesehatan",
        "kk sekolah",
        "ktp",
        "ktp bank",
        "ktp bank-ibu",
        "ktp telco",
        "ktp tps",
    ];
    assert_eq!(kinds(&handed), wanted);
    // With a portrait, still no statement of an age that he has not.
    let handed = son.redeemed(&office.server, &office.code_with_portrait(SON));
    assert!(!kinds(&handed).contains(&"ktp umur-21".to_string()));
    assert!(kinds(&handed).contains(&"ktp nama-foto".to_string()));
    let daughter = Phone::new(2);
    let handed = daughter.redeemed(&office.server, &office.code(DAUGHTER));
    assert_eq!(kinds(&handed), ["kk", "kk kesehatan", "kk sekolah"]);
    let bundle = office.bundle();
    let verdict = daughter.judged(text(&handed, "kk", Some("sekolah")), &bundle);
    let claims = verdict.credential().unwrap().claims();
    let rows = claims.rows(credential::lang::Lang::En);
    assert!(
        rows.iter().any(|r| r.name == "nama" && r.text == NAMES[3]),
        "her own name"
    );
}

#[test]
fn the_photo_of_the_card_in_force_is_used_where_none_was_taken() {
    use base64::Engine;
    let office = Office::new();
    let face = ikd::render::portrait::reduce(&picture()).unwrap();
    let face = base64::engine::general_purpose::STANDARD.encode(&face.data);
    let body = json!({"nik": MOTHER, "kind": "ktp", "face": face}).to_string();
    let issued = office.server.post(&office.signer, "/v1/documents", &body);
    assert_eq!(issued.status, 201, "{}", issued.text());
    let phone = Phone::new(1);
    let handed = phone.redeemed(&office.server, &office.code(MOTHER));
    assert!(
        kinds(&handed).contains(&"ktp nama-foto".to_string()),
        "{:?}",
        kinds(&handed)
    );
    // The whole KTP-el goes without it.
    let bundle = office.bundle();
    let whole = phone.judged(text(&handed, "ktp", None), &bundle);
    let claims = whole.credential().unwrap().claims();
    let document = claims.document().unwrap();
    assert!(document.get(&credential::kinds::fields::FACE).is_none());
    // Its printed day of issue is the card's, stated because the credential has a time of its own.
    assert!(
        document
            .get(&credential::kinds::fields::ISSUE_DATE)
            .is_some()
    );
}

#[test]
fn an_office_elsewhere_activates_and_the_home_office_signs() {
    let office = Office::new();
    office.issue(FATHER, "ktp");
    let data = &office.data;
    data.ok(&[
        "office",
        "add",
        "--iss",
        "ID.3201",
        "--name",
        "Dinas Lain",
        "--region",
        "3201",
    ]);
    data.ok(&["trust", "publish"]);
    let elsewhere = data.officer("ID.3201", "operator");
    let phone = Phone::new(1);
    let code = activated(&office.server, &elsewhere, FATHER);
    let handed = phone.redeemed(&office.server, &code);
    let verdict = phone.judged(text(&handed, "ktp", None), &office.bundle());
    assert_eq!(verdict.reason().code(), "valid");
    assert_eq!(verdict.credential().unwrap().issuer().iss, "ID.3273");
}

#[test]
fn nobody_is_activated_without_a_document_in_force() {
    let office = Office::new();
    let refused = office.open(&json!({"nik": FATHER}));
    refused.problem(422);
    assert!(
        refused.text().contains("issue one first"),
        "{}",
        refused.text()
    );
    assert_eq!(office.open(&json!({"nik": NOBODY})).problem(422), ["nik"]);
    let card = office.issue(FATHER, "ktp");
    office.change(&card, "suspend");
    office.open(&json!({"nik": FATHER})).problem(422);
    office.change(&card, "reinstate");
    assert_eq!(office.open(&json!({"nik": FATHER})).status, 201);
    let bad = office.open(&json!({"nik": FATHER, "portrait": "aGFsbG8="}));
    assert_eq!(bad.problem(422), ["portrait"]);
}
