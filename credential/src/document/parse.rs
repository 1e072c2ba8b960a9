//! Values as people and files write them.

use super::tables::parse_rows;
use super::value::{BadValue, Country, Value};
use crate::date::Date;
use crate::ids::{KodeWilayah, Nik, NomorKk};
use crate::kinds::fields::FieldType;
use alloc::borrow::Cow;
use alloc::string::ToString;

impl Value<'_> {
    /// Reads a value as people and files write it: digits, `YYYY-MM-DD`, a code's number, `001/002`.
    /// A count has digits, a time of day `06:45`. A row of a table is its columns with ` | ` between them, `-` for one
    /// that is absent; rows stand in lines of their own or have `;` between them.
    /// Faces, family members and derived fields have no such form.
    pub fn parse(ty: &FieldType, text: &str) -> Result<Value<'static>, BadValue> {
        use FieldType as T;
        let text = text.trim();
        let number = || text.parse::<u32>().ok();
        let value = match ty {
            T::NikText | T::NikNumber => {
                Value::Nik(Nik::parse(text).map_err(|e| BadValue::Rule(e.rule))?)
            }
            T::KkNumber => {
                Value::KkNumber(NomorKk::parse(text).map_err(|e| BadValue::Rule(e.rule))?)
            }
            T::Text { .. } => Value::Text(Cow::Owned(text.to_string())),
            T::DateText | T::DateDays => {
                Value::Date(Date::parse(text).ok_or(BadValue::Rule("must be a date YYYY-MM-DD"))?)
            }
            T::Code(list) => {
                let code = number().and_then(|n| u8::try_from(n).ok());
                Value::Code(code.ok_or(BadValue::Code(list.last()))?)
            }
            T::Country | T::Abroad => Value::Country(
                Country::parse(text).ok_or(BadValue::Rule("must be two capital letters"))?,
            ),
            T::Region => {
                Value::Region(KodeWilayah::parse(text).map_err(|e| BadValue::Rule(e.rule))?)
            }
            T::RtRw => {
                let parts = text.split_once('/').and_then(|(rt, rw)| {
                    let digits = |t: &str| t.len() <= 3 && t.bytes().all(|b| b.is_ascii_digit());
                    (digits(rt) && digits(rw)).then_some(())?;
                    Some((rt.parse().ok()?, rw.parse().ok()?))
                });
                let (rt, rw) = parts.ok_or(BadValue::Rule("must be RT/RW like 001/002"))?;
                Value::RtRw(rt, rw)
            }
            T::PostalCode => Value::PostalCode(number().ok_or(BadValue::Rule("must be 5 digits"))?),
            T::Number { min, max } => {
                let count = number().and_then(|n| u8::try_from(n).ok());
                Value::Number(count.ok_or(BadValue::Range(*min, *max))?)
            }
            T::Time => Value::Time(time(text).ok_or(BadValue::Rule("must be a time like 06:45"))?),
            T::Table(table) => Value::Rows(parse_rows(table, text)?),
            T::Claim169Marital
            | T::IssuedInIndonesia
            | T::Face
            | T::Members
            | T::Detail
            | T::Profile => {
                return Err(BadValue::Type);
            }
        };
        value.check(ty)?;
        Ok(value)
    }
}

/// `HH:MM` or `HH.MM`, in minutes since midnight.
fn time(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once([':', '.'])?;
    let two = |t: &str, most: u16| -> Option<u16> {
        let digits = matches!(t.len(), 1..=2) && t.bytes().all(|b| b.is_ascii_digit());
        let number = digits.then(|| t.parse().ok()).flatten()?;
        (number <= most).then_some(number)
    };
    let hours = two(hours, 23)?;
    let minutes = (minutes.len() == 2).then(|| two(minutes, 59)).flatten()?;
    Some(hours * 60 + minutes)
}
