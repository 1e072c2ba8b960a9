//! Batches that agencies are called with: signed twice over, repeated until taken, never sent where they must not go.

use crate::agencies::{ALL_ELEMENTS, open_batch};
use crate::receivers::*;
use crate::support::*;
use base64::Engine;
use hmac::{Hmac, KeyInit, Mac};
use ikd::chance::Chance;
use ikd::clock::Clock;
use ikd::outbox::courier::Courier;
use ikd::outbox::worker;
use sha2::Sha256;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

/// What a receiver does by the convention of Standard Webhooks.
pub fn signature_fits(got: &Got, secret: &str) -> bool {
    let key = base64_decode(secret.strip_prefix("whsec_").unwrap());
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&key).unwrap();
    let (id, time) = (got.header("webhook-id"), got.header("webhook-timestamp"));
    mac.update(format!("{id}.{time}.").as_bytes());
    mac.update(&got.body);
    let signature = got
        .header("webhook-signature")
        .strip_prefix("v1,")
        .unwrap_or_default();
    let bytes = base64::engine::general_purpose::STANDARD.decode(signature);
    bytes.is_ok_and(|bytes| mac.verify_slice(&bytes).is_ok())
}

/// Settings under which tries follow each other at once, and a receiver on a slow machine is waited for.
const QUICK: &str = "[notify]\ntimeout = 20\nretry = 0\n";

/// An agency that is called at that receiver.
fn agency(data: &Data, url: &str) -> (String, String) {
    added(&data.ok(&[
        "agency",
        "add",
        "--name",
        "BPJS Uji",
        "--kinds",
        "all",
        "--region",
        "",
        "--elements",
        ALL_ELEMENTS,
        "--from",
        "2026-01-01",
        "--to",
        "2099-12-31",
        "--webhook",
        url,
    ]))
}

#[test]
fn signed_by_both_signatures_and_tampering_shows() {
    let data = Data::with_people(1);
    let receiver = Receiver::start(|_| "204 No Content");
    settings(&data, QUICK);
    let (id, secret) = agency(&data, &receiver.url());
    assert!(
        !contains(&database_bytes(&data), &secret),
        "the secret stands in clear"
    );
    let document = data.issue(1, "ktp");
    let _server = data.serve();
    let got = until("the batch", || receiver.got().pop());
    assert_eq!(
        (got.path.as_str(), got.header("content-type")),
        ("/hook", "application/ikd-changes+cwt")
    );
    assert!(signature_fits(&got, &secret));
    let changes = open_batch(&data, &id, &got.body);
    assert_eq!(changes.len(), 1);
    assert_eq!(
        changes[0]
            .document
            .map(|d| uuid::Uuid::from_bytes(d).to_string()),
        Some(document)
    );

    let tampered = |change: &dyn Fn(&mut Got)| {
        let mut got = got.clone();
        change(&mut got);
        signature_fits(&got, &secret)
    };
    assert!(!tampered(&|got| got.body[40] ^= 1));
    assert!(!tampered(&|got| got.body.push(0)));
    assert!(!tampered(&|got| {
        got.headers.insert("webhook-timestamp".into(), "1".into());
    }));
    assert!(!tampered(&|got| {
        got.headers.insert("webhook-id".into(), "x".into());
    }));
    // The body carries a signature of its own, which whoever stores it can check later.
    let mut body = got.body.clone();
    let middle = body.len() / 2;
    body[middle] ^= 1;
    let trust = data.bundle().trust;
    assert!(credential::changes::Batch::verify(&got.body, &trust, &id).is_ok());
    assert!(credential::changes::Batch::verify(&body, &trust, &id).is_err());
    assert!(credential::changes::Batch::verify(&got.body, &trust, "another").is_err());
}

#[test]
fn repeated_until_taken_then_the_next() {
    let data = Data::with_people(3);
    let receiver = Receiver::start(|n| ["500 No", "429 Later", "200 OK"][n.min(2)]);
    settings(&data, QUICK);
    let (id, secret) = agency(&data, &receiver.url());
    let first = data.issue(1, "ktp");
    data.run(&["outbox", "run"]);
    let got = receiver.got();
    assert_eq!(got.len(), 3);
    for request in &got {
        assert_eq!(request.header("webhook-id"), got[0].header("webhook-id"));
        assert!(signature_fits(request, &secret));
    }
    let (second, third) = (data.issue(2, "ktp"), data.issue(3, "kk"));
    data.ok(&["outbox", "run"]);
    let got = receiver.got();
    assert_eq!(got.len(), 4);
    assert_ne!(got[3].header("webhook-id"), got[0].header("webhook-id"));
    let ids = |got: &Got| -> Vec<String> {
        let changes = open_batch(&data, &id, &got.body);
        let ids = changes
            .iter()
            .map(|c| uuid::Uuid::from_bytes(c.document.unwrap()).to_string());
        ids.collect()
    };
    assert_eq!(
        (ids(&got[2]), ids(&got[3])),
        (vec![first], vec![second, third])
    );
    data.ok(&["outbox", "run"]);
    assert_eq!(receiver.got().len(), 4, "what was taken is sent again");
}

/// A second may begin between any two looks at the clock: here one does between all of them.
#[test]
fn what_is_written_is_due_at_once_however_time_passes() {
    let data = Data::with_people(1);
    let receiver = Receiver::start(|_| "200 OK");
    settings(&data, QUICK);
    agency(&data, &receiver.url());
    data.issue(1, "ktp");
    block(async {
        let mut service = library(&data).await;
        service.clock = Clock::fixed(service.clock.now());
        let courier = Arc::new(Courier::new(&service.config, &service.data).unwrap());
        let (clock, ended) = (service.clock.clone(), Arc::new(AtomicBool::new(false)));
        let over = Arc::clone(&ended);
        let passing = std::thread::spawn(move || {
            while !over.load(Relaxed) {
                clock.advance(1);
                std::thread::sleep(Duration::from_micros(50));
            }
        });
        let done = worker::round(&service, &courier, &mut Chance::System).await;
        ended.store(true, Relaxed);
        passing.join().unwrap();
        assert_eq!(done.unwrap().delivered, 1);
    });
    assert_eq!(receiver.got().len(), 1);
}

#[test]
fn given_up_after_twelve_tries_then_retried_without_a_gap() {
    let data = Data::with_people(2);
    let receiver = Receiver::start(|_| "503 No");
    settings(&data, QUICK);
    let (id, _) = agency(&data, &receiver.url());
    data.issue(1, "ktp");
    assert_eq!(data.run(&["outbox", "run"]).code, 1);
    assert_eq!(receiver.got().len(), 12);
    let dead = rows(&data, "dead");
    assert!(
        dead[0].join(" ").ends_with("webhook answered 503"),
        "{dead:?}"
    );
    // It belongs to no office, so no office sees it.
    let server = data.serve();
    let auditor = data.officer("ID.3273", "auditor");
    let seen = server.get_as(&auditor, "/v1/outbox/dead").json();
    assert_eq!(seen["items"], serde_json::json!([]));
    drop(server);
    // What comes later waits behind it.
    data.issue(2, "ktp");
    data.ok(&["outbox", "run"]);
    assert_eq!(receiver.got().len(), 12);
    receiver.answer(|_| "200 OK");
    data.ok(&["outbox", "retry", &dead[0][0]]);
    data.ok(&["outbox", "run"]);
    let bodies: Vec<_> = receiver
        .got()
        .split_off(12)
        .into_iter()
        .map(|g| g.body)
        .collect();
    let changes: Vec<_> = bodies
        .iter()
        .flat_map(|b| open_batch(&data, &id, b))
        .collect();
    assert_eq!((bodies.len(), changes.len()), (2, 2));
}

#[test]
fn redirects_are_not_followed_and_silence_is_not_waited_for() {
    let data = Data::with_people(1);
    let elsewhere = Receiver::start(|_| "200 OK");
    let location = format!(
        "302 Found\r\nlocation: http://127.0.0.1:{}/",
        elsewhere.port
    );
    let location: &'static str = location.leak();
    let receiver = Receiver::start(move |n| if n == 0 { location } else { "silence" });
    let waits = QUICK.replace("retry = 0", "retry = 84");
    settings(&data, &waits);
    agency(&data, &receiver.url());
    data.issue(1, "ktp");
    data.run(&["outbox", "run"]);
    let waiting = rows(&data, "waiting");
    assert!(
        waiting[0].join(" ").ends_with("webhook answered 302"),
        "{waiting:?}"
    );
    assert!(elsewhere.got().is_empty());
    // Another agency, whose receiver never answers.
    settings(&data, &waits.replace("timeout = 20", "timeout = 1"));
    agency(&data, &receiver.url().replace("/hook", "/silent"));
    data.ok(&["revoke", &waiting_document(&data), "--reason", "uji"]);
    data.run(&["outbox", "run"]);
    let faults: Vec<_> = rows(&data, "waiting").iter().map(|r| r.join(" ")).collect();
    assert!(
        faults.iter().any(|f| f.ends_with("took too long")),
        "{faults:?}"
    );
}

/// The only document there is.
fn waiting_document(data: &Data) -> String {
    let server = data.serve();
    let token = data.officer("ID.3273", "signer");
    let list = server.get_as(&token, "/v1/documents").json();
    list["items"][0]["id"].as_str().unwrap().to_string()
}

#[test]
fn only_public_https_is_called() {
    let data = Data::with_people(1);
    let add = |url: &str| {
        data.run(&[
            "agency",
            "add",
            "--name",
            "X",
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
            url,
        ])
    };
    for url in [
        "http://10.0.0.1/",
        "ftp://x.example/",
        "http://bpjs.example/",
        "https://a:b@bpjs.example/",
    ] {
        let said = add(url);
        assert_eq!(said.code, 1, "{url}");
        assert!(said.err.contains("url: must be https"), "{}", said.err);
    }
    let receiver = Receiver::start(|_| "200 OK");
    // A name or number that leads into a private network is found out when it is called.
    let inside = format!("https://127.0.0.1:{}/", receiver.port);
    assert_eq!(add(&inside).code, 0);
    assert_eq!(add(&receiver.url()).code, 0);
    settings(
        &data,
        "[notify]\nretry = 84\n[web]\npublic_url = \"https://ikd.example\"\n",
    );
    assert_eq!(
        add(&receiver.url()).code,
        1,
        "http to this machine where the service is public"
    );
    data.issue(1, "ktp");
    data.run(&["outbox", "run"]);
    let faults: Vec<_> = rows(&data, "waiting").iter().map(|r| r.join(" ")).collect();
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(
        faults
            .iter()
            .any(|f| f.ends_with("the webhook's address may not be called")),
        "{faults:?}"
    );
    assert!(receiver.got().is_empty());
}
