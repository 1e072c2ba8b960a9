//! A person asks for everything that is held of them.

use crate::canary::{Canary, Net};
use crate::held::*;
use crate::kenari::*;
use crate::town::{OWNER, STRANGER, Town, subject};
use data_encoding::HEXLOWER;
use serde_json::{Value, json};

#[test]
fn an_export_holds_everything_of_a_person_and_nothing_of_another() {
    let there = there();
    let data = &there.town.data;
    let text = person(data, NIK, &["export"]).out;
    let export: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(export["form"], "ikd-person-1");
    let count = |table: &str| rows(&export, table).len();
    assert_eq!(count("persons"), 1);
    // The family card and the identity card.
    assert_eq!(count("documents"), 2);
    assert_eq!(count("accounts"), 1);
    assert!(count("sessions") >= 1);
    // Nobody has one in which she has no part.
    let all = data.base.numbers("SELECT COUNT(*) FROM applications")[0];
    assert!(all >= 5 && count("applications") as i64 == all);
    assert_eq!(count("attachments"), 3);
    assert_eq!((count("devices"), count("activations")), (1, 1));
    assert!(count("bound_credentials") >= 1 && count("changes") >= 2);
    assert!(count("application_events") > 8 && count("outbox") > 4);
    for needle in [
        NIK, KK, NAME, ADDRESS, BIRTHPLACE, MOTHER, BORN, MAILBOX, PHONE, PARCEL, NOTE,
    ] {
        assert!(text.contains(needle), "{needle}");
    }
    let others = [
        OWNER[0],
        OWNER[1],
        OWNER[2],
        STRANGER[0],
        STRANGER[2],
        OTHERS_MAILBOX,
        "WARGA UJI",
    ];
    let subject = subject(150);
    let net = others.iter().copied().chain([subject.as_str()]);
    Net::new(net.map(|o| Canary::new("somebody else", o)).collect()).text("the export", &text);
    // What the officer wrote about the neighbour's is not hers, what was written about hers is.
    let of = |id: &str| {
        let all = rows(&export, "applications");
        *all.iter().find(|a| a["id"] == id).unwrap()
    };
    assert_eq!(of(&there.by_other)["note"], OTHERS_NOTE);
    let handed_in = of(&there.for_other);
    assert_eq!(handed_in["people"]["email"], MAILBOX);
    assert!(handed_in["note"].is_null() && handed_in["answers"].is_null());

    // Texts are those that verify, and whoever has them checks the lines of the log.
    let bundle = data.bundle();
    let mut checked = 0;
    for document in rows(&export, "documents") {
        let qr = document["qr_text"].as_str().unwrap();
        let state = document["state"]
            .as_str()
            .unwrap()
            .replace("active", "valid");
        assert_eq!(crate::support::verdict(qr, &bundle), state);
        let token = credential::token::unpack(qr).unwrap().bytes;
        for line in rows(&export, "audit") {
            let entry = HEXLOWER
                .decode(line["entry"].as_str().unwrap().as_bytes())
                .unwrap();
            assert_eq!(line["leaf"], sha256(&[&[0], &entry]));
            if line["document"] == document["id"] && line["action"] == "document.issue" {
                let salt = HEXLOWER
                    .decode(line["salt"].as_str().unwrap().as_bytes())
                    .unwrap();
                assert_eq!(line["content_hash"], sha256(&[&salt, &token]));
                checked += 1;
            }
        }
    }
    assert_eq!(checked, 2);

    // The one before is told in the next one; somebody else's is not.
    let stranger = exported(data, STRANGER[0]);
    assert_eq!(rows(&stranger, "accounts").len(), 1);
    let next = exported(data, NIK);
    let exports = rows(&next, "audit")
        .into_iter()
        .filter(|l| l["action"] == "person.export");
    let ids: Vec<&Value> = exports.map(|line| &line["id"]).collect();
    assert_eq!(ids, [&export["audit_line"], &next["audit_line"]]);
    data.ok(&["audit", "verify"]);

    // She comes into a family: its card of before does not name her.
    let card = json!({"nik": subject, "kind": "kk"});
    there
        .town
        .officer("signer")
        .ok("POST", "/v1/documents", Some(&card));
    let family = format!("(SELECT nomor_kk FROM persons WHERE nik = {subject})");
    let sql = format!("UPDATE persons SET nomor_kk = {family} WHERE nik = {NIK}");
    data.base.change(&sql).unwrap();
    // What a person asks for is told whatever became of the row.
    let moved = exported(data, NIK);
    assert_eq!(rows(&moved, "documents").len(), 1);
}

#[test]
fn a_letter_is_of_whose_account_it_goes_to_alone() {
    let mut town = Town::new();
    import(&town);
    town.owner = account(&town);
    let data = &town.data;
    // She types a neighbour's address, as everybody can.
    let people = json!({"relation": "head_of_family", "subject_nik": NIK,
        "email": format!("{}@contoh.id", STRANGER[0])});
    let wish = json!({"kind": "kk", "people": people});
    town.owner.ok("POST", "/v1/applications", Some(&wish));
    // No letter can be delivered.
    let mail = data.file("data/mail");
    std::fs::rename(&mail, data.file("delivered")).unwrap();
    std::fs::write(&mail, "").unwrap();
    for nik in [NIK, STRANGER[0]] {
        let asked = town
            .nobody
            .post("/v1/account/sign-ins", &json!({"nik": nik}));
        assert_eq!(asked.status, 202, "{}", asked.text());
    }
    let letters = |nik: &str| {
        let export = exported(data, nik);
        assert!(!export.to_string().contains("Kode masuk"));
        let rows = rows(&export, "outbox").into_iter();
        rows.filter(|row| row["cause"] == "letter")
            .cloned()
            .collect::<Vec<Value>>()
    };
    let own = letters(NIK);
    assert_eq!(own.len(), 1, "{own:?}");
    // That one waits, since when, and nothing of what it says.
    let waits = ["waiting", "claimed"].map(Value::from);
    assert!(waits.contains(&own[0]["state"]) && own[0]["created"].is_string());
    assert!(own[0]["sealed"].is_null(), "{own:?}");
    assert_ne!(letters(STRANGER[0])[0]["id"], own[0]["id"]);

    // A mailbox of the whole family: whose letter it is, nobody knows.
    let shared = "UPDATE accounts SET contact_index = \
        (SELECT contact_index FROM accounts ORDER BY id DESC LIMIT 1)";
    data.base.change(shared).unwrap();
    assert!(letters(NIK).is_empty());
    let said = person(data, NIK, &["erase", "--yes"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let waiting = "SELECT COUNT(*) FROM outbox WHERE cause = 'letter' AND sealed IS NOT NULL";
    assert_eq!(data.base.numbers(waiting), [2]);
}

#[cfg(unix)]
#[test]
fn an_export_goes_into_files_of_its_owner_and_over_none() {
    use std::os::unix::fs::PermissionsExt;
    let mut town = Town::new();
    import(&town);
    town.owner = account(&town);
    life(&mut town);
    let data = &town.data;
    let (file, folder) = (data.path("kenari.json"), data.path("papers"));
    let said = person(
        data,
        NIK,
        &["export", "--to", &file, "--attachments", &folder],
    );
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(!said.out.contains(NAME));
    let mode = |path: &str| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(&folder)), (0o600, 0o700));
    let export: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let listed = rows(&export, "attachments");
    assert_eq!(listed.len(), 3);
    for attachment in listed {
        let name = format!("{}.jpeg", attachment["id"].as_str().unwrap());
        let path = data.file("papers").join(name);
        assert_eq!(mode(path.to_str().unwrap()), 0o600);
        assert_eq!(attachment["hash"], sha256(&[&std::fs::read(path).unwrap()]));
    }
    let lines = || {
        data.base
            .numbers("SELECT COUNT(*) FROM audit WHERE action = 'person.export'")[0]
    };
    assert_eq!(lines(), 1);
    for args in [
        ["export", "--to", &file],
        ["export", "--attachments", &folder],
    ] {
        let said = person(data, NIK, &args);
        assert_eq!(said.code, 1);
        assert!(said.err.contains("is there already"), "{}", said.err);
    }
    // Nobody, and no NIK, which is not told again.
    assert_eq!(person(data, "3273011204870099", &["export"]).code, 1);
    let said = person(data, "32730149078804x", &["export"]);
    assert_eq!(said.code, 2);
    assert!(!said.err.contains("32730149078804"), "{}", said.err);
    assert_eq!(lines(), 1, "who got nothing is in no line");
    data.write("nik", &format!("{NIK}\n"));
    let said = data.ok(&["person", "export", "--nik-file", &data.path("nik")]);
    assert!(said.out.contains(NAME));
}
