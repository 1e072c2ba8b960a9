//! Values of documents: what is refused, and how each is printed.

use crate::common::*;
use credential::codes;
use credential::document::{
    BadValue, Country, Face, Member, Value, member_rows, move_class_code, text_of,
};
use credential::ed25519::{BaseTable, IssuerKey, PreparedKey, PublicKey, TableSize};
use credential::ids::KeyId;
use credential::kinds::fields::{self as f, FieldType as T};
use credential::kinds::{KTP, SK_PINDAH};
use credential::lang::Lang;
use credential::presentation::unverified_claims;
use credential::token;

#[test]
fn values_out_of_bounds() {
    let picture = |subformat, bytes: usize| {
        let data = vec![0; bytes].into();
        Value::Face(Face { subformat, data })
    };
    let rule = |value: Value<'_>, ty: &T| value.check(ty).unwrap_err();
    for (error, says) in [
        (
            rule(Value::RtRw(1000, 1), &T::RtRw),
            "RT and RW go from 0 to 999",
        ),
        (
            rule(Value::PostalCode(9_999), &T::PostalCode),
            "must be 5 digits",
        ),
        (
            rule(picture(5, 9), &T::Face),
            "picture format must be PNG, JPEG, JP2, AVIF or WebP",
        ),
        (rule(picture(4, 0), &T::Face), "is empty"),
        (rule(picture(4, 1501), &T::Face), "is longer than 1500"),
        (rule(Value::Members(vec![]), &T::Members), "has no members"),
        (rule(Value::Time(1440), &T::Time), "must be a time of day"),
        (
            rule(Value::Number(9), &T::Number { min: 1, max: 8 }),
            "must be a number from 1 to 8",
        ),
        (
            rule(Value::Code(0), &f::SEX.ty),
            "must be a code from 1 to 2",
        ),
        (rule(Value::Code(1), &T::RtRw), "has the wrong type"),
        (
            rule(text(" A"), &T::Text { max: 3 }),
            "has a space at its begin or end",
        ),
        (rule(text("ABCD"), &T::Text { max: 3 }), "is longer than 3"),
        (
            rule(Value::Country(Country::INDONESIA), &T::Abroad),
            "must be another country than Indonesia",
        ),
    ] {
        assert_eq!(error.to_string(), says);
    }
    let many = Value::Members(vec![Member::new(vec![]); 200]);
    assert!(matches!(many.check(&T::Members), Err(BadValue::TooLong(_))));
    assert_eq!(picture(4, 1500).check(&T::Face), Ok(()));
    assert_eq!(Value::RtRw(999, 0).check(&T::RtRw), Ok(()));
    assert_eq!(Value::Time(1439).check(&T::Time), Ok(()));
    for (subformat, media) in ["png", "jpeg", "jp2", "avif", "webp"]
        .into_iter()
        .enumerate()
    {
        let face = Face {
            subformat: subformat as u8,
            data: vec![].into(),
        };
        assert_eq!(face.media_type(), format!("image/{media}"));
    }
    assert_eq!(Value::Code(1).as_text(), None);
}

#[test]
fn values_as_they_are_printed() {
    let country = |code: &str| Value::parse(&T::Country, code).unwrap();
    for (field, value, id, en) in [
        (
            &f::NATIONALITY,
            Value::Country(Country::INDONESIA),
            "WNI",
            "Indonesian (WNI)",
        ),
        (&f::NATIONALITY, country("NL"), "WNA (NL)", "WNA (NL)"),
        (&f::FACE, face(7), "image/webp (7 B)", "image/webp (7 B)"),
        (&f::RT_RW, Value::RtRw(3, 7), "003/007", "003/007"),
        (&f::POSTAL_CODE, Value::PostalCode(40_152), "40152", "40152"),
        (
            &f::MEMBERS,
            Value::Members(vec![member(0, "A", 1)]),
            "1",
            "1",
        ),
        (&f::SEX, Value::Code(99), "99", "99"),
        (&f::RT_RW, Value::Code(3), "3", "3"),
        (&f::RT_RW, Value::Time(61), "01:01", "01:01"),
        (&f::RT_RW, Value::Number(4), "4", "4"),
    ] {
        assert_eq!(text_of(field, &value, Lang::Id), id);
        assert_eq!(text_of(field, &value, Lang::En), en);
    }
    let rows = member_rows(&member(0, "AHMAD FAUZI", 1), Lang::Id);
    assert_eq!(rows[0].text, "AHMAD FAUZI");
    let letter = of_kind(&SK_PINDAH);
    let (field, table) = letter
        .fields()
        .find(|(_, v)| matches!(v, Value::Rows(_)))
        .unwrap();
    let printed = text_of(field, table, Lang::Id);
    assert!(!printed.is_empty() && printed.contains(", "), "{printed}");
    let class = move_class_code(&letter).unwrap();
    assert!(codes::MOVE_CLASS.text(u64::from(class)).is_some());
    assert_eq!(move_class_code(&ktp()), None);
    assert_eq!(KTP.number, ktp().kind().number);
}

#[test]
fn keys_and_their_tables() {
    let raw = public(&key(3));
    let issuer = IssuerKey::from_bytes(&raw).unwrap();
    let base = BaseTable::new(TableSize::Tiny);
    let mut sizes = vec![];
    for size in [
        TableSize::Tiny,
        TableSize::Small,
        TableSize::Medium,
        TableSize::Large,
    ] {
        let prepared = PreparedKey::new(&issuer, &base, size);
        assert_eq!(prepared.key().bytes(), &raw);
        sizes.push(prepared.table_bytes());
    }
    assert!(
        sizes.is_sorted() && sizes[0] < 20_000 && sizes[3] > 2_000_000,
        "{sizes:?}"
    );
    let shown = format!("{:?}", PublicKey::from_bytes(&raw).unwrap());
    assert_eq!(shown, format!("PublicKey({})", KeyId::of(&raw)));
}

#[test]
fn what_a_holder_reads_unverified() {
    let office = Office::default();
    let bytes = token::unpack(&office.issue(&claims(ktp()))).unwrap().bytes;
    assert_eq!(unverified_claims(&bytes), Some(claims(ktp())));
    assert_eq!(unverified_claims(&bytes[1..]), None);
}
