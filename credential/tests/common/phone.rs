//! A holder's phone: a key that signs proofs, of either algorithm.
#![allow(dead_code)]

use credential::holder::HolderKey;
use credential::presentation::Proof;
use credential::token;
use ed25519_dalek::{Signer, SigningKey};

/// A phone's key.
pub enum Phone {
    /// ES256, as WebCrypto signs.
    P256(p256::ecdsa::SigningKey),
    /// Ed25519.
    Ed25519(SigningKey),
}

impl Phone {
    pub fn es256(seed: u8) -> Self {
        Self::P256(p256::ecdsa::SigningKey::from_slice(&[seed; 32]).unwrap())
    }

    pub fn ed25519(seed: u8) -> Self {
        Self::Ed25519(SigningKey::from_bytes(&[seed; 32]))
    }

    /// For `cnf`.
    pub fn key(&self) -> HolderKey {
        match self {
            Self::P256(key) => {
                let point = key.verifying_key().to_sec1_point(false);
                HolderKey::from_sec1(point.as_bytes()).unwrap()
            }
            Self::Ed25519(key) => HolderKey::from_ed25519(&key.verifying_key().to_bytes()).unwrap(),
        }
    }

    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        match self {
            Self::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                signature.to_bytes().into()
            }
            Self::Ed25519(key) => key.sign(message).to_bytes(),
        }
    }

    /// A presentation's bytes around a credential's QR text.
    pub fn presentation(&self, credential: &str, proof: Proof<'_>) -> Vec<u8> {
        let credential = token::unpack(credential).unwrap().bytes;
        let unsigned = proof.around(&credential).unwrap();
        let signature = self.sign(&unsigned.to_be_signed());
        unsigned.into_token(&signature)
    }

    /// Its QR text.
    pub fn shows(&self, credential: &str, proof: Proof<'_>) -> String {
        token::pack(&self.presentation(credential, proof))
    }
}

/// A proof for anybody.
pub fn proof(iat: i64) -> Proof<'static> {
    Proof {
        iat,
        audience: None,
        nonce: None,
    }
}
