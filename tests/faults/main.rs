//! What acknowledges nothing falsely and loses nothing acknowledged: the process killed under load, each write and each
//! wait for the disk failing in turn, and the order of disk and answer.
//!
//! A few rounds of each by default; `ROUNDS=1000` and `EVERY=1` for all of it. What is injected is injected by strace.

mod injected;
mod kills;
mod served;
#[allow(dead_code, reason = "shared with the tests of the service")]
#[path = "../service/support.rs"]
mod support;
mod synced;
mod tracer;

/// Where the database reaches the disk, or names change. Not `write`, with which threads wake each other: one that fails is
/// waited for without end.
const CALLS: &str = "pwrite64,pwritev,fallocate,fsync,fdatasync,ftruncate,rename,renameat,renameat2,unlink,unlinkat";

/// How each of them fails.
const FAULTS: [&str; 3] = ["error=EIO", "error=ENOSPC", "signal=KILL"];

/// A number from the environment.
fn setting(name: &str, default: u32) -> u32 {
    let set = std::env::var(name).ok();
    set.map_or(default, |text| text.parse().expect("a number"))
}
