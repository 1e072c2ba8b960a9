//! Root public keys as people pass them on, and the root that a bundle names itself.

use crate::words::hex;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use credential::bundle;
use credential::cbor::gate;
use credential::cose::Sign1;
use credential::ed25519::PublicKey;
use credential::trust_list::TrustList;
use minicbor::Decoder;
use sha2::{Digest, Sha256};

/// SubjectPublicKeyInfo of an Ed25519 key up to the key itself (RFC 8410).
const SPKI: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// Claim of a bundle that holds its trust list (FORMAT.md §9).
const TRUST_LIST: i64 = -65_541;

/// Reads a public key: 64 hexadecimal digits, 32 raw bytes, or SubjectPublicKeyInfo as DER or PEM. `None` for anything
/// else, and for keys that Ed25519 must not use.
pub fn parse(content: &[u8]) -> Option<[u8; 32]> {
    let raw = match content {
        raw if raw.len() == 32 => raw.try_into().ok()?,
        der if der.len() == 44 && der.starts_with(&SPKI) => der[12..].try_into().ok()?,
        text => parse_text(str::from_utf8(text).ok()?)?,
    };
    PublicKey::from_bytes(&raw).map(|_| raw)
}

fn parse_text(text: &str) -> Option<[u8; 32]> {
    let begin = "-----BEGIN PUBLIC KEY-----";
    if let Some((_, rest)) = text.split_once(begin) {
        let body = rest.split_once("-----END PUBLIC KEY-----")?.0;
        let body: String = body.split_whitespace().collect();
        let der = STANDARD.decode(body).ok()?;
        return der.strip_prefix(&SPKI)?.try_into().ok();
    }
    // Comment lines let a key file say whose key it is.
    let mut lines = text.lines().map(str::trim);
    let line = lines.find(|line| !line.is_empty() && !line.starts_with('#'))?;
    crate::words::hex32(line)
}

/// What people compare by voice or on paper: SHA-256 of the key, in groups of four hexadecimal digits.
pub fn fingerprint(key: &[u8; 32]) -> String {
    let digits = hex(&Sha256::digest(key));
    let groups: Vec<&str> = (0..16).map(|n| &digits[n * 4..n * 4 + 4]).collect();
    groups.join(" ")
}

/// The root that a bundle's trust list names, unverified: for trust on first use alone.
pub fn named_by_bundle(bundle: &[u8]) -> Option<[u8; 32]> {
    TrustList::named_root(claim(content(bundle, bundle::TYP)?, TRUST_LIST)?)
}

/// The payload of an envelope of that type, past the gate.
fn content<'b>(envelope: &'b [u8], typ: &str) -> Option<&'b [u8]> {
    let envelope = Sign1::parse_canonical(envelope).ok()?;
    let payload = (envelope.typ == Some(typ)).then_some(envelope.payload)?;
    gate::check(payload, gate::Mode::Deterministic).ok()?;
    Some(payload)
}

/// The byte string at a key of a map.
fn claim(map: &[u8], key: i64) -> Option<&[u8]> {
    let mut decoder = Decoder::new(map);
    for _ in 0..decoder.map().ok()?? {
        if decoder.i64().ok()? == key {
            return decoder.bytes().ok();
        }
        decoder.skip().ok()?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_key_in_every_form() {
        // RFC 8032 §7.1, test 1.
        let text = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        let key = parse(text.as_bytes()).unwrap();
        assert_eq!(hex(&key), text);
        assert_eq!(parse(&key), Some(key));
        let der = [&SPKI[..], &key].concat();
        assert_eq!(parse(&der), Some(key));
        let pem = format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            STANDARD.encode(&der)
        );
        assert_eq!(parse(pem.as_bytes()), Some(key));
        let commented = format!("# root key\n\n{}\n", text.to_uppercase());
        assert_eq!(parse(commented.as_bytes()), Some(key));
        assert_eq!(parse(&[0; 32]), None, "a weak key");
        assert_eq!(parse(b"hello"), None);
        assert!(
            fingerprint(&key).starts_with("21fe 31df"),
            "{}",
            fingerprint(&key)
        );
    }
}
