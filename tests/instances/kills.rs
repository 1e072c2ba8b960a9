//! Instances die under load, again and again.

use crate::fleet::{self, Fleet, SIZE, nik};
use crate::leases;
use credential::status_source::{Lookup, StatusLists, StatusSource};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// How long instances are killed for, and how long at most where the machine is slow.
const TIME: Duration = Duration::from_secs(25);
const AT_MOST: Duration = Duration::from_secs(250);
const PEOPLE: u32 = 3000;

/// What clients were told.
#[derive(Default)]
struct Told {
    issued: Mutex<Vec<Document>>,
    revoked: Mutex<Vec<Document>>,
    applied: Mutex<Vec<String>>,
}

#[derive(Clone)]
struct Document {
    id: String,
    text: String,
    uri: String,
    index: u64,
}

impl Told {
    fn is_enough(&self) -> bool {
        self.issued.lock().unwrap().len() > 50
            && self.revoked.lock().unwrap().len() > 20
            && self.applied.lock().unwrap().len() > 5
    }
}

struct SetAtEnd<'a>(&'a AtomicBool);

impl Drop for SetAtEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// An acknowledged revocation is in the lists that all instances hand out which are up; another instance than the one
/// that acknowledged it looks into the database twice a second.
fn is_public(fleet: &Fleet, document: &Document) {
    std::thread::sleep(fleet::CHECKED);
    for i in 0..SIZE {
        if let Some(answer) = fleet.ask(i, "GET", &fleet::address(&document.uri), &[], "")
            && answer.status == 200
        {
            assert_eq!(
                status_in(fleet, &answer.body, document),
                1,
                "instance {i} hands out a list without an acknowledged revocation of {}",
                document.id
            );
        }
    }
}

/// The status of a document in its signed list.
fn status_in(fleet: &Fleet, token: &[u8], document: &Document) -> u8 {
    let mut lists = StatusLists::default();
    lists
        .add(token, fleet.trust())
        .expect("a status list of the office");
    match lists.status("ID.3273", &document.uri, document.index as u32) {
        Lookup::Found { status, .. } => status.number(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn nothing_that_was_acknowledged_is_lost() {
    let Some(fleet) = crate::fleet(PEOPLE) else {
        return;
    };
    let [operator, verifier, signer] = ["operator", "verifier", "signer"].map(|r| fleet.officer(r));
    let (told, next) = (Told::default(), AtomicU32::new(1));
    let (over, stop) = (AtomicBool::new(false), AtomicBool::new(false));
    let mut terms = Default::default();
    std::thread::scope(|scope| {
        // Also when something fails: nobody is to go on then.
        let (_over, _stop) = (SetAtEnd(&over), SetAtEnd(&stop));
        let watching = scope.spawn(|| leases::watch(&fleet, &stop));
        let mut clients = Vec::new();
        for who in 0..6 {
            let (fleet, told, next, over) = (&fleet, &told, &next, &over);
            let (operator, verifier, signer) = (&operator, &verifier, &signer);
            clients.push(scope.spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    assert!(n <= PEOPLE, "more people are needed");
                    if who % 3 == 0 {
                        apply(fleet, told, [operator, verifier, signer], n);
                    } else {
                        issue_and_revoke(fleet, told, signer, n);
                    }
                }
            }));
        }
        let begun = Instant::now();
        let mut round = 0;
        while begun.elapsed() < TIME || (!told.is_enough() && begun.elapsed() < AT_MOST) {
            std::thread::sleep(Duration::from_millis(700 + 137 * (round % 5)));
            let i = (round as usize * 2 + round as usize / 4) % SIZE;
            fleet.kill(i);
            std::thread::sleep(Duration::from_millis(50 + 211 * (round % 4)));
            fleet.start(i);
            round += 1;
        }
        over.store(true, Ordering::Relaxed);
        for client in clients {
            client.join().unwrap();
        }
        // Whoever has the leases now dies too: another takes them.
        std::thread::sleep(Duration::from_secs(1));
        stop.store(true, Ordering::Relaxed);
        terms = watching.join().unwrap();
    });
    assert!(told.is_enough());
    let issued = told.issued.into_inner().unwrap();
    let revoked = told.revoked.into_inner().unwrap();
    let applied = told.applied.into_inner().unwrap();
    eprintln!(
        "{} issued, {} revoked, {} applications done, terms {terms:?}",
        issued.len(),
        revoked.len(),
        applied.len()
    );
    assert!(terms["publisher"] >= 1);
    no_duplicates(&fleet);
    let gone: BTreeSet<&str> = revoked.iter().map(|d| d.id.as_str()).collect();
    let mut indexes = BTreeSet::new();
    for i in 0..SIZE {
        let mut lists = BTreeMap::new();
        for document in &issued {
            let uri = document.uri.as_str();
            let list = lists.entry(uri).or_insert_with(|| fleet.list(i, uri));
            let expected = u8::from(gone.contains(document.id.as_str()));
            assert_eq!(
                status_in(&fleet, list, document),
                expected,
                "instance {i}, {}",
                document.id
            );
        }
    }
    let bearer = format!("Bearer {signer}");
    for document in &issued {
        let place = (document.uri.as_str(), document.index);
        assert!(indexes.insert(place), "an index was given twice");
        let path = format!("/v1/documents/{}", document.id);
        let stored = fleet
            .any("GET", &path, &[("authorization", &bearer)], "")
            .unwrap();
        let stored = stored.json();
        let state = if gone.contains(document.id.as_str()) {
            "revoked"
        } else {
            "active"
        };
        assert_eq!(stored["state"], state, "{}", document.id);
        assert_eq!(stored["qr"]["text"], document.text.as_str());
    }
    for id in &applied {
        let path = format!("/v1/applications/{id}");
        let stored = fleet
            .any("GET", &path, &[("authorization", &bearer)], "")
            .unwrap();
        assert_eq!(stored.json()["state"], "done", "{id}");
    }
}

fn no_duplicates(fleet: &Fleet) {
    let twice = "SELECT COUNT(*) FROM (SELECT 1 FROM documents GROUP BY status_list, status_index \
        HAVING COUNT(*) > 1) AS twice";
    assert_eq!(
        fleet.numbers(twice),
        [0],
        "an index of a list is two documents'"
    );
    let twice = "SELECT COUNT(*) FROM (SELECT 1 FROM documents WHERE exclusive = 1 AND state IN ('active', 'suspended') \
        GROUP BY kind, subject HAVING COUNT(*) > 1) AS twice";
    assert_eq!(fleet.numbers(twice), [0], "a document is in force twice");
    // Documents that were applied for draw their indexes one by one, cards get places that are reserved together.
    let lists = "SELECT COUNT(*) FROM status_lists WHERE seed IS NULL \
        UNION ALL SELECT COUNT(*) FROM status_lists WHERE seed IS NOT NULL";
    assert_eq!(
        fleet.numbers(lists),
        [1, 1],
        "one office with few documents has one list of each kind"
    );
}

fn issue_and_revoke(fleet: &Fleet, told: &Told, signer: &str, n: u32) {
    let body = format!(r#"{{"nik":"{}","kind":"ktp"}}"#, nik(n));
    let answer = fleet.post(signer, "/v1/documents", &body);
    // An instance that died after it had issued leaves no answer; then the document is in force already.
    if answer.status != 201 {
        assert!(
            answer.text().contains("already-in-force"),
            "{}",
            answer.text()
        );
        return;
    }
    let json = answer.json();
    let document = Document {
        id: json["document"]["id"].as_str().unwrap().to_string(),
        text: json["document"]["qr"]["text"].as_str().unwrap().to_string(),
        uri: json["document"]["status"]["uri"]
            .as_str()
            .unwrap()
            .to_string(),
        index: json["document"]["status"]["idx"].as_u64().unwrap(),
    };
    told.issued.lock().unwrap().push(document.clone());
    if n.is_multiple_of(2) {
        let path = format!("/v1/documents/{}/revoke", document.id);
        let answer = fleet.post(signer, &path, r#"{"reason":"uji"}"#);
        if answer.status == 200 {
            is_public(fleet, &document);
        } else {
            // It was revoked by the instance that died.
            assert!(answer.text().contains("wrong-state"), "{}", answer.text());
        }
        told.revoked.lock().unwrap().push(document);
    }
}

fn apply(fleet: &Fleet, told: &Told, [operator, verifier, signer]: [&String; 3], n: u32) {
    let body = format!(
        r#"{{"kind":"kk","people":{{"relation":"head_of_family","subject_nik":"{0}","applicant_nik":"{0}","applicant_name":"UJI"}}}}"#,
        nik(n)
    );
    let begun = fleet.post(operator, "/v1/applications", &body);
    assert_eq!(begun.status, 201, "{}", begun.text());
    let id = begun.json()["application"]["id"]
        .as_str()
        .unwrap()
        .to_string();
    for (token, act) in [
        (operator, "submit"),
        (operator, "take"),
        (verifier, "pass"),
        (signer, "approve"),
    ] {
        let path = format!("/v1/applications/{id}/{act}");
        let answer = fleet.post(token, &path, "");
        // The instance that died may have done it.
        let done = answer.status < 300 || answer.text().contains("wrong-stage");
        assert!(done, "{act}: {}", answer.text());
    }
    told.applied.lock().unwrap().push(id);
}
