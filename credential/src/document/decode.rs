//! Claim 169 of our own issuers, from CBOR that has passed the strict gate.

use super::{BadDocument, BadValue, Country, Document, Face, Member, Value, check_rules};
use crate::cbor::Decoder;
use crate::codes::claim169_marital;
use crate::date::Date;
use crate::ids::{KodeWilayah, Nik, NomorKk};
use crate::kinds::fields::{
    FIELDS, Field, FieldType as T, KIND_KEY, MARITAL, MARITAL_169, PROFILE,
};
use crate::kinds::{MEMBER_COLUMNS, MEMBERS_MAX, by_number, profiles};
use alloc::borrow::Cow;
use alloc::vec::Vec;
use minicbor::data::Type;

type Cbor<T> = Result<T, minicbor::decode::Error>;

impl<'a> Document<'a> {
    /// Reads the claim 169 map at the decoder. Unknown kinds and keys are told apart from damage, because a newer
    /// issuer may know more than this verifier.
    pub(crate) fn decode(d: &mut Decoder<'a>) -> Result<Self, BadDocument> {
        let structure = |_| BadDocument::Structure;
        let entries = d.map().map_err(structure)?.ok_or(BadDocument::Structure)?;
        let mut kind = None;
        let (mut unknown, mut unknown_profile) = (None, None);
        let mut next = 0;
        let mut fields = Vec::with_capacity(24);
        for _ in 0..entries {
            let key = d.u64().map_err(structure)?;
            if key == u64::from(KIND_KEY) {
                kind = Some(d.u64().map_err(structure)?);
                continue;
            }
            // Keys ascend on the wire as in the registry, so the search goes on where it was.
            while FIELDS.get(next).is_some_and(|f| u64::from(f.key) < key) {
                next += 1;
            }
            let Some(field) = FIELDS.get(next).filter(|f| u64::from(f.key) == key) else {
                unknown = unknown.or(Some(key));
                d.skip().map_err(structure)?;
                continue;
            };
            if *field == &PROFILE {
                let number = d.u64().map_err(structure)?;
                match profiles::by_number(number) {
                    Some(profile) => fields.push((*field, Value::Code(profile.number))),
                    None => unknown_profile = Some(number),
                }
                continue;
            }
            let value = read_value(d, field).and_then(|v| v.check(&field.ty).map(|()| v));
            let value = value.map_err(|rule| BadDocument::Value {
                field: field.name,
                member: None,
                rule,
            })?;
            fields.push((*field, value));
        }
        let number = kind.ok_or(BadDocument::Missing {
            field: "jenis_dokumen",
            member: None,
        })?;
        let kind = by_number(number).ok_or(BadDocument::UnknownKind(number))?;
        if let Some(number) = unknown_profile {
            return Err(BadDocument::UnknownProfile(number));
        }
        if let Some(key) = unknown {
            return Err(BadDocument::UnknownKey(key));
        }
        let document = Self { kind, fields };
        check_rules(&document)?;
        if let Some(Value::Code(marital)) = document.get(&MARITAL) {
            let derived = Value::Code(claim169_marital(*marital));
            if document.get(&MARITAL_169) != Some(&derived) {
                return Err(BadDocument::Rule("claims 14 and 27 contradict each other"));
            }
        }
        Ok(document)
    }
}

/// Reads one value; errors name the rule, never the value.
fn read_value<'a>(d: &mut Decoder<'a>, field: &Field) -> Result<Value<'a>, BadValue> {
    let wrong_type = |_| BadValue::Type;
    let id = |e: crate::ids::BadId| BadValue::Rule(e.rule);
    let not_a_date = BadValue::Rule("is not a date");
    Ok(match field.ty {
        T::NikText => Value::Nik(Nik::parse(d.str().map_err(wrong_type)?).map_err(id)?),
        T::NikNumber => Value::Nik(Nik::from_u64(d.u64().map_err(wrong_type)?).map_err(id)?),
        T::KkNumber => {
            Value::KkNumber(NomorKk::from_u64(d.u64().map_err(wrong_type)?).map_err(id)?)
        }
        T::Text { .. } => Value::Text(Cow::Borrowed(d.str().map_err(wrong_type)?)),
        T::DateText => {
            let text = d.str().map_err(wrong_type)?;
            // `Date::parse` also takes dashes, which the wire has not.
            let date = (text.len() == 8).then(|| Date::parse(text)).flatten();
            Value::Date(date.ok_or(not_a_date)?)
        }
        T::DateDays => {
            let days = d.i64().map_err(wrong_type)?;
            Value::Date(Date::from_days(days).ok_or(not_a_date)?)
        }
        T::Code(_) | T::Claim169Marital | T::Detail | T::Profile => {
            Value::Code(d.u8().map_err(wrong_type)?)
        }
        T::Number { .. } => Value::Number(d.u8().map_err(wrong_type)?),
        T::Time => Value::Time(d.u16().map_err(wrong_type)?),
        T::Country | T::Abroad | T::IssuedInIndonesia => {
            let country = Country::parse(d.str().map_err(wrong_type)?);
            Value::Country(country.ok_or(BadValue::Rule("must be two capital letters"))?)
        }
        T::Region => {
            let text = d.str().map_err(wrong_type)?;
            if text.contains('.') {
                return Err(BadValue::Rule("has dots on the wire"));
            }
            Value::Region(KodeWilayah::parse(text).map_err(id)?)
        }
        T::RtRw => read_rt_rw(d).map_err(wrong_type)?,
        T::PostalCode => Value::PostalCode(d.u32().map_err(wrong_type)?),
        T::Face => Value::Face(read_face(d).map_err(wrong_type)?),
        T::Members => Value::Members(read_rows(d, MEMBERS_MAX, || {
            MEMBER_COLUMNS.iter().map(|column| column.field)
        })?),
        T::Table(table) => Value::Rows(read_rows(d, table.max, || {
            table.columns.iter().map(|column| column.field)
        })?),
    })
}

fn read_rt_rw<'a>(d: &mut Decoder<'a>) -> Cbor<Value<'a>> {
    exactly(d.array()?, 2)?;
    Ok(Value::RtRw(d.u16()?, d.u16()?))
}

/// `[{0: bytes, 1: 0, 2: subformat}]`
fn read_face<'a>(d: &mut Decoder<'a>) -> Cbor<Face<'a>> {
    exactly(d.array()?, 1)?;
    exactly(d.map()?, 3)?;
    exactly(Some(d.u64()?), 0)?;
    let data = Cow::Borrowed(d.bytes()?);
    exactly(Some(d.u64()?), 1)?;
    exactly(Some(d.u64()?), 0)?;
    exactly(Some(d.u64()?), 2)?;
    Ok(Face {
        subformat: d.u8()?,
        data,
    })
}

fn exactly(found: Option<u64>, wanted: u64) -> Cbor<()> {
    if found == Some(wanted) {
        return Ok(());
    }
    Err(minicbor::decode::Error::message("unexpected number"))
}

/// An array of at most `max` rows; `columns` gives the fields of a row, once for each row.
fn read_rows<'a, I: ExactSizeIterator<Item = &'static Field>>(
    d: &mut Decoder<'a>,
    max: usize,
    columns: impl Fn() -> I,
) -> Result<Vec<Member<'a>>, BadValue> {
    let wrong_type = |_| BadValue::Type;
    let rows = d.array().map_err(wrong_type)?.ok_or(BadValue::Type)?;
    if rows > max as u64 {
        return Err(BadValue::TooLong(max));
    }
    let mut read = Vec::with_capacity(rows as usize);
    for _ in 0..rows {
        let fields = columns();
        exactly(d.array().map_err(wrong_type)?, fields.len() as u64).map_err(wrong_type)?;
        let mut values = Vec::with_capacity(fields.len());
        for field in fields {
            if matches!(d.datatype(), Ok(Type::Null)) {
                d.null().map_err(wrong_type)?;
                values.push(None);
            } else {
                values.push(Some(read_value(d, field)?));
            }
        }
        read.push(Member(values));
    }
    Ok(read)
}
