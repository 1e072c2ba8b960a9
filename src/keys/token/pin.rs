//! The PIN in its file, and remembering that it was refused: a token locks itself after a few wrong ones, and a service
//! that is started again and again would spend them all.

use super::Access;
use crate::files;
use crate::keys::KeyError;
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::UNIX_EPOCH;
use zeroize::Zeroizing;

/// What was refused in this process, by the file in which it is remembered: that may be on a disk that is full.
static REFUSED: Mutex<BTreeMap<PathBuf, String>> = Mutex::new(BTreeMap::new());

fn refused_here() -> MutexGuard<'static, BTreeMap<PathBuf, String>> {
    REFUSED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The PIN, and the state of its file in which it was read.
pub struct Pin {
    pub pin: SecretString,
    state: Option<String>,
}

/// Which state of the PIN file this is: when it was written, to the nanosecond, and how long it is. Nothing of the PIN
/// itself, which is short enough to be guessed from a hash.
fn state(access: &Access) -> Option<String> {
    let about = fs::metadata(&access.pin_file).ok()?;
    let written = about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(format!("{} {}\n", written.as_nanos(), about.len()))
}

/// Reads the PIN.
///
/// # Errors
/// [`KeyError::Pin`] where this very file was refused before.
pub fn read(access: &Access) -> Result<Pin, KeyError> {
    let state = state(access);
    let refused = fs::read_to_string(&access.refused).ok();
    let here = refused_here().get(&access.refused).cloned();
    if state.is_some() && (refused == state || here == state) {
        return Err(refusal(access));
    }
    let unreadable = |cause: String| KeyError::Token {
        token: access.token.clone(),
        cause: format!("{}: {cause}", access.pin_file.display()),
    };
    let text = fs::read_to_string(&access.pin_file).map_err(|e| unreadable(e.to_string()))?;
    let text = Zeroizing::new(text);
    match text.lines().next() {
        Some(first) if !first.is_empty() => Ok(Pin {
            pin: SecretString::from(first.to_string()),
            state,
        }),
        _ => Err(unreadable("its first line is the PIN".to_string())),
    }
}

/// Remembers that this PIN was refused. One that was written to the file meanwhile was not.
pub fn refused(access: &Access, pin: Pin) -> KeyError {
    if let Some(state) = pin.state {
        // Where it cannot be written the token is asked again after a restart, and no sooner.
        let _ = files::write_atomically(&access.refused, state.as_bytes());
        refused_here().insert(access.refused.clone(), state);
    }
    refusal(access)
}

/// Forgets an earlier refusal.
pub fn accepted(access: &Access) {
    let _ = fs::remove_file(&access.refused);
    refused_here().remove(&access.refused);
}

fn refusal(access: &Access) -> KeyError {
    KeyError::Pin {
        token: access.token.clone(),
        file: access.pin_file.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(folder: &std::path::Path) -> Access {
        fs::write(folder.join("pin"), "salah\n").unwrap();
        Access {
            module: PathBuf::new(),
            token: "uji".into(),
            pin_file: folder.join("pin"),
            refused: folder.join("pin-refused"),
            sessions: 1,
        }
    }

    /// The disk is full, say: the mark is where no file can be put.
    #[test]
    fn what_was_refused_is_known_though_it_cannot_be_written_down() {
        let folder = tempfile::tempdir().unwrap();
        let access = access(folder.path());
        fs::create_dir(&access.refused).unwrap();
        let pin = read(&access).unwrap();
        refused(&access, pin);
        assert!(matches!(read(&access), Err(KeyError::Pin { .. })));
        fs::write(&access.pin_file, "benar\n").unwrap();
        assert!(read(&access).is_ok(), "another file");
    }

    /// A token takes its time to refuse one, and somebody writes the right one meanwhile.
    #[test]
    fn the_one_that_was_written_meanwhile_was_not_refused() {
        let folder = tempfile::tempdir().unwrap();
        let access = access(folder.path());
        let pin = read(&access).unwrap();
        fs::write(&access.pin_file, "benar\n").unwrap();
        refused(&access, pin);
        assert!(read(&access).is_ok());
        // Even where it is the wrong one again: it is another file, and somebody means it.
        let pin = read(&access).unwrap();
        refused(&access, pin);
        assert!(read(&access).is_err());
        accepted(&access);
        assert!(read(&access).is_ok());
    }
}
