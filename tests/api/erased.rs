//! A person asks that what is held of them is erased.

use crate::canary::{Canary, Net};
use crate::database::rewrite;
use crate::held::*;
use crate::kenari::*;
use crate::support::{Data, Said};
use crate::town::STRANGER;
use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Every sealed value of the database and every file, opened, with the name of its column.
fn opened(data: &Data) -> Vec<(String, Vec<u8>)> {
    use ikd::crypter::Cell;
    use ikd::store::sealed::{COLUMNS, page};
    let work = async {
        let folder = data.file("data");
        let service = ikd::cli::context::open_on(&folder, data.base.url())
            .await
            .unwrap();
        let mut tx = service.db.read().await.unwrap();
        let mut all = Vec::new();
        for column in COLUMNS {
            for (row, value) in page(&mut tx, column, &[], 10_000).await.unwrap() {
                let cell = Cell {
                    table: column.table,
                    row: &row,
                    column: column.column,
                };
                let plain = service.crypter.open(cell, &value).unwrap();
                all.push((
                    format!("{}.{}", column.table, column.column),
                    plain.to_vec(),
                ));
            }
        }
        for hash in service.blobs().names().unwrap() {
            let plain = service.blobs().get(&service.crypter, &hash).unwrap();
            all.push(("blobs".into(), plain));
        }
        drop(tx);
        service.db.close().await;
        all
    };
    tokio::runtime::Runtime::new().unwrap().block_on(work)
}

/// Sealed values as they stand in the columns that are erased, long enough to be found again.
fn sealed(data: &Data) -> Vec<(String, Vec<u8>)> {
    let cells = data.base.cells(&[
        "accounts",
        "applications",
        "application_events",
        "devices",
        "bound_credentials",
    ]);
    let sealed = cells.into_iter().filter(|(name, value)| {
        let column = name.split('.').nth(1).unwrap();
        [
            "nik", "contact", "people", "answers", "note", "face", "claims",
        ]
        .contains(&column)
            && value.len() > 20
    });
    sealed.collect()
}

/// The rows of an export that are not of the audit trail, which grows.
fn without_audit(export: &Value) -> Vec<Value> {
    let tables = export["held"].as_array().unwrap().iter();
    tables.filter(|t| t["table"] != "audit").cloned().collect()
}

/// All that ended did so seven years ago.
fn years_later(data: &Data) {
    let sql = format!(
        "UPDATE applications SET since = since - {} WHERE state <> 'draft'",
        7 * 366 * 86_400
    );
    rewrite(data, &sql).unwrap();
}

/// What must not be there any more. The number of the family card and the name stay in the register.
fn canaries() -> Net {
    let face = portrait();
    let middle = face.len() / 2;
    let mut all: Vec<Canary> = [MAILBOX, PHONE, PARCEL, CHILD, NIK, NAME, ADDRESS]
        .map(|text| Canary::new("the person", text))
        .into();
    all.push(Canary::bytes("the face", &face[middle..middle + 24]));
    Net::new(all)
}

/// Where what a neighbour typed about the person stands.
const NEIGHBOURS_DRAFT: [&str; 1] = ["applications.people"];

/// Names of the columns in which something of the person stands.
fn caught(net: &Net, values: Vec<(String, Vec<u8>)>) -> Vec<String> {
    let values = values.into_iter();
    let caught = values.filter(|(_, plain)| net.catches(plain));
    caught.map(|(place, _)| place).collect()
}

#[test]
fn an_erasure_leaves_nothing_but_what_the_law_keeps() {
    let there = there();
    let (town, data) = (&there.town, &there.town.data);
    let own = json!({"kind": "kk", "people": {"relation": "head_of_family", "subject_nik": NIK}});
    // Its answer is kept for when it is asked for again.
    let keyed = town.owner.with("idempotency-key", "permohonan-kenari-1");
    let begun = keyed.ok("POST", "/v1/applications", Some(&own));
    let pending = begun["application"]["id"].as_str().unwrap().to_string();
    town.owner.step(&pending, "submit", None);
    let refused = person(data, NIK, &["erase", "--yes"]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains(&pending), "{}", refused.err);
    assert_eq!(town.owner.get("/v1/account").status, 200);
    town.owner.step(&pending, "cancel", None);
    years_later(data);
    // A letter that cannot be delivered, with a code that is waited for.
    let mail = data.file("data/mail");
    std::fs::rename(&mail, data.file("delivered")).unwrap();
    std::fs::write(&mail, "").unwrap();
    let asked = town
        .nobody
        .post("/v1/account/sign-ins", &json!({"nik": NIK}));
    assert_eq!(asked.status, 202, "{}", asked.text());

    data.ok(&["audit", "seal", "--out", &data.path("head")]);
    let card = there.life.ids.iter().rev().nth(1).unwrap();
    let device = there.life.ids.last().unwrap();
    let export = exported(data, NIK);
    let documents = rows(&export, "documents");
    let document = documents.iter().find(|d| d["id"] == *card).unwrap();
    let qr = document["qr_text"].as_str().unwrap();
    let judged = || crate::support::verdict(qr, &data.bundle());
    assert_eq!(judged(), "suspended");
    let neighbour = without_audit(&exported(data, STRANGER[0]));
    let (before, net) = (sealed(data), canaries());
    assert!(
        opened(data)
            .iter()
            .filter(|(_, plain)| net.catches(plain))
            .count()
            > 10
    );
    let told = person(data, NIK, &["erase", "--dry-run"]);
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(told.err.contains("nothing was erased"));
    let told = person(data, NIK, &["erase"]);
    assert_eq!(told.code, 1);
    assert!(told.out.contains("Ps 15(1)c"), "{}", told.out);
    assert_eq!(town.owner.get("/v1/account").status, 200);
    assert_eq!(blobs(data).len(), 1);

    let said = person(data, NIK, &["erase", "--yes"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(
        said.out.starts_with(&told.out),
        "as it was told: {}",
        said.out
    );
    assert_eq!(caught(&net, opened(data)), NEIGHBOURS_DRAFT);
    assert_eq!(blobs(data).len(), 0);
    let count = |rows: &str| data.base.numbers(&format!("SELECT COUNT(*) FROM {rows}"))[0];
    assert_eq!(count("account_codes"), 0);
    assert_eq!(count("outbox WHERE sealed IS NOT NULL"), 0);
    // That something was asked for stays its day.
    assert_eq!(count("idempotency WHERE response IS NOT NULL"), 2);
    assert_eq!(count("sessions WHERE kind = 'guest'"), 0);
    // Of the neighbour for whom she handed one in.
    assert_eq!(count("application_events WHERE note IS NOT NULL"), 1);
    // Nothing of what was sealed either: neither in a row, nor in the file of the database beside its rows.
    let left: Vec<Vec<u8>> = data
        .base
        .cells(&[
            "accounts",
            "applications",
            "application_events",
            "devices",
            "bound_credentials",
        ])
        .into_iter()
        .map(|(_, value)| value)
        .collect();
    let gone: Vec<_> = before
        .iter()
        .filter(|(_, value)| !left.contains(value))
        .collect();
    assert!(gone.len() > 15, "{}", gone.len());
    let all = data.base.bytes();
    for (name, value) in gone {
        let found = all.windows(value.len()).any(|at| at == value.as_slice());
        assert!(!found, "{name} still stands in the database's file");
    }

    // Nobody is signed in, the phone is told, and everything holds together.
    assert_eq!(town.owner.raw("GET", "/v1/account", "", b"").status, 401);
    let phone = crate::phone::Phone::new(1);
    let answer = phone.answer(&town.server, device, "renew");
    assert!(answer.text().contains("device-ended"), "{}", answer.text());
    data.ok(&["audit", "seal"]);
    let verified = data.ok(&["audit", "verify", "--checkpoint", &data.path("head")]);
    assert!(verified.out.contains("in order"), "{}", verified.out);
    assert_eq!(judged(), "suspended");
    assert_eq!(without_audit(&exported(data, STRANGER[0])), neighbour);

    // The receipt alone says whose erasure it was.
    let receipt = said
        .out
        .lines()
        .find_map(|l| l.strip_prefix("receipt: line "));
    let (line, salt) = receipt.unwrap().split_once(", salt ").unwrap();
    let salt = HEXLOWER.decode(salt.as_bytes()).unwrap();
    let hex = |column: &str| match data.base {
        crate::support::database::Base::Sqlite(_) => format!("lower(hex({column}))"),
        crate::support::database::Base::Postgres(_) => format!("encode({column}, 'hex')"),
    };
    let of = |column: &str| {
        let line = data.base.blob(line);
        data.base
            .texts(&format!(
                "SELECT {} FROM audit WHERE id = {line}",
                hex(column)
            ))
            .remove(0)
    };
    assert_eq!(of("content_hash"), sha256(&[&salt, NIK.as_bytes()]));
    assert_eq!(of("salt"), sha256(&[&salt]));
    // Of the stranger's export alone.
    let salts = "SELECT COUNT(*) FROM audit WHERE action IN ('person.export', 'wallet.intend', 'wallet.issue') \
        AND length(salt) = 16 AND id < (SELECT id FROM audit WHERE action = 'person.erase' ORDER BY id DESC LIMIT 1)";
    let kept = data.base.numbers(salts);
    assert_eq!(kept, [1]);

    // What stays is what is exported now, and once more changes nothing.
    let export = exported(data, NIK);
    let tables: Vec<&str> = export["held"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| t["table"].as_str().unwrap())
        .collect();
    assert_eq!(
        tables,
        [
            "applications",
            "application_events",
            "persons",
            "documents",
            "changes",
            "audit"
        ]
    );
    let again = person(data, NIK, &["erase", "--yes"]);
    assert_eq!(again.code, 0, "{}", again.err);
}

/// The file of the person's attachments, written two days ago, is deleted with what no application names.
fn swept(data: &Data) {
    for blob in blobs(data) {
        let file = std::fs::File::options().write(true).open(blob).unwrap();
        let long_ago = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_600_000_000);
        file.set_modified(long_ago).unwrap();
    }
    data.ok(&["purge"]);
    assert_eq!(blobs(data).len(), 0);
}

#[test]
fn an_erasure_that_was_killed_is_begun_again_and_ends() {
    let there = there();
    let data = &there.town.data;
    years_later(data);
    let mut wait = 4;
    let said = loop {
        let mut child = started(data, NIK, &["erase", "--yes"]);
        std::thread::sleep(std::time::Duration::from_millis(wait));
        if child.try_wait().unwrap().is_some() || wait > 60_000 {
            break Said::of(child.wait_with_output().unwrap());
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // All of it or nothing.
        let left = [
            "accounts WHERE nik_index IS NOT NULL",
            "devices WHERE face IS NOT NULL",
            "attachments",
        ]
        .map(|rows| data.base.numbers(&format!("SELECT COUNT(*) FROM {rows}"))[0]);
        // Those of the town's two citizens stay.
        assert!([[3, 1, 3], [2, 0, 0]].contains(&left), "{left:?}");
        wait = wait * 3 / 2;
    };
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let net = canaries();
    let rows = opened(data).into_iter();
    let rows = rows.filter(|(place, _)| place != "blobs").collect();
    assert_eq!(caught(&net, rows), NEIGHBOURS_DRAFT);
    swept(data);
    data.ok(&["audit", "seal"]);
    data.ok(&["audit", "verify"]);
}

#[test]
fn a_file_that_cannot_be_deleted_is_told_beside_the_receipt() {
    let there = there();
    let data = &there.town.data;
    years_later(data);
    let [blob]: [PathBuf; 1] = blobs(data).try_into().unwrap();
    let aside = data.file("aside");
    std::fs::rename(&blob, &aside).unwrap();
    std::fs::create_dir(&blob).unwrap();
    let said = person(data, NIK, &["erase", "--yes"]);
    assert_eq!(said.code, 2);
    assert!(said.out.contains("receipt: line "), "{}", said.out);
    assert!(said.err.contains("a file is left"), "{}", said.err);
    std::fs::remove_dir(&blob).unwrap();
    std::fs::rename(&aside, &blob).unwrap();
    swept(data);
    data.ok(&["audit", "verify"]);
}

#[test]
fn what_ended_lately_stays_and_is_reached_no_more() {
    let there = there();
    let data = &there.town.data;
    let said = person(data, NIK, &["erase", "--yes"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("UU 43/2009"), "{}", said.out);
    let export = exported(data, NIK);
    // Handed over, rejected, by a neighbour, for a neighbour; her drafts are gone, a neighbour's is theirs.
    let all = rows(&export, "applications");
    assert_eq!(all.len(), 5);
    let (drafts, all): (Vec<_>, Vec<_>) = all.into_iter().partition(|a| a["state"] == "draft");
    assert_eq!(drafts.len(), 1);
    assert_eq!(drafts[0]["id"], there.draft);
    let path = format!("/v1/applications/{}", there.draft);
    assert_eq!(there.neighbour.read(&path)["state"], "draft");
    for application in all {
        let people = &application["people"];
        assert!(
            people["email"].is_null()
                && people["phone"].is_null()
                && people["delivery_address"].is_null()
        );
    }
    assert_eq!(rows(&export, "attachments").len(), 2);
    assert!(rows(&export, "accounts").is_empty());
    // The neighbour still is told of theirs.
    let net = Net::new(vec![Canary::new("the neighbour", OTHERS_MAILBOX)]);
    assert!(
        opened(data)
            .iter()
            .any(|(place, plain)| place == "applications.people" && net.catches(plain))
    );
    data.ok(&["audit", "verify"]);
}
