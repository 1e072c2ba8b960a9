//! Workers, some of which are killed.

use ikd::clock::Stopwatch;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// What it took.
pub struct Work {
    /// Seconds that a worker ran, from its start to its end.
    pub elapsed: f64,
    /// Most memory that any had, kB.
    pub peak_kb: u64,
}

/// Runs workers until the job is done.
pub fn work(ikd: &dyn Fn() -> Command, kills: u64) -> Work {
    let mut work = Work {
        elapsed: 0.0,
        peak_kb: 0,
    };
    for round in 0..=kills {
        let watch = Stopwatch::start();
        let mut command = ikd();
        command.args(["bulk", "resume"]).stdout(Stdio::null());
        let mut child = command.spawn().expect("ikd");
        // Each is killed at another moment of its chunks.
        let life = Duration::from_millis(1_500 + 137 * (round % 9));
        while child.try_wait().expect("a child").is_none() {
            work.peak_kb = work.peak_kb.max(peak(&child));
            if round < kills && watch.elapsed() > life {
                child.kill().expect("killed");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        work.elapsed += watch.elapsed().as_secs_f64();
    }
    work
}

fn peak(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
    let status = status.unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kb = line.and_then(|line| line.split_whitespace().next());
    kb.and_then(|kb| kb.parse().ok()).unwrap_or_default()
}
