//! The public check: how often it may be asked, and what it costs.

use crate::support::*;
use std::time::Duration;

fn check(server: &Server, text: &str) -> Answer {
    let body = serde_json::json!({ "text": text }).to_string();
    server.ask("POST", "/v1/check", &[], body.as_bytes())
}

fn reason(server: &Server, text: &str) -> String {
    let answer = check(server, text);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["reason"].as_str().unwrap().to_string()
}

#[test]
fn an_officers_own_revocation_is_seen_at_once_and_anothers_soon() {
    let data = Data::with_people(2);
    let token = data.officer("ID.3273", "signer");
    let server = data.serve();
    let documents = [server.issue(&token, 1), server.issue(&token, 2)];
    let texts = documents
        .iter()
        .map(|d| d["qr"]["text"].as_str().unwrap().to_string());
    let texts: Vec<String> = texts.collect();
    for text in &texts {
        assert_eq!(reason(&server, text), "valid");
    }
    let id = documents[0]["id"].as_str().unwrap();
    let path = format!("/v1/documents/{id}/revoke");
    let revoked = server.post(&token, &path, r#"{"reason":"uji"}"#);
    assert_eq!(revoked.status, 200, "{}", revoked.text());
    assert_eq!(reason(&server, &texts[0]), "revoked");
    assert_eq!(reason(&server, &texts[1]), "valid");
    // By another process.
    let id = documents[1]["id"].as_str().unwrap();
    data.ok(&["revoke", id, "--reason", "uji"]);
    let seen = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        reason(&server, &texts[1]) == "revoked"
    });
    assert!(seen);
}

#[test]
fn many_checks_make_one_bundle_of_a_change() {
    let data = Data::with_people(5);
    let documents: Vec<String> = (1..=5).map(|n| data.issue(n, "ktp")).collect();
    let server = data.serve();
    let bundles = || -> i64 { data.base.numbers("SELECT COUNT(*) FROM bundles")[0] };
    assert_eq!(check(&server, "NCFOXN").status, 200);
    let before = bundles();
    for id in &documents {
        data.ok(&["revoke", id, "--reason", "uji"]);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| assert_eq!(check(&server, "NCFOXN").status, 200));
            }
        });
    }
    let made = bundles() - before;
    assert!(made <= documents.len() as i64, "{made}");
}

#[test]
fn one_address_has_so_many_texts_judged() {
    let data = Data::new();
    let server = data.serve();
    let mut refused = (0..5_000).map(|_| check(&server, "NCFOXN"));
    let refused = refused.find(|answer| answer.status != 200).unwrap();
    refused.problem(429);
    let wait: u32 = refused.header("retry-after").parse().unwrap();
    assert!((1..=2).contains(&wait), "{wait}");
}
