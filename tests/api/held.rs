//! A person with everything that can be held of one, neighbours whose papers touch hers, and `ikd person`.

use crate::client::Client;
use crate::kenari::*;
use crate::support::{Data, Said};
use crate::town::{Town, subject};
use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// Words of the officer about the other person's application.
pub const OTHERS_NOTE: &str = "kakaktua belum pulang";
/// The mailbox that a neighbour leaves in an application about Kenari.
pub const OTHERS_MAILBOX: &str = "tetangga.kakaktua@contoh.id";

/// `ikd person …` with a NIK on standard input, running.
pub fn started(data: &Data, nik: &str, args: &[&str]) -> Child {
    let mut command: Command = data.command();
    command.arg("person").args(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    writeln!(child.stdin.take().unwrap(), "{nik}").unwrap();
    child
}

pub fn person(data: &Data, nik: &str, args: &[&str]) -> Said {
    Said::of(started(data, nik, args).wait_with_output().unwrap())
}

pub fn exported(data: &Data, nik: &str) -> Value {
    let said = person(data, nik, &["export"]);
    assert_eq!(said.code, 0, "{}", said.err);
    serde_json::from_str(&said.out).unwrap()
}

/// The rows of a table in an export.
pub fn rows<'a>(export: &'a Value, table: &str) -> Vec<&'a Value> {
    let tables = export["held"].as_array().unwrap();
    let found = tables.iter().find(|t| t["table"] == table);
    found.map_or(Vec::new(), |t| {
        t["rows"].as_array().unwrap().iter().collect()
    })
}

/// The files of attachments.
pub fn blobs(data: &Data) -> Vec<PathBuf> {
    let folders = std::fs::read_dir(data.file("data/blobs")).unwrap();
    let files = folders.flat_map(|f| std::fs::read_dir(f.unwrap().path()).unwrap());
    files.map(|f| f.unwrap().path()).collect()
}

pub struct There {
    pub town: Town,
    pub life: Life,
    /// The one that the person handed in for a neighbour, and the one that a neighbour handed in for the person.
    pub for_other: String,
    pub by_other: String,
    /// The neighbour, their draft about the person, and the key of the request that made it.
    pub neighbour: Client,
    pub draft: String,
}

/// What a neighbour asks for about the person, and the key that they ask with.
pub const DRAFT_KEY: &str = "permohonan-tetangga-1";

pub fn draft_about_her() -> Value {
    json!({"kind": "kk", "people": {"relation": "head_of_family", "subject_nik": NIK}})
}

/// Kenari with everything that a person can have, and neighbours whose papers touch hers.
pub fn there() -> There {
    let mut town = Town::new();
    import(&town);
    let neighbour = town.owner.clone();
    town.owner = account(&town);
    let life = life(&mut town);
    // Not before it is handed over is an application at its end.
    let done = life.ids[1].clone();
    let handed =
        json!({"how": "collected", "originals_checked": true, "old_card_withdrawn": false});
    town.officer("operator")
        .step(&done, "hand-over", Some(&handed));
    let apply = |client: &Client, people: Value| {
        let wish = json!({"kind": "kk", "people": people});
        let begun = client.ok("POST", "/v1/applications", Some(&wish));
        let id = begun["application"]["id"].as_str().unwrap().to_string();
        let handed = client.step(&id, "submit", None);
        let receipt = json!({"registration": handed["registration"], "code": handed["code"]});
        town.nobody.ok("POST", "/v1/guest-sessions", Some(&receipt));
        let note = json!({"note": OTHERS_NOTE});
        town.officer("verifier").step(&id, "reject", Some(&note));
        id
    };
    let for_other = apply(
        &town.owner,
        json!({"relation": "head_of_family", "subject_nik": subject(150), "email": MAILBOX}),
    );
    let by_other = apply(
        &neighbour,
        json!({"relation": "head_of_family", "subject_nik": NIK, "email": OTHERS_MAILBOX}),
    );
    // A neighbour's draft about her.
    let keyed = neighbour.with("idempotency-key", DRAFT_KEY);
    let begun = keyed.ok("POST", "/v1/applications", Some(&draft_about_her()));
    let draft = begun["application"]["id"].as_str().unwrap().to_string();
    There {
        town,
        life,
        for_other,
        by_other,
        neighbour,
        draft,
    }
}

pub fn sha256(parts: &[&[u8]]) -> String {
    HEXLOWER.encode(&Sha256::digest(parts.concat()))
}
