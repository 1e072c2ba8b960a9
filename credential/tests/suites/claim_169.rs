//! Claim 169: the project's own test files.

use super::*;

/// What `verify` says of each file as it is, with every key of the suite that fits known as a foreign issuer's.
#[rustfmt::skip]
pub const CLAIM_169: [(&str, Reason); 18] = [
    // Signed with Ed25519: the one file that a verifier can take for genuine.
    ("valid/ed25519-signed", Reason::Valid),
    // alg −7 (ES256), which issuers must not use here.
    ("valid/ecdsa-p256-signed", Reason::UnsupportedAlgorithm),
    // COSE_Encrypt0, tag 16.
    ("valid/encrypted-aes256", Reason::Encrypted),
    // COSE_Encrypt0 around a COSE_Sign1, which stays out of sight.
    ("valid/encrypted-signed", Reason::Encrypted),
    // The rest of `valid` and all of `edge` name EdDSA and carry an empty signature.
    ("valid/claim169-example", Reason::Unsigned),
    ("valid/demographics-full", Reason::Unsigned),
    ("valid/minimal", Reason::Unsigned),
    ("valid/refugee-identity", Reason::Unsigned),
    ("valid/with-all-biometrics", Reason::Unsigned),
    ("valid/with-face", Reason::Unsigned),
    ("valid/with-fingerprints", Reason::Unsigned),
    ("edge/expired", Reason::Unsigned),
    ("edge/not-yet-valid", Reason::Unsigned),
    ("edge/unknown-fields", Reason::Unsigned),
    // `!`, `@` and `#` are not in the Base45 alphabet.
    ("invalid/bad-base45", Reason::NotADocument),
    // Base45, but no zlib stream.
    ("invalid/bad-zlib", Reason::NotADocument),
    // An array of two in zlib.
    ("invalid/not-cose", Reason::NotCose),
    // Its claims lack 169, but it has no signature either, and that comes first.
    ("invalid/missing-169", Reason::Unsigned),
];

/// The suite contradicts itself: the picture in `with-face` starts with `ff d8 ff`, as a JPEG does, but is told to
/// start with `ff fd fe`. `claim169-core` reads what the payload has, and so do we.
pub const ERRATUM: (&str, &str, &str) = ("with-face", "//3+4AAQ", "/9j/4AAQ");

/// Standard fields that this reader leaves out: it shows no list of fingers and no biometrics but the face.
pub const LEFT_OUT: [&str; 3] = ["bestQualityFingers", "rightThumb", "rightPointerFinger"];

pub fn claim169(suites: &Path, name: &str) -> Json {
    json(suites.join("claim169").join(format!("{name}.json")))
}

/// Compares every field with `expected_claim169` and `expected_cwt_meta`. Returns how many were compared.
pub fn same_fields(file: &Json, verdict: &Verdict) -> usize {
    let name = text_of(file, "name");
    let credential = verdict.credential().expect("a signed credential");
    let claims = credential.claims();
    let Identity::Foreign(identity) = &claims.identity else {
        panic!("{name}: a foreign identity");
    };
    let meta = &file["expected_cwt_meta"];
    assert_eq!(claims.iss, meta["issuer"].as_str(), "{name}");
    assert_eq!(claims.exp, meta["expiresAt"].as_i64(), "{name}");
    assert_eq!(claims.nbf, meta["notBefore"].as_i64(), "{name}");
    assert_eq!(claims.iat, meta["issuedAt"].as_i64(), "{name}");

    let expected = file["expected_claim169"].as_object().unwrap();
    let mut compared = 4;
    for (field, value) in expected {
        if LEFT_OUT.contains(&field.as_str()) {
            continue;
        }
        if field == "face" {
            same_face(name, value, identity);
        } else {
            let found = identity.fields().find(|(n, _)| n == field).map(|(_, v)| v);
            let wanted = match value {
                Json::String(text) => ForeignValue::Text(text),
                number => ForeignValue::Number(number.as_i64().expect("text or number")),
            };
            assert_eq!(found, Some(wanted), "{name}: {field}");
        }
        compared += 1;
    }
    // And no field that nobody expects; the suite leaves the bytes of pictures out.
    for (field, value) in identity.fields() {
        let picture = matches!(value, ForeignValue::Bytes(_)) && field == "photo";
        assert!(picture || expected.contains_key(field), "{name}: {field}");
    }
    compared
}

pub fn same_face(name: &str, expected: &Json, identity: &ForeignIdentity<'_>) {
    let first = &expected[0];
    let (data, subformat) = identity.face().expect("a face");
    assert_eq!(subformat, first["subFormat"].as_i64(), "{name}");
    match first["data"].as_str() {
        Some(text) => {
            let (erring, wrong, right) = ERRATUM;
            let text = if (name, text) == (erring, wrong) {
                right
            } else {
                text
            };
            assert_eq!(BASE64_STANDARD.encode(data), text, "{name}");
        }
        None => assert!(data.starts_with(b"RIFF"), "{name}: a WebP picture"),
    }
}

#[test]
fn claim169_files_as_they_are() {
    let Some(suites) = suites() else { return };
    for category in ["valid", "edge", "invalid"] {
        for entry in std::fs::read_dir(suites.join("claim169").join(category)).unwrap() {
            let stem = entry.unwrap().path().file_stem().unwrap().to_owned();
            let name = format!("{category}/{}", stem.to_str().unwrap());
            assert!(CLAIM_169.iter().any(|(n, _)| *n == name), "{name} is new");
        }
    }
    for (name, expected) in CLAIM_169 {
        let file = claim169(&suites, name);
        let mut office = Office::default();
        let iss = file["expected_cwt_meta"]["issuer"].as_str();
        let iss = iss.unwrap_or("https://example.org");
        let signing = &file["signing_key"];
        let ed25519 = signing["algorithm"] == "EdDSA";
        let public_key = match ed25519 {
            true => hex(text_of(signing, "public_key_hex")).try_into().unwrap(),
            false => public(&key(40)),
        };
        office.issuers = vec![foreign_issuer(public_key, iss)];
        let text = text_of(&file, "qr_data");
        let verdict = judge(text, &office.trust(), NOW);
        eprintln!(
            "claim169/{name}: {} ({:?})",
            verdict.reason().code(),
            verdict.detail()
        );
        assert_eq!(verdict.reason(), expected, "{name}");
        assert_eq!(
            verdict.credential().is_some(),
            expected == Reason::Valid,
            "{name}: nothing is shown that was not signed"
        );
    }
}

#[test]
fn claim169_signed_with_ed25519_is_genuine_field_by_field() {
    let Some(suites) = suites() else { return };
    let file = claim169(&suites, "valid/ed25519-signed");
    let text = text_of(&file, "qr_data");
    let signing = &file["signing_key"];
    let public_key = hex(text_of(signing, "public_key_hex")).try_into().unwrap();
    let iss = text_of(&file["expected_cwt_meta"], "issuer");
    let exp = file["expected_cwt_meta"]["expiresAt"].as_i64().unwrap();
    let iat = file["expected_cwt_meta"]["issuedAt"].as_i64().unwrap();
    let mut office = Office {
        issuers: vec![foreign_issuer(public_key, iss)],
        ..Office::default()
    };
    let verdict = judge(text, &office.trust(), NOW);
    assert_eq!(verdict.reason(), Reason::Valid);
    assert_eq!(same_fields(&file, &verdict), 6);

    for (at, reason) in [
        (exp, Reason::Valid),
        (exp + 1, Reason::Expired),
        (iat, Reason::Valid),
        (iat - 301, Reason::NotYetValid),
    ] {
        office.issued = at - DAY;
        assert_eq!(judge(text, &office.trust(), at).reason(), reason, "{at}");
    }
    office.issued = NOW - DAY;
    let reason = |office: &Office| judge(text, &office.trust(), NOW).reason();
    office.issuers[0].iss = "https://somebody.else".into();
    assert_eq!(
        reason(&office),
        Reason::UnknownIssuer,
        "no foreign issuer of that name"
    );
    office.issuers = vec![foreign_issuer(public(&key(40)), iss)];
    assert_eq!(reason(&office), Reason::BadSignature);
    // Without a key identifier, two foreign keys are one too many and our own keys never count.
    office.issuers.push(foreign_issuer(public_key, iss));
    assert_eq!(reason(&office), Reason::UnknownIssuer);
    office.issuers = vec![issuer(&office.signer)];
    assert_eq!(reason(&office), Reason::UnknownIssuer);
}

/// The payloads of the unsigned files, signed by a key that counts.
#[test]
fn claim169_payloads_once_they_are_signed() {
    let Some(suites) = suites() else { return };
    let (mut files, mut compared) = (0, 0);
    for (name, _) in CLAIM_169
        .iter()
        .filter(|(_, reason)| *reason == Reason::Unsigned)
    {
        let file = claim169(&suites, name);
        let inflated = token::unpack(text_of(&file, "qr_data")).expect("Base45 and zlib");
        let payload = payload_of(&inflated.bytes);
        let text = resign(&payload, &key(40));
        let meta = &file["expected_cwt_meta"];
        let iss = meta["issuer"].as_str().unwrap_or("https://example.org");
        let at = |now: i64| {
            let mut office = foreign_office(&key(40), iss);
            office.issued = now - DAY;
            judge(&text, &office.trust(), now)
        };
        files += 1;
        if *name == "invalid/missing-169" {
            let verdict = at(1_750_000_000);
            assert_eq!(verdict.reason(), Reason::Malformed, "{name}");
            let no_169 = credential::claims::BadClaims::No169;
            assert_eq!(verdict.detail(), Some(Detail::Claims(no_169)), "{name}");
            continue;
        }
        let (iat, nbf) = (meta["issuedAt"].as_i64(), meta["notBefore"].as_i64());
        let starts = iat.max(nbf).expect("an iat");
        let exp = meta["expiresAt"].as_i64().expect("an exp");
        let verdict = at(starts + DAY);
        assert_eq!(verdict.reason(), Reason::Valid, "{name}");
        compared += same_fields(&file, &verdict);
        assert_eq!(at(exp + DAY).reason(), Reason::Expired, "{name}");
        let early = at(starts - DAY);
        assert_eq!(early.reason(), Reason::NotYetValid, "{name}");

        if text_of(&file, "name") == ERRATUM.0 {
            let theirs = claim169_core::Decoder::new(text_of(&file, "qr_data"));
            let theirs = theirs.allow_unverified().without_timestamp_validation();
            let face = theirs.decode().unwrap().claim169.face.unwrap();
            assert_eq!(BASE64_STANDARD.encode(&face[0].data), ERRATUM.2);
        }

        // At the tests' own moment, in November 2026.
        let expected = match *name {
            "edge/expired" | "valid/claim169-example" | "valid/refugee-identity" => Reason::Expired,
            "edge/not-yet-valid" => Reason::NotYetValid,
            _ => Reason::Valid,
        };
        assert_eq!(at(NOW).reason(), expected, "{name}");
        // The content stays readable, so that a person can be told whose document it was.
        same_fields(&file, &at(NOW));
    }
    eprintln!("Claim 169: {files} payloads signed anew, {compared} fields compared");
    assert_eq!(files, 11);
}
