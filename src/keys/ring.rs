//! The private keys that are within reach.

use super::file::FileSigner;
use super::{KeyError, PATIENCE, Role, Signer, Vault};
use crate::chance::Chance;
use crate::failure::Failure;
use credential::ids::KeyId;
use secrecy::SecretString;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use zeroize::Zeroizing;

/// The keys in a directory, and those in a vault.
pub struct Keyring {
    directory: PathBuf,
    passphrase: Option<SecretString>,
    vault: Option<Arc<dyn Vault>>,
    loaded: Mutex<HashMap<KeyId, Arc<dyn Signer>>>,
}

impl Keyring {
    /// The keys in a directory, encrypted where there is a passphrase.
    pub fn new(directory: PathBuf, passphrase: Option<SecretString>) -> Self {
        Self {
            directory,
            passphrase,
            vault: None,
            loaded: Mutex::default(),
        }
    }

    /// The same, with those of a vault beside them.
    pub fn with_vault(self, vault: Arc<dyn Vault>) -> Self {
        Self {
            vault: Some(vault),
            ..self
        }
    }

    /// Makes a key: in the vault where there is one, else as a file before anything can depend on it. The root is a file
    /// in any case, because it is taken away.
    pub fn create(&self, role: Role, chance: &mut Chance) -> Result<[u8; 32], Failure> {
        if let Some(vault) = &self.vault
            && role != Role::Root
        {
            return Ok(vault.create(role)?);
        }
        let seed = Zeroizing::new(chance.bytes::<32>());
        let signer = FileSigner::from_seed(&seed);
        let public = signer.public_key();
        let kid = KeyId::of(&public);
        signer.write(&self.path(role, kid), self.passphrase.as_ref())?;
        self.keep(kid, Arc::new(signer));
        Ok(public)
    }

    /// Where a key's file is.
    pub fn path(&self, role: Role, kid: KeyId) -> PathBuf {
        self.directory.join(format!("{}-{kid}.pem", role.name()))
    }

    /// The signer for a key; its file is read, or the vault asked, at first use.
    pub fn signer(&self, role: Role, kid: KeyId) -> Result<Arc<dyn Signer>, KeyError> {
        if let Some(signer) = self.lock().get(&kid) {
            return Ok(Arc::clone(signer));
        }
        let signer = self.find(role, kid)?;
        self.keep(kid, Arc::clone(&signer));
        Ok(signer)
    }

    /// Signs with something that is not a file here, such as a device.
    pub fn adopt(&self, kid: KeyId, signer: Arc<dyn Signer>) {
        self.keep(kid, signer);
    }

    /// Whether a key can be signed with now. Waits for a device [`PATIENCE`] at most.
    pub async fn is_within_reach(&self, role: Role, kid: KeyId) -> bool {
        let Ok(signer) = self.signer(role, kid) else {
            return false;
        };
        let Some(vault) = self.vault.clone().filter(|_| signer.waits()) else {
            return true;
        };
        let asked = tokio::task::spawn_blocking(move || vault.holds(role, kid));
        let asked = tokio::time::timeout(PATIENCE, asked).await;
        matches!(asked, Ok(Ok(Ok(true))))
    }

    /// Where a key is, in a word for lists.
    pub fn place(&self, role: Role, kid: KeyId) -> &'static str {
        if self.path(role, kid).exists() {
            return "here";
        }
        let vault = self.vault.as_ref().filter(|_| role != Role::Root);
        match vault.map(|vault| vault.holds(role, kid)) {
            Some(Ok(true)) => "token",
            Some(Err(_)) => "unknown",
            _ => "absent",
        }
    }

    fn find(&self, role: Role, kid: KeyId) -> Result<Arc<dyn Signer>, KeyError> {
        let path = self.path(role, kid);
        if path.exists() {
            let signer = FileSigner::read(&path, kid, self.passphrase.as_ref())?;
            return Ok(Arc::new(signer));
        }
        let vault = self.vault.as_ref().filter(|_| role != Role::Root);
        let found = vault.map(|vault| vault.signer(role, kid));
        found.ok_or_else(|| KeyError::Absent {
            kid,
            directory: self.directory.clone(),
        })
    }

    fn keep(&self, kid: KeyId, signer: Arc<dyn Signer>) {
        self.lock().insert(kid, signer);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<KeyId, Arc<dyn Signer>>> {
        // A panic elsewhere cannot leave the map half-changed.
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
