//! Concurrency, shutdown, crashes.

use crate::support::*;
use std::collections::HashSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::time::Duration;

#[test]
fn concurrent_issues_share_no_index_and_one_person_gets_one_document() {
    let data = Data::with_people(40);
    let server = data.serve();
    let token = data.officer("ID.3273", "signer");
    let indexes = Mutex::new(HashSet::new());
    std::thread::scope(|scope| {
        for part in 0..4 {
            let (server, token, indexes) = (&server, &token, &indexes);
            scope.spawn(move || {
                for n in (1..=40).filter(|n| n % 4 == part) {
                    let document = server.issue(token, n);
                    let index = document["status"]["idx"].as_u64().unwrap();
                    assert!(indexes.lock().unwrap().insert(index), "index {index} twice");
                }
            });
        }
    });
    assert_eq!(indexes.lock().unwrap().len(), 40);
    let body = format!(r#"{{"nik":"{}","kind":"kk"}}"#, nik(1));
    let statuses = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                statuses
                    .lock()
                    .unwrap()
                    .push(server.post(&token, "/v1/documents", &body).status)
            });
        }
    });
    let mut statuses = statuses.into_inner().unwrap();
    statuses.sort();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
}

#[test]
fn a_request_under_way_finishes_after_sigterm() {
    let data = Data::with_people(1);
    let mut server = data.serve();
    let token = data.officer("ID.3273", "signer");
    // What has come of a body decides how long its rest is waited for.
    const BLANKS: usize = 16 << 10;
    let body = format!(
        r#"{}{{"nik":"{}","kind":"ktp"}}"#,
        " ".repeat(BLANKS),
        nik(1)
    );
    let mut stream = TcpStream::connect(server.base.strip_prefix("http://").unwrap()).unwrap();
    let head = format!(
        "POST /v1/documents HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: {}\r\n\
         Expect: 100-continue\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let (first, rest) = body.split_at(BLANKS + 10);
    stream.write_all(head.as_bytes()).unwrap();
    let mut told = [0; 25];
    stream.read_exact(&mut told).unwrap();
    assert_eq!(&told, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(first.as_bytes()).unwrap();
    server.signal("TERM");
    let refused = (0..600).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        TcpStream::connect(server.base.strip_prefix("http://").unwrap()).is_err()
    });
    assert!(refused, "no new connections");
    stream.write_all(rest.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert!(server.child.wait().unwrap().success());
    data.run(&[
        "issue",
        "--nik",
        &nik(1),
        "--kind",
        "ktp",
        "--out",
        &data.path("q.png"),
    ])
    .err
    .contains("in force already")
    .then_some(())
    .expect("what was acknowledged is there");
}

#[test]
fn kill_9_loses_nothing_acknowledged_and_unfinished_intents_are_void() {
    let data = Data::with_people(400);
    let token = data.officer("ID.3273", "signer");
    let mut acknowledged = Vec::new();
    for round in 0..4u32 {
        let mut server = data.serve();
        let done = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for part in 0..2 {
                let (server, token, done) = (&server, &token, &done);
                scope.spawn(move || {
                    for n in (round * 100 + 1..=round * 100 + 100).filter(|n| n % 2 == part) {
                        let body = format!(r#"{{"nik":"{}","kind":"ktp"}}"#, nik(n));
                        match server.try_post(token, "/v1/documents", &body) {
                            Ok(answer) if answer.status == 201 => {
                                let document = answer.json()["document"].clone();
                                done.lock().unwrap().push(document);
                            }
                            _ => return,
                        }
                    }
                });
            }
            // However slow the machine is, each time there is something to lose.
            let issued = (0..60_000).any(|_| {
                std::thread::sleep(Duration::from_millis(2));
                done.lock().unwrap().len() >= 2
            });
            std::thread::sleep(Duration::from_millis(40 * u64::from(round)));
            server.signal("KILL");
            assert!(issued, "nothing was issued");
        });
        let _ = server.child.wait();
        acknowledged.append(&mut done.into_inner().unwrap());
    }
    // On a database that other instances may share, what was begun is voided once nobody can be at it any more.
    let sql = "UPDATE documents SET state_since = state_since - 100 WHERE state = 'issuing'";
    data.base.change(sql).unwrap();
    let server = data.serve();
    let bundle = data.read_bundle(&server.get("/bundle").body);
    let mut indexes = HashSet::new();
    for document in &acknowledged {
        let id = document["id"].as_str().unwrap();
        let stored = server.get_as(&token, &format!("/v1/documents/{id}")).json();
        assert_eq!(&stored, document);
        assert_eq!(
            verdict(document["qr"]["text"].as_str().unwrap(), &bundle),
            "valid"
        );
        assert!(indexes.insert(document["status"]["idx"].as_u64().unwrap()));
    }
    assert_eq!(
        server.get_as(&token, "/v1/documents?state=issuing").json()["items"],
        serde_json::json!([])
    );
    let void = server
        .get_as(&token, "/v1/documents?state=void&limit=200")
        .json();
    for document in void["items"].as_array().unwrap() {
        assert!(
            indexes.insert(document["status"]["idx"].as_u64().unwrap()),
            "a burnt index was used again"
        );
        assert!(
            server.log().contains(document["id"].as_str().unwrap()),
            "the next start tells of it"
        );
    }
}
