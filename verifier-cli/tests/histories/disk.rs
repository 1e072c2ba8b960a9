//! What happens to a store's directory: crashes between any two writes, and stores of earlier versions.

use super::chance::Chance;
use ikd_verifier::store::{Store, StoreError};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// Names and contents.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A directory in memory, where there is one: a history syncs its files hundreds of times.
pub fn directory() -> TempDir {
    let memory = Path::new("/dev/shm");
    let in_memory = memory.is_dir().then(|| tempfile::tempdir_in(memory).ok());
    in_memory
        .flatten()
        .unwrap_or_else(|| tempfile::tempdir().unwrap())
}

/// The files of a directory; none where there is none. Leaves out what has no content of its own.
pub fn read(dir: &Path) -> Files {
    let entries = fs::read_dir(dir).into_iter().flatten();
    let files = entries.map(|entry| entry.unwrap().path());
    let named = files.map(|path| {
        (
            path.file_name().unwrap().to_str().unwrap().to_string(),
            path,
        )
    });
    let whole = named.filter(|(name, _)| name != "lock" && !name.ends_with(".tmp"));
    whole
        .map(|(name, path)| (name, fs::read(path).unwrap()))
        .collect()
}

/// Lets an update fail at one of its writes, as if the machine had stopped there, and takes care that nothing that a store
/// consults has changed. False, and nothing was done, where the update would write nothing.
pub fn crash<T>(
    chance: &mut Chance,
    store: &Store,
    rewritten: &[&str],
    update: impl Fn(&Store) -> Result<T, StoreError>,
) -> bool {
    // A rehearsal tells which files it writes.
    let rehearsal = directory();
    let (dir, before) = (store.dir(), read(store.dir()));
    let copy = rehearsal.path().join("store");
    fs::create_dir(&copy).unwrap();
    for (name, content) in &before {
        fs::write(copy.join(name), content).unwrap();
    }
    if !before.is_empty() {
        fs::write(copy.join("lock"), b"").unwrap();
    }
    if update(&Store::at(copy.clone())).is_err() {
        return false;
    }
    let after = read(&copy);
    let new = after.keys().filter(|name| !before.contains_key(*name));
    // Of a new store the memory comes first: a bundle without one, even half of one, is damage.
    let mut written: Vec<String> = new
        .filter(|_| before.contains_key(rewritten[0]))
        .cloned()
        .collect();
    written.extend(rewritten.iter().map(|name| name.to_string()));
    if before == after {
        return false;
    }
    let at = dir.join(&written[chance.below(written.len())]);
    // Either its temporary file cannot be written, or it cannot be renamed into place.
    let in_the_way = at.with_extension("tmp");
    let _ = fs::remove_file(&in_the_way);
    fs::create_dir_all(&in_the_way).unwrap();
    let failed = update(store).err();
    assert!(
        matches!(failed, Some(StoreError::Io { .. })),
        "{failed:?} at {}",
        at.display()
    );
    fs::remove_dir(&in_the_way).unwrap();
    if chance.one_in(2) {
        // Half a file under the temporary name.
        let whole = after.values().nth(chance.below(after.len())).unwrap();
        fs::write(&in_the_way, &whole[..whole.len() / 2]).unwrap();
    }
    true
}

/// Puts back what an update has removed, as if it had been killed before that.
pub fn leave_behind(dir: &Path, before: &Files) {
    for (name, content) in before {
        if !dir.join(name).exists() {
            fs::write(dir.join(name), content).unwrap();
        }
    }
}

/// Turns the store into one of before status lists were remembered.
pub fn grow_old(dir: &Path) {
    for (name, content) in read(dir) {
        let path = dir.join(&name);
        match name.as_str() {
            "state" => fs::write(
                path,
                former(&content, "state 2", &["trust-digest", "lists"]),
            ),
            "national" => fs::write(path, former(&content, "national 1", &["issued", "shards"])),
            name if name.starts_with("lists-") || name.starts_with("shards-") => {
                fs::remove_file(path)
            }
            _ => Ok(()),
        }
        .unwrap();
    }
}

fn former(content: &[u8], heading: &str, without: &[&str]) -> String {
    let text = str::from_utf8(content).unwrap();
    let mut former = format!("ikd-verify {heading}\n");
    for line in text.lines().skip(1) {
        let name = line.split(' ').next().unwrap();
        if name != "check" && !without.contains(&name) {
            former += &format!("{line}\n");
        }
    }
    let check: String = Sha256::digest(&former)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{former}check {check}\n")
}
