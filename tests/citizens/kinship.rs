//! Kinship for every family one can think of.

use credential::date::Date;
use credential::document::Country;
use credential::ids::{KodeWilayah, Nik, NomorKk};
use credential::kinds::{Applicant, KINDS, KTP, Subject};
use ikd::domain::content::age;
use ikd::domain::kinship::{Relation, for_family, may_act_for, relation};
use ikd::domain::person::Person;
use proptest::prelude::*;

fn today() -> Date {
    Date::from_ymd(2026, 11, 24).unwrap()
}

fn person(serial: u64, card: u64, shdk: u8, years: i32, sex: u8) -> Person {
    let born = Date::from_ymd(2026 - years, 3, 1).unwrap();
    Person {
        nik: Nik::from_u64(3_273_011_204_870_000 + serial).unwrap(),
        nomor_kk: NomorKk::from_u64(3_273_011_203_150_000 + card).unwrap(),
        nama: format!("ORANG {serial}"),
        tempat_lahir: "BANDUNG".into(),
        tanggal_lahir: born,
        jenis_kelamin: sex,
        golongan_darah: 13,
        agama: 1,
        status_perkawinan: if years < 19 { 1 } else { 2 },
        tanggal_perkawinan: None,
        pekerjaan: 88,
        pendidikan: 8,
        shdk,
        kewarganegaraan: Country::INDONESIA,
        no_paspor: None,
        no_kitap: None,
        berlaku_hingga: None,
        ayah: None,
        ibu: None,
        alamat: "JL UJI 1".into(),
        rt: 1,
        rw: 2,
        kode_pos: None,
        kode_wilayah: KodeWilayah::parse("3273011001").unwrap(),
        kelurahan: "BRAGA".into(),
        kecamatan: "SUMUR BANDUNG".into(),
        kabupaten: "KOTA BANDUNG".into(),
        provinsi: "JAWA BARAT".into(),
    }
}

fn anybody(serial: u64) -> impl Strategy<Value = Person> {
    (
        1u64..3,
        1u8..=11,
        0i32..95,
        1u8..=2,
        any::<[bool; 2]>(),
        1u64..6,
    )
        .prop_map(move |(card, shdk, years, sex, named, parent)| {
            let mut person = person(serial, card, shdk, years, sex);
            person.ayah = named[0].then(|| format!("ORANG {parent}"));
            person.ibu = named[1].then(|| format!("orang  {parent} "));
            person
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn nobody_acts_beyond_the_rules(actor in anybody(1), subject in anybody(2)) {
        let is = may_act_for(&actor, &subject, today());
        let (adult, grown) = (age(actor.tanggal_lahir, today()) >= 17, age(subject.tanggal_lahir, today()) >= 17);
        prop_assert_eq!(is == Relation::Minor, !adult);
        if is.acts() {
            prop_assert!(adult && !grown, "an adult for a child");
            prop_assert_eq!(actor.nomor_kk, subject.nomor_kk, "of the same card");
            prop_assert!(!matches!(subject.shdk, 10 | 11) || subject.ayah.is_some() || subject.ibu.is_some());
        }
        if let Relation::Child(own) = is {
            prop_assert_eq!(own.contains(&Applicant::HeadOfFamily), actor.shdk == 1);
            prop_assert!(!own.contains(&Applicant::Oneself) && !own.contains(&Applicant::Proxy));
            if own.contains(&Applicant::Parent) {
                prop_assert!(age(actor.tanggal_lahir, subject.tanggal_lahir) >= 10);
            }
        }
        // A paper never makes somebody what they are not, and what is offered is what the kind offers.
        for kind in KINDS {
            let about = relation(&actor, &subject, kind, today());
            for found in [about.applicant(kind), about.with_paper(kind)].into_iter().flatten() {
                prop_assert!(kind.filing.applicants.contains(&found));
                prop_assert!(adult);
            }
            if let Some(Applicant::Oneself) = about.applicant(kind) {
                prop_assert_eq!(kind.subject, Subject::Family);
            }
        }
        // Two adults of one card never act for each other, whichever way round.
        if adult && grown {
            prop_assert!(!is.acts() && !may_act_for(&subject, &actor, today()).acts());
        }
        // Another card changes everything but oneself.
        let mut moved = actor.clone();
        moved.nomor_kk = NomorKk::from_u64(3_273_011_203_159_999).unwrap();
        prop_assert!(!may_act_for(&moved, &subject, today()).acts());
        prop_assert!(may_act_for(&actor, &actor, today()).acts() == adult);
    }

    #[test]
    fn the_head_acts_for_every_kin_below_17_on_the_card(years in 0i32..17, code in 2u8..=9, head in 17i32..90) {
        let (head, child) = (person(1, 1, 1, head, 1), person(2, 1, code, years, 2));
        prop_assert!(may_act_for(&head, &child, today()).acts());
    }
}

#[test]
fn families_as_they_are() {
    let (father, mother) = (person(1, 1, 1, 39, 1), person(2, 1, 3, 38, 2));
    let child = person(3, 1, 4, 9, 2);
    for parent in [&father, &mother] {
        assert_eq!(
            may_act_for(parent, &child, today()).applicant(by("kia")),
            Some(Applicant::Parent)
        );
    }
    // Husband and wife: only what is for either spouse.
    let spouse = may_act_for(&father, &mother, today());
    assert_eq!((spouse.acts(), spouse.applicant(&KTP)), (false, None));
    assert!(matches!(spouse, Relation::Spouse(_)));
    // On the day of the 17th birthday the child acts for themself.
    let mut grown = child.clone();
    grown.tanggal_lahir = Date::from_ymd(2009, 11, 24).unwrap();
    assert!(!may_act_for(&father, &grown, today()).acts());
    grown.tanggal_lahir = Date::from_ymd(2009, 11, 25).unwrap();
    assert!(may_act_for(&father, &grown, today()).acts());
    // A grandchild in the grandfather's card: the grandfather as head, the mother by the name in the child's row.
    let (grandfather, daughter) = (person(4, 2, 1, 60, 1), person(5, 2, 4, 30, 2));
    let mut grandchild = person(6, 2, 6, 3, 1);
    grandchild.ibu = Some("Orang 5".into());
    assert!(
        matches!(may_act_for(&grandfather, &grandchild, today()), Relation::Child(own) if !own.contains(&Applicant::Parent))
    );
    assert!(
        matches!(may_act_for(&daughter, &grandchild, today()), Relation::Child(own) if own[0] == Applicant::Parent)
    );
    let aunt = person(7, 2, 4, 28, 2);
    assert_eq!(
        may_act_for(&aunt, &grandchild, today()),
        Relation::Paper(Applicant::Guardian)
    );
    // A servant of 16 belongs to another family, whatever card they stand in.
    let servant = person(8, 1, 10, 16, 2);
    assert_eq!(
        may_act_for(&father, &servant, today()),
        Relation::Paper(Applicant::Guardian)
    );
    // Any adult of the card applies for the card; a child does not.
    assert!(
        for_family(&mother, &child, today()).acts() && !for_family(&child, &mother, today()).acts()
    );
    assert!(!for_family(&grandfather, &child, today()).acts());
}

fn by(slug: &str) -> &'static credential::kinds::Kind {
    credential::kinds::by_slug(slug).unwrap()
}
