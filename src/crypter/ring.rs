//! The file `data.key`: the keys of personal data.
//!
//! One line a key: `ID HEX PURPOSE`. `index` and `challenge` make keyed hashes and stay for the life of the database;
//! those that seal have a number, and `ikd data-key` adds, uses and drops them. A file from before is one line of 64
//! hexadecimal digits: key 0, from which the others are derived.

use super::derive;
use crate::chance::Chance;
use crate::failure::{Failure, Outcome};
use crate::files;
use crate::keys::KeyError;
use data_encoding::HEXLOWER;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use zeroize::Zeroizing;

/// A key that nobody prints.
pub(super) type Key = Zeroizing<[u8; 32]>;

const HEAD: &str =
    "# Keys of personal data; whoever loses one loses what it sealed. Written by `ikd data-key`.\n";
const SEALS: &str = "seals";
const LOOKS_UP: &str = "looks-up";
const LARGEST: u64 = 1 << 16;

/// What the file holds.
pub struct Ring {
    /// Makes look-up values.
    pub(super) index: Key,
    /// Makes tags of challenges.
    pub(super) challenge: Key,
    /// What seals, by number.
    pub(super) masters: BTreeMap<u16, Key>,
}

/// Proof that no other process changes the file.
#[derive(Debug)]
pub struct Alone {
    _lock: std::fs::File,
}

impl Ring {
    /// Of one key with the number 0, from which the others are derived.
    pub(super) fn of(master: &[u8; 32]) -> Self {
        Self {
            index: derive(master, b"ikd index v1"),
            challenge: derive(master, b"ikd wallet challenge v1"),
            masters: BTreeMap::from([(0, Zeroizing::new(*master))]),
        }
    }

    /// Reads the file, which is for its owner alone.
    ///
    /// # Errors
    /// [`KeyError::Exposed`] where other users may read the file.
    pub fn read(path: &Path) -> Outcome<Self> {
        if files::is_exposed(path) {
            return Err(KeyError::Exposed(path.to_path_buf()).into());
        }
        let bytes = Zeroizing::new(files::read(path, LARGEST)?);
        let text = std::str::from_utf8(&bytes).ok();
        text.and_then(Self::parse).ok_or_else(|| Failure::File {
            path: path.to_path_buf(),
            cause: std::io::Error::other(
                "is not a data key (64 hexadecimal digits, or lines of `ikd data-key`)",
            ),
        })
    }

    fn parse(text: &str) -> Option<Self> {
        if let Some(master) = key(text.trim()) {
            return Some(Self::of(&master));
        }
        let (mut index, mut challenge) = (None, None);
        let mut masters = BTreeMap::new();
        for line in text.lines().filter(|l| !l.starts_with('#')) {
            let mut words = line.split(' ');
            let (id, hex, purpose) = (words.next()?, words.next()?, words.next()?);
            let key = key(hex)?;
            let twice = match (id, purpose) {
                ("index", LOOKS_UP) => index.replace(key).is_some(),
                ("challenge", LOOKS_UP) => challenge.replace(key).is_some(),
                (id, SEALS) => masters.insert(id.parse().ok()?, key).is_some(),
                _ => return None,
            };
            if twice || words.next().is_some() {
                return None;
            }
        }
        (!masters.is_empty()).then_some(Self {
            index: index?,
            challenge: challenge?,
            masters,
        })
    }

    /// Writes the file in place of the one before.
    pub fn write(&self, path: &Path) -> Outcome<()> {
        // So large that it never moves and leaves a copy behind.
        let mut text = Zeroizing::new(String::with_capacity(LARGEST as usize));
        text.push_str(HEAD);
        let mut line = |id: &str, key: &Key, purpose: &str| {
            let hex = Zeroizing::new(HEXLOWER.encode(key.as_slice()));
            let _ = writeln!(text, "{id} {} {purpose}", *hex);
        };
        line("index", &self.index, LOOKS_UP);
        line("challenge", &self.challenge, LOOKS_UP);
        for (id, key) in &self.masters {
            line(&id.to_string(), key, SEALS);
        }
        files::write_secret(path, text.as_bytes())
    }

    /// Keeps all other processes from changing the file, until what is returned is gone: waits for the one that does.
    /// What one left behind that was killed while it wrote is deleted: it holds keys.
    ///
    /// # Errors
    /// Where the file beside it cannot be locked.
    pub fn alone(path: &Path) -> Outcome<Alone> {
        let beside = path.with_added_extension("lock");
        files::make_private_file(&beside)?;
        let failed = |cause| Failure::File {
            path: beside.clone(),
            cause,
        };
        let lock = std::fs::File::open(&beside).map_err(failed)?;
        lock.lock().map_err(failed)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        for file in std::fs::read_dir(folder).map_err(failed)?.flatten() {
            let left = file.file_name().to_string_lossy().into_owned();
            if left.starts_with(&format!("{name}.")) && left.ends_with(".tmp") {
                std::fs::remove_file(file.path()).map_err(failed)?;
            }
        }
        Ok(Alone { _lock: lock })
    }

    /// The numbers of its keys.
    pub fn ids(&self) -> impl Iterator<Item = u16> {
        self.masters.keys().copied()
    }

    /// Adds a key under that number.
    pub fn add(&mut self, id: u16, chance: &mut Chance) {
        self.masters.insert(id, Zeroizing::new(chance.bytes()));
    }

    /// Takes a key out; false where it has none of that number.
    pub fn take_out(&mut self, id: u16) -> bool {
        self.masters.remove(&id).is_some()
    }
}

fn key(hex: &str) -> Option<Key> {
    let bytes = Zeroizing::new(HEXLOWER.decode(hex.as_bytes()).ok()?);
    Some(Zeroizing::new(bytes.as_slice().try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_as_it_was_written_and_as_it_was_before() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("data.key");
        files::write_secret(&path, "07".repeat(32).as_bytes()).unwrap();
        let mut before = Ring::read(&path).unwrap();
        before.add(1, &mut Chance::seeded(1));
        before.write(&path).unwrap();
        let after = Ring::read(&path).unwrap();
        assert_eq!(
            (&before.index, &before.challenge),
            (&after.index, &after.challenge)
        );
        assert_eq!(before.masters, after.masters);
        assert_eq!(after.masters.keys().collect::<Vec<_>>(), [&0, &1]);
        // What finds people does not hang on key 0 any more.
        assert!(before.take_out(0) && !before.take_out(0));
        before.write(&path).unwrap();
        assert_eq!(Ring::read(&path).unwrap().index, after.index);
    }

    #[test]
    fn one_changes_it_at_a_time_and_nothing_is_left_of_who_was_killed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("data.key");
        for name in ["data.key.0a.tmp", "other.key.0a.tmp", "data.key"] {
            std::fs::write(dir.path().join(name), "").unwrap();
        }
        let alone = Ring::alone(&path).unwrap();
        assert!(!dir.path().join("data.key.0a.tmp").exists());
        assert!(dir.path().join("other.key.0a.tmp").exists() && path.exists());
        let other = std::fs::File::open(dir.path().join("data.key.lock")).unwrap();
        assert!(other.try_lock().is_err());
        drop(alone);
        other.try_lock().unwrap();
    }

    #[test]
    fn anything_else_is_refused() {
        let hex = "07".repeat(32);
        let two = format!("index {hex} looks-up\nchallenge {hex} looks-up\n");
        assert!(Ring::parse(&format!("{two}1 {hex} seals\n")).is_some());
        for text in [
            String::new(),
            hex[1..].to_string(),
            two.clone(),
            format!("{two}{two}1 {hex} seals\n"),
            format!("{two}1 {hex} seals\n1 {hex} seals\n"),
            format!("{two}65536 {hex} seals\n"),
            format!("{two}1 {hex} opens\n"),
            format!("{two}1 {hex} seals now\n"),
            format!("{two}1 {} seals\n", &hex[2..]),
            format!("index {hex} looks-up\n1 {hex} seals\n"),
        ] {
            assert!(Ring::parse(&text).is_none(), "{text}");
        }
    }
}
