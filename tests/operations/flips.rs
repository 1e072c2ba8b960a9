//! A bit that changes anywhere in the audit trail or its log is found, by somebody who takes the guards away first.

use crate::support::Data;
use crate::support::database::Base;
use ikd::domain::tlog::note::{Checkpoint, Note};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

/// What the log vouches for, column by column, and how often it is tried.
const CELLS: [(&str, &str); 20] = [
    ("audit", "id"),
    ("audit", "at"),
    ("audit", "actor"),
    ("audit", "action"),
    ("audit", "office"),
    ("audit", "document"),
    ("audit", "salt"),
    ("audit", "content_hash"),
    ("audit", "detail"),
    ("audit", "seq"),
    ("log_tiles", "level"),
    ("log_tiles", "n"),
    ("log_tiles", "hashes"),
    ("log_checkpoints", "size"),
    ("log_checkpoints", "note"),
    ("log_state", "origin"),
    ("log_state", "size"),
    ("log_keys", "kid"),
    ("log_keys", "public_key"),
    ("log_keys", "created"),
];

/// A value as SQL, and another one that differs in a bit.
fn flipped(kind: &str, hex: &str, random: &mut ChaCha8Rng) -> Option<(String, String)> {
    let mut bytes = data_encoding::HEXUPPER.decode(hex.as_bytes()).unwrap();
    if kind == "integer" {
        let number: i64 = String::from_utf8(bytes).unwrap().parse().unwrap();
        let other = number ^ (1 << random.random_range(0..40));
        return Some((number.to_string(), other.to_string()));
    }
    let sql = |bytes: &[u8]| {
        let blob = format!("X'{}'", data_encoding::HEXUPPER.encode(bytes));
        match kind {
            "text" => format!("CAST({blob} AS TEXT)"),
            _ => blob,
        }
    };
    let before = sql(&bytes);
    let at = random.random_range(0..bytes.len().max(1));
    let byte = bytes
        .get_mut(at)
        .filter(|byte| kind != "text" || byte.is_ascii())?;
    // A text stays one.
    *byte ^= 1 << random.random_range(0..if kind == "text" { 7 } else { 8 });
    // What ends a text in the eyes of SQLite is no text that it gives back whole.
    (bytes[at] != 0).then(|| (before, sql(&bytes)))
}

#[test]
fn any_bit_of_the_trail_and_its_log_is_found() {
    let data = Data::with_people(3);
    if !matches!(data.base, Base::Sqlite(_)) {
        // The cells are found and put back in the dialect of SQLite.
        return;
    }
    data.officer("ID.3273", "operator");
    let id = data.issue(1, "ktp");
    data.ok(&["audit", "seal"]);
    data.ok(&["revoke", &id, "--reason", "lost"]);
    for n in 2..=3 {
        data.issue(n, "ktp");
    }
    data.ok(&["audit", "seal", "--out", &data.path("head")]);
    let note = std::fs::read_to_string(data.file("head")).unwrap();
    let head = Checkpoint::parse(Note::parse(&note).unwrap().text())
        .unwrap()
        .head;
    let guards = "FROM sqlite_schema WHERE type = 'trigger'";
    for name in data.base.texts(&format!("SELECT name {guards}")) {
        data.base.change(&format!("DROP TRIGGER {name}")).unwrap();
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let directory = data.file("data");
    let service = runtime.block_on(ikd::cli::context::open_on(&directory, None));
    let service = service.unwrap();
    let kept = [head];
    let faults = || {
        let report = ikd::audit::verify(&service, &kept, |_| {});
        // A row that no version writes stops the check, which is an answer too.
        runtime
            .block_on(report)
            .map_or(u64::MAX, |report| report.faults)
    };
    assert_eq!(faults(), 0);
    let flips: u32 = std::env::var("IKD_FLIPS").map_or(30, |flips| flips.parse().unwrap());
    let seed: u64 = std::env::var("IKD_SEED").map_or(1, |seed| seed.parse().unwrap());
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let (mut tried, mut missed) = (0, Vec::new());
    while tried < flips {
        let (table, column) = CELLS[random.random_range(0..CELLS.len())];
        let rows = data.base.texts(&format!(
            "SELECT rowid || ' ' || typeof({column}) || ' ' || hex({column}) FROM {table} WHERE {column} IS NOT NULL"
        ));
        if rows.is_empty() {
            continue;
        }
        let row = &rows[random.random_range(0..rows.len())];
        let mut parts = row.split(' ');
        let (rowid, kind) = (parts.next().unwrap(), parts.next().unwrap());
        let hex = parts.next().unwrap_or_default();
        let Some((before, after)) = flipped(kind, hex, &mut random) else {
            continue;
        };
        let set = |rowid: &str, value: &str| {
            let sql = format!("UPDATE {table} SET {column} = {value} WHERE rowid = {rowid}");
            data.base.change(&sql)
        };
        // Another row has that key already.
        if set(rowid, &after).is_err() {
            continue;
        }
        tried += 1;
        if faults() == 0 {
            missed.push(format!("{table}.{column} row {rowid}: {before} -> {after}"));
        }
        // A number that is the primary key is the row's own.
        let is_own = (table, column) == ("log_checkpoints", "size");
        let rowid = if is_own { after.as_str() } else { rowid };
        assert_eq!(set(rowid, &before), Ok(1));
    }
    assert!(
        missed.is_empty(),
        "{} of {tried}: {missed:#?}",
        missed.len()
    );
    assert_eq!(faults(), 0);
}
