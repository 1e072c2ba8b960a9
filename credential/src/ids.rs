//! Identifiers of people, families, regions and keys. Each is made only by parsing.

use alloc::string::String;
use core::fmt;

/// Why an identifier was refused: a phrase without the refused value, which may be personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadId {
    /// Which identifier.
    pub what: &'static str,
    /// The rule it breaks.
    pub rule: &'static str,
}

impl fmt::Display for BadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.rule)
    }
}

impl core::error::Error for BadId {}

/// Sixteen digits `RRRRRR DDMMYY SSSS` as both the NIK and the KK number have them.
fn sixteen(what: &'static str, number: u64, women_add_40: bool) -> Result<u64, BadId> {
    let fail = |rule| Err(BadId { what, rule });
    if number >= 10_000_000_000_000_000 {
        return fail("must be 16 digits");
    }
    if number < 1_100_000_000_000_000 {
        return fail("begins with a province code below 11");
    }
    let day = match number / 100_000_000 % 100 {
        day @ 41..=71 if women_add_40 => day - 40,
        day => day,
    };
    if !(1..=31).contains(&day) || !(1..=12).contains(&(number / 1_000_000 % 100)) {
        return fail("digits 7 to 12 are not a date DDMMYY");
    }
    if number.is_multiple_of(10_000) {
        return fail("the serial number is 0000");
    }
    Ok(number)
}

fn digits16(what: &'static str, text: &str) -> Result<u64, BadId> {
    if text.len() != 16 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(BadId {
            what,
            rule: "must be 16 digits",
        });
    }
    Ok(text.bytes().fold(0, |n, d| n * 10 + u64::from(d - b'0')))
}

/// Nomor Induk Kependudukan: 16 digits `RRRRRR DDMMYY SSSS`, a woman's day raised by 40 (PP 40/2019 Ps 30).
///
/// Region, date and sex in it are those of the first registration and may differ from the person's
/// present data (Permendagri 108/2019 Ps 15(3)), so nothing is inferred from them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nik(u64);

/// Nomor Kartu Keluarga: 16 digits `RRRRRR DDMMYY SSSS` with the date of its registration.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NomorKk(u64);

macro_rules! sixteen_digits {
    ($name:ident, $what:literal, $women:literal) => {
        impl $name {
            /// Parses the sixteen digits.
            pub fn parse(text: &str) -> Result<Self, BadId> {
                Self::from_u64(digits16($what, text)?)
            }

            /// From its number on the wire.
            pub fn from_u64(number: u64) -> Result<Self, BadId> {
                sixteen($what, number, $women).map(Self)
            }

            /// The sixteen digits as a number.
            pub fn as_u64(self) -> u64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:016}", self.0)
            }
        }

        /// Personal data stays out of debug output.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}
sixteen_digits!(Nik, "NIK", true);
sixteen_digits!(NomorKk, "nomor KK", false);

/// Kode wilayah (Permendagri 58/2021): `PP`, `PPKK`, `PPKKCC` or `PPKKCCDDDD`, written with or without dots.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KodeWilayah {
    digits: [u8; 10],
    len: u8,
}

impl KodeWilayah {
    /// Parses `3273011001` or `32.73.01.1001`, and the shorter levels likewise.
    pub fn parse(text: &str) -> Result<Self, BadId> {
        let fail = |rule| {
            Err(BadId {
                what: "kode wilayah",
                rule,
            })
        };
        let mut digits = [b'0'; 10];
        let mut len = 0usize;
        for (i, byte) in text.bytes().enumerate() {
            match byte {
                b'0'..=b'9' if len < 10 => {
                    digits[len] = byte;
                    len += 1;
                }
                b'.' if matches!(i, 2 | 5 | 8) => {}
                _ => return fail("must be 2, 4, 6 or 10 digits, dots only between its levels"),
            }
        }
        let dots = text.len() - len;
        let dots_wanted = match len {
            2 => 0,
            4 => 1,
            6 => 2,
            10 => 3,
            _ => return fail("must be 2, 4, 6 or 10 digits"),
        };
        if dots != 0 && dots != dots_wanted {
            return fail("has some of its dots, not all");
        }
        if digits[0] == b'0' {
            return fail("begins with 0");
        }
        Ok(Self {
            digits,
            len: len as u8,
        })
    }

    /// The digits without dots.
    pub fn digits(&self) -> &str {
        core::str::from_utf8(&self.digits[..usize::from(self.len)]).unwrap_or_default()
    }

    /// The digits with dots between levels, as Kepmendagri prints them.
    pub fn dotted(&self) -> String {
        let mut text = String::with_capacity(13);
        for (i, digit) in self.digits().chars().enumerate() {
            if matches!(i, 2 | 4 | 6) {
                text.push('.');
            }
            text.push(digit);
        }
        text
    }

    /// Whether this region is `prefix` or lies in it. An empty prefix is the whole country.
    pub fn lies_in(&self, prefix: &str) -> bool {
        self.digits().starts_with(prefix)
    }
}

impl fmt::Display for KodeWilayah {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.dotted())
    }
}

impl fmt::Debug for KodeWilayah {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KodeWilayah({})", self.dotted())
    }
}

/// COSE key identifier: the first 8 bytes of SHA-256 of the raw public key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 8]);

impl KeyId {
    /// The identifier of a raw 32-byte Ed25519 public key.
    pub fn of(public_key: &[u8; 32]) -> Self {
        use sha2::Digest;
        let hash = sha2::Sha256::digest(public_key);
        let mut id = [0; 8];
        id.copy_from_slice(&hash[..8]);
        Self(id)
    }

    /// Parses 16 hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self, BadId> {
        let fail = BadId {
            what: "key id",
            rule: "must be 16 hexadecimal digits",
        };
        if text.len() != 16 {
            return Err(fail);
        }
        let mut id = [0; 8];
        for (byte, pair) in id.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let pair = core::str::from_utf8(pair).map_err(|_| fail)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| fail)?;
        }
        Ok(Self(id))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn nik_rules() {
        assert_eq!(
            Nik::parse("3273015204870003").map(|n| n.to_string()),
            Ok("3273015204870003".into())
        );
        for bad in [
            "",
            "327301520487000",
            "32730152048700033",
            "32730152o4870003",
            "0073015204870003",
            "3273017204870003",
            "3273013204870003",
            "3273015213870003",
            "3273015204870000",
        ] {
            assert!(Nik::parse(bad).is_err(), "{bad}");
        }
        assert!(
            NomorKk::parse("3273015204870003").is_err(),
            "no +40 in a KK number"
        );
    }

    #[test]
    fn personal_numbers_do_not_print_in_debug_output() {
        let nik = Nik::parse("3273015204870003").unwrap();
        assert_eq!(alloc::format!("{nik:?}"), "Nik(…)");
    }

    #[test]
    fn kode_wilayah_levels_and_dots() {
        for (text, dotted) in [
            ("32", "32"),
            ("3273", "32.73"),
            ("32.73.01", "32.73.01"),
            ("3273011001", "32.73.01.1001"),
        ] {
            assert_eq!(
                KodeWilayah::parse(text).map(|k| k.dotted()),
                Ok(dotted.into())
            );
        }
        for bad in [
            "",
            "3",
            "327",
            "32.7301",
            "3.273",
            "32730110",
            "32.73.01.10011",
            "0273",
            "32-73",
        ] {
            assert!(KodeWilayah::parse(bad).is_err(), "{bad}");
        }
        let kode = KodeWilayah::parse("32.73.01.1001").unwrap();
        assert!(
            kode.lies_in("") && kode.lies_in("32") && kode.lies_in("3273") && !kode.lies_in("3274")
        );
    }
}
