//! What a stolen key has signed is issued anew exactly once, whenever the command dies.

use crate::ground::*;
use std::process::Stdio;
use std::time::Duration;

const PEOPLE: u32 = 6_000;

#[test]
fn kill_9_at_any_moment_and_the_same_command_goes_on() {
    let data = people(PEOPLE);
    data.ok(&["keys", "add", "--office", "ID.3273", "--standby"]);
    data.ok(&["trust", "publish"]);
    data.ok(&["bulk", "plan", "--alone", "--kind", "ktp"]);
    data.ok(&["bulk", "run"]);
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
    let mut between = 0;
    for round in 0..8_u64 {
        let mut command = data.command();
        command.args(["keys", "compromise", &kid]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        std::thread::sleep(Duration::from_millis(150 + 400 * round));
        let _ = child.kill();
        child.wait().unwrap();
        between += u32::from((1..i64::from(PEOPLE).div_euclid(2_000)).contains(&done()));
    }
    // How fast the machine is decides whether a kill came in the middle; what is true is true in any case.
    eprintln!("{between} kills came between two chunks");
    data.ok(&["keys", "compromise", &kid]);
    let count = |what: &str| data.base.numbers(&format!("SELECT COUNT(*) FROM {what}"))[0];
    let people = i64::from(PEOPLE);
    assert_eq!(count("documents WHERE state = 'active'"), people);
    assert_eq!(count("documents WHERE state = 'superseded'"), people);
    assert_eq!(count("documents WHERE superseded_by IS NOT NULL"), people);
    let twice = "(SELECT 1 FROM documents WHERE state = 'active' GROUP BY kind, subject HAVING COUNT(*) > 1) t";
    assert_eq!(count(twice), 0);
    let places =
        "(SELECT 1 FROM documents GROUP BY status_list, status_index HAVING COUNT(*) > 1) t";
    assert_eq!(count(places), 0);
    assert_eq!(count("audit WHERE action = 'document.supersede'"), people);
    assert_eq!(count("changes WHERE change = 'superseded'"), people);
    assert_eq!(count("audit WHERE action = 'key.empty'"), 1);
    let said = data.ok(&["audit", "verify"]);
    assert!(said.out.contains("in order"), "{}", said.out);
}
