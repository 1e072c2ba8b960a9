//! Envelopes made by hand, to bend them.

use super::*;

pub fn map(entries: &[(i64, Cbor)]) -> Cbor {
    let entries = entries.iter().cloned();
    Cbor::Map(entries.map(|(k, v)| (k.into(), v)).collect())
}

pub fn bytes_of(value: &Cbor) -> Vec<u8> {
    let mut bytes = vec![];
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

pub fn identity() -> Cbor {
    map(&[(1, "ID-1".into()), (4, "Jane Doe".into())])
}

/// A foreign token whose parts can be changed before it is signed.
pub struct Forge {
    pub tags: Vec<u64>,
    pub protected: Vec<u8>,
    pub unprotected: Vec<u8>,
    pub payload: Vec<u8>,
}

impl Default for Forge {
    fn default() -> Self {
        let payload = map(&[
            (1, FOREIGN.into()),
            (6, (NOW - DAY).into()),
            (169, identity()),
        ]);
        Self {
            tags: vec![18],
            protected: vec![0xa1, 0x01, 0x27],
            unprotected: vec![0xa0],
            payload: bytes_of(&payload),
        }
    }
}

impl Forge {
    pub fn token(&self) -> Vec<u8> {
        let structure = Cbor::Array(vec![
            "Signature1".into(),
            Cbor::Bytes(self.protected.clone()),
            Cbor::Bytes(vec![]),
            Cbor::Bytes(self.payload.clone()),
        ]);
        let signature = key(SEED).sign(&bytes_of(&structure)).to_bytes();
        let mut token = vec![];
        for tag in &self.tags {
            // The head of a tag is that of an unsigned integer in another major type.
            let mut head = bytes_of(&(*tag).into());
            head[0] |= 0xc0;
            token.extend(head);
        }
        token.push(0x84);
        token.extend(bytes_of(&Cbor::Bytes(self.protected.clone())));
        token.extend(&self.unprotected);
        token.extend(bytes_of(&Cbor::Bytes(self.payload.clone())));
        token.extend(bytes_of(&Cbor::Bytes(signature.to_vec())));
        token
    }

    pub fn text(&self) -> String {
        token::pack(&self.token())
    }
}

pub fn adler32(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1u32, 0u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    b << 16 | a
}
