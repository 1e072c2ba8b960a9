//! The forms of foreign issuers that are read, and that our own keys get none of it.

use super::*;

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
