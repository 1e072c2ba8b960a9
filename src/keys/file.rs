//! Ed25519 keys in PKCS#8 files that `openssl pkey` can read (RFC 8410), encrypted (PBES2, RFC 8018) where there is a
//! passphrase.

use super::{KeyError, Signer};
use crate::failure::Failure;
use crate::files;
use credential::ids::KeyId;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey, KeypairBytes};
use ed25519_dalek::{Signer as _, SigningKey};
use pkcs8::LineEnding;
use secrecy::{ExposeSecret, SecretString};
use std::path::Path;
use zeroize::Zeroizing;

/// Signs with a key in memory.
pub struct FileSigner(SigningKey);

impl Signer for FileSigner {
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError> {
        Ok(self.0.sign(message).to_bytes())
    }
}

impl FileSigner {
    /// The raw public key.
    pub fn public_key(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    pub(super) fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// Writes the key's file, and the directory's entry, before anything can depend on it.
    pub(super) fn write(
        &self,
        path: &Path,
        passphrase: Option<&SecretString>,
    ) -> Result<(), Failure> {
        // OpenSSL 3 refuses the form that carries the public key as well.
        let pair = KeypairBytes {
            secret_key: self.0.to_bytes(),
            public_key: None,
        };
        let pem = match passphrase {
            Some(passphrase) => {
                pair.to_pkcs8_encrypted_pem(passphrase.expose_secret(), LineEnding::LF)
            }
            None => pair.to_pkcs8_pem(LineEnding::LF),
        };
        let pem = pem.map_err(|e| KeyError::Failed(e.to_string()))?;
        files::write_secret(path, pem.as_bytes())?;
        Ok(())
    }

    /// Reads the key that a file's name says it holds.
    pub(super) fn read(
        path: &Path,
        kid: KeyId,
        passphrase: Option<&SecretString>,
    ) -> Result<Self, KeyError> {
        let signer = Self::open(path, passphrase)?;
        if KeyId::of(&signer.public_key()) != kid {
            return Err(KeyError::Mismatch(path.to_path_buf()));
        }
        Ok(signer)
    }

    /// Reads whatever key a file holds.
    pub fn open(path: &Path, passphrase: Option<&SecretString>) -> Result<Self, KeyError> {
        let unreadable = || KeyError::Unreadable(path.to_path_buf());
        if files::is_exposed(path) {
            return Err(KeyError::Exposed(path.to_path_buf()));
        }
        let pem = Zeroizing::new(std::fs::read_to_string(path).map_err(|_| unreadable())?);
        let pair = if pem.contains("ENCRYPTED") {
            let passphrase = passphrase.ok_or_else(unreadable)?;
            KeypairBytes::from_pkcs8_encrypted_pem(&pem, passphrase.expose_secret())
        } else {
            KeypairBytes::from_pkcs8_pem(&pem)
        };
        let pair = pair.map_err(|_| unreadable())?;
        Ok(Self(SigningKey::from_bytes(&pair.secret_key)))
    }
}
