//! Lists by pages: nothing twice and nothing left out while others add and take away, and only cursors that were given.

use crate::client::Client;
use crate::database::{change, rewrite};
use crate::town::{Town, subject};
use serde_json::{Value, json};
use std::collections::HashSet;

fn ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|i| i["id"].as_str().unwrap().to_string())
        .collect()
}

/// Reads a list to its end in pages of that size; `between` happens after each page.
fn all(client: &Client, list: &str, limit: usize, mut between: impl FnMut()) -> Vec<String> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    let join = if list.contains('?') { '&' } else { '?' };
    for turn in 0..200 {
        let page = client.read(&format!("{list}{join}limit={limit}{cursor}"));
        let new = ids(&page);
        assert!(new.len() <= limit);
        found.extend(new);
        let Some(next) = page["next"].as_str() else {
            return found;
        };
        cursor = format!("&cursor={next}");
        // No faster than it is read, or there is no end.
        if turn < 9 {
            between();
        }
    }
    panic!("{list} never ends");
}

/// All of `wanted` in that order, each once; what was added meanwhile may stand among it, once too.
fn check(list: &str, found: &[String], wanted: &[String]) {
    let mut seen = HashSet::new();
    assert!(
        found.iter().all(|id| seen.insert(id)),
        "{list}: one stands there twice"
    );
    let before: Vec<_> = found.iter().filter(|id| wanted.contains(id)).collect();
    assert_eq!(
        before,
        wanted.iter().collect::<Vec<_>>(),
        "{list}: a gap or another order"
    );
}

#[test]
fn lists_stay_whole_while_applications_come_and_go() {
    let town = Town::new();
    // More than a page in one second, and over several.
    let mut handed: Vec<_> = (0..23).map(|_| town.at("submitted")).collect();
    let sql = "UPDATE applications SET since = since - since % 3";
    rewrite(&town.data, sql).unwrap();
    let operator = town.officer("operator");
    let queue = ids(&operator.read("/v1/queue?limit=200"));
    assert_eq!(
        queue.iter().collect::<HashSet<_>>(),
        handed.iter().collect()
    );
    for limit in [1, 4, 7] {
        handed = ids(&operator.read("/v1/queue?limit=200"));
        let found = all(operator, "/v1/queue", limit, || drop(town.at("submitted")));
        check("/v1/queue", &found, &handed);
        let mine = ids(&town.owner.read("/v1/applications?limit=200"));
        let found = all(&town.owner, "/v1/applications", limit + 3, || {
            drop(town.draft())
        });
        check("/v1/applications", &found, &mine);
        assert_eq!(found, mine, "what came later stands before the first page");
    }
    // Those that were shown are taken: what follows does not move up past the cursor.
    let waiting = ids(&operator.read("/v1/queue?limit=200"));
    let mut shown = waiting.iter();
    let found = all(operator, "/v1/queue", 9, || {
        for id in shown.by_ref().take(5) {
            operator.step(id, "take", None);
        }
    });
    assert_eq!(found, waiting);
}

#[test]
fn other_lists_are_paged_the_same_way() {
    let town = Town::new();
    let (verifier, signer) = (town.officer("verifier"), town.officer("signer"));
    for _ in 0..6 {
        town.at("cancelled");
    }
    let late: Vec<_> = (0..7).map(|_| town.at("submitted")).collect();
    change(
        &town.data,
        "UPDATE applications SET due = 1000 + since % 2 WHERE due IS NOT NULL",
    )
    .unwrap();
    let body = |n| json!({"kind": "ktp", "nik": subject(n)});
    for n in 100..107 {
        signer.ok("POST", "/v1/documents", Some(&body(n)));
    }
    let mut n = 107;
    let issue = || {
        signer.ok("POST", "/v1/documents", Some(&body(n)));
        n += 1;
    };
    let documents = ids(&signer.read("/v1/documents"));
    assert_eq!(documents.len(), 7);
    assert_eq!(all(signer, "/v1/documents", 2, issue), documents);
    let list = "/v1/queue?stage=cancelled";
    let cancelled = ids(&verifier.read(list));
    assert_eq!(cancelled.len(), 6);
    assert_eq!(
        all(verifier, list, 2, || drop(town.at("cancelled"))),
        cancelled
    );
    let overdue = ids(&verifier.read("/v1/queue/late"));
    assert_eq!(
        overdue.iter().collect::<HashSet<_>>(),
        late.iter().collect()
    );
    assert_eq!(
        all(verifier, "/v1/queue/late", 2, || drop(town.at("submitted"))),
        overdue
    );
    let admin = town.officer("admin");
    let officers = ids(&admin.read("/v1/officers"));
    let found = all(admin, "/v1/officers", 2, || {
        drop(town.data.officer("ID.3273", "auditor"))
    });
    check("/v1/officers", &found, &officers);
    assert_eq!(officers.len(), 5);
}

/// Who may read a list.
fn reader<'a>(town: &'a Town, path: &str) -> &'a Client {
    match path {
        "/v1/applications" => &town.owner,
        "/v1/officers" => town.officer("admin"),
        _ => town.officer("signer"),
    }
}

#[test]
fn limits_and_cursors_are_checked_on_every_list() {
    let town = Town::new();
    town.at("submitted");
    town.at("submitted");
    let lists: Vec<String> = town
        .nobody
        .contract
        .operations()
        .iter()
        .filter(|o| o.parameters("query").iter().any(|p| p["name"] == "cursor"))
        .map(|o| o.path.to_string())
        .collect();
    assert!(lists.len() >= 5, "{lists:?}");
    // Changes are for agencies, who sign what they ask; the dead letters are an admin's.
    for path in lists
        .iter()
        .filter(|path| !["/v1/changes", "/v1/outbox/dead"].contains(&path.as_str()))
    {
        let client = reader(&town, path);
        for good in ["1", "50", "200"] {
            client.read(&format!("{path}?limit={good}"));
        }
        for bad in ["0", "201", "-1", "x", "1.5", "", "99999999999999999999"] {
            let fields = client.get(&format!("{path}?limit={bad}")).problem(422);
            assert_eq!(fields, ["limit"], "{path} {bad}");
        }
        for bad in [
            "x",
            "1",
            "1.x",
            "x.019a4f00-0000-7000-8000-000000000001",
            "%00",
            "'%20OR%201=1",
            "-",
            "99999999999999999999.019a4f00-0000-7000-8000-000000000001",
        ] {
            let fields = client.get(&format!("{path}?cursor={bad}")).problem(422);
            assert_eq!(fields, ["cursor"], "{path} {bad}");
        }
        client.get(&format!("{path}?halaman=2")).problem(422);
    }
}
