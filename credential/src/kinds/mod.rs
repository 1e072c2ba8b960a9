//! The one table of document kinds: which fields each has, which it must have, in which order it prints them.
//!
//! Encoder, decoder, forms, printing and the verifier's display read this table. Kind numbers are fixed for all
//! 23 documents (FORMAT.md §6.3); a kind becomes issuable when its row stands here. `filing.rs` says how a document is
//! applied for.

pub mod fields;
mod filing;
mod kk;
mod ktp;

use crate::lang::Text;
use fields::Field;

pub use filing::{Applicant, Attachment, Filing, Need, Report};
pub use kk::{KK, MEMBER_COLUMNS, MEMBERS_MAX};
pub use ktp::KTP;

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
}

/// How a document ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Genuine, replaced by a newer one: yellow.
    Superseded,
    /// No longer in force: red.
    Revoked,
}

/// A field as one kind uses it.
#[derive(Debug)]
pub struct Use {
    /// The registered field.
    pub field: &'static Field,
    /// Whether a document of this kind must have it.
    pub required: bool,
    /// Who says it.
    pub from: From,
}

/// Where the value of a field comes from when a document is applied for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// The population register: the subject's own data, or the family's.
    Register,
    /// The applicant, in the form.
    Applicant,
    /// The office: assigned by the service (numbers) or filled in by the verifier (the NIK of a newborn).
    Office,
    /// The encoder.
    Encoder,
}

const fn required(field: &'static Field) -> Use {
    uses(field, true, From::Register)
}

const fn optional(field: &'static Field) -> Use {
    uses(field, false, From::Register)
}

const fn uses(field: &'static Field, required: bool, from: From) -> Use {
    let from = if field.ty.is_derived() {
        From::Encoder
    } else {
        from
    };
    Use {
        field,
        required,
        from,
    }
}

/// Every kind that can be issued, ascending by number.
pub static KINDS: &[&Kind] = &[&KTP, &KK];

/// The kind with that number.
pub fn by_number(number: u64) -> Option<&'static Kind> {
    KINDS
        .iter()
        .copied()
        .find(|k| u64::from(k.number) == number)
}

/// The kind with that slug (`ktp`, `kk`).
pub fn by_slug(slug: &str) -> Option<&'static Kind> {
    KINDS.iter().copied().find(|k| k.slug == slug)
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Kind {}
