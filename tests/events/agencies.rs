//! Agencies that ask: each gets its own part, its own elements, all of it, and nothing once it is cut off.

use crate::receivers::*;
use crate::support::*;
use credential::changes::{Batch, Change, What};

pub const ALL_ELEMENTS: &str = "kind,document_number,document_id,change,status,issue_date";

/// Checks a batch as an agency does, by the bundle; its changes.
pub fn open_batch(data: &Data, agency: &str, bytes: &[u8]) -> Vec<Change> {
    let trust = data.bundle().trust;
    Batch::verify(bytes, &trust, agency)
        .expect("the batch verifies")
        .changes
}

pub struct Agency {
    pub id: String,
    pub token: String,
}

pub fn add(data: &Data, more: &[&str]) -> Agency {
    let mut args = vec!["agency", "add", "--name", "Bank Uji"];
    for (name, value) in [
        ("--kinds", "all"),
        ("--region", ""),
        ("--elements", ALL_ELEMENTS),
        ("--from", "2026-01-01"),
        ("--to", "2099-12-31"),
    ] {
        if !more.contains(&name) {
            args.extend([name, value]);
        }
    }
    args.extend(more);
    let (id, token) = added(&data.ok(&args));
    assert!(token.starts_with("ikda_"), "{token}");
    Agency { id, token }
}

/// One request; the answer.
pub fn ask(server: &Server, agency: &Agency, cursor: &str) -> Answer {
    let path = match cursor {
        "" => "/v1/changes".to_string(),
        cursor => format!("/v1/changes?cursor={cursor}"),
    };
    server.get_as(&agency.token, &path)
}

/// Everything from a cursor on, and the cursor after it.
pub fn pull(data: &Data, server: &Server, agency: &Agency, cursor: &str) -> (Vec<Change>, String) {
    let (mut changes, mut cursor) = (Vec::new(), cursor.to_string());
    loop {
        let answer = ask(server, agency, &cursor);
        match answer.status {
            200 => {
                assert_eq!(answer.header("content-type"), "application/ikd-changes+cwt");
                changes.extend(open_batch(data, &agency.id, &answer.body));
            }
            204 => assert!(answer.body.is_empty()),
            other => panic!("{other} {}", answer.text()),
        }
        cursor = answer.header("ikd-cursor").to_string();
        if answer.header("ikd-more") != "true" {
            return (changes, cursor);
        }
    }
}

pub fn document_id(change: &Change) -> String {
    uuid::Uuid::from_bytes(change.document.unwrap()).to_string()
}

#[test]
fn each_agency_sees_its_elements_and_no_others() {
    let data = Data::with_people(2);
    let all = add(&data, &[]);
    let few = add(&data, &["--elements", "kind,change"]);
    let status = add(&data, &["--elements", "status"]);
    let server = data.serve();
    let token = data.officer("ID.3273", "signer");
    let document = server.issue(&token, 1);
    let id = document["id"].as_str().unwrap();
    let revoke = format!("/v1/documents/{id}/revoke");
    assert_eq!(
        server.post(&token, &revoke, r#"{"reason":"uji"}"#).status,
        200
    );

    let (changes, _) = pull(&data, &server, &all, "");
    assert_eq!(changes.len(), 2);
    assert_ne!(changes[0].id, changes[1].id);
    let place = (
        document["status"]["uri"].as_str().unwrap().to_string(),
        document["status"]["idx"].as_u64().unwrap() as u32,
    );
    for (change, what) in changes.iter().zip([What::Issued, What::Revoked]) {
        assert_eq!(change.kind, Some(1));
        assert_eq!(change.number.as_deref(), Some(nik(1).as_str()));
        assert_eq!(document_id(change), id);
        assert_eq!(change.what.map(|(what, _)| what), Some(what));
        assert_eq!(change.status, Some(place.clone()));
        assert!(change.issued.is_some());
    }
    for (change, what) in pull(&data, &server, &few, "")
        .0
        .iter()
        .zip([What::Issued, What::Revoked])
    {
        let expected = Change {
            id: change.id,
            kind: Some(1),
            what: Some((what, change.what.unwrap().1)),
            ..Change::default()
        };
        assert_eq!(change, &expected);
    }
    let answer = ask(&server, &few, "");
    for hidden in [nik(1).as_str(), "ikd:3273/0"] {
        assert!(
            contains(&ask(&server, &all, "").body, hidden),
            "the scan finds nothing"
        );
        assert!(
            !contains(&answer.body, hidden),
            "{hidden} reaches an agency that may not have it"
        );
    }
    for change in pull(&data, &server, &status, "").0 {
        let expected = Change {
            id: change.id,
            status: Some(place.clone()),
            ..Change::default()
        };
        assert_eq!(change, expected);
    }
}

#[test]
fn each_agency_hears_of_its_kinds_region_and_time() {
    let data = Data::with_people(2);
    data.issue(1, "ktp");
    let (everything, cards) = (add(&data, &[]), add(&data, &["--kinds", "kk"]));
    let (bandung, jakarta) = (
        add(&data, &["--region", "3273"]),
        add(&data, &["--region", "31"]),
    );
    let village = add(&data, &["--region", "3273011001", "--kinds", "ktp"]);
    let over = add(&data, &["--from", "2020-01-01", "--to", "2020-12-31"]);
    let ahead = add(&data, &["--from", "2098-01-01"]);
    data.issue(2, "ktp");
    data.issue(2, "kk");
    let server = data.serve();
    let kinds = |agency: &Agency| -> Vec<_> {
        pull(&data, &server, agency, "")
            .0
            .iter()
            .map(|c| c.kind.unwrap())
            .collect()
    };
    // What was before the agreement is not for it.
    assert_eq!(kinds(&everything), [1, 2]);
    assert_eq!(kinds(&cards), [2]);
    assert_eq!(kinds(&bandung), [1, 2]);
    assert_eq!(kinds(&jakarta), [0; 0]);
    assert_eq!(kinds(&village), [1]);
    let detail = |agency: &Agency| {
        let answer = ask(&server, agency, "");
        answer.problem(403);
        answer.json()["detail"].as_str().unwrap().to_string()
    };
    assert!(detail(&over).starts_with("the agreement has ended"));
    assert!(detail(&ahead).starts_with("the agreement has not begun"));
}

#[test]
fn who_is_cut_off_gets_nothing_from_then_on() {
    let data = Data::with_people(3);
    let receiver = Receiver::start(|_| "500 No");
    settings(&data, "[notify]\ntimeout = 20\nretry = 84\n");
    let asks = add(&data, &[]);
    let other = add(&data, &[]);
    let called = added(&data.ok(&[
        "agency",
        "add",
        "--name",
        "BPJS Uji",
        "--kinds",
        "all",
        "--region",
        "",
        "--elements",
        "kind",
        "--from",
        "2026-01-01",
        "--to",
        "2099-12-31",
        "--webhook",
        &receiver.url(),
    ]));
    data.issue(1, "ktp");
    data.run(&["outbox", "run"]);
    assert_eq!((receiver.got().len(), rows(&data, "waiting").len()), (1, 1));
    let server = data.serve();
    let (changes, cursor) = pull(&data, &server, &asks, "");
    assert_eq!(changes.len(), 1);
    for id in [&asks.id, &called.0] {
        data.ok(&[
            "agency",
            "cut-off",
            id,
            "--reason",
            "laporan semester tidak masuk",
        ]);
    }
    assert_eq!(
        data.run(&["agency", "cut-off", &asks.id, "--reason", "lagi"])
            .code,
        1
    );
    // What was queued is gone with it, and nothing new is queued.
    assert_eq!(
        (rows(&data, "waiting").len(), rows(&data, "dropped").len()),
        (0, 1)
    );
    data.issue(2, "ktp");
    for cursor in ["", cursor.as_str()] {
        let answer = ask(&server, &asks, cursor);
        answer.problem(403);
        assert!(
            answer.json()["detail"]
                .as_str()
                .unwrap()
                .starts_with("the agreement was cut off")
        );
    }
    // The others go on.
    assert_eq!(pull(&data, &server, &other, "").0.len(), 2);
    data.ok(&["outbox", "run"]);
    assert_eq!(receiver.got().len(), 1);
    let list = data.ok(&["agency", "list"]).out;
    assert_eq!(list.matches("cut off 20").count(), 2, "{list}");
}

#[test]
fn tokens_of_others_open_nothing() {
    let data = Data::new();
    let agency = add(&data, &[]);
    let server = data.serve();
    let signer = data.officer("ID.3273", "signer");
    let forged = format!("{}A", &agency.token[..agency.token.len() - 1]);
    let swapped = agency.token.replacen("ikda_", "ikd_", 1);
    for token in [signer.as_str(), &forged, &swapped, "", "ikda_"] {
        server.get_as(token, "/v1/changes").problem(401);
    }
    server.get("/v1/changes").problem(401);
    for path in ["/v1/documents", "/v1/outbox/dead"] {
        server.get_as(&agency.token, path).problem(401);
        server.get_as(&swapped, path).problem(401);
    }
    let unknown = uuid::Uuid::nil().to_string();
    for cursor in ["x", unknown.as_str()] {
        assert_eq!(ask(&server, &agency, cursor).problem(422), ["cursor"]);
    }
    assert!(
        !contains(&database_bytes(&data), &agency.token),
        "the token stands in clear"
    );
    assert!(
        !server.log().contains(&agency.token[10..]),
        "the token stands in the log"
    );
}
