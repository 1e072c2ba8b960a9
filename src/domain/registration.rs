//! The registration number of an application: unguessable, short enough to be read out, safe against slips.

use crate::chance::Chance;
use credential::ids::BadId;
use std::fmt;

/// Crockford's alphabet: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 16;

/// 15 random characters (75 bits) and a check character, shown in groups of four.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Registration([u8; LENGTH]);

impl Registration {
    /// A new one.
    pub fn draw(chance: &mut Chance) -> Self {
        let bytes: [u8; LENGTH] = chance.bytes();
        let mut text = bytes.map(|b| ALPHABET[usize::from(b & 31)]);
        text[LENGTH - 1] = check(&text[..LENGTH - 1]);
        Self(text)
    }

    /// Reads a number as people write it: any case, with or without hyphens and spaces; O is 0, I and L are 1.
    pub fn parse(text: &str) -> Result<Self, BadId> {
        let rule = BadId {
            what: "registration",
            rule: "must be 16 letters and digits as on the receipt, like 7QK4-M2XD-9TRA-0C3T",
        };
        let mut read = [0; LENGTH];
        let mut count = 0;
        for byte in text.bytes().filter(|b| !matches!(b, b'-' | b' ')) {
            let byte = match byte.to_ascii_uppercase() {
                b'O' => b'0',
                b'I' | b'L' => b'1',
                other => other,
            };
            if count == LENGTH || !ALPHABET.contains(&byte) {
                return Err(rule);
            }
            read[count] = byte;
            count += 1;
        }
        if count == LENGTH && read[LENGTH - 1] == check(&read[..LENGTH - 1]) {
            return Ok(Self(read));
        }
        Err(rule)
    }

    /// Without hyphens, as it is stored.
    pub fn compact(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// Weighted sum modulo 31: finds one wrong character and two neighbours swapped.
fn check(text: &[u8]) -> u8 {
    let value = |b: &u8| ALPHABET.iter().position(|a| a == b).unwrap_or_default();
    let sum: usize = text
        .iter()
        .enumerate()
        .map(|(n, b)| (n + 1) * value(b))
        .sum();
    ALPHABET[sum % 31]
}

impl fmt::Display for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, group) in self.0.chunks(4).enumerate() {
            let group = std::str::from_utf8(group).unwrap_or_default();
            write!(f, "{}{group}", if n == 0 { "" } else { "-" })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Registration(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn reads_back_and_finds_slips(seed: u64, place in 0usize..15, other in 0usize..32) {
            let number = Registration::draw(&mut Chance::seeded(seed));
            prop_assert_eq!(Registration::parse(&number.to_string()).unwrap(), number.clone());
            let lower = number.compact().to_lowercase();
            prop_assert_eq!(Registration::parse(&lower).unwrap(), number.clone());
            let mut wrong = number.0;
            // 31 and 0 have the same weight modulo 31; every other slip is found.
            let pair = [wrong[place], ALPHABET[other]];
            wrong[place] = ALPHABET[other];
            let alike = pair.iter().all(|b| matches!(b, b'0' | b'Z'));
            if wrong != number.0 && !alike {
                prop_assert!(Registration(wrong) == number || Registration::parse(std::str::from_utf8(&wrong).unwrap()).is_err());
            }
        }
    }
}
