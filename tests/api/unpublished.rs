//! A change that is made while the office's key is not within reach: nobody is told that it is public, and it is as soon
//! as it can be.

use crate::estate::at_the_desk;
use crate::support::verdict;
use crate::town::{OFFICE, Town, subject};
use serde_json::{Value, json};
use std::path::PathBuf;

/// The file of the office's key, which signs the list of that document.
fn key(town: &Town, document: &Value) -> PathBuf {
    let kid = document["kid"].as_str().unwrap();
    town.data.file(&format!("data/keys/issuer-{kid}.pem"))
}

fn text(document: &Value) -> &str {
    document["qr"]["text"].as_str().unwrap()
}

#[test]
fn who_revokes_is_told_when_it_is_not_public_and_it_is_not_lost() {
    let mut town = Town::new();
    let issue = |town: &Town, n| {
        let body = json!({"kind": "ktp", "nik": subject(n)});
        town.officer("signer")
            .ok("POST", "/v1/documents", Some(&body))["document"]
            .clone()
    };
    let [first, second, third] = [1, 2, 3].map(|n| issue(&town, n));
    let revoke = |town: &Town, document: &Value, act: &str| {
        let address = format!("/v1/documents/{}/{act}", document["id"].as_str().unwrap());
        town.officer("signer")
            .post(&address, &json!({"reason": "uji"}))
    };
    // All is well: as ever.
    let said = revoke(&town, &first, "revoke");
    assert_eq!((said.status, said.json().get("public")), (200, None));
    assert_eq!(verdict(text(&first), &town.data.bundle()), "revoked");

    // The key is away, in a safe or on a device that does not answer; this process has never had it at hand.
    let (key, away) = (key(&town, &second), town.data.file("away.pem"));
    std::fs::rename(&key, &away).unwrap();
    town.restart();
    let said = revoke(&town, &second, "suspend");
    assert_eq!(said.status, 202, "{}", said.text());
    let body = said.json();
    assert_eq!(
        (&body["state"], &body["public"]),
        (&json!("suspended"), &json!(false))
    );
    let address = format!("/v1/documents/{}", second["id"].as_str().unwrap());
    assert_eq!(town.officer("signer").read(&address)["public"], false);
    assert_eq!(
        verdict(text(&second), &town.data.bundle()),
        "valid",
        "which is why it must be told"
    );

    // The page says so in both languages, as long as it is so.
    let desk = at_the_desk(&town, OFFICE, "signer");
    let page = format!("/petugas/dokumen/{}", second["id"].as_str().unwrap());
    let shown = |lang: &str| {
        let desk = desk.with("accept-language", lang);
        desk.raw("GET", &page, "", &[]).text()
    };
    assert!(shown("id").contains("belum diumumkan"), "{}", shown("id"));
    assert!(shown("en").contains("not public yet"), "{}", shown("en"));

    // So does the command, which does not succeed as if nothing were.
    let id = third["id"].as_str().unwrap();
    let said = town.data.run(&["revoke", id, "--reason", "uji"]);
    assert!(
        said.code == 2 && said.err.contains("NOT PUBLIC"),
        "{}{}",
        said.out,
        said.err
    );
    assert!(!said.out.contains("says so now"), "{}", said.out);

    // Nothing is lost: when the key is back, the next publication has all of it.
    std::fs::rename(&away, &key).unwrap();
    town.data.ok(&["status", "publish"]);
    let bundle = town.data.bundle();
    assert_eq!(verdict(text(&second), &bundle), "suspended");
    assert_eq!(verdict(text(&third), &bundle), "revoked");
    assert!(
        town.officer("signer")
            .read(&address)
            .get("public")
            .is_none()
    );
    assert!(!shown("id").contains("belum diumumkan"));
    let said = revoke(&town, &second, "revoke");
    assert_eq!(said.status, 200);
}
