//! CBOR, COSE and signatures.

use super::cases::{Base, Cases, bstr, envelope, raw};
use super::scene::*;
use credential::claims::Claims;
use credential::cose::issue::Unsigned;
use credential::token::pack as cose;
use ed25519_dalek::Signer;

/// `{1: alg, 4: kid}` and what `more` adds.
fn headers(alg: u8, kid: &[u8], more: &[u8]) -> Vec<u8> {
    let entries = 2 + u8::from(!more.is_empty());
    [&[0xa0 | entries, 0x01, alg, 0x04][..], &bstr(kid), more].concat()
}

/// R and s + L: the same signature in a second form.
fn s_plus_l(token: &[u8]) -> Vec<u8> {
    // L = 2^252 + 27742317777372353535851937790883648493, little endian.
    let mut l = [0u8; 32];
    l[..16].copy_from_slice(&27_742_317_777_372_353_535_851_937_790_883_648_493u128.to_le_bytes());
    l[31] = 0x10;
    let mut token = token.to_vec();
    let from = token.len() - 32;
    let mut carry = 0;
    for (byte, add) in token[from..].iter_mut().zip(l) {
        carry += u16::from(*byte) + u16::from(add);
        *byte = carry as u8;
        carry >>= 8;
    }
    token
}

pub fn add(cases: &mut Cases, base: &Base) {
    let Base {
        token,
        protected,
        payload,
        signature,
    } = base;
    let kid_bytes = kid("office").0;

    // CBOR and COSE.
    cases.add("empty-token", "not_cose", cose(b""), "no CBOR item");
    cases.add(
        "text-as-token",
        "not_cose",
        cose(b"https://example.id/x"),
        "not CBOR",
    );
    cases.add(
        "trailing-byte",
        "not_cose",
        cose(&[&token[..], &[0]].concat()),
        "a byte after the array",
    );
    cases.add(
        "indefinite-array",
        "not_cose",
        cose(&[&[0xd2, 0x9f], &token[2..], &[0xff]].concat()),
        "9F instead of 84",
    );
    cases.add(
        "long-length",
        "not_cose",
        cose(&raw(
            protected,
            &[0xa0],
            &[&[0x5a, 0, 0][..], &bstr(payload)[1..]].concat(),
            signature,
        )),
        "the payload's length in four bytes",
    );
    cases.add(
        "duplicate-header",
        "not_cose",
        cose(&envelope(
            &[&[0xa3, 0x01, 0x27, 0x01, 0x27, 0x04, 0x48][..], &kid_bytes].concat(),
            &[0xa0],
            payload,
        )),
        "alg twice",
    );
    let deep = [vec![0x81; 17], vec![0]].concat();
    cases.add(
        "too-deep",
        "not_cose",
        cose(&envelope(
            protected,
            &[&[0xa1, 0x07][..], &deep].concat(),
            payload,
        )),
        "nested deeper than 16",
    );
    cases.add(
        "array-of-three",
        "not_cose",
        cose(&[&[0xd2, 0x83][..], &bstr(protected), &[0xa0], &bstr(payload)].concat()),
        "no signature element",
    );
    cases.add(
        "cose-sign",
        "not_cose",
        cose(&[&[0xd8, 98], &token[1..]].concat()),
        "tag 98, COSE_Sign",
    );
    cases.add(
        "cose-encrypt0",
        "encrypted",
        cose(&[&[0xd0], &token[1..]].concat()),
        "tag 16",
    );
    cases.add(
        "no-tag",
        "not_canonical",
        cose(&token[1..]),
        "tolerated from foreign issuers alone",
    );
    cases.add(
        "tag-61",
        "not_canonical",
        cose(&[&[0xd8, 61], &token[..]].concat()),
        "tolerated from foreign issuers alone",
    );
    cases.add(
        "alg-es256",
        "unsupported_algorithm",
        cose(&envelope(&headers(0x26, &kid_bytes, b""), &[0xa0], payload)),
        "alg -7",
    );
    cases.add(
        "alg-19",
        "not_canonical",
        cose(&envelope(&headers(0x32, &kid_bytes, b""), &[0xa0], payload)),
        "alg -19, tolerated from foreign issuers alone",
    );
    cases.add(
        "alg-missing",
        "unsigned",
        cose(&envelope(
            &[&[0xa1, 0x04][..], &bstr(&kid_bytes)].concat(),
            &[0xa0],
            payload,
        )),
        "no alg",
    );
    cases.add(
        "alg-unprotected",
        "not_cose",
        cose(&envelope(
            &[&[0xa1, 0x04][..], &bstr(&kid_bytes)].concat(),
            &[0xa1, 0x01, 0x27],
            payload,
        )),
        "alg in the unprotected header",
    );
    cases.add(
        "alg-in-both",
        "not_cose",
        cose(&envelope(protected, &[0xa1, 0x01, 0x27], payload)),
        "alg in both headers",
    );
    cases.add(
        "signature-empty",
        "unsigned",
        cose(&raw(protected, &[0xa0], &bstr(payload), b"")),
        "no signature bytes",
    );
    cases.add(
        "signature-63",
        "not_cose",
        cose(&raw(protected, &[0xa0], &bstr(payload), &signature[..63])),
        "63 bytes",
    );
    cases.add(
        "kid-unprotected",
        "not_canonical",
        cose(&envelope(
            &[0xa1, 0x01, 0x27],
            &[&[0xa1, 0x04][..], &bstr(&kid_bytes)].concat(),
            payload,
        )),
        "tolerated from foreign issuers alone",
    );
    cases.add(
        "kid-7-bytes",
        "unknown_issuer",
        cose(&envelope(
            &headers(0x27, &kid_bytes[..7], b""),
            &[0xa0],
            payload,
        )),
        "names no key",
    );
    cases.add(
        "header-order",
        "not_canonical",
        cose(&envelope(
            &[&[0xa2, 0x04][..], &bstr(&kid_bytes), &[0x01, 0x27]].concat(),
            &[0xa0],
            payload,
        )),
        "kid before alg",
    );
    cases.add(
        "header-unknown",
        "not_canonical",
        cose(&envelope(
            &headers(0x27, &kid_bytes, &[0x18, 0x63, 0x00]),
            &[0xa0],
            payload,
        )),
        "header 99",
    );
    cases.add(
        "header-crit",
        "not_cose",
        cose(&envelope(
            &[
                &[0xa3, 0x01, 0x27, 0x02, 0x81, 0x18, 0x63, 0x04][..],
                &bstr(&kid_bytes),
            ]
            .concat(),
            &[0xa0],
            payload,
        )),
        "crit",
    );
    cases.add(
        "unprotected-not-empty",
        "not_canonical",
        cose(&envelope(protected, &[0xa1, 0x18, 0x63, 0x00], payload)),
        "an unprotected header",
    );
    cases.add(
        "typ-on-a-credential",
        "not_cose",
        cose(&envelope(
            &headers(0x27, &kid_bytes, b"\x10\x69text/html"),
            &[0xa0],
            payload,
        )),
        "a credential has no typ",
    );
    cases.add(
        "status-list-as-credential",
        "not_cose",
        cose(&SMALL_LIST.token()),
        "typ of a status list",
    );
    cases.add(
        "trust-list-as-credential",
        "unknown_issuer",
        cose(&trust_token()),
        "the root key is no issuer",
    );

    // Signatures.
    let flipped = |place: usize| {
        let mut token = token.clone();
        token[place] ^= 1;
        cose(&token)
    };
    cases.add(
        "signature-bit",
        "bad_signature",
        flipped(token.len() - 60),
        "a bit of R",
    );
    cases.add(
        "payload-bit",
        "bad_signature",
        flipped(token.len() - 100),
        "a bit of the payload",
    );
    cases.add(
        "s-not-reduced",
        "bad_signature",
        cose(&s_plus_l(token)),
        "s + L",
    );
    let mut r_identity = token.clone();
    let from = token.len() - 64;
    r_identity[from..from + 32].fill(0);
    r_identity[from] = 1;
    cases.add(
        "r-small-order",
        "bad_signature",
        cose(&r_identity),
        "R is the neutral element",
    );
    let own = Claims {
        iss: Some("ID.3273"),
        ..claims(ktp().build().unwrap())
    };
    let forged = Unsigned::new(kid("office"), None, own.encode().unwrap());
    let forged = {
        let s = key("holder").sign(&forged.to_be_signed()).to_bytes();
        forged.into_token(&s)
    };
    cases.add(
        "another-key-signed",
        "bad_signature",
        cose(&forged),
        "kid of the office, signature of another key",
    );
    cases.add(
        "unknown-key",
        "unknown_issuer",
        cose(&issue(&own, "holder")),
        "a kid that is not in the trust list",
    );
}
