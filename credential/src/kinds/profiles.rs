//! Subset credentials, one for each purpose (DESIGN §6): what a holder shows where less than the whole document will do.
//!
//! A subset is a credential of its own, signed by the same office and bound to the holder's key; claim key 95 names its
//! profile. It has the profile's fields and nothing else, so nothing that was left out can be guessed from it. Which
//! fields a purpose needs: POJK 8/2023 Ps 21 and 25 (bank), Permenkomdigi 7/2026 (telecommunication), PP 28/2024 Ps 434
//! (age), Keputusan KPU 66/2024 (polling station).

use super::fields::{self as f, Field};
use super::ktp::card_fields;
use super::uses::{optional, required};
use super::{KK, KTP, Kind, Use};
use crate::lang::Text;

/// One purpose.
#[derive(Debug)]
pub struct Profile {
    /// Claim key 95.
    pub number: u8,
    /// Name in JSON.
    pub slug: &'static str,
    /// Name for people.
    pub name: Text,
    /// What it shows, in the holder's words.
    pub about: Text,
    /// The document it is a part of.
    pub kind: &'static Kind,
    /// Its fields in printed order, key 95 among them.
    pub fields: &'static [Use],
    /// The age it states, years (claim key 96).
    pub age: Option<u8>,
}

impl PartialEq for Profile {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Profile {}

/// Every profile, ascending by number.
pub static PROFILES: &[&Profile] = &[
    &BANK,
    &TELCO,
    &AGE_21,
    &NAME_PHOTO,
    &SCHOOL,
    &POLLING,
    &HEALTH,
    &BANK_MOTHER,
];

/// The profile with that number.
pub fn by_number(number: u64) -> Option<&'static Profile> {
    let mut all = PROFILES.iter().copied();
    all.find(|profile| u64::from(profile.number) == number)
}

/// The profile with that slug.
pub fn by_slug(slug: &str) -> Option<&'static Profile> {
    PROFILES
        .iter()
        .copied()
        .find(|profile| profile.slug == slug)
}

impl Profile {
    /// How this profile uses a field, if it does.
    pub fn uses(&self, field: &Field) -> Option<&'static Use> {
        self.fields.iter().find(|used| used.field.key == field.key)
    }
}

/// Opening an account: the whole card with its photo.
pub static BANK: Profile = Profile {
    number: 1,
    slug: "bank",
    name: Text {
        id: "Bank",
        en: "Bank",
    },
    about: Text {
        id: "Seluruh isi KTP-el dan foto saya",
        en: "Everything on my identity card, and my photo",
    },
    kind: &KTP,
    fields: card_fields!([], [], [required(&f::PROFILE)]),
    age: None,
};

/// Registering a number.
pub static TELCO: Profile = Profile {
    number: 2,
    slug: "telco",
    name: Text {
        id: "Kartu SIM",
        en: "SIM card",
    },
    about: Text {
        id: "NIK, nama, dan foto saya",
        en: "My NIK, my name and my photo",
    },
    kind: &KTP,
    fields: &[
        required(&f::NIK),
        required(&f::NAME),
        optional(&f::FACE),
        required(&f::COUNTRY),
        required(&f::PROFILE),
    ],
    age: None,
};

/// Buying what is sold from the age of 21 on.
pub static AGE_21: Profile = Profile {
    number: 3,
    slug: "umur-21",
    name: Text {
        id: "Umur 21 tahun ke atas",
        en: "Aged 21 or over",
    },
    about: Text {
        id: "Hanya bahwa saya berumur 21 tahun atau lebih, dan foto saya",
        en: "Only that I am 21 or older, and my photo",
    },
    kind: &KTP,
    fields: &[
        required(&f::MIN_AGE),
        required(&f::FACE),
        required(&f::COUNTRY),
        required(&f::PROFILE),
    ],
    age: Some(21),
};

/// A hotel, a building, a train.
pub static NAME_PHOTO: Profile = Profile {
    number: 4,
    slug: "nama-foto",
    name: Text {
        id: "Nama dan foto",
        en: "Name and photo",
    },
    about: Text {
        id: "Hanya nama dan foto saya",
        en: "Only my name and my photo",
    },
    kind: &KTP,
    fields: &[
        required(&f::NAME),
        required(&f::FACE),
        required(&f::COUNTRY),
        required(&f::PROFILE),
    ],
    age: None,
};

/// Entering a school: of the family card, the child, its parents, the address and since when the card says so.
pub static SCHOOL: Profile = Profile {
    number: 5,
    slug: "sekolah",
    name: Text {
        id: "Sekolah (PPDB/SPMB)",
        en: "School enrolment",
    },
    about: Text {
        id: "Nama anak, orang tua, alamat, serta nomor dan tanggal KK",
        en: "The child's name, parents and address, and the family card's number and date",
    },
    kind: &KK,
    fields: &[
        required(&f::KK_NUMBER),
        required(&f::HEAD_NAME),
        required(&f::NIK),
        required(&f::NAME),
        required(&f::BIRTH_PLACE),
        required(&f::BIRTH_DATE),
        required(&f::SEX),
        optional(&f::FATHER),
        optional(&f::MOTHER),
        required(&f::ADDRESS),
        required(&f::RT_RW),
        required(&f::VILLAGE),
        required(&f::DISTRICT),
        required(&f::REGENCY),
        required(&f::PROVINCE),
        required(&f::ISSUE_DATE).called("Tanggal Terbit KK", "Family card issued on"),
        required(&f::REGION),
        required(&f::COUNTRY),
        required(&f::PROFILE),
    ],
    age: None,
};

/// Voting: who somebody is and where they live.
pub static POLLING: Profile = Profile {
    number: 6,
    slug: "tps",
    name: Text {
        id: "TPS (pemilu)",
        en: "Polling station",
    },
    about: Text {
        id: "NIK, nama, alamat, dan foto saya",
        en: "My NIK, my name, my address and my photo",
    },
    kind: &KTP,
    fields: &[
        required(&f::NIK),
        required(&f::NAME),
        required(&f::ADDRESS),
        required(&f::RT_RW),
        required(&f::VILLAGE),
        required(&f::DISTRICT),
        required(&f::REGENCY),
        optional(&f::FACE),
        required(&f::REGION),
        required(&f::COUNTRY),
        required(&f::PROFILE),
    ],
    age: None,
};

/// A hospital, BPJS Kesehatan: who somebody is and in which family.
pub static HEALTH: Profile = Profile {
    number: 7,
    slug: "kesehatan",
    name: Text {
        id: "BPJS / rumah sakit",
        en: "Health insurance, hospital",
    },
    about: Text {
        id: "NIK, nama, tanggal lahir, dan nomor KK saya",
        en: "My NIK, my name, my date of birth and my family card number",
    },
    kind: &KK,
    fields: &[
        required(&f::NIK),
        required(&f::NAME),
        required(&f::BIRTH_PLACE),
        required(&f::BIRTH_DATE),
        required(&f::SEX),
        required(&f::KK_NUMBER),
        required(&f::COUNTRY),
        required(&f::PROFILE),
    ],
    age: None,
};

/// As [`BANK`], with the mother's name, which stands on the family card and not on the KTP-el.
pub static BANK_MOTHER: Profile = Profile {
    number: 8,
    slug: "bank-ibu",
    name: Text {
        id: "Bank, dengan nama ibu",
        en: "Bank, with my mother's name",
    },
    about: Text {
        id: "Seluruh isi KTP-el, foto saya, dan nama ibu kandung",
        en: "Everything on my identity card, my photo and my mother's name",
    },
    kind: &KTP,
    fields: card_fields!([required(&f::MOTHER)], [], [required(&f::PROFILE)]),
    age: None,
};
