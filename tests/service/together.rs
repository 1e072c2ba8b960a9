//! Cards that are asked for at the same moment: issued together, and each as if it were alone.

use crate::support::*;
use std::collections::HashSet;
use std::sync::{Barrier, Mutex};

/// A counter of `/metrics`.
fn counted(server: &Server, name: &str) -> f64 {
    let text = server.get("/metrics").text();
    let lines = text.lines().filter(|line| line.starts_with(name));
    lines
        .filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
        .sum()
}

/// Sends all at the same moment; the answers in the order of the bodies.
fn at_once(server: &Server, token: &str, bodies: &[String]) -> Vec<Answer> {
    let start = Barrier::new(bodies.len());
    std::thread::scope(|scope| {
        let asking: Vec<_> = bodies
            .iter()
            .map(|body| {
                scope.spawn(|| {
                    start.wait();
                    server.post(token, "/v1/documents", body)
                })
            })
            .collect();
        asking.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

fn card(n: u32, kind: &str) -> String {
    format!(r#"{{"nik":"{}","kind":"{kind}"}}"#, nik(n))
}

#[test]
fn one_bad_request_never_touches_its_neighbours() {
    let data = Data::with_people(60);
    let server = data.serve();
    let token = data.officer("ID.3273", "signer");
    server.issue(&token, 1);
    let mut bodies = vec![
        card(1, "ktp"),                                      // in force already
        r#"{"nik":"3273019999990000","kind":"ktp"}"#.into(), // not a NIK
        card(900, "ktp"),                                    // nobody
        card(2, "ktp"),
        card(2, "ktp"), // the same once more
        card(2, "kk"),
    ];
    bodies.extend((3..=40).map(|n| card(n, if n % 3 == 0 { "kk" } else { "ktp" })));
    let answers = at_once(&server, &token, &bodies);
    let status: Vec<u16> = answers.iter().map(|a| a.status).collect();
    assert_eq!(status[..3], [409, 422, 422]);
    let mut same = [status[3], status[4]];
    same.sort();
    assert_eq!(same, [201, 409]);
    assert!(status[5..].iter().all(|s| *s == 201), "{status:?}");
    let issued = counted(&server, "ikd_documents_issued_total");
    assert_eq!(issued, 41.0);
    let groups = counted(&server, "ikd_issue_groups_total");
    assert!(
        (1.0..issued).contains(&groups),
        "{groups} groups for {issued} documents"
    );
    let bundle = data.read_bundle(&server.get("/bundle").body);
    let mut places = HashSet::new();
    for answer in answers.iter().filter(|a| a.status == 201) {
        let document = answer.json()["document"].clone();
        let id = document["id"].as_str().unwrap();
        let stored = server.get_as(&token, &format!("/v1/documents/{id}")).json();
        assert_eq!(stored, document);
        let text = document["qr"]["text"].as_str().unwrap();
        assert_eq!(verdict(text, &bundle), "valid");
        assert!(places.insert(document["status"].to_string()));
    }
    assert_eq!(places.len(), 40);
    data.ok(&["audit", "verify"]);
}

#[test]
fn many_offices_share_a_group_and_none_issues_for_another() {
    let data = Data::with_people(12);
    data.ok(&[
        "office",
        "add",
        "--iss",
        "ID.3204",
        "--name",
        "Disdukcapil Kabupaten Bandung",
        "--region",
        "3204",
    ]);
    data.ok(&["trust", "publish"]);
    let rows: Vec<String> = (1..=12)
        .map(|n| {
            let (nik, kk) = (format!("320401120487{n:04}"), format!("320401010110{n:04}"));
            row_in(&nik, &kk, "ORANG UJI LAIN", "3204011001")
        })
        .collect();
    data.write("others.csv", &format!("{}\n{}\n", HEADER, rows.join("\n")));
    data.ok(&["import", "persons", &data.path("others.csv")]);
    let server = data.serve();
    let tokens = [
        data.officer("ID.3273", "signer"),
        data.officer("ID.3204", "signer"),
        data.officer("ID.3204", "auditor"),
    ];
    let other = |n: u32| format!(r#"{{"nik":"320401120487{n:04}","kind":"ktp"}}"#);
    let mut asked: Vec<(usize, String, u16)> = Vec::new();
    for n in 1..=10 {
        asked.push((0, card(n, "ktp"), 201));
        asked.push((1, other(n), 201));
    }
    // Of another region, and by a role that may not.
    asked.push((0, other(11), 403));
    asked.push((1, card(11, "ktp"), 403));
    asked.push((2, other(12), 403));
    let start = Barrier::new(asked.len());
    let lists = Mutex::new(HashSet::new());
    std::thread::scope(|scope| {
        for (who, body, wanted) in &asked {
            let (start, server, tokens, lists) = (&start, &server, &tokens, &lists);
            scope.spawn(move || {
                start.wait();
                let answer = server.post(&tokens[*who], "/v1/documents", body);
                assert_eq!(answer.status, *wanted, "{}", answer.text());
                if answer.status == 201 {
                    let uri = answer.json()["document"]["status"]["uri"].to_string();
                    lists.lock().unwrap().insert((*who, uri));
                }
            });
        }
    });
    assert_eq!(
        lists.into_inner().unwrap().len(),
        2,
        "each office's own list"
    );
    data.ok(&["audit", "verify"]);
}

#[test]
fn another_key_and_another_trust_list_come_into_force_meanwhile() {
    let data = Data::with_people(30);
    let server = data.serve();
    let token = data.officer("ID.3273", "signer");
    let kid = |n: u32| server.issue(&token, n)["kid"].to_string();
    let before = kid(1);
    assert_eq!(kid(2), before);
    // A key's window ends with the second before it is retired.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    data.ok(&["keys", "add", "--office", "ID.3273"]);
    data.ok(&["keys", "retire", before.trim_matches('"')]);
    data.ok(&["trust", "publish"]);
    let bodies: Vec<String> = (3..=20).map(|n| card(n, "ktp")).collect();
    let answers = at_once(&server, &token, &bodies);
    let bundle = data.read_bundle(&server.get("/bundle").body);
    for answer in answers {
        assert_eq!(answer.status, 201, "{}", answer.text());
        let document = &answer.json()["document"];
        assert_ne!(document["kid"].to_string(), before);
        let text = document["qr"]["text"].as_str().unwrap();
        assert_eq!(verdict(text, &bundle), "valid");
    }
    data.ok(&["audit", "verify"]);
}

#[test]
fn a_key_that_was_found_compromised_signs_no_more_at_once() {
    let data = Data::with_people(12);
    let server = data.serve();
    let token = data.officer("ID.3273", "signer");
    server.issue(&token, 1);
    server.issue(&token, 2);
    // The trust list still names it, and the service has it at hand.
    let stolen = "UPDATE keys SET state = 'compromised', since = 1 WHERE role = 'issuer'";
    assert_eq!(data.base.change(stolen), Ok(1));
    let bodies: Vec<String> = (3..=12).map(|n| card(n, "ktp")).collect();
    for answer in at_once(&server, &token, &bodies) {
        assert!(answer.status >= 400, "{}", answer.text());
    }
    let issued = data
        .base
        .numbers("SELECT COUNT(*) FROM documents WHERE state = 'active'");
    assert_eq!(issued, [2]);
}

#[test]
fn an_index_that_is_not_the_documents_own_is_found() {
    let data = Data::with_people(3);
    let server = data.serve();
    let token = data.officer("ID.3273", "signer");
    let documents: Vec<_> = (1..=3).map(|n| server.issue(&token, n)).collect();
    drop(server);
    data.ok(&["audit", "verify"]);
    let id = |n: usize| data.base.blob(documents[n]["id"].as_str().unwrap());
    let (first, second) = (id(0), id(1));
    let index = &documents[1]["status"]["idx"];
    let set = |what: &str, of: &str| {
        let sql = format!("UPDATE documents SET status_index = {what} WHERE id = {of}");
        assert_eq!(data.base.forge(&sql).unwrap(), 1);
    };
    set(&index.to_string(), &first);
    let said = data.run(&["audit", "verify"]);
    let text = format!("{}{}", said.out, said.err);
    assert!(
        text.contains("its status index is another document's too"),
        "{text}"
    );
    // A place that nobody has reserved.
    let taken: HashSet<_> = documents
        .iter()
        .map(|d| d["status"]["idx"].as_u64())
        .collect();
    let free = (0..64).find(|n| !taken.contains(&Some(*n))).unwrap();
    set(&free.to_string(), &second);
    let said = data.run(&["audit", "verify"]);
    let text = format!("{}{}", said.out, said.err);
    assert!(
        text.contains("its status index was never reserved"),
        "{text}"
    );
}

#[test]
fn after_a_restore_no_place_is_given_a_second_time() {
    let data = Data::with_people(3);
    let token = data.officer("ID.3273", "signer");
    // A process has no place in reserve when it starts.
    let issued = |n: u32| data.serve().issue(&token, n)["status"].clone();
    let rewound = || {
        let sql = "UPDATE status_lists SET used = 0 WHERE seed IS NOT NULL";
        assert_eq!(data.base.change(sql).unwrap(), 1);
    };
    let lost = issued(1);
    rewound();
    assert_eq!(issued(2), lost, "what the step is for");
    rewound();
    let said = data.ok(&["db", "restored"]).out;
    assert!(
        said.contains("1 status lists give no more places"),
        "{said}"
    );
    assert_ne!(issued(3)["uri"], lost["uri"]);
}
