//! We read what `claim169-core` writes.

use super::*;

pub fn foreign_issuer(key: [u8; 32], iss: &str) -> Issuer {
    Issuer {
        key: PublicKey::from_bytes(&key).unwrap(),
        iss: iss.into(),
        kinds: vec![],
        not_before: 0,
        profile: Profile::Foreign,
        ..issuer(&SigningKey::from_bytes(&[1; 32]))
    }
}

pub const FOREIGN: &str = "https://issuer.example.org";
/// Seed of the foreign issuer's key.
pub const SEED: u8 = 40;

/// The verdict where `FOREIGN` is a foreign issuer beside our own.
pub fn foreign_verdict(text: &str, key: [u8; 32]) -> Verdict {
    let mut office = Office::default();
    office.issuers.push(foreign_issuer(key, FOREIGN));
    verify(text, &office.trust(), &NoStatus, NOW, &Policy::default())
}

pub fn reason(text: &str) -> Reason {
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
pub fn foreign_json(claims: &Claims<'_>) -> Json {
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
pub fn first_face_only(mut expected: Json) -> Json {
    if let Some(faces) = expected.get_mut("face").and_then(Json::as_array_mut) {
        faces.truncate(1);
    }
    expected
}

pub fn every_standard_field() -> Claim169 {
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
