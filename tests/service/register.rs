//! The register under its seals: what somebody writes into the database makes no document, and is found.

use crate::support::*;

const ALTERED: &str = "a row of persons was not written by this service";

fn issue(data: &Data, n: u32, kind: &str) -> Said {
    let out = data.path("qr.png");
    data.run(&["issue", "--nik", &nik(n), "--kind", kind, "--out", &out])
}

fn change(data: &Data, n: u32, what: &str) {
    let sql = format!("UPDATE persons SET {what} WHERE nik = {}", nik(n));
    assert_eq!(data.base.change(&sql), Ok(1));
}

/// As a deed of death does it.
fn dies(data: &Data, n: u32) {
    use ikd::store::persons::{Standing, set_standing};
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let folder = data.file("data");
        let service = ikd::cli::context::open_on(&folder, data.base.url());
        let service = service.await.unwrap();
        let mut tx = service.db.begin().await.unwrap();
        let nik = credential::ids::Nik::parse(&nik(n)).unwrap();
        set_standing(&mut tx, &service.register(), nik, Standing::Dead)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        service.db.close().await;
    });
}

#[test]
fn a_row_that_was_altered_makes_no_document_until_it_is_imported_anew() {
    let data = Data::with_people(5);
    change(&data, 1, "nama = 'ORANG LAIN'");
    change(&data, 2, "seal = NULL");
    // Somebody who died is brought back.
    dies(&data, 3);
    change(&data, 3, "status_dasar = 1");
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
            .contains("5 people, 0 applications: in order")
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

/// Several family cards at the same moment: one is refused, also where the row can not even be read.
#[test]
fn a_family_is_not_issued_without_a_member_whose_row_was_altered() {
    let data = Data::with_people(40);
    let child = row(50).replace(
        &format!("327301010110{:04}", 50),
        &format!("327301010110{:04}", 2),
    );
    let child = child.replace("1987-04-12,1,13,1,1,88,8,1,", "1987-04-12,1,13,1,1,88,8,4,");
    data.write("child.csv", &format!("{HEADER}\n{child}\n"));
    data.ok(&["import", "persons", &data.path("child.csv")]);
    let signer = data.officer("ID.3273", "signer");
    let server = data.serve();
    let bytes = data.base.words("x'05'", "'\\x05'::BYTEA");
    for (seal, first) in [(data.base.words("5", bytes), 10), (bytes, 30)] {
        change(&data, 50, &format!("seal = {seal}"));
        let heads = (first..first + 8).chain([2]);
        std::thread::scope(|scope| {
            for n in heads {
                let (server, signer) = (&server, &signer);
                scope.spawn(move || {
                    let nik = nik(n);
                    let body = format!(r#"{{"nik": "{nik}", "kind": "kk"}}"#);
                    let answer = server.post(signer, "/v1/documents", &body);
                    let status = if n == 2 { 500 } else { 201 };
                    assert_eq!(answer.status, status, "{n} {}", answer.text());
                });
            }
        });
    }
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
    let begun = "DELETE FROM audit WHERE action = 'register.sealed'";
    let refused = data.run(&["register", "seal"]);
    assert_eq!(
        refused.code, 1,
        "one that was begun with seals: {}",
        refused.out
    );
    assert_eq!(data.base.forge(begun), Ok(1));
    let unseal = |table| {
        let sql = format!("UPDATE {table} SET seal = NULL");
        data.base.change(&sql).unwrap();
    };
    data.ok(&["mandate", "add", "--office", "ID.3273", "--cards", "5"]);
    data.issue(2, "ktp");
    let operator = data.officer("ID.3273", "operator");
    let body = format!(r#"{{"nik": "{}"}}"#, nik(2));
    let activated = data.serve().post(&operator, "/v1/activations", &body);
    assert_eq!(activated.status, 201, "{}", activated.text());
    unseal("mandates");
    unseal("activations");
    unseal("persons");
    unseal("regions");
    assert!(issue(&data, 1, "ktp").err.contains("docs/OPERATIONS.md"));
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
        (1, "4 rows sealed\n"),
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
    // The setting counts no more, left as it is or not.
    std::fs::write(&config, &accept).unwrap();
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
    data.write("people.csv", &format!("{nameless}{}\n", row(2)));
    let alter = "UPDATE regions SET nama = 'KOTA LAIN' WHERE kode = '3273'";
    assert_eq!(data.base.change(alter), Ok(1));
    let said = data.run(&["import", "persons", &data.path("people.csv")]);
    assert_eq!(said.out, "1 new, 0 updated, 1 rejected\n");
    assert!(said.err.contains("ikd import regions"), "{}", said.err);
    let said = data.run(&["audit", "verify"]);
    assert!(said.out.contains("FAULT region 3273"), "{}", said.out);
    data.ok(&["import", "regions", &data.path("regions.csv")]);
    data.ok(&["import", "persons", &data.path("people.csv")]);
    data.ok(&["audit", "verify"]);
}

#[test]
fn under_another_data_key_the_register_is_sealed_anew_and_only_on_purpose() {
    let data = Data::with_people(1);
    data.write("data/data.key", &"5a".repeat(32));
    let empty = data.base.words("x''", "''");
    let unmarked = format!("UPDATE data_key SET mark = {empty}");
    assert_eq!(data.base.change(&unmarked), Ok(1));
    assert!(issue(&data, 1, "ktp").err.contains(ALTERED));
    let said = data.run(&["register", "seal"]);
    assert_eq!(said.code, 1, "{}", said.out);
    assert!(said.err.contains("data.key is lost"), "{}", said.err);
    let said = data.ok(&["register", "seal", "--key-lost"]);
    assert_eq!(said.out, "1 rows sealed\n");
    data.issue(1, "ktp");
    let again = data.run(&["register", "seal", "--key-lost"]);
    assert_eq!(again.code, 1, "{}", again.out);
}
