//! Building a document and writing it as deterministic CBOR.

use super::{BadDocument, Country, Document, Member, Value, check_rules};
use crate::cbor::write::Writer;
use crate::codes::claim169_marital;
use crate::kinds::fields::{
    COUNTRY, DETAIL, Field, FieldType as T, KIND_KEY, MARITAL, MARITAL_169, MEMBERS, MIN_AGE,
    PROFILE,
};
use crate::kinds::{Kind, MEMBER_COLUMNS, Profile};
use alloc::vec::Vec;

/// Collects the fields of a document; [`Builder::build`] checks them against the kind's row.
pub struct Builder<'a> {
    kind: &'static Kind,
    fields: Vec<(&'static Field, Value<'a>)>,
}

impl<'a> Builder<'a> {
    /// An empty document of that kind.
    pub fn new(kind: &'static Kind) -> Self {
        Self {
            kind,
            fields: Vec::new(),
        }
    }

    /// An empty subset for that purpose; its number and the age it states are set.
    pub fn of_profile(profile: &'static Profile) -> Self {
        let empty = Self::new(profile.kind).set(&PROFILE, Value::Code(profile.number));
        match profile.age {
            Some(age) => empty.set(&MIN_AGE, Value::Number(age)),
            None => empty,
        }
    }

    /// Sets a field; the last value counts.
    pub fn set(mut self, field: &'static Field, value: Value<'a>) -> Self {
        self.fields.retain(|(f, _)| *f != field);
        self.fields.push((field, value));
        self
    }

    /// Fills in the derived fields and checks every rule.
    pub fn build(mut self) -> Result<Document<'a>, BadDocument> {
        let marital = self.fields.iter().find(|(f, _)| *f == &MARITAL);
        if let Some((_, Value::Code(code))) = marital {
            let derived = Value::Code(claim169_marital(*code));
            self = self.set(&MARITAL_169, derived);
        }
        self = self.set(&COUNTRY, Value::Country(Country::INDONESIA));
        self.fields.sort_unstable_by_key(|(f, _)| f.key);
        for (field, value) in &self.fields {
            value.check(&field.ty).map_err(|rule| BadDocument::Value {
                field: field.name,
                member: None,
                rule,
            })?;
        }
        let document = Document {
            kind: self.kind,
            fields: self.fields,
        };
        check_rules(&document)?;
        Ok(document)
    }
}

impl<'a> Document<'a> {
    /// The same document with only the core columns of its members (claim key 82 = 1), for a family too large for
    /// one symbol. Documents without members are returned as they are.
    pub fn into_core_only(mut self) -> Self {
        if !self.fields.iter().any(|(f, _)| *f == &MEMBERS) || self.is_core_only() {
            return self;
        }
        for (_, value) in &mut self.fields {
            let Value::Members(members) = value else {
                continue;
            };
            for Member(values) in members {
                for (column, value) in MEMBER_COLUMNS.iter().zip(values) {
                    if !column.core {
                        *value = None;
                    }
                }
            }
        }
        self.fields.push((&DETAIL, Value::Code(1)));
        self.fields.sort_unstable_by_key(|(f, _)| f.key);
        debug_assert!(check_rules(&self).is_ok());
        self
    }

    /// The same document, owning its content.
    pub fn into_owned(self) -> Document<'static> {
        Document {
            kind: self.kind,
            fields: self
                .fields
                .into_iter()
                .map(|(f, v)| (f, v.into_owned()))
                .collect(),
        }
    }

    /// Claim 169 as deterministic CBOR.
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.map(self.fields.len() + 1);
        let mut kind = Some(self.kind.number);
        for (field, value) in &self.fields {
            if field.key > KIND_KEY
                && let Some(number) = kind.take()
            {
                w.u64(u64::from(KIND_KEY)).u64(u64::from(number));
            }
            w.u64(u64::from(field.key));
            write_value(&mut w, &field.ty, value);
        }
        if let Some(number) = kind {
            w.u64(u64::from(KIND_KEY)).u64(u64::from(number));
        }
        w.into_bytes()
    }
}

fn write_value(w: &mut Writer, ty: &T, value: &Value<'_>) {
    match value {
        Value::Nik(nik) if matches!(ty, T::NikText) => w.str(&alloc::format!("{nik}")),
        Value::Nik(nik) => w.u64(nik.as_u64()),
        Value::KkNumber(number) => w.u64(number.as_u64()),
        Value::Text(text) => w.str(text),
        Value::Date(date) if matches!(ty, T::DateText) => w.str(&date.compact()),
        Value::Date(date) => w.i64(i64::from(date.days())),
        Value::Code(code) => w.u64(u64::from(*code)),
        Value::Country(country) => w.str(country.as_str()),
        Value::Region(kode) => w.str(kode.digits()),
        Value::RtRw(rt, rw) => w.array(2).u64(u64::from(*rt)).u64(u64::from(*rw)),
        Value::PostalCode(code) => w.u64(u64::from(*code)),
        Value::Face(face) => {
            w.array(1).map(3).u64(0).bytes(&face.data);
            w.u64(1).u64(0).u64(2).u64(u64::from(face.subformat))
        }
        Value::Number(number) => w.u64(u64::from(*number)),
        Value::Time(minutes) => w.u64(u64::from(*minutes)),
        Value::Members(members) => {
            write_rows(w, members, || MEMBER_COLUMNS.iter().map(|c| c.field))
        }
        Value::Rows(rows) => {
            let columns = || ty.table().into_iter().flat_map(|table| table.columns);
            write_rows(w, rows, || columns().map(|c| c.field))
        }
    };
}

/// `columns` gives the fields of a row, once for each row.
fn write_rows<'w, I: Iterator<Item = &'static Field>>(
    w: &'w mut Writer,
    rows: &[Member<'_>],
    columns: impl Fn() -> I,
) -> &'w mut Writer {
    w.array(rows.len());
    for Member(values) in rows {
        w.array(values.len());
        for (field, value) in columns().zip(values) {
            match value {
                Some(value) => write_value(w, &field.ty, value),
                None => {
                    w.null();
                }
            }
        }
    }
    w
}
