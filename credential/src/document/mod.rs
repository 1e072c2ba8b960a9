//! A population document: the typed content of claim 169, checked against its kind's row in the table.

mod decode;
mod display;
#[cfg(feature = "issue")]
mod encode;
mod parse;
mod rules;
mod tables;
mod value;

pub use display::{Group, Row, member_rows, move_class_code, rows, text_of};
#[cfg(feature = "issue")]
pub use encode::Builder;
use rules::check_rules;
pub(crate) use value::check_text;
pub use value::{BadValue, Country, Face, MAX_FACE, Member, Value};

use crate::kinds::{Kind, Profile, Rule, Use, fields::Field, profiles};
use alloc::vec::Vec;
use core::fmt;

/// A document whose content obeys its kind's row. Made by decoding, or by an issuer's `Builder`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document<'a> {
    kind: &'static Kind,
    /// Ascending by key.
    fields: Vec<(&'static Field, Value<'a>)>,
}

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        core::ptr::eq(self, other)
    }
}

impl Eq for Field {}

impl<'a> Document<'a> {
    /// Its kind.
    pub fn kind(&self) -> &'static Kind {
        self.kind
    }

    /// The purpose whose fields alone it has; none for a whole document.
    pub fn profile(&self) -> Option<&'static Profile> {
        match self.get(&crate::kinds::fields::PROFILE) {
            Some(Value::Code(number)) => profiles::by_number(u64::from(*number)),
            _ => None,
        }
    }

    /// The fields that it may have, in printed order: the profile's, or all of its kind.
    pub fn uses(&self) -> &'static [Use] {
        let profile = self.profile().map(|profile| profile.fields);
        profile.unwrap_or(self.kind.fields)
    }

    /// The value of a field.
    pub fn get(&self, field: &Field) -> Option<&Value<'a>> {
        let place = self.fields.binary_search_by_key(&field.key, |(f, _)| f.key);
        Some(&self.fields[place.ok()?].1)
    }

    /// All fields, ascending by key.
    pub fn fields(&self) -> impl Iterator<Item = (&'static Field, &Value<'a>)> {
        self.fields.iter().map(|(field, value)| (*field, value))
    }

    /// Whether only the core columns of its members are present (claim key 82).
    pub fn is_core_only(&self) -> bool {
        self.get(&crate::kinds::fields::DETAIL).is_some()
    }
}

/// Why content is not a document of its kind. Never holds the content itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadDocument {
    /// Not the CBOR structure of claim 169.
    Structure,
    /// A kind that is not in this version's table.
    UnknownKind(u64),
    /// A profile that is not in this version's table.
    UnknownProfile(u64),
    /// A key that this version's table does not give the kind.
    UnknownKey(u64),
    /// A field that the kind must have is missing.
    Missing {
        /// JSON name of the field.
        field: &'static str,
        /// Which family member, from 0.
        member: Option<usize>,
    },
    /// A field breaks a rule of its type.
    Value {
        /// JSON name of the field.
        field: &'static str,
        /// Which family member, from 0.
        member: Option<usize>,
        /// The rule.
        rule: BadValue,
    },
    /// Fields contradict each other.
    Rule(&'static str),
    /// Fields contradict a rule of the kind.
    OfKind(&'static Rule),
}

impl fmt::Display for BadDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = |f: &mut fmt::Formatter<'_>, field: &str, member: Option<usize>| match member {
            Some(n) => write!(f, "anggota[{n}].{field}"),
            None => f.write_str(field),
        };
        match self {
            Self::Structure => f.write_str("claim 169 is not a map of integer keys"),
            Self::UnknownKind(n) => write!(f, "document kind {n} is not known to this version"),
            Self::UnknownProfile(n) => write!(f, "profile {n} is not known to this version"),
            Self::UnknownKey(k) => write!(f, "claim key {k} is not known to this version"),
            Self::Missing { field, member } => {
                place(f, field, *member)?;
                f.write_str(": is missing")
            }
            Self::Value {
                field,
                member,
                rule,
            } => {
                place(f, field, *member)?;
                match rule {
                    // A row of a table: the place goes on.
                    BadValue::Cell { .. } => write!(f, "{rule}"),
                    _ => write!(f, ": {rule}"),
                }
            }
            Self::Rule(rule) => f.write_str(rule),
            Self::OfKind(rule) => write!(f, "{rule}"),
        }
    }
}

impl core::error::Error for BadDocument {}
