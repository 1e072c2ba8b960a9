//! Envelopes of several signers with any part wrong, made apart from the library.

use super::super::scene::*;
use credential::cbor::write::Writer;
use credential::trust_list::TYP;
use ed25519_dalek::Signer;

/// An envelope in parts, each of which may be wrong.
pub struct Parts {
    pub tag: Vec<u8>,
    pub body: Vec<u8>,
    pub unprotected: Vec<u8>,
    pub payload: Vec<u8>,
    /// Protected header, unprotected header, signature.
    pub signers: Vec<[Vec<u8>; 3]>,
}

pub fn cbor(write: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut w = Writer::new();
    write(&mut w);
    w.into_bytes()
}

impl Parts {
    pub fn new(typ: &str, payload: Vec<u8>) -> Self {
        Self {
            tag: vec![0xd8, 98],
            body: cbor(|w| {
                w.map(1).u64(16).str(typ);
            }),
            unprotected: vec![0xa0],
            payload,
            signers: vec![],
        }
    }

    /// As RFC 9052 §4.4 has it, apart from the library.
    fn to_be_signed(&self, header: &[u8]) -> Vec<u8> {
        cbor(|w| {
            w.array(5).str("Signature").bytes(&self.body).bytes(header);
            w.bytes(&[]).bytes(&self.payload);
        })
    }

    /// One more signature under a header of one's own.
    pub fn by_header(mut self, name: &str, header: Vec<u8>) -> Self {
        let signature = key(name).sign(&self.to_be_signed(&header)).to_bytes();
        self.signers.push([header, vec![0xa0], signature.into()]);
        self
    }

    pub fn by(self, name: &str) -> Self {
        self.by_header(name, header(&kid(name).0))
    }

    /// By all of them, in order.
    pub fn by_all(self, names: &[&str]) -> Self {
        let mut names = names.to_vec();
        names.sort_by_key(|name| kid(name));
        names.into_iter().fold(self, Self::by)
    }

    pub fn encode(&self) -> Vec<u8> {
        cbor(|w| {
            w.raw(&self.tag)
                .array(4)
                .bytes(&self.body)
                .raw(&self.unprotected);
            w.bytes(&self.payload).array(self.signers.len());
            for [header, unprotected, signature] in &self.signers {
                w.array(3).bytes(header).raw(unprotected).bytes(signature);
            }
        })
    }
}

pub fn header(kid: &[u8]) -> Vec<u8> {
    cbor(|w| {
        w.map(2).u64(1).i64(-8).u64(4).bytes(kid);
    })
}

/// A list without issuers, with whatever stands for its root and its set.
pub fn payload(root: &[u8; 32], set: Option<&[u8]>) -> Vec<u8> {
    cbor(|w| {
        w.map(4 + usize::from(set.is_some()));
        w.u64(4).i64(NOW + DAY).u64(6).i64(NOW);
        w.i64(-65_537).u64(12).i64(-65_538).bytes(root);
        if let Some(set) = set {
            w.i64(-65_555).raw(set);
        }
    })
}

pub fn set_of(threshold: u64, keys: &[[u8; 32]]) -> Vec<u8> {
    cbor(|w| {
        w.array(2).u64(threshold).array(keys.len());
        for key in keys {
            w.bytes(key);
        }
    })
}

/// Signed by a and c of the set that `set` is taken for.
pub fn with_set(set: &[u8]) -> (Vec<u8>, [u8; 32]) {
    use sha2::{Digest, Sha256};
    let id = Sha256::digest(set).into();
    let parts = Parts::new(TYP, payload(&id, Some(set)));
    (parts.by_all(&["root-a", "root-c"]).encode(), id)
}
