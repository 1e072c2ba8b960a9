//! The verifier never opens a socket: nothing in its tree could, and it works where there is no network.

mod support;

use std::process::Command;
use support::Machine;
use support::office::{NOW, Office, claims, ktp};

#[test]
fn its_dependencies_know_no_network() {
    let mut command = Command::new(env!("CARGO"));
    command.args([
        "tree",
        "--offline",
        "-p",
        "ikd-verifier",
        "-e",
        "normal,build",
        "--prefix",
        "none",
        "-f",
        "{lib}",
    ]);
    let output = command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let tree = String::from_utf8(output.stdout).unwrap();
    assert!(tree.lines().count() > 20, "{tree}");
    for banned in [
        "tokio",
        "async_std",
        "smol",
        "mio",
        "socket2",
        "sqlx",
        "axum",
        "hyper",
        "reqwest",
        "ureq",
        "rustls",
        "openssl",
        "native_tls",
        "curl",
    ] {
        assert!(
            !tree.lines().any(|line| line.trim() == banned),
            "{banned} is in the tree"
        );
    }
}

#[test]
fn what_only_an_issuer_needs_is_not_in_it() {
    let mut command = Command::new(env!("CARGO"));
    command.args([
        "tree",
        "--offline",
        "-p",
        "ikd-verifier",
        "-e",
        "normal,features",
        "-i",
        "ikd-credential",
    ]);
    let output = command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let tree = String::from_utf8(output.stdout).unwrap();
    assert!(
        tree.contains("ikd-verifier") && !tree.contains("feature \"issue\""),
        "{tree}"
    );
}

#[test]
fn it_works_with_the_network_cut_off() {
    let office = Office::default();
    let machine = Machine::with(&office);
    let text = office.issue(&claims(ktp()));
    let at = format!("@{NOW}");
    let command = machine.command(&["--at", &at, "text", &text]);
    let cut_off = |program: &str, args: &[&str]| {
        let mut cut = Command::new(program);
        cut.args(args)
            .arg(command.get_program())
            .args(command.get_args());
        cut.current_dir(machine.path()).output()
    };
    let works = Command::new("unshare").args(["-rn", "true"]).status();
    if works.is_ok_and(|status| status.success()) {
        let output = cut_off("unshare", &["-rn"]).unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    } else {
        eprintln!("skipped: unshare -n is not allowed here");
    }
    // No socket at all, of any family.
    let works = Command::new("strace")
        .args(["-f", "-e", "trace=network", "true"])
        .output();
    if works.is_ok_and(|output| output.status.success()) {
        let output = cut_off("strace", &["-f", "-e", "trace=network"]).unwrap();
        let calls = String::from_utf8(output.stderr).unwrap();
        assert!(
            !calls.contains("socket(") && !calls.contains("connect("),
            "{calls}"
        );
    } else {
        eprintln!("skipped: strace is not allowed here");
    }
}
