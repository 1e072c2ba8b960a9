//! Workers that die, stall and race: everybody gets exactly one.

use crate::ground::*;
use crate::support::Data;
use std::collections::{HashMap, HashSet};
use std::process::{Child, Command};
use std::time::Duration;

const PEOPLE: u32 = 4_000;

fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-s", name, &id]).status();
    assert!(sent.unwrap().success());
}

fn issued(data: &Data) -> u64 {
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

/// People of one job, of several after the other.
const SOME: u32 = 1_500;
/// Jobs that are tried until one of them goes as a test needs it, which the machine decides.
const JOBS: u32 = 5;
const NEWEST: &str = "job = (SELECT id FROM bulk_jobs ORDER BY id DESC LIMIT 1)";

/// Plans the n-th job, for people of its own. How many there are then.
fn plan(data: &Data, n: u32) -> usize {
    let rows: Vec<String> = (n * SOME..(n + 1) * SOME).map(row_of).collect();
    import(data, &rows);
    data.ok(&["bulk", "plan", "--alone", "--kind", "ktp", "--chunk", "20"]);
    (n as usize + 1) * rows.len()
}

/// Who had which chunks of the newest job, each with the number of its lease.
fn leases(data: &Data) -> Vec<(String, String)> {
    let rows = data.base.texts(&format!(
        "SELECT CAST(number AS TEXT) || '/' || CAST(attempt AS TEXT) || ' ' || worker FROM bulk_chunks \
         WHERE state = 'leased' AND {NEWEST}"
    ));
    let split = |row: &String| {
        row.split_once(' ')
            .map(|(c, w)| (c.to_string(), w.to_string()))
    };
    rows.iter().filter_map(split).collect()
}

#[test]
fn two_workers_share_a_job() {
    let data = Data::new();
    let both = (0..JOBS).any(|n| {
        let people = plan(&data, n);
        let mut workers = [worker(&data, "run"), worker(&data, "run")];
        let mut seen: HashMap<String, String> = HashMap::new();
        while workers
            .iter_mut()
            .any(|worker| worker.try_wait().unwrap().is_none())
        {
            seen.extend(leases(&data));
            std::thread::sleep(Duration::from_millis(2));
        }
        for mut worker in workers {
            assert!(worker.wait().unwrap().code().is_some_and(|code| code < 2));
        }
        assert_eq!(status(&data)["state"], "done");
        assert_eq!(check(&data), people);
        // A chunk was done under its last lease.
        let done = data.base.texts(&format!(
            "SELECT CAST(number AS TEXT) || '/' || CAST(attempt AS TEXT) FROM bulk_chunks \
             WHERE state = 'done' AND {NEWEST}"
        ));
        let who: HashSet<&String> = done.iter().filter_map(|chunk| seen.get(chunk)).collect();
        who.len() == 2
    });
    assert!(both, "one worker did each of {JOBS} jobs alone");
}

/// A worker that stood still while others took over its chunks cannot commit them any more, and goes on with others.
/// What it holds locked, it holds until it goes on (SQLite) or until its connection is given up (PostgreSQL): then
/// nobody takes its chunks over, and it has to stand still at another moment.
#[test]
fn a_stalled_worker_loses_its_leases() {
    let data = Data::new();
    let taken_over = (0..JOBS).any(|n| {
        let people = plan(&data, n);
        let mut stalled = worker(&data, "run");
        while issued(&data) == 0 && stalled.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(10));
        }
        let mut taken_over = false;
        while !taken_over && stalled.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(3));
            signal(&stalled, "STOP");
            // It must stand still with chunks in hand.
            let leased = status(&data)["chunks"]["leased"].as_i64().unwrap();
            if leased > 0 {
                let resumed = data.run(&["bulk", "resume"]);
                taken_over = resumed.code == 0 && were_freed(&data, &resumed.out, leased);
            }
            signal(&stalled, "CONT");
        }
        stalled.wait().unwrap();
        data.ok(&["bulk", "resume"]);
        assert_eq!(check(&data), people);
        taken_over
    });
    assert!(
        taken_over,
        "nobody took over a chunk of one that stood still"
    );
}

/// Whether somebody else did chunks of the one that stands still.
fn were_freed(data: &Data, said: &str, leased: i64) -> bool {
    let freed = said
        .strip_prefix("freed ")
        .and_then(|rest| rest.split(' ').next());
    let freed: i64 = freed.and_then(|n| n.parse().ok()).expect(said);
    // PostgreSQL may still have ended one whose end was under way.
    assert!(freed <= leased, "{said}");
    let again = format!("SELECT COUNT(*) FROM bulk_chunks WHERE attempt > 1 AND {NEWEST}");
    let again = data.base.numbers(&again)[0];
    assert!(again >= freed, "nobody took its chunks over");
    freed > 0
}
