//! No personal data in logs, metrics or errors.

use crate::support::*;

#[test]
fn canaries_appear_in_no_log_or_metric() {
    let data = Data::new();
    let nik = "3273016512900421";
    let row = row_in(nik, "3273010101100421", "KENARI RAHASIA", "3273011001")
        .replace("JL UJI COBA", "JL KENARI");
    data.write("p.csv", &format!("{HEADER}\n{row}\n{row},zuviel\n"));
    let said = data.run(&["import", "persons", &data.path("p.csv")]);
    let canaries = [
        nik,
        "3273010101100421",
        "KENARI",
        "1987-04-12",
        "geheimer grund",
    ];
    let clean = |what: &str, text: &str| {
        for canary in canaries {
            assert!(!text.contains(canary), "{what} holds {canary}:\n{text}");
        }
    };
    clean("stderr of import", &said.err);
    let server = data.serve();
    let token = data.officer("ID.3273", "signer");
    let body = format!(r#"{{"nik":"{nik}","kind":"ktp"}}"#);
    let issued = server.post(&token, "/v1/documents", &body);
    assert_eq!(issued.status, 201, "{}", issued.text());
    let id = issued.json()["document"]["id"]
        .as_str()
        .unwrap()
        .to_string();
    for (path, body) in [
        ("/v1/documents", body.as_str()),
        (
            "/v1/documents",
            &format!(r#"{{"nik":"{nik}9","kind":"ktp","{nik}":1}}"#),
        ),
        ("/v1/documents/search", body.as_str()),
        (
            &format!("/v1/documents/{nik}/revoke"),
            r#"{"reason":"KENARI"}"#,
        ),
        (
            &format!("/v1/documents/{id}/suspend"),
            r#"{"reason":"geheimer grund"}"#,
        ),
    ] {
        let answer = server.post(&token, path, body);
        if answer.status >= 400 {
            clean("a problem document", &answer.text());
        }
    }
    server.get_as(&token, &format!("/v1/documents?cursor={nik}"));
    server.get(&format!("/{nik}"));
    clean("/metrics", &server.get("/metrics").text());
    clean(
        "a list",
        &server
            .get_as(&token, "/v1/documents")
            .text()
            .replace("geheimer grund", ""),
    );
    server.signal("TERM");
    let log = server.log();
    assert!(log.contains("\"route\":\"/v1/documents\""), "{log}");
    clean("the log", &log);
    assert!(!log.contains(&token[10..]), "the token");
    assert!(!data.ok(&["officer", "list"]).out.contains(&token[10..]));
    let database = data.base.bytes();
    let held = database.windows(token.len()).any(|w| w == token.as_bytes());
    assert!(!held, "the database holds a token in clear");
}
