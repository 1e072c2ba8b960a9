//! The lint against the vectors of every kind, and against the decoder of the verifier: two readers that were written
//! apart must agree on any bytes.

use super::*;
use crate::domain::document::Subject;
use credential::cbor::gate::{self, Mode};
use credential::claims::{BadClaims, Claims};
use credential::document::{BadDocument, Value};
use credential::kinds::Subject as About;
use proptest::prelude::*;
use std::path::Path;

/// Payloads of `docs/vectors`, each with its name.
fn vectors() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/vectors");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("vectors") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("text");
        let Some((_, rest)) = text.split_once("# The payload: CWT claims.\npayload:\n") else {
            continue;
        };
        let (block, _) = rest.split_once("\n\n").expect("the end of the payload");
        let hex: String = block
            .lines()
            .filter_map(|line| line.split(';').next())
            .flat_map(str::chars)
            .filter(char::is_ascii_hexdigit)
            .collect();
        let pairs = hex.as_bytes().chunks(2).map(|pair| {
            let pair = std::str::from_utf8(pair).expect("ASCII");
            u8::from_str_radix(pair, 16).expect("hex")
        });
        let payload: Vec<u8> = pairs.collect();
        if Claims::of_own(&payload).is_ok() {
            let name = path.file_stem().expect("a name");
            found.push((name.to_string_lossy().into_owned(), payload));
        }
    }
    found.sort();
    found
}

/// What a payload says it is for.
fn own<'a>(claims: &'a Claims<'a>, number: Option<&'a str>) -> For<'a> {
    let document = claims.document().expect("a document");
    let status = claims.status.expect("a status");
    let kind = document.kind();
    let key = match kind.subject {
        About::Family => &f::KK_NUMBER,
        _ => &f::NIK,
    };
    let subject = match document.get(key) {
        Some(Value::Nik(nik)) => nik.as_u64(),
        Some(Value::KkNumber(number)) => number.as_u64(),
        _ => 0,
    };
    For {
        kind,
        iss: claims.iss.expect("iss"),
        region: "",
        uri: status.uri,
        index: status.index,
        issued: claims.iat.expect("iat"),
        expires: claims.exp,
        what: match claims.cnf {
            Some(_) => What::ForPhone(document.profile()),
            None => What::Document(Subject(subject), number),
        },
    }
}

fn number<'a>(claims: &'a Claims<'_>) -> Option<&'a str> {
    claims.document()?.get(&f::DOCUMENT_NUMBER)?.as_text()
}

#[test]
fn the_format_is_read_for_every_kind_and_profile() {
    let lint = LINT.as_ref().expect("docs/FORMAT.md");
    assert_eq!(lint.kinds.len(), 23);
    assert_eq!(lint.profiles.len(), PROFILES.len());
}

#[test]
fn the_vectors_of_every_kind_pass_and_are_for_nothing_else() {
    let mut kinds = std::collections::BTreeSet::new();
    for (name, payload) in vectors() {
        let claims = Claims::of_own(&payload).expect("claims");
        let under = own(&claims, number(&claims));
        kinds.insert(under.kind.number);
        let passed = examine(payload.clone(), &under);
        assert!(passed.is_ok(), "{name}: {passed:?}");
        let other_kind = KINDS.iter().find(|kind| kind.number != under.kind.number);
        let wrong = [
            For {
                iss: "ID.9999",
                ..under
            },
            For {
                region: "9999",
                ..under
            },
            For {
                uri: "ikd:3273/9",
                ..under
            },
            For {
                index: under.index ^ 1,
                ..under
            },
            For {
                issued: under.issued + 1,
                ..under
            },
            For {
                expires: Some(under.issued + 1),
                ..under
            },
            For {
                kind: other_kind.expect("another"),
                ..under
            },
        ];
        for (n, wrong) in wrong.iter().enumerate() {
            let found = examine(payload.clone(), wrong);
            assert!(matches!(found, Err(Failure::Lint(_))), "{name}, {n}");
        }
        if let What::Document(subject, number) = under.what {
            let stranger = What::Document(Subject(subject.0 + 1), number);
            let found = examine(
                payload.clone(),
                &For {
                    what: stranger,
                    ..under
                },
            );
            assert!(
                found.is_err() || under.kind.subject == About::Event,
                "{name}"
            );
            let numbered = What::Document(subject, Some("3273-KW-01012026-0001"));
            let found = examine(
                payload.clone(),
                &For {
                    what: numbered,
                    ..under
                },
            );
            assert!(found.is_err(), "{name}");
        }
    }
    assert_eq!(kinds.len(), 23, "a vector of every kind: {kinds:?}");
}

#[test]
fn what_is_said_of_a_fault_names_its_place_and_no_value() {
    let (_, payload) = vectors()
        .into_iter()
        .find(|(n, _)| n == "ktp")
        .expect("ktp");
    let claims = Claims::of_own(&payload).expect("claims");
    let under = own(&claims, None);
    // Two bytes of the name to a bidirectional override's first ones: no printable Latin any more.
    let name = number_of(&payload, b"SITI");
    let mut broken = payload.clone();
    broken[name..name + 2].copy_from_slice("\u{600}".as_bytes());
    let Err(Failure::Lint(words)) = examine(broken, &under) else {
        panic!("it passed");
    };
    assert_eq!(words, "169/4: breaks the rules of its text");
}

fn number_of(payload: &[u8], part: &[u8]) -> usize {
    let found = payload.windows(part.len()).position(|w| w == part);
    found.expect("the part")
}

/// Rules that the lint leaves to the verifier's decoder, which judges every document before it is handed out.
fn is_left_to_the_verdict(bad: &BadClaims) -> bool {
    matches!(
        bad,
        BadClaims::Document(BadDocument::OfKind(_) | BadDocument::Rule(_))
            | BadClaims::Claim("cnf")
    )
}

fn agree(payload: &[u8]) -> Result<(), TestCaseError> {
    let lint = LINT.as_ref().expect("docs/FORMAT.md");
    let gate = gate::check(payload, Mode::Deterministic);
    match Claims::of_own(payload) {
        Ok(claims) if gate.is_ok() => {
            let under = own(&claims, number(&claims));
            let mut cursor = Cursor::new(payload);
            let form = lint.form(&under).expect("a form");
            let found = lint.rules.hold(form, &mut cursor);
            prop_assert!(found.is_ok(), "the decoder takes it: {found:?}");
        }
        found => {
            if gate.is_ok() && found.as_ref().is_err_and(is_left_to_the_verdict) {
                return Ok(());
            }
            for (_, form) in lint.kinds.iter().chain(&lint.profiles) {
                let mut cursor = Cursor::new(payload);
                let held = lint.rules.hold(form, &mut cursor);
                let passes = held.is_ok() && cursor.is_at_end();
                prop_assert!(!passes, "the decoder says {gate:?}, {found:?}");
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn two_readers_agree_on_damaged_payloads(
        which in any::<prop::sample::Index>(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..5_u8), 1..3),
    ) {
        static VECTORS: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(vectors);
        let mut payload = which.get(&VECTORS).1.clone();
        for (at, byte, how) in damage {
            let at = at.index(payload.len());
            match how {
                0 => payload[at] = byte,
                1 => payload[at] ^= 1 << (byte & 7),
                2 => { payload.remove(at); }
                3 => payload.insert(at, byte),
                // A digit or letter for another: the form stays, what it says does not.
                _ => payload[at] = payload[at].wrapping_add(1),
            }
        }
        agree(&payload)?;
    }
}
