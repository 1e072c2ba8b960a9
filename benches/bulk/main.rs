//! `cargo bench --bench bulk`: a population, bulk issuing to it with the built command, and what signing and batch
//! verification alone do on the same cores in the same minute.
//!
//! `PEOPLE` (200,000) and `KILLS` (0: how often a worker is killed and another one resumes) from the environment. Into
//! PostgreSQL where `DATABASE_URL` names an empty database, else into SQLite.

mod baseline;
#[path = "../../credential/tests/common/mod.rs"]
mod common;
#[path = "../shared/population.rs"]
mod population;
mod worker;

use std::process::Command;

fn number(name: &str, default: u64) -> u64 {
    let value = std::env::var(name).ok().and_then(|n| n.parse().ok());
    value.unwrap_or(default)
}

fn main() {
    let (people, kills) = (number("PEOPLE", 200_000), number("KILLS", 0));
    let directory = tempfile::TempDir::new().expect("a directory");
    let data = directory.path().join("data");
    let ikd = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ikd"));
        command.arg("--data").arg(&data);
        command
    };
    assert!(ikd().arg("init").output().expect("ikd").status.success());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let database = runtime.block_on(population::Database::open(&data.join("ikd.db")));
    runtime.block_on(database.fill(people));
    let sealed = ikd().args(["register", "seal"]).output();
    assert!(sealed.expect("ikd").status.success());
    let before = baseline::rate();
    let planned = ikd()
        .args(["bulk", "plan", "--alone", "--kind", "ktp"])
        .output();
    assert!(planned.expect("ikd").status.success());
    let work = worker::work(&ikd, kills);
    let after = baseline::rate();
    let alone = (before + after) / 2.0;
    let rate = people as f64 / work.elapsed;
    println!("| {} | {people} people, {kills} kills |", database.name());
    println!("|---|---|");
    println!(
        "| issued, signed, judged, stored, audited | {:.1} s, {rate:.0} credentials/s |",
        work.elapsed
    );
    println!("| signing and batch verification alone | {alone:.0} credentials/s |");
    println!("| ratio | {:.2} |", rate / alone);
    println!(
        "| most memory of a worker | {:.0} MB |",
        work.peak_kb as f64 / 1024.0
    );
    runtime.block_on(database.check(people));
}
