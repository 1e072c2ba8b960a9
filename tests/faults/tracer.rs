//! strace, by which calls of other processes are watched and let fail.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Whether strace is there and may attach to processes that others began. Where CI demands it, it must be.
pub fn strace() -> bool {
    if may_attach() {
        return true;
    }
    let required = std::env::var("IKD_REQUIRE").unwrap_or_default();
    assert!(
        !required.split(',').any(|what| what == "strace"),
        "strace is required and does not work here"
    );
    eprintln!("SKIPPED: strace is not there or may not attach to a process");
    false
}

fn may_attach() -> bool {
    let Ok(mut other) = Command::new("sleep").arg("600").spawn() else {
        return false;
    };
    let tracer = Command::new("strace")
        .args(["-o", "/dev/null", "-p", &other.id().to_string()])
        .stderr(Stdio::null())
        .spawn();
    let attached = tracer.is_ok_and(|tracer| {
        let mut tracer = Tracer(tracer);
        let attached = tracer.is_attached(&[i64::from(other.id())]);
        tracer.let_go();
        attached
    });
    let _ = other.kill();
    let _ = other.wait();
    attached
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
        let mut tracer = Self(command.stderr(Stdio::null()).spawn().unwrap());
        assert!(tracer.is_attached(pids), "strace does not attach");
        tracer
    }

    /// Waits until all of them are watched, while it lives, and a minute at most.
    fn is_attached(&mut self, pids: &[i64]) -> bool {
        for _ in 0..3_000 {
            if pids.iter().all(|pid| watched(*pid)) {
                return true;
            }
            if !matches!(self.0.try_wait(), Ok(None)) {
                return false;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
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
fn watched(pid: i64) -> bool {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task"));
    let mut threads = threads.into_iter().flatten().flatten().peekable();
    threads.peek().is_some()
        && threads.all(|thread| {
            let status = std::fs::read_to_string(thread.path().join("status"));
            !status.unwrap_or_default().contains("TracerPid:\t0\n")
        })
}
