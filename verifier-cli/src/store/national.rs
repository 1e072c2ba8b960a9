//! The national revocation bundle of a store: taken in whole or by deltas, never back to an older one.
//!
//! The file is read into memory, some megabytes, and looked up in place. A memory map would save the reading, but needs
//! code that this workspace forbids, and another process could change the file under a check that was done.

use super::{Store, StoreError, files};
use crate::words::{hex, hex32};
use credential::bundle::Bundle;
use credential::history::note_national;
use credential::national::{BadNational, Delta, National};
use credential::seen::Seen;
use credential::status_source::StatusLists;
use sha2::{Digest, Sha256};
use std::path::PathBuf;

/// Most bytes of a national bundle's file.
pub const MAX_NATIONAL: u64 = 64 << 20;
const MAX_MEMORY: u64 = 1024;
const HEADING: &str = "ikd-verify national 2";
/// The form before, without the lines `issued` and `shards`.
const FORMER: &str = "ikd-verify national 1";

/// What an update did.
#[derive(Debug)]
pub struct UpdatedNational {
    /// The national bundle that is current now.
    pub national: National<Vec<u8>>,
    /// How many changes of status a delta brought; none where the file was a whole bundle.
    pub changes: Option<u64>,
    /// False if this very bundle was current before.
    pub changed: bool,
    /// How many indexes of its lists were revoked before and no longer are. They stay revoked here.
    pub dropped: u64,
}

/// The national bundle that is held, if its publisher still counts.
#[derive(Debug, Default)]
pub(super) struct HeldNational {
    pub(super) national: Option<National<Vec<u8>>>,
    /// As of when the latest one ever accepted holds, epoch seconds.
    pub(super) issued: i64,
}

/// What is remembered of the latest national bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Memory {
    version: u64,
    /// As of when it holds, epoch seconds; 0 in a store of before this was kept.
    issued: i64,
    /// SHA-256 of the current file.
    file: Option<[u8; 32]>,
    /// SHA-256 of the file that tells what was revoked; none in a store of before this was kept.
    shards: Option<[u8; 32]>,
}

impl Memory {
    /// Before the first one.
    const NOTHING: Self = Self {
        version: 0,
        issued: 0,
        file: None,
        shards: None,
    };

    fn encode(&self) -> String {
        self.encode_as(HEADING)
    }

    fn encode_as(&self, heading: &str) -> String {
        let hash = |hash: Option<[u8; 32]>| hash.map_or("none".into(), |hash| hex(&hash));
        let mut content = format!("{heading}\nversion {}\n", self.version);
        if heading == HEADING {
            content += &format!("issued {}\n", self.issued);
        }
        content += &format!("file {}\n", hash(self.file));
        if heading == HEADING {
            content += &format!("shards {}\n", hash(self.shards));
        }
        let check = hex(&Sha256::digest(content.as_bytes()));
        format!("{content}check {check}\n")
    }

    /// `None` unless every byte is as [`Memory::encode`] wrote it, now or in the form before.
    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let heading = lines.next()?;
        [HEADING, FORMER].contains(&heading).then_some(())?;
        let today = heading == HEADING;
        let mut value = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        let hash = |text: &str| match text {
            "none" => Some(None),
            hash => hex32(hash).map(Some),
        };
        let memory = Self {
            version: value("version")?.parse().ok()?,
            issued: match today {
                true => value("issued")?.parse().ok()?,
                false => 0,
            },
            file: hash(value("file")?)?,
            shards: match today {
                true => hash(value("shards")?)?,
                false => None,
            },
        };
        (memory.encode_as(heading) == text).then_some(memory)
    }
}

impl Store {
    /// Checks a file's bytes, a national bundle or a delta to one, and makes what comes out the current one. Needs a
    /// bundle, whose trust list says who may publish.
    ///
    /// Refuses a version lower than the highest seen, or one that holds as of an earlier time, and leaves the store as it
    /// was. What was revoked before stays revoked.
    pub fn update_national(&self, bytes: Vec<u8>) -> Result<UpdatedNational, StoreError> {
        let not_initialised = || StoreError::NotInitialised(self.dir.clone());
        if !self.state_path().exists() {
            return Err(not_initialised());
        }
        let _lock = self.lock_to_write()?;
        let state = self.state()?.ok_or_else(not_initialised)?;
        let bundle = self.bundle(&state)?.ok_or(StoreError::NoBundle)?;
        let (national, changes) = match Delta::open(&bytes[..], &bundle.trust) {
            Err(BadNational::WrongType) => (National::open(bytes, &bundle.trust)?, None),
            Err(e) => return Err(e.into()),
            Ok(delta) => {
                let held = self.national(&bundle)?.ok_or(StoreError::NoNational)?;
                if delta.next() == held.head() {
                    // The same delta once more.
                    return Ok(UpdatedNational {
                        national: held,
                        changes: None,
                        changed: false,
                        dropped: 0,
                    });
                }
                let file = delta.rebuild(&held)?;
                if file.len() as u64 > MAX_NATIONAL {
                    return Err(StoreError::LargeNational);
                }
                let changes = Some(delta.changes());
                (National::open(file, &bundle.trust)?, changes)
            }
        };
        let file: [u8; 32] = Sha256::digest(national.file()).into();
        let version = national.head().version;
        let known = match self.memory()? {
            Some(known) => known,
            None => {
                // First the memory, so that a bundle without one is always a sign of damage.
                self.save_memory(&Memory::NOTHING)?;
                Memory::NOTHING
            }
        };
        if version < known.version {
            return Err(StoreError::OlderNational {
                offered: version,
                known: known.version,
            });
        }
        if version == known.version && known.file.is_some_and(|known| known != file) {
            return Err(StoreError::NationalConflict(version));
        }
        let (seen, seen_until) = self.shards(&known, &bundle)?;
        let issued = national.head().issued;
        if issued < seen_until {
            return Err(StoreError::OlderNationalTime {
                offered: issued,
                known: seen_until,
            });
        }
        let seen = note_national(seen, &national).ok_or(StoreError::TooMuchSeen)?;
        let dropped = StatusLists::default().keep_national(&seen, Some(&national));
        let memory = self.write_shards(
            &Memory {
                version,
                issued,
                file: Some(file),
                shards: None,
            },
            &seen,
        )?;
        let path = self.national_path(&file);
        files::replace(&path, national.file())?;
        self.save_memory(&memory)?;
        self.remove_others("national-", &path);
        self.remove_other_shards(&memory);
        Ok(UpdatedNational {
            national,
            changes,
            changed: known.file != Some(file),
            dropped,
        })
    }

    /// What was revoked, and as of when the latest one holds. In a store of before that was kept, the national bundle that
    /// is held tells.
    fn shards(&self, memory: &Memory, bundle: &Bundle) -> Result<(Seen, i64), StoreError> {
        if let Some(hash) = &memory.shards {
            let seen = self.seen(&self.shards_path(hash), hash)?;
            return Ok((seen, memory.issued));
        }
        let mut seen = Seen::default();
        let mut issued = memory.issued;
        if let Ok(Some(held)) = self.national(bundle) {
            seen = note_national(seen, &held).ok_or(StoreError::TooMuchSeen)?;
            issued = issued.max(held.head().issued);
        }
        Ok((seen, issued))
    }

    /// Writes what was revoked beside the memory, which then names it but is not saved.
    fn write_shards(&self, memory: &Memory, seen: &Seen) -> Result<Memory, StoreError> {
        let bytes = seen.encode();
        let hash: [u8; 32] = Sha256::digest(&bytes).into();
        files::replace(&self.shards_path(&hash), &bytes)?;
        Ok(Memory {
            shards: Some(hash),
            ..*memory
        })
    }

    fn remove_other_shards(&self, memory: &Memory) {
        if let Some(hash) = &memory.shards {
            self.remove_others("shards-", &self.shards_path(hash));
        }
    }

    /// In a store of before that was kept, takes note of what the national bundle that is held has as revoked, as long as
    /// the bundle still names its publisher.
    pub(super) fn note_held_national(&self, bundle: &Bundle) -> Result<(), StoreError> {
        let memory = match self.memory() {
            Ok(Some(memory)) if memory.file.is_some() && memory.shards.is_none() => memory,
            _ => return Ok(()),
        };
        let (seen, issued) = self.shards(&memory, bundle)?;
        let memory = self.write_shards(&Memory { issued, ..memory }, &seen)?;
        self.save_memory(&memory)
    }

    /// The current national bundle. What national bundles had as revoked is made known to the bundle's lists, where the
    /// current one does not say it itself.
    pub(super) fn held_national(&self, bundle: &mut Bundle) -> Result<HeldNational, StoreError> {
        let national = self.national(bundle)?;
        let memory = self.memory()?.unwrap_or(Memory::NOTHING);
        let mut issued = memory.issued;
        if let Some(national) = &national {
            issued = issued.max(national.head().issued);
        }
        if let Some(hash) = &memory.shards {
            let seen = self.seen(&self.shards_path(hash), hash)?;
            bundle.statuses.keep_national(&seen, national.as_ref());
        }
        Ok(HeldNational { national, issued })
    }

    /// The current national bundle. None where the trust list has its publisher no more: then its lists are missing,
    /// which is undecided.
    pub(super) fn national(
        &self,
        bundle: &Bundle,
    ) -> Result<Option<National<Vec<u8>>>, StoreError> {
        let memory = self.memory()?.unwrap_or(Memory::NOTHING);
        let Some(file) = memory.file else {
            return Ok(None);
        };
        let bytes = files::read(&self.national_path(&file), MAX_NATIONAL)?;
        let bytes = bytes.ok_or(StoreError::Damaged("its national bundle is missing"))?;
        let altered = StoreError::Damaged("its national bundle is torn or was altered");
        // Before anything of it is read: who signed it is asked before whether they did.
        if Sha256::digest(&bytes)[..] != file {
            return Err(altered);
        }
        match National::open(bytes, &bundle.trust) {
            Ok(national) if national.head().version == memory.version => Ok(Some(national)),
            Err(BadNational::UnknownPublisher) => Ok(None),
            _ => Err(altered),
        }
    }

    /// Whether a national bundle was taken in.
    pub fn holds_national(&self) -> Result<bool, StoreError> {
        Ok(self.national_hash()?.is_some())
    }

    /// Version of the national bundle that is held.
    pub(super) fn national_version(&self) -> Result<Option<u64>, StoreError> {
        let memory = self.memory()?;
        Ok(memory.and_then(|memory| memory.file.map(|_| memory.version)))
    }

    /// SHA-256 of the national bundle that is held.
    pub(super) fn national_hash(&self) -> Result<Option<[u8; 32]>, StoreError> {
        Ok(self.memory()?.and_then(|memory| memory.file))
    }

    fn memory(&self) -> Result<Option<Memory>, StoreError> {
        let damaged = StoreError::Damaged("the file `national` is missing, torn or was altered");
        let Some(content) = files::read(&self.memory_path(), MAX_MEMORY)? else {
            return match self.files("national-")?.is_empty() {
                true => Ok(None),
                false => Err(damaged),
            };
        };
        let memory = str::from_utf8(&content).ok().and_then(Memory::parse);
        memory.map(Some).ok_or(damaged)
    }

    fn save_memory(&self, memory: &Memory) -> Result<(), StoreError> {
        files::replace(&self.memory_path(), memory.encode().as_bytes())
    }

    fn memory_path(&self) -> PathBuf {
        self.dir.join("national")
    }

    fn shards_path(&self, hash: &[u8; 32]) -> PathBuf {
        self.dir.join(format!("shards-{}", hex(hash)))
    }

    fn national_path(&self, file: &[u8; 32]) -> PathBuf {
        self.dir.join(format!("national-{}", hex(file)))
    }
}
