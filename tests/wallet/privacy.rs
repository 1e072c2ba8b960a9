//! No personal data in the log, in metrics, in the audit trail, or in clear in the tables of phones.

use crate::database::text as query;
use crate::family::*;
use crate::phone::*;
use serde_json::json;

#[test]
fn names_and_numbers_stay_out_of_log_audit_and_tables() {
    let office = Office::new();
    let card = office.issue(FATHER, "ktp");
    office.issue(FATHER, "kk");
    let phone = Phone::new(1);
    let code = office.code_with_portrait(FATHER);
    let handed = phone.redeemed(&office.server, &code);
    let device = handed["device"].as_str().unwrap();
    phone.answer(&office.server, device, "renew");
    Phone::new(2).redeem(&office.server, &code);
    office.open(&json!({"nik": NOBODY}));
    office.phones(FATHER);
    office.change(&card, "suspend");
    phone.answer(&office.server, device, "remove");
    let metrics = office.server.get("/metrics").text();
    office.server.signal("TERM");
    let log = office.server.log();
    assert!(log.contains("/v1/wallet/redeem"), "{log}");
    let claims = "SELECT group_concat(hex(claims) || hex(issued), '') FROM bound_credentials";
    let people = "SELECT group_concat(hex(nik) || hex(face) || hex(subject_index) || label, '') FROM devices";
    let codes = "SELECT group_concat(hex(nik) || hex(face) || hex(code_hash), '') FROM activations";
    let audit = "SELECT group_concat(actor || action || coalesce(detail, ''), '|') FROM audit";
    let said = query(&office.data, audit);
    for action in [
        "wallet.activate",
        "wallet.redeem",
        "wallet.intend",
        "wallet.issue",
        "wallet.end",
    ] {
        assert!(said.contains(action), "{action}: {said}");
    }
    let hex = |text: &str| text.bytes().map(|b| format!("{b:02X}")).collect::<String>();
    let nik: u64 = FATHER.parse().unwrap();
    let numbers = [FATHER, KK, NOBODY];
    let plain: Vec<String> = numbers
        .iter()
        .chain(&NAMES)
        .map(|t| t.to_string())
        .chain([code.clone()])
        .collect();
    for (what, held) in [("log", &log), ("metrics", &metrics), ("audit", &said)] {
        for needle in plain.iter().chain([&handed["credentials"][0]["text"]
            .as_str()
            .unwrap()
            .to_string()])
        {
            assert!(!held.contains(needle.as_str()), "{what} holds {needle}");
        }
    }
    for sql in [claims, people, codes] {
        let held = query(&office.data, sql);
        for needle in plain.iter().map(|t| hex(t)).chain([format!("{nik:X}")]) {
            assert!(!held.contains(&needle), "{sql} holds {needle}");
        }
    }
}

#[test]
fn an_answer_about_a_code_names_nobody() {
    let office = Office::new();
    office.issue(FATHER, "ktp");
    let opened = office.open(&json!({"nik": FATHER})).text();
    for name in NAMES.iter().chain([&FATHER, &KK]) {
        assert!(!opened.contains(name), "{opened}");
    }
    let opened: serde_json::Value = serde_json::from_str(&opened).unwrap();
    let code = opened["code"].as_str().unwrap();
    let url = opened["url"].as_str().unwrap();
    assert_eq!(
        url,
        format!("{}/dompet#aktivasi={code}", office.server.base)
    );
}
