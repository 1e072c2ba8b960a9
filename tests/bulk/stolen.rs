//! What a stolen key has signed is issued anew exactly once, whenever the command dies.

use crate::ground::*;
use crate::support::Data;
use std::process::Stdio;
use std::time::Duration;

const PEOPLE: u32 = 6_000;

/// Chunks of the job that issues anew.
const CHUNKS: i64 = PEOPLE as i64 / 2_000;

/// Takes the key in use for stolen with a command that is killed again and again, and at last is not. How many of the
/// kills came between two chunks.
fn compromise(data: &Data) -> u32 {
    data.ok(&["keys", "add", "--office", "ID.3273", "--standby"]);
    data.ok(&["trust", "publish"]);
    let list = data.ok(&["keys", "list"]).out;
    let line = list
        .lines()
        .find(|l| l.contains(" issuer ") && l.contains(" active "));
    let kid = line.unwrap().split_whitespace().next().unwrap().to_string();
    let done = || {
        data.base.numbers(
            "SELECT COUNT(*) FROM bulk_chunks WHERE state = 'done' AND from_id IS NOT NULL",
        )[0]
    };
    let (begun, mut between) = (done(), 0);
    for round in 0..8_u64 {
        let before = done();
        let mut command = data.command();
        command.args(["keys", "compromise", &kid]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        // Every other time at once when there is another chunk; else at moments spread over the work.
        if round % 2 == 0 {
            std::thread::sleep(Duration::from_millis(150 + 200 * round));
        } else {
            while done() == before && child.try_wait().unwrap().is_none() {
                std::thread::sleep(Duration::from_millis(2));
            }
        }
        let _ = child.kill();
        child.wait().unwrap();
        between += u32::from((1..CHUNKS).contains(&(done() - begun)));
    }
    data.ok(&["keys", "compromise", &kid]);
    between
}

#[test]
fn kill_9_at_any_moment_and_the_same_command_goes_on() {
    let data = people(PEOPLE);
    data.ok(&["bulk", "plan", "--alone", "--kind", "ktp"]);
    data.ok(&["bulk", "run"]);
    // How fast the machine is decides whether a kill comes in the middle: where none did, the next key is stolen too.
    let mut stolen = 1;
    while compromise(&data) == 0 {
        assert!(stolen < 5, "no kill came between two chunks");
        stolen += 1;
    }
    let count = |what: &str| data.base.numbers(&format!("SELECT COUNT(*) FROM {what}"))[0];
    let people = i64::from(PEOPLE);
    assert_eq!(count("documents WHERE state = 'active'"), people);
    let ended = people * stolen;
    assert_eq!(count("documents WHERE state = 'superseded'"), ended);
    assert_eq!(count("documents WHERE superseded_by IS NOT NULL"), ended);
    let twice = "(SELECT 1 FROM documents WHERE state = 'active' GROUP BY kind, subject HAVING COUNT(*) > 1) t";
    assert_eq!(count(twice), 0);
    let places =
        "(SELECT 1 FROM documents GROUP BY status_list, status_index HAVING COUNT(*) > 1) t";
    assert_eq!(count(places), 0);
    assert_eq!(count("audit WHERE action = 'document.supersede'"), ended);
    assert_eq!(count("changes WHERE change = 'superseded'"), ended);
    assert_eq!(count("audit WHERE action = 'key.empty'"), stolen);
    let said = data.ok(&["audit", "verify"]);
    assert!(said.out.contains("in order"), "{}", said.out);
}
