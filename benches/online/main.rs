//! `cargo bench --bench online`: cards issued one by one over HTTP by many clients at once, as they come
//! (`[issue] together = 64`), by the same handler with a pool and one transaction a request (`together = 1`), and one by
//! one with an intent and a completion (`issue::issue`), in turns in the same run.
//!
//! From the environment: `CLIENTS` (32), `TURN` (8: seconds of each turn), `TURNS` of each (3), `PEOPLE` (200,000), `AT_ONCE` (2: transactions). Into
//! PostgreSQL where `DATABASE_URL` names an empty database, else into SQLite with synchronous=FULL. At the end every
//! acknowledged document is there, once, and `ikd audit verify` finds nothing.

mod client;
#[path = "../shared/population.rs"]
mod population;
mod server;

use server::Server;
use std::collections::VecDeque;
use std::process::Command;
use std::sync::Mutex;

fn number(name: &str, default: usize) -> usize {
    let value = std::env::var(name).ok().and_then(|n| n.parse().ok());
    value.unwrap_or(default)
}

/// What a turn came to.
struct Turn {
    rate: f64,
    /// Milliseconds at the median and at 99 %.
    p50: f64,
    p99: f64,
}

fn middle(turns: &[Turn], of: impl Fn(&Turn) -> f64) -> f64 {
    let mut values: Vec<f64> = turns.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    let (clients, seconds) = (number("CLIENTS", 32), number("TURN", 8));
    let (turns, people) = (number("TURNS", 3), number("PEOPLE", 200_000));
    let groups = number("AT_ONCE", 2) as u32;
    let directory = tempfile::TempDir::new().expect("a directory");
    let data = directory.path().join("data");
    let ikd = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ikd"));
        command.arg("--data").arg(&data).env("RUST_LOG", "info");
        command
    };
    let run = |args: &[&str]| {
        let output = ikd().args(args).output().expect("ikd");
        assert!(output.status.success(), "{args:?} {output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    run(&["init"]);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let database = runtime.block_on(population::Database::open(&data.join("ikd.db")));
    runtime.block_on(database.fill(people as u64));
    run(&["register", "seal"]);
    let niks = Mutex::new(VecDeque::from(runtime.block_on(database.niks())));
    let office = server::office(&run(&["office", "list"]));
    let signer = [
        "officer", "add", "--office", &office, "--name", "Uji", "--role", "signer",
    ];
    let token = server::token(&run(&signer));
    let mandate = ["mandate", "add", "--office", &office, "--cards", "10000000"];
    run(&mandate);
    let (mut together, mut alone, mut by_itself) = (Vec::new(), Vec::new(), Vec::new());
    let mut issued = 0;
    for _ in 0..turns {
        // As many transactions at the same time as the pool has connections.
        for (settings, more, into) in [
            ((64, groups), "", &mut together),
            ((1, 16), "", &mut alone),
            // A request that may replace a document is issued by itself: intent and completion, a transaction each.
            ((1, 16), r#","supersede":true"#, &mut by_itself),
        ] {
            server::settle(&data, settings);
            let server = Server::start(&ikd);
            let who = client::Who {
                address: &server.address,
                token: &token,
                more,
            };
            let seen = client::drive(&who, clients, seconds, &niks);
            issued += seen.len();
            into.push(turn(seen, seconds));
        }
    }
    let what = |name: &str, turns: &[Turn]| {
        let (rate, p50, p99) = (
            middle(turns, |t| t.rate),
            middle(turns, |t| t.p50),
            middle(turns, |t| t.p99),
        );
        let all: Vec<String> = turns.iter().map(|t| format!("{:.0}", t.rate)).collect();
        println!(
            "| {name} | {rate:.0} | {p50:.1} | {p99:.1} | {} |",
            all.join(", ")
        );
        rate
    };
    println!(
        "| {}, {clients} clients | documents/s | median ms | 99 % ms | turns |",
        database.name()
    );
    println!("|---|---|---|---|---|");
    let fast = what("together, up to 64", &together);
    let slow = what("a pool and a transaction each", &alone);
    let before = what(
        "one by one, as documents that replace another are",
        &by_itself,
    );
    println!("| ratio | {:.2}, {:.2} | | | |", fast / slow, fast / before);
    runtime.block_on(database.check(issued as u64));
    println!("{}", run(&["audit", "verify"]).trim());
}

fn turn(mut seen: Vec<f64>, seconds: usize) -> Turn {
    seen.sort_by(f64::total_cmp);
    let at = |share: f64| seen[((seen.len() - 1) as f64 * share) as usize];
    Turn {
        rate: seen.len() as f64 / seconds as f64,
        p50: at(0.5),
        p99: at(0.99),
    }
}
