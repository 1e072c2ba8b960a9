//! Where tolerance ends.

use super::*;

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
