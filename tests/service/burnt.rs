//! What a killed process may have signed: known by its place, revoked, and never stored afterwards.

use crate::support::*;
use credential::status_list::Status;
use credential::status_source::{Lookup, StatusSource};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

const OVER: &str = "UPDATE reservations SET until = 0";
const BURNT: &str = "SELECT COUNT(*) FROM burnt_indexes";
const BOTH: &str = "SELECT COUNT(*) FROM burnt_indexes AS b JOIN documents AS d \
    ON d.status_list = b.status_list AND d.status_index = b.status_index";

/// The people whose cards are asked for while something happens; those after them are nobody's yet, however fast it goes.
const ASKED: u32 = 4_000;
/// Servers that are killed one after the other.
const ROUNDS: u32 = 10;

/// Cards for people from a counter on, thirty at the same time, until the server is gone or nobody up to `last` is left.
fn ask(server: &Server, token: &str, next: &AtomicU32, last: u32) {
    std::thread::scope(|scope| {
        for _ in 0..30 {
            scope.spawn(|| {
                loop {
                    let n = next.fetch_add(1, Relaxed);
                    if n > last {
                        return;
                    }
                    let body = format!(r#"{{"nik":"{}","kind":"ktp"}}"#, nik(n));
                    match server.try_post(token, "/v1/documents", &body) {
                        Ok(answer) if answer.status == 201 => {}
                        // A server that is busy is not gone; the next one is asked for a little later.
                        Ok(_) => std::thread::sleep(Duration::from_millis(50)),
                        Err(_) => return,
                    }
                }
            });
        }
    });
}

#[test]
fn every_place_of_a_killed_process_is_a_documents_or_revoked() {
    let data = Data::with_people(ASKED + 1);
    let token = data.officer("ID.3273", "signer");
    let next = AtomicU32::new(1);
    let number = |sql: &str| data.base.numbers(sql)[0];
    // A server that was slow may have reserved no more than it stored: nothing is burnt then, and another is killed.
    let told = (0..ROUNDS).any(|round| {
        let mut server = data.serve();
        // Each has people of its own: the ones before it may have gone through all of theirs.
        let begun = ASKED / ROUNDS * round + 1;
        next.store(begun, Relaxed);
        std::thread::scope(|scope| {
            scope.spawn(|| ask(&server, &token, &next, ASKED / ROUNDS * (round + 1)));
            let asked = (0..60_000).any(|_| {
                std::thread::sleep(Duration::from_millis(2));
                next.load(Relaxed) >= begun + 200
            });
            server.signal("KILL");
            assert!(asked, "too few were issued");
        });
        let _ = server.child.wait();
        // Nobody gives up what may still be stored.
        data.ok(&["status", "publish"]);
        assert_eq!(number(BURNT), 0);
        let over = data.base.change(OVER).unwrap();
        let said = data.ok(&["status", "publish"]);
        over > 0 && said.err.contains("they are revoked")
    });
    assert!(told, "ten were killed with nothing in reserve");
    let reserved =
        number("SELECT CAST(SUM(used) AS BIGINT) FROM status_lists WHERE seed IS NOT NULL");
    let stored = number(
        "SELECT COUNT(*) FROM documents WHERE status_list IN (SELECT id FROM status_lists WHERE seed IS NOT NULL)",
    );
    let burnt = number(BURNT);
    assert!(burnt > 0 && stored > 0, "{burnt} burnt, {stored} stored");
    assert_eq!(burnt + stored, reserved);
    assert_eq!(number(BOTH), 0);
    assert_eq!(number("SELECT COUNT(*) FROM reservations"), 0);
    let bundle = data.bundle();
    let uri = data
        .base
        .texts("SELECT uri FROM status_lists WHERE seed IS NOT NULL")
        .remove(0);
    for index in data.base.numbers("SELECT status_index FROM burnt_indexes") {
        let found = bundle.statuses.status("ID.3273", &uri, index as u32);
        let revoked = matches!(
            found,
            Lookup::Found {
                status: Status::Revoked,
                ..
            }
        );
        assert!(revoked, "{index}: {found:?}");
    }
    data.ok(&["audit", "verify"]);
    let server = data.serve();
    server.issue(&token, ASKED + 1);
    data.ok(&["audit", "verify"]);
}

#[test]
fn nothing_is_stored_under_what_was_given_up() {
    let data = Data::with_people(ASKED + 1);
    let token = data.officer("ID.3273", "signer");
    let server = data.serve();
    let next = AtomicU32::new(1);
    let number = |sql: &str| data.base.numbers(sql)[0];
    std::thread::scope(|scope| {
        scope.spawn(|| ask(&server, &token, &next, ASKED));
        for round in 0..200 {
            if round >= 20 && number(BURNT) > 0 {
                break;
            }
            std::thread::sleep(Duration::from_millis(60));
            let _ = data.base.change(OVER);
            data.ok(&["status", "publish"]);
        }
        next.store(ASKED, Relaxed);
    });
    assert!(number(BURNT) > 0, "nothing was given up");
    assert_eq!(number(BOTH), 0);
    // The server goes on with places that nobody took from it.
    server.issue(&token, ASKED + 1);
    data.ok(&["audit", "verify"]);
}
