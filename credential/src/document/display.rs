//! A document as rows of label and text, in printed order and in the reader's language.

use super::{Document, Member, Value};
use crate::codes;
use crate::kinds::MEMBER_COLUMNS;
use crate::kinds::fields::{Field, FieldType as T, MARITAL, OTHER_ADDRESS, REGION, tables::place};
use crate::lang::{Lang, Text};
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
    /// The table it stands in, for a line that is a column of one.
    pub group: Option<Group>,
}

/// Which row of which table a line belongs to. Lines of the same group stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    /// JSON name of the table's field.
    pub name: &'static str,
    /// Its label.
    pub label: &'static str,
    /// Which row, from 0.
    pub row: usize,
    /// How many rows it has.
    pub rows: usize,
}

const CLASS: Text = Text {
    id: "Klasifikasi Pindah",
    en: "Classification of the move",
};

/// The fields of a document in printed order and under the labels of its kind, without pictures, family members and
/// derived values. Tables give a line for each column that is present.
pub fn rows(document: &Document<'_>, lang: Lang) -> Vec<Row> {
    let mut rows = vec![];
    for used in document.uses() {
        let field = used.field;
        let Some(value) = document.get(field) else {
            continue;
        };
        if field.ty.is_derived() || matches!(field.ty, T::Face | T::Members | T::Detail) {
            continue;
        }
        let label = used.label().get(lang);
        if let (T::Table(table), Value::Rows(all)) = (field.ty, value) {
            for (n, row) in all.iter().enumerate() {
                let group = Group {
                    name: field.name,
                    label,
                    row: n,
                    rows: all.len(),
                };
                let columns = table.columns.iter().map(|column| column.field);
                rows.extend(cells(row, columns, lang, Some(group)));
            }
            if *field == OTHER_ADDRESS {
                rows.extend(move_class(document, lang));
            }
            continue;
        }
        rows.push(Row {
            name: field.name,
            label,
            text: text(field, value, lang, document.kind().number == 1),
            group: None,
        });
    }
    rows
}

/// The classification of a move (`klasifikasi_pindah`), which follows from the two regions.
pub fn move_class_code(document: &Document<'_>) -> Option<u8> {
    let here = document.get(&REGION)?.as_region()?;
    let other = document.get(&OTHER_ADDRESS)?.rows().first()?;
    let there = other.get(&place::REGION)?.as_region()?;
    Some(codes::move_class(here, there))
}

fn move_class(document: &Document<'_>, lang: Lang) -> Option<Row> {
    let class = codes::MOVE_CLASS.text(u64::from(move_class_code(document)?))?;
    Some(Row {
        name: codes::MOVE_CLASS.name,
        label: CLASS.get(lang),
        text: class.get(lang).into(),
        group: None,
    })
}

/// The columns of a family member that are present.
pub fn member_rows(member: &Member<'_>, lang: Lang) -> Vec<Row> {
    let columns = MEMBER_COLUMNS.iter().map(|column| column.field);
    cells(member, columns, lang, None).collect()
}

fn cells(
    row: &Member<'_>,
    columns: impl Iterator<Item = &'static Field>,
    lang: Lang,
    group: Option<Group>,
) -> impl Iterator<Item = Row> {
    columns.filter_map(move |field| {
        Some(Row {
            name: field.name,
            label: field.label.get(lang),
            text: text(field, row.get(field)?, lang, false),
            group,
        })
    })
}

/// One value as text, e.g. in a form; a table's rows stand in lines of their own.
pub fn text_of(field: &Field, value: &Value<'_>, lang: Lang) -> String {
    let (Value::Rows(rows), T::Table(table)) = (value, &field.ty) else {
        return text(field, value, lang, false);
    };
    let line = |row: &Member<'_>| {
        let columns = table.columns.iter().map(|column| column.field);
        let cells = cells(row, columns, lang, None).map(|row| row.text);
        cells.collect::<Vec<_>>().join(", ")
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
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
        Value::Country(country) if matches!(field.ty, T::Abroad) => {
            let code = country.as_str();
            match codes::country(code) {
                Some(name) => format!("{} ({code})", name.get(lang)),
                None => code.into(),
            }
        }
        Value::Country(country) if country.as_str() == "ID" => match lang {
            Lang::Id => "WNI".into(),
            Lang::En => "Indonesian (WNI)".into(),
        },
        Value::Country(country) => format!("WNA ({})", country.as_str()),
        Value::Region(kode) => kode.dotted(),
        Value::RtRw(rt, rw) => format!("{rt:03}/{rw:03}"),
        Value::PostalCode(code) => code.to_string(),
        Value::Face(face) => format!("{} ({} B)", face.media_type(), face.data.len()),
        Value::Number(number) => number.to_string(),
        Value::Time(minutes) => format!("{:02}:{:02}", minutes / 60, minutes % 60),
        Value::Members(rows) | Value::Rows(rows) => rows.len().to_string(),
    }
}
