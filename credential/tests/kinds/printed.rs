//! Values as documents print them.

use crate::common::*;
use credential::document::{Builder, Country, Value, member_rows, rows, text_of};
use credential::ids::{Nik, NomorKk};
use credential::kinds::{KINDS, KTP, fields as f};
use credential::lang::Lang;

/// The KTP-el prints four marital states, a KK and a form six.
#[test]
fn marital_states() {
    for (code, on_ktp, on_kk) in [
        (1, "BELUM KAWIN", "BELUM KAWIN"),
        (2, "KAWIN", "KAWIN TERCATAT"),
        (3, "KAWIN", "KAWIN BELUM TERCATAT"),
        (4, "CERAI HIDUP", "CERAI HIDUP TERCATAT"),
        (5, "CERAI HIDUP", "CERAI HIDUP BELUM TERCATAT"),
        (6, "CERAI MATI", "CERAI MATI"),
    ] {
        let card = ktp_builder().set(&f::MARITAL, Value::Code(code));
        let printed = rows(&card.build().unwrap(), Lang::Id);
        let row = printed.iter().find(|row| row.name == f::MARITAL.name);
        assert_eq!(row.unwrap().text, on_ktp);
        let sex = printed.iter().find(|row| row.name == f::SEX.name);
        assert_eq!(sex.unwrap().text, "PEREMPUAN");
        let of_a_member = text_of(&f::column::MARITAL, &Value::Code(code), Lang::Id);
        assert_eq!(of_a_member, on_kk);
    }
}

#[test]
fn a_member_s_columns() {
    let printed = member_rows(&member(0, "AHMAD FAUZI", 1), Lang::Id);
    let of = |name: &str| printed.iter().find(|row| row.name == name).unwrap();
    assert_eq!(of(f::column::NAME.name).text, "AHMAD FAUZI");
    assert_eq!(of(f::column::BIRTH_DATE.name).text, "12-04-1987");
    assert_eq!(of(f::column::MARITAL.name).text, "BELUM KAWIN");
    assert!(printed.iter().all(|row| row.group.is_none()));
    assert!(
        !printed
            .iter()
            .any(|row| row.name == f::column::PASSPORT.name)
    );
}

/// The day that a document itself says, else the one of its signature.
#[test]
fn the_day_of_issue() {
    let of = |document, iat| {
        let mut claims = claims(document);
        claims.iat = iat;
        claims.issue_date().map(|date| date.iso())
    };
    let own = ktp_builder().set(&f::ISSUE_DATE, date("2026-11-18"));
    let own = own.build().unwrap();
    assert_eq!(of(own.clone(), Some(NOW)).as_deref(), Some("2026-11-18"));
    assert_eq!(of(own, None).as_deref(), Some("2026-11-18"));
    let whole = ktp();
    let others = whole.fields().filter(|(field, _)| *field != &f::ISSUE_DATE);
    let without = others.fold(Builder::new(&KTP), |card, (field, value)| {
        card.set(field, value.clone())
    });
    let without = without.build().unwrap();
    // In Jakarta the next day begins at 17:00 UTC.
    assert_eq!(
        of(without.clone(), Some(NOW)).as_deref(),
        Some("2026-11-22")
    );
    let evening = Some(NOW + 17 * 3600);
    assert_eq!(of(without.clone(), evening).as_deref(), Some("2026-11-23"));
    assert_eq!(of(without, None), None);
}

/// Rules are told in words also where a programmer looks.
#[test]
fn rules_in_words() {
    let all: Vec<_> = KINDS.iter().flat_map(|kind| kind.rules).collect();
    assert!(!all.is_empty());
    for rule in all {
        assert_eq!(format!("{rule:?}"), format!("\"{rule}\""));
        assert!(rule.to_string().len() > 8);
    }
    assert!(KINDS[0] == KINDS[0] && KINDS[0] != KINDS[1]);
}

/// A country by its name where a document is about another one, as a nationality elsewhere.
#[test]
fn countries() {
    let said = |field: &f::Field, code: &str, lang| {
        let country = Country::parse(code).unwrap();
        text_of(field, &Value::Country(country), lang)
    };
    let abroad = f::FIELDS
        .iter()
        .find(|field| matches!(field.ty, f::FieldType::Abroad));
    let abroad = abroad.unwrap();
    assert_eq!(said(abroad, "NL", Lang::Id), "Belanda (NL)");
    assert_eq!(said(abroad, "XX", Lang::Id), "XX");
    assert_eq!(said(&f::NATIONALITY, "NL", Lang::Id), "WNA (NL)");
    assert_eq!(said(&f::NATIONALITY, "ID", Lang::Id), "WNI");
    assert_eq!(said(&f::NATIONALITY, "ID", Lang::En), "Indonesian (WNI)");
}

/// The first rule that a number breaks.
#[test]
fn numbers_of_people() {
    for (number, rule) in [
        (10_000_000_000_000_000, "must be 16 digits"),
        (
            9_999_999_999_999_999,
            "digits 7 to 12 are not a date DDMMYY",
        ),
        (
            1_099_999_999_999_999,
            "begins with a province code below 11",
        ),
        (
            1_100_000_000_000_000,
            "digits 7 to 12 are not a date DDMMYY",
        ),
        (1_100_000_101_000_000, "the serial number is 0000"),
    ] {
        assert_eq!(Nik::from_u64(number).unwrap_err().rule, rule);
        assert_eq!(NomorKk::from_u64(number).unwrap_err().rule, rule);
    }
    assert!(Nik::from_u64(1_100_000_101_000_001).is_ok());
    // Days up to 31, a woman's from 41 to 71; a KK has no woman's.
    for (day, nik, kk) in [
        (0, false, false),
        (1, true, true),
        (31, true, true),
        (32, false, false),
        (40, false, false),
        (41, true, false),
        (71, true, false),
        (72, false, false),
    ] {
        let number = 3_273_010_000_870_003 + day * 100_000_000 + 4_000_000;
        assert_eq!(Nik::from_u64(number).is_ok(), nik, "{day}");
        assert_eq!(NomorKk::from_u64(number).is_ok(), kk, "{day}");
    }
}

/// A KTP-el without an end says that it is for life, one with an end says when; other documents without one say nothing.
#[test]
fn until_when() {
    let until = |document, exp| {
        let mut claims = claims(document);
        claims.exp = exp;
        let rows = claims.rows(Lang::Id);
        let last = rows.into_iter().last().unwrap();
        (last.name, last.text)
    };
    let (name, text) = until(ktp(), None);
    assert_eq!(text, "SEUMUR HIDUP");
    let end = date("2030-01-31");
    let Value::Date(end) = end else {
        panic!("a date");
    };
    let ends = until(ktp(), Some(end.end_of_day_wib()));
    assert_eq!(ends, (name, "31-01-2030".into()));
    let family = kk_builder(1).build().unwrap();
    assert_ne!(until(family, None).0, name);
}
