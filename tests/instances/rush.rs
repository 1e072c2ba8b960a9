//! Many at the same moment, at all instances.

use crate::fleet::{self, Fleet, SIZE, nik};
use std::collections::BTreeSet;
use std::sync::Mutex;

fn at_once<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for n in 0..count {
            let (done, work) = (&done, &work);
            scope.spawn(move || {
                let result = work(n);
                done.lock().unwrap().push(result);
            });
        }
    });
    done.into_inner().unwrap()
}

fn ask(fleet: &Fleet, n: usize, token: &str, path: &str, body: &str) -> (u16, serde_json::Value) {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str())];
    let answer = fleet.ask(n % SIZE, "POST", path, &headers, body);
    let answer = answer.expect("an answer");
    (answer.status, answer.json())
}

#[test]
fn the_first_documents_of_an_office_open_one_list() {
    let Some(fleet) = crate::fleet(9) else { return };
    let token = fleet.officer("signer");
    let issued = at_once(9, |n| {
        let body = format!(r#"{{"nik":"{}","kind":"ktp"}}"#, nik(n as u32 + 1));
        ask(&fleet, n, &token, "/v1/documents", &body)
    });
    let mut indexes = BTreeSet::new();
    for (status, body) in &issued {
        assert_eq!(*status, 201, "{body}");
        indexes.insert(body["document"]["status"]["idx"].as_u64().unwrap());
    }
    assert_eq!(indexes.len(), 9, "an index was drawn twice");
    assert_eq!(fleet.numbers("SELECT COUNT(*) FROM status_lists"), [1]);
}

#[test]
fn one_person_gets_one_document_whoever_is_asked() {
    let Some(fleet) = crate::fleet(1) else { return };
    let token = fleet.officer("signer");
    let body = format!(r#"{{"nik":"{}","kind":"kk"}}"#, nik(1));
    let mut issued = at_once(9, |n| ask(&fleet, n, &token, "/v1/documents", &body).0);
    issued.sort();
    assert_eq!(issued, [vec![201], vec![409; 8]].concat());
}

#[test]
fn one_application_is_approved_once() {
    let Some(fleet) = crate::fleet(1) else { return };
    let [operator, verifier, signer] = ["operator", "verifier", "signer"].map(|r| fleet.officer(r));
    let body = format!(
        r#"{{"kind":"kk","people":{{"relation":"head_of_family","subject_nik":"{0}","applicant_nik":"{0}","applicant_name":"UJI"}}}}"#,
        nik(1)
    );
    let (status, begun) = ask(&fleet, 0, &operator, "/v1/applications", &body);
    assert_eq!(status, 201, "{begun}");
    let id = begun["application"]["id"].as_str().unwrap();
    for (n, (token, act)) in [
        (&operator, "submit"),
        (&operator, "take"),
        (&verifier, "pass"),
    ]
    .into_iter()
    .enumerate()
    {
        let path = format!("/v1/applications/{id}/{act}");
        let (status, body) = ask(&fleet, n, token, &path, "");
        assert_eq!(status, 200, "{act}: {body}");
    }
    let path = format!("/v1/applications/{id}/approve");
    let mut answers = at_once(6, |n| ask(&fleet, n, &signer, &path, "").0);
    answers.sort();
    assert_eq!(answers[1..], [409; 5], "{answers:?}");
    assert!(answers[0] < 300, "{answers:?}");
    let in_force = "SELECT COUNT(*) FROM documents WHERE state = 'active'";
    assert_eq!(fleet.numbers(in_force), [1]);
}

/// More changes of one list than it may be signed in the time that they take.
#[test]
fn every_change_of_one_list_is_public_when_it_is_acknowledged() {
    const CHANGES: u32 = 24;
    let Some(fleet) = crate::fleet(CHANGES) else {
        return;
    };
    let token = fleet.officer("signer");
    let ids: Vec<(String, String)> = (1..=CHANGES)
        .map(|n| {
            let body = format!(r#"{{"nik":"{}","kind":"ktp"}}"#, nik(n));
            let (status, body) = ask(&fleet, n as usize, &token, "/v1/documents", &body);
            assert_eq!(status, 201, "{body}");
            let document = &body["document"];
            let text = document["qr"]["text"].as_str().unwrap().to_string();
            (document["id"].as_str().unwrap().to_string(), text)
        })
        .collect();
    let verdicts = at_once(CHANGES as usize, |n| {
        let (id, text) = &ids[n];
        let path = format!("/v1/documents/{id}/revoke");
        let (status, body) = ask(&fleet, n, &token, &path, r#"{"reason":"uji"}"#);
        assert_eq!(status, 200, "{body}");
        // Where it was acknowledged at once, and at another instance once that has looked.
        let here = fleet.verdict(n, text);
        std::thread::sleep(fleet::CHECKED);
        (here, fleet.verdict(n + 1, text))
    });
    assert!(
        verdicts.iter().all(|v| *v == ("revoked", "revoked")),
        "{verdicts:?}"
    );
}
