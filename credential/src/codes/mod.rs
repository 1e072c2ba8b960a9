//! Official code lists. The wire carries the code; people read the text, in Indonesian as printed or English.
//!
//! Source: Permendagri 109/2019 forms F-1.01, F-1.02, F-1.03 and F-2.01, and KTP-el/KK practice (SIAK).

mod country;
mod event;
mod family;
mod moving;
mod occupation;
mod person;

pub use country::{COUNTRIES, Country, country};
pub use event::{
    BIRTH_ATTENDANT, BIRTH_PLACE_KIND, BIRTH_PLURALITY, CERTIFIER, EVENT, STILLBIRTH_DETERMINED_BY,
};
pub use family::{EDUCATION, FAMILY_RELATION};
pub use moving::{KK_STATUS, MOVE_CLASS, MOVE_EXTENT, MOVE_REASON, SPONSOR_TYPE, move_class};
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
    fn countries_ascend() {
        assert_eq!(COUNTRIES.len(), 249);
        assert!(COUNTRIES.windows(2).all(|pair| pair[0].code < pair[1].code));
        assert_eq!(country("NL").map(|name| name.id), Some("Belanda"));
        assert!(country("XX").is_none() && country("nl").is_none());
    }

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
            &BIRTH_ATTENDANT,
            &BIRTH_PLACE_KIND,
            &BIRTH_PLURALITY,
            &CERTIFIER,
            &EVENT,
            &STILLBIRTH_DETERMINED_BY,
            &KK_STATUS,
            &MOVE_CLASS,
            &MOVE_EXTENT,
            &MOVE_REASON,
            &SPONSOR_TYPE,
        ] {
            for (place, code) in list.codes.iter().enumerate() {
                assert_eq!(usize::from(code.number), place + 1, "{}", list.name);
            }
        }
        assert_eq!(OCCUPATION.text(3).map(|t| t.id), Some("PELAJAR/MAHASISWA"));
        assert_eq!(OCCUPATION.text(88).map(|t| t.id), Some("WIRASWASTA"));
        assert!(OCCUPATION.text(90).is_none() && OCCUPATION.text(0).is_none());
    }

    /// The compiler makes the lists; here what makes them is called with parts that can be told apart.
    #[test]
    fn entries_keep_what_they_are_made_of() {
        let code = Code::new(7, "KAWIN", "Married");
        assert_eq!(code.number, 7);
        assert_eq!((code.text.id, code.text.en), ("KAWIN", "Married"));
        let country = country::of("NL", "Belanda", "Netherlands");
        assert_eq!(country.code, "NL");
        assert_eq!(
            (country.name.id, country.name.en),
            ("Belanda", "Netherlands")
        );
    }
}
