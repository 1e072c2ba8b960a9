//! Private keys: the [`Signer`] seam, keys in files ([`mod@file`]) and in a PKCS#11 token (`token`, feature `hsm`).

pub mod file;
pub mod ring;
#[cfg(feature = "hsm")]
pub mod token;

use credential::ids::KeyId;
pub use ring::Keyring;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// What a key signs. Part of its file name and of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Trust lists.
    Root,
    /// Bundles.
    Publisher,
    /// Documents and status lists of one office.
    Issuer,
    /// Heads of the log. These keys are in a table of their own ([`crate::tlog::key`]).
    Log,
}

impl Role {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Publisher => "publisher",
            Self::Issuer => "issuer",
            Self::Log => "log",
        }
    }

    /// From its name in the table of keys.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Root, Self::Publisher, Self::Issuer]
            .into_iter()
            .find(|role| role.name() == name)
    }
}

/// Something that signs with one Ed25519 key.
pub trait Signer: Send + Sync {
    /// The signature of a message.
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError>;
    /// Whether signing waits for a device, which may be slow or not answer at all.
    fn waits(&self) -> bool {
        false
    }
}

/// Where keys are that are not files.
pub trait Vault: Send + Sync {
    /// Makes a key that never leaves it. Returns the raw public key.
    fn create(&self, role: Role) -> Result<[u8; 32], KeyError>;
    /// The signer for a key. Whether it is there shows when it signs: making it asks no device.
    fn signer(&self, role: Role, kid: KeyId) -> Arc<dyn Signer>;
    /// Whether it holds a key. May wait for a device.
    fn holds(&self, role: Role, kid: KeyId) -> Result<bool, KeyError>;
}

/// How long a device may take for a signature.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Signs without holding up anybody else, however slow the signer is.
///
/// # Errors
/// [`KeyError::Late`] after [`PATIENCE`]; whatever the signer says.
pub async fn sign(signer: Arc<dyn Signer>, message: Vec<u8>) -> Result<[u8; 64], KeyError> {
    if !signer.waits() {
        return signer.sign(&message);
    }
    let signing = tokio::task::spawn_blocking(move || signer.sign(&message));
    match tokio::time::timeout(PATIENCE, signing).await {
        Ok(signed) => signed.unwrap_or(Err(KeyError::Late)),
        Err(_) => Err(KeyError::Late),
    }
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
    #[error("{}: other users can read or change this secret key", .0.display())]
    Exposed(PathBuf),
    /// The file system failed.
    #[error("the key could not be written or used: {0}")]
    Failed(String),
    /// The device did not answer in time.
    #[error("the signing device did not answer within {} seconds", PATIENCE.as_secs())]
    Late,
    /// No token of that name, or no driver.
    #[error("the PKCS#11 token {token} cannot be reached: {cause}")]
    Token {
        /// Its label.
        token: String,
        /// What the driver says.
        cause: String,
    },
    /// The token refused the PIN, now or when this PIN file was tried last.
    #[error("the PKCS#11 token {token} refused the PIN in {}; it is not tried again until the file changes", .file.display())]
    Pin {
        /// The token's label.
        token: String,
        /// The file with the PIN.
        file: PathBuf,
    },
    /// One more wrong PIN would lock the token, or it is locked.
    #[error("the PKCS#11 token {token} {}", if *.locked { "is locked" } else { "has one try left for its PIN, which is not risked" })]
    Locked {
        /// The token's label.
        token: String,
        /// Whether it is locked already.
        locked: bool,
    },
}

impl KeyError {
    /// Whether trying again later may help without anybody doing something.
    pub fn passes(&self) -> bool {
        matches!(self, Self::Late | Self::Token { .. })
    }

    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Absent { .. } => {
                "put its .pem file into the keys directory, or run this where the key is kept; a trust list is signed elsewhere by way of `ikd trust draft`"
            }
            Self::Unreadable(_) => "set IKD_KEY_PASSPHRASE_FILE to the file with its passphrase",
            Self::Mismatch(_) => "restore the key file from its backup",
            Self::Exposed(_) => "run `chmod 600` on it",
            Self::Failed(_) => "check the keys directory and its permissions",
            Self::Late => "see whether the device is reachable and how much it has to do",
            Self::Token { .. } => {
                "check [keys.pkcs11] in config.toml, and that `pkcs11-tool --list-slots` sees the token"
            }
            Self::Pin { .. } => "write the right PIN into that file",
            Self::Locked { .. } => {
                "unlock it with the tool of its maker and the security officer's PIN"
            }
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{Receiver, channel};
    use std::sync::{Mutex, PoisonError};

    /// Signs when somebody lets it.
    struct Hanging(Mutex<Receiver<()>>);

    impl Signer for Hanging {
        fn sign(&self, _: &[u8]) -> Result<[u8; 64], KeyError> {
            let _ = self.0.lock().unwrap_or_else(PoisonError::into_inner).recv();
            Ok([0; 64])
        }

        fn waits(&self) -> bool {
            true
        }
    }

    #[tokio::test]
    async fn a_device_that_hangs_is_given_up_and_holds_up_nobody() {
        let (go, stopped) = channel();
        let signing = tokio::spawn(sign(Arc::new(Hanging(Mutex::new(stopped))), vec![1]));
        // One thread runs everything here, and it is free.
        tokio::time::timeout(Duration::from_secs(1), tokio::task::yield_now())
            .await
            .unwrap();
        assert!(matches!(signing.await.unwrap(), Err(KeyError::Late)));
        drop(go);
    }
}
