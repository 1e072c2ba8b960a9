//! Batches of changes: none is missed, later ones come later, and a page ends somewhere.

use crate::agencies::*;
use crate::receivers::*;
use crate::support::*;
use credential::changes::{Batch, What};
use ikd::chance::Chance;
use ikd::clock::Clock;
use ikd::domain::ids::{ChangeId, DocumentId};
use ikd::outbox::DocumentChange;
use ikd::store::changes;
use std::collections::HashSet;

#[test]
fn nothing_is_missed_under_concurrent_writers() {
    let data = Data::with_people(60);
    let agency = add(&data, &[]);
    let server = data.serve();
    let token = data.officer("ID.3273", "signer");
    let (mut changes, mut cursor) = (Vec::new(), String::new());
    let issued = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..4)
            .map(|part| {
                let (server, token) = (&server, &token);
                scope.spawn(move || {
                    let mut ids = Vec::new();
                    for n in (1..=60).filter(|n| n % 4 == part) {
                        let id = server.issue(token, n)["id"].as_str().unwrap().to_string();
                        for change in ["suspend", "reinstate", "revoke"] {
                            let path = format!("/v1/documents/{id}/{change}");
                            let answer = server.post(token, &path, r#"{"reason":"uji"}"#);
                            assert_eq!(answer.status, 200, "{}", answer.text());
                        }
                        ids.push(id);
                    }
                    ids
                })
            })
            .collect();
        while !writers.iter().all(|w| w.is_finished()) {
            let (more, next) = pull(&data, &server, &agency, &cursor);
            changes.extend(more);
            cursor = next;
        }
        writers
            .into_iter()
            .flat_map(|w| w.join().unwrap())
            .collect::<Vec<_>>()
    });
    let (rest, _) = pull(&data, &server, &agency, &cursor);
    changes.extend(rest);
    assert_eq!((issued.len(), changes.len()), (60, 240));
    let names: HashSet<_> = changes.iter().map(|c| c.id).collect();
    assert_eq!(names.len(), 240, "a change twice");
    for id in &issued {
        let of_it: Vec<_> = changes.iter().filter(|c| &document_id(c) == id).collect();
        let what: Vec<_> = of_it.iter().map(|c| c.what.unwrap().0).collect();
        assert_eq!(
            what,
            [
                What::Issued,
                What::Suspended,
                What::Reinstated,
                What::Revoked
            ]
        );
    }
}

/// Commits changes of a document with ids of that time.
fn write_changes(data: &Data, document: &str, clock: &Clock, count: usize) {
    block(async {
        let service = library(data).await;
        let mut tx = service.db.begin().await.unwrap();
        let document = DocumentId::parse(document).unwrap();
        let now = service.clock.now();
        for _ in 0..count {
            let id = ChangeId::draw(clock, &mut Chance::System);
            let change = DocumentChange::Suspended;
            changes::insert(&mut tx, id, document, 1, "3273011001", change, now)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
    });
}

#[test]
fn what_is_committed_later_comes_later_whatever_its_id() {
    let data = Data::with_people(1);
    let document = data.issue(1, "ktp");
    let agency = add(&data, &[]);
    let server = data.serve();
    write_changes(&data, &document, &Clock::System, 2);
    let (changes, cursor) = pull(&data, &server, &agency, "");
    assert_eq!(changes.len(), 2);
    // Drawn long before, committed now: as by a writer that took its time.
    write_changes(&data, &document, &Clock::fixed(1_700_000_000), 3);
    let (changes, after) = pull(&data, &server, &agency, &cursor);
    assert_eq!(changes.len(), 3);
    assert_eq!(pull(&data, &server, &agency, &after).0.len(), 0);
    // An answer that was lost is asked for again.
    assert_eq!(pull(&data, &server, &agency, &cursor).0, changes);
}

#[test]
fn pages_of_five_hundred_and_a_report_of_use() {
    let data = Data::with_people(1);
    let document = data.issue(1, "ktp");
    let (agency, idle) = (add(&data, &[]), add(&data, &["--kinds", "kk"]));
    write_changes(&data, &document, &Clock::System, 1_100);
    let server = data.serve();
    let (mut cursor, mut sizes) = (String::new(), Vec::new());
    let mut names = HashSet::new();
    for more in ["true", "true", "false"] {
        let answer = ask(&server, &agency, &cursor);
        assert_eq!(answer.header("ikd-more"), more);
        let changes = open_batch(&data, &agency.id, &answer.body);
        sizes.push(changes.len());
        names.extend(changes.iter().map(|c| c.id));
        cursor = answer.header("ikd-cursor").to_string();
        let inside = Batch::verify(&answer.body, &data.bundle().trust, &agency.id).unwrap();
        assert_eq!(inside.next, cursor);
    }
    assert_eq!((sizes, names.len()), (vec![500, 500, 100], 1_100));
    assert_eq!(ask(&server, &agency, &cursor).status, 204);
    assert_eq!(ask(&server, &idle, "").status, 204);

    let json: serde_json::Value =
        serde_json::from_str(&data.ok(&["agency", "report", "--format", "json"]).out).unwrap();
    let of = |id: &str| {
        json.as_array()
            .unwrap()
            .iter()
            .find(|r| r["agency"] == id)
            .unwrap()
            .clone()
    };
    let numbers = |row: &serde_json::Value| {
        (
            row["pulls"].clone(),
            row["pushes"].clone(),
            row["events"].clone(),
        )
    };
    assert_eq!(numbers(&of(&agency.id)), (4.into(), 0.into(), 1_100.into()));
    assert_eq!(numbers(&of(&idle.id)), (1.into(), 0.into(), 0.into()));
    let half = of(&agency.id)["half_year"].as_str().unwrap().to_string();
    let csv = data.ok(&["agency", "report", "--half", &half]).out;
    let line = format!("{half},{},\"Bank Uji\",pull,4,0,1100,20", agency.id);
    assert!(
        csv.starts_with("half_year,agency,name,mode,pulls,pushes,events,last_used,cut_off"),
        "{csv}"
    );
    assert!(csv.lines().any(|l| l.starts_with(&line)), "{csv}");
    let other = data.ok(&["agency", "report", "--half", "2001-1"]).out;
    assert_eq!(other.lines().count(), 1, "{other}");
}
