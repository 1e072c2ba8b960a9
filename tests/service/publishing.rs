//! From revoking to what a verifier sees: status list, bundle, trust list, root rotation.

use crate::support::*;
use crate::use_cases;
use ikd::chance::Chance;
use ikd::clock::Clock;
use ikd::domain::ids::ListId;
use ikd::service::Service;
use ikd::status;
use ikd::store::{offices, status_lists};

fn text(data: &Data, id: &str) -> String {
    let server = data.serve();
    let token = data.officer("ID.3273", "auditor");
    let body = server.get_as(&token, &format!("/v1/documents/{id}")).json();
    body["qr"]["text"].as_str().unwrap().to_string()
}

#[test]
fn revoked_is_red_suspended_is_red_until_reinstated_superseded_is_yellow() {
    let data = Data::with_people(3);
    let ids: Vec<String> = (1..=3).map(|n| data.issue(n, "ktp")).collect();
    let texts: Vec<String> = ids.iter().map(|id| text(&data, id)).collect();
    let before = data.bundle();
    let verdicts = |bundle: &credential::bundle::Bundle| -> Vec<&str> {
        texts.iter().map(|t| verdict(t, bundle)).collect()
    };
    assert_eq!(verdicts(&before), ["valid", "valid", "valid"]);
    data.ok(&["revoke", &ids[0], "--reason", "lost"]);
    data.ok(&["suspend", &ids[1], "--reason", "under inquiry"]);
    data.ok(&["supersede", &ids[2], "--reason", "new address"]);
    let after = data.bundle();
    assert_eq!(verdicts(&after), ["revoked", "suspended", "superseded"]);
    assert!(
        after.issued > before.issued,
        "a verifier can tell the later one"
    );
    data.ok(&["reinstate", &ids[1], "--reason", "cleared"]);
    assert_eq!(verdicts(&data.bundle()), ["revoked", "valid", "superseded"]);
    assert_eq!(
        verdicts(&before),
        ["valid", "valid", "valid"],
        "an old bundle knows no better"
    );
    let said = data.run(&["reinstate", &ids[0], "--reason", "x"]);
    assert!(
        said.code == 1 && said.err.contains("the document is revoked"),
        "{}",
        said.err
    );
}

#[test]
fn a_bundle_past_its_time_is_grey() {
    let data = Data::with_people(1);
    let id = data.issue(1, "ktp");
    let text = text(&data, &id);
    let bundle = data.bundle();
    let late = bundle.expires + 1;
    let verdict = credential::verify(
        &text,
        &bundle.trust,
        &bundle.statuses,
        late,
        &credential::Policy::default(),
    );
    assert_eq!(verdict.outcome(), credential::Outcome::Undecided);
}

#[test]
fn verifiers_follow_a_root_rotation_and_versions_ascend() {
    let data = Data::with_people(1);
    let old_root = data.root();
    let id = data.issue(1, "ktp");
    let text = text(&data, &id);
    let first = data.bundle();
    data.ok(&["trust", "rotate-root"]);
    assert_ne!(data.root(), old_root);
    data.ok(&["trust", "publish"]);
    data.ok(&["bundle", "export", &data.path("ikd.bundle")]);
    let bytes = std::fs::read(data.file("ikd.bundle")).unwrap();
    for root in [old_root, data.root()] {
        let bundle = credential::bundle::Bundle::verify(&bytes, &root).unwrap();
        assert_eq!(bundle.trust.version, first.trust.version + 2);
        assert_eq!(verdict(&text, &bundle), "valid");
    }
}

#[test]
fn a_new_office_issues_once_the_trust_list_names_it() {
    let data = Data::new();
    data.ok(&[
        "office", "add", "--iss", "ID.5171", "--name", "Denpasar", "--region", "51.71",
    ]);
    let wayan = "5171011204870003";
    data.write(
        "p.csv",
        &format!(
            "{HEADER}\n{}\n",
            row_in(wayan, "5171010101100003", "I WAYAN", "5171011001")
        ),
    );
    data.ok(&["import", "persons", &data.path("p.csv")]);
    let out = data.path("qr.png");
    let args = ["issue", "--nik", wayan, "--kind", "ktp", "--out", &out];
    let said = data.run(&args);
    assert!(
        said.code == 1 && said.err.contains("no key in the published trust list"),
        "{}",
        said.err
    );
    data.ok(&["trust", "publish"]);
    let id = data.ok(&args).after("document ");
    let server = data.serve();
    let bandung = data.officer("ID.3273", "signer");
    let denpasar = data.officer("ID.5171", "signer");
    let path = format!("/v1/documents/{id}");
    assert_eq!(server.get_as(&denpasar, &path).status, 200);
    server.get_as(&bandung, &path).problem(404);
    server
        .post(&bandung, &format!("{path}/revoke"), r#"{"reason":"x"}"#)
        .problem(404);
    let body = format!(r#"{{"nik":"{wayan}","kind":"ktp"}}"#);
    server.post(&bandung, "/v1/documents", &body).problem(403);
    assert_eq!(
        server.post(&bandung, "/v1/documents/search", &body).json()["items"],
        serde_json::json!([])
    );
    assert_eq!(
        server.get_as(&bandung, "/v1/documents").json()["items"],
        serde_json::json!([])
    );
    assert_eq!(
        server.post(&denpasar, "/v1/documents/search", &body).json()["items"][0]["id"],
        id.as_str()
    );
}

/// Name, time of signing and bytes of every list.
async fn signed(service: &Service) -> Vec<(String, i64, Vec<u8>)> {
    let mut tx = service.db.read().await.unwrap();
    let mut signed = vec![];
    for list in status_lists::all(&mut tx).await.unwrap() {
        let found = status_lists::token_by_uri(&mut tx, &list.uri, None).await;
        let (issued, token) = found.unwrap().expect("a signed list");
        signed.push((list.uri, issued, token));
    }
    signed
}

#[tokio::test]
async fn a_revocation_signs_its_own_list_and_leaves_the_others_as_they_are() {
    let data = Data::with_people(2);
    data.issue(1, "ktp");
    let service = use_cases::service(&data, Clock::System).await;
    let mut tx = service.db.begin().await.unwrap();
    let office = offices::all(&mut tx).await.unwrap()[0].id;
    for shard in 1..60 {
        let id = ListId::draw(&service.clock, &mut Chance::System);
        let uri = format!("ikd:3273/{shard}");
        let inserted = status_lists::insert(&mut tx, id, office, shard, &uri).await;
        assert!(inserted.unwrap());
    }
    tx.commit().await.unwrap();
    assert_eq!(status::refresh(&service).await.unwrap(), 59);
    assert_eq!(status::refresh(&service).await.unwrap(), 0);
    let before = signed(&service).await;
    let id = data.issue(2, "ktp");
    assert_eq!(
        signed(&service).await,
        before,
        "a valid document changes no list"
    );
    data.ok(&["revoke", &id, "--reason", "lost"]);
    let after = signed(&service).await;
    let changed: Vec<&str> = before
        .iter()
        .zip(&after)
        .filter(|(old, new)| old != new)
        .map(|(old, _)| old.0.as_str())
        .collect();
    assert_eq!(changed, ["ikd:3273/59"], "documents go to the newest list");
    assert_eq!(status::refresh(&service).await.unwrap(), 0);
    // Only a new trust list, after which other keys may count, has every list signed anew.
    data.ok(&["trust", "publish"]);
    let anew = signed(&service).await;
    assert!(after.iter().zip(&anew).all(|(old, new)| old.1 < new.1));
}

/// An office whose last key has ended is named, where nothing else tells of it.
#[test]
fn lists_that_nobody_can_sign_are_named() {
    let data = Data::with_people(1);
    data.issue(1, "ktp");
    let list = data.ok(&["keys", "list"]).out;
    let line = list.lines().find(|line| line.contains(" issuer ")).unwrap();
    let kid = line.split_whitespace().next().unwrap();
    data.ok(&["keys", "retire", kid]);
    data.ok(&["trust", "publish"]);
    data.base
        .change("UPDATE status_lists SET expires = 1, dirty = 1")
        .unwrap();
    let said = data.run(&["status", "publish"]);
    assert!(
        said.code == 1 && said.err.contains("were not signed, as ikd:3273/0"),
        "{}{}",
        said.out,
        said.err
    );
}
