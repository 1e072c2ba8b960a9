//! Each write and each wait for the disk fails in turn: with EIO, with ENOSPC, and with the death of the process. Whatever
//! was acknowledged is there afterwards, and the check of the database is clean.

use crate::support::database::Base;
use crate::support::*;
use crate::tracer::strace;
use crate::{CALLS, FAULTS, setting};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// An act on the command line; its exit code 0 is the acknowledgement.
struct Case {
    name: &'static str,
    args: Vec<String>,
    /// What must hold where it was acknowledged: a query, and its number.
    then: (String, i64),
}

#[test]
fn no_failing_write_is_acknowledged_or_breaks_the_database() {
    if !strace() {
        return;
    }
    let every = setting("EVERY", 11) as usize;
    let data = Data::with_people(4);
    if !matches!(data.base, Base::Sqlite(_)) {
        // What fails are the writes of the process that holds the file.
        return;
    }
    let id = data.issue(1, "ktp");
    let blob = data.base.blob(&id);
    let active = "SELECT COUNT(*) FROM documents WHERE state = 'active'".to_string();
    let text = |words: &[&str]| words.iter().map(|w| w.to_string()).collect::<Vec<_>>();
    let out = data.path("card.png");
    let cases = [
        Case {
            name: "issue",
            args: text(&["issue", "--nik", &nik(2), "--kind", "ktp", "--out", &out]),
            then: (active, 2),
        },
        Case {
            name: "revoke",
            args: text(&["revoke", &id, "--reason", "uji"]),
            then: (
                format!("SELECT COUNT(*) FROM documents WHERE id = {blob} AND state = 'revoked'"),
                1,
            ),
        },
        Case {
            name: "publish",
            args: text(&["trust", "publish"]),
            then: (
                "SELECT CAST(MAX(version) AS BIGINT) FROM trust_lists".into(),
                2,
            ),
        },
    ];
    let before = tempfile::tempdir().unwrap();
    let whole = data.dir.path().join("data");
    copy(&whole, before.path());
    let (mut tried, mut met, mut acknowledged) = (0, 0, 0);
    for case in &cases {
        let calls = counted(&data, case);
        back(before.path(), &whole);
        let mut n = 0;
        for (call, count) in &calls {
            for when in 1..=*count {
                for fault in FAULTS {
                    n += 1;
                    if n % every != 0 {
                        continue;
                    }
                    let place = format!("{} {call} {when} {fault}", case.name);
                    let code = with(&data, case, &format!("inject={call}:{fault}:when={when}"));
                    tried += 1;
                    let log = std::fs::read_to_string(data.file("strace.log")).unwrap();
                    let was_met = log.contains("(INJECTED)") || log.contains("killed by SIGKILL");
                    met += usize::from(was_met);
                    if code == Some(0) {
                        acknowledged += 1;
                        let (sql, number) = &case.then;
                        assert_eq!(data.base.numbers(sql), [*number], "{place}: acknowledged");
                    }
                    let said = data.run(&["audit", "verify"]);
                    assert_eq!(said.code, 0, "{place}\n{}{}", said.out, said.err);
                    // And it goes on: the same once more is done, or was done.
                    let again = data.command().args(&case.args).output().unwrap();
                    let words = String::from_utf8_lossy(&again.stderr).into_owned();
                    let done = again.status.success()
                        || words.contains("in force already")
                        || words.contains("the document is");
                    assert!(done, "{place}: {words}");
                    data.ok(&["audit", "verify"]);
                    back(before.path(), &whole);
                }
            }
        }
        eprintln!("{}: {calls:?}", case.name);
    }
    eprintln!("{met} of {tried} faults met, {acknowledged} acts acknowledged all the same");
    assert!(met > 0 && met * 2 >= tried, "faults that nobody met");
}

/// How often one thread of the act makes each of the calls, at most: strace counts for each thread.
fn counted(data: &Data, case: &Case) -> Vec<(String, usize)> {
    let log = data.file("strace.log");
    let status = traced(data, case, &log, &format!("trace={CALLS}"));
    assert_eq!(status, Some(0), "{}", case.name);
    let text = std::fs::read_to_string(&log).unwrap();
    let name = |call: &str| {
        let mut by_thread = BTreeMap::new();
        let word = format!(" {call}(");
        for line in text.lines().filter(|line| line.contains(&word)) {
            *by_thread.entry(line.split(' ').next()).or_insert(0) += 1;
        }
        by_thread.into_values().max().unwrap_or(0)
    };
    let all = CALLS.split(',').map(|call| (call.to_string(), name(call)));
    all.filter(|(_, count)| *count > 0).collect()
}

fn with(data: &Data, case: &Case, inject: &str) -> Option<i32> {
    traced(data, case, &data.file("strace.log"), inject)
}

fn traced(data: &Data, case: &Case, log: &Path, expression: &str) -> Option<i32> {
    let plain = data.command();
    let mut command = Command::new("strace");
    command.args(["-f", "-o"]).arg(log).args(["-e", expression]);
    command
        .arg("--")
        .arg(plain.get_program())
        .args(plain.get_args())
        .args(&case.args);
    command
        .env_clear()
        .envs(plain.get_envs().filter_map(|(k, v)| Some((k, v?))));
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.output().unwrap().status.code()
}

fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp")
        .arg("-a")
        .arg(from.join("."))
        .arg(to)
        .status();
    assert!(status.unwrap().success());
}

/// The data directory as it was.
fn back(before: &Path, whole: &Path) {
    std::fs::remove_dir_all(whole).unwrap();
    std::fs::create_dir(whole).unwrap();
    copy(before, whole);
}
