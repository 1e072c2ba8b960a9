//! Another data key, while citizens, officers and phones go on: killed on the way, begun again, and the old one dropped.

use crate::browser::{Browser, invite};
use crate::estate::attach;
use crate::phone::Phone;
use crate::support::Data;
use crate::town::{OFFICE, OWNER, Town};
use serde_json::json;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Columns that hold something here.
const SEALED: [&str; 9] = [
    "accounts.nik",
    "accounts.contact",
    "applications.people",
    "applications.answers",
    "applications.note",
    "application_events.note",
    "devices.nik",
    "bound_credentials.claims",
    "officer_logins.totp",
];
/// How what is under key 1 begins.
const KEY_1: [u8; 3] = [2, 0, 1];

/// Of each column: how many values are under key 1, and how many are not.
fn under(data: &Data, columns: &[&'static str]) -> Vec<(&'static str, usize, usize)> {
    let mut tables: Vec<&str> = columns
        .iter()
        .map(|c| c.split('.').next().unwrap())
        .collect();
    tables.sort_unstable();
    tables.dedup();
    let cells = data.base.cells(&tables);
    let count = |column: &&'static str| {
        // A cell is told as a number too, if it can be read as one.
        let values = cells
            .iter()
            .filter(|(name, value)| name == column && value.len() > 8);
        let (new, old): (Vec<_>, Vec<_>) = values.partition(|(_, value)| value.starts_with(&KEY_1));
        (*column, new.len(), old.len())
    };
    columns.iter().map(count).collect()
}

/// The files of attachments.
fn blobs(data: &Data) -> Vec<PathBuf> {
    let folders = std::fs::read_dir(data.file("data/blobs")).unwrap();
    let files = folders.flat_map(|f| std::fs::read_dir(f.unwrap().path()).unwrap());
    files.map(|f| f.unwrap().path()).collect()
}

/// A process that does not end by itself.
struct Stuck(Child);

impl Drop for Stuck {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct There {
    application: String,
    attachment: String,
    phone: Phone,
    device: String,
}

fn there(town: &Town) -> There {
    let own =
        json!({"kind": "kk", "people": {"relation": "head_of_family", "subject_nik": OWNER[0]}});
    let begun = town.owner.ok("POST", "/v1/applications", Some(&own));
    let application = begun["application"]["id"].as_str().unwrap().to_string();
    attach(&town.owner, &application, "kk_lama");
    town.lead(&application, "needs_correction");
    let listed = town
        .owner
        .read(&format!("/v1/applications/{application}/attachments"));
    let attachment = listed["items"][0]["id"].as_str().unwrap().to_string();
    let card = json!({"nik": OWNER[0], "kind": "ktp"});
    town.officer("signer")
        .ok("POST", "/v1/documents", Some(&card));
    let who = json!({"nik": OWNER[0]});
    let opened = town
        .officer("operator")
        .ok("POST", "/v1/activations", Some(&who));
    let phone = Phone::new(1);
    let handed = phone.redeemed(&town.server, opened["code"].as_str().unwrap());
    let device = handed["device"].as_str().unwrap().to_string();
    There {
        application,
        attachment,
        phone,
        device,
    }
}

/// What each of them came for.
fn everybody_is_answered(town: &Town, there: &There) {
    let id = &there.application;
    let view = town.owner.read(&format!("/v1/applications/{id}"));
    assert_eq!(view["people"]["subject_nik"], OWNER[0]);
    assert_eq!(view["note"], "Mohon foto ulang.");
    let path = format!("/v1/applications/{id}/attachments/{}", there.attachment);
    let file = town.owner.raw("GET", &path, "", b"");
    assert_eq!(file.status, 200, "{}", file.text());
    let renewed = there.phone.answer(&town.server, &there.device, "renew");
    assert_eq!(renewed.status, 200, "{}", renewed.text());
    assert_eq!(town.owner.get("/v1/account").status, 200);
}

#[test]
fn a_rotation_that_was_killed_goes_on_and_everybody_is_answered() {
    let mut town = Town::new();
    let there = there(&town);
    let login = "operator.kunci";
    let (_, one_time) = invite(&town.data, OFFICE, login, "operator");
    let secret = Browser::new(&town.server).first_sign_in(login, &one_time);
    let before = std::fs::read(town.data.file("data/data.key")).unwrap();
    everybody_is_answered(&town, &there);

    let ikd = |args: &[&str]| town.data.run(&[&["data-key"], args].concat());
    assert!(ikd(&["drop", "0"]).err.contains("data key 0 seals"));
    assert_eq!(ikd(&["drop", "7"]).code, 1);
    assert_eq!(ikd(&["add"]).code, 0);
    everybody_is_answered(&town, &there);

    // It stops at a file that nobody writes to, and is killed there.
    let [blob]: [PathBuf; 1] = blobs(&town.data).try_into().unwrap();
    let aside = town.data.file("aside");
    std::fs::rename(&blob, &aside).unwrap();
    assert!(
        Command::new("mkfifo")
            .arg(&blob)
            .status()
            .unwrap()
            .success()
    );
    let mut rotation = town.data.command();
    let rotation = rotation.args(["data-key", "rotate"]).stdout(Stdio::null());
    let mut rotation = Stuck(rotation.spawn().unwrap());
    for _ in 0..600 {
        if under(&town.data, &["officer_logins.totp"])[0].2 == 0 {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    for (column, new, old) in under(&town.data, &SEALED) {
        assert!(new > 0 && old == 0, "{column}: {new} moved, {old} not");
    }
    assert!(
        rotation.0.try_wait().unwrap().is_none(),
        "it waits for the file"
    );
    // The service reads what was moved, and writes.
    let draft = town.draft();
    assert_eq!(
        town.owner.read(&format!("/v1/applications/{draft}"))["state"],
        "draft"
    );
    drop(rotation);
    std::fs::remove_file(&blob).unwrap();
    std::fs::rename(&aside, &blob).unwrap();
    everybody_is_answered(&town, &there);
    let listed = ikd(&["list"]).out;
    assert!(
        listed.contains("0  opens") && listed.contains("1  seals"),
        "{listed}"
    );
    assert!(
        ikd(&["drop", "0", "--now"])
            .err
            .contains("values are under data key 0")
    );

    let gone_on = ikd(&["rotate"]);
    assert_eq!(gone_on.code, 0, "{}", gone_on.err);
    assert!(gone_on.out.contains("1 of blobs"), "{}", gone_on.out);
    assert!(std::fs::read(&blob).unwrap().starts_with(&KEY_1));
    everybody_is_answered(&town, &there);
    assert!(ikd(&["drop", "0"]).err.contains("within a day"));
    let dropped = ikd(&["drop", "0", "--now"]);
    assert_eq!(dropped.code, 0, "{}", dropped.err);
    everybody_is_answered(&town, &there);

    // Without the old key, everything is there: people are found, officers sign in.
    let file = std::fs::read_to_string(town.data.file("data/data.key")).unwrap();
    assert!(file.contains("\n1 ") && !file.contains("\n0 "));
    town.restart();
    everybody_is_answered(&town, &there);
    Browser::new(&town.server).sign_in(&town.data, login, &secret);
    let kept = town.data.base.cells(&["data_keys"]).len();
    town.data.base.change("DELETE FROM data_keys").unwrap_err();
    assert_eq!(town.data.base.cells(&["data_keys"]).len(), kept);
    town.data.ok(&["audit", "verify"]);

    // An instance that was forgotten says so.
    std::fs::write(town.data.file("data/data.key"), before).unwrap();
    let forgotten = town.data.run(&["data-key", "list"]);
    assert_eq!(forgotten.code, 2);
    assert!(
        forgotten.err.contains("copy data.key from where"),
        "{}",
        forgotten.err
    );
}
