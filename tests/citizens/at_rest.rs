//! What a thief of the database file reads.

use crate::people::*;

const TABLES: &[&str] = &[
    "accounts",
    "account_codes",
    "sessions",
    "throttles",
    "lockouts",
    "outbox",
    "audit",
];

#[test]
fn neither_nik_nor_contact_stands_in_clear() {
    let data = household();
    let server = data.serve();
    let mut father = signed_in(&data, &server, FATHER, "1987-04-12", "rahasia@contoh.id", 0);
    let csrf = text(&father.get("/v1/account"), "csrf");
    let asked = father.json(
        "/v1/account/contact",
        Some(&csrf),
        r#"{"contact":"tersembunyi@contoh.id"}"#,
    );
    assert_eq!(asked.status, 202);
    let body = claim(MOTHER, KK, "1988-04-12", "kenari@contoh.id");
    assert_eq!(
        father.json("/v1/account/registrations", None, &body).status,
        202
    );
    let codes: Vec<String> = mail(&data, 4)
        .iter()
        .map(|letter| code_in(letter))
        .collect();
    let cells = data.base.cells(TABLES);
    assert!(
        cells.iter().any(|(name, _)| name == "accounts.nik")
            && cells
                .iter()
                .any(|(name, _)| name == "account_codes.payload")
    );
    let number = |nik: &str| nik.parse::<u64>().unwrap();
    let mut canaries: Vec<Vec<u8>> = Vec::new();
    for nik in [FATHER, MOTHER, KK] {
        canaries.push(nik.as_bytes().to_vec());
        canaries.push(number(nik).to_be_bytes().to_vec());
        canaries.push(number(nik).to_le_bytes().to_vec());
        // As SQLite stores an integer of that size: 8 bytes, but also the 7 significant ones.
        canaries.push(number(nik).to_be_bytes()[1..].to_vec());
    }
    canaries.extend(
        [
            "rahasia",
            "tersembunyi",
            "kenari",
            "contoh.id",
            "1988-04-12",
        ]
        .map(|t| t.as_bytes().to_vec()),
    );
    canaries.extend(codes.iter().map(|code| code.as_bytes().to_vec()));
    let cookie = father.cookie.clone().unwrap();
    canaries.push(cookie.strip_prefix("ikd=").unwrap().as_bytes().to_vec());
    for (name, bytes) in &cells {
        for canary in &canaries {
            let held = bytes.windows(canary.len()).any(|window| window == canary);
            assert!(!held, "{name} holds {:?}", String::from_utf8_lossy(canary));
        }
    }
    // The whole file and its log hold contacts, codes and the cookie nowhere at all; the NIK only in the register, and
    // never as text.
    drop(server);
    let whole = data.base.bytes();
    let absent = |text: &[u8]| !whole.windows(text.len()).any(|window| window == text);
    for text in ["rahasia@", "tersembunyi@", "kenari@", FATHER, MOTHER] {
        assert!(absent(text.as_bytes()), "{text}");
    }
    assert!(absent(cookie.strip_prefix("ikd=").unwrap().as_bytes()));
}

#[test]
fn logs_and_metrics_hold_nothing_of_it() {
    let data = household();
    let server = data.serve();
    let mut father = signed_in(&data, &server, FATHER, "1987-04-12", "rahasia@contoh.id", 0);
    father.get("/akun");
    father.post("/masuk", &[("nik", FATHER)]);
    father.post(
        "/daftar",
        &[
            ("langkah", "kontak"),
            ("nik", FATHER),
            ("kontak", "rahasia@contoh.id"),
        ],
    );
    let code = code_in(&mail(&data, 2)[1]);
    let metrics = server.get("/metrics").text();
    server.signal("TERM");
    let log = server.log();
    assert!(log.contains("\"route\":\"/v1/account/registrations\""));
    for canary in [
        FATHER,
        KK,
        "rahasia",
        "BUDI",
        "1987-04-12",
        father.cookie.as_deref().unwrap().trim_start_matches("ikd="),
    ] {
        assert!(
            !log.contains(canary) && !metrics.contains(canary),
            "{canary}"
        );
    }
    assert!(!log.contains(&format!("\"{code}\"")));
}
