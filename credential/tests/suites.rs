//! Third-party conformance suites, from the folder that `IKD_SUITES` names: Wycheproof, Token Status List, Claim 169.

mod common;

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use ciborium::Value as Cbor;
use common::*;
use credential::claims::Identity;
use credential::cose::{CoseError, Sign1, issue::Unsigned};
use credential::ed25519::PublicKey;
use credential::foreign::{ForeignIdentity, ForeignValue};
use credential::holder::HolderKey;
use credential::ids::KeyId;
use credential::inflate::inflate;
use credential::status_list::issue::ListBuilder;
use credential::status_list::{MAX_LIST, Status, StatusList, StatusListClaims, TYP};
use credential::status_source::{BadStatusToken, NoStatus, StatusLists};
use credential::trust_list::{Issuer, Profile, TrustList};
use credential::verify::Detail;
use credential::{Policy, Reason, Verdict, token, verify};
use ed25519_dalek::{Signer, SigningKey};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The suites' folder; `None`, said aloud, where there is none and none is required.
fn suites() -> Option<PathBuf> {
    let folder = std::env::var_os("IKD_SUITES").filter(|folder| !folder.is_empty());
    if folder.is_none() {
        let required = std::env::var("IKD_REQUIRE").unwrap_or_default();
        assert!(
            !required.split([',', ' ']).any(|name| name == "suites"),
            "IKD_REQUIRE names suites, but IKD_SUITES is not set"
        );
        eprintln!("SKIPPED: IKD_SUITES is not set, no third-party suite was checked");
    }
    folder.map(PathBuf::from)
}

fn read(path: PathBuf) -> String {
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn json(path: PathBuf) -> Json {
    serde_json::from_str(&read(path)).expect("the suite is JSON")
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    let pairs = digits.chunks_exact(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

fn text_of<'a>(value: &'a Json, name: &str) -> &'a str {
    let text = value[name].as_str();
    text.unwrap_or_else(|| panic!("{name} is a text"))
}

fn list_of<'a>(value: &'a Json, name: &str) -> &'a [Json] {
    let list = value[name].as_array();
    list.unwrap_or_else(|| panic!("{name} is a list"))
}

// Wycheproof.

#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    accepted: usize,
    refused: usize,
    /// Not 64 bytes, which the type of a signature already rules out.
    other_length: usize,
}

/// Asks `judge` about every case and compares its answer with the suite's.
fn wycheproof(suite: &Json, judge: impl Fn(&Json, &[u8], &[u8; 64]) -> bool) -> Tally {
    let mut tally = Tally::default();
    for group in list_of(suite, "testGroups") {
        for case in list_of(group, "tests") {
            let expected = match text_of(case, "result") {
                "valid" => true,
                "invalid" => false,
                // A signature some may accept is one that strict rules refuse.
                "acceptable" => false,
                other => panic!("result {other}"),
            };
            let id = &case["tcId"];
            let Ok(signature) = <[u8; 64]>::try_from(hex(text_of(case, "sig"))) else {
                assert!(!expected, "tcId {id}: valid, but not 64 bytes");
                tally.other_length += 1;
                continue;
            };
            let answer = judge(group, &hex(text_of(case, "msg")), &signature);
            assert_eq!(answer, expected, "tcId {id}: {}", text_of(case, "comment"));
            if answer {
                tally.accepted += 1;
            } else {
                tally.refused += 1;
            }
        }
    }
    tally
}

#[test]
fn wycheproof_p256_through_the_holder_key() {
    let Some(suites) = suites() else { return };
    let suite = json(suites.join("wycheproof/ecdsa_secp256r1_sha256_p1363_test.json"));
    let tally = wycheproof(&suite, |group, message, signature| {
        let point = hex(text_of(&group["publicKey"], "uncompressed"));
        let key = HolderKey::from_sec1(&point).expect("the suite's keys are on the curve");
        let mut compressed = vec![2 + (point[64] & 1)];
        compressed.extend_from_slice(&point[1..33]);
        assert_eq!(HolderKey::from_sec1(&compressed), Some(key));
        let mut off_the_curve = point;
        off_the_curve[64] ^= 1;
        assert_eq!(HolderKey::from_sec1(&off_the_curve), None);
        key.verify(message, signature)
    });
    eprintln!("Wycheproof ECDSA P-256 P1363 through HolderKey: {tally:?}");
    let expected = Tally {
        accepted: 173,
        refused: 68,
        other_length: 21,
    };
    assert_eq!(tally, expected, "262 cases");
}

#[test]
fn wycheproof_ed25519_through_both_keys() {
    let Some(suites) = suites() else { return };
    let suite = json(suites.join("wycheproof/ed25519_test.json"));
    let expected = Tally {
        accepted: 88,
        refused: 51,
        other_length: 12,
    };
    let public = |group: &Json| -> [u8; 32] {
        let bytes = hex(text_of(&group["publicKey"], "pk"));
        bytes.try_into().expect("32 bytes")
    };
    let holder = wycheproof(&suite, |group, message, signature| {
        let key = HolderKey::from_ed25519(&public(group)).expect("no weak key in the suite");
        key.verify(message, signature)
    });
    let issuer = wycheproof(&suite, |group, message, signature| {
        let key = PublicKey::from_bytes(&public(group)).expect("no weak key in the suite");
        key.verify(message, signature)
    });
    eprintln!("Wycheproof Ed25519 through HolderKey: {holder:?}, through PublicKey: {issuer:?}");
    assert_eq!((&holder, &issuer), (&expected, &expected), "151 cases each");
}

// Token Status List.

/// A list of the draft: its bits, its length, the statuses that are not 0, and its bytes in CBOR and in zlib.
struct Vector {
    bits: u8,
    size: u32,
    not_zero: BTreeMap<u32, u8>,
    cbor: Vec<u8>,
    lst: Vec<u8>,
}

fn vectors(suites: &Path) -> Vec<Vector> {
    let lists = json(suites.join("status-list/status_list_vectors.json"));
    let lists = lists.as_array().expect("an array").iter();
    let vectors = lists.map(|vector| {
        assert_eq!(vector["others"], 0);
        let expected = vector["expected"].as_object().expect("indexes");
        let expected = expected.iter().map(|(index, number)| {
            let number = number.as_u64().expect("a status");
            (index.parse().expect("an index"), number as u8)
        });
        let lst = BASE64_URL_SAFE_NO_PAD.decode(text_of(vector, "lst_b64url"));
        Vector {
            bits: vector["bits"].as_u64().expect("bits") as u8,
            size: vector["size"].as_u64().expect("a size") as u32,
            not_zero: expected.filter(|(_, number)| *number != 0).collect(),
            cbor: hex(text_of(vector, "cbor_hex")),
            lst: lst.expect("base64url"),
        }
    });
    vectors.collect()
}

#[test]
fn status_lists_of_the_draft_are_read() {
    let Some(suites) = suites() else { return };
    let (mut lists, mut statuses, mut not_zero) = (0, 0, 0);
    for v in vectors(&suites) {
        let bits = v.bits;
        let list = StatusList::decode(&v.cbor).expect("the draft's list");
        let packed = inflate(&v.lst, MAX_LIST).expect("the draft's zlib").bytes;
        assert_eq!(StatusList::from_packed(bits, packed), Some(list.clone()));
        assert_eq!((list.bits(), list.len()), (bits, v.size));
        let found: BTreeMap<u32, u8> = (0..v.size)
            .map(|index| (index, list.get(index).expect("in the list").number()))
            .filter(|(_, number)| *number != 0)
            .collect();
        assert_eq!(found, v.not_zero, "{bits} bits");
        for index in [v.size, v.size + 1, u32::MAX] {
            assert_eq!(list.get(index), None, "{bits} bits, index {index}");
        }
        lists += 1;
        statuses += v.size;
        not_zero += found.len();
    }
    eprintln!("Status lists: {lists} lists, {statuses} statuses, {not_zero} of them not 0");
    assert_eq!(
        (lists, statuses, not_zero),
        (4, 4 << 20, 11 + 11 + 15 + 255)
    );
}

#[test]
fn status_lists_of_the_draft_are_rebuilt_byte_for_byte() {
    let Some(suites) = suites() else { return };
    for v in vectors(&suites) {
        let bits = v.bits;
        let mut builder = ListBuilder::new(bits, v.size).expect("a possible size");
        for (index, number) in &v.not_zero {
            assert!(builder.set(*index, Status::from_number(*number)));
        }
        assert!(!builder.set(v.size, Status::Revoked), "{bits} bits");
        let rebuilt = builder.encode();
        let list = StatusList::decode(&rebuilt).expect("our own list");
        assert_eq!(
            StatusList::decode(&v.cbor),
            Ok(list),
            "{bits} bits: statuses"
        );
        assert!(v.cbor.ends_with(&v.lst), "{bits} bits");
        assert!(
            rebuilt == v.cbor,
            "{bits} bits: {} bytes instead of {}, or others",
            rebuilt.len(),
            v.cbor.len()
        );
    }
}

/// The draft's example tokens, which ES256 signs: refused for that alone, and read once our own key signs the same
/// payload.
#[test]
fn status_list_examples_of_the_draft() {
    let Some(suites) = suites() else { return };
    let folder = suites.join("status-list");
    let example = |name: &str| {
        let bytes = hex(&read(folder.join(format!("{name}.md"))));
        assert_eq!(
            Sign1::parse_tolerant(&bytes).err(),
            Some(CoseError::Algorithm),
            "{name}"
        );
        let key_id = CoseError::Header("the unprotected header is not empty");
        assert_eq!(Sign1::parse_canonical(&bytes).err(), Some(key_id), "{name}");
        bytes
    };
    let (list_token, referenced) = (example("status_list_cwt"), example("referenced_token_cwt"));

    let payload = payload_of(&list_token);
    let claims = StatusListClaims::decode(&payload).expect("the draft's status list claims");
    assert_eq!(claims.sub, "https://example.com/statuslists/1");
    assert_eq!(
        (claims.iat, claims.exp),
        (1_686_920_170, Some(2_291_720_170))
    );
    assert_eq!(claims.ttl, Some(43_200));
    assert_eq!((claims.list.bits(), claims.list.len()), (1, 16));
    let numbers: Vec<u8> = (0..16)
        .map(|index| claims.list.get(index).unwrap().number())
        .collect();
    assert_eq!(numbers, [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]);
    assert_eq!(claims.list.get(16), None);

    // The referenced token has no claim 169, so it gets one to become a credential with the draft's status claim.
    let mut office = foreign_office(&key(40), "https://example.com");
    office.issued = claims.iat + DAY;
    let trust = office.trust();
    let mut lists = StatusLists::default();
    assert!(matches!(
        lists.add(&list_token, &trust),
        Err(BadStatusToken::Cose(CoseError::Header(_)))
    ));
    let Cbor::Map(mut map) = cbor(&payload_of(&referenced)) else {
        panic!("the payload is a map");
    };
    let without_169 = resign(&bytes_of(&Cbor::Map(map.clone())), &key(40));
    let identity = Cbor::Map(vec![(1.into(), "12345".into())]);
    map.push((169.into(), identity));
    let text = resign(&bytes_of(&Cbor::Map(map)), &key(40));
    let judge = |text: &str, lists: &StatusLists| {
        verify(text, &trust, lists, office.issued, &Policy::default())
    };
    let missing = judge(&text, &lists);
    assert_eq!(missing.reason(), Reason::StatusListMissing);
    let credential = missing.credential().expect("signed");
    let status = credential.claims().status.expect("a status reference");
    assert_eq!((status.index, status.uri), (0, claims.sub.as_str()));

    let kid = KeyId::of(&public(&key(40)));
    let ours = sign(Unsigned::new(kid, Some(TYP), payload), &key(40));
    lists.add(&ours, &trust).expect("our key signs it");
    assert_eq!(judge(&text, &lists).reason(), Reason::Revoked);
    assert_eq!(judge(&without_169, &lists).reason(), Reason::Malformed);
}

// Claim 169.

/// What `verify` says of each file as it is, with every key of the suite that fits known as a foreign issuer's.
#[rustfmt::skip]
const CLAIM_169: [(&str, Reason); 18] = [
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
const ERRATUM: (&str, &str, &str) = ("with-face", "//3+4AAQ", "/9j/4AAQ");

/// Standard fields that this reader leaves out: it shows no list of fingers and no biometrics but the face.
const LEFT_OUT: [&str; 3] = ["bestQualityFingers", "rightThumb", "rightPointerFinger"];

fn claim169(suites: &Path, name: &str) -> Json {
    json(suites.join("claim169").join(format!("{name}.json")))
}

/// An office that trusts one key as a foreign issuer at any time.
fn foreign_office(key: &SigningKey, iss: &str) -> Office {
    Office {
        issuers: vec![foreign_issuer(public(key), iss)],
        ..Office::default()
    }
}

fn foreign_issuer(key: [u8; 32], iss: &str) -> Issuer {
    Issuer {
        key: PublicKey::from_bytes(&key).unwrap(),
        iss: iss.into(),
        kinds: vec![],
        not_before: 0,
        not_after: credential::claims::TIME_MAX as i64,
        profile: Profile::Foreign,
        ..issuer(&SigningKey::from_bytes(&[1; 32]))
    }
}

fn cbor(bytes: &[u8]) -> Cbor {
    ciborium::from_reader(bytes).expect("CBOR")
}

fn bytes_of(value: &Cbor) -> Vec<u8> {
    let mut bytes = vec![];
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

/// The payload of a COSE_Sign1, read by `coset`.
fn payload_of(token: &[u8]) -> Vec<u8> {
    use coset::TaggedCborSerializable;
    let envelope = coset::CoseSign1::from_tagged_slice(token).expect("a COSE_Sign1");
    envelope.payload.expect("a payload")
}

/// The payload in an envelope as foreign tools make it: tag 18, `{1: −8}`, no key identifier.
fn resign(payload: &[u8], key: &SigningKey) -> String {
    use coset::TaggedCborSerializable;
    let protected = coset::HeaderBuilder::new().algorithm(coset::iana::Algorithm::EdDSA);
    let envelope = coset::CoseSign1Builder::new()
        .protected(protected.build())
        .payload(payload.to_vec())
        .create_signature(b"", |message| key.sign(message).to_bytes().to_vec())
        .build();
    token::pack(&envelope.to_tagged_vec().unwrap())
}

fn judge(text: &str, trust: &TrustList, now: i64) -> Verdict {
    verify(text, trust, &NoStatus, now, &Policy::default())
}

/// Compares every field with `expected_claim169` and `expected_cwt_meta`. Returns how many were compared.
fn same_fields(file: &Json, verdict: &Verdict) -> usize {
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

fn same_face(name: &str, expected: &Json, identity: &ForeignIdentity<'_>) {
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
