//! Personal data at rest: columns sealed and bound to their place, and keyed look-up values.
//!
//! A sealed value is `version (2) ‖ number of its key (2, big-endian) ‖ nonce (12) ‖ AES-256-GCM-SIV ciphertext and tag`,
//! with table, row and column as associated data: a value moved to another row or column does not open. Under key 0 it is
//! `version (1) ‖ nonce ‖ …`, the form from before there were numbers. Look-ups use HMAC-SHA-256 under a key of their own,
//! so that a stolen database can neither be read nor searched by trying all 10^16 numbers.

mod ring;

use crate::chance::Chance;
use crate::failure::{Failure, Outcome};
use crate::files;
use aes_gcm_siv::aead::{Aead, KeyInit, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use hmac::{Hmac, Mac};
pub use ring::{Alone, Ring};
use sha2::Sha256;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use zeroize::Zeroizing;

/// Form of values sealed under key 0; the first byte of each.
const UNNUMBERED: u8 = 1;
/// Form of values that say under which key.
const NUMBERED: u8 = 2;
const NONCE: usize = 12;
/// Bytes at the beginning of a value that tell its key.
pub const TELLS_KEY: usize = 3;

/// Where a sealed value stands.
#[derive(Clone, Copy)]
pub struct Cell<'a> {
    /// Its table.
    pub table: &'static str,
    /// The primary key of its row.
    pub row: &'a [u8],
    /// Its column.
    pub column: &'static str,
}

impl Cell<'_> {
    /// Unambiguous: each part with its length before it.
    fn associated_data(&self) -> Vec<u8> {
        let parts = [self.table.as_bytes(), self.row, self.column.as_bytes()];
        let mut bytes = Vec::new();
        for part in parts {
            bytes.extend_from_slice(&(part.len() as u32).to_be_bytes());
            bytes.extend_from_slice(part);
        }
        bytes
    }
}

/// Seals, opens and indexes personal data. Its keys cannot be printed.
pub struct Crypter {
    sealing: RwLock<Arc<Sealing>>,
    index_key: Zeroizing<[u8; 32]>,
    challenge_key: Zeroizing<[u8; 32]>,
    /// Where the keys came from; none in tests.
    path: Option<PathBuf>,
}

/// What seals and opens.
#[derive(Clone)]
struct Sealing {
    /// The number of the key that seals.
    with: u16,
    ciphers: BTreeMap<u16, Aes256GcmSiv>,
    marks: BTreeMap<u16, [u8; 32]>,
}

impl Sealing {
    fn of(ring: &Ring, with: u16) -> Self {
        let cipher = |(id, master): (&u16, &Zeroizing<[u8; 32]>)| {
            let key = derive(master, b"ikd seal v1");
            (*id, Aes256GcmSiv::new((&*key).into()))
        };
        let mark = |(id, master): (&u16, &Zeroizing<[u8; 32]>)| {
            let mut mac = mac(&*derive(master, b"ikd mark v1"));
            mac.update(&id.to_be_bytes());
            (*id, mac.finalize().into_bytes().into())
        };
        Self {
            with,
            ciphers: ring.masters.iter().map(cipher).collect(),
            marks: ring.masters.iter().map(mark).collect(),
        }
    }
}

/// The number of the key of a sealed value, by its first [`TELLS_KEY`] bytes; none where it is none.
pub fn key_of(sealed: &[u8]) -> Option<u16> {
    match sealed {
        [UNNUMBERED, ..] => Some(0),
        [NUMBERED, high, low, ..] => Some(u16::from_be_bytes([*high, *low])),
        _ => None,
    }
}

impl Crypter {
    /// Of one key.
    pub fn new(master: &[u8; 32]) -> Self {
        Self::of(&Ring::of(master), None)
    }

    fn of(ring: &Ring, path: Option<PathBuf>) -> Self {
        // Which one seals is said by the database, once it is open. Until then the first.
        let with = ring.masters.keys().next().copied().unwrap_or_default();
        Self {
            sealing: RwLock::new(Arc::new(Sealing::of(ring, with))),
            index_key: ring.index.clone(),
            challenge_key: ring.challenge.clone(),
            path,
        }
    }

    /// Reads the keys from their file.
    ///
    /// # Errors
    /// [`crate::keys::KeyError::Exposed`] where other users may read the file.
    pub fn open_file(path: &Path) -> Outcome<Self> {
        Ok(Self::of(&Ring::read(path)?, Some(path.to_path_buf())))
    }

    /// Makes a key and its file. Whoever loses it loses the sealed data.
    pub fn create_file(path: &Path, chance: &mut Chance) -> Outcome<Self> {
        let master: Zeroizing<[u8; 32]> = Zeroizing::new(chance.bytes());
        let text = Zeroizing::new(data_encoding::HEXLOWER.encode(master.as_slice()));
        files::write_secret(path, text.as_bytes())?;
        Ok(Self::of(&Ring::of(&master), Some(path.to_path_buf())))
    }

    fn sealing(&self) -> Arc<Sealing> {
        let now = self.sealing.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&now)
    }

    fn set(&self, sealing: Sealing) {
        let mut now = self.sealing.write().unwrap_or_else(PoisonError::into_inner);
        *now = Arc::new(sealing);
    }

    /// What the file holds now, to seal with that key.
    fn read_anew(&self, path: &Path, with: u16) -> Outcome<Sealing> {
        let ring = Ring::read(path)?;
        if *ring.index != *self.index_key {
            return Err(Failure::File {
                path: path.to_path_buf(),
                cause: std::io::Error::other("is the data.key of another database"),
            });
        }
        Ok(Sealing::of(&ring, with))
    }

    /// Reads the file anew, to open what is under keys that were added to it. What seals goes on doing so until
    /// [`Self::follow`] says otherwise, also where the file has it no more.
    ///
    /// # Errors
    /// Where the file is that of another database, or cannot be read: then everything stays as it was.
    pub fn reload(&self) -> Outcome<()> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        let now = self.sealing();
        let mut next = self.read_anew(path, now.with)?;
        next.ciphers
            .insert(now.with, now.ciphers[&now.with].clone());
        next.marks.insert(now.with, now.marks[&now.with]);
        self.set(next);
        Ok(())
    }

    /// Seals with that key from now on, with keys whose marks `fit`: those it has, else those of the file. Both change
    /// in one step; false, and nothing changed, where the file has not that key or its marks do not fit.
    ///
    /// # Errors
    /// As of [`Self::reload`].
    pub fn follow(
        &self,
        with: u16,
        fit: impl Fn(&BTreeMap<u16, [u8; 32]>) -> bool,
    ) -> Outcome<bool> {
        let now = self.sealing();
        let may = |next: &Sealing| next.ciphers.contains_key(&with) && fit(&next.marks);
        let next = match &self.path {
            _ if may(&now) && now.with == with => return Ok(true),
            Some(path) if !may(&now) => self.read_anew(path, with)?,
            _ => Sealing {
                with,
                ..(*now).clone()
            },
        };
        let may = may(&next);
        if may {
            self.set(next);
        }
        Ok(may)
    }

    /// The number of the key that seals.
    pub fn seals_with(&self) -> u16 {
        self.sealing().with
    }

    /// The keys by number, each with a keyed hash that tells it from others of that number.
    pub fn marks(&self) -> BTreeMap<u16, [u8; 32]> {
        self.sealing().marks.clone()
    }

    /// Seals a value for its place.
    pub fn seal(&self, chance: &mut Chance, cell: Cell<'_>, plain: &[u8]) -> Vec<u8> {
        let sealing = self.sealing();
        let nonce: [u8; NONCE] = chance.bytes();
        let payload = Payload {
            msg: plain,
            aad: &cell.associated_data(),
        };
        let sealed = sealing.ciphers[&sealing.with]
            .encrypt(&Nonce::from(nonce), payload)
            .expect("a value of less than 64 GiB is sealed");
        let mut bytes = Vec::with_capacity(TELLS_KEY + NONCE + sealed.len());
        match sealing.with {
            0 => bytes.push(UNNUMBERED),
            id => {
                bytes.push(NUMBERED);
                bytes.extend_from_slice(&id.to_be_bytes());
            }
        }
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&sealed);
        bytes
    }

    /// Opens a value of that place. A key that was added to the file since is read from it.
    ///
    /// # Errors
    /// [`Failure::Row`] where it was sealed for another place or with another key, or was changed.
    pub fn open(&self, cell: Cell<'_>, sealed: &[u8]) -> Outcome<Zeroizing<Vec<u8>>> {
        let wrong = || Failure::Row("a sealed value does not open");
        let id = key_of(sealed).ok_or_else(wrong)?;
        let head = if sealed[0] == UNNUMBERED {
            1
        } else {
            TELLS_KEY
        };
        let (nonce, ciphertext) = sealed[head..].split_at_checked(NONCE).ok_or_else(wrong)?;
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| wrong())?;
        let mut sealing = self.sealing();
        if !sealing.ciphers.contains_key(&id) {
            self.reload()?;
            sealing = self.sealing();
        }
        let cipher = sealing.ciphers.get(&id);
        let cipher = cipher.ok_or(Failure::Row(
            "a value of a data key that is not in data.key",
        ))?;
        let payload = Payload {
            msg: ciphertext,
            aad: &cell.associated_data(),
        };
        let plain = cipher.decrypt(&Nonce::from(nonce), payload);
        plain.map(Zeroizing::new).map_err(|_| wrong())
    }

    /// The same value under the key that seals; none where it is under that one already.
    ///
    /// # Errors
    /// As of [`Self::open`].
    pub fn reseal(
        &self,
        chance: &mut Chance,
        cell: Cell<'_>,
        sealed: &[u8],
    ) -> Outcome<Option<Vec<u8>>> {
        if key_of(sealed) == Some(self.seals_with()) {
            return Ok(None);
        }
        let plain = self.open(cell, sealed)?;
        Ok(Some(self.seal(chance, cell, &plain)))
    }

    /// The value by which something is found again. Different purposes give values that cannot be joined.
    pub fn index(&self, purpose: &'static str, plain: &[u8]) -> [u8; 32] {
        let mut mac = mac(&*self.index_key);
        mac.update(&(purpose.len() as u32).to_be_bytes());
        mac.update(purpose.as_bytes());
        mac.update(plain);
        mac.finalize().into_bytes().into()
    }
}

impl Crypter {
    /// The tag by which the service knows a challenge that it gave a phone, without keeping it.
    pub fn challenge_tag(&self, device: &[u8], challenge: &[u8]) -> [u8; 32] {
        let mut mac = mac(&*self.challenge_key);
        mac.update(&(device.len() as u32).to_be_bytes());
        mac.update(device);
        mac.update(challenge);
        mac.finalize().into_bytes().into()
    }
}

fn mac(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

/// One key for each use.
fn derive(master: &[u8; 32], label: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut mac = mac(master);
    mac.update(label);
    Zeroizing::new(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests;
