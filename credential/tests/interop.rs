//! Other implementations of Claim 169 and COSE read what we write, and we read what they write.

mod common;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ciborium::Value as Cbor;
use claim169_core::model::{
    Biometric, BiometricFormat, BiometricSubFormat, Claim169, CwtMeta, Gender, ImageSubFormat,
    MaritalStatus, PhotoFormat,
};
use claim169_core::{Decoder, Encoder, VerificationStatus};
use common::*;
use coset::TaggedCborSerializable;
use credential::claims::{Claims, Identity, StatusRef};
use credential::cose::{CoseError, Sign1};
use credential::date::Date;
use credential::document::{Country, Document, Member, Value};
use credential::ed25519::PublicKey;
use credential::foreign::ForeignValue;
use credential::ids::{KeyId, KodeWilayah, Nik, NomorKk};
use credential::kinds::{KINDS, fields as f};
use credential::status_source::NoStatus;
use credential::trust_list::{Issuer, Profile};
use credential::verify::Detail;
use credential::{Policy, Reason, Verdict, base45, token, verify};
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value as Json, json};
use std::io::Write;
use std::process::{Command, Stdio};

/// A repeatable stream of numbers.
struct Dice(u64);

impl Dice {
    /// 0 to `below` − 1.
    fn roll(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }

    fn code(&mut self, last: u64) -> u8 {
        1 + self.roll(last) as u8
    }

    fn name(&mut self, length: usize) -> String {
        const LETTERS: &[char] = &[
            'A', 'B', 'I', 'N', 'S', 'Z', 'É', 'ő', '\'', '.', '-', 'k', '’',
        ];
        let letters = (0..length).map(|place| match place {
            0 => 'W',
            _ if place + 1 == length => 'H',
            _ if place % 9 == 7 => ' ',
            _ => LETTERS[self.roll(LETTERS.len() as u64) as usize],
        });
        letters.collect()
    }

    fn date(&mut self) -> Date {
        Date::from_days(self.roll(80_000) as i64 - 40_000).unwrap()
    }
}

/// A KTP whose every field was rolled, `length` letters in its texts.
fn any_ktp(dice: &mut Dice, length: usize, face_bytes: usize) -> Document<'static> {
    let day = 1 + dice.roll(28) + 40 * dice.roll(2);
    let nik = format!(
        "3273{:02}{day:02}{:02}{:02}{:04}",
        1 + dice.roll(99),
        1 + dice.roll(12),
        dice.roll(100),
        1 + dice.roll(9999)
    );
    let region = format!("3273{:02}{}", 1 + dice.roll(99), 1000 + dice.roll(3000));
    let words = |dice: &mut Dice| Value::Text(dice.name(length).into());
    let mut builder = ktp_builder()
        .set(&f::NIK, Value::Nik(Nik::parse(&nik).unwrap()))
        .set(&f::NAME, words(dice))
        .set(&f::BIRTH_PLACE, words(dice))
        .set(&f::BIRTH_DATE, Value::Date(dice.date()))
        .set(&f::SEX, Value::Code(dice.code(2)))
        .set(&f::BLOOD, Value::Code(dice.code(13)))
        .set(&f::ADDRESS, words(dice))
        .set(
            &f::RT_RW,
            Value::RtRw(dice.roll(1000) as u16, dice.roll(1000) as u16),
        )
        .set(&f::VILLAGE, words(dice))
        .set(&f::DISTRICT, words(dice))
        .set(&f::REGENCY, words(dice))
        .set(&f::PROVINCE, words(dice))
        .set(&f::FAITH, Value::Code(dice.code(7)))
        .set(&f::MARITAL, Value::Code(dice.code(6)))
        .set(&f::JOB, Value::Code(dice.code(88)))
        .set(&f::ISSUE_DATE, Value::Date(dice.date()))
        .set(
            &f::REGION,
            Value::Region(KodeWilayah::parse(&region).unwrap()),
        );
    if dice.roll(3) == 0 {
        let country = Value::Country(Country::parse("NL").unwrap());
        builder = builder.set(&f::NATIONALITY, country);
    }
    if dice.roll(2) == 0 {
        builder = builder.set(&f::ISSUE_PLACE, words(dice));
    }
    if face_bytes > 0 {
        builder = builder.set(&f::FACE, face(face_bytes));
    }
    builder.build().unwrap()
}

/// The same KTPs for every peer: the plain one, one with a face, one with the longest texts, and variations.
fn ktps() -> Vec<(String, Document<'static>)> {
    let mut dice = Dice(169);
    let mut ktps = vec![
        ("plain".to_string(), ktp()),
        (
            "with a face".into(),
            ktp_builder().set(&f::FACE, face(600)).build().unwrap(),
        ),
        ("60 letters".into(), any_ktp(&mut dice, 60, 0)),
        ("60 letters and a face".into(), any_ktp(&mut dice, 60, 900)),
    ];
    for n in 0..50 {
        let length = 2 + dice.roll(40) as usize;
        let face_bytes = match n % 5 {
            0 => 1 + dice.roll(500) as usize,
            _ => 0,
        };
        let ktp = any_ktp(&mut dice, length, face_bytes);
        ktps.push((format!("variation {n}"), ktp));
    }
    ktps
}

/// Claim 169 as JSON with the names of the standard and the numbers of our own keys, made without our encoder.
fn claim_169_json(document: &Document<'_>) -> Json {
    let mut expected = serde_json::Map::new();
    expected.insert("75".into(), document.kind().number.into());
    for (field, value) in document.fields() {
        let name = match field.key {
            1 => "id".to_string(),
            4 => "fullName".into(),
            8 => "dateOfBirth".into(),
            9 => "gender".into(),
            10 => "address".into(),
            13 => "nationality".into(),
            14 => "maritalStatus".into(),
            21 => "locationCode".into(),
            23 => "countryOfIssuance".into(),
            62 => "face".into(),
            own @ (24..=49 | 75..=99) => own.to_string(),
            other => panic!("key {other} is not for us to use"),
        };
        let json = match value {
            Value::Date(date) if field.key == 8 => json!(date.iso().replace('-', "")),
            Value::Face(face) => json!([{
                "data": BASE64_STANDARD.encode(&face.data), "format": 0, "subFormat": face.subformat
            }]),
            Value::Nik(nik) => json!(nik.to_string()),
            value => plain_json(value),
        };
        expected.insert(name, json);
    }
    Json::Object(expected)
}

fn plain_json(value: &Value<'_>) -> Json {
    match value {
        Value::Nik(nik) => json!(nik.as_u64()),
        Value::KkNumber(number) => json!(number.as_u64()),
        Value::Text(text) => json!(text),
        Value::Date(date) => json!(date.days()),
        Value::Code(code) => json!(code),
        Value::Country(country) => json!(country.as_str()),
        Value::Region(kode) => json!(kode.dotted().replace('.', "")),
        Value::RtRw(rt, rw) => json!([rt, rw]),
        Value::PostalCode(code) => json!(code),
        Value::Face(_) => panic!("a face has its own form"),
        Value::Number(number) => json!(number),
        Value::Time(minutes) => json!(minutes),
        Value::Members(rows) | Value::Rows(rows) => rows.iter().map(row_json).collect(),
    }
}

fn row_json(row: &Member<'_>) -> Json {
    let cells = row.values();
    cells.map(|v| v.map_or(Json::Null, plain_json)).collect()
}

/// What `claim169-core` decoded, as JSON in the same form.
fn decoded_json(claim: &Claim169) -> Json {
    let mut json = serde_json::to_value(claim).unwrap();
    if let (Some(faces), Some(entry)) = (&claim.face, json.get_mut("face")) {
        let faces = faces.iter().map(|face| {
            json!({
                "data": BASE64_STANDARD.encode(&face.data),
                "format": face.format.map(i64::from),
                "subFormat": face.sub_format.map(|s| s.to_value()),
            })
        });
        *entry = faces.collect();
    }
    json
}

// Ours to theirs.

#[test]
fn claim169_core_reads_our_documents_field_by_field() {
    let office = Office::default();
    let key = public(&office.signer);
    let mut fields = 0;
    let documents = ktps().into_iter().chain([
        ("a family of 5".to_string(), kk_builder(5).build().unwrap()),
        ("a family of 1".to_string(), {
            let number = NomorKk::parse("3273010101200002").unwrap();
            let kk = kk_builder(1).set(&f::KK_NUMBER, Value::KkNumber(number));
            kk.build().unwrap()
        }),
    ]);
    let of_kinds = KINDS
        .iter()
        .map(|kind| (kind.slug.to_string(), of_kind(kind)));
    let documents = documents.chain(of_kinds);
    let mut count = 0;
    for (name, document) in documents {
        let expected = claim_169_json(&document);
        let mut claims = claims(document);
        claims.exp = (count % 2 == 0).then_some(NOW + 900 * DAY);
        claims.nbf = (count % 3 == 0).then_some(NOW - DAY);
        let text = office.issue(&claims);
        let read = |key: &[u8; 32]| {
            let decoder = Decoder::new(text.as_str())
                .verify_with_ed25519(key)
                .unwrap();
            let decoder = decoder.without_timestamp_validation().strict_compression();
            decoder.decode()
        };
        let result = read(&key).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(result.verification_status, VerificationStatus::Verified);
        assert_eq!(decoded_json(&result.claim169), expected, "{name}");
        let meta = CwtMeta {
            issuer: Some(ISS.into()),
            subject: None,
            expires_at: claims.exp,
            not_before: claims.nbf,
            issued_at: claims.iat,
        };
        assert_eq!(result.cwt_meta, meta, "{name}");
        assert_eq!(result.key_id.unwrap(), KeyId::of(&key).0, "{name}");
        assert!(read(&public(&self::key(4))).is_err(), "{name}: another key");
        fields += expected.as_object().unwrap().len();
        count += 1;
    }
    eprintln!("claim169-core read {count} of our documents, {fields} fields");
    assert_eq!(count, 56 + KINDS.len());
}

// Theirs to ours.

fn foreign_issuer(key: [u8; 32], iss: &str) -> Issuer {
    Issuer {
        key: PublicKey::from_bytes(&key).unwrap(),
        iss: iss.into(),
        kinds: vec![],
        not_before: 0,
        profile: Profile::Foreign,
        ..issuer(&SigningKey::from_bytes(&[1; 32]))
    }
}

const FOREIGN: &str = "https://issuer.example.org";
/// Seed of the foreign issuer's key.
const SEED: u8 = 40;

/// The verdict where `FOREIGN` is a foreign issuer beside our own.
fn foreign_verdict(text: &str, key: [u8; 32]) -> Verdict {
    let mut office = Office::default();
    office.issuers.push(foreign_issuer(key, FOREIGN));
    verify(text, &office.trust(), &NoStatus, NOW, &Policy::default())
}

fn reason(text: &str) -> Reason {
    let verdict = foreign_verdict(text, public(&key(SEED)));
    assert_eq!(
        verdict.credential().is_some(),
        matches!(
            verdict.reason(),
            Reason::Valid | Reason::Expired | Reason::NotYetValid | Reason::StatusListMissing
        ),
        "{:?}",
        verdict.reason()
    );
    verdict.reason()
}

/// A foreign identity as JSON with the names of the standard.
fn foreign_json(claims: &Claims<'_>) -> Json {
    let Identity::Foreign(identity) = &claims.identity else {
        panic!("a foreign identity");
    };
    let mut json = serde_json::Map::new();
    for (name, value) in identity.fields() {
        let value = match value {
            ForeignValue::Text(text) => json!(text),
            ForeignValue::Number(number) => json!(number),
            ForeignValue::Bytes(bytes) => json!(BASE64_STANDARD.encode(bytes)),
        };
        assert!(json.insert(name.into(), value).is_none());
    }
    if let Some((data, subformat)) = identity.face() {
        json.insert(
            "face".into(),
            json!([{"data": BASE64_STANDARD.encode(data), "format": 0, "subFormat": subformat}]),
        );
    }
    Json::Object(json)
}

/// Only the first face is read.
fn first_face_only(mut expected: Json) -> Json {
    if let Some(faces) = expected.get_mut("face").and_then(Json::as_array_mut) {
        faces.truncate(1);
    }
    expected
}

fn every_standard_field() -> Claim169 {
    let picture = |bytes: u8, sub| {
        Biometric::new((0..bytes).collect())
            .with_format(BiometricFormat::Image)
            .with_sub_format(BiometricSubFormat::Image(sub))
    };
    Claim169 {
        id: Some("3918592438".into()),
        version: Some("1.0".into()),
        language: Some("eng".into()),
        full_name: Some("Janardhan Bangalore Srinivas".into()),
        first_name: Some("Janardhan".into()),
        middle_name: Some("Bangalore".into()),
        last_name: Some("Srinivas".into()),
        date_of_birth: Some("19840118".into()),
        gender: Some(Gender::Other),
        address: Some("New House\nNear Metro Line\nBengaluru, KA".into()),
        email: Some("janardhan@example.com".into()),
        phone: Some("+919876543210".into()),
        nationality: Some("IN".into()),
        marital_status: Some(MaritalStatus::Divorced),
        guardian: Some("G-1".into()),
        photo: Some((0..=255).collect()),
        photo_format: Some(PhotoFormat::Webp),
        secondary_full_name: Some("جاناردان بنغالور سرينيفاس".into()),
        secondary_language: Some("ara".into()),
        location_code: Some("849VCWC8+R9".into()),
        legal_status: Some("Refugee".into()),
        country_of_issuance: Some("IN".into()),
        face: Some(vec![
            picture(200, ImageSubFormat::Webp),
            picture(9, ImageSubFormat::Png),
        ]),
        ..Claim169::default()
    }
}

#[test]
fn tokens_of_claim169_core_are_read_field_by_field() {
    let mut dice = Dice(7);
    let mut claims = vec![
        Claim169::minimal("ID-1", "Jane Doe"),
        every_standard_field(),
    ];
    for _ in 0..50 {
        let mut some = every_standard_field();
        let length = 2 + dice.roll(60) as usize;
        some.full_name = Some(dice.name(length));
        some.gender = Gender::try_from(1 + dice.roll(3) as i64).ok();
        if dice.roll(2) == 0 {
            some.face = None;
        }
        if dice.roll(2) == 0 {
            some.photo = None;
            some.photo_format = None;
        }
        for field in [&mut some.email, &mut some.phone, &mut some.guardian] {
            if dice.roll(2) == 0 {
                *field = None;
            }
        }
        claims.push(some);
    }
    for claim in claims {
        let expected = first_face_only(decoded_json(&claim));
        for (exp, reason) in [
            (None, Reason::Valid),
            (Some(NOW + 1), Reason::Valid),
            (Some(NOW - 1), Reason::Expired),
        ] {
            let mut meta = CwtMeta::new().with_issuer(FOREIGN);
            meta = meta.with_issued_at(NOW - 9 * DAY);
            meta.expires_at = exp;
            let encoder = Encoder::new(claim.clone(), meta);
            let encoder = encoder.sign_with_ed25519(&[SEED; 32]).unwrap();
            let text = encoder.encode().unwrap().qr_data;
            let verdict = foreign_verdict(&text, public(&key(SEED)));
            assert_eq!(verdict.reason(), reason);
            let claims = verdict.credential().unwrap().claims();
            assert_eq!(foreign_json(&claims), expected);
            assert_eq!(claims.iss, Some(FOREIGN));
            assert_eq!((claims.iat, claims.exp), (Some(NOW - 9 * DAY), exp));
            let other = foreign_verdict(&text, public(&key(SEED + 1)));
            assert_eq!(other.reason(), Reason::BadSignature);
        }
    }
}

// Forms by hand.

fn map(entries: &[(i64, Cbor)]) -> Cbor {
    let entries = entries.iter().cloned();
    Cbor::Map(entries.map(|(k, v)| (k.into(), v)).collect())
}

fn bytes_of(value: &Cbor) -> Vec<u8> {
    let mut bytes = vec![];
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

fn identity() -> Cbor {
    map(&[(1, "ID-1".into()), (4, "Jane Doe".into())])
}

/// A foreign token whose parts can be changed before it is signed.
struct Forge {
    tags: Vec<u64>,
    protected: Vec<u8>,
    unprotected: Vec<u8>,
    payload: Vec<u8>,
}

impl Default for Forge {
    fn default() -> Self {
        let payload = map(&[
            (1, FOREIGN.into()),
            (6, (NOW - DAY).into()),
            (169, identity()),
        ]);
        Self {
            tags: vec![18],
            protected: vec![0xa1, 0x01, 0x27],
            unprotected: vec![0xa0],
            payload: bytes_of(&payload),
        }
    }
}

impl Forge {
    fn token(&self) -> Vec<u8> {
        let structure = Cbor::Array(vec![
            "Signature1".into(),
            Cbor::Bytes(self.protected.clone()),
            Cbor::Bytes(vec![]),
            Cbor::Bytes(self.payload.clone()),
        ]);
        let signature = key(SEED).sign(&bytes_of(&structure)).to_bytes();
        let mut token = vec![];
        for tag in &self.tags {
            // The head of a tag is that of an unsigned integer in another major type.
            let mut head = bytes_of(&(*tag).into());
            head[0] |= 0xc0;
            token.extend(head);
        }
        token.push(0x84);
        token.extend(bytes_of(&Cbor::Bytes(self.protected.clone())));
        token.extend(&self.unprotected);
        token.extend(bytes_of(&Cbor::Bytes(self.payload.clone())));
        token.extend(bytes_of(&Cbor::Bytes(signature.to_vec())));
        token
    }

    fn text(&self) -> String {
        token::pack(&self.token())
    }
}

/// The forms that FORMAT.md promises to read from foreign issuers.
#[test]
fn tolerant_forms_are_read() {
    let kid = Cbor::Bytes(KeyId::of(&public(&key(SEED))).0.to_vec());
    let header = |entries: &[(i64, Cbor)]| bytes_of(&map(entries));
    let claims = |identity: Cbor| {
        bytes_of(&map(&[
            (169, identity),
            (6, (NOW - DAY).into()),
            (1, FOREIGN.into()),
        ]))
    };
    let wrapped = Cbor::Bytes(bytes_of(&identity()));
    let mixed = map(&[
        (4, "Jane Doe".into()),
        (30, "unknown".into()),
        (18, Cbor::Array(vec![1.into(), 2.into()])),
        (1, "ID-1".into()),
        (-5, Cbor::Float(0.5)),
    ]);
    let text_key = Cbor::Map(vec![
        ("note".into(), Cbor::Tag(0, Box::new("2026".into()))),
        (1.into(), FOREIGN.into()),
        (169.into(), identity()),
    ]);
    let forge = Forge::default;
    let forms = [
        ("tag 18", forge()),
        (
            "no tag",
            Forge {
                tags: vec![],
                ..forge()
            },
        ),
        (
            "tag 61(18)",
            Forge {
                tags: vec![61, 18],
                ..forge()
            },
        ),
        (
            "algorithm −19",
            Forge {
                protected: header(&[(1, (-19).into())]),
                ..forge()
            },
        ),
        (
            "kid unprotected",
            Forge {
                unprotected: header(&[(4, kid.clone())]),
                ..forge()
            },
        ),
        (
            "kid protected, before alg",
            Forge {
                protected: header(&[(4, kid), (1, (-8).into())]),
                ..forge()
            },
        ),
        (
            "kid of its own length",
            Forge {
                unprotected: header(&[(4, Cbor::Bytes(b"key-1".to_vec()))]),
                ..forge()
            },
        ),
        (
            "certificates in the header",
            Forge {
                unprotected: header(&[(33, Cbor::Bytes(vec![0x30; 90]))]),
                ..forge()
            },
        ),
        (
            "claim 169 in a byte string, claims reordered",
            Forge {
                payload: claims(wrapped),
                ..forge()
            },
        ),
        (
            "keys reordered, unknown ones between",
            Forge {
                payload: claims(mixed),
                ..forge()
            },
        ),
        (
            "a claim with a text key and a tag",
            Forge {
                payload: bytes_of(&text_key),
                ..forge()
            },
        ),
    ];
    for (name, form) in forms {
        let verdict = foreign_verdict(&form.text(), public(&key(SEED)));
        assert_eq!(verdict.reason(), Reason::Valid, "{name}");
        let claims = verdict.credential().unwrap().claims();
        let expected = json!({"id": "ID-1", "fullName": "Jane Doe"});
        assert_eq!(foreign_json(&claims), expected, "{name}");
    }
    // Stored blocks and other zlib headers are none of our form, but may be theirs.
    let token = forge().token();
    let mut stored = vec![0x78, 0x01, 0x01];
    stored.extend((token.len() as u16).to_le_bytes());
    stored.extend((!(token.len() as u16)).to_le_bytes());
    stored.extend(&token);
    stored.extend(adler32(&token).to_be_bytes());
    assert_eq!(reason(&base45::encode(&stored)), Reason::Valid);
}

fn adler32(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1u32, 0u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    b << 16 | a
}

#[test]
fn tolerance_ends_where_meaning_would_be_in_doubt() {
    let header = |entries: &[(i64, Cbor)]| bytes_of(&map(entries));
    let forge = Forge::default;
    let default = forge();
    // A map with one more entry written behind the others.
    let with_entry = |bytes: &[u8], entry: &[u8]| {
        let mut bytes = bytes.to_vec();
        bytes[0] += 1;
        bytes.extend(entry);
        bytes
    };
    let indefinite = |bytes: &[u8]| {
        let mut bytes = bytes.to_vec();
        bytes[0] = 0xbf;
        bytes.push(0xff);
        bytes
    };
    let crit = (2, Cbor::Array(vec![1.into()]));
    let mut trailing = default.payload.clone();
    trailing.push(0x00);
    let nested = |depth: usize| {
        let mut deep: Cbor = 0.into();
        for _ in 0..depth {
            deep = Cbor::Array(vec![deep]);
        }
        let claims = [(169, identity()), (1, FOREIGN.into()), (500, deep)];
        Forge {
            payload: bytes_of(&map(&claims)),
            ..forge()
        }
    };
    // The map is depth 0, its values depth 1.
    assert_eq!(reason(&nested(15).text()), Reason::Valid);
    let wrapped = |inner: Vec<u8>| {
        let claims = [(169, Cbor::Bytes(inner)), (1, FOREIGN.into())];
        Forge {
            payload: bytes_of(&map(&claims)),
            ..forge()
        }
    };
    let cases = [
        (
            "alg only unprotected",
            Reason::NotCose,
            Forge {
                protected: vec![],
                unprotected: header(&[(1, (-8).into())]),
                ..forge()
            },
        ),
        (
            "alg in both, conflicting",
            Reason::NotCose,
            Forge {
                unprotected: header(&[(1, (-7).into())]),
                ..forge()
            },
        ),
        (
            "alg in both, the same",
            Reason::NotCose,
            Forge {
                unprotected: header(&[(1, (-8).into())]),
                ..forge()
            },
        ),
        (
            "no alg",
            Reason::Unsigned,
            Forge {
                protected: vec![],
                ..forge()
            },
        ),
        (
            "no alg, empty map",
            Reason::Unsigned,
            Forge {
                protected: vec![0xa0],
                ..forge()
            },
        ),
        (
            "ES256",
            Reason::UnsupportedAlgorithm,
            Forge {
                protected: header(&[(1, (-7).into())]),
                ..forge()
            },
        ),
        (
            "alg by name",
            Reason::UnsupportedAlgorithm,
            Forge {
                protected: header(&[(1, "EdDSA".into())]),
                ..forge()
            },
        ),
        (
            "crit protected",
            Reason::NotCose,
            Forge {
                protected: header(&[(1, (-8).into()), crit.clone()]),
                ..forge()
            },
        ),
        (
            "crit unprotected",
            Reason::NotCose,
            Forge {
                unprotected: header(&[crit]),
                ..forge()
            },
        ),
        (
            "alg twice",
            Reason::NotCose,
            Forge {
                protected: with_entry(&default.protected, &[0x01, 0x27]),
                ..forge()
            },
        ),
        (
            "kid twice",
            Reason::NotCose,
            Forge {
                unprotected: vec![0xa2, 0x04, 0x41, 0x01, 0x04, 0x41, 0x02],
                ..forge()
            },
        ),
        (
            "iat twice",
            Reason::Malformed,
            Forge {
                payload: with_entry(&default.payload, &[0x06, 0x01]),
                ..forge()
            },
        ),
        (
            "iat twice, once in a longer form",
            Reason::Malformed,
            Forge {
                payload: with_entry(&default.payload, &[0x18, 0x06, 0x01]),
                ..forge()
            },
        ),
        (
            "a key twice in a wrapped claim 169",
            Reason::Malformed,
            wrapped(with_entry(&bytes_of(&identity()), &[0x01, 0x60])),
        ),
        (
            "bytes behind a wrapped claim 169",
            Reason::Malformed,
            wrapped([&bytes_of(&identity())[..], b"\0"].concat()),
        ),
        (
            "claim 169 wrapped twice",
            Reason::Malformed,
            wrapped(bytes_of(&Cbor::Bytes(bytes_of(&identity())))),
        ),
        (
            "indefinite claims",
            Reason::Malformed,
            Forge {
                payload: indefinite(&default.payload),
                ..forge()
            },
        ),
        (
            "indefinite header",
            Reason::NotCose,
            Forge {
                protected: indefinite(&default.protected),
                ..forge()
            },
        ),
        (
            "indefinite unprotected",
            Reason::NotCose,
            Forge {
                unprotected: vec![0xbf, 0xff],
                ..forge()
            },
        ),
        (
            "bytes behind the claims",
            Reason::Malformed,
            Forge {
                payload: trailing,
                ..forge()
            },
        ),
        ("deeper than 16", Reason::Malformed, nested(16)),
        ("10,000 deep", Reason::Malformed, {
            let mut payload = vec![0x81; 10_000];
            payload.push(0);
            Forge { payload, ..forge() }
        }),
        (
            "tag 61 alone",
            Reason::NotCose,
            Forge {
                tags: vec![61],
                ..forge()
            },
        ),
        (
            "tag 18(18)",
            Reason::NotCose,
            Forge {
                tags: vec![18, 18],
                ..forge()
            },
        ),
        (
            "tag 98, COSE_Sign",
            Reason::NotCose,
            Forge {
                tags: vec![98],
                ..forge()
            },
        ),
        (
            "tag 16, COSE_Encrypt0",
            Reason::Encrypted,
            Forge {
                tags: vec![16],
                ..forge()
            },
        ),
        (
            "tag 61(96), COSE_Encrypt",
            Reason::Encrypted,
            Forge {
                tags: vec![61, 96],
                ..forge()
            },
        ),
        (
            "no claims",
            Reason::Malformed,
            Forge {
                payload: vec![0xa0],
                ..forge()
            },
        ),
        (
            "claims that are no map",
            Reason::Malformed,
            Forge {
                payload: vec![0x80],
                ..forge()
            },
        ),
        (
            "a status list's typ",
            Reason::NotCose,
            Forge {
                protected: header(&[(1, (-8).into()), (16, "application/statuslist+cwt".into())]),
                ..forge()
            },
        ),
    ];
    for (name, expected, forged) in cases {
        assert_eq!(reason(&forged.text()), expected, "{name}");
    }
    // Foreign tools name keys in their own way: the signature decides, whatever the kid says.
    let own_kid = Forge {
        unprotected: header(&[(4, Cbor::Bytes(vec![7; 8]))]),
        ..forge()
    };
    assert_eq!(reason(&own_kid.text()), Reason::Valid);

    let token = default.token();
    let behind = |byte| [&token[..], &[byte]].concat();
    assert_eq!(reason(&token::pack(&behind(0))), Reason::NotCose);
    let mut zlib = token::deflate(&token);
    zlib.push(0);
    assert_eq!(reason(&base45::encode(&zlib)), Reason::NotADocument);

    let sized = |payload: usize| {
        let filler = Cbor::Bytes(vec![0; payload]);
        let claims = [(169, identity()), (1, FOREIGN.into()), (500, filler)];
        Forge {
            payload: bytes_of(&map(&claims)),
            ..forge()
        }
    };
    let overhead = sized(60_000).token().len() - 60_000;
    let largest = sized(65_536 - overhead);
    assert_eq!(largest.token().len(), 65_536);
    // `pack` falls back to a longer form for such content, which no QR holds: deflate it as foreign tools do.
    let text = |forge: &Forge| base45::encode(&token::deflate(&forge.token()));
    assert_eq!(reason(&text(&largest)), Reason::Valid);
    assert_eq!(reason(&text(&sized(65_537 - overhead))), Reason::TooLarge);
}

/// A key of ours never profits from the tolerance for foreign issuers.
#[test]
fn our_own_keys_get_no_tolerance() {
    let office = Office::default();
    let payload = claims(ktp()).encode().unwrap();
    let kid = Cbor::Bytes(KeyId::of(&public(&office.signer)).0.to_vec());
    let canonical = bytes_of(&map(&[(1, (-8).into()), (4, kid.clone())]));
    let envelope = |tags: Vec<u64>, protected: Vec<u8>, unprotected: Vec<u8>| {
        let forge = Forge {
            tags,
            protected,
            unprotected,
            payload: payload.clone(),
        };
        let mut token = forge.token();
        // Signed by our key instead of the foreign one.
        let parsed = Sign1::parse_tolerant(&token).unwrap();
        let signature = office.signer.sign(&parsed.to_be_signed().parts().concat());
        let start = token.len() - 64;
        token[start..].copy_from_slice(&signature.to_bytes());
        office.verify(&token::pack(&token))
    };
    let plain = envelope(vec![18], canonical.clone(), vec![0xa0]);
    assert_eq!(plain.reason(), Reason::Valid);
    let loose_kid = bytes_of(&map(&[(4, kid.clone())]));
    let alg_19 = bytes_of(&map(&[(1, (-19).into()), (4, kid.clone())]));
    let reordered = bytes_of(&map(&[(4, kid), (1, (-8).into())]));
    for (name, tags, protected, unprotected) in [
        ("no tag", vec![], canonical.clone(), vec![0xa0]),
        ("tag 61(18)", vec![61, 18], canonical.clone(), vec![0xa0]),
        ("algorithm −19", vec![18], alg_19, vec![0xa0]),
        (
            "kid unprotected",
            vec![18],
            vec![0xa1, 0x01, 0x27],
            loose_kid.clone(),
        ),
        ("kid in both", vec![18], canonical.clone(), loose_kid),
        ("reordered header", vec![18], reordered, vec![0xa0]),
        (
            "something unprotected",
            vec![18],
            canonical,
            vec![0xa1, 0x05, 0x40],
        ),
    ] {
        let verdict = envelope(tags, protected, unprotected);
        assert_eq!(verdict.reason(), Reason::NotCanonical, "{name}");
        assert!(matches!(verdict.detail(), Some(Detail::Cose(_))), "{name}");
        assert!(verdict.credential().is_none(), "{name}");
    }
    let unsigned = Forge {
        protected: vec![],
        ..Forge::default()
    };
    assert_eq!(
        Sign1::parse_tolerant(&unsigned.token()).err(),
        Some(CoseError::Unsigned)
    );
}

// COSE and CBOR beside other libraries.

/// `coset` takes our envelopes apart in the same way, and `ciborium` reads the same values from our claims and writes
/// them back as the same bytes.
#[test]
fn coset_and_ciborium_agree_with_our_reader_and_writer() {
    let office = Office::default();
    let mut documents = ktps();
    for members in 1..=15 {
        let kk = kk_builder(members).build().unwrap();
        documents.push((format!("{members} members"), kk.clone()));
        documents.push((format!("{members} members, core"), kk.into_core_only()));
    }
    let mut dice = Dice(26);
    for (name, document) in documents {
        let expected = claim_169_json(&document);
        let mut claims = claims(document);
        claims.exp = (dice.roll(2) == 0).then(|| NOW + dice.roll(1 << 32) as i64);
        claims.nbf = (dice.roll(2) == 0).then(|| dice.roll(NOW as u64) as i64);
        claims.cnf = (dice.roll(2) == 0).then(holder);
        let index = dice.roll(1 << 32) as u32;
        claims.status = Some(StatusRef { index, uri: URI });
        let bytes = token::unpack(&office.issue(&claims)).unwrap().bytes;

        let ours = Sign1::parse_canonical(&bytes).unwrap();
        let theirs = coset::CoseSign1::from_tagged_slice(&bytes).unwrap();
        assert_eq!(theirs.payload.as_deref(), Some(ours.payload), "{name}");
        assert_eq!(theirs.signature, ours.signature, "{name}");
        let raw = theirs.protected.original_data.clone().unwrap();
        assert_eq!(raw, ours.protected, "{name}");
        assert_eq!(Some(theirs.protected.header.key_id.as_slice()), ours.kid);
        let eddsa = coset::iana::Algorithm::EdDSA;
        let algorithm = Some(coset::RegisteredLabelWithPrivate::Assigned(eddsa));
        assert_eq!(theirs.protected.header.alg, algorithm, "{name}");
        assert!(theirs.unprotected.is_empty(), "{name}");
        let to_be_signed = ours.to_be_signed().parts().concat();
        assert_eq!(theirs.tbs_data(b""), to_be_signed, "{name}");
        assert_eq!(theirs.to_tagged_vec().unwrap(), bytes, "{name}");

        let value: Cbor = ciborium::from_reader(ours.payload).unwrap();
        assert_eq!(bytes_of(&value), ours.payload, "{name}: the same bytes");
        let Cbor::Map(entries) = value else {
            panic!("{name}: a map");
        };
        let number = |value: &Cbor| i64::try_from(value.as_integer().unwrap()).unwrap();
        let mut seen = 0;
        for (key, value) in &entries {
            seen += 1;
            match number(key) {
                1 => assert_eq!(value.as_text(), Some(ISS)),
                4 => assert_eq!(Some(number(value)), claims.exp),
                5 => assert_eq!(Some(number(value)), claims.nbf),
                6 => assert_eq!(Some(number(value)), claims.iat),
                8 => {
                    let okp = [
                        (1, 1.into()),
                        (-1, 6.into()),
                        (-2, Cbor::Bytes(public(&key_9()).into())),
                    ];
                    assert_eq!(*value, map(&[(1, map(&okp))]), "{name}");
                }
                169 => assert_eq!(cbor_json(value), expected, "{name}"),
                65_535 => {
                    let place = [("idx".into(), index.into()), ("uri".into(), URI.into())];
                    let list = vec![("status_list".into(), Cbor::Map(place.into()))];
                    assert_eq!(*value, Cbor::Map(list), "{name}");
                }
                other => panic!("{name}: claim {other}"),
            }
        }
        let optional = [
            claims.exp.is_some(),
            claims.nbf.is_some(),
            claims.cnf.is_some(),
        ];
        let optional = optional.iter().filter(|present| **present).count();
        assert_eq!(seen, 4 + optional, "{name}");
    }
}

fn key_9() -> SigningKey {
    key(9)
}

/// Claim 169 from `ciborium`, in the form of [`claim_169_json`].
fn cbor_json(value: &Cbor) -> Json {
    const NAMES: [(i64, &str); 10] = [
        (1, "id"),
        (4, "fullName"),
        (8, "dateOfBirth"),
        (9, "gender"),
        (10, "address"),
        (13, "nationality"),
        (14, "maritalStatus"),
        (21, "locationCode"),
        (23, "countryOfIssuance"),
        (62, "face"),
    ];
    const FACE: [(i64, &str); 3] = [(0, "data"), (1, "format"), (2, "subFormat")];
    fn json(value: &Cbor, names: &[(i64, &str)]) -> Json {
        match value {
            Cbor::Integer(number) => json!(i64::try_from(*number).unwrap()),
            Cbor::Text(text) => json!(text),
            Cbor::Bytes(bytes) => json!(BASE64_STANDARD.encode(bytes)),
            Cbor::Null => Json::Null,
            Cbor::Array(items) => items.iter().map(|item| json(item, &FACE)).collect(),
            Cbor::Map(entries) => {
                let entries = entries.iter().map(|(key, value)| {
                    let key = i64::try_from(key.as_integer().unwrap()).unwrap();
                    let name = names.iter().find(|(number, _)| *number == key);
                    let name = name.map_or_else(|| key.to_string(), |(_, name)| name.to_string());
                    (name, json(value, &[]))
                });
                Json::Object(entries.collect())
            }
            other => panic!("{other:?} has no place in a document"),
        }
    }
    json(value, &NAMES)
}

// The Python package.

#[test]
fn the_python_package_reads_ours_and_we_read_its() {
    let python = std::env::var("IKD_PYTHON").unwrap_or_else(|_| "python3".into());
    let has_package = Command::new(&python)
        .args(["-c", "import claim169"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !has_package {
        let required = std::env::var("IKD_REQUIRE").unwrap_or_default();
        assert!(
            !required.split([',', ' ']).any(|name| name == "claim169-py"),
            "IKD_REQUIRE names claim169-py, but {python} cannot import claim169"
        );
        eprintln!("SKIPPED: {python} cannot import claim169, the Python package was not checked");
        return;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/interop/claim169.py");
    let mut child = Command::new(&python)
        .arg(script)
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python starts");
    let office = Office::default();
    let public_key = hex(&public(&office.signer));
    let mut input = String::new();
    let mut named = 0;
    let cases = ktps();
    for (n, (name, document)) in cases.iter().enumerate() {
        let expected = claim_169_json(document);
        let own = |name: &&String| name.bytes().all(|b| b.is_ascii_digit());
        named += expected
            .as_object()
            .unwrap()
            .keys()
            .filter(|n| !own(n))
            .count();
        let mut claims = claims(document.clone());
        claims.exp = (n % 2 == 0).then_some(NOW + 900 * DAY);
        let text = office.issue(&claims);
        let meta = json!({"iss": ISS, "exp": claims.exp, "nbf": claims.nbf, "iat": claims.iat});
        let case = json!({
            "name": name, "text": text, "public_key_hex": public_key, "expected": expected, "meta": meta
        });
        input += &format!("{case}\n");
    }
    // One that must be found wrong, so that a checker that finds nothing is noticed.
    let wrong = json!({
        "name": "wrong", "text": office.issue(&claims(ktp())), "public_key_hex": public_key,
        "expected": {"id": "1", "75": 1},
    });
    input += &format!("{wrong}\n");
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "the script failed");
    let output = String::from_utf8(output.stdout).unwrap();
    let lines = output
        .lines()
        .map(|line| serde_json::from_str::<Json>(line).unwrap());

    let (mut read, mut compared, mut theirs) = (0, 0, 0);
    for line in lines {
        let name = line["name"].as_str().unwrap();
        if let Some(found) = line["wrong"].as_array() {
            if name == "wrong" {
                assert!(found.contains(&json!("id")) && found.contains(&json!("fullName")));
                continue;
            }
            assert_eq!(name, cases[read].0);
            assert!(found.is_empty(), "{name}: {found:?}");
            read += 1;
            compared += line["compared"].as_u64().unwrap() as usize;
            continue;
        }
        let key = unhex(line["public_key_hex"].as_str().unwrap());
        let verdict = foreign_verdict(line["text"].as_str().unwrap(), key.try_into().unwrap());
        let expected = match name {
            "expired" => Reason::Expired,
            _ => Reason::Valid,
        };
        assert_eq!(verdict.reason(), expected, "{name}");
        let claims = verdict.credential().unwrap().claims();
        let fields = first_face_only(line["expected"].clone());
        assert_eq!(foreign_json(&claims), fields, "{name}");
        assert_eq!(claims.iss, line["meta"]["iss"].as_str(), "{name}");
        assert_eq!(claims.exp, line["meta"]["exp"].as_i64(), "{name}");
        assert_eq!(claims.nbf, line["meta"]["nbf"].as_i64(), "{name}");
        assert_eq!(claims.iat, line["meta"]["iat"].as_i64(), "{name}");
        theirs += 1;
    }
    eprintln!(
        "The Python package read {read} of ours ({compared} fields), we read {theirs} of its"
    );
    assert_eq!((read, compared, theirs), (cases.len(), named, 5));
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let places = (0..text.len()).step_by(2);
    places
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}
