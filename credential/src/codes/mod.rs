//! Official code lists. The wire carries the code; people read the text, in Indonesian as printed or English.
//!
//! Source: Permendagri 109/2019 forms F-1.01, F-1.02 and KTP-el/KK practice (SIAK).

mod family;
mod occupation;
mod person;

pub use family::{EDUCATION, FAMILY_RELATION};
pub use occupation::OCCUPATION;
pub use person::{BLOOD_TYPE, GENDER, MARITAL_STATUS, RELIGION, claim169_marital, ktp_marital};

use crate::lang::Text;

/// One code and its text.
#[derive(Debug)]
pub struct Code {
    /// The official number, from 1.
    pub number: u8,
    /// Its text.
    pub text: Text,
}

impl Code {
    const fn new(number: u8, id: &'static str, en: &'static str) -> Self {
        Self {
            number,
            text: Text { id, en },
        }
    }
}

/// An official enumeration; codes ascend from 1 without gaps.
#[derive(Debug)]
pub struct CodeList {
    /// Its name in the JSON forms and in FORMAT.md.
    pub name: &'static str,
    /// Its codes.
    pub codes: &'static [Code],
}

impl CodeList {
    /// The text of a code, if the list has it.
    pub fn text(&self, number: u64) -> Option<Text> {
        let place = usize::try_from(number).ok()?.checked_sub(1)?;
        Some(self.codes.get(place)?.text)
    }

    /// The highest code.
    pub fn last(&self) -> u8 {
        self.codes.len() as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_their_places() {
        for list in [
            &GENDER,
            &BLOOD_TYPE,
            &RELIGION,
            &MARITAL_STATUS,
            &FAMILY_RELATION,
            &EDUCATION,
            &OCCUPATION,
        ] {
            for (place, code) in list.codes.iter().enumerate() {
                assert_eq!(usize::from(code.number), place + 1, "{}", list.name);
            }
        }
        assert_eq!(OCCUPATION.text(3).map(|t| t.id), Some("PELAJAR/MAHASISWA"));
        assert_eq!(OCCUPATION.text(88).map(|t| t.id), Some("WIRASWASTA"));
        assert!(OCCUPATION.text(90).is_none() && OCCUPATION.text(0).is_none());
    }
}
