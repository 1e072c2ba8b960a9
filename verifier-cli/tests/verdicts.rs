//! Every verdict as the command gives it: words, JSON, exit status.

mod support;

use credential::kinds::{self, KINDS, Kind};
use credential::status_list::Status;
use credential::trust_list::Profile;
use serde_json::json;
use support::Machine;
use support::office::{
    DAY, ISS, NOW, Office, claims, face, key, kk_builder, ktp, ktp_builder, vector_text,
};

const INDEX: u32 = 712_345;

fn with_status(status: Status) -> Machine {
    Machine::with(&Office {
        statuses: vec![(INDEX, status)],
        ..Office::default()
    })
}

#[test]
fn each_status_has_its_verdict_and_exit_status() {
    let text = Office::default().issue(&claims(ktp()));
    for (status, reason, exit) in [
        (Status::Valid, "valid", 0),
        (Status::Revoked, "revoked", 1),
        (Status::Suspended, "suspended", 1),
        (Status::Superseded, "superseded", 1),
    ] {
        assert_eq!(with_status(status).judge(&text), (reason.into(), exit));
    }
}

#[test]
fn time_and_trust() {
    let office = Office::default();
    let machine = Machine::with(&office);
    let mut expired = claims(ktp());
    expired.exp = Some(NOW - 1);
    assert_eq!(
        machine.judge(&office.issue(&expired)),
        ("expired".into(), 1)
    );
    let mut early = claims(ktp());
    early.nbf = Some(NOW + DAY);
    assert_eq!(
        machine.judge(&office.issue(&early)),
        ("not_yet_valid".into(), 1)
    );
    let stranger = Office {
        signer: key(77),
        ..Office::default()
    };
    let text = stranger.issue(&claims(ktp()));
    assert_eq!(machine.judge(&text), ("unknown_issuer".into(), 2));
    let text = office.issue(&claims(ktp()));
    let mut forged = text.clone().into_bytes();
    let at = forged.len() / 2;
    forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
    let (_, exit) = machine.judge(&String::from_utf8(forged).unwrap());
    assert_eq!(exit, 1);
    // A bundle past its time decides nothing; a shorter patience likewise.
    let ran = machine.at(NOW + 8 * DAY, &["--json", "text", &text]);
    assert_eq!(
        (ran.json()["reason"].as_str(), ran.status),
        (Some("status_list_stale"), 2)
    );
    let ran = machine.at(NOW + 40 * DAY, &["--json", "text", &text]);
    assert_eq!(
        (ran.json()["reason"].as_str(), ran.status),
        (Some("trust_list_stale"), 2)
    );
    let ran = machine.at(NOW, &["--json", "--max-age", "23h", "text", &text]);
    assert_eq!(
        (ran.json()["reason"].as_str(), ran.status),
        (Some("status_list_stale"), 2)
    );
    let ran = machine.at(NOW, &["--json", "--max-age", "1d", "text", &text]);
    assert_eq!(
        (ran.json()["reason"].as_str(), ran.status),
        (Some("valid"), 0)
    );
}

#[test]
fn hostile_texts_have_a_reason() {
    let machine = Machine::with(&Office::default());
    let pack = |bytes: &[u8]| credential::base45::encode(&credential::token::deflate(bytes));
    let bomb = pack(&vec![0; 2 << 20]);
    assert_eq!(machine.judge(&bomb), ("too_large".into(), 1));
    let deep = pack(&vec![0x81; 10_000]);
    assert_eq!(machine.judge(&deep), ("not_cose".into(), 1));
    for other in [
        "https://dukcapil.example/verify?id=1",
        "WIFI:S:x;;",
        "",
        " ",
        "ÄÖ",
    ] {
        let (reason, exit) = machine.judge(other);
        assert_eq!((reason.as_str(), exit), ("not_a_document", 1), "{other:?}");
    }
    let long = "A".repeat(100_000);
    assert_eq!(machine.judge(&long), ("not_a_document".into(), 1));
    for args in [
        &["inspect", "--", bomb.as_str()][..],
        &["inspect", "--", &deep],
        &["inspect", "--", &long],
    ] {
        let ran = machine.at(NOW, args);
        assert_eq!(ran.status, 2, "{ran:?}");
        assert!(
            ran.stdout.contains("TIDAK DIPERIKSA") && ran.stdout.contains("!!"),
            "{ran:?}"
        );
    }
}

/// The JSON of the vector of a kind, judged by the office of the vectors.
fn json_of(machine: &Machine, kind: &Kind) -> serde_json::Value {
    let json = machine
        .at(NOW, &["--json", "text", &vector_text(kind)])
        .json();
    assert_eq!(json["verdict"], "valid", "{}", kind.slug);
    json["claims"]["document"].clone()
}

#[test]
fn json_of_every_kind() {
    let machine = Machine::with(&Office::default());
    for kind in KINDS {
        let document = json_of(&machine, kind);
        assert_eq!(document["jenis_dokumen"]["kode"], kind.number);
        assert_eq!(document["jenis_dokumen"]["slug"], kind.slug);
        let told = document.as_object().unwrap();
        for used in kind.fields.iter().filter(|used| used.required) {
            let derived = used.field.ty.is_derived();
            let there = told.contains_key(used.field.name);
            assert_eq!(there, !derived, "{} {}", kind.slug, used.field.name);
        }
        let known = |name: &str| {
            let own = [
                "jenis_dokumen",
                "tanggal_terbit",
                "berlaku_hingga",
                "klasifikasi_pindah",
            ];
            own.contains(&name) || kind.fields.iter().any(|used| used.field.name == name)
        };
        assert!(
            told.keys().all(|name| known(name)),
            "{}: {told:?}",
            kind.slug
        );
    }
}

#[test]
fn json_of_tables_times_and_counts() {
    let machine = Machine::with(&Office::default());
    let pindah = json_of(&machine, &kinds::SK_PINDAH);
    assert_eq!(
        pindah["anggota_pindah"][1],
        json!({
            "nik": "3273014508170002",
            "nama": "RARA DE VRIES",
            "shdk": {"kode": 4, "teks": {"id": "ANAK", "en": "Child"}},
        })
    );
    assert_eq!(pindah["alamat_lain"][0]["rt_rw"], "001/004");
    assert_eq!(pindah["alamat_lain"][0]["kode_wilayah"], "33.74.08.1006");
    assert_eq!(pindah["klasifikasi_pindah"]["kode"], 5);
    assert_eq!(pindah["berlaku_hingga"], "2026-12-20");
    let stillborn = json_of(&machine, &kinds::SK_LAHIR_MATI);
    assert_eq!(stillborn["jam_peristiwa"], "23:10");
    assert_eq!(stillborn["rincian_kelahiran"][0]["lama_kandungan"], 31);
    assert_eq!(stillborn["anak_ke"], 2);
    let abroad = json_of(&machine, &kinds::SKPLN);
    assert_eq!(abroad["negara_lain"], "NL");
    assert!(abroad.get("klasifikasi_pindah").is_none());
}

#[test]
fn json_of_a_valid_ktp() {
    let office = Office::default();
    let machine = Machine::with(&office);
    let document = ktp_builder()
        .set(&credential::kinds::fields::FACE, face(40))
        .build()
        .unwrap();
    let text = office.issue(&claims(document));
    let json = machine.at(NOW, &["--json", "text", &text]).json();
    let names: Vec<&str> = json
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        names,
        [
            "file",
            "line",
            "position",
            "text",
            "verdict",
            "reason",
            "message",
            "freshness",
            "judged_at",
            "detail",
            "issuer",
            "shown",
            "claims"
        ]
    );
    assert_eq!(json["text"], text.as_str());
    assert_eq!(json["verdict"], "valid");
    assert_eq!(json["freshness"]["trust_list_version"], 1);
    for time in ["trust_list_issued", "status_list_issued", "as_of"] {
        assert_eq!(json["freshness"][time], "2026-11-21T00:00:00Z");
    }
    assert_eq!(json["issuer"]["iss"], ISS);
    assert_eq!(json["issuer"]["office"], "Disdukcapil Kota Bandung");
    assert_eq!(json["issuer"]["kid"].as_str().map(str::len), Some(16));
    let document = &json["claims"]["document"];
    assert_eq!(document["jenis_dokumen"]["slug"], "ktp");
    assert_eq!(document["nik"], "3273015204870003");
    assert_eq!(document["tanggal_lahir"], "1987-04-12");
    assert_eq!(document["jenis_kelamin"]["kode"], 2);
    assert_eq!(document["jenis_kelamin"]["teks"]["id"], "PEREMPUAN");
    assert_eq!(document["rt_rw"], "003/007");
    assert_eq!(document["tanggal_terbit"], "2026-11-20");
    assert!(document["berlaku_hingga"].is_null() && document.get("berlaku_hingga").is_some());
    assert_eq!(document["kewarganegaraan"], "ID");
    assert_eq!(document["kode_wilayah"], "32.73.01.1001");
    assert_eq!(document["foto"]["media_type"], "image/webp");
    assert!(
        document["foto"]["base64"]
            .as_str()
            .unwrap()
            .starts_with("ACVK")
    );
    assert!(
        document.get("marital_169").is_none(),
        "derived fields stay out"
    );
}

#[test]
fn json_shows_no_claims_that_were_not_checked() {
    let office = Office::default();
    let machine = Machine::with(&office);
    let stranger = Office {
        signer: key(77),
        ..Office::default()
    };
    let json = machine
        .at(NOW, &["--json", "text", &stranger.issue(&claims(ktp()))])
        .json();
    assert!(json["claims"].is_null() && json["issuer"].is_null());
    let ran = machine.at(NOW, &["text", &stranger.issue(&claims(ktp()))]);
    assert!(
        !ran.stdout.contains("SITI") && !ran.stdout.contains("3273015204870003"),
        "{ran:?}"
    );
    // Revoked: signed, so the claims are there, beside the verdict.
    let json = with_status(Status::Revoked)
        .at(NOW, &["--json", "text", &office.issue(&claims(ktp()))])
        .json();
    assert_eq!(json["verdict"], "not_valid");
    assert_eq!(json["claims"]["document"]["nama"], "SITI NURHALIZA");
}

#[test]
fn json_of_a_family() {
    let office = Office::default();
    let machine = Machine::with(&office);
    let text = office.issue(&claims(kk_builder(3).build().unwrap()));
    let json = machine.at(NOW, &["--json", "text", &text]).json();
    let members = json["claims"]["document"]["anggota"].as_array().unwrap();
    assert_eq!(members.len(), 3);
    assert_eq!(members[0]["shdk"]["teks"]["id"], "KEPALA KELUARGA");
    assert_eq!(members[1]["nama"], "ANGGOTA KELUARGA B");
}

#[test]
fn lines_on_standard_input() {
    let office = Office::default();
    let machine = Machine::with(&office);
    let text = office.issue(&claims(ktp()));
    let input = format!(
        "{text}\r\n\nhttps://example.com\n{}\n{text}",
        "A".repeat(200_000)
    );
    let at = format!("@{NOW}");
    let ran = machine.run_with(&["--at", &at, "--json", "text", "-"], input.as_bytes());
    let found: Vec<_> = ran
        .jsons()
        .iter()
        .map(|j| (j["line"].as_u64().unwrap(), j["reason"].to_string()))
        .collect();
    let expected = [
        (1, "valid"),
        (3, "not_a_document"),
        (4, "not_a_document"),
        (5, "valid"),
    ];
    assert_eq!(
        found,
        expected.map(|(line, reason)| (line, format!("\"{reason}\"")))
    );
    assert_eq!(ran.status, 1);
    let ran = machine.run_with(&["--at", &at, "text", "-"], b"\n\n");
    assert_eq!(ran.status, 2);
    assert!(
        ran.stderr.starts_with("error: masukan kosong\nhint: "),
        "{ran:?}"
    );
}

#[test]
fn a_foreign_credential_is_tamed() {
    use credential::cbor::write::Writer;
    use credential::cose::issue::Unsigned;
    use credential::ids::KeyId;
    use support::office::{public, sign};
    let mut office = Office::default();
    office.issuers[0].profile = Profile::Foreign;
    let machine = Machine::with(&office);
    let mut w = Writer::new();
    w.map(2).u64(6).i64(NOW - DAY);
    w.u64(169)
        .map(2)
        .u64(1)
        .str("X1")
        .u64(4)
        .str("Eve\u{1b}[32m\u{202e}");
    let unsigned = Unsigned::new(KeyId::of(&public(&office.signer)), None, w.into_bytes());
    let text = credential::token::pack(&sign(unsigned, &office.signer));
    let ran = machine.at(NOW, &["text", &text]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.stdout.contains("Eve\\u{1b}[32m\\u{202e}"), "{ran:?}");
    let json = machine.at(NOW, &["--json", "text", &text]).json();
    assert_eq!(json["claims"]["identity"]["id"], "X1");
    assert_eq!(
        json["claims"]["identity"]["fullName"],
        "Eve\u{1b}[32m\u{202e}"
    );
}
