//! Root public keys as people pass them on, and the root that a bundle names itself.

use crate::words::hex;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use credential::bundle;
use credential::cbor::gate;
use credential::cose::Sign1;
use credential::ed25519::{IssuerKey, KeyError, PublicKey};
use credential::ids::KeyId;
use credential::trust_list::{RootSet, TrustList};
use minicbor::Decoder;
use sha2::{Digest, Sha256};

/// SubjectPublicKeyInfo of an Ed25519 key up to the key itself (RFC 8410).
const SPKI: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// Claim of a bundle that holds its trust list (FORMAT.md §9).
const TRUST_LIST: i64 = -65_541;

const SET: [&str; 2] = ["-----BEGIN IKD ROOT SET-----", "-----END IKD ROOT SET-----"];

/// Reads what a verifier pins: a public key as 64 hexadecimal digits, 32 raw bytes, or SubjectPublicKeyInfo in DER or PEM; or
/// the id of a root of several keys ([`RootSet::id`]) as digits or raw, or from the file of its set. `None` for anything
/// else, and for keys that Ed25519 must not use.
pub fn parse(content: &[u8]) -> Option<[u8; 32]> {
    if let Some(roots) = roots(content) {
        return Some(roots.id());
    }
    let raw = match content {
        raw if raw.len() == 32 => raw.try_into().ok()?,
        text => digits(str::from_utf8(text).ok()?)?,
    };
    // The id of a set is a hash: one in two is no point of the curve. A point that is no good key is a mistake, or worse.
    let id = IssuerKey::from_bytes(&raw).err() == Some(KeyError::NotOnCurve);
    id.then_some(raw)
}

/// Reads the keys themselves: one in any form of [`parse`], or the file of a set. `None` where there are none, as in an id.
pub fn roots(content: &[u8]) -> Option<RootSet> {
    let raw = match content {
        raw if raw.len() == 32 => raw.try_into().ok()?,
        der if der.len() == 44 && der.starts_with(&SPKI) => der[12..].try_into().ok()?,
        text => {
            let text = str::from_utf8(text).ok()?;
            if let Some(set) = between(text, SET) {
                return RootSet::decode(&STANDARD.decode(set).ok()?);
            }
            let pem = ["-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----"];
            match between(text, pem) {
                Some(key) => {
                    let der = STANDARD.decode(key).ok()?;
                    der.strip_prefix(&SPKI)?.try_into().ok()?
                }
                None => digits(text)?,
            }
        }
    };
    PublicKey::from_bytes(&raw).map(RootSet::single)
}

/// What stands between the two marks of a PEM, without white space.
fn between(text: &str, [begin, end]: [&str; 2]) -> Option<String> {
    let (_, rest) = text.split_once(begin)?;
    let (body, _) = rest.split_once(end)?;
    Some(body.split_whitespace().collect())
}

fn digits(text: &str) -> Option<[u8; 32]> {
    // Comment lines let a key file say whose key it is.
    let mut lines = text.lines().map(str::trim);
    let line = lines.find(|line| !line.is_empty() && !line.starts_with('#'))?;
    crate::words::hex32(line)
}

/// The file of a root of several keys: for people who they are, then the set as a verifier reads it.
pub fn set_pem(roots: &RootSet) -> String {
    let (threshold, count) = (roots.threshold(), roots.keys().len());
    let id = roots.id();
    let mut text = format!("Root of {count} keys, of which {threshold} must sign\n");
    text += &format!("id {}\nfingerprint {}\n", hex(&id), fingerprint(&id));
    for key in roots.keys() {
        let bytes = key.as_bytes();
        text += &format!("key {} {}\n", KeyId::of(bytes), hex(bytes));
    }
    let encoded = STANDARD.encode(roots.encode());
    let (lines, rest) = encoded.as_bytes().as_chunks::<64>();
    let lines = lines.iter().map(|line| &line[..]).chain([rest]);
    let lines = lines.filter(|line| !line.is_empty());
    text += SET[0];
    for line in lines {
        text.push('\n');
        text.extend(line.iter().map(|byte| char::from(*byte)));
    }
    text + "\n" + SET[1] + "\n"
}

/// What people compare by voice or on paper: SHA-256 of the key or id, in groups of four hexadecimal digits.
pub fn fingerprint(key: &[u8; 32]) -> String {
    let digits = hex(&Sha256::digest(key));
    let groups: Vec<&str> = (0..16).map(|n| &digits[n * 4..n * 4 + 4]).collect();
    groups.join(" ")
}

/// The root that a bundle's trust list names, unverified: for trust on first use alone.
pub fn named_by_bundle(bundle: &[u8]) -> Option<[u8; 32]> {
    TrustList::named_root(trust_list_of(bundle)?)
}

/// The trust list that a bundle holds, unverified.
pub fn trust_list_of(bundle: &[u8]) -> Option<&[u8]> {
    claim(content(bundle, bundle::TYP)?, TRUST_LIST)
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
        let mut twice = [0xff; 32];
        (twice[0], twice[31]) = (0xee, 0x7f);
        assert_eq!(parse(&twice), None, "a second encoding of a point");
        assert_eq!(parse(b"hello"), None);
        assert!(
            fingerprint(&key).starts_with("21fe 31df"),
            "{}",
            fingerprint(&key)
        );
    }
    #[test]
    fn several_keys_in_every_form() {
        let key = |seed: u8| {
            let raw = (0..=255).map(|n| [seed, n].repeat(16).try_into().unwrap());
            raw.filter_map(|raw| PublicKey::from_bytes(&raw)).next()
        };
        for seed in 1..20 {
            let set = RootSet::new(
                2,
                vec![key(1).unwrap(), key(50).unwrap(), key(100 + seed).unwrap()],
            );
            let set = set.unwrap();
            let pem = set_pem(&set);
            assert_eq!(roots(pem.as_bytes()), Some(set.clone()), "{pem}");
            assert_eq!(parse(pem.as_bytes()), Some(set.id()), "{pem}");
            assert!(pem.lines().all(|line| line.len() <= 100), "{pem}");
            // One id in two is a point of the curve and looks like a key.
            assert_eq!(parse(&set.id()), Some(set.id()));
            assert_eq!(parse(hex(&set.id()).as_bytes()), Some(set.id()));
            let as_key = roots(&set.id()).is_none_or(|set| set.is_single());
            assert!(as_key);
            let cut = pem.replacen("key ", "", 1).replace(
                "-----BEGIN IKD ROOT SET-----\n",
                "-----BEGIN IKD ROOT SET-----\nAA",
            );
            assert_eq!(parse(cut.as_bytes()), None);
        }
    }
}
