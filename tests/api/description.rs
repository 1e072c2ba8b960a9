//! `/openapi.json` as somebody who has nothing else to go by needs it. That answers keep to it is checked with every
//! request of these tests.

use crate::client::Client;
use crate::routes::{of_pages, written};
use crate::town::{NAMED, Town};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashSet};

#[test]
fn whatever_answers_json_is_described() {
    // Outside the pages, only the description itself and the page about it are routed by hand.
    let routed: BTreeSet<_> = written("src/http").into_iter().collect();
    let pages: BTreeSet<_> = written("src/http/pages").into_iter().collect();
    let others: Vec<_> = routed.difference(&pages).collect();
    assert_eq!(others, ["/docs", "/openapi.json"]);
    // And no page answers with JSON, whoever asks for it.
    let town = Town::new();
    for client in [&town.nobody, &town.owner] {
        let client = client.with("accept", "application/json");
        for route in of_pages().iter().filter(|r| r.method == "get") {
            let path = route
                .addresses(&["019a4f00-0000-7000-8000-000000000001"], &[])
                .remove(0);
            let answer = client.raw("GET", &path, "", b"");
            let kind = answer.header("content-type");
            assert!(!kind.starts_with("application/json"), "{path}: {kind}");
        }
    }
    // Other methods at described addresses are refused as problems.
    for operation in town.nobody.contract.operations() {
        let path = operation
            .path
            .replace("{id}", "019a4f00-0000-7000-8000-000000000001");
        let path = path.replace(['{', '}'], "");
        let answer = town.nobody.raw("PATCH", &path, "", b"");
        answer.problem(405);
    }
}

#[test]
fn every_operation_says_what_it_takes_and_how_it_fails() {
    let town = Town::new();
    let contract = &town.nobody.contract;
    let api = &contract.api;
    assert!(api["openapi"].as_str().unwrap().starts_with("3."));
    let mut names = HashSet::new();
    for o in contract.operations() {
        let name = format!("{} {}", o.method, o.path);
        assert!(
            names.insert(o.said["operationId"].to_string()),
            "{name}: its name is another's too"
        );
        assert!(
            o.said["summary"].as_str().is_some_and(|s| s.len() > 5),
            "{name} says nothing"
        );
        let holes = o.path.matches('{').count();
        assert_eq!(o.parameters("path").len(), holes, "{name}: its parameters");
        for (kind, content) in o.bodies() {
            assert!(content["schema"].is_object(), "{name}: no schema");
            if kind == "application/json" {
                let example = o.example();
                let example = example.unwrap_or_else(|| panic!("{name}: no example"));
                let faults = contract.faults(&content["schema"], example);
                assert!(faults.is_empty(), "{name}: its example: {faults:?}");
            }
        }
        let responses = o.said["responses"].as_object().unwrap();
        assert!(
            responses.keys().any(|s| s.starts_with('2')),
            "{name}: how does it succeed?"
        );
        for (status, response) in responses {
            let name = format!("{name} {status}");
            assert!(
                !response["description"].as_str().unwrap().is_empty(),
                "{name}"
            );
            let content = response["content"].as_object().into_iter().flatten();
            for (kind, content) in content {
                if kind == "application/json" && content.get("example").is_some() {
                    let faults = contract.faults(&content["schema"], &content["example"]);
                    assert!(faults.is_empty(), "{name}: its example: {faults:?}");
                }
            }
            if status.starts_with(['4', '5']) && !o.path.starts_with("/readyz") {
                let problem = &response["content"]["application/problem+json"];
                assert_eq!(
                    problem["schema"]["$ref"], "#/components/schemas/Problem",
                    "{name}"
                );
            }
        }
        for needed in fails(o.method, o.path, o.said) {
            assert!(
                responses.contains_key(needed),
                "{name} says nothing of {needed}"
            );
        }
    }
    assert!(names.len() > 60, "{}", names.len());
}

/// The ways in which a request can fail whatever it asks for.
fn fails(method: &str, path: &str, said: &Value) -> Vec<&'static str> {
    let mut wanted = Vec::new();
    let security = said["security"].as_array().cloned().unwrap_or_default();
    if security.iter().any(|one| one != &json!({})) {
        wanted.push("401");
    }
    if path.contains("{id}") {
        wanted.push("404");
    }
    if said.get("requestBody").is_some() {
        wanted.extend(["400", "413", "422"]);
    }
    if method != "get" {
        wanted.push("403");
    }
    wanted
}

#[test]
fn who_is_nobody_and_what_is_nonsense_get_problems() {
    let town = Town::new();
    let id = "019a4f00-0000-7000-8000-000000000001";
    let operations = town.nobody.contract.operations();
    for o in operations.iter().filter(|o| o.path.starts_with("/v1/")) {
        let path = ["{id}", "{attachment}", "{upload}"]
            .iter()
            .fold(o.path.replace("{slug}", "kk"), |path, hole| {
                path.replace(hole, id)
            });
        let security = o.said["security"].as_array().cloned().unwrap_or_default();
        let open = security.iter().any(|s| s == &json!({})) || security.is_empty();
        let method = o.method.to_uppercase();
        if !open && o.path != "/v1/account/sign-out" {
            town.nobody.send(&method, &path, o.example()).problem(401);
            town.nobody.token("ikd_x").send(&method, &path, o.example());
        }
        if o.example().is_none() || path.starts_with("/v1/account/c") {
            continue;
        }
        let client = town.officer("signer");
        for nonsense in ["", "{", "[]", "null", "\"x\"", "{\"a\":1,\"a\":2}"] {
            let answer = client.raw(&method, &path, "application/json", nonsense.as_bytes());
            client.contract.check(o.method, &path, &answer);
            assert!(
                [400, 401, 403, 404, 422].contains(&answer.status),
                "{path} {nonsense}: {}",
                answer.text()
            );
            answer.problem(answer.status);
        }
        let mut more = o.example().unwrap().clone();
        more["tidak_dikenal"] = json!(1);
        let answer = client.send(&method, &path, Some(&more));
        assert!(
            [401, 403, 404, 422].contains(&answer.status),
            "{path}: {}",
            answer.text()
        );
        let large = json!({"x": "x".repeat(70_000)}).to_string();
        client
            .raw(&method, &path, "application/json", large.as_bytes())
            .problem(413);
    }
}

#[test]
fn a_session_without_its_token_changes_nothing() {
    let town = Town::new();
    let id = town.at("submitted");
    let address = format!("/v1/applications/{id}");
    let before = town.owner.read(&address);
    let mut cookie = town.owner.clone();
    cookie.headers.retain(|(name, _)| name != "x-csrf-token");
    assert_eq!(cookie.read(&address), before, "reading needs none");
    for client in [cookie.clone(), cookie.with("x-csrf-token", "x")] {
        let operations = client.contract.operations().into_iter();
        let secured = |s: &Value| {
            s.as_array()
                .is_some_and(|all| all.iter().any(|one| one != &json!({})))
        };
        for o in operations.filter(|o| o.method != "get" && secured(&o.said["security"])) {
            let path = o.path.replace("{id}", &id);
            let answer = client.send(&o.method.to_uppercase(), &path, o.example());
            // To what only officers do, a citizen's session is none at all.
            let refused = [401, 403].contains(&answer.status);
            assert!(refused, "{} {path}: {}", o.method, answer.text());
        }
        let own = client.send("POST", &format!("{address}/cancel"), None);
        own.problem(403);
    }
    assert_eq!(town.owner.read(&address), before);
}

/// Who can do what an example asks for, and at what.
fn doer<'a>(town: &'a Town, path: &str) -> (&'a Client, String) {
    let application = |state: &str| town.at(state);
    if path == "/v1/proposals/{id}/approve" {
        return (town.admin(1), proposed(town));
    }
    match path.rsplit('/').next().unwrap() {
        "answers" => (&town.owner, birth(town)),
        "complete" => (town.officer("verifier"), completed(town)),
        "ask-correction" | "constrain" => (town.officer("operator"), application("submitted")),
        "reject" => (town.officer("verifier"), application("submitted")),
        "hand-over" => (town.officer("operator"), application("done")),
        "find" => (town.officer("operator"), String::new()),
        "role" | "officers" => {
            let session = town.officer("auditor").read("/v1/session");
            (town.admin(0), session["id"].as_str().unwrap().into())
        }
        "applications" | "contact" | "confirm" => (&town.owner, String::new()),
        "appointment" | "uploads" => (&town.owner, birth(town)),
        "policy" | "mandates" => (town.admin(0), String::new()),
        "activations" => (town.officer("operator"), in_force(town)),
        "close-at-counter" => (town.officer("operator"), String::new()),
        "check" | "number" | "redeem" | "cosignature" => (&town.nobody, String::new()),
        _ => (town.officer("signer"), document(town)),
    }
}

/// A draft about a birth, whose form asks for the name.
fn birth(town: &Town) -> String {
    let body = json!({"kind": "akta-kelahiran"});
    let begun = town.owner.ok("POST", "/v1/applications", Some(&body));
    begun["application"]["id"].as_str().unwrap().to_string()
}

/// Changed once, as the example says.
fn completed(town: &Town) -> String {
    let id = town.at("under_verification");
    let address = format!("/v1/applications/{id}/complete");
    let body = json!({"version": 1, "values": {}});
    town.officer("verifier").ok("POST", &address, Some(&body));
    id
}

/// A proposal, of which the example has another hash.
fn proposed(town: &Town) -> String {
    let body = json!({"login": "diusulkan", "name": "Diusulkan", "role": "auditor"});
    let proposed = town.admin(0).ok("POST", "/v1/officers", Some(&body));
    proposed["proposal"]["id"].as_str().unwrap().to_string()
}

/// The person that the examples name, with a KTP-el for a phone to show.
fn in_force(town: &Town) -> String {
    let body = json!({"nik": NAMED, "kind": "ktp"});
    let issued = town
        .officer("signer")
        .ok("POST", "/v1/documents", Some(&body));
    issued["document"]["id"].as_str().unwrap().to_string()
}

fn document(town: &Town) -> String {
    let id = town.at("done");
    let view = town.owner.read(&format!("/v1/applications/{id}"));
    view["document"].as_str().unwrap().to_string()
}

#[test]
fn examples_are_taken_as_they_stand() {
    let town = Town::new();
    let mut refused = BTreeSet::new();
    for o in town.nobody.contract.operations() {
        let Some(example) = o.example() else {
            continue;
        };
        let (client, id) = doer(&town, o.path);
        if o.path.ends_with("reinstate") {
            let suspend = format!("/v1/documents/{id}/suspend");
            client.ok("POST", &suspend, Some(&json!({"reason": "lost"})));
        }
        let answer = client.send(
            &o.method.to_uppercase(),
            &o.path.replace("{id}", &id),
            Some(example),
        );
        if !(200..300).contains(&answer.status) {
            let fields = answer.problem(answer.status).join(", ");
            refused.insert(format!("{} {} {fields}", o.path, answer.status));
        }
    }
    let refused: Vec<_> = refused.iter().map(String::as_str).collect();
    assert_eq!(refused, NOT_IN_THIS_TOWN);
}

/// Examples that name codes, receipts, accounts, a slot, a birth, a hash and a phone that are not there: refused for that alone.
const NOT_IN_THIS_TOWN: [&str; 15] = [
    "/log/cosignature 422 checkpoint",
    "/v1/account/close-at-counter 404 ",
    "/v1/account/closing/confirm 422 code",
    "/v1/account/contact/confirm 422 code",
    "/v1/account/registrations/confirm 422 code",
    "/v1/account/sign-ins/confirm 422 code",
    "/v1/applications/find 404 ",
    "/v1/applications/{id}/appointment 409 ",
    "/v1/applications/{id}/complete 422 values",
    "/v1/applications/{id}/uploads 404 ",
    "/v1/guest-sessions 422 code",
    "/v1/proposals/{id}/approve 422 hash",
    "/v1/wallet/redeem 422 proof",
    "/v1/wallet/{id}/remove 422 challenge",
    "/v1/wallet/{id}/renew 422 challenge",
];
