//! Passwords: what is acceptable, hashing with argon2id, one-time passwords.
//!
//! Parameters are those of the OWASP Password Storage Cheat Sheet (argon2id, 19 MiB, 2 passes, 1 lane). At most
//! `AT_ONCE` are computed at the same time, so that memory stays bounded however many sign in.

use crate::chance::Chance;
use crate::failure::{Failure, Outcome};
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// Fewest characters.
pub const SHORTEST: usize = 12;
/// Most bytes; longer ones cost time and add nothing.
pub const LONGEST: usize = 256;
/// Computed at the same time, 19 MiB each.
const AT_ONCE: usize = 4;
static PERMITS: Semaphore = Semaphore::const_new(AT_ONCE);

/// Words that long common passwords are made of. Compared without digits and signs.
const COMMON: &str = include_str!("passwords/common.txt");

/// Why a password is not acceptable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weak {
    /// Fewer than [`SHORTEST`] characters.
    Short,
    /// More than [`LONGEST`] bytes.
    Long,
    /// Among those that are guessed first.
    Common,
    /// Made of the own name.
    OwnName,
    /// The one it is to replace.
    Same,
}

impl Weak {
    /// The rule it breaks, in English.
    pub fn rule(self) -> &'static str {
        match self {
            Self::Short => "must have at least 12 characters",
            Self::Long => "must have at most 256 bytes",
            Self::Common => {
                "is among those that are guessed first: digits alone, one word, one key repeated"
            }
            Self::OwnName => "must not be made of your own name",
            Self::Same => "must differ from the one before",
        }
    }

    /// The rule it breaks, in Indonesian.
    pub fn aturan(self) -> &'static str {
        match self {
            Self::Short => "minimal 12 karakter",
            Self::Long => "maksimal 256 bita",
            Self::Common => {
                "terlalu mudah ditebak: hanya angka, satu kata umum, atau satu tombol diulang"
            }
            Self::OwnName => "jangan memakai nama Anda sendiri",
            Self::Same => "harus berbeda dari kata sandi sebelumnya",
        }
    }
}

/// Whether a new password is acceptable. `names` are the login and the words of the name.
pub fn acceptable(password: &str, names: &[&str]) -> Result<(), Weak> {
    if password.chars().count() < SHORTEST {
        return Err(Weak::Short);
    }
    if password.len() > LONGEST {
        return Err(Weak::Long);
    }
    let lower = password.to_lowercase();
    let letters: String = lower.chars().filter(|c| c.is_alphabetic()).collect();
    let mut distinct: Vec<char> = lower.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    // What is left without the digits and signs that are put around one word.
    let common = letters.is_empty() || COMMON.lines().any(|word| word == letters);
    if common || distinct.len() < 5 {
        return Err(Weak::Common);
    }
    let plain = |name: &str| -> String {
        let lower = name.to_lowercase();
        lower.chars().filter(|c| c.is_alphabetic()).collect()
    };
    if names.iter().any(|name| plain(name) == letters) {
        return Err(Weak::OwnName);
    }
    Ok(())
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(19_456, 2, 1, Some(32)).expect("the parameters are within bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Hashes a password for storing: a PHC string.
pub async fn hash(chance: &mut Chance, password: &str) -> Outcome<String> {
    let salt: [u8; 16] = chance.bytes();
    let password = Zeroizing::new(password.as_bytes().to_vec());
    computed(move || {
        let hash: Result<PasswordHash, _> = argon2().hash_password_with_salt(&password, &salt);
        hash.map(|hash| hash.to_string()).ok()
    })
    .await?
    .ok_or(Failure::Row("a password cannot be hashed"))
}

/// Whether a password fits what is stored. Where nothing is stored, the same work is done for nothing.
pub async fn fits(password: &str, stored: Option<&str>) -> Outcome<bool> {
    let password = Zeroizing::new(password.as_bytes().to_vec());
    let stored = stored.map(str::to_string);
    computed(move || match stored {
        Some(stored) => {
            let stored = PasswordHash::new(&stored);
            stored.is_ok_and(|stored| argon2().verify_password(&password, &stored).is_ok())
        }
        None => {
            let nothing: Result<PasswordHash, _> =
                argon2().hash_password_with_salt(&password, &[0; 16]);
            // The result is looked at, so that the work cannot be left out.
            nothing.is_err()
        }
    })
    .await
}

/// Off the threads that answer requests, and not too many at once.
async fn computed<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Outcome<T> {
    let stopped = || Failure::Row("password hashing stopped");
    let permit = PERMITS.acquire().await.map_err(|_| stopped())?;
    let work = move || {
        // Kept until the work is done, even when the client has gone.
        let _permit = permit;
        work()
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| stopped())
}

/// A password that an admin hands over; 80 random bits in letters and digits that are not mixed up.
pub fn one_time(chance: &mut Chance) -> Zeroizing<String> {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
    let mut text = Zeroizing::new(String::with_capacity(19));
    for place in 0..16 {
        if place > 0 && place % 4 == 0 {
            text.push('-');
        }
        let letter = LETTERS[chance.below_power_of_two(32) as usize];
        text.push(char::from(letter));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_guessed_first_is_refused() {
        let names = ["siti.aminah", "Siti Aminah"];
        for (password, wanted) in [
            ("pendek", Err(Weak::Short)),
            ("éééééééééé1", Err(Weak::Short)),
            ("password1234", Err(Weak::Common)),
            ("Dukcapil-2026!!", Err(Weak::Common)),
            ("3273015204870003", Err(Weak::Common)),
            ("aaaaaaaaaaaaaaa", Err(Weak::Common)),
            ("qwertyuiop123", Err(Weak::Common)),
            ("siti_aminah_2026", Err(Weak::OwnName)),
            ("kuda lari di sawah", Ok(())),
            ("correct horse battery", Ok(())),
        ] {
            assert_eq!(acceptable(password, &names), wanted, "{password}");
        }
        assert_eq!(acceptable(&"xyzabc".repeat(50), &names), Err(Weak::Long));
        let one_time = one_time(&mut Chance::seeded(3));
        assert_eq!(acceptable(&one_time, &names), Ok(()));
    }

    #[tokio::test]
    async fn hashes_as_owasp_says() {
        let stored = hash(&mut Chance::seeded(1), "kuda lari di sawah")
            .await
            .unwrap();
        assert!(
            stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{stored}"
        );
        assert!(fits("kuda lari di sawah", Some(&stored)).await.unwrap());
        assert!(!fits("kuda lari di sawah ", Some(&stored)).await.unwrap());
        assert!(!fits("kuda lari di sawah", None).await.unwrap());
        assert!(!fits("kuda lari di sawah", Some("no hash")).await.unwrap());
    }
}
