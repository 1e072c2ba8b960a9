//! The way back from a backup, by the commands of docs/OPERATIONS.md.

use crate::catalogue::root;
use std::path::Path;
use std::process::Command;

fn drill(engine: &str) {
    let ikd = env!("CARGO_BIN_EXE_ikd");
    // The verifier is built beside it, by the same `cargo test --workspace`.
    let verify = Path::new(ikd).with_file_name("ikd-verify");
    assert!(verify.exists(), "build it first: cargo build --workspace");
    let output = Command::new(root("tests/operations/drill"))
        .args([ikd, verify.to_str().unwrap(), engine])
        .env_remove("IKD_DATA")
        .env_remove("DATABASE_URL")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let failed = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{failed}");
    assert!(said.ends_with("-- done\n"), "{said}{failed}");
}

#[test]
fn sqlite_comes_back() {
    drill("sqlite");
}

#[test]
fn postgres_comes_back_as_of_a_moment() {
    let there = std::fs::read_dir("/usr/lib/postgresql").is_ok()
        || Command::new("pg_ctl").arg("--version").output().is_ok();
    if !there {
        let required = std::env::var("IKD_REQUIRE").unwrap_or_default();
        assert!(
            !required.split(',').any(|one| one == "postgres"),
            "PostgreSQL is required and not there"
        );
        eprintln!("SKIPPED: PostgreSQL is not installed");
        return;
    }
    drill("postgres");
}
