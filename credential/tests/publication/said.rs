//! What is wrong, in words: every reason has its own, and none is empty.

use credential::bundle::BadBundle;
use credential::cbor::gate::{self, Mode};
use credential::cose::CoseError;
use credential::document::{BadDocument, BadValue};
use credential::ed25519::KeyError;
use credential::ids::{KeyId, KodeWilayah, Nik};
use credential::lang::Lang;
use credential::national::{BadNational, BadShard};
use credential::publication::BadHead;
use credential::reason::Outcome;
use credential::status_source::BadStatusToken;
use credential::trust_list::BadTrustList;
use std::collections::BTreeSet;
use std::fmt::Display;

#[track_caller]
fn differ(reasons: &[&dyn Display]) {
    let words: BTreeSet<String> = reasons.iter().map(ToString::to_string).collect();
    assert_eq!(words.len(), reasons.len(), "two say the same: {words:?}");
    assert!(words.iter().all(|words| words.len() > 8), "{words:?}");
}

#[test]
fn of_signed_files() {
    let cose = CoseError::NotSign1;
    differ(&[
        &BadTrustList::Cose(cose),
        &BadTrustList::WrongType,
        &BadTrustList::UnknownRoot,
        &BadTrustList::Signature,
        &BadTrustList::UnknownSigner,
        &BadTrustList::TooFewSignatures,
        &BadTrustList::Claim("iat"),
        &BadTrustList::DuplicateKey,
    ]);
    differ(&[
        &BadBundle::Cose(cose),
        &BadBundle::WrongType,
        &BadBundle::Claim("iat"),
        &BadBundle::TrustList(BadTrustList::Signature),
        &BadBundle::UnknownPublisher,
        &BadBundle::Signature,
        &BadBundle::Ahead,
        &BadBundle::StatusList(1, BadStatusToken::WrongType),
    ]);
    assert_eq!(
        BadBundle::StatusList(1, BadStatusToken::WrongType).to_string(),
        "status list number 2 in it is not acceptable"
    );
    differ(&[
        &BadHead::TooLarge,
        &BadHead::Cose(cose),
        &BadHead::WrongType,
        &BadHead::Claim("exp"),
        &BadHead::UnknownPublisher,
        &BadHead::Signature,
    ]);
    differ(&[
        &BadNational::Prefix,
        &BadNational::Cose(cose),
        &BadNational::WrongType,
        &BadNational::UnknownPublisher,
        &BadNational::Signature,
        &BadNational::Format(2),
        &BadNational::Claim("exp"),
        &BadNational::Length,
        &BadNational::Hash,
        &BadNational::Directory,
        &BadNational::Shard(0),
        &BadNational::Totals,
        &BadNational::Parent { wanted: 3, held: 4 },
        &BadNational::ParentContent,
        &BadNational::NotNewer,
        &BadNational::Change,
        &BadNational::Result,
    ]);
    assert_eq!(
        BadNational::Shard(0).to_string(),
        "list number 1 in it is malformed"
    );
    differ(&[
        &BadShard::Name,
        &BadShard::Order,
        &BadShard::Indexes,
        &BadShard::Status(7),
    ]);
}

#[test]
fn of_cbor() {
    let said = [
        (&[0x82, 0x00][..], "the bytes end inside an item (byte 2)"),
        (&[0x00, 0x00], "bytes follow the item (byte 1)"),
        (&[0x9f], "indefinite length (byte 0)"),
        (
            &[0x18, 0x17],
            "a number is not in its shortest form (byte 0)",
        ),
        (
            &[0xa2, 2, 0, 1, 0],
            "map keys are not in deterministic order (byte 3)",
        ),
        (&[0xa2, 1, 0, 1, 0], "duplicate map key (byte 3)"),
        (&[0x61, 0xff], "text is not UTF-8 (byte 0)"),
        (&[0x81; 17], "nested too deep (byte 17)"),
        (
            &[0xf7],
            "a tag, float or simple value that may not stand here (byte 0)",
        ),
    ];
    for (bytes, says) in said {
        let error = gate::check(bytes, Mode::Deterministic).unwrap_err();
        assert_eq!(error.to_string(), says);
    }
    // A float that ends too soon.
    let error = gate::check(&[0xf9, 0x00], Mode::AnyKeyOrder).unwrap_err();
    assert_eq!(error.to_string(), "the bytes end inside an item (byte 0)");
    assert!(gate::check(&[0xf9, 0x00, 0x00], Mode::AnyKeyOrder).is_ok());
}

#[test]
fn of_documents() {
    let rule = |rule| BadDocument::Value {
        field: "rt_rw",
        member: None,
        rule,
    };
    for (error, says) in [
        (
            BadDocument::Structure,
            "claim 169 is not a map of integer keys",
        ),
        (
            BadDocument::UnknownKind(99),
            "document kind 99 is not known to this version",
        ),
        (
            BadDocument::UnknownProfile(99),
            "profile 99 is not known to this version",
        ),
        (
            BadDocument::UnknownKey(99),
            "claim key 99 is not known to this version",
        ),
        (
            BadDocument::Missing {
                field: "nik",
                member: None,
            },
            "nik: is missing",
        ),
        (
            BadDocument::Missing {
                field: "nik",
                member: Some(2),
            },
            "anggota[2].nik: is missing",
        ),
        (rule(BadValue::Type), "rt_rw: has the wrong type"),
        (rule(BadValue::TooLong(9)), "rt_rw: is longer than 9"),
        (rule(BadValue::Code(9)), "rt_rw: must be a code from 1 to 9"),
        (
            rule(BadValue::Range(1, 9)),
            "rt_rw: must be a number from 1 to 9",
        ),
        (
            rule(BadValue::Cell {
                row: 1,
                column: "nama",
                rule: "is empty",
            }),
            "rt_rw[1].nama: is empty",
        ),
        (BadDocument::Rule("anggota: too many"), "anggota: too many"),
    ] {
        assert_eq!(error.to_string(), says);
    }
}

#[test]
fn of_identifiers() {
    let kid = KeyId::parse("0123456789abcdef").unwrap();
    assert_eq!(kid.to_string(), "0123456789abcdef");
    assert_eq!(format!("{kid:?}"), "KeyId(0123456789abcdef)");
    for wrong in [
        "0123456789abcde",
        "0123456789abcdeg",
        "",
        "012345678\u{20ac}abcd",
    ] {
        let error = KeyId::parse(wrong).unwrap_err();
        assert_eq!(error.to_string(), "key id: must be 16 hexadecimal digits");
    }
    let kode = KodeWilayah::parse("3273011001").unwrap();
    assert_eq!(kode.to_string(), "32.73.01.1001");
    assert_eq!(format!("{kode:?}"), "KodeWilayah(32.73.01.1001)");
    let short = Nik::parse("327301520487000").unwrap_err().to_string();
    assert!(short.ends_with("must be 16 digits"), "{short}");
    let errors = [
        KeyError::NotOnCurve,
        KeyError::NotCanonical,
        KeyError::SmallOrder,
    ];
    differ(&[&errors[0], &errors[1], &errors[2]]);
    let lang = [Lang::parse("id"), Lang::parse("en"), Lang::parse("fr")];
    assert_eq!(lang, [Some(Lang::Id), Some(Lang::En), None]);
    for (outcome, says) in [
        (Outcome::Valid, "BERLAKU"),
        (Outcome::Superseded, "SUDAH DIGANTI"),
        (Outcome::NotValid, "TIDAK BERLAKU"),
        (Outcome::Undecided, "BELUM DAPAT DIPASTIKAN"),
    ] {
        assert_eq!(outcome.text().id, says);
    }
}
