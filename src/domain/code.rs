//! One-time codes: six digits that a person types.

use crate::chance::Chance;
use credential::ids::BadId;

/// Six digits. It neither prints nor compares; only its keyed hash is stored and compared.
#[derive(Clone)]
pub struct Code([u8; 6]);

impl Code {
    /// A new one, each of the million equally likely.
    pub fn draw(chance: &mut Chance) -> Self {
        loop {
            let number = chance.below_power_of_two(1 << 20);
            if number < 1_000_000 {
                let mut rest = number;
                let mut digits = [b'0'; 6];
                for digit in digits.iter_mut().rev() {
                    *digit = b'0' + (rest % 10) as u8;
                    rest /= 10;
                }
                return Self(digits);
            }
        }
    }

    /// Reads six digits; blanks and hyphens between them do not count.
    pub fn parse(text: &str) -> Result<Self, BadId> {
        let wrong = BadId {
            what: "code",
            rule: "must be the 6 digits that were sent",
        };
        let mut digits = [0; 6];
        let mut count = 0;
        for byte in text.bytes().filter(|b| !matches!(b, b' ' | b'-')) {
            if count == digits.len() || !byte.is_ascii_digit() {
                return Err(wrong);
            }
            digits[count] = byte;
            count += 1;
        }
        if count == digits.len() {
            return Ok(Self(digits));
        }
        Err(wrong)
    }

    /// The digits, for the letter that carries them and for the hash.
    pub fn digits(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawn_codes_read_back_and_spread() {
        let mut chance = Chance::seeded(5);
        let mut seen = [[0u32; 10]; 6];
        for _ in 0..20_000 {
            let code = Code::draw(&mut chance);
            assert!(Code::parse(code.digits()).is_ok_and(|read| read.0 == code.0));
            for (place, digit) in code.0.iter().enumerate() {
                seen[place][usize::from(digit - b'0')] += 1;
            }
        }
        // 2,000 expected of each digit in each place; six standard deviations are 254.
        let all = seen.iter().flatten();
        assert!(all.clone().all(|n| (1_746..2_254).contains(n)), "{seen:?}");
    }

    #[test]
    fn reads_what_people_type() {
        assert!(Code::parse(" 123-456 ").is_ok_and(|c| c.digits() == "123456"));
        for bad in ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "+12345"] {
            assert!(Code::parse(bad).is_err(), "{bad}");
        }
    }
}
