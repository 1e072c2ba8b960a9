//! The one table of document kinds: which fields each has, which it must have, in which order it prints them.
//!
//! Encoder, decoder, forms, printing and the verifier's display read this table. Kind numbers are fixed for all
//! 23 documents (FORMAT.md §6.3). `filing.rs` says how a document is applied for, `rules.rs` what spans its fields.

mod attachments;
pub mod fields;
mod filing;
pub mod profiles;
mod rules;
mod uses;

mod birth;
mod child;
mod citizenship;
mod death;
mod divorce;
mod foreigner;
mod kia;
mod kk;
mod ktp;
mod marriage;
mod move_abroad;
mod move_inland;
mod vulnerable;

use crate::lang::Text;
use fields::Field;
use uses::{asked, assigned, may_be_asked, optional, required, stated};

pub use birth::{AKTA_KELAHIRAN, SK_KELAHIRAN, SK_LAHIR_MATI};
pub use child::{AKTA_PENGAKUAN, AKTA_PENGESAHAN, SK_ANGKAT_ANAK};
pub use citizenship::SK_LEPAS_WNI;
pub use death::{AKTA_KEMATIAN, SK_KEMATIAN};
pub use divorce::{AKTA_PERCERAIAN, SK_BATAL_CERAI};
pub use filing::{Applicant, Attachment, Filing, Need, Report};
pub use foreigner::SKTT;
pub use kia::KIA;
pub use kk::{Column, KK, MEMBER_COLUMNS, MEMBERS_MAX};
pub use ktp::KTP;
pub use marriage::{AKTA_PERKAWINAN, SK_BATAL_KAWIN};
pub use move_abroad::{SKDLN, SKPLN};
pub use move_inland::{SK_PINDAH, SK_PINDAH_DATANG};
pub use profiles::Profile;
pub use rules::Rule;
pub use uses::{From, Use};
pub use vulnerable::{SK_CAPIL, SKPTI};

/// One kind of document.
#[derive(Debug)]
pub struct Kind {
    /// 1–23, claim key 75.
    pub number: u8,
    /// Name in commands, URLs and JSON.
    pub slug: &'static str,
    /// Name for people.
    pub name: Text,
    /// Card, letter or deed.
    pub class: Class,
    /// Whom it is about.
    pub subject: Subject,
    /// Whether a person or family can have more than one in force.
    pub in_force: InForce,
    /// Until when it is valid.
    pub validity: Validity,
    /// Which other documents in force end when this one is issued.
    pub ends: &'static [Ends],
    /// Its fields in printed order.
    pub fields: &'static [Use],
    /// What must hold between its fields.
    pub rules: &'static [Rule],
    /// How it is applied for.
    pub filing: Filing,
}

/// The three groups of Dukcapil's documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// KTP-el, KK, KIA.
    Card,
    /// Surat keterangan.
    Letter,
    /// Kutipan akta pencatatan sipil.
    Deed,
}

/// Whom a document is about, and under which number the office keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A person in the register, by NIK (claim key 1).
    Person,
    /// A family in the register, by KK number (claim key 35).
    Family,
    /// A child that is not in the register yet; the office assigns its NIK (claim key 1).
    Newborn,
    /// An event in a family without a person of its own, kept under the NIK of the person who reports it.
    Event,
}

/// Whether a newer document replaces the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InForce {
    /// A person or family has one at most; the new one supersedes it.
    One,
    /// Each stands for an event of its own.
    Many,
}

/// Until when a document is valid. The service turns it into claim `exp`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// As long as nothing changes.
    Unlimited,
    /// For life for citizens, until the end of the ITAP for foreigners (KTP-el).
    ForLifeOrItap,
    /// Until the day before the 5th or the 17th birthday; a foreign child's until the end of the parents' ITAP (KIA).
    ChildAge,
    /// Until the day in that field, e.g. the end of the ITAS (SKTT).
    UntilField(&'static Field),
    /// That many days from the day of issue (SKPWNI).
    Days(u16),
}

/// A document that another one ends.
#[derive(Debug, Clone, Copy)]
pub struct Ends {
    /// Slug of the kind that ends.
    pub slug: &'static str,
    /// Whose.
    pub whose: Whose,
    /// Whether it is superseded (genuine, replaced) or revoked.
    pub how: Ending,
}

/// Whose documents end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Those of the person the new document is about.
    Subject,
    /// The card of the family that person stands in.
    Family,
    /// Those of everybody who moves with it (field `anggota_pindah`).
    Movers,
    /// The only one whose document number (claim key 76) stands in that field of the new document.
    Numbered(&'static Field),
}

/// How a document ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Genuine, replaced by a newer one: yellow.
    Superseded,
    /// No longer in force: red.
    Revoked,
}

/// Every kind that can be issued, ascending by number.
pub static KINDS: &[&Kind] = &[
    &KTP,
    &KK,
    &KIA,
    &SK_PINDAH,
    &SK_PINDAH_DATANG,
    &SKPLN,
    &SKDLN,
    &SKTT,
    &SK_KELAHIRAN,
    &SK_LAHIR_MATI,
    &SK_BATAL_KAWIN,
    &SK_BATAL_CERAI,
    &SK_KEMATIAN,
    &SK_ANGKAT_ANAK,
    &SK_LEPAS_WNI,
    &SKPTI,
    &SK_CAPIL,
    &AKTA_KELAHIRAN,
    &AKTA_KEMATIAN,
    &AKTA_PERKAWINAN,
    &AKTA_PERCERAIAN,
    &AKTA_PENGAKUAN,
    &AKTA_PENGESAHAN,
];

/// The kind with that number.
pub fn by_number(number: u64) -> Option<&'static Kind> {
    KINDS
        .iter()
        .copied()
        .find(|k| u64::from(k.number) == number)
}

/// The kind with that slug (`ktp`, `sk-pindah`, …).
pub fn by_slug(slug: &str) -> Option<&'static Kind> {
    KINDS.iter().copied().find(|k| k.slug == slug)
}

impl Kind {
    /// How this kind uses a field, if it does.
    pub fn uses(&self, field: &Field) -> Option<&'static Use> {
        self.fields.iter().find(|used| used.field.key == field.key)
    }
}

const fn revokes(slug: &'static str, whose: Whose) -> Ends {
    Ends {
        slug,
        whose,
        how: Ending::Revoked,
    }
}

const fn supersedes(slug: &'static str, whose: Whose) -> Ends {
    Ends {
        slug,
        whose,
        how: Ending::Superseded,
    }
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Kind {}

#[cfg(test)]
mod tests;
