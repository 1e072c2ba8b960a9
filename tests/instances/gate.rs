//! Somebody who owns the database writes a revocation away while all instances publish.

use crate::fleet::{self, Fleet, SIZE, nik};
use credential::status_list::Status;
use credential::status_source::{Lookup, StatusLists, StatusSource};
use std::sync::atomic::{AtomicBool, Ordering};

fn forge(fleet: &Fleet, sql: &str) {
    fleet.change("ALTER TABLE documents DISABLE TRIGGER USER");
    assert!(fleet.change(sql) > 0, "{sql}");
    fleet.change("ALTER TABLE documents ENABLE TRIGGER USER");
}

/// What an instance hands out of an index.
fn status(fleet: &Fleet, i: usize, uri: &str, index: u32) -> Status {
    let mut lists = StatusLists::default();
    lists.add(&fleet.list(i, uri), fleet.trust()).unwrap();
    match lists.status("ID.3273", uri, index) {
        Lookup::Found { status, .. } => status,
        other => panic!("{other:?}"),
    }
}

#[test]
fn no_publisher_drops_a_revocation_however_many_publish() {
    let Some(fleet) = crate::fleet(40) else {
        return;
    };
    let token = fleet.officer("signer");
    let issued: Vec<(String, String, u32)> = (1..=40)
        .map(|n| {
            let body = format!(r#"{{"nik":"{}","kind":"ktp"}}"#, nik(n));
            let answer = fleet.post(&token, "/v1/documents", &body);
            assert_eq!(answer.status, 201, "{}", answer.text());
            let document = answer.json()["document"].clone();
            let text = |value: &serde_json::Value| value.as_str().unwrap().to_string();
            let index = document["status"]["idx"].as_u64().unwrap() as u32;
            (
                text(&document["id"]),
                text(&document["status"]["uri"]),
                index,
            )
        })
        .collect();
    let revoke = |n: usize| {
        let path = format!("/v1/documents/{}/revoke", issued[n].0);
        fleet.post(&token, &path, r#"{"reason":"lost"}"#)
    };
    assert_eq!(revoke(0).status, 200);
    let (id, uri, index) = &issued[0];
    let (hex, done) = (id.replace('-', ""), AtomicBool::new(false));
    std::thread::scope(|scope| {
        // Whatever any instance hands out at any moment says it is revoked.
        let watching = scope.spawn(|| {
            let mut looks = 0;
            while !done.load(Ordering::Relaxed) {
                for i in 0..SIZE {
                    assert_eq!(status(&fleet, i, uri, *index), Status::Revoked);
                    looks += 1;
                }
            }
            looks
        });
        forge(
            &fleet,
            &format!(
                "UPDATE documents SET state = 'active', reason = NULL WHERE id = decode('{hex}', 'hex')"
            ),
        );
        // The others are revoked meanwhile, at all instances at once, and commands publish besides.
        std::thread::scope(|all| {
            for lane in 0..3 {
                let revoke = &revoke;
                all.spawn(move || {
                    for n in (1 + lane..40).step_by(3) {
                        let answer = revoke(n);
                        assert_eq!(answer.status, 202, "{}", answer.text());
                    }
                });
            }
            for _ in 0..2 {
                all.spawn(|| (0..3).for_each(|_| drop(fleet.run(&["status", "publish"]))));
            }
        });
        done.store(true, Ordering::Relaxed);
        assert!(watching.join().unwrap() > 0);
    });
    let held = fleet.run(&["status", "held"]);
    assert!(held.contains("1 indexes of"), "{held}");
    assert_eq!(
        fleet.numbers("SELECT COUNT(*) FROM audit WHERE action = 'publish.hold'"),
        [1]
    );
    assert_eq!(status(&fleet, 0, uri, issued[1].2), Status::Valid);
    // Mended, it goes out with all that waited.
    forge(
        &fleet,
        &format!(
            "UPDATE documents SET state = 'revoked', reason = 'lost' WHERE id = decode('{hex}', 'hex')"
        ),
    );
    fleet.ok(&["status", "publish"]);
    std::thread::sleep(fleet::CHECKED * 2);
    for (_, uri, index) in &issued {
        assert_eq!(status(&fleet, 1, uri, *index), Status::Revoked);
    }
}
