//! Values of fields and the rules of their types.

use super::BadDocument;
use super::tables::check_rows;
use crate::date::Date;
use crate::ids::{KodeWilayah, Nik, NomorKk};
use crate::kinds::fields::{FieldType, column};
use crate::kinds::{MEMBER_COLUMNS, MEMBERS_MAX, profiles};
use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;

/// Most bytes of a face picture.
pub const MAX_FACE: usize = 1500;

/// ISO 3166-1 alpha-2 country code, upper case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Country([u8; 2]);

impl Country {
    /// Indonesia.
    pub const INDONESIA: Self = Self(*b"ID");

    /// Parses two upper-case letters.
    pub fn parse(text: &str) -> Option<Self> {
        let code: [u8; 2] = text.as_bytes().try_into().ok()?;
        code.iter()
            .all(u8::is_ascii_uppercase)
            .then_some(Self(code))
    }

    /// The two letters.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// A face picture in one of the Claim 169 image subformats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Face<'a> {
    /// 0 PNG, 1 JPEG, 2 JPEG 2000, 3 AVIF, 4 WebP.
    pub subformat: u8,
    /// The picture file, 1 to [`MAX_FACE`] bytes.
    pub data: Cow<'a, [u8]>,
}

impl Face<'_> {
    /// The media type of the picture.
    pub fn media_type(&self) -> &'static str {
        match self.subformat {
            0 => "image/png",
            1 => "image/jpeg",
            2 => "image/jp2",
            3 => "image/avif",
            _ => "image/webp",
        }
    }
}

/// The value of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'a> {
    /// A NIK.
    Nik(Nik),
    /// A KK number.
    KkNumber(NomorKk),
    /// Text.
    Text(Cow<'a, str>),
    /// A date.
    Date(Date),
    /// A code of the field's list, or the derived Claim 169 marital status.
    Code(u8),
    /// A country.
    Country(Country),
    /// A region.
    Region(KodeWilayah),
    /// RT and RW.
    RtRw(u16, u16),
    /// A postal code.
    PostalCode(u32),
    /// A face picture.
    Face(Face<'a>),
    /// A count.
    Number(u8),
    /// A time of day in minutes since midnight.
    Time(u16),
    /// Family members.
    Members(Vec<Member<'a>>),
    /// The rows of a small table.
    Rows(Vec<Member<'a>>),
}

/// One family member: a value or nothing for each of [`MEMBER_COLUMNS`]. Likewise one row of a small table
/// (`kinds::fields::tables`), for each of the table's columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member<'a>(pub(super) Vec<Option<Value<'a>>>);

impl<'a> Member<'a> {
    /// From values in column order.
    pub fn new(values: Vec<Option<Value<'a>>>) -> Self {
        Self(values)
    }

    /// The value in that column (`kinds::fields::column`, or one of the table's).
    pub fn get(&self, column: &crate::kinds::fields::Field) -> Option<&Value<'a>> {
        self.0.get(usize::from(column.key))?.as_ref()
    }

    /// Every column in order.
    pub fn values(&self) -> impl Iterator<Item = Option<&Value<'a>>> {
        self.0.iter().map(Option::as_ref)
    }

    /// The full name of a family member.
    pub fn name(&self) -> Option<&str> {
        self.get(&column::NAME)?.as_text()
    }

    /// Whether the member is the head of the family.
    pub fn is_head(&self) -> bool {
        self.get(&column::RELATION) == Some(&Value::Code(1))
    }
}

/// A rule of a value's type that was broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadValue {
    /// Not of the field's type on the wire.
    Type,
    /// A rule told in words.
    Rule(&'static str),
    /// Longer than this many characters (bytes for a picture, members for a family).
    TooLong(usize),
    /// Not one of the list's codes 1 to this.
    Code(u8),
    /// Not a number from the first to the second.
    Range(u8, u8),
    /// A row of a table lacks a column, or the column breaks a rule.
    Cell {
        /// Which row, from 0.
        row: usize,
        /// JSON name of the column.
        column: &'static str,
        /// What is wrong with it.
        rule: &'static str,
    },
}

impl BadValue {
    /// The rule in words that need no number.
    pub(super) fn in_words(self) -> &'static str {
        match self {
            Self::Type => "has the wrong type",
            Self::Rule(rule) | Self::Cell { rule, .. } => rule,
            Self::TooLong(_) => "is too long",
            Self::Code(_) => "is not a code of its list",
            Self::Range(..) => "is out of range",
        }
    }
}

impl fmt::Display for BadValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type | Self::Rule(_) => f.write_str(self.in_words()),
            Self::Range(min, max) => write!(f, "must be a number from {min} to {max}"),
            Self::Cell { row, column, rule } => write!(f, "[{row}].{column}: {rule}"),
            Self::TooLong(max) => write!(f, "is longer than {max}"),
            Self::Code(last) => write!(f, "must be a code from 1 to {last}"),
        }
    }
}

impl<'a> Value<'a> {
    /// The text of a text value.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The day of a date.
    pub fn as_date(&self) -> Option<Date> {
        match self {
            Self::Date(date) => Some(*date),
            _ => None,
        }
    }

    /// The region of a kode wilayah.
    pub fn as_region(&self) -> Option<&KodeWilayah> {
        match self {
            Self::Region(region) => Some(region),
            _ => None,
        }
    }

    /// The rows of a table or the members of a family; none of anything else.
    pub fn rows(&self) -> &[Member<'a>] {
        match self {
            Self::Members(rows) | Self::Rows(rows) => rows,
            _ => &[],
        }
    }

    /// Whether the value has the field's type and keeps its rules.
    pub fn check(&self, ty: &FieldType) -> Result<(), BadValue> {
        use FieldType as T;
        match (ty, self) {
            (T::NikText | T::NikNumber, Self::Nik(_))
            | (T::KkNumber, Self::KkNumber(_))
            | (T::DateText | T::DateDays, Self::Date(_))
            | (T::Country, Self::Country(_))
            | (T::IssuedInIndonesia, Self::Country(Country::INDONESIA))
            | (T::Time, Self::Time(0..=1439)) => Ok(()),
            (T::Time, Self::Time(_)) => Err(BadValue::Rule("must be a time of day")),
            (T::Abroad, Self::Country(Country::INDONESIA)) => {
                Err(BadValue::Rule("must be another country than Indonesia"))
            }
            (T::Abroad, Self::Country(_)) => Ok(()),
            (T::Number { min, max }, Self::Number(number)) => {
                let known = (*min..=*max).contains(number);
                known.then_some(()).ok_or(BadValue::Range(*min, *max))
            }
            (T::Text { max }, Self::Text(text)) => check_text(text, *max),
            (T::Region, Self::Region(kode)) if kode.digits().len() == 10 => Ok(()),
            (T::Region, Self::Region(_)) => {
                Err(BadValue::Rule("must name a kelurahan/desa (10 digits)"))
            }
            (T::Code(list), Self::Code(code)) => {
                let known = (1..=list.last()).contains(code);
                known.then_some(()).ok_or(BadValue::Code(list.last()))
            }
            (T::Claim169Marital, Self::Code(1..=3)) | (T::Detail, Self::Code(1)) => Ok(()),
            (T::Profile, Self::Code(number))
                if profiles::by_number(u64::from(*number)).is_some() =>
            {
                Ok(())
            }
            (T::RtRw, Self::RtRw(0..=999, 0..=999)) => Ok(()),
            (T::RtRw, Self::RtRw(..)) => Err(BadValue::Rule("RT and RW go from 0 to 999")),
            (T::PostalCode, Self::PostalCode(10_000..=99_999)) => Ok(()),
            (T::PostalCode, Self::PostalCode(_)) => Err(BadValue::Rule("must be 5 digits")),
            (T::Face, Self::Face(face)) => match face.data.len() {
                _ if face.subformat > 4 => Err(BadValue::Rule(
                    "picture format must be PNG, JPEG, JP2, AVIF or WebP",
                )),
                0 => Err(BadValue::Rule("is empty")),
                1..=MAX_FACE => Ok(()),
                _ => Err(BadValue::TooLong(MAX_FACE)),
            },
            (T::Members, Self::Members(members)) => match members.len() {
                0 => Err(BadValue::Rule("has no members")),
                1..=MEMBERS_MAX => Ok(()),
                _ => Err(BadValue::TooLong(MEMBERS_MAX)),
            },
            (T::Table(table), Self::Rows(rows)) => check_rows(table, rows),
            _ => Err(BadValue::Type),
        }
    }

    /// The same value, owning its content.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Nik(v) => Value::Nik(v),
            Self::KkNumber(v) => Value::KkNumber(v),
            Self::Text(v) => Value::Text(Cow::Owned(v.into_owned())),
            Self::Date(v) => Value::Date(v),
            Self::Code(v) => Value::Code(v),
            Self::Country(v) => Value::Country(v),
            Self::Region(v) => Value::Region(v),
            Self::RtRw(rt, rw) => Value::RtRw(rt, rw),
            Self::PostalCode(v) => Value::PostalCode(v),
            Self::Number(v) => Value::Number(v),
            Self::Time(v) => Value::Time(v),
            Self::Face(face) => Value::Face(Face {
                subformat: face.subformat,
                data: Cow::Owned(face.data.into_owned()),
            }),
            Self::Members(members) => Value::Members(owned(members)),
            Self::Rows(rows) => Value::Rows(owned(rows)),
        }
    }
}

fn owned(rows: Vec<Member<'_>>) -> Vec<Member<'static>> {
    rows.into_iter()
        .map(|m| Member(m.0.into_iter().map(|v| v.map(Value::into_owned)).collect()))
        .collect()
}

/// Text for a card: 1 to `max` printable Latin characters, no space at either end.
///
/// Control and bidirectional characters could make a verifier's screen show something else than was signed.
pub(crate) fn check_text(text: &str, max: usize) -> Result<(), BadValue> {
    if text.is_empty() {
        return Err(BadValue::Rule("is empty"));
    }
    if text.starts_with(' ') || text.ends_with(' ') {
        return Err(BadValue::Rule("has a space at its begin or end"));
    }
    if text.len() <= max && text.bytes().all(|b| matches!(b, b' '..=b'~')) {
        return Ok(());
    }
    let printable =
        |c: char| matches!(c, ' '..='~' | '\u{a1}'..='\u{24f}' | '\u{2019}') && c != '\u{ad}';
    if !text.chars().all(printable) {
        return Err(BadValue::Rule(
            "has a character that is not printable Latin",
        ));
    }
    // Characters are at most as many as bytes, so short text needs no second count.
    if text.len() > max && text.chars().count() > max {
        return Err(BadValue::TooLong(max));
    }
    Ok(())
}

/// Every member's columns: required ones present, none beyond the core ones where `core_only`.
pub(super) fn check_members(members: &[Member<'_>], core_only: bool) -> Result<(), BadDocument> {
    for (n, member) in members.iter().enumerate() {
        if member.0.len() != MEMBER_COLUMNS.len() {
            return Err(BadDocument::Rule(
                "anggota: a row has the wrong number of columns",
            ));
        }
        for (column, value) in MEMBER_COLUMNS.iter().zip(&member.0) {
            let field = column.field.name;
            let member = Some(n);
            match value {
                Some(_) if core_only && !column.core => {
                    return Err(BadDocument::Rule(
                        "anggota: a column beyond the core ones although kelengkapan is 1",
                    ));
                }
                Some(value) => {
                    let checked = value.check(&column.field.ty);
                    checked.map_err(|rule| BadDocument::Value {
                        field,
                        member,
                        rule,
                    })?;
                }
                None if column.required && (column.core || !core_only) => {
                    return Err(BadDocument::Missing { field, member });
                }
                None => {}
            }
        }
        if member.get(&column::NATIONALITY) == Some(&Value::Country(Country::INDONESIA)) {
            return Err(BadDocument::Rule(
                "anggota: kewarganegaraan is left out for citizens of Indonesia",
            ));
        }
    }
    Ok(())
}
