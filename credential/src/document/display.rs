//! A document as rows of label and text, in printed order and in the reader's language.

use super::{Document, Member, Value};
use crate::codes;
use crate::kinds::MEMBER_COLUMNS;
use crate::kinds::fields::{Field, FieldType as T, MARITAL};
use crate::lang::Lang;
use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use alloc::{format, vec};

/// One line of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Name in JSON.
    pub name: &'static str,
    /// Its label.
    pub label: &'static str,
    /// Its value as text.
    pub text: String,
}

/// The fields of a document in printed order, without pictures, members and derived values.
pub fn rows(document: &Document<'_>, lang: Lang) -> Vec<Row> {
    let mut rows = vec![];
    for used in document.kind().fields {
        let field = used.field;
        let Some(value) = document.get(field) else {
            continue;
        };
        if field.ty.is_derived() || matches!(field.ty, T::Face | T::Members | T::Detail) {
            continue;
        }
        rows.push(Row {
            name: field.name,
            label: field.label.get(lang),
            text: text(field, value, lang, document.kind().number == 1),
        });
    }
    rows
}

/// The columns of a family member that are present.
pub fn member_rows(member: &Member<'_>, lang: Lang) -> Vec<Row> {
    let columns = MEMBER_COLUMNS.iter().map(|column| column.field);
    columns
        .filter_map(|field| {
            Some(Row {
                name: field.name,
                label: field.label.get(lang),
                text: text(field, member.get(field)?, lang, false),
            })
        })
        .collect()
}

fn text(field: &Field, value: &Value<'_>, lang: Lang, on_ktp: bool) -> String {
    let of_code = |code: u8| {
        let code = u64::from(code);
        let text = match field.ty {
            // The KTP-el prints four marital states where the KK prints six.
            T::Code(_) if on_ktp && *field == MARITAL => codes::ktp_marital(code),
            T::Code(list) => list.text(code),
            _ => None,
        };
        text.map_or_else(|| code.to_string(), |t| t.get(lang).to_string())
    };
    match value {
        Value::Nik(nik) => nik.to_string(),
        Value::KkNumber(number) => number.to_string(),
        Value::Text(text) => Cow::clone(text).into_owned(),
        Value::Date(date) => date.printed(),
        Value::Code(code) => of_code(*code),
        Value::Country(country) if country.as_str() == "ID" => match lang {
            Lang::Id => "WNI".into(),
            Lang::En => "Indonesian (WNI)".into(),
        },
        Value::Country(country) => format!("WNA ({})", country.as_str()),
        Value::Region(kode) => kode.dotted(),
        Value::RtRw(rt, rw) => format!("{rt:03}/{rw:03}"),
        Value::PostalCode(code) => code.to_string(),
        Value::Face(face) => format!("{} ({} B)", face.media_type(), face.data.len()),
        Value::Members(members) => members.len().to_string(),
    }
}
