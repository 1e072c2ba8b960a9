//! The one table: its rows hang together, values are read as people write them, broken rules are told by name.

mod common;
#[path = "kinds/content.rs"]
mod content;
#[path = "kinds/derived.rs"]
mod derived;
#[path = "kinds/printed.rs"]
mod printed;

use common::*;
use credential::document::{Builder, Face, Value};
use credential::kinds::fields::{self as f, Field, FieldType as T};
use credential::kinds::{
    self, Applicant, Attachment, Class, KINDS, Kind, Need, Subject, Validity, Whose,
};
use credential::lang::Lang;

#[test]
fn the_table_has_each_kind_once() {
    for (n, kind) in KINDS.iter().enumerate() {
        assert_eq!(usize::from(kind.number), n + 1, "{}", kind.slug);
        assert_eq!(kinds::by_slug(kind.slug), Some(*kind));
        assert_eq!(kinds::by_number(u64::from(kind.number)), Some(*kind));
        for (place, used) in kind.fields.iter().enumerate() {
            let first = kind.fields.iter().position(|u| u.field == used.field);
            assert_eq!(
                first,
                Some(place),
                "{} has {} twice",
                kind.slug,
                used.field.name
            );
        }
        let has = |field: &Field| kind.uses(field).is_some_and(|used| used.required);
        assert!(
            has(&f::REGION) && has(&f::COUNTRY) && has(&f::NAME),
            "{}",
            kind.slug
        );
        let subject = match kind.subject {
            Subject::Family => &f::KK_NUMBER,
            _ => &f::NIK,
        };
        assert!(has(subject), "{}", kind.slug);
        // A reader always finds a place of issue.
        assert!(has(&f::ISSUE_PLACE) || has(&f::REGENCY), "{}", kind.slug);
        let card = kind.class == Class::Card;
        assert_eq!(has(&f::DOCUMENT_NUMBER), !card, "{}", kind.slug);
        for ends in kind.ends {
            let other = kinds::by_slug(ends.slug).expect(ends.slug);
            if let Whose::Numbered(field) = ends.whose {
                assert!(has(field) && other.uses(&f::DOCUMENT_NUMBER).is_some());
            }
            if ends.whose == Whose::Movers {
                assert!(has(&f::MOVERS), "{}", kind.slug);
            }
        }
        if let Some(report) = &kind.filing.report {
            assert!(has(report.since), "{}", kind.slug);
        }
        if let Validity::UntilField(field) = kind.validity {
            assert!(has(field), "{}", kind.slug);
        }
        let delegated = |a: &Applicant| matches!(a, Applicant::Guardian | Applicant::Proxy);
        let mandate = |a: &Attachment| matches!(a.need, Need::Delegated);
        assert_eq!(
            kind.filing.applicants.iter().any(delegated),
            kind.filing.attachments.iter().any(mandate),
            "{}: who applies for somebody shows a mandate",
            kind.slug
        );
        assert!(
            (3..=14).contains(&kind.filing.working_days),
            "{}",
            kind.slug
        );
    }
}

/// A slug in an address or a database must not change its meaning from kind to kind.
#[test]
fn an_attachment_has_one_name() {
    let mut seen: Vec<&Attachment> = vec![];
    for kind in KINDS {
        let own = kind.filing.attachments;
        for (n, paper) in own.iter().enumerate() {
            assert!(
                own[..n].iter().all(|other| other.slug != paper.slug),
                "{}",
                kind.slug
            );
            let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            assert!(paper.slug.chars().all(good), "{}", paper.slug);
            seen.push(paper);
        }
    }
    assert!(
        seen.iter()
            .all(|a| !a.label.id.is_empty() && !a.label.en.is_empty())
    );
}

/// The vector's document, to be changed.
fn builder(kind: &'static Kind) -> Builder<'static> {
    of_kind(kind)
        .fields()
        .filter(|(field, _)| !field.ty.is_derived())
        .fold(Builder::new(kind), |builder, (field, value)| {
            builder.set(field, value.clone())
        })
}

fn broken(kind: &'static Kind, field: &'static Field, value: &str) -> String {
    let value = Value::parse(&field.ty, value).unwrap_or_else(|e| panic!("{e}"));
    let document = builder(kind).set(field, value).build();
    document.expect_err("must be refused").to_string()
}

#[test]
fn a_broken_rule_is_told_by_the_names_of_its_fields() {
    let told = broken(&kinds::AKTA_KEMATIAN, &f::EVENT_DATE, "1944-08-16");
    assert_eq!(told, "tanggal_peristiwa: lies before tanggal_lahir");
    let told = broken(
        &kinds::AKTA_PERCERAIAN,
        &f::OTHERS,
        "SI ANU | 3273014107900005",
    );
    assert_eq!(told, "pihak_lain: has the NIK of the document's own person");
    let told = broken(&kinds::AKTA_PERCERAIAN, &f::OTHERS, "SI ANU; SI POLAN");
    assert_eq!(told, "pihak_lain: the number of rows must be 1");
    let told = broken(&kinds::SK_PINDAH, &f::OTHER_ADDRESS, "JL. ENTAH DI MANA");
    assert_eq!(
        told,
        "alamat_lain: every row needs kelurahan, kecamatan, kabupaten, provinsi, kode_wilayah"
    );
    let twice = "3273015204870003 | A | 1; 3273015204870003 | B | 4";
    let told = broken(&kinds::SK_PINDAH, &f::MOVERS, twice);
    assert_eq!(told, "anggota_pindah: a NIK stands twice");
    let told = broken(&kinds::SKTT, &f::NATIONALITY, "ID");
    assert_eq!(
        told,
        "kewarganegaraan: must be another country than Indonesia"
    );
    let told = broken(&kinds::SKTT, &f::STAY_UNTIL, "2026-11-09");
    assert_eq!(told, "izin_tinggal_sampai: lies before tanggal_keputusan");
}

#[test]
fn a_photo_on_a_childs_card_waits_for_the_fifth_birthday() {
    let issued = credential::date::Date::parse("2026-11-20").unwrap();
    let face = Value::Face(Face {
        subformat: 4,
        data: vec![1].into(),
    });
    for (born, may) in [
        ("2021-11-20", true),
        ("2021-11-21", false),
        ("2026-01-01", false),
        ("2010-05-05", true),
    ] {
        let kia = builder(&kinds::KIA)
            .set(&f::BIRTH_DATE, date(born))
            .set(&f::FACE, face.clone());
        let kia = kia.build().unwrap();
        assert_eq!(kia.check_issued(issued).is_ok(), may, "{born}");
        // What an office issues in spite of that is refused.
        let office = Office::default();
        let reason = office.verify(&office.issue(&claims(kia))).reason().code();
        assert_eq!(reason, if may { "valid" } else { "malformed" }, "{born}");
    }
}

#[test]
fn values_as_people_write_them() {
    let time = |text| Value::parse(&T::Time, text);
    assert_eq!(time("06:45"), Ok(Value::Time(405)));
    assert_eq!(time(" 6.45 "), Ok(Value::Time(405)));
    assert_eq!(time("23:59"), Ok(Value::Time(1439)));
    for bad in ["24:00", "12:60", "12:5", "1200", "-1:00", "+1:00", "", ":"] {
        assert!(time(bad).is_err(), "{bad}");
    }
    let count = |text| Value::parse(&f::CHILD_ORDER.ty, text);
    assert_eq!(count("3"), Ok(Value::Number(3)));
    for bad in ["0", "31", "256", "tiga", ""] {
        let told = count(bad).expect_err(bad).to_string();
        assert_eq!(told, "must be a number from 1 to 30");
    }
    assert!(Value::parse(&f::OTHER_COUNTRY.ty, "NL").is_ok());
    assert!(Value::parse(&f::OTHER_COUNTRY.ty, "ID").is_err());
    let movers = |text| Value::parse(&f::MOVERS.ty, text);
    let two = movers("3273015204870003|SITI NURHALIZA|1\n3273014508170002 | RARA | 4\n");
    assert_eq!(
        two,
        movers("3273015204870003 | SITI NURHALIZA | 1 ; 3273014508170002|RARA|4")
    );
    let Ok(Value::Rows(rows)) = two else {
        panic!("{two:?}")
    };
    assert_eq!(rows.len(), 2);
    for (bad, told) in [
        ("", "has no rows"),
        ("3273015204870003 | SITI", "[0].shdk: is missing"),
        ("3273015204870003 | - | 1", "[0].nama: is missing"),
        (
            "3273015204870003 | SITI | 12",
            "[0].shdk: is not a code of its list",
        ),
        (
            "3273015204870003 | A | 1; 327 | B | 4",
            "[1].nik: must be 16 digits",
        ),
        (
            "3273015204870003 | A | 1 | X",
            "has a row with too many columns",
        ),
    ] {
        assert_eq!(movers(bad).expect_err(bad).to_string(), told, "{bad}");
    }
}

#[test]
fn a_document_prints_its_own_labels_in_order() {
    let verdict = Office::default().verify(&vector_text(&kinds::SK_PINDAH));
    let claims = verdict.credential().unwrap().claims();
    let rows = claims.rows(Lang::Id);
    let labels: Vec<_> = rows
        .iter()
        .filter(|row| row.group.is_none())
        .map(|row| row.label)
        .collect();
    assert_eq!(
        labels,
        [
            "Nomor",
            "Nomor KK",
            "Nama Kepala Keluarga",
            "NIK Pemohon",
            "Nama Pemohon",
            "Alamat Asal",
            "RT/RW",
            "Kode Pos",
            "Kel/Desa",
            "Kecamatan",
            "Kabupaten/Kota",
            "Provinsi",
            "Klasifikasi Pindah",
            "Rencana Tanggal Pindah",
            "Tempat Terbit",
            "Tanggal Terbit",
            "Kode Wilayah",
            "Berlaku Hingga",
        ]
    );
    let movers: Vec<_> = rows
        .iter()
        .filter(|row| row.group.is_some_and(|g| g.name == "anggota_pindah"))
        .map(|row| (row.group.unwrap().row, row.name, row.text.as_str()))
        .collect();
    assert_eq!(movers[0], (0, "nik", "3273015204870003"));
    assert_eq!(movers[5], (1, "shdk", "ANAK"));
    // A deed is not "for life".
    let deed = Office::default().verify(&vector_text(&kinds::AKTA_KEMATIAN));
    let rows = deed.credential().unwrap().claims().rows(Lang::En);
    assert!(rows.iter().all(|row| row.name != "berlaku_hingga"));
}
