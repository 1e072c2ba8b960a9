//! Personal data at rest: columns sealed and bound to their place, and keyed look-up values.
//!
//! A sealed value is `version (1) ‖ nonce (12) ‖ AES-256-GCM-SIV ciphertext and tag`, with table, row and column as
//! associated data: a value moved to another row or column does not open. Look-ups use HMAC-SHA-256 under a key of
//! their own, so that a stolen database can neither be read nor searched by trying all 10^16 numbers.

use crate::chance::Chance;
use crate::failure::{Failure, Outcome};
use crate::files;
use crate::keys::KeyError;
use aes_gcm_siv::aead::{Aead, KeyInit, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::path::Path;
use zeroize::Zeroizing;

/// Form of sealed values; the first byte of each.
const VERSION: u8 = 1;
const NONCE: usize = 12;

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
    cipher: Aes256GcmSiv,
    index_key: Zeroizing<[u8; 32]>,
    challenge_key: Zeroizing<[u8; 32]>,
}

impl Crypter {
    /// From the master key.
    pub fn new(master: &[u8; 32]) -> Self {
        let sealing = derive(master, b"ikd seal v1");
        Self {
            cipher: Aes256GcmSiv::new((&*sealing).into()),
            index_key: derive(master, b"ikd index v1"),
            challenge_key: derive(master, b"ikd wallet challenge v1"),
        }
    }

    /// Reads the master key from its file: 64 hexadecimal digits, for its owner alone.
    ///
    /// # Errors
    /// [`KeyError::Exposed`] where other users may read the file.
    pub fn open_file(path: &Path) -> Outcome<Self> {
        if files::is_exposed(path) {
            return Err(KeyError::Exposed(path.to_path_buf()).into());
        }
        let unreadable = || Failure::File {
            path: path.to_path_buf(),
            cause: std::io::Error::other("is not a data key (64 hexadecimal digits)"),
        };
        let bytes = Zeroizing::new(files::read(path, 4096)?);
        let text = std::str::from_utf8(&bytes).map_err(|_| unreadable())?;
        let decoded = data_encoding::HEXLOWER.decode(text.trim().as_bytes());
        let decoded = Zeroizing::new(decoded.map_err(|_| unreadable())?);
        let master: &[u8; 32] = decoded.as_slice().try_into().map_err(|_| unreadable())?;
        Ok(Self::new(master))
    }

    /// Makes a master key and its file. Whoever loses it loses the sealed data.
    pub fn create_file(path: &Path, chance: &mut Chance) -> Outcome<Self> {
        let master: Zeroizing<[u8; 32]> = Zeroizing::new(chance.bytes());
        let text = Zeroizing::new(data_encoding::HEXLOWER.encode(master.as_slice()));
        files::write_secret(path, text.as_bytes())?;
        Ok(Self::new(&master))
    }

    /// Seals a value for its place.
    pub fn seal(&self, chance: &mut Chance, cell: Cell<'_>, plain: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE] = chance.bytes();
        let payload = Payload {
            msg: plain,
            aad: &cell.associated_data(),
        };
        let sealed = self
            .cipher
            .encrypt(&Nonce::from(nonce), payload)
            .expect("a value of less than 64 GiB is sealed");
        let mut bytes = Vec::with_capacity(1 + NONCE + sealed.len());
        bytes.push(VERSION);
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&sealed);
        bytes
    }

    /// Opens a value of that place.
    ///
    /// # Errors
    /// [`Failure::Row`] where it was sealed for another place or with another key, or was changed.
    pub fn open(&self, cell: Cell<'_>, sealed: &[u8]) -> Outcome<Zeroizing<Vec<u8>>> {
        let wrong = || Failure::Row("a sealed value does not open");
        let (version, rest) = sealed.split_first().ok_or_else(wrong)?;
        let (nonce, ciphertext) = rest.split_at_checked(NONCE).ok_or_else(wrong)?;
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| wrong())?;
        if *version != VERSION {
            return Err(wrong());
        }
        let payload = Payload {
            msg: ciphertext,
            aad: &cell.associated_data(),
        };
        let plain = self.cipher.decrypt(&Nonce::from(nonce), payload);
        plain.map(Zeroizing::new).map_err(|_| wrong())
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
mod tests {
    use super::*;

    const HERE: Cell<'_> = Cell {
        table: "applications",
        row: &[1, 2],
        column: "answers",
    };

    #[test]
    fn opens_in_its_place_alone() {
        let mut chance = Chance::seeded(1);
        let crypter = Crypter::new(&[7; 32]);
        let sealed = crypter.seal(&mut chance, HERE, b"3273015204870003");
        assert_eq!(*crypter.open(HERE, &sealed).unwrap(), b"3273015204870003");
        let places = [
            Cell {
                table: "accounts",
                ..HERE
            },
            Cell { row: &[1], ..HERE },
            Cell {
                row: &[1, 3],
                ..HERE
            },
            Cell {
                column: "people",
                ..HERE
            },
        ];
        for place in places {
            assert!(crypter.open(place, &sealed).is_err());
        }
        assert!(Crypter::new(&[8; 32]).open(HERE, &sealed).is_err());
        for n in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[n] ^= 1;
            assert!(crypter.open(HERE, &changed).is_err(), "byte {n}");
            assert!(crypter.open(HERE, &sealed[..n]).is_err(), "cut at {n}");
        }
    }

    #[test]
    fn index_depends_on_key_purpose_and_value() {
        let (a, b) = (Crypter::new(&[7; 32]), Crypter::new(&[8; 32]));
        let value = a.index("nik", b"1");
        assert_eq!(value, a.index("nik", b"1"));
        for other in [
            a.index("nik", b"2"),
            a.index("kk", b"1"),
            b.index("nik", b"1"),
        ] {
            assert_ne!(value, other);
        }
    }
}
