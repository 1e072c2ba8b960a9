//! What acknowledges nothing falsely and loses nothing acknowledged: the process killed under load, each write and each
//! wait for the disk failing in turn, and the order of disk and answer.
//!
//! A few rounds of each by default; `ROUNDS=1000` and `EVERY=1` for all of it. What is injected is injected by strace.

mod injected;
mod kills;
#[allow(dead_code, reason = "shared with the tests of the service")]
#[path = "../service/support.rs"]
mod support;
mod synced;

/// A number from the environment.
fn setting(name: &str, default: u32) -> u32 {
    let set = std::env::var(name).ok();
    set.map_or(default, |text| text.parse().expect("a number"))
}

/// Whether strace is there and may look into other processes. Where CI demands it, it must be.
fn strace() -> bool {
    let tried = std::process::Command::new("strace")
        .args(["-f", "-o", "/dev/null", "true"])
        .output();
    if tried.is_ok_and(|output| output.status.success()) {
        return true;
    }
    let required = std::env::var("IKD_REQUIRE").unwrap_or_default();
    assert!(
        !required.split(',').any(|what| what == "strace"),
        "strace is required and does not work here"
    );
    eprintln!("SKIPPED: strace is not there or may not trace");
    false
}
