//! Any byte that somebody with root alters is found by `ikd audit verify`: in the file of the database, by SQL with the
//! guards taken away and put back, in the log as files, and in what lies beside the database.
//!
//! What is not found stands in `ikd::audit::registry`, column by column, and is not drawn; a byte that means nothing is
//! counted apart and drawn again. `IKD_FLIPS=10000` tries as often, `IKD_SEED` begins with another number.

mod bytes;
mod change;
mod hand;
mod world;

use crate::support::Data;
use crate::support::database::Base;
use bytes::Meant;
use change::Claimed;
use hand::Hand;
use ikd::audit::registry::TABLES;
use ikd::audit::{self, Report};
use ikd::clock::Stopwatch;
use ikd::domain::tlog::proof::Head;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::runtime::Runtime;
use world::World;

fn number(name: &str, default: usize) -> usize {
    std::env::var(name).map_or(default, |number| number.parse().unwrap())
}

fn random(class: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(number("IKD_SEED", 1) as u64 * 100 + class)
}

/// Tables of the town that have no row to alter, though something is claimed of them: closed lists are the theft's, the others
/// are there for minutes, or after a crash.
const EMPTY: [&str; 5] = [
    "closed_lists",
    "burnt_indexes",
    "upload_parts",
    "account_codes",
    "idempotency",
];

fn runtime() -> Runtime {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap()
}

/// A check of so small a database that has not ended by then does not end.
const PATIENCE: Duration = Duration::from_secs(60);
/// And by then the database is closed that can be closed.
const CLOSED: Duration = Duration::from_secs(2);

/// What came of the trials of a class.
#[derive(Default)]
struct Tried {
    found: usize,
    /// Nothing said anything else afterwards.
    meaningless: usize,
    /// Only what the registry says is not found.
    open: usize,
    missed: Vec<String>,
    took: Duration,
    of: BTreeMap<String, usize>,
}

impl Tried {
    fn meaningful(&self) -> usize {
        self.found + self.missed.len()
    }

    /// Tells of them; how many were missed.
    fn tell(&self, class: &str) -> usize {
        eprintln!(
            "{class}: {} of {} found in {:.0?}; {} meant nothing, {} only what is not claimed",
            self.found,
            self.meaningful(),
            self.took,
            self.meaningless,
            self.open
        );
        for (place, times) in &self.of {
            eprintln!("    {times:5} {place}");
        }
        for missed in &self.missed {
            eprintln!("    MISSED {missed}");
        }
        self.missed.len()
    }
}

/// What the check says: none where it refuses to open or to go on, which is an answer too. One that does not end is none: it
/// is told, and as if nothing was found.
async fn checked(data: &Path, base: &Base, kept: Head, files: Option<&Path>) -> Option<Report> {
    let answer = tokio::time::timeout(PATIENCE, asked(data, base, kept, files)).await;
    answer.unwrap_or_else(|_| {
        eprintln!("a check that does not end");
        Some(Report::default())
    })
}

async fn asked(data: &Path, base: &Base, kept: Head, files: Option<&Path>) -> Option<Report> {
    let service = ikd::cli::context::open_on(data, base.url()).await.ok()?;
    let kept = [kept];
    let report = audit::verify(&service, &kept, |_| {}).await;
    let report = match (report, files) {
        (Ok(mut report), Some(folder)) => {
            let compared = audit::files(&service, folder, &mut report).await;
            compared.map(|()| report)
        }
        (report, _) => report,
    };
    // sqlx waits for ever for a connection that died of names of columns which are no text.
    let _ = tokio::time::timeout(CLOSED, service.db.close()).await;
    report.ok()
}

fn is_found(report: Option<&Report>) -> bool {
    report.is_none_or(|report| report.faults > 0)
}

/// Changes by SQL, each put back.
fn by_sql(world: &World, is_town: bool, trials: usize, class: u64) -> Tried {
    let mut random = random(class);
    runtime().block_on(async {
        let mut hand = Hand::of(&world.data.base).await.unwrap();
        let before = hand.snapshot().await.unwrap();
        let claimed = Claimed::of(&mut hand, &before).await;
        let empty = claimed.empty();
        assert!(!is_town || empty == EMPTY, "without a row: {empty:?}");
        let directory = world.data.file("data");
        let service = ikd::cli::context::open_on(&directory, world.data.base.url());
        let service = service.await.unwrap();
        let report = audit::verify(&service, &[world.kept], |_| {})
            .await
            .unwrap();
        assert_eq!(report.faults, 0, "{:#?}", report.findings);
        let mut tried = Tried::default();
        let begun = Stopwatch::start();
        while tried.meaningful() < trials {
            let Some(change) = claimed.draw(&hand, &mut random) else {
                continue;
            };
            // Another row has that key already.
            if hand.run(change.table, &change.sql).await.is_err() {
                continue;
            }
            let report = audit::verify(&service, &[world.kept], |_| {}).await.ok();
            match is_found(report.as_ref()) {
                true => tried.found += 1,
                false => tried.missed.push(change.sql.chars().take(600).collect()),
            }
            *tried.of.entry(change.what).or_default() += 1;
            hand.restore(change.table, &before[change.table]).await;
        }
        let report = audit::verify(&service, &[world.kept], |_| {})
            .await
            .unwrap();
        assert_eq!(report.faults, 0, "{:#?}", report.findings);
        service.db.close().await;
        hand.close().await;
        tried.took = begun.elapsed();
        tried
    })
}

/// A copy of the data directory of a world, where bytes are changed.
struct Copy {
    directory: tempfile::TempDir,
    data: PathBuf,
    files: PathBuf,
}

impl Copy {
    fn of(data: &Data) -> Self {
        let directory = tempfile::TempDir::new().unwrap();
        let copied = std::process::Command::new("cp")
            .arg("-a")
            .args([data.file("data"), data.file("files")])
            .arg(directory.path())
            .status();
        assert!(copied.unwrap().success());
        let (data, files) = (
            directory.path().join("data"),
            directory.path().join("files"),
        );
        Self {
            directory,
            data,
            files,
        }
    }
}

/// A byte of the file of the database, by the library; some of the trials by the built command.
fn by_byte(world: &World, trials: usize, commands: usize, class: u64) -> Tried {
    let mut random = random(class);
    let copy = Copy::of(&world.data);
    let file = copy.data.join("ikd.db");
    let base = Base::Sqlite(file.clone());
    runtime().block_on(async {
        // Everything in one file.
        let mut hand = Hand::of(&base).await.unwrap();
        hand.compact().await;
        hand.close().await;
        let pristine = std::fs::read(&file).unwrap();
        let before = bytes::read(&file).await.unwrap();
        let put = |bytes: &[u8]| {
            // In another file: a connection that died may hold the one of before.
            for end in ["", "-wal", "-shm", "-journal"] {
                let _ = std::fs::remove_file(format!("{}{end}", file.display()));
            }
            std::fs::write(&file, bytes).unwrap();
        };
        put(&pristine);
        let report = checked(&copy.data, &base, world.kept, None).await.unwrap();
        assert_eq!(report.faults, 0, "{:#?}", report.findings);
        let mut tried = Tried::default();
        let begun = Stopwatch::start();
        while tried.meaningful() < trials {
            let at = random.random_range(0..pristine.len());
            let by: u8 = random.random_range(1..=255);
            let mut changed = pristine.clone();
            changed[at] ^= by;
            put(&changed);
            let found = if tried.meaningful() < commands {
                let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_ikd"));
                let command = command
                    .env_clear()
                    .arg("--data")
                    .arg(&copy.data)
                    .args(["audit", "verify"]);
                !command.output().unwrap().status.success()
            } else {
                is_found(checked(&copy.data, &base, world.kept, None).await.as_ref())
            };
            if found {
                tried.found += 1;
                continue;
            }
            put(&changed);
            match bytes::meant(&before, bytes::read(&file).await.as_ref()) {
                Meant::Nothing => tried.meaningless += 1,
                Meant::Open => tried.open += 1,
                Meant::This(what) => tried.missed.push(format!("byte {at} ^ {by}: {what}")),
            }
        }
        tried.took = begun.elapsed();
        tried
    })
}

/// Files below a folder.
fn below(folder: &Path, all: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => below(&path, all),
            false => all.push(path),
        }
    }
}

/// A byte of a file that the check claims: the log as files, the files of attachments, `data.key`.
fn by_file(world: &World, trials: usize, class: u64) -> Tried {
    let mut random = random(class);
    let copy = Copy::of(&world.data);
    let base = Base::Sqlite(copy.data.join("ikd.db"));
    let mut all = vec![copy.data.join("data.key")];
    below(&copy.files, &mut all);
    below(&copy.data.join("blobs"), &mut all);
    let keys = |data: &Path| {
        ikd::crypter::Crypter::open_file(&data.join("data.key"))
            .unwrap()
            .marks()
    };
    let own = keys(&copy.data);
    runtime().block_on(async {
        let files = Some(copy.files.as_path());
        let report = checked(&copy.data, &base, world.kept, files).await.unwrap();
        assert_eq!(report.faults, 0, "{:#?}", report.findings);
        let mut tried = Tried::default();
        let begun = Stopwatch::start();
        while tried.meaningful() < trials {
            let path = &all[random.random_range(0..all.len())];
            let pristine = std::fs::read(path).unwrap();
            if pristine.is_empty() {
                continue;
            }
            let mut changed = pristine.clone();
            let at = random.random_range(0..changed.len());
            changed[at] ^= random.random_range(1..=255);
            std::fs::write(path, &changed).unwrap();
            let report = checked(&copy.data, &base, world.kept, files).await;
            if is_found(report.as_ref()) {
                tried.found += 1;
                let name = path.strip_prefix(copy.directory.path()).unwrap();
                let first = name
                    .components()
                    .take(2)
                    .map(|part| part.as_os_str().to_string_lossy());
                *tried
                    .of
                    .entry(first.collect::<Vec<_>>().join("/"))
                    .or_default() += 1;
            } else if path.ends_with("data.key") && keys(&copy.data) == own {
                tried.meaningless += 1;
            } else {
                tried.missed.push(format!("{} byte {at}", path.display()));
            }
            std::fs::write(path, &pristine).unwrap();
        }
        tried.took = begun.elapsed();
        tried
    })
}

/// So many trials of a class, by its share in hundredths.
fn share(hundredths: usize) -> usize {
    (number("IKD_FLIPS", 40) * hundredths).div_ceil(100)
}

#[test]
fn any_value_that_root_alters_by_sql_is_found() {
    let town = World::of_a_town();
    let trials = match town.data.base {
        Base::Sqlite(_) => share(43),
        Base::Postgres(_) => share(100),
    };
    assert_eq!(by_sql(&town, true, trials, 1).tell("by SQL"), 0);
}

#[test]
fn any_byte_that_root_alters_in_the_database_file_is_found() {
    let town = World::of_a_town();
    if let Base::Sqlite(_) = town.data.base {
        let tried = by_byte(&town, share(45), share(1), 2);
        assert_eq!(tried.tell("a byte of the database file"), 0);
    }
}

#[test]
fn any_byte_that_root_alters_in_a_file_beside_it_is_found() {
    let town = World::of_a_town();
    if let Base::Sqlite(_) = town.data.base {
        let tried = by_file(&town, share(10), 3);
        assert_eq!(tried.tell("a byte of another file"), 0);
    }
}

#[test]
fn what_root_alters_after_a_theft_is_found() {
    let theft = World::of_a_theft();
    let mut missed = by_sql(&theft, false, share(1), 4).tell("by SQL, after a theft");
    if let Base::Sqlite(_) = theft.data.base {
        let tried = by_byte(&theft, share(1), 0, 5);
        missed += tried.tell("a byte of the database file, after a theft");
    }
    assert_eq!(missed, 0);
}

/// What is claimed of each table is one table of the code, which docs/SECURITY.md shows.
#[test]
fn every_table_and_column_is_in_the_registry_once() {
    let data = Data::new();
    runtime().block_on(async {
        let mut hand = Hand::of(&data.base).await.unwrap();
        let mut there = hand.names().await;
        there.retain(|name| name != "_sqlx_migrations");
        let mut known: Vec<&str> = TABLES.iter().map(|table| table.name).collect();
        known.sort_unstable();
        assert_eq!(there, known);
        for table in TABLES {
            let columns = hand.table(table.name, "").await.unwrap().columns;
            for column in table.open.iter().chain(table.exchanged) {
                assert!(
                    columns.iter().any(|there| there == column),
                    "{}.{column}",
                    table.name
                );
            }
        }
        hand.close().await;
    });
}

#[test]
fn the_document_shows_the_registry() {
    let path = crate::catalogue::root("docs/SECURITY.md");
    let text = std::fs::read_to_string(path).unwrap();
    let table = ikd::audit::registry::table();
    assert!(
        text.contains(&table),
        "docs/SECURITY.md is to show:\n{table}"
    );
}
