//! The contenders take turns, so that a slow moment of the machine hits all of them alike.

use std::hint::black_box;
use std::time::Duration;

use crate::peers::{STAGES, VERSIONS, text};

const ROUNDS: usize = 101;

#[allow(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}

pub fn print() {
    println!("stage      version  contender          median µs  × ours  answer (modules or bytes)");
    for (stage, contenders) in STAGES {
        for version in VERSIONS {
            let text = text(version);
            let mut times = vec![Vec::with_capacity(ROUNDS); contenders.len()];
            for _ in 0..ROUNDS {
                for ((_, run), times) in contenders.iter().zip(&mut times) {
                    let start = now();
                    black_box(run(black_box(&text)));
                    times.push(start.elapsed());
                }
            }
            let medians: Vec<Duration> = times.iter_mut().map(|times| median(times)).collect();
            for ((name, run), time) in contenders.iter().zip(&medians) {
                let (micros, ratio) = (time.as_secs_f64() * 1e6, time.div_duration_f64(medians[0]));
                let answer = run(&text);
                println!("{stage:10} v{version:<7} {name:18} {micros:9.1}  {ratio:6.2}  {answer}");
            }
        }
    }
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
