//! The whole story and the public pages in a real browser, Debian's Chromium driven by playwright-core. What is looked
//! at and how stands in tests/browser; this decides whether it can run here, runs it, and shows what it said.

#[path = "../service/support.rs"]
#[allow(dead_code, reason = "shared with tests/service")]
mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use support::Data;

fn works(program: &str) -> bool {
    let said = Command::new(program).arg("--version").output();
    said.is_ok_and(|said| said.status.success())
}

/// Whether a browser can be driven here. Where it is required, whatever is missing is an error.
fn can_browse() -> bool {
    let modules = folder().join("node_modules/playwright-core");
    let missing = [
        (!works("node"), "node"),
        (!works("chromium"), "chromium (apt-get install chromium)"),
        (
            !modules.exists(),
            "playwright-core (npm ci in tests/browser)",
        ),
        (
            !works("pdftoppm") && !has_pdftoppm(),
            "pdftoppm (apt-get install poppler-utils)",
        ),
    ];
    let missing: Vec<&str> = missing
        .into_iter()
        .filter(|(is, _)| *is)
        .map(|(_, what)| what)
        .collect();
    let required = std::env::var("IKD_REQUIRE").unwrap_or_default();
    let required = required.split(',').any(|what| what == "chromium");
    assert!(
        !required || missing.is_empty(),
        "required and not there: {}",
        missing.join(", ")
    );
    if !missing.is_empty() {
        eprintln!(
            "SKIPPED: no browser is driven without {}",
            missing.join(", ")
        );
    }
    missing.is_empty()
}

/// Its `--version` ends with an error in old releases.
fn has_pdftoppm() -> bool {
    Command::new("pdftoppm").arg("-v").output().is_ok()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser")
}

fn node(script: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(script).current_dir(folder());
    if let Some(shots) = std::env::var_os("IKD_SHOTS") {
        command.env("IKD_SHOTS", shots);
    }
    command
}

fn run(mut command: Command) {
    let said = command.output().unwrap();
    let text = String::from_utf8_lossy(&said.stdout);
    let errors = String::from_utf8_lossy(&said.stderr);
    println!("{text}");
    assert!(said.status.success(), "{text}\n{errors}");
}

/// One browser test at a time: cameras and clocks of several would starve each other.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A script that makes what it needs, an office too.
fn with_own_office(script: &str) {
    if !can_browse() {
        return;
    }
    let _alone = alone();
    let mut command = node(script);
    command.env("IKD_BIN", env!("CARGO_BIN_EXE_ikd"));
    run(command);
}

#[test]
fn the_engine_in_its_worker() {
    with_own_office("engine.mjs");
}

#[test]
fn the_scanner() {
    with_own_office("scanner.mjs");
}

#[test]
fn the_wallet() {
    with_own_office("wallet.mjs");
}

#[test]
fn phone_to_phone() {
    with_own_office("phone-to-phone.mjs");
}

#[test]
fn the_whole_story() {
    if !can_browse() {
        return;
    }
    let _alone = alone();
    let ikd = Path::new(env!("CARGO_BIN_EXE_ikd"));
    let verify = ikd.with_file_name("ikd-verify");
    assert!(
        verify.exists(),
        "build the verifier's command first: cargo build -p ikd-verifier"
    );
    let mut command = node("story.mjs");
    command.env("IKD_BIN", ikd).env("IKD_VERIFY", verify);
    run(command);
}

#[test]
fn public_pages_break_no_rule_of_accessibility() {
    if !can_browse() {
        return;
    }
    let _alone = alone();
    let data = Data::with_people(1);
    let server = data.serve();
    let mut command = node("axe.mjs");
    command.env("IKD_URL", &server.base);
    run(command);
}
