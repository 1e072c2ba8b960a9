//! People by the thousand, and what must be true of what was issued to them.

use crate::support::database::Base;
use crate::support::*;
use credential::cose::issue::Unsigned;
use credential::ids::KeyId;
use credential::token::pack;
use ikd::domain::merkle::Tree;
use ikd::domain::permutation::Permutation;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::process::{Child, Stdio};

/// NIK of the n-th of many adults.
pub fn nik_of(n: u32) -> u64 {
    3_273_011_204_870_001 + u64::from(n % 9_000) + 1_000_000 * u64::from(n / 9_000)
}

/// A row of the n-th of many adults, in villages of 500.
pub fn row_of(n: u32) -> String {
    row_in(
        &nik_of(n).to_string(),
        &format!("3273010101{:02}{:04}", n / 9_000 + 10, n % 9_000 + 1),
        "ORANG UJI",
        &format!("327301{:04}", 1001 + n / 500),
    )
}

/// A data directory with that many adults.
pub fn people(n: u32) -> Data {
    let data = Data::new();
    let rows: Vec<String> = (0..n).map(row_of).collect();
    import(&data, &rows);
    data
}

/// Imports rows.
pub fn import(data: &Data, rows: &[String]) {
    data.write("people.csv", &format!("{HEADER}\n{}\n", rows.join("\n")));
    data.ok(&["import", "persons", &data.path("people.csv")]);
}

/// Starts a worker.
pub fn worker(data: &Data, how: &str) -> Child {
    let mut command = data.command();
    command.args(["bulk", how, "--cores", "2"]);
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// Where the newest job stands.
pub fn status(data: &Data) -> serde_json::Value {
    serde_json::from_str(&data.ok(&["bulk", "status", "--json"]).out).unwrap()
}

/// Nobody has two, no place is used twice, every chunk's root is that of its documents, and every document is valid for
/// a bank. Returns how many there are.
pub fn check(data: &Data) -> usize {
    let bundle = data.bundle();
    let twice = "SELECT COUNT(*) FROM (SELECT 1 FROM documents WHERE state = 'active' GROUP BY kind, subject \
        HAVING COUNT(*) > 1) t";
    assert_eq!(data.base.numbers(twice), [0], "people with two documents");
    let twice = "SELECT COUNT(*) FROM (SELECT 1 FROM documents GROUP BY status_list, status_index \
        HAVING COUNT(*) > 1) t";
    assert_eq!(data.base.numbers(twice), [0], "indexes used twice");
    let audited = "SELECT COUNT(*) FROM audit WHERE action = 'bulk.issue'";
    let done = "SELECT COUNT(*) FROM bulk_chunks WHERE state = 'done'";
    assert_eq!(data.base.numbers(audited), data.base.numbers(done));
    let documents = documents(data);
    let mut subjects = HashSet::new();
    for document in &documents {
        assert_eq!(verdict(&pack(&document.token), &bundle), "valid");
        assert!(subjects.insert(document.subject));
    }
    for chunk in chunks(data) {
        let mut tree = Tree::default();
        // Ids of chunks that were composed in the same millisecond lie between each other; places do not.
        let mut mine: Vec<_> = documents
            .iter()
            .filter(|d| d.list == chunk.list && chunk.places.contains(&d.place))
            .collect();
        mine.sort_by_key(|d| d.place);
        for document in &mine {
            assert!((&chunk.first..=&chunk.last).contains(&&document.id));
            tree.push(&document.token);
        }
        assert_eq!(mine.len() as u64, chunk.issued);
        assert_eq!(hex(&tree.root()), chunk.root);
    }
    documents.len()
}

/// A document of a bulk job, as its row has it.
struct Stored {
    id: String,
    subject: i64,
    list: String,
    place: u32,
    token: Vec<u8>,
}

fn documents(data: &Data) -> Vec<Stored> {
    let seeds: HashMap<String, Permutation> =
        rows(data, &["id", "seed"], "status_lists WHERE seed IS NOT NULL")
            .into_iter()
            .map(|row| (row[0].clone(), Permutation::new(&bytes(&row[1]))))
            .collect();
    let columns = [
        "id",
        "status_list",
        "kid",
        "claims",
        "signature",
        "subject",
        "status_index",
    ];
    let rows = rows(
        data,
        &columns,
        "documents WHERE signature IS NOT NULL AND state = 'active'",
    );
    let stored = |row: Vec<String>| {
        let unsigned = Unsigned::new(KeyId(bytes(&row[2])), None, unhex(&row[3]));
        Stored {
            place: seeds[&row[1]].place(row[6].parse().unwrap()),
            token: unsigned.into_token(&bytes(&row[4])),
            id: row[0].clone(),
            list: row[1].clone(),
            subject: row[5].parse().unwrap(),
        }
    };
    rows.into_iter().map(stored).collect()
}

struct Chunk {
    list: String,
    places: Range<u32>,
    first: String,
    last: String,
    root: String,
    issued: u64,
}

fn chunks(data: &Data) -> Vec<Chunk> {
    let columns = [
        "status_list",
        "first_id",
        "last_id",
        "root",
        "first_place",
        "persons",
        "issued",
    ];
    let rows = rows(
        data,
        &columns,
        "bulk_chunks WHERE state = 'done' AND issued > 0",
    );
    let chunk = |row: Vec<String>| {
        let first: u32 = row[4].parse().unwrap();
        Chunk {
            list: row[0].clone(),
            places: first..first + row[5].parse::<u32>().unwrap(),
            first: row[1].clone(),
            last: row[2].clone(),
            root: row[3].clone(),
            issued: row[6].parse().unwrap(),
        }
    };
    rows.into_iter().map(chunk).collect()
}

/// Rows as texts, bytes as hexadecimal digits.
fn rows(data: &Data, columns: &[&str], from: &str) -> Vec<Vec<String>> {
    const NUMBERS: [&str; 5] = [
        "subject",
        "status_index",
        "first_place",
        "persons",
        "issued",
    ];
    let shown = columns
        .iter()
        .map(|column| match (&data.base, NUMBERS.contains(column)) {
            (_, true) => format!("CAST({column} AS TEXT)"),
            (Base::Sqlite(_), false) => format!("lower(hex({column}))"),
            (Base::Postgres(_), false) => format!("encode({column}, 'hex')"),
        });
    let shown: Vec<String> = shown.collect();
    let found = data
        .base
        .texts(&format!("SELECT {} FROM {from}", shown.join(" || ' ' || ")));
    let split = |row: &String| row.split(' ').map(str::to_string).collect();
    found.iter().map(split).collect()
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

fn unhex(text: &str) -> Vec<u8> {
    data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap()
}

fn bytes<const N: usize>(text: &str) -> [u8; N] {
    unhex(text).try_into().unwrap()
}
