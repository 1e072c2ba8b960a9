//! Texts that are refused or undecided, each with the reason code that a verifier must give.

use super::deflate::{Op, fixed, literals, wrap};
use super::scene::*;
use ciborium::Value as Cbor;
use credential::claims::Claims;
use credential::cose::Sign1;
use credential::holder::HolderKey;
use credential::kinds::fields as f;
use credential::token::{deflate, pack};
use credential::{base45, document::Value};
use ed25519_dalek::Signer;

pub struct Case {
    pub name: &'static str,
    pub why: &'static str,
    pub text: String,
    pub at: i64,
    pub reason: &'static str,
}

/// A claims change.
type Change = fn(&mut Claims<'_>);

/// The token of the first vector and its parts.
pub fn ktp_token() -> Vec<u8> {
    issue(&claims(ktp().build().unwrap()), "office")
}

fn zlib(bytes: &[u8]) -> String {
    base45::encode(bytes)
}

/// `18([protected, unprotected, payload, signature])` in CBOR, signed by the office over `protected` and `payload`.
fn envelope(protected: &[u8], unprotected: &[u8], payload: &[u8]) -> Vec<u8> {
    let signed = [&b"\x84\x6aSignature1"[..], &bstr(protected), b"\x40", &bstr(payload)].concat();
    let signature = key("office").sign(&signed).to_bytes();
    raw(protected, unprotected, &bstr(payload), &signature)
}

fn raw(protected: &[u8], unprotected: &[u8], payload: &[u8], signature: &[u8]) -> Vec<u8> {
    [&[0xd2, 0x84][..], &bstr(protected), unprotected, payload, &bstr(signature)].concat()
}

fn bstr(bytes: &[u8]) -> Vec<u8> {
    let head = match bytes.len() {
        n @ 0..=23 => vec![0x40 | n as u8],
        n @ 24..=255 => vec![0x58, n as u8],
        n => vec![0x59, (n >> 8) as u8, n as u8],
    };
    [head, bytes.to_vec()].concat()
}

/// `{1: alg, 4: kid}` and what `more` adds.
fn headers(alg: u8, kid: &[u8], more: &[u8]) -> Vec<u8> {
    let entries = 2 + u8::from(!more.is_empty());
    [&[0xa0 | entries, 0x01, alg, 0x04][..], &bstr(kid), more].concat()
}

/// The payload of the first vector after a change to its CBOR tree.
fn edited(change: impl FnOnce(&mut Vec<(Cbor, Cbor)>)) -> Vec<u8> {
    let payload = claims(ktp().build().unwrap()).encode().unwrap();
    edit(&payload, change)
}

fn edit(payload: &[u8], change: impl FnOnce(&mut Vec<(Cbor, Cbor)>)) -> Vec<u8> {
    let mut tree: Cbor = ciborium::from_reader(payload).unwrap();
    change(tree.as_map_mut().unwrap());
    let mut bytes = vec![];
    ciborium::into_writer(&tree, &mut bytes).unwrap();
    bytes
}

fn at(map: &mut Vec<(Cbor, Cbor)>, key: u64) -> &mut Cbor {
    let entry = map.iter_mut().find(|(k, _)| *k == Cbor::from(key));
    &mut entry.expect("key").1
}

/// Adds an entry where the deterministic order wants it.
fn put(map: &mut Vec<(Cbor, Cbor)>, key: u64, value: Cbor) {
    map.push((Cbor::from(key), value));
    map.sort_by_key(|(key, _)| key.as_integer().and_then(|k| u64::try_from(k).ok()));
}

/// A change to claim 169.
fn identity(change: impl FnOnce(&mut Vec<(Cbor, Cbor)>)) -> Vec<u8> {
    edited(|map| change(at(map, 169).as_map_mut().unwrap()))
}

/// The KK of two after a change to its members.
fn family(change: impl FnOnce(&mut Vec<Cbor>)) -> Vec<u8> {
    let payload = claims(kk(&[HEAD, HUSBAND]).build().unwrap()).encode().unwrap();
    edit(&payload, |map| {
        let document = at(map, 169).as_map_mut().unwrap();
        change(at(document, 79).as_array_mut().unwrap());
    })
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

/// The token with the match of three bytes at the farther of two distances that yield it.
fn far_match(token: &[u8]) -> Vec<u8> {
    let mut ops: Vec<_> = token.iter().map(|b| Op::Literal(*b)).collect();
    for start in 3..token.len() - 3 {
        let same = |from: &usize| token[*from..*from + 3] == token[start..start + 3];
        let mut before = (0..start - 2).filter(same);
        if let (Some(far), Some(_nearer)) = (before.next(), before.next()) {
            ops.splice(start..start + 3, [Op::Match(3, start - far)]);
            return wrap([0x78, 0xda], &fixed(&ops), token);
        }
    }
    unreachable!("three bytes occur three times")
}

fn padded(token: &[u8]) -> Vec<u8> {
    // A payload whose last block does not end at a byte has padding bits to set.
    let (mut body, bits) = literals(token);
    assert!(bits % 8 != 0, "there are padding bits");
    *body.last_mut().unwrap() |= 0x80;
    wrap([0x78, 0xda], &body, token)
}

fn stored(token: &[u8]) -> Vec<u8> {
    let len = (token.len() as u16).to_le_bytes();
    let body = [&[1, len[0], len[1], !len[0], !len[1]], token].concat();
    wrap([0x78, 0xda], &body, token)
}

pub fn all() -> Vec<Case> {
    let mut cases = vec![];
    let mut add = |name, reason, text: String, why| {
        cases.push(Case {
            name,
            why,
            text,
            at: NOW,
            reason,
        });
    };
    let token = ktp_token();
    let good = pack(&token);
    let z = deflate(&token);
    let sign1 = Sign1::parse_canonical(&token).unwrap();
    let (protected, payload, signature) = (sign1.protected, sign1.payload, sign1.signature);
    let kid_bytes = kid("office").0;

    // Base45 and length.
    add("nothing", "not_a_document", String::new(), "no text at all");
    add("a-link", "not_a_document", "https://example.id/x".into(), "a QR of something else");
    add("lower-case", "not_a_document", good.to_lowercase(), "not in the alphabet");
    add("group-above-65535", "not_a_document", format!("GGW{}", &good[3..]), "GGW is 65536");
    add("one-character-left", "not_a_document", format!("{good}{}", if good.len() % 3 == 2 { "00" } else { "0" }), "a group of one character");
    add("longer-than-a-qr", "not_a_document", "0".repeat(4297), "4,297 characters");

    // zlib.
    let with_header = |flg: u8| zlib(&[&[0x78, flg], &z[2..]].concat());
    add("zlib-level-6-header", "not_canonical", with_header(0x9c), "header 78 9C");
    add("zlib-level-1-header", "not_canonical", with_header(0x01), "header 78 01");
    add("zlib-dictionary", "not_a_document", with_header(0xf9), "FDICT is set");
    add("zlib-header-check", "not_a_document", with_header(0xdb), "the header is no multiple of 31");
    add("zlib-stored-block", "not_canonical", zlib(&stored(&token)), "a stored block");
    add("zlib-far-match", "not_canonical", zlib(&far_match(&token)), "a nearer match yields the same bytes");
    add("zlib-padding", "not_canonical", zlib(&padded(&token)), "a padding bit is 1");
    let mut adler = z.clone();
    *adler.last_mut().unwrap() ^= 1;
    add("zlib-adler", "not_a_document", zlib(&adler), "the checksum is wrong");
    add("zlib-cut", "not_a_document", zlib(&z[..z.len() - 1]), "the last byte is missing");
    let mut longer = z.clone();
    longer.insert(z.len() - 4, 0);
    add("zlib-byte-after-last-block", "not_a_document", zlib(&longer), "a byte before the checksum");
    add("zlib-reserved-block", "not_a_document", zlib(&wrap([0x78, 0xda], &[7], b"")), "block type 3");
    add("zlib-too-far-back", "not_a_document", zlib(&wrap([0x78, 0xda], &fixed(&[Op::Match(3, 1)]), b"")), "a match before the first byte");
    add("zlib-bomb", "too_large", zlib(&deflate(&vec![0; 65_537])), "65,537 bytes");

    // CBOR and COSE.
    let cose = |token: &[u8]| pack(token);
    add("empty-token", "not_cose", cose(b""), "no CBOR item");
    add("text-as-token", "not_cose", cose(b"https://example.id/x"), "not CBOR");
    add("trailing-byte", "not_cose", cose(&[&token[..], &[0]].concat()), "a byte after the array");
    add("indefinite-array", "not_cose", cose(&[&[0xd2, 0x9f], &token[2..], &[0xff]].concat()), "9F instead of 84");
    add("long-length", "not_cose", cose(&raw(protected, &[0xa0], &[&[0x5a, 0, 0][..], &bstr(payload)[1..]].concat(), signature)), "the payload's length in four bytes");
    add("duplicate-header", "not_cose", cose(&envelope(&[&[0xa3, 0x01, 0x27, 0x01, 0x27, 0x04, 0x48][..], &kid_bytes].concat(), &[0xa0], payload)), "alg twice");
    let deep = [vec![0x81; 17], vec![0]].concat();
    add("too-deep", "not_cose", cose(&envelope(protected, &[&[0xa1, 0x07][..], &deep].concat(), payload)), "nested deeper than 16");
    add("array-of-three", "not_cose", cose(&[&[0xd2, 0x83][..], &bstr(protected), &[0xa0], &bstr(payload)].concat()), "no signature element");
    add("cose-sign", "not_cose", cose(&[&[0xd8, 98], &token[1..]].concat()), "tag 98, COSE_Sign");
    add("cose-encrypt0", "encrypted", cose(&[&[0xd0], &token[1..]].concat()), "tag 16");
    add("no-tag", "not_canonical", cose(&token[1..]), "tolerated from foreign issuers alone");
    add("tag-61", "not_canonical", cose(&[&[0xd8, 61], &token[..]].concat()), "tolerated from foreign issuers alone");
    add("alg-es256", "unsupported_algorithm", cose(&envelope(&headers(0x26, &kid_bytes, b""), &[0xa0], payload)), "alg -7");
    add("alg-19", "not_canonical", cose(&envelope(&headers(0x32, &kid_bytes, b""), &[0xa0], payload)), "alg -19, tolerated from foreign issuers alone");
    add("alg-missing", "unsigned", cose(&envelope(&[&[0xa1, 0x04][..], &bstr(&kid_bytes)].concat(), &[0xa0], payload)), "no alg");
    add("alg-unprotected", "not_cose", cose(&envelope(&[&[0xa1, 0x04][..], &bstr(&kid_bytes)].concat(), &[0xa1, 0x01, 0x27], payload)), "alg in the unprotected header");
    add("alg-in-both", "not_cose", cose(&envelope(protected, &[0xa1, 0x01, 0x27], payload)), "alg in both headers");
    add("signature-empty", "unsigned", cose(&raw(protected, &[0xa0], &bstr(payload), b"")), "no signature bytes");
    add("signature-63", "unsigned", cose(&raw(protected, &[0xa0], &bstr(payload), &signature[..63])), "63 bytes");
    add("kid-unprotected", "not_canonical", cose(&envelope(&[0xa1, 0x01, 0x27], &[&[0xa1, 0x04][..], &bstr(&kid_bytes)].concat(), payload)), "tolerated from foreign issuers alone");
    add("kid-7-bytes", "bad_signature", cose(&envelope(&headers(0x27, &kid_bytes[..7], b""), &[0xa0], payload)), "taken for the one foreign key, whose signature it is not");
    add("header-order", "not_canonical", cose(&envelope(&[&[0xa2, 0x04][..], &bstr(&kid_bytes), &[0x01, 0x27]].concat(), &[0xa0], payload)), "kid before alg");
    add("header-unknown", "not_canonical", cose(&envelope(&headers(0x27, &kid_bytes, &[0x18, 0x63, 0x00]), &[0xa0], payload)), "header 99");
    add("header-crit", "not_cose", cose(&envelope(&[&[0xa3, 0x01, 0x27, 0x02, 0x81, 0x18, 0x63, 0x04][..], &bstr(&kid_bytes)].concat(), &[0xa0], payload)), "crit");
    add("unprotected-not-empty", "not_canonical", cose(&envelope(protected, &[0xa1, 0x18, 0x63, 0x00], payload)), "an unprotected header");
    add("typ-on-a-credential", "not_cose", cose(&envelope(&headers(0x27, &kid_bytes, b"\x10\x69text/html"), &[0xa0], payload)), "a credential has no typ");
    add("status-list-as-credential", "not_cose", cose(&SMALL_LIST.token()), "typ of a status list");
    add("trust-list-as-credential", "unknown_issuer", cose(&trust_token()), "the root key is no issuer");

    // Signatures.
    let flipped = |place: usize| {
        let mut token = token.clone();
        token[place] ^= 1;
        cose(&token)
    };
    add("signature-bit", "bad_signature", flipped(token.len() - 60), "a bit of R");
    add("payload-bit", "bad_signature", flipped(token.len() - 100), "a bit of the payload");
    add("s-not-reduced", "bad_signature", cose(&s_plus_l(&token)), "s + L");
    let mut r_identity = token.clone();
    let from = token.len() - 64;
    r_identity[from..from + 32].fill(0);
    r_identity[from] = 1;
    add("r-small-order", "bad_signature", cose(&r_identity), "R is the neutral element");
    let own = Claims { iss: Some("ID.3273"), ..claims(ktp().build().unwrap()) };
    let forged = credential::cose::issue::Unsigned::new(kid("office"), None, own.encode().unwrap());
    let forged = { let s = key("holder").sign(&forged.to_be_signed()).to_bytes(); forged.into_token(&s) };
    add("another-key-signed", "bad_signature", cose(&forged), "kid of the office, signature of another key");
    add("unknown-key", "unknown_issuer", cose(&issue(&own, "holder")), "a kid that is not in the trust list");

    // Claims.
    let signed = |payload: &[u8]| cose(&envelope(protected, &[0xa0], payload));
    add("payload-key-order", "malformed", signed(&edited(|m| m.swap(0, 1))), "iat before iss");
    add("payload-float", "malformed", signed(&edited(|m| *at(m, 6) = Cbor::Float(1.5))), "iat as a float");
    add("payload-trailing", "malformed", signed(&[payload, &[0]].concat()), "a byte after the map");
    add("no-iat", "malformed", signed(&edited(|m| m.retain(|(k, _)| *k != Cbor::from(6)))), "claim 6 is missing");
    add("no-status", "malformed", signed(&edited(|m| m.retain(|(k, _)| *k != Cbor::from(65_535)))), "claim 65535 is missing");
    add("no-169", "malformed", signed(&edited(|m| m.retain(|(k, _)| *k != Cbor::from(169)))), "claim 169 is missing");
    add("time-beyond-2200", "malformed", signed(&edited(|m| *at(m, 6) = Cbor::from(7_258_118_401u64))), "iat after 2200-01-01T00:00:00Z");
    add("unknown-claim", "newer_format", signed(&edited(|m| put(m, 7, Cbor::Bytes(vec![1])))), "claim 7");
    add("unknown-kind", "newer_format", signed(&identity(|m| *at(m, 75) = Cbor::from(9))), "kind 9 has no row");
    add("unknown-key-169", "newer_format", signed(&identity(|m| put(m, 99, Cbor::from(0)))), "key 99");
    add("key-of-another-kind", "newer_format", signed(&identity(|m| put(m, 35, Cbor::from(3_273_010_101_200_001u64)))), "a KTP-el with a KK number");
    add("no-kind", "malformed", signed(&identity(|m| m.retain(|(k, _)| *k != Cbor::from(75)))), "key 75 is missing");
    add("no-name", "malformed", signed(&identity(|m| m.retain(|(k, _)| *k != Cbor::from(4)))), "key 4 is missing");
    add("name-with-space", "malformed", signed(&identity(|m| *at(m, 4) = " SITI".into())), "a space at the begin");
    add("name-right-to-left", "malformed", signed(&identity(|m| *at(m, 4) = "SITI\u{202e}A".into())), "U+202E");
    add("name-too-long", "malformed", signed(&identity(|m| *at(m, 4) = "A".repeat(61).into())), "61 characters");
    add("nik-of-15", "malformed", signed(&identity(|m| *at(m, 1) = "327301520487000".into())), "15 digits");
    add("no-such-day", "malformed", signed(&identity(|m| *at(m, 8) = "19870229".into())), "29 February 1987");
    add("date-with-dashes", "malformed", signed(&identity(|m| *at(m, 8) = "1987-04-12".into())), "the wire has YYYYMMDD");
    add("occupation-90", "malformed", signed(&identity(|m| *at(m, 28) = Cbor::from(90))), "no such code");
    add("marital-contradiction", "malformed", signed(&identity(|m| *at(m, 14) = Cbor::from(1))), "14 says unmarried, 27 married");
    add("region-of-6", "malformed", signed(&identity(|m| *at(m, 21) = "327301".into())), "not a kelurahan/desa");
    add("issued-elsewhere", "malformed", signed(&identity(|m| *at(m, 23) = "MY".into())), "key 23 is always ID");
    let face = with_face(ktp(), vec![0; 1500]).build().unwrap();
    let face = edit(&claims(face).encode().unwrap(), |m| {
        let pictures = at(at(m, 169).as_map_mut().unwrap(), 62).as_array_mut().unwrap();
        *at(pictures[0].as_map_mut().unwrap(), 0) = Cbor::Bytes(vec![0; 1501]);
    });
    add("face-of-1501", "malformed", signed(&face), "1,501 bytes");
    add("family-of-two-heads", "malformed", signed(&family(|rows| rows[1].as_array_mut().unwrap()[11] = 1.into())), "two members with relation 1");
    add("member-citizen-stated", "malformed", signed(&family(|rows| rows[0].as_array_mut().unwrap()[12] = "ID".into())), "column 12 is null for citizens");
    add("member-16-columns", "malformed", signed(&family(|rows| drop(rows[0].as_array_mut().unwrap().pop()))), "a row of 16");
    add("family-of-nobody", "malformed", signed(&family(Vec::clear)), "no members");

    // Scope, time, status.
    let kept = |change: Change, by: &str| {
        let mut claims = claims(ktp().build().unwrap());
        change(&mut claims);
        cose(&issue(&claims, by))
    };
    add("other-iss", "issuer_mismatch", kept(|c| c.iss = Some("ID.3274"), "office"), "iss is not that of the key");
    let moved = Value::parse(&f::REGION.ty, "3274011001").unwrap();
    let moved = claims(ktp().set(&f::REGION, moved).build().unwrap());
    add("other-region", "outside_region", cose(&issue(&moved, "office")), "3274 is not 3273");
    add("other-kind", "outside_kind", kept(|c| c.iss = Some("ID.3578"), "family-only"), "a key for kind 2 signs a KTP-el");
    add("after-retirement", "outside_key_window", {
        let region = Value::parse(&f::REGION.ty, "3171011001").unwrap();
        let mut c = claims(ktp().set(&f::REGION, region).build().unwrap());
        c.iss = Some("ID.3171");
        cose(&issue(&c, "retired"))
    }, "iat after the key was retired");
    add("after-compromise", "key_compromised", {
        let region = Value::parse(&f::REGION.ty, "3374011001").unwrap();
        let mut c = claims(ktp().set(&f::REGION, region).build().unwrap());
        c.iss = Some("ID.3374");
        cose(&issue(&c, "compromised"))
    }, "iat after the key was compromised");
    add("before-the-key", "outside_key_window", kept(|c| c.iat = Some(NOW - 401 * DAY), "office"), "iat before the key's window");
    add("expired", "expired", kept(|c| c.exp = Some(NOW - 1), "office"), "exp was a second ago");
    add("not-yet", "not_yet_valid", kept(|c| c.nbf = Some(NOW + 301), "office"), "nbf is beyond the clock skew");
    add("issued-in-the-future", "not_yet_valid", kept(|c| c.iat = Some(NOW + 301), "office"), "iat is beyond the clock skew");
    add("bound-to-a-phone", "holder_proof_missing", kept(|c| c.cnf = HolderKey::from_ed25519(&public("holder")), "office"), "cnf without a proof");
    add("revoked", "revoked", kept(|c| c.status.as_mut().unwrap().index = 100, "office"), "status 1");
    add("suspended", "suspended", kept(|c| c.status.as_mut().unwrap().index = 101, "office"), "status 2");
    add("superseded", "superseded", kept(|c| c.status.as_mut().unwrap().index = 102, "office"), "status 3");
    add("index-outside", "status_out_of_range", kept(|c| c.status.as_mut().unwrap().index = 1 << 20, "office"), "index 2^20 of 2^20 entries");
    add("status-5", "status_unknown", kept(|c| { let s = c.status.as_mut().unwrap(); (s.index, s.uri) = (5, WIDE); }, "office"), "a status that is not defined");
    add("no-list", "status_list_missing", kept(|c| c.status.as_mut().unwrap().uri = "ikd:3273/1", "office"), "no list of that name");
    let mut later = |name, reason, at, change: Change, why| {
        cases.push(Case { name, why, text: kept(change, "office"), at, reason });
    };
    later("list-too-old", "status_list_stale", NOW + 6 * DAY + 1, |_| (), "a second after the list's exp");
    later("trust-too-old", "trust_list_stale", NOW + 29 * DAY + 1, |_| (), "a second after the next update");
    later("clock-behind", "clock_behind", NOW - DAY - 301, |_| (), "301 s before the trust list was issued");
    later("revoked-in-an-old-list", "revoked", NOW + 99 * DAY, |c| c.status.as_mut().unwrap().index = 100, "revocation outlives freshness");
    later("superseded-in-an-old-list", "status_list_stale", NOW + 6 * DAY + 1, |c| c.status.as_mut().unwrap().index = 102, "yellow needs a fresh list");
    later("expired-and-clock-behind", "expired", NOW - 9 * DAY, |c| c.exp = Some(NOW - 10 * DAY), "expiry comes first");
    cases
}
