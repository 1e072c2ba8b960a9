//! The one table of document kinds: which fields each has, which it must have, in which order it prints them.
//!
//! Encoder, decoder, forms, printing and the verifier's display read this table. Kind numbers are fixed for all
//! 23 documents (FORMAT.md §6.3); a kind becomes issuable when its row stands here.

pub mod fields;
mod kk;
mod ktp;

use crate::lang::Text;
use fields::Field;

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
    /// Its fields in printed order.
    pub fields: &'static [Use],
}

/// A field as one kind uses it.
#[derive(Debug)]
pub struct Use {
    /// The registered field.
    pub field: &'static Field,
    /// Whether a document of this kind must have it.
    pub required: bool,
}

const fn required(field: &'static Field) -> Use {
    Use {
        field,
        required: true,
    }
}

const fn optional(field: &'static Field) -> Use {
    Use {
        field,
        required: false,
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
