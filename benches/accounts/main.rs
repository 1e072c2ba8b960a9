//! `cargo bench --bench accounts`: whether time tells if a NIK or a registration number exists.
//!
//! For each question, hits and misses in random order on one database of 10,000 people; Welch's t over all trials and
//! over those below the 90th percentile of both (as dudect crops the scheduler's and the disk's noise). |t| above 4.5
//! would be a difference that an attacker can measure with as many trials.

#[path = "../shared/register.rs"]
#[allow(dead_code, reason = "the folder is held here, not read")]
mod register;
mod stage;
#[path = "../shared/welch.rs"]
mod welch;

use ikd::clock::Stopwatch;
use stage::{Question, Stage};
use welch::welch;

const TRIALS: usize = 4000;

fn main() {
    let trials = std::env::var("TRIALS").ok().and_then(|n| n.parse().ok());
    let trials = trials.unwrap_or(TRIALS);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let mut stage = Stage::new().await;
        println!(
            "{:<22}{:>7}{:>12}{:>12}{:>10}{:>10}",
            "", "trials", "hit µs", "miss µs", "t", "t cropped"
        );
        for question in Question::ALL {
            let (mut hits, mut misses) = (Vec::new(), Vec::new());
            for trial in 0..trials + 100 {
                let hit = stage.coin();
                stage.forget();
                let watch = Stopwatch::start();
                stage.ask(question, hit).await;
                let micros = watch.elapsed().as_secs_f64() * 1e6;
                // The first ones fill caches.
                if trial >= 100 {
                    if hit {
                        hits.push(micros)
                    } else {
                        misses.push(micros)
                    }
                }
            }
            print(question.name(), hits, misses);
        }
    });
}

fn print(name: &str, mut hits: Vec<f64>, mut misses: Vec<f64>) {
    let raw = welch(&hits, &misses);
    hits.sort_by(f64::total_cmp);
    misses.sort_by(f64::total_cmp);
    let (a, b) = (hits[hits.len() / 2], misses[misses.len() / 2]);
    let count = hits.len() + misses.len();
    let end = hits[hits.len() * 9 / 10].max(misses[misses.len() * 9 / 10]);
    hits.retain(|micros| *micros <= end);
    misses.retain(|micros| *micros <= end);
    let cropped = welch(&hits, &misses);
    println!("{name:<22}{count:>7}{a:>12.1}{b:>12.1}{raw:>10.2}{cropped:>10.2}");
}
