//! `cargo bench -p ikd-credential --features issue --bench nation`: a synthetic nation's status lists in the forms that
//! verifiers may get them in.
//!
//! Each case runs in a process of its own, so that its peak memory is its own. `-- 280 1` runs one size (millions) and
//! one share (per cent) alone.

mod bound;
mod case;
#[path = "../../credential/tests/common/mod.rs"]
mod common;
mod synthetic;

use std::process::Command;
use synthetic::Plan;

const SIZES: [u64; 4] = [1, 10, 100, 280];
const SHARES: [f64; 3] = [0.1, 1.0, 3.0];

fn main() {
    let args: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    if let ["case", plan, millions, share] = args[..] {
        let plan = Plan::named(plan).expect("even or bursts");
        case::run(plan, millions.parse().unwrap(), share.parse().unwrap());
        return;
    }
    let (sizes, shares): (Vec<u64>, Vec<f64>) = match args[..] {
        [millions, share] => (
            vec![millions.parse().unwrap()],
            vec![share.parse().unwrap()],
        ),
        _ => (SIZES.into(), SHARES.into()),
    };
    for plan in [Plan::Even, Plan::Bursts] {
        println!("\n{}\n\n{}", plan.text(), case::HEADING);
        for millions in &sizes {
            for share in &shares {
                let own = std::env::current_exe().unwrap();
                let case = [
                    "case",
                    plan.name(),
                    &millions.to_string(),
                    &share.to_string(),
                ];
                let ended = Command::new(own).args(case).status().unwrap();
                assert!(ended.success());
            }
        }
    }
}
