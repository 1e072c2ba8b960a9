//! A request that is sent twice with one key is done once.

use crate::client::Client;
use crate::database::number;
use crate::support::Answer;
use crate::town::Town;
use serde_json::{Value, json};

const KEY: &str = "0b9d3f0e-6c0c-4f0f-9d3c-2a6c1f7f5e11";

fn applications(town: &Town) -> i64 {
    number(&town.data, "SELECT COUNT(*) FROM applications")
}

fn begin(client: &Client, key: &str, body: &Value) -> Answer {
    client
        .with("idempotency-key", key)
        .post("/v1/applications", body)
}

/// The same answer again, and marked as that.
fn same(first: &Answer, again: &Answer) {
    assert_eq!(
        (again.status, &again.body),
        (first.status, &first.body),
        "{}",
        again.text()
    );
    assert_eq!(again.header("location"), first.header("location"));
    assert_eq!(again.header("content-type"), first.header("content-type"));
    assert_eq!(
        (
            first.header("idempotency-replayed"),
            again.header("idempotency-replayed")
        ),
        ("", "true")
    );
}

#[test]
fn twice_is_once_also_after_the_server_began_anew() {
    let mut town = Town::new();
    let wish = town.wish();
    let first = begin(&town.owner, KEY, &wish);
    assert_eq!((first.status, applications(&town)), (201, 1));
    same(&first, &begin(&town.owner, KEY, &wish));
    // Whatever happened to it since.
    let id = first.json()["application"]["id"]
        .as_str()
        .unwrap()
        .to_string();
    town.owner.step(&id, "submit", None);
    town.restart();
    same(&first, &begin(&town.owner, KEY, &wish));
    assert_eq!(applications(&town), 1);
    assert_eq!(
        town.owner.read(&format!("/v1/applications/{id}"))["state"],
        "submitted"
    );
    // Another body or another address under that key is a mistake, and nothing is done.
    let other = json!({"kind": "ktp"});
    begin(&town.owner, KEY, &other).problem(422);
    let keyed = town.owner.with("idempotency-key", KEY);
    keyed
        .send("POST", &format!("/v1/applications/{id}/cancel"), None)
        .problem(422);
    assert_eq!(applications(&town), 1);
    assert_eq!(
        town.owner.read(&format!("/v1/applications/{id}"))["state"],
        "submitted"
    );
    same(&first, &begin(&town.owner, KEY, &wish));
}

#[test]
fn at_the_same_time_it_is_once_too() {
    let town = Town::new();
    let wish = town.wish();
    for round in 1..=5 {
        let key = format!("{KEY}-{round}");
        let answers: Vec<Answer> = std::thread::scope(|scope| {
            let one = || begin(&town.owner, &key, &wish);
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(one)).collect();
            threads.into_iter().map(|t| t.join().unwrap()).collect()
        });
        assert_eq!(applications(&town), round, "one row each round");
        let (done, waits): (Vec<_>, Vec<_>) = answers.iter().partition(|a| a.status == 201);
        let firsts = done
            .iter()
            .filter(|a| a.header("idempotency-replayed").is_empty());
        assert_eq!(firsts.count(), 1);
        assert!(done.iter().all(|a| a.body == done[0].body));
        for answer in waits {
            answer.problem(409);
            assert!(!answer.header("retry-after").is_empty());
        }
        let again = begin(&town.owner, &key, &wish);
        assert_eq!((again.status, &again.body), (201, &done[0].body));
    }
}

#[test]
fn a_key_is_its_owners() {
    let town = Town::new();
    let body = json!({"kind": "kk", "office": "ID.3273", "people": {"relation": "head_of_family"}});
    let mine = begin(&town.owner, KEY, &body);
    let theirs = begin(&town.stranger, KEY, &body);
    assert_eq!(
        (
            mine.status,
            theirs.status,
            theirs.header("idempotency-replayed")
        ),
        (201, 201, "")
    );
    assert_ne!(mine.header("location"), theirs.header("location"));
    assert_eq!(
        theirs.json()["application"]["people"]["applicant_nik"],
        crate::town::STRANGER[0]
    );
    same(&mine, &begin(&town.owner, KEY, &body));
    same(&theirs, &begin(&town.stranger, KEY, &body));
    let guest = begin(&town.nobody, KEY, &body);
    assert_eq!(
        (guest.status, guest.header("idempotency-replayed")),
        (201, "")
    );
    assert_eq!(applications(&town), 3);
    // Nor does a session that is over get the answer of when it was open.
    let out = town.owner.send("POST", "/v1/account/sign-out", None);
    assert_eq!(out.status, 204, "{}", out.text());
    let over = begin(&town.owner, KEY, &body);
    assert_ne!(over.body, mine.body);
    assert!(!over.text().contains(crate::town::OWNER[0]));
}

#[test]
fn an_approval_that_is_repeated_issues_one_document() {
    let town = Town::new();
    let id = town.at("in_process");
    let address = format!("/v1/applications/{id}/approve");
    let signer = town.officer("signer").with("idempotency-key", KEY);
    let first = signer.send("POST", &address, None);
    assert_eq!(first.status, 200, "{}", first.text());
    same(&first, &signer.send("POST", &address, None));
    assert_eq!(number(&town.data, "SELECT COUNT(*) FROM documents"), 1);
    town.officer("signer")
        .send("POST", &address, None)
        .problem(409);
}

#[test]
fn what_did_nothing_keeps_no_key_and_a_key_has_a_shape() {
    let town = Town::new();
    let wish = town.wish();
    begin(&town.owner, KEY, &json!({"kind": "paspor"})).problem(422);
    assert_eq!(
        begin(&town.owner, KEY, &wish).status,
        201,
        "the mistake is mended under the same key"
    );
    let long = "k".repeat(128);
    for bad in [
        "short",
        "with blanks in the middle",
        &"k".repeat(15),
        &"k".repeat(129),
    ] {
        let fields = begin(&town.owner, bad, &wish).problem(422);
        assert_eq!(fields, ["idempotency-key"], "{bad}");
    }
    let two = town.owner.with("idempotency-key", KEY);
    assert_eq!(begin(&two, &long, &wish).problem(422), ["idempotency-key"]);
    assert_eq!(applications(&town), 1);
    assert_eq!(begin(&town.owner, &long, &wish).status, 201);
    assert_eq!(begin(&town.owner, &"k".repeat(16), &wish).status, 201);
}
