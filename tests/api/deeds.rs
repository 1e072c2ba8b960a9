//! An application ends what is its own: not whatever document's number, nor whose NIK, somebody typed into it.

use crate::database::change;
use crate::estate::{at_the_desk, attach};
use crate::town::{OFFICE, OWNER, Town, subject};
use serde_json::{Value, json};

/// A row of the other party of a deed, as the form writes it: name, NIK, place and day of birth.
fn party(n: u32) -> String {
    format!(
        "WARGA UJI | {} | BANDUNG | 1987-04-12 | - | - | -",
        subject(n)
    )
}

fn marriage(other: &str) -> Value {
    json!({"pihak_lain": other, "agama": "2", "pihak_berwenang": "Pdt. Uji", "tempat_peristiwa": "BANDUNG",
        "tanggal_peristiwa": "2020-02-14"})
}

/// The answers of a divorce or an annulment that names that deed.
fn decision(other: &str, number: &str) -> Value {
    json!({"pihak_lain": other, "nomor_akta": number, "tanggal_akta": "2020-02-20",
        "pihak_berwenang": "Pengadilan Negeri Bandung", "nomor_keputusan": "141/Pdt.G/2026/PN Bdg",
        "tanggal_keputusan": "2024-08-03"})
}

/// Files an application about the n-th person with those answers and every attachment it needs; its id, handed in.
fn filed(town: &Town, kind: &str, n: u32, answers: &Value) -> String {
    let people = json!({"relation": "oneself", "subject_nik": subject(n)});
    let body = json!({"kind": kind, "office": OFFICE, "people": people});
    let begun = town.owner.ok("POST", "/v1/applications", Some(&body));
    let id = begun["application"]["id"].as_str().unwrap().to_string();
    let change = json!({"version": begun["application"]["version"], "answers": answers});
    let address = format!("/v1/applications/{id}");
    town.owner
        .ok("PUT", &format!("{address}/answers"), Some(&change));
    let kind = town.owner.read(&format!("/v1/kinds/{kind}"));
    for needed in kind["attachments"].as_array().unwrap() {
        if needed["need"] == "always" {
            attach(&town.owner, &id, needed["slug"].as_str().unwrap());
        }
    }
    town.owner.step(&id, "submit", None);
    town.officer("operator").step(&id, "take", None);
    let view = town.officer("operator").read(&address);
    if view["late"] == "pending" {
        town.officer("signer").step(&id, "approve-late", None);
    }
    id
}

/// The same, issued: id and printed number of the document.
fn issued(town: &Town, kind: &str, n: u32, answers: &Value) -> (String, String) {
    let id = filed(town, kind, n, answers);
    town.officer("verifier").step(&id, "pass", None);
    let done = town.officer("signer").step(&id, "approve", None);
    let document = done["document"]["id"].as_str().unwrap().to_string();
    let number = done["document"]["number"].as_str().unwrap_or_default();
    (document, number.to_string())
}

fn state(town: &Town, document: &str) -> String {
    let seen = town
        .officer("signer")
        .read(&format!("/v1/documents/{document}"));
    seen["state"].as_str().unwrap().to_string()
}

#[test]
fn a_number_that_was_typed_ends_nobody_elses_deed() {
    let town = Town::new();
    let (deed, number) = issued(&town, "akta-perkawinan", 11, &marriage(&party(12)));
    let desk = at_the_desk(&town, OFFICE, "verifier");

    // A stranger types the number: of the couple nobody is theirs, or they make one of them their spouse.
    for other in [party(22), party(11), party(12)] {
        for kind in ["akta-perceraian", "sk-batal-kawin"] {
            let id = filed(&town, kind, 21, &decision(&other, &number));
            let address = format!("/v1/applications/{id}");
            let verifier = town.officer("verifier");
            let preview = verifier.get(&format!("{address}/preview"));
            assert_eq!(preview.problem(422), ["nomor_akta"], "{kind} {other}");
            let pass = verifier.send("POST", &format!("{address}/pass"), None);
            assert_eq!(pass.problem(422), ["nomor_akta"]);
            // The page says so before anybody decides, in both languages, and names nobody.
            for (lang, words) in [
                ("id", "bukan milik pemohon"),
                ("en", "somebody else&#39;s document"),
            ] {
                let page = desk.with("accept-language", lang);
                let page = page.raw("GET", &format!("/petugas/permohonan/{id}"), "", &[]);
                let page = page.text();
                assert!(page.contains(words), "{lang}: {page}");
                assert!(!page.contains(&subject(12)) || other == party(12));
            }
            assert_eq!(state(&town, &deed), "active");
        }
    }
    // Of another kind: the number of the deed of marriage is none of a divorce.
    let id = filed(&town, "sk-batal-cerai", 11, &decision(&party(12), &number));
    let refused =
        town.officer("verifier")
            .send("POST", &format!("/v1/applications/{id}/pass"), None);
    assert_eq!(refused.problem(422), ["nomor_akta"]);
    // One of the couple, but as somebody else's spouse.
    let id = filed(&town, "akta-perceraian", 11, &decision(&party(22), &number));
    let refused =
        town.officer("verifier")
            .send("POST", &format!("/v1/applications/{id}/pass"), None);
    assert_eq!(refused.problem(422), ["nomor_akta"]);
    assert_eq!(state(&town, &deed), "active");

    // Either spouse ends it, here the one under whom it is not kept; a paper that is not in the register ends nothing.
    let paper = decision(&party(24), "3273-KW-14022001-0031");
    issued(&town, "akta-perceraian", 23, &paper);
    assert_eq!(state(&town, &deed), "active");
    issued(&town, "akta-perceraian", 12, &decision(&party(11), &number));
    assert_eq!(state(&town, &deed), "revoked");
}

#[test]
fn a_spouse_without_a_nik_is_known_by_name_and_birth() {
    let town = Town::new();
    let foreigner = "WARGA UJI | - | BANDUNG | 1987-04-12 | NL | - | -";
    let (deed, number) = issued(&town, "akta-perkawinan", 51, &marriage(foreigner));
    // Of that name and day, but not with the spouse of that deed.
    let id = filed(&town, "akta-perceraian", 52, &decision(&party(53), &number));
    let refused =
        town.officer("verifier")
            .send("POST", &format!("/v1/applications/{id}/pass"), None);
    assert_eq!(refused.problem(422), ["nomor_akta"]);
    issued(&town, "akta-perceraian", 54, &decision(&party(51), &number));
    assert_eq!(state(&town, &deed), "revoked");
}

#[test]
fn a_deed_of_another_office_is_that_offices_to_end() {
    let town = Town::new();
    let (deed, number) = issued(&town, "akta-perkawinan", 31, &marriage(&party(32)));
    let moved = format!(
        "UPDATE documents SET office = (SELECT id FROM offices WHERE iss = 'ID.3201') WHERE number = '{number}'"
    );
    change(&town.data, &moved).unwrap();
    let id = filed(&town, "akta-perceraian", 31, &decision(&party(32), &number));
    let pass = town
        .officer("verifier")
        .send("POST", &format!("/v1/applications/{id}/pass"), None);
    assert_eq!(pass.problem(422), ["nomor_akta"]);
    assert!(pass.text().contains("Ask that office"), "{}", pass.text());
    let end = json!({"reason": "cerai, putusan 141/Pdt.G/2026/PN Bdg"});
    town.foreigner("signer")
        .ok("POST", &format!("/v1/documents/{deed}/revoke"), Some(&end));
    town.officer("verifier").step(&id, "pass", None);
    town.officer("signer").step(&id, "approve", None);
}

#[test]
fn nobody_moves_away_with_strangers() {
    let town = Town::new();
    let kk = json!({"kind": "ktp", "nik": subject(42)});
    let card = town
        .officer("signer")
        .ok("POST", "/v1/documents", Some(&kk));
    let card = card["document"]["id"].as_str().unwrap();
    let row = |n| format!("{} | WARGA UJI | 1", subject(n));
    let leaving = |movers: String| {
        json!({"alamat_lain": "JL. GAJAH MADA NO. 5 | 001/002 | DANGIN PURI | DENPASAR UTARA | KOTA DENPASAR | BALI | - | 51.71.01.1001",
            "rincian_pindah": "1 | 1 | - | 1", "anggota_pindah": movers})
    };
    let id = filed(
        &town,
        "sk-pindah",
        41,
        &leaving(format!("{}\n{}", row(41), row(42))),
    );
    let pass = town
        .officer("verifier")
        .send("POST", &format!("/v1/applications/{id}/pass"), None);
    assert_eq!(pass.problem(422), ["anggota_pindah"]);
    assert_eq!(state(&town, card), "active");
    assert!(!pass.text().contains(&subject(42)) && !pass.text().contains(OWNER[0]));
    issued(&town, "sk-pindah", 43, &leaving(row(43)));
}
