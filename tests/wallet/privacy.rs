//! No personal data in the log, in metrics, in the audit trail, or in clear in the tables of phones.

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
    let audit = office.data.base.cells(&["audit"]);
    let said: Vec<_> = audit
        .iter()
        .map(|(_, bytes)| String::from_utf8_lossy(bytes))
        .collect();
    let said = said.join("|");
    for action in [
        "wallet.activate",
        "wallet.redeem",
        "wallet.intend",
        "wallet.issue",
        "wallet.end",
    ] {
        assert!(said.contains(action), "{action}: {said}");
    }
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
    let tables = ["bound_credentials", "devices", "activations"];
    for (column, held) in office.data.base.cells(&tables) {
        let texts = plain.iter().map(|t| t.as_bytes().to_vec());
        for needle in texts.chain([nik.to_be_bytes()[2..].to_vec()]) {
            let found = held.windows(needle.len()).any(|w| w == needle);
            assert!(!found, "{column} holds {needle:02x?}");
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
