//! Who gets what: the rules of issuing one by one.

use crate::ground::*;
use crate::support::*;

fn born(row: &str, day: &str) -> String {
    row.replace("1987-04-12", day)
}

#[test]
fn a_region_those_who_have_one_and_those_whom_nobody_answers_for() {
    let data = Data::new();
    let mut rows: Vec<String> = (0..1_200).map(row_of).collect();
    for row in &mut rows[..7] {
        *row = born(row, "2021-04-12");
    }
    let far = |n: u32| {
        let nik = format!("110101120487{:04}", n + 1);
        row_in(&nik, "1101010101100001", "ORANG JAUH", "1101012001")
    };
    rows.extend((0..3).map(far));
    import(&data, &rows);
    // The ninth of them, who is not a child.
    data.issue(9, "ktp");
    let planned = data
        .ok(&["bulk", "plan", "--alone", "--kind", "ktp", "--chunk", "100"])
        .out;
    assert!(planned.contains("outside 3 people"), "{planned}");
    data.ok(&["bulk", "run"]);
    let report = status(&data);
    assert_eq!(report["persons"]["issued"], 1_192, "{report}");
    assert_eq!(report["persons"]["skipped"], 1);
    assert_eq!(report["persons"]["outside"], 3);
    assert_eq!(report["refused"][0]["persons"], 7);
    let rule = report["refused"][0]["reason"].as_str().unwrap();
    assert_eq!(rule, "a KTP-el needs an age of 17 years, or a marriage");
    assert_eq!(check(&data), 1_192);
    // One village, anew: what was in force is replaced, and says by what.
    data.ok(&[
        "bulk",
        "plan",
        "--alone",
        "--kind",
        "ktp",
        "--region",
        "32.73.01.1001",
        "--supersede",
    ]);
    data.ok(&["bulk", "run"]);
    let report = status(&data);
    assert_eq!(report["persons"]["issued"], 493, "{report}");
    let replaced = "SELECT COUNT(*) FROM documents old JOIN documents new ON new.id = old.superseded_by \
        WHERE old.state = 'superseded' AND new.state = 'active' AND new.subject = old.subject";
    assert_eq!(data.base.numbers(replaced), [493]);
}

/// A document of a job is a document like any other: shown, printed, revoked, in the public lists.
#[test]
fn a_document_without_its_text_is_like_any_other() {
    let data = people(30);
    let token = data.officer("ID.3273", "signer");
    data.ok(&["bulk", "plan", "--alone", "--kind", "kk"]);
    data.ok(&["bulk", "run"]);
    data.ok(&["bulk", "plan", "--alone", "--kind", "ktp"]);
    data.ok(&["bulk", "run"]);
    let server = data.serve();
    let items = server
        .get_as(&token, "/v1/documents?kind=ktp&limit=200")
        .json();
    let items = items["items"].as_array().unwrap();
    assert_eq!(items.len(), 30);
    let bundle = data.bundle();
    for item in items {
        assert_eq!(
            verdict(item["qr"]["text"].as_str().unwrap(), &bundle),
            "valid"
        );
    }
    let id = items[3]["id"].as_str().unwrap();
    let text = items[3]["qr"]["text"].as_str().unwrap();
    data.ok(&["revoke", id, "--reason", "uji"]);
    assert_eq!(verdict(text, &data.bundle()), "revoked");
    let stored = server.get_as(&token, &format!("/v1/documents/{id}")).json();
    assert_eq!(stored["qr"]["text"], text);
    assert_eq!(stored["state"], "revoked");
    let families = server
        .get_as(&token, "/v1/documents?kind=kk&limit=200")
        .json();
    assert_eq!(families["items"].as_array().unwrap().len(), 30);
}

/// What a job lacks is said, and the rest goes on once it is there.
#[test]
fn a_key_that_is_not_here_holds_its_office_only() {
    let data = people(120);
    data.ok(&["bulk", "plan", "--alone", "--kind", "ktp", "--chunk", "50"]);
    let keys = data.file("data/keys");
    let issuer = std::fs::read_dir(&keys).unwrap().map(|e| e.unwrap().path());
    let issuer = issuer.into_iter().find(|path| {
        path.file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .starts_with("issuer")
    });
    let (issuer, aside) = (issuer.unwrap(), data.file("aside.pem"));
    std::fs::rename(&issuer, &aside).unwrap();
    let said = data.run(&["bulk", "run"]);
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    assert!(said.out.contains("not within reach"), "{}", said.out);
    std::fs::rename(&aside, &issuer).unwrap();
    data.ok(&["bulk", "resume"]);
    assert_eq!(check(&data), 120);
}

/// Agencies hear of a job's documents after it, and of one that was revoked before they heard of it in the right order.
#[test]
fn agencies_hear_of_what_was_issued() {
    let data = people(60);
    data.ok(&["bulk", "plan", "--alone", "--kind", "ktp", "--chunk", "25"]);
    data.ok(&["bulk", "run"]);
    data.ok(&["outbox", "run"]);
    let count = |from: &str| data.base.numbers(&format!("SELECT COUNT(*) FROM {from}"))[0];
    assert_eq!(count("changes"), 0, "nobody hears of them");
    assert_eq!(count("bulk_chunks WHERE told = 0"), 0);
    data.ok(&[
        "agency",
        "add",
        "--name",
        "Bank Uji",
        "--kinds",
        "all",
        "--region",
        "",
        "--elements",
        "kind,change",
        "--from",
        "2026-01-01",
        "--to",
        "2099-12-31",
    ]);
    data.ok(&["bulk", "plan", "--alone", "--kind", "kk", "--chunk", "25"]);
    data.ok(&["bulk", "run"]);
    assert_eq!(count("changes"), 0, "told of afterwards");
    let first = &data
        .base
        .ids("documents WHERE kind = 2 ORDER BY id LIMIT 1")[0];
    data.ok(&["revoke", first, "--reason", "uji"]);
    for _ in 0..3 {
        data.ok(&["outbox", "run"]);
    }
    assert_eq!(count("changes WHERE number IS NOT NULL"), 61);
    assert_eq!(count("changes WHERE change = 'issued'"), 60);
    let order = "SELECT number FROM changes WHERE document IN (SELECT id FROM documents WHERE state = 'revoked') \
        ORDER BY turn";
    let order = data.base.numbers(order);
    assert!(order.len() == 2 && order.is_sorted(), "{order:?}");
}
