//! The register under its seals: what somebody writes into the database makes no document, and is found.

use crate::support::*;

const ALTERED: &str = "a row of the register was not written by this service";

fn issue(data: &Data, n: u32, kind: &str) -> Said {
    let out = data.path("qr.png");
    data.run(&["issue", "--nik", &nik(n), "--kind", kind, "--out", &out])
}

fn change(data: &Data, n: u32, what: &str) {
    let sql = format!("UPDATE persons SET {what} WHERE nik = {}", nik(n));
    assert_eq!(data.base.change(&sql), Ok(1));
}

#[test]
fn a_row_that_was_altered_makes_no_document_until_it_is_imported_anew() {
    let data = Data::with_people(5);
    change(&data, 1, "nama = 'ORANG LAIN'");
    change(&data, 2, "seal = NULL");
    // Somebody who died is brought back.
    change(&data, 3, "status_dasar = 1, updated = updated + 1");
    // The seal of another.
    let other = format!("(SELECT seal FROM persons WHERE nik = {})", nik(5));
    change(&data, 4, &format!("seal = {other}"));
    for n in 1..=4 {
        for kind in ["ktp", "kk"] {
            let said = issue(&data, n, kind);
            assert_eq!(said.code, 1, "{n} {}{}", said.out, said.err);
            assert!(said.err.contains(ALTERED), "{}", said.err);
            assert!(said.err.contains("ikd register altered"), "{}", said.err);
            assert!(!said.err.contains(&nik(n)), "{}", said.err);
        }
    }
    data.issue(5, "ktp");
    let said = data.run(&["audit", "verify"]);
    assert_eq!(said.code, 1);
    let faults = said.out.lines().filter(|l| l.starts_with("FAULT person "));
    assert_eq!(faults.count(), 4, "{}", said.out);
    assert!(!said.out.contains("3273"), "{}", said.out);
    let list = data.path("altered");
    let said = data.run(&["register", "altered", "--to", &list]);
    assert_eq!(
        (said.code, said.out.contains("4 people altered")),
        (1, true)
    );
    let niks = (1..=4).map(|n| nik(n) + "\n");
    assert_eq!(
        std::fs::read_to_string(&list).unwrap(),
        niks.collect::<String>()
    );

    // Whoever imports them as always launders nothing.
    let people = data.path("people.csv");
    let said = data.run(&["import", "persons", &people]);
    assert_eq!(said.out, "0 new, 1 updated, 4 rejected\n");
    assert!(said.err.contains("--replace-altered"), "{}", said.err);
    let said = data.ok(&["import", "persons", "--replace-altered", &people]);
    let told = "0 new, 1 updated, 4 that had been altered replaced, 0 rejected\n";
    assert_eq!(said.out, told);
    let detail =
        "SELECT detail FROM audit WHERE action = 'import.persons' ORDER BY id DESC LIMIT 1";
    let line = ["0 new, 1 updated, 4 replaced, 0 rejected"];
    assert_eq!(data.base.texts(detail), line);
    assert!(
        data.ok(&["audit", "verify"])
            .out
            .contains("5 people: in order")
    );
    for n in 1..=4 {
        data.issue(n, "ktp");
    }
    let name = format!("SELECT nama FROM persons WHERE nik = {}", nik(1));
    assert_eq!(data.base.texts(&name), ["ORANG UJI B"]);
}

/// Every way of issuing: together with others, for a whole region, and for whoever is in the family.
#[test]
fn nobody_else_waits_for_a_row_that_was_altered() {
    let data = Data::with_people(4);
    change(&data, 2, "nama = 'ORANG LAIN'");
    let signer = data.officer("ID.3273", "signer");
    let server = data.serve();
    std::thread::scope(|scope| {
        let asked: Vec<_> = (1..=3)
            .map(|n| {
                let (server, signer) = (&server, &signer);
                scope.spawn(move || {
                    let body = format!(r#"{{"nik": "{}", "kind": "ktp"}}"#, nik(n));
                    server.post(signer, "/v1/documents", &body)
                })
            })
            .collect();
        for (n, asked) in (1..=3).zip(asked) {
            let answer = asked.join().unwrap();
            let status = if n == 2 { 500 } else { 201 };
            assert_eq!(answer.status, status, "{n} {}", answer.text());
            if n == 2 {
                assert_eq!(answer.json()["type"], "urn:ikd:problem:register-altered");
            }
        }
    });
    let log = server.log();
    assert!(log.contains("person refused"), "{log}");
    assert!(!log.contains(&nik(2)), "{log}");
    drop(server);
    // And one who is put into the family of another takes its card away, not only their own.
    let card = format!("(SELECT nomor_kk FROM persons WHERE nik = {})", nik(1));
    change(&data, 2, &format!("nomor_kk = {card}, shdk = 4"));
    for kind in ["ktp", "kk"] {
        data.ok(&["bulk", "plan", "--alone", "--kind", kind]);
        let said = data.run(&["bulk", "run"]);
        let refused = said.out.lines().filter(|l| l.contains(ALTERED));
        let refused: Vec<_> = refused
            .map(|l| l.split_whitespace().next().unwrap())
            .collect();
        assert_eq!(refused, ["1"], "{kind} {}{}", said.out, said.err);
    }
    let issued = "SELECT COUNT(*) FROM documents WHERE state = 'active'";
    // A card for each of 1, 3 and 4, family cards of 3 and 4.
    assert_eq!(data.base.numbers(issued), [5]);
}

/// A database from before there were seals.
#[test]
fn a_register_from_before_is_sealed_once() {
    let data = Data::with_people(2);
    let config = data.file("data/config.toml");
    let strict = std::fs::read_to_string(&config).unwrap();
    let accept = format!("{strict}\n[register]\naccept_unsealed = true\n");
    data.write("regions.csv", "kode,nama\n32,JAWA BARAT\n");
    data.ok(&["import", "regions", &data.path("regions.csv")]);
    let unseal = |table| {
        let sql = format!("UPDATE {table} SET seal = NULL");
        data.base.change(&sql).unwrap();
    };
    unseal("persons");
    unseal("regions");
    assert!(issue(&data, 1, "ktp").err.contains("ikd register seal"));
    std::fs::write(&config, &accept).unwrap();
    data.issue(1, "ktp");
    let said = data.ok(&["audit", "verify"]);
    assert!(
        said.out.contains("3 rows of the register have no seal"),
        "{}",
        said.out
    );
    // One that was changed since it was sealed gets no other seal.
    data.ok(&["import", "persons", &data.path("people.csv")]);
    unseal("persons");
    let forged = "seal = (SELECT substr(token, 1, 16) FROM trust_lists LIMIT 1)";
    change(&data, 2, forged);
    let said = data.run(&["register", "seal"]);
    assert_eq!(
        (said.code, said.out.as_str()),
        (1, "2 rows sealed\n"),
        "{}",
        said.err
    );
    assert!(said.err.contains("1 rows were changed"), "{}", said.err);
    std::fs::write(&config, &strict).unwrap();
    let said = data.run(&["audit", "verify"]);
    assert_eq!(said.out.matches("FAULT person ").count(), 1, "{}", said.out);
    let people = data.path("people.csv");
    data.ok(&["import", "persons", "--replace-altered", &people]);
    data.ok(&["audit", "verify"]);
    // Once: whoever takes a seal away later waits in vain for somebody to seal it again.
    change(&data, 1, "seal = NULL");
    let said = data.run(&["register", "seal"]);
    assert_eq!(said.code, 1, "{}", said.out);
    assert!(
        said.err.contains("was sealed under this data.key before"),
        "{}",
        said.err
    );
    assert!(issue(&data, 1, "kk").err.contains(ALTERED));
}

#[test]
fn a_name_of_a_region_that_was_altered_comes_into_nobodys_row() {
    let data = Data::new();
    let regions =
        "kode,nama\n32,JAWA BARAT\n32.73,KOTA BANDUNG\n32.73.01,SUKASARI\n32.73.01.1001,SUKARASA\n";
    data.write("regions.csv", regions);
    data.ok(&["import", "regions", &data.path("regions.csv")]);
    let people = format!("{HEADER}\n{}\n", row(1));
    let nameless = people.replace("BRAGA,SUMUR BANDUNG,KOTA BANDUNG,JAWA BARAT", ",,,");
    data.write("people.csv", &nameless);
    let alter = "UPDATE regions SET nama = 'KOTA LAIN' WHERE kode = '3273'";
    assert_eq!(data.base.change(alter), Ok(1));
    let said = data.run(&["import", "persons", &data.path("people.csv")]);
    assert_eq!(said.code, 1, "{}", said.out);
    assert!(said.err.contains("ikd import regions"), "{}", said.err);
    let said = data.run(&["audit", "verify"]);
    assert!(said.out.contains("FAULT region 3273"), "{}", said.out);
    data.ok(&["import", "regions", &data.path("regions.csv")]);
    data.ok(&["import", "persons", &data.path("people.csv")]);
    data.ok(&["audit", "verify"]);
}
