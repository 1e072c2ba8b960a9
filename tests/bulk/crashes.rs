//! Workers that die, stall and race: everybody gets exactly one.

use crate::ground::*;
use std::process::{Child, Command};
use std::time::Duration;

const PEOPLE: u32 = 4_000;

fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-s", name, &id]).status();
    assert!(sent.unwrap().success());
}

fn issued(data: &crate::support::Data) -> u64 {
    status(data)["persons"]["issued"].as_u64().unwrap()
}

#[test]
fn kill_9_at_any_moment_and_resume() {
    let data = people(PEOPLE);
    data.ok(&["bulk", "plan", "--alone", "--kind", "ktp", "--chunk", "20"]);
    let done = || {
        data.base
            .numbers("SELECT COUNT(*) FROM bulk_chunks WHERE state = 'done'")[0]
    };
    let mut between = 0;
    for round in 0..20_u64 {
        let before = done();
        let mut child = worker(&data, "resume");
        while done() == before && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(2));
        }
        std::thread::sleep(Duration::from_millis(7 * (round % 5)));
        // One that was done before is killed in vain.
        let _ = child.kill();
        child.wait().unwrap();
        between += u32::from(done() < i64::from(PEOPLE / 20));
    }
    assert!(between > 0, "no kill came in the middle");
    let said = data.ok(&["bulk", "resume"]);
    assert!(said.out.contains("issued     4.000"), "{}", said.out);
    assert_eq!(check(&data), PEOPLE as usize);
    // There is nothing left to do, also for another job.
    data.ok(&["bulk", "run"]);
    data.ok(&["bulk", "plan", "--alone", "--kind", "ktp"]);
    data.ok(&["bulk", "run"]);
    let again = status(&data);
    assert_eq!(again["persons"]["skipped"], PEOPLE);
    assert_eq!(check(&data), PEOPLE as usize);
}

#[test]
fn two_workers_share_a_job() {
    let data = people(PEOPLE);
    data.ok(&["bulk", "plan", "--alone", "--kind", "ktp", "--chunk", "50"]);
    let workers = [worker(&data, "run"), worker(&data, "run")];
    for mut worker in workers {
        assert!(worker.wait().unwrap().code().is_some_and(|code| code < 2));
    }
    assert_eq!(status(&data)["state"], "done");
    assert_eq!(check(&data), PEOPLE as usize);
}

/// A worker that stood still while others took over its chunks cannot commit them any more, and goes on with others.
/// What it holds locked, it holds until it goes on (SQLite) or until its connection is given up (PostgreSQL).
#[test]
fn a_stalled_worker_loses_its_leases() {
    let data = people(PEOPLE);
    data.ok(&["bulk", "plan", "--alone", "--kind", "ktp", "--chunk", "50"]);
    let mut stalled = worker(&data, "run");
    while issued(&data) == 0 {
        std::thread::sleep(Duration::from_millis(10));
    }
    // It must stand still with chunks in hand.
    let mut leased = 0;
    for _ in 0..50 {
        signal(&stalled, "STOP");
        leased = status(&data)["chunks"]["leased"].as_i64().unwrap();
        if leased > 0 {
            break;
        }
        signal(&stalled, "CONT");
        std::thread::sleep(Duration::from_millis(3));
    }
    assert!(leased > 0, "it was never seen with a chunk in hand");
    let resumed = data.run(&["bulk", "resume"]);
    signal(&stalled, "CONT");
    stalled.wait().unwrap();
    if resumed.code == 0 {
        assert!(
            resumed.out.starts_with(&format!("freed {leased} ")),
            "{}",
            resumed.out
        );
        let again = "SELECT COUNT(*) FROM bulk_chunks WHERE attempt > 1";
        assert!(
            data.base.numbers(again)[0] > 0,
            "nobody took its chunks over"
        );
    }
    data.ok(&["bulk", "resume"]);
    assert_eq!(check(&data), PEOPLE as usize);
}
