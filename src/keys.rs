//! Private keys: the [`Signer`] seam, and Ed25519 keys in PKCS#8 files that `openssl pkey` can read.

use crate::chance::Chance;
use crate::failure::Failure;
use crate::files;
use credential::ids::KeyId;
use ed25519_dalek::pkcs8::{DecodePrivateKey, EncodePrivateKey, KeypairBytes};
use ed25519_dalek::{Signer as _, SigningKey};
use pkcs8::LineEnding;
use secrecy::{ExposeSecret, SecretString};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use zeroize::Zeroizing;

/// What a key signs. Part of its file name and of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Trust lists.
    Root,
    /// Bundles.
    Publisher,
    /// Documents and status lists of one office.
    Issuer,
}

impl Role {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Publisher => "publisher",
            Self::Issuer => "issuer",
        }
    }

    /// From its name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Root, Self::Publisher, Self::Issuer]
            .into_iter()
            .find(|role| role.name() == name)
    }
}

/// Something that signs with one Ed25519 key: a file today, a device tomorrow.
pub trait Signer: Send + Sync {
    /// The raw public key.
    fn public_key(&self) -> [u8; 32];
    /// The signature of a message.
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError>;
}

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// No file for it here.
    #[error("the private key {kid} is not in {}", .directory.display())]
    Absent {
        /// Which.
        kid: KeyId,
        /// Where it was looked for.
        directory: PathBuf,
    },
    /// The file is not an Ed25519 key, or the passphrase is wrong or missing.
    #[error("{}: not an Ed25519 private key, or its passphrase is wrong or missing", .0.display())]
    Unreadable(PathBuf),
    /// The file holds another key than its name says.
    #[error("{}: holds another key than its name says", .0.display())]
    Mismatch(PathBuf),
    /// A key file that others may read.
    #[error("{}: other users can read this private key", .0.display())]
    Exposed(PathBuf),
    /// The device or file system failed.
    #[error("the key could not be written or used: {0}")]
    Failed(String),
}

impl KeyError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Absent { .. } => {
                "put its .pem file into the keys directory, or run this where the key is kept"
            }
            Self::Unreadable(_) => "set IKD_KEY_PASSPHRASE_FILE to the file with its passphrase",
            Self::Mismatch(_) => "restore the key file from its backup",
            Self::Exposed(_) => "run `chmod 600` on it",
            Self::Failed(_) => "check the keys directory and its permissions",
        }
    }
}

struct FileSigner(SigningKey);

impl Signer for FileSigner {
    fn public_key(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError> {
        Ok(self.0.sign(message).to_bytes())
    }
}

/// The private keys that are within reach.
pub struct Keyring {
    directory: PathBuf,
    passphrase: Option<SecretString>,
    loaded: Mutex<HashMap<KeyId, Arc<dyn Signer>>>,
}

impl Keyring {
    /// The keys in a directory, encrypted where there is a passphrase.
    pub fn new(directory: PathBuf, passphrase: Option<SecretString>) -> Self {
        Self {
            directory,
            passphrase,
            loaded: Mutex::default(),
        }
    }

    /// Makes a key and writes its file before anything can depend on it.
    pub fn create(&self, role: Role, chance: &mut Chance) -> Result<[u8; 32], Failure> {
        let seed = Zeroizing::new(chance.bytes::<32>());
        let key = SigningKey::from_bytes(&seed);
        let public = key.verifying_key().to_bytes();
        // OpenSSL 3 refuses the form that carries the public key as well.
        let pair = KeypairBytes {
            secret_key: *seed,
            public_key: None,
        };
        let pem = match &self.passphrase {
            Some(passphrase) => {
                pair.to_pkcs8_encrypted_pem(passphrase.expose_secret(), LineEnding::LF)
            }
            None => pair.to_pkcs8_pem(LineEnding::LF),
        };
        let pem = pem.map_err(|e| KeyError::Failed(e.to_string()))?;
        let path = self.path(role, KeyId::of(&public));
        files::write_secret(&path, pem.as_bytes())?;
        self.keep(KeyId::of(&public), Arc::new(FileSigner(key)));
        Ok(public)
    }

    /// Where a key's file is.
    pub fn path(&self, role: Role, kid: KeyId) -> PathBuf {
        self.directory.join(format!("{}-{kid}.pem", role.name()))
    }

    /// The signer for a key; reads its file at first use.
    pub fn signer(&self, role: Role, kid: KeyId) -> Result<Arc<dyn Signer>, KeyError> {
        if let Some(signer) = self.lock().get(&kid) {
            return Ok(Arc::clone(signer));
        }
        let path = self.path(role, kid);
        let signer: Arc<dyn Signer> = Arc::new(FileSigner(self.read(&path, kid)?));
        self.keep(kid, Arc::clone(&signer));
        Ok(signer)
    }

    /// Signs with something that is not a file here, such as a device.
    pub fn adopt(&self, signer: Arc<dyn Signer>) {
        self.keep(KeyId::of(&signer.public_key()), signer);
    }

    fn read(&self, path: &Path, kid: KeyId) -> Result<SigningKey, KeyError> {
        if !path.exists() {
            return Err(KeyError::Absent {
                kid,
                directory: self.directory.clone(),
            });
        }
        let unreadable = || KeyError::Unreadable(path.to_path_buf());
        check_mode(path)?;
        let pem = Zeroizing::new(std::fs::read_to_string(path).map_err(|_| unreadable())?);
        let pair = if pem.contains("ENCRYPTED") {
            let passphrase = self.passphrase.as_ref().ok_or_else(unreadable)?;
            KeypairBytes::from_pkcs8_encrypted_pem(&pem, passphrase.expose_secret())
        } else {
            KeypairBytes::from_pkcs8_pem(&pem)
        };
        let pair = pair.map_err(|_| unreadable())?;
        let key = SigningKey::from_bytes(&pair.secret_key);
        if KeyId::of(key.verifying_key().as_bytes()) != kid {
            return Err(KeyError::Mismatch(path.to_path_buf()));
        }
        Ok(key)
    }

    fn keep(&self, kid: KeyId, signer: Arc<dyn Signer>) {
        self.lock().insert(kid, signer);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<KeyId, Arc<dyn Signer>>> {
        // A panic elsewhere cannot leave the map half-changed.
        self.loaded
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

#[cfg(unix)]
fn check_mode(path: &Path) -> Result<(), KeyError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path).map(|m| m.permissions().mode());
    if mode.is_ok_and(|mode| mode & 0o077 != 0) {
        return Err(KeyError::Exposed(path.to_path_buf()));
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_mode(_: &Path) -> Result<(), KeyError> {
    Ok(())
}

/// A public key as a PEM `PUBLIC KEY` (RFC 8410), which `openssl pkey -pubin` reads.
pub fn public_pem(public: &[u8; 32]) -> String {
    use base64::Engine;
    // SubjectPublicKeyInfo of Ed25519 is this prefix and the raw key.
    let mut der = vec![
        0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
    ];
    der.extend_from_slice(public);
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    format!("-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n")
}
