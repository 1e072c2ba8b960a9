//! The PIN in its file, and remembering that it was refused: a token locks itself after a few wrong ones, and a service
//! that is started again and again would spend them all.

use super::Access;
use crate::files;
use crate::keys::KeyError;
use secrecy::SecretString;
use std::fs;
use std::time::UNIX_EPOCH;
use zeroize::Zeroizing;

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
pub fn read(access: &Access) -> Result<SecretString, KeyError> {
    let refused = fs::read_to_string(&access.refused).ok();
    if refused.is_some() && refused == state(access) {
        return Err(refusal(access));
    }
    let unreadable = |cause: String| KeyError::Token {
        token: access.token.clone(),
        cause: format!("{}: {cause}", access.pin_file.display()),
    };
    let text = fs::read_to_string(&access.pin_file).map_err(|e| unreadable(e.to_string()))?;
    let text = Zeroizing::new(text);
    match text.lines().next() {
        Some(first) if !first.is_empty() => Ok(SecretString::from(first.to_string())),
        _ => Err(unreadable("its first line is the PIN".to_string())),
    }
}

/// Remembers that the PIN was refused.
pub fn refused(access: &Access) -> KeyError {
    if let Some(state) = state(access) {
        // Where it cannot be written the token is asked again after a restart, and no sooner.
        let _ = files::write_atomically(&access.refused, state.as_bytes());
    }
    refusal(access)
}

/// Forgets an earlier refusal.
pub fn accepted(access: &Access) {
    let _ = fs::remove_file(&access.refused);
}

fn refusal(access: &Access) -> KeyError {
    KeyError::Pin {
        token: access.token.clone(),
        file: access.pin_file.clone(),
    }
}
