//! Texts that are refused or undecided, each with the reason code that a verifier must give.

use super::scene::*;
use credential::cose::Sign1;
use ed25519_dalek::Signer;

pub struct Case {
    pub name: &'static str,
    pub why: &'static str,
    pub text: String,
    pub at: i64,
    pub reason: &'static str,
}

/// The good token that the cases spoil.
pub struct Base {
    pub token: Vec<u8>,
    pub protected: Vec<u8>,
    pub payload: Vec<u8>,
    pub signature: Vec<u8>,
}

/// Cases being collected.
pub struct Cases(pub Vec<Case>);

impl Cases {
    /// A text that is judged at the usual time.
    pub fn add(
        &mut self,
        name: &'static str,
        reason: &'static str,
        text: String,
        why: &'static str,
    ) {
        self.add_at(NOW, name, reason, text, why);
    }

    /// The same at another time.
    pub fn add_at(
        &mut self,
        at: i64,
        name: &'static str,
        reason: &'static str,
        text: String,
        why: &'static str,
    ) {
        self.0.push(Case {
            name,
            why,
            text,
            at,
            reason,
        });
    }
}

pub fn all() -> Vec<Case> {
    let token = issue(&claims(ktp().build().unwrap()), "office");
    let sign1 = Sign1::parse_canonical(&token).unwrap();
    let base = Base {
        protected: sign1.protected.to_vec(),
        payload: sign1.payload.to_vec(),
        signature: sign1.signature.to_vec(),
        token,
    };
    let mut cases = Cases(vec![]);
    super::refused_texts::add(&mut cases, &base);
    super::refused_envelopes::add(&mut cases, &base);
    super::refused_claims::add(&mut cases, &base);
    super::refused_uses::add(&mut cases);
    super::refused_presentations::add(&mut cases);
    cases.0
}

/// `18([protected, unprotected, payload, signature])` in CBOR, signed by the office over `protected` and `payload`.
pub fn envelope(protected: &[u8], unprotected: &[u8], payload: &[u8]) -> Vec<u8> {
    let signed = [
        &b"\x84\x6aSignature1"[..],
        &bstr(protected),
        b"\x40",
        &bstr(payload),
    ]
    .concat();
    let signature = key("office").sign(&signed).to_bytes();
    raw(protected, unprotected, &bstr(payload), &signature)
}

pub fn raw(protected: &[u8], unprotected: &[u8], payload: &[u8], signature: &[u8]) -> Vec<u8> {
    [
        &[0xd2, 0x84][..],
        &bstr(protected),
        unprotected,
        payload,
        &bstr(signature),
    ]
    .concat()
}

pub fn bstr(bytes: &[u8]) -> Vec<u8> {
    let head = match bytes.len() {
        n @ 0..=23 => vec![0x40 | n as u8],
        n @ 24..=255 => vec![0x58, n as u8],
        n => vec![0x59, (n >> 8) as u8, n as u8],
    };
    [head, bytes.to_vec()].concat()
}
