//! One table: medians of interleaved rounds and their ratios to the named peer.

use crate::contenders::{BATCH, Contenders};
use std::hint::black_box;

const ROUNDS: usize = 1001;

#[allow(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}

pub fn print(contenders: &Contenders) {
    let all = contenders.all();
    let mut times = vec![Vec::with_capacity(ROUNDS); all.len()];
    for _ in 0..100 {
        for (_, name, run) in &all {
            assert!(black_box(run()), "{name} failed");
        }
    }
    for _ in 0..ROUNDS {
        for ((_, _, run), times) in all.iter().zip(&mut times) {
            let start = now();
            black_box(run());
            times.push(start.elapsed().as_nanos() as f64);
        }
    }
    let medians: Vec<f64> = times
        .iter_mut()
        .map(|t| {
            t.sort_by(f64::total_cmp);
            t[t.len() / 2]
        })
        .collect();
    let of = |name: &str| {
        let place = all.iter().position(|(_, n, _)| *n == name);
        medians[place.expect("a contender")]
    };
    println!("\n| step | median µs |\n|---|---|");
    for ((_, name, _), median) in all.iter().zip(&medians) {
        println!("| {name} | {:.2} |", median / 1000.0);
    }
    let strict = of("ed25519-dalek verify_strict");
    println!("\n| ratio | measured | target |\n|---|---|---|");
    let row = |name: &str, ratio: f64, target: &str| println!("| {name} | {ratio:.3} | {target} |");
    row(
        "text to verdict ÷ verify_strict",
        of("text to verdict") / strict,
        "≤ 1.08, stretch ≤ 0.95",
    );
    row(
        "batch of 64, a text ÷ verify_strict",
        of("batch of 64 texts to verdicts") / BATCH as f64 / strict,
        "≤ 0.40",
    );
    row(
        "signature alone, key without table ÷ verify_strict",
        of("signature alone, key without table") / strict,
        "(the known-key check by itself)",
    );
    row(
        "claim169-core ÷ text to verdict",
        of("claim169-core decode and verify") / of("text to verdict"),
        "≥ 2.5",
    );
    row(
        "presentation to verdict ÷ (verify_strict + p256 verify)",
        of("presentation to verdict") / (strict + of("p256 verify of the phone's message")),
        "≤ 1.25",
    );
    row(
        "claims to signed, verified text ÷ (sign + verify_strict)",
        of("claims to signed, verified text") / of("ed25519-dalek sign + verify_strict"),
        "≤ 3",
    );
}
