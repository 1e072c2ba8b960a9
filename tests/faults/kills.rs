//! `kill -9` at random moments under load, on the engine of `IKD_TEST_ON`.

use crate::setting;
use crate::support::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

/// People there are names for.
const PEOPLE: u32 = 9_990;
/// The last hundred are for applications, again and again.
const FAMILIES: u32 = 100;

/// What clients were told.
#[derive(Default)]
struct Told {
    /// Id and document as it was answered.
    issued: BTreeMap<String, serde_json::Value>,
    revoked: BTreeSet<String>,
    /// Id of an application and the act that was acknowledged last.
    applied: BTreeMap<String, &'static str>,
}

#[test]
fn nothing_acknowledged_is_lost_whenever_the_process_dies() {
    let rounds = setting("ROUNDS", 4);
    let data = Data::with_people(PEOPLE);
    let [operator, verifier, signer] =
        ["operator", "verifier", "signer"].map(|r| data.officer("ID.3273", r));
    let (told, next) = (Mutex::new(Told::default()), AtomicU32::new(1));
    let mut moment = 7_u64;
    for round in 0..rounds {
        let mut server = data.serve();
        // Enough people for each round; afterwards cards replace those before.
        let last = (PEOPLE - FAMILIES) / rounds * (round + 1);
        let begun = next.load(Relaxed);
        std::thread::scope(|scope| {
            for who in 0..8_u32 {
                let (server, told, next) = (&server, &told, &next);
                let tokens = [&operator, &verifier, &signer];
                scope.spawn(move || {
                    if who < 5 {
                        issue_and_revoke(server, told, next, last, tokens[2]);
                    } else {
                        apply(
                            server,
                            told,
                            tokens,
                            PEOPLE - FAMILIES + 1 + round % 33 * 3 + who - 5,
                        );
                    }
                });
            }
            // A linear congruential generator: other moments each round, the same ones each time.
            moment = moment
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            // Every other time not before something can be lost, however slow the machine is.
            for _ in 0..60_000 {
                let some =
                    next.load(Relaxed) >= begun + 10 && !told.lock().unwrap().applied.is_empty();
                if round % 2 == 0 || some {
                    break;
                }
                std::thread::sleep(Duration::from_millis(2));
            }
            std::thread::sleep(Duration::from_millis(100 + (moment >> 33) % 500));
            server.signal("KILL");
        });
        let _ = server.child.wait();
        if round % 100 == 99 {
            eprintln!(
                "{} rounds, {} issued",
                round + 1,
                told.lock().unwrap().issued.len()
            );
        }
    }
    let told = told.into_inner().unwrap();
    eprintln!(
        "{rounds} kills: {} issued, {} revoked, {} applications",
        told.issued.len(),
        told.revoked.len(),
        told.applied.len()
    );
    assert!(told.issued.len() as u32 >= rounds && !told.applied.is_empty());
    all_there(&data, &told, &signer);
}

fn issue_and_revoke(
    server: &Server,
    told: &Mutex<Told>,
    next: &AtomicU32,
    last: u32,
    signer: &str,
) {
    loop {
        let n = next.fetch_add(1, Relaxed);
        let again = n > last;
        let n = if again { n % last + 1 } else { n };
        let body = format!(r#"{{"nik":"{}","kind":"ktp","supersede":{again}}}"#, nik(n));
        let Ok(answer) = server.try_post(signer, "/v1/documents", &body) else {
            return;
        };
        if answer.status != 201 {
            continue;
        }
        let document = answer.json()["document"].clone();
        let id = document["id"].as_str().unwrap().to_string();
        told.lock().unwrap().issued.insert(id.clone(), document);
        if n.is_multiple_of(3) {
            let path = format!("/v1/documents/{id}/revoke");
            let Ok(answer) = server.try_post(signer, &path, r#"{"reason":"uji"}"#) else {
                return;
            };
            if answer.status == 200 {
                told.lock().unwrap().revoked.insert(id);
            }
        }
    }
}

fn apply(server: &Server, told: &Mutex<Told>, tokens: [&String; 3], n: u32) {
    let [operator, verifier, signer] = tokens;
    let body = format!(
        r#"{{"kind":"kk","people":{{"relation":"head_of_family","subject_nik":"{0}","applicant_nik":"{0}","applicant_name":"UJI"}}}}"#,
        nik(n)
    );
    let Ok(begun) = server.try_post(operator, "/v1/applications", &body) else {
        return;
    };
    if begun.status != 201 {
        return;
    }
    let id = begun.json()["application"]["id"]
        .as_str()
        .unwrap()
        .to_string();
    told.lock().unwrap().applied.insert(id.clone(), "draft");
    for (token, act, state) in [
        (operator, "submit", "submitted"),
        (operator, "take", "under_verification"),
        (verifier, "pass", "in_process"),
        (signer, "approve", "done"),
    ] {
        let path = format!("/v1/applications/{id}/{act}");
        match server.try_post(token, &path, "") {
            Ok(answer) if answer.status < 300 => {
                told.lock().unwrap().applied.insert(id.clone(), state);
            }
            _ => return,
        }
    }
}

/// Everything that was acknowledged is there, nothing is there twice, and what may have been signed is known.
fn all_there(data: &Data, told: &Told, signer: &str) {
    let over = "UPDATE documents SET state_since = state_since - 100 WHERE state = 'issuing'";
    data.base.change(over).unwrap();
    data.base
        .change("UPDATE reservations SET until = 0")
        .unwrap();
    data.ok(&["status", "publish"]);
    let number = |sql: &str| data.base.numbers(sql)[0];
    let server = data.serve();
    let bundle = data.read_bundle(&server.get("/bundle").body);
    let mut places = BTreeSet::new();
    for (id, document) in &told.issued {
        let stored = server.get_as(signer, &format!("/v1/documents/{id}")).json();
        assert_eq!(stored["qr"]["text"], document["qr"]["text"], "{id}");
        let status = &document["status"];
        let place = (status["uri"].to_string(), status["idx"].as_u64().unwrap());
        assert!(places.insert(place), "{id}: its index was given twice");
        let verdict = verdict(document["qr"]["text"].as_str().unwrap(), &bundle);
        if told.revoked.contains(id) {
            assert_eq!(
                (stored["state"].as_str(), verdict),
                (Some("revoked"), "revoked"),
                "{id}"
            );
        } else {
            // Replaced by a later one, or revoked without an answer: whatever it is, verifiers say it.
            let state = stored["state"].as_str().unwrap();
            let said = if state == "active" { "valid" } else { state };
            assert_eq!(verdict, said, "{id}");
        }
    }
    let order = [
        "draft",
        "submitted",
        "under_verification",
        "in_process",
        "done",
    ];
    let at = |state: &str| order.iter().position(|s| *s == state);
    for (id, acknowledged) in &told.applied {
        let stored = server
            .get_as(signer, &format!("/v1/applications/{id}"))
            .json();
        let state = stored["state"].as_str().unwrap_or("gone").to_string();
        // Drafts are shown to who files them alone.
        if *acknowledged == "draft" {
            let found = number(&format!(
                "SELECT COUNT(*) FROM applications WHERE id = {}",
                data.base.blob(id)
            ));
            assert_eq!(found, 1, "{id}");
            continue;
        }
        assert!(
            at(&state) >= at(acknowledged),
            "{id}: {acknowledged} was acknowledged, it is {state}"
        );
    }
    drop(server);
    let twice = "SELECT COUNT(*) FROM (SELECT 1 FROM documents GROUP BY status_list, status_index \
        HAVING COUNT(*) > 1) AS twice";
    assert_eq!(number(twice), 0, "an index of a list is two documents'");
    let both = "SELECT COUNT(*) FROM burnt_indexes AS b JOIN documents AS d \
        ON d.status_list = b.status_list AND d.status_index = b.status_index";
    assert_eq!(number(both), 0, "a document has a burnt index");
    let reserved = number(
        "SELECT CAST(COALESCE(SUM(used), 0) AS BIGINT) FROM status_lists WHERE seed IS NOT NULL",
    );
    let known = number(
        "SELECT (SELECT COUNT(*) FROM documents WHERE status_list IN (SELECT id FROM status_lists WHERE seed IS NOT \
         NULL)) + (SELECT COUNT(*) FROM burnt_indexes)",
    );
    eprintln!("{reserved} places were reserved, {known} are a document's or burnt");
    assert_eq!(known, reserved);
    data.ok(&["audit", "verify"]);
}
