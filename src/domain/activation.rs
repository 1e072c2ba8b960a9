//! Activations: after an officer saw a person with their document, a code of 128 random bits lets that person's phone
//! fetch credentials, once and within ten minutes.

use super::ids::{ActivationId, DeviceId};
use crate::chance::Chance;
use credential::ids::BadId;
use sha2::{Digest, Sha256};
use std::fmt;
use zeroize::Zeroize;

/// Seconds a code lives: the person stands at the counter.
pub const LIFE: i64 = 600;

/// Digits and capital letters without I, L, O and U, which people confuse (Crockford's Base32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 128 random bits and 12 bits that tell a mistyped code, five bits a character.
const LENGTH: usize = 28;
/// Characters between hyphens.
const GROUP: usize = 4;

/// The code on the officer's screen. It neither prints in logs nor compares; only its keyed hash is stored.
pub struct ActivationCode([u8; 16]);

impl ActivationCode {
    /// A new one.
    pub fn draw(chance: &mut Chance) -> Self {
        Self(chance.bytes())
    }

    /// Reads a scanned or typed code: small letters, blanks and hyphens do not matter, O counts as 0, I and L as 1.
    pub fn parse(text: &str) -> Result<Self, BadId> {
        let wrong = BadId {
            what: "code",
            rule: "must be the 28 letters and digits on the officer's screen",
        };
        let mut bits: u128 = 0;
        let mut check: u16 = 0;
        let mut count = 0;
        for c in text.bytes().filter(|b| !matches!(b, b' ' | b'-')) {
            let c = match c.to_ascii_uppercase() {
                b'O' => b'0',
                b'I' | b'L' => b'1',
                c => c,
            };
            let five = ALPHABET.iter().position(|known| *known == c).ok_or(wrong)?;
            match count {
                0..=24 => bits = bits << 5 | five as u128,
                // Its first three bits end the code, the other two begin the check.
                25 => {
                    bits = bits << 3 | (five >> 2) as u128;
                    check = (five & 3) as u16;
                }
                26..LENGTH => check = check << 5 | five as u16,
                _ => return Err(wrong),
            }
            count += 1;
        }
        let code = Self(bits.to_be_bytes());
        if count == LENGTH && code.check() == check {
            return Ok(code);
        }
        Err(wrong)
    }

    /// The random bits, for the keyed hash.
    pub fn bits(&self) -> &[u8; 16] {
        &self.0
    }

    /// Twelve bits by which a mistyped code is told from a wrong one.
    fn check(&self) -> u16 {
        let hash = Sha256::digest(self.0);
        u16::from_be_bytes([hash[0], hash[1]]) >> 4
    }

    /// Where the phone's wallet takes it. What stands behind `#` is not sent to any server.
    pub fn link(&self, origin: &str) -> String {
        format!("{origin}/dompet#aktivasi={}", self.expose())
    }

    /// As it is shown: seven groups of four characters.
    pub fn expose(&self) -> String {
        let bits = u128::from_be_bytes(self.0);
        let (high, low) = ((bits >> 3), (bits & 7) << 12 | u128::from(self.check()));
        let mut text = String::with_capacity(LENGTH + LENGTH / GROUP);
        for n in 0..LENGTH {
            if n > 0 && n % GROUP == 0 {
                text.push('-');
            }
            // 25 characters of the first 125 bits, three of the last three and the check.
            let five = match n {
                0..=24 => high >> (5 * (24 - n)),
                _ => low >> (5 * (LENGTH - 1 - n)),
            };
            text.push(char::from(ALPHABET[(five & 31) as usize]));
        }
        text
    }
}

impl fmt::Debug for ActivationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ActivationCode(…)")
    }
}

impl Drop for ActivationCode {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Where an activation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Its code was not used yet.
    Open,
    /// Its code made that phone.
    Used(DeviceId),
    /// Another one for the same person followed, or the officer took it back.
    Cancelled,
}

impl State {
    /// Its name in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Used(_) => "used",
            Self::Cancelled => "cancelled",
        }
    }

    /// The phone it made.
    pub fn device(self) -> Option<DeviceId> {
        match self {
            Self::Used(device) => Some(device),
            Self::Open | Self::Cancelled => None,
        }
    }
}

/// An activation and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Activation {
    /// Names it.
    pub id: ActivationId,
    /// First second in which its code no longer counts.
    pub expires: i64,
    /// Where it stands.
    pub state: State,
}

/// The code does not count any more; why is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spent;

impl Activation {
    /// Its code makes a phone.
    pub fn use_for(self, device: DeviceId, now: i64) -> Result<Self, Spent> {
        match self.state {
            State::Open if now < self.expires => Ok(Self {
                state: State::Used(device),
                ..self
            }),
            _ => Err(Spent),
        }
    }

    /// The phone that its code made and that may ask again: the answer may have been lost on the way.
    pub fn again(&self, now: i64) -> Option<DeviceId> {
        self.state.device().filter(|_| now < self.expires)
    }

    /// It is not to count any more.
    pub fn cancel(self) -> Result<Self, Spent> {
        match self.state {
            State::Open => Ok(Self {
                state: State::Cancelled,
                ..self
            }),
            State::Used(_) | State::Cancelled => Err(Spent),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    #[test]
    fn codes_read_back_as_shown_and_as_typed() {
        let mut chance = Chance::seeded(3);
        for _ in 0..500 {
            let code = ActivationCode::draw(&mut chance);
            let shown = code.expose();
            assert_eq!(shown.len(), 34);
            let typed = shown.to_lowercase().replace('-', " ").replace('0', "o");
            for text in [shown, typed] {
                assert!(ActivationCode::parse(&text).is_ok_and(|read| read.0 == code.0));
            }
        }
        let all = ActivationCode([0xff; 16]);
        assert!(ActivationCode::parse(&all.expose()).is_ok_and(|read| read.0 == [0xff; 16]));
        assert!(!format!("{all:?}").contains('Z'));
    }

    #[test]
    fn mistyped_codes_are_told() {
        let code = ActivationCode::draw(&mut Chance::seeded(4)).expose();
        for n in (0..code.len()).filter(|n| code.as_bytes()[*n] != b'-') {
            let mut typed = code.clone().into_bytes();
            typed[n] = if typed[n] == b'7' { b'8' } else { b'7' };
            let typed = String::from_utf8(typed).unwrap();
            // One in 4096 of them is another code with a check that fits; this seed has none.
            assert!(ActivationCode::parse(&typed).is_err(), "{n}");
        }
        let long = format!("{code}0");
        for bad in ["", "7", &code[1..], &long, "٧٧٧٧"] {
            assert!(ActivationCode::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_code_counts_once_and_for_its_time() {
        let (clock, mut chance) = (Clock::fixed(1_790_000_000), Chance::seeded(1));
        let device = DeviceId::draw(&clock, &mut chance);
        let open = Activation {
            id: ActivationId::draw(&clock, &mut chance),
            expires: 100,
            state: State::Open,
        };
        let used = open.use_for(device, 99).unwrap();
        assert_eq!(open.use_for(device, 100), Err(Spent));
        assert_eq!(used.use_for(device, 99), Err(Spent));
        assert_eq!((used.again(99), used.again(100)), (Some(device), None));
        assert_eq!(open.again(99), None);
        assert_eq!(used.cancel(), Err(Spent));
        let cancelled = open.cancel().unwrap();
        assert_eq!(cancelled.use_for(device, 99), Err(Spent));
        assert_eq!(cancelled.again(99), None);
    }
}
