//! Base45 and zlib.

use super::cases::{Base, Cases};
use super::deflate::{Op, fixed, literals, wrap};
use credential::base45;
use credential::token::{deflate, pack};

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

fn zlib(bytes: &[u8]) -> String {
    base45::encode(bytes)
}

pub fn add(cases: &mut Cases, base: &Base) {
    let token = &base.token;
    let good = pack(token);
    let z = deflate(token);
    // Base45 and length.
    cases.add("nothing", "not_a_document", String::new(), "no text at all");
    cases.add(
        "a-link",
        "not_a_document",
        "https://example.id/x".into(),
        "a QR of something else",
    );
    cases.add(
        "lower-case",
        "not_a_document",
        good.to_lowercase(),
        "not in the alphabet",
    );
    cases.add(
        "group-above-65535",
        "not_a_document",
        format!("GGW{}", &good[3..]),
        "GGW is 65536",
    );
    cases.add(
        "one-character-left",
        "not_a_document",
        format!("{good}{}", if good.len() % 3 == 2 { "00" } else { "0" }),
        "a group of one character",
    );
    cases.add(
        "longer-than-a-qr",
        "not_a_document",
        "0".repeat(4297),
        "4,297 characters",
    );

    // zlib.
    let with_header = |flg: u8| zlib(&[&[0x78, flg], &z[2..]].concat());
    cases.add(
        "zlib-level-6-header",
        "not_canonical",
        with_header(0x9c),
        "header 78 9C",
    );
    cases.add(
        "zlib-level-1-header",
        "not_canonical",
        with_header(0x01),
        "header 78 01",
    );
    cases.add(
        "zlib-dictionary",
        "not_a_document",
        with_header(0xf9),
        "FDICT is set",
    );
    cases.add(
        "zlib-header-check",
        "not_a_document",
        with_header(0xdb),
        "the header is no multiple of 31",
    );
    cases.add(
        "zlib-stored-block",
        "not_canonical",
        zlib(&stored(token)),
        "a stored block",
    );
    cases.add(
        "zlib-far-match",
        "not_canonical",
        zlib(&far_match(token)),
        "a nearer match yields the same bytes",
    );
    cases.add(
        "zlib-padding",
        "not_canonical",
        zlib(&padded(token)),
        "a padding bit is 1",
    );
    let mut adler = z.clone();
    *adler.last_mut().unwrap() ^= 1;
    cases.add(
        "zlib-adler",
        "not_a_document",
        zlib(&adler),
        "the checksum is wrong",
    );
    cases.add(
        "zlib-cut",
        "not_a_document",
        zlib(&z[..z.len() - 1]),
        "the last byte is missing",
    );
    let mut longer = z.clone();
    longer.insert(z.len() - 4, 0);
    cases.add(
        "zlib-byte-after-last-block",
        "not_a_document",
        zlib(&longer),
        "a byte before the checksum",
    );
    cases.add(
        "zlib-reserved-block",
        "not_a_document",
        zlib(&wrap([0x78, 0xda], &[7], b"")),
        "block type 3",
    );
    cases.add(
        "zlib-too-far-back",
        "not_a_document",
        zlib(&wrap([0x78, 0xda], &fixed(&[Op::Match(3, 1)]), b"")),
        "a match before the first byte",
    );
    cases.add(
        "zlib-bomb",
        "too_large",
        zlib(&deflate(&vec![0; 65_537])),
        "65,537 bytes",
    );
}
