//! strace, by which calls of other processes are watched and let fail.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Whether strace is there and may look into other processes. Where CI demands it, it must be.
pub fn strace() -> bool {
    let tried = Command::new("strace")
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

/// One that is attached to processes that run.
pub struct Tracer(Child);

impl Tracer {
    /// Attaches to processes with all their threads, and is attached when this returns.
    pub fn attach(pids: &[i64], options: &[&str], log: &Path) -> Self {
        let mut command = Command::new("strace");
        command.arg("-f").args(options).arg("-o").arg(log);
        for pid in pids {
            command.args(["-p", &pid.to_string()]);
        }
        let tracer = command.stderr(Stdio::null()).spawn().unwrap();
        for _ in 0..200 {
            if pids.iter().all(|pid| traced(*pid)) {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Self(tracer)
    }

    /// Lets go of the processes before it ends.
    pub fn let_go(mut self) {
        let _ = Command::new("kill")
            .args(["-INT", &self.0.id().to_string()])
            .status();
        let _ = self.0.wait();
    }
}

/// Whether each thread of a process is watched.
fn traced(pid: i64) -> bool {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task"));
    threads.into_iter().flatten().flatten().all(|thread| {
        let status = std::fs::read_to_string(thread.path().join("status")).unwrap_or_default();
        !status.contains("TracerPid:\t0\n")
    })
}
