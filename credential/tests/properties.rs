//! Every codec: what is written reads back the same, and what is read writes back the same bytes.

mod common;
#[path = "properties/edges.rs"]
mod edges;
#[path = "properties/obey.rs"]
mod obey;
#[path = "properties/streams.rs"]
mod streams;

use common::*;
use credential::claims::{Claims, Identity, StatusRef};
use credential::cose::{Sign1, issue::Unsigned};
use credential::date::Date;
use credential::document::{Builder, Country, Document, Face, Member, Value};
use credential::ids::{KeyId, KodeWilayah, Nik, NomorKk};
use credential::inflate::{MAX_INFLATED, inflate};
use credential::kinds::fields::{Field, FieldType as T, column, tables::Table};
use credential::kinds::{KINDS, KK, Kind, MEMBER_COLUMNS, Rule};
use credential::{Policy, Reason, base45, token, verify, verify_batch, verify_tokens};
use proptest::prelude::*;

fn latin(max: usize) -> impl Strategy<Value = String> {
    let inner = "[A-Z0-9a-z .,'/()é-]{0,58}";
    ("[A-Za-z0-9Éü]", inner, "[A-Z0-9.]")
        .prop_map(|(a, b, c)| format!("{a}{b}{c}"))
        .prop_filter("fits", move |t| t.chars().count() <= max)
}

fn sixteen() -> impl Strategy<Value = u64> {
    (
        11u64..97,
        101u64..9999,
        1u64..29,
        1u64..13,
        0u64..100,
        1u64..9999,
    )
        .prop_map(|(province, rest, day, month, year, serial)| {
            ((((province * 10_000 + rest) * 100 + day) * 100 + month) * 100 + year) * 10_000
                + serial
        })
}

fn region() -> impl Strategy<Value = KodeWilayah> {
    (0u32..99, 1000u32..3999).prop_map(|(kecamatan, desa)| {
        KodeWilayah::parse(&format!("3273{kecamatan:02}{desa}")).unwrap()
    })
}

fn value(ty: &'static T) -> BoxedStrategy<Value<'static>> {
    match ty {
        T::Abroad => value(&T::Country),
        T::Number { min, max } => (*min..=*max).prop_map(Value::Number).boxed(),
        T::Time => (0u16..1440).prop_map(Value::Time).boxed(),
        T::Table(table) => rows(table, 1..=table.max.min(12), &[]),
        T::NikText | T::NikNumber => sixteen()
            .prop_map(|n| Value::Nik(Nik::from_u64(n).unwrap()))
            .boxed(),
        T::KkNumber => sixteen()
            .prop_map(|n| Value::KkNumber(NomorKk::from_u64(n).unwrap()))
            .boxed(),
        T::Text { max } => latin(*max).prop_map(|t| Value::Text(t.into())).boxed(),
        T::DateText | T::DateDays => (-40_000i64..60_000)
            .prop_map(|d| Value::Date(Date::from_days(d).unwrap()))
            .boxed(),
        T::Code(list) => (1..=list.last()).prop_map(Value::Code).boxed(),
        T::Country => prop::sample::select(vec!["NL", "CN", "AU", "SG"])
            .prop_map(|c| Value::Country(Country::parse(c).unwrap()))
            .boxed(),
        T::Region => region().prop_map(Value::Region).boxed(),
        T::RtRw => (0u16..1000, 0u16..1000)
            .prop_map(|(a, b)| Value::RtRw(a, b))
            .boxed(),
        T::PostalCode => (10_000u32..100_000).prop_map(Value::PostalCode).boxed(),
        T::Face => (0u8..5, prop::collection::vec(any::<u8>(), 1..600))
            .prop_map(|(subformat, data)| {
                Value::Face(Face {
                    subformat,
                    data: data.into(),
                })
            })
            .boxed(),
        T::Members => prop::collection::vec(member_row(), 1..16)
            .prop_map(|mut rows| {
                for (n, row) in rows.iter_mut().enumerate() {
                    row[usize::from(column::RELATION.key)] =
                        Some(Value::Code(if n == 0 { 1 } else { 4 }));
                }
                Value::Members(rows.into_iter().map(Member::new).collect())
            })
            .boxed(),
        T::Claim169Marital | T::IssuedInIndonesia | T::Detail | T::Profile => {
            unreachable!("derived")
        }
    }
}

/// Rows of a table, with the columns that are required and those that `needed` names.
fn rows(
    table: &'static Table,
    count: std::ops::RangeInclusive<usize>,
    needed: &'static [&'static Field],
) -> BoxedStrategy<Value<'static>> {
    let row: Vec<_> = table
        .columns
        .iter()
        .map(|c| {
            let required = c.required || needed.contains(&c.field);
            perhaps(required, value(&c.field.ty))
        })
        .collect();
    prop::collection::vec(row, count)
        .prop_map(|rows| Value::Rows(rows.into_iter().map(Member::new).collect()))
        .boxed()
}

/// Values of a field that the kind's rules about its rows allow.
fn value_in(kind: &'static Kind, field: &'static Field) -> BoxedStrategy<Value<'static>> {
    let T::Table(table) = field.ty else {
        return value(&field.ty);
    };
    let mut count = 1..=table.max.min(12);
    let mut needed: &[&Field] = &[];
    for rule in kind.rules {
        match rule {
            Rule::Columns(of, columns) if *of == field => needed = columns,
            Rule::Rows(of, rows) if *of == field => count = *rows..=*rows,
            _ => {}
        }
    }
    rows(table, count, needed)
}

fn perhaps(
    required: bool,
    value: BoxedStrategy<Value<'static>>,
) -> BoxedStrategy<Option<Value<'static>>> {
    if required {
        value.prop_map(Some).boxed()
    } else {
        prop::option::of(value).boxed()
    }
}

fn member_row() -> impl Strategy<Value = Vec<Option<Value<'static>>>> {
    let columns: Vec<_> = MEMBER_COLUMNS
        .iter()
        .map(|c| perhaps(c.required, value(&c.field.ty)))
        .collect();
    columns
}

fn document(kind: &'static Kind) -> impl Strategy<Value = Document<'static>> {
    let fields: Vec<_> = kind
        .fields
        .iter()
        .filter(|u| !u.field.ty.is_derived() && !matches!(u.field.ty, T::Detail))
        .map(|used| {
            perhaps(used.required, value_in(kind, used.field)).prop_map(move |v| (used.field, v))
        })
        .collect();
    fields.prop_map(move |mut fields| {
        obey::obey(kind, &mut fields);
        let mut builder = Builder::new(kind);
        let mut head = None;
        for (field, value) in fields {
            if let Some(Value::Members(rows)) = &value {
                head = rows[0].name().map(str::to_string);
            }
            if let Some(value) = value {
                builder = builder.set(field, value);
            }
        }
        if let Some(name) = head {
            builder = builder.set(&credential::kinds::fields::NAME, Value::Text(name.into()));
        }
        builder.build().unwrap()
    })
}

fn any_document() -> impl Strategy<Value = Document<'static>> {
    let kinds: Vec<_> = KINDS.iter().map(|kind| document(kind).boxed()).collect();
    prop::strategy::Union::new(kinds)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn any_credential_verifies_and_shows_what_went_in(
        doc in any_document(),
        index in 0u32..1 << 20,
        lives in prop::option::of(1i64..1000),
    ) {
        let office = Office::default();
        let claims = Claims {
            exp: lives.map(|days| NOW + days * DAY),
            status: Some(StatusRef { index, uri: URI }),
            ..claims(doc)
        };
        let text = office.issue(&claims);
        let verdict = office.verify(&text);
        prop_assert_eq!(verdict.reason().code(), "valid", "{:?}", verdict.detail());
        let shown = verdict.credential().unwrap();
        prop_assert_eq!(shown.claims(), claims);
        // Accepted: re-encodes to the same bytes, down to the QR text.
        let again = shown.claims().encode().unwrap();
        let kid = KeyId::of(&public(&office.signer));
        let token = sign(Unsigned::new(kid, None, again), &office.signer);
        prop_assert_eq!(&token, shown.token());
        prop_assert_eq!(token::pack(&token), text);
    }

    #[test]
    fn a_family_card_can_be_cut_to_its_core(doc in document(&KK)) {
        let core = doc.clone().into_core_only();
        prop_assert!(core.is_core_only());
        let office = Office::default();
        let verdict = office.verify(&office.issue(&claims(core.clone())));
        prop_assert_eq!(verdict.reason().code(), "valid");
        let shown = verdict.credential().unwrap().claims();
        prop_assert_eq!(shown.document().unwrap(), &core);
    }

    #[test]
    fn base45_round_trips(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert_eq!(base45::decode(&base45::encode(&bytes)), Ok(bytes));
    }

    #[test]
    fn base45_that_decodes_is_the_only_text(text in "[0-9A-Z $%*+./:-]{0,60}") {
        if let Ok(bytes) = base45::decode(&text) {
            prop_assert_eq!(base45::encode(&bytes), text);
        }
    }

    /// Our inflater against flate2: the same bytes from every level, and never more than it accepts.
    #[test]
    fn inflate_agrees_with_the_library(
        words in prop::collection::vec(prop::sample::select(vec!["BANDUNG", "JAWA BARAT", "3273", "x", "\0\0\0"]), 0..400),
        noise in prop::collection::vec(any::<u8>(), 0..200),
        level in 0u32..10,
        flip in prop::option::of((any::<usize>(), 0u8..8)),
    ) {
        let mut content = words.concat().into_bytes();
        content.extend_from_slice(&noise);
        let mut z = Vec::with_capacity(content.len() + 100);
        flate2::Compress::new(flate2::Compression::new(level), true)
            .compress_vec(&content, &mut z, flate2::FlushCompress::Finish)
            .unwrap();
        if let Some((at, bit)) = flip {
            let at = at % z.len();
            z[at] ^= 1 << bit;
        }
        let mut out = Vec::with_capacity(MAX_INFLATED);
        let mut d = flate2::Decompress::new(true);
        let theirs = d.decompress_vec(&z, &mut out, flate2::FlushDecompress::Finish);
        let theirs = matches!(theirs, Ok(flate2::Status::StreamEnd)) && d.total_in() == z.len() as u64;
        match inflate(&z, MAX_INFLATED) {
            Ok(ours) => {
                prop_assert!(theirs, "the library refuses what we accept");
                prop_assert_eq!(&ours.bytes, &out);
                if ours.canonical {
                    prop_assert!(z.starts_with(&[0x78, 0xda]));
                }
            }
            Err(_) => prop_assert!(!theirs, "the library accepts what we refuse"),
        }
    }

    #[test]
    fn whatever_is_packed_is_canonical(
        words in prop::collection::vec(prop::sample::select(vec!["BANDUNG", "JAWA BARAT", "327301", "A"]), 0..300),
        noise in prop::collection::vec(any::<u8>(), 0..900),
    ) {
        let mut content = words.concat().into_bytes();
        content.extend_from_slice(&noise);
        let text = token::pack(&content);
        if text.len() <= token::MAX_TEXT {
            let inflated = token::unpack(&text).unwrap();
            prop_assert!(inflated.canonical);
            prop_assert_eq!(inflated.bytes, content);
        }
    }

    #[test]
    fn noise_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let office = Office::default();
        let (trust, lists) = (office.trust(), office.status_lists());
        for text in [token::pack(&bytes), base45::encode(&bytes)] {
            let verdict = verify(&text, &trust, &lists, NOW, &Policy::default());
            prop_assert_ne!(verdict.outcome().code(), "valid");
        }
        let _ = Sign1::parse_canonical(&bytes);
        let _ = Sign1::parse_tolerant(&bytes);
        let _ = credential::bundle::Bundle::verify(&bytes, &public(&office.root));
        let _ = credential::status_list::StatusListClaims::decode(&bytes);
    }
}

#[test]
fn a_batch_answers_like_single_checks() {
    let office = Office::default();
    let (trust, lists) = (office.trust(), office.status_lists());
    let mut texts: Vec<String> = (0..70u32)
        .map(|n| {
            let mut c = claims(ktp());
            c.status.as_mut().unwrap().index = n;
            office.issue(&c)
        })
        .collect();
    for bad in [3, 17, 64, 69] {
        // One character of the signature's part.
        let at = texts[bad].len() - 40;
        let other = if &texts[bad][at..=at] == "A" {
            "B"
        } else {
            "A"
        };
        texts[bad].replace_range(at..=at, other);
    }
    texts.push("HELLO".into());
    let refs: Vec<&str> = texts.iter().map(String::as_str).collect();
    for count in [0, 1, 2, 63, 64, 65, 71] {
        let batch = verify_batch(&refs[..count], &trust, &lists, NOW, &Policy::default());
        assert_eq!(batch.len(), count);
        for (text, verdict) in refs.iter().zip(&batch) {
            let single = verify(text, &trust, &lists, NOW, &Policy::default());
            assert_eq!(verdict.reason(), single.reason());
        }
    }
    let all = verify_batch(&refs, &trust, &lists, NOW, &Policy::default());
    let green = all.iter().filter(|v| v.outcome().code() == "valid").count();
    assert_eq!(green, 66);
}

/// Every single bit of a token flipped: as a token and as its text it gets the same answer.
#[test]
fn tokens_are_judged_like_their_texts() {
    let office = Office::default();
    let (trust, lists) = (office.trust(), office.status_lists());
    let token = token::unpack(&office.issue(&claims(ktp()))).unwrap().bytes;
    let mut tokens = vec![token.clone(), Vec::new(), token[..token.len() - 1].to_vec()];
    for bit in 0..8 * token.len() {
        let mut flipped = token.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        tokens.push(flipped);
    }
    // As much as a text may inflate to.
    tokens.push(vec![0xd2; 64 << 10]);
    let refs: Vec<&[u8]> = tokens.iter().map(Vec::as_slice).collect();
    let verdicts = verify_tokens(&refs, &trust, &lists, NOW, &Policy::default());
    assert_eq!(verdicts.len(), tokens.len());
    assert_eq!(verdicts[0].reason().code(), "valid");
    for (token, verdict) in tokens.iter().zip(&verdicts) {
        let text = token::pack(token);
        let single = verify(&text, &trust, &lists, NOW, &Policy::default());
        assert_eq!(verdict.reason(), single.reason());
    }
    // A byte more has no text that says it.
    let large = vec![0xd2; (64 << 10) + 1];
    let verdicts = verify_tokens(&[&large], &trust, &lists, NOW, &Policy::default());
    assert_eq!(verdicts[0].reason(), Reason::TooLarge);
}

#[test]
fn identity_of_our_own_issuers_is_a_document() {
    let c = claims(ktp());
    assert!(matches!(c.identity, Identity::Document(_)));
    assert_eq!(c.document().map(|d| d.kind().slug), Some("ktp"));
}
