//! What the tests of the accept set share: every judge of the module beside `verify_strict`.
#![allow(dead_code)]

use credential::ed25519::{
    BaseTable, Batch, IssuerKey, KeyError, PreparedKey, TableSize, verify_batch,
};

/// A seeded generator: the same numbers in every run.
pub struct Numbers(pub u64);

impl Numbers {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.next() as u8)
    }

    pub fn vec(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.next() as u8).collect()
    }
}

/// What `verify_strict` says.
pub fn strict(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    ed25519_dalek::VerifyingKey::from_bytes(key).is_ok_and(|key| {
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        key.verify_strict(message, &signature).is_ok()
    })
}

/// Base tables of every size.
pub struct Judges {
    bases: [BaseTable; 2],
}

impl Judges {
    pub fn new() -> Judges {
        Judges {
            bases: [TableSize::Small, TableSize::Medium].map(BaseTable::new),
        }
    }

    pub fn prepare(&self, key: &IssuerKey) -> [PreparedKey; 3] {
        [
            PreparedKey::new(key, &self.bases[1], TableSize::Tiny),
            PreparedKey::new(key, &self.bases[1], TableSize::Small),
            PreparedKey::new(key, &self.bases[0], TableSize::Medium),
        ]
    }

    /// Asks everybody about signatures of one key; all must agree. Returns the answers.
    ///
    /// A refused key must be one that `verify_strict` refuses with every signature, unless it is refused
    /// for its encoding alone.
    pub fn all(&self, key: &[u8; 32], items: &[(&[u8], &[u8; 64])]) -> Vec<bool> {
        let expected: Vec<bool> = items.iter().map(|(m, s)| strict(key, m, s)).collect();
        let issuer = match IssuerKey::from_bytes(key) {
            Ok(issuer) => issuer,
            Err(KeyError::NotCanonical) => {
                let y_or_sign = ed25519_dalek::VerifyingKey::from_bytes(key).expect("a point");
                assert_ne!(y_or_sign.to_edwards().compress().to_bytes(), *key);
                return vec![false; items.len()];
            }
            Err(error) => {
                assert!(expected.iter().all(|e| !e), "{error}, but strict accepts");
                return expected;
            }
        };
        let prepared = self.prepare(&issuer);
        let mut mixed = Batch::default();
        for ((message, signature), &expected) in items.iter().zip(&expected) {
            let (a, b) = message.split_at(message.len() / 3);
            let parts = [a, &[], b];
            let context =
                format!("key {key:02x?} signature {signature:02x?} message {message:02x?}");
            assert_eq!(
                issuer.verify(message, signature),
                expected,
                "single, {context}"
            );
            assert_eq!(
                issuer.verify_parts(&parts, signature),
                expected,
                "parts, {context}"
            );
            for key in &prepared {
                assert_eq!(
                    key.verify(message, signature),
                    expected,
                    "prepared, {context}"
                );
                assert_eq!(
                    key.verify_parts(&parts, signature),
                    expected,
                    "prepared parts, {context}"
                );
                mixed.push(key, &parts, signature);
            }
        }
        for key in &prepared {
            assert_eq!(verify_batch(key, items), expected, "batch");
        }
        let thrice: Vec<bool> = expected.iter().flat_map(|&e| [e, e, e]).collect();
        assert_eq!(mixed.finish(), thrice, "mixed batch");
        expected
    }

    /// [`Judges::all`] for one signature.
    pub fn one(&self, key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
        self.all(key, &[(message, signature)])[0]
    }
}

/// Bytes of a hexadecimal text.
pub fn hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2)
        .map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).expect("hex"))
        .collect()
}
