//! What follows from other fields.

use crate::common::*;
use credential::codes::move_class;
use credential::date::Date;
use credential::document::{BadDocument, Builder, Member, Value};
use credential::ids::KodeWilayah;
use credential::kinds::{KTP, MEMBER_COLUMNS, fields as f, profiles};
use credential::lang::Lang;

/// The largest unit whose border a move crosses.
#[test]
fn the_class_of_a_move() {
    let class = |from: &str, to: &str| {
        let region = |text| KodeWilayah::parse(text).unwrap();
        let (there, back) = (
            move_class(&region(from), &region(to)),
            move_class(&region(to), &region(from)),
        );
        assert_eq!(there, back);
        there
    };
    assert_eq!(class("3273011001", "3273011001"), 1);
    assert_eq!(class("3273011001", "3273011002"), 2);
    assert_eq!(class("3273011001", "3273021001"), 3);
    assert_eq!(class("3273011001", "3204011001"), 4);
    assert_eq!(class("3273011001", "1173011001"), 5);
    // Where a region says less, what both say counts.
    assert_eq!(class("3273", "3273011001"), 3);
    assert_eq!(class("32", "32"), 4);
}

/// Of years that no document has there is no date, whichever way it is asked for.
#[test]
fn dates_outside_of_four_centuries() {
    for (year, month, day) in [
        (1799, 12, 31),
        (2200, 1, 1),
        (2026, 0, 1),
        (2026, 13, 1),
        (2026, 1, 0),
    ] {
        assert_eq!(Date::from_ymd(year, month, day), None);
    }
    for text in [
        "22000101",
        "2026/01/01",
        "2026-01/01",
        "2026/01-01",
        "2026-1-001",
    ] {
        assert_eq!(Date::parse(text), None, "{text}");
    }
    let (first, last) = (Date::from_ymd(1800, 1, 1), Date::from_ymd(2199, 12, 31));
    for (edge, beyond) in [(first.unwrap(), -1), (last.unwrap(), 1)] {
        let days = i64::from(edge.days());
        assert_eq!(Date::from_days(days), Some(edge));
        assert_eq!(Date::from_days(days + beyond), None);
    }
}

/// Where a document says only when it was issued, the place stands before the day.
#[test]
fn the_place_of_issue_stands_before_its_date() {
    let shown = claims(ktp());
    let rows = shown.rows(Lang::Id);
    let place = |name: &str| rows.iter().position(|row| row.name == name);
    let (issue_place, issue_date) = (place(f::ISSUE_PLACE.name), place(f::ISSUE_DATE.name));
    assert_eq!(issue_place.map(|n| n + 1), issue_date);
    assert!(issue_date < place(f::REGION.name));
    assert_eq!(rows[issue_place.unwrap()].text, "KOTA BANDUNG");
}

/// A place that the document itself has stands there once, and a subset has none but its own.
#[test]
fn no_place_of_issue_is_made_up() {
    let places = |document| {
        let rows = claims(document).rows(Lang::Id);
        let places = rows
            .into_iter()
            .filter(|row| row.name == f::ISSUE_PLACE.name);
        places.map(|row| row.text).collect::<Vec<_>>()
    };
    let own = ktp_builder().set(&f::ISSUE_PLACE, text("KABUPATEN BANDUNG"));
    assert_eq!(places(own.build().unwrap()), ["KABUPATEN BANDUNG"]);
    assert_eq!(places(ktp()), ["KOTA BANDUNG"]);
    let whole = ktp_builder().set(&f::FACE, face(9)).build().unwrap();
    let mut subset = Builder::of_profile(&profiles::BANK);
    for (field, value) in whole.fields() {
        if profiles::BANK.uses(field).is_some() {
            subset = subset.set(field, value.clone());
        }
    }
    assert_eq!(places(subset.build().unwrap()), [""; 0]);
}

/// Which field is missing, and which column of a family is too many.
#[test]
fn what_is_missing_or_too_much_is_named() {
    let missing = Builder::new(&KTP).set(&f::NAME, text("SITI"));
    let Err(BadDocument::Missing { field, member }) = missing.build() else {
        panic!("nearly all is missing");
    };
    let required = |name: &str| {
        KTP.fields
            .iter()
            .any(|used| used.required && used.field.name == name)
    };
    assert!(required(field) && member.is_none(), "{field}");

    let more = ktp_builder().set(&f::POSTAL_CODE, Value::PostalCode(40_152));
    let key = u64::from(f::POSTAL_CODE.key);
    assert_eq!(more.build().unwrap_err(), BadDocument::UnknownKey(key));

    let whole = kk_builder(2)
        .set(&f::DETAIL, Value::Code(1))
        .build()
        .unwrap_err();
    assert!(whole.to_string().contains("kelengkapan"), "{whole}");
}

#[test]
fn rt_and_rw_are_three_digits_at_most() {
    let parse = |text: &str| Value::parse(&f::RT_RW.ty, text).ok();
    assert_eq!(parse("1/02"), Some(Value::RtRw(1, 2)));
    for wrong in [
        "+1/002", "0001/002", "001/+2", "001/0002", "001", "001/", "a/b",
    ] {
        assert_eq!(parse(wrong), None, "{wrong}");
    }
}

#[test]
fn profiles_are_those_of_the_table() {
    let known = |number| Value::Code(number).check(&f::PROFILE.ty).is_ok();
    for number in 0..=255 {
        assert_eq!(known(number), profiles::by_number(number.into()).is_some());
    }
    assert!(known(1) && !known(0) && !known(99));
    assert!(profiles::BANK == profiles::BANK && profiles::BANK != profiles::TELCO);
    let uses = |field| profiles::TELCO.uses(field).is_some();
    assert!(uses(&f::NAME) && uses(&f::FACE) && !uses(&f::ADDRESS));
}

/// The rule that is broken is told, not that the type is another.
#[test]
fn rules_of_values_by_name() {
    let said = |field: &f::Field, text: &str| {
        let broken = Value::parse(&field.ty, text).unwrap_err();
        broken.to_string()
    };
    assert_eq!(
        said(&f::REGION, "3273"),
        "must name a kelurahan/desa (10 digits)"
    );
    assert_eq!(said(&f::POSTAL_CODE, "999"), "must be 5 digits");
    assert_eq!(said(&f::POSTAL_CODE, "100000"), "must be 5 digits");
    assert_eq!(said(&f::SEX, "3"), "must be a code from 1 to 2");
    assert_eq!(said(&f::SEX, "0"), "must be a code from 1 to 2");
    assert_eq!(said(&f::NAME, ""), "is empty");
    let rt_rw = Value::RtRw(1000, 0).check(&f::RT_RW.ty).unwrap_err();
    assert_eq!(rt_rw.to_string(), "RT and RW go from 0 to 999");
}

/// Only a family has a core; a member without what every member has is no member.
#[test]
fn members_and_their_columns() {
    assert_eq!(ktp().into_core_only(), ktp());
    let family = kk_builder(2).build().unwrap();
    let core = family.clone().into_core_only();
    assert!(core.is_core_only() && !family.is_core_only());
    assert_eq!(core.clone().into_core_only(), core);
    // Each column by itself: absent in the whole card, absent in the core.
    for column in MEMBER_COLUMNS {
        let without = |row: Member<'static>, field: &f::Field| {
            let mut values: Vec<_> = row.values().map(|value| value.cloned()).collect();
            values[usize::from(field.key)] = None;
            Member::new(values)
        };
        let build = |core: bool| {
            let rows = [
                member(0, "AHMAD FAUZI", 1),
                without(member(1, "SITI", 4), column.field),
            ];
            let strip = |row| {
                let others = MEMBER_COLUMNS.iter().filter(|column| core && !column.core);
                others.fold(row, |row, column| without(row, column.field))
            };
            let members = Value::Members(rows.map(strip).into());
            let card = kk_builder(2).set(&f::MEMBERS, members);
            let card = if core {
                card.set(&f::DETAIL, Value::Code(1))
            } else {
                card
            };
            card.build().map(|_| ())
        };
        let missing = Err(BadDocument::Missing {
            field: column.field.name,
            member: Some(1),
        });
        let expected = |needed| if needed { missing } else { Ok(()) };
        assert_eq!(build(false), expected(column.required));
        assert_eq!(build(true), expected(column.required && column.core));
    }
}

/// Of all fields of a card each by itself is missing.
#[test]
fn the_one_that_is_missing_is_named() {
    let whole = ktp();
    for used in KTP.fields {
        if whole.get(used.field).is_none() || used.field == &f::COUNTRY {
            continue;
        }
        let others = whole.fields().filter(|(field, _)| *field != used.field);
        let card = others.fold(Builder::new(&KTP), |card, (field, value)| {
            card.set(field, value.clone())
        });
        let derived = used.field == &f::MARITAL_169;
        let expected = match used.required && !derived {
            true => Err(BadDocument::Missing {
                field: used.field.name,
                member: None,
            }),
            false => Ok(()),
        };
        assert_eq!(card.build().map(|_| ()), expected, "{}", used.field.name);
    }
}
