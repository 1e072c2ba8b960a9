//! Content that an office could put together by mistake, and what people read of it.

use super::{broken, builder};
use crate::common::*;
use credential::changes::issue::Facts;
use credential::claims::Claims;
use credential::document::{
    BadDocument, BadValue, Builder, Country, Document, Member, Value, move_class_code, text_of,
};
use credential::kinds::fields::{self as f, Field, FieldType as T, column, tables::place};
use credential::kinds::profiles::{AGE_21, HEALTH, POLLING};
use credential::kinds::{self, KK, KTP, MEMBER_COLUMNS, Rule};
use credential::lang::Lang;

fn refusal(builder: Builder<'static>) -> BadDocument {
    builder.build().expect_err("must be refused")
}

/// The family card with one member's column set.
fn with_column(column: &Field, value: Option<Value<'static>>) -> Builder<'static> {
    let mut row: Vec<_> = member(0, "AHMAD FAUZI", 1)
        .values()
        .map(|v| v.cloned())
        .collect();
    row[usize::from(column.key)] = value;
    kk_builder(1).set(&f::MEMBERS, Value::Members(vec![Member::new(row)]))
}

#[test]
fn a_value_that_breaks_its_type_is_named() {
    let told = refusal(ktp_builder().set(&f::RT_RW, Value::RtRw(1000, 1)));
    let rule = BadValue::Rule("RT and RW go from 0 to 999");
    let expected = BadDocument::Value {
        field: "rt_rw",
        member: None,
        rule,
    };
    assert_eq!(told, expected);
    let told = refusal(ktp_builder().set(&f::NAME, Value::Code(1)));
    assert_eq!(told.to_string(), "nama: has the wrong type");
}

#[test]
fn rows_have_their_columns_and_no_more_rows_than_there_may_be() {
    let movers = |rows: Vec<Member<'static>>| {
        let built = builder(&kinds::SK_PINDAH).set(&f::MOVERS, Value::Rows(rows));
        refusal(built).to_string()
    };
    let row = |columns: usize| Member::new(vec![None; columns]);
    assert_eq!(
        movers(vec![row(2)]),
        "anggota_pindah: has a row with the wrong number of columns"
    );
    assert_eq!(
        movers(vec![row(3); kinds::MEMBERS_MAX + 1]),
        "anggota_pindah: is longer than 40"
    );
    let long = format!("3273015204870003 | {} | 1", "A".repeat(61));
    let told = Value::parse(&f::MOVERS.ty, &long).unwrap_err();
    assert_eq!(told.to_string(), "[0].nama: is too long");
}

#[test]
fn members_have_the_columns_of_a_family_card() {
    let short = Member::new(vec![None; MEMBER_COLUMNS.len() - 1]);
    let told = refusal(kk_builder(1).set(&f::MEMBERS, Value::Members(vec![short])));
    let rule = "anggota: a row has the wrong number of columns";
    assert_eq!(told, BadDocument::Rule(rule));
    // Where the card says that it has the core columns alone, it has no other.
    let core_only = |builder: Builder<'static>| builder.set(&f::DETAIL, Value::Code(1));
    let told = refusal(core_only(kk_builder(1)));
    let rule = "anggota: a column beyond the core ones although kelengkapan is 1";
    assert_eq!(told, BadDocument::Rule(rule));
    let told = refusal(with_column(&column::NAME, None));
    assert_eq!(told.to_string(), "anggota[0].nama: is missing");
    let told = refusal(with_column(&column::SEX, Some(Value::Code(3))));
    assert_eq!(
        told.to_string(),
        "anggota[0].jenis_kelamin: must be a code from 1 to 2"
    );
    let indonesia = Some(Value::Country(Country::INDONESIA));
    let told = refusal(with_column(&column::NATIONALITY, indonesia));
    let rule = "anggota: kewarganegaraan is left out for citizens of Indonesia";
    assert_eq!(told, BadDocument::Rule(rule));
}

#[test]
fn a_family_is_cut_down_to_the_core_columns_once() {
    let whole = kk_builder(3).build().unwrap();
    let core = whole.clone().into_core_only();
    assert!(core.is_core_only() && !whole.is_core_only());
    let Some(Value::Members(members)) = core.get(&f::MEMBERS) else {
        panic!("a family");
    };
    for member in members {
        for (column, value) in MEMBER_COLUMNS.iter().zip(member.values()) {
            let wanted = column.core && column.required;
            assert_eq!(value.is_some(), wanted, "{}", column.field.name);
        }
    }
    assert_eq!(core.clone().into_core_only(), core, "not twice");
    assert_eq!(ktp().into_core_only(), ktp(), "no family, nothing to cut");
}

/// A subset with the fields of its purpose, from the family card and the KTP.
fn subset(of: Builder<'static>, profile: &'static kinds::Profile) -> Builder<'static> {
    let card = ktp_builder().set(&f::FACE, face(20)).build().unwrap();
    let family = kk_builder(1).build().unwrap();
    profile.fields.iter().fold(of, |builder, used| {
        let value = card.get(used.field).or(family.get(used.field));
        let told = !used.field.ty.is_derived();
        match value.filter(|_| told).cloned() {
            Some(value) => builder.set(used.field, value),
            None => builder,
        }
    })
}

#[test]
fn a_subset_says_what_its_purpose_needs() {
    let health = subset(Builder::of_profile(&HEALTH), &HEALTH)
        .build()
        .unwrap();
    assert_eq!(health.profile().map(|p| p.number), Some(HEALTH.number));
    assert_eq!(health.get(&f::MIN_AGE), None);
    for used in HEALTH.fields {
        assert_eq!(
            HEALTH.uses(used.field).map(|u| u.required),
            Some(used.required)
        );
    }
    assert!(HEALTH.uses(&f::ADDRESS).is_none() && POLLING.uses(&f::ADDRESS).is_some());
    // It has no region, and a change of it says none.
    let payload = claims(health).encode().unwrap();
    let facts = Facts::of(&payload).unwrap();
    assert_eq!(facts.region, None);
    assert_eq!(facts.number.as_deref(), Some("3273010101200001"));
    // A purpose that states an age states its own.
    let adult = subset(Builder::of_profile(&AGE_21), &AGE_21);
    let old = adult.build().unwrap();
    assert_eq!(old.get(&f::MIN_AGE), Some(&Value::Number(21)));
    let older = subset(Builder::of_profile(&AGE_21), &AGE_21).set(&f::MIN_AGE, Value::Number(60));
    let rule = "umur_minimal: is not the profile's";
    assert_eq!(refusal(older), BadDocument::Rule(rule));
    // A purpose of the KTP on a family card.
    let profile = Value::Code(POLLING.number);
    let stray = subset(Builder::new(&KK).set(&f::PROFILE, profile), &POLLING);
    let rule = "profil: belongs to another kind";
    assert_eq!(refusal(stray), BadDocument::Rule(rule));
}

#[test]
fn what_the_encoder_derives_nobody_writes() {
    for field in [
        &f::MARITAL_169,
        &f::COUNTRY,
        &f::PROFILE,
        &f::FACE,
        &f::MEMBERS,
        &f::DETAIL,
    ] {
        assert_eq!(
            Value::parse(&field.ty, "1"),
            Err(BadValue::Type),
            "{}",
            field.name
        );
    }
}

#[test]
fn values_are_asked_for_what_they_hold() {
    let (day, code) = (date("2026-11-20"), Value::Code(1));
    assert_eq!(
        day.as_date().map(|d| d.iso()).as_deref(),
        Some("2026-11-20")
    );
    assert_eq!(code.as_date(), None);
    let card = ktp();
    let region = card.get(&f::REGION).unwrap();
    assert_eq!(region.as_region().map(|r| r.digits()), Some("3273011001"));
    assert_eq!(code.as_region(), None);
    let family = kk_builder(2).build().unwrap();
    assert_eq!(family.get(&f::MEMBERS).unwrap().rows().len(), 2);
    assert_eq!(Value::Rows(vec![Member::new(vec![])]).rows().len(), 1);
    assert!(code.rows().is_empty());
    assert!(T::Table(f::MOVERS.table().unwrap()).table().is_some() && T::Time.table().is_none());
}

#[test]
fn rules_are_told_in_words_also_when_they_are_debugged() {
    let later = "SI ANU | - | BOGOR | 2100-01-01";
    let told = broken(&kinds::AKTA_PERKAWINAN, &f::OTHERS, later);
    let words = "tanggal_peristiwa: lies before tanggal_lahir in pihak_lain";
    assert_eq!(told, words);
    let rule = kinds::AKTA_PERKAWINAN.rules.iter();
    let rule = rule.copied().find(|rule| rule.to_string() == words);
    assert_eq!(format!("{:?}", rule.unwrap()), format!("\"{words}\""));
    assert_eq!(
        Rule::FaceFromAge(5).to_string(),
        "foto: this card has a photo only from the age of 5 on"
    );
}

#[test]
fn the_other_country_of_a_letter_is_told_by_its_name() {
    let letter = |code: &str| {
        let country = Value::Country(Country::parse(code).unwrap());
        let document = builder(&kinds::SKPLN).set(&f::OTHER_COUNTRY, country);
        document.build().unwrap()
    };
    let told = |document: Document<'static>, lang| {
        let claims = claims(document);
        let row = claims
            .rows(lang)
            .into_iter()
            .find(|row| row.name == f::OTHER_COUNTRY.name);
        row.unwrap().text
    };
    assert_eq!(told(letter("NL"), Lang::Id), "Belanda (NL)");
    assert_eq!(told(letter("NL"), Lang::En), "Netherlands (NL)");
    // Not assigned, at least not yet.
    assert_eq!(told(letter("XX"), Lang::Id), "XX");
}

#[test]
fn a_move_is_classified_where_both_regions_are_known() {
    let moved = of_kind(&kinds::SK_PINDAH);
    assert!(move_class_code(&moved).is_some());
    assert_eq!(move_class_code(&ktp()), None);
    // An address abroad has no region.
    let abroad = of_kind(&kinds::SKPLN);
    let other = abroad
        .get(&f::OTHER_ADDRESS)
        .and_then(|rows| rows.rows().first());
    assert!(other.is_none_or(|row| row.get(&place::REGION).is_none()));
    assert_eq!(move_class_code(&abroad), None);
}

#[test]
fn four_marital_states_are_printed_of_six() {
    let printed = |code| credential::codes::ktp_marital(code).map(|text| text.id);
    let four = [
        "BELUM KAWIN",
        "KAWIN",
        "KAWIN",
        "CERAI HIDUP",
        "CERAI HIDUP",
        "CERAI MATI",
    ];
    for (code, text) in (1..).zip(four) {
        assert_eq!(printed(code), Some(text));
    }
    assert_eq!((printed(0), printed(7)), (None, None));
    // A number that no list has is shown as it is.
    let shown = text_of(&f::MARITAL, &Value::Code(7), Lang::Id);
    assert_eq!(shown, "7");
}

#[test]
fn an_identity_card_without_an_end_is_for_life() {
    let last = |claims: &Claims<'_>, lang| claims.rows(lang).pop().map(|row| row.text);
    let card = claims(ktp());
    assert_eq!(last(&card, Lang::Id).as_deref(), Some("SEUMUR HIDUP"));
    assert_eq!(last(&card, Lang::En).as_deref(), Some("For life"));
    let ends = Claims {
        exp: Some(NOW),
        ..claims(ktp())
    };
    assert_eq!(last(&ends, Lang::Id).as_deref(), Some("22-11-2026"));
    assert_eq!(KTP.number, 1);
}

#[test]
fn an_issuer_reads_back_what_it_stored() {
    let card = claims(ktp());
    let payload = card.encode().unwrap();
    assert_eq!(Claims::of_own(&payload), Ok(card.clone()));
    assert!(Claims::of_own(&payload[..payload.len() - 1]).is_err());
    for lacking in [
        Claims {
            iss: None,
            ..card.clone()
        },
        Claims {
            iat: None,
            ..card.clone()
        },
        Claims {
            status: None,
            ..card
        },
    ] {
        assert_eq!(lacking.encode(), None);
    }
}
