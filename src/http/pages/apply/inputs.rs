//! A field of a document as the inputs of a form, and the inputs' values as the field's text.
//!
//! A date has three boxes (`name-hari`, `-bulan`, `-tahun`); a table has a box for each column of each row
//! (`name.row.column`). The text is what `Value::parse` reads.

use super::words;
use crate::http::pages::{Choice, Frame};
use crate::http::posted::Posted;
use credential::document::Value;
use credential::kinds::fields::tables::Table;
use credential::kinds::fields::{Field, FieldType as T};
use credential::lang::Text;

/// Rows that a list shows beyond those that are filled in.
const SPARE_ROWS: usize = 2;
/// Lists with more codes than this are a drop-down.
const RADIOS_MAX: usize = 7;

/// One input.
pub struct Input {
    /// Name in the form.
    pub name: String,
    /// Label for people.
    pub label: String,
    /// Explanation, or empty.
    pub hint: String,
    /// What is filled in.
    pub value: String,
    /// What is wrong with it, or empty.
    pub error: String,
    /// Whether it must be filled in.
    pub required: bool,
    /// How it looks.
    pub shape: Shape,
}

/// How an input looks.
pub enum Shape {
    /// A line of text and its keyboard.
    Line {
        /// `inputmode`, or empty.
        keys: &'static str,
    },
    /// Day, month, year.
    Date {
        /// Day.
        day: String,
        /// Month.
        month: String,
        /// Year.
        year: String,
    },
    /// One of a few.
    Radios(Vec<Choice>),
    /// One of many.
    Select(Vec<Choice>),
}

/// A group of inputs: one field, or one row of a table.
pub struct Group {
    /// Heading, or empty.
    pub title: String,
    /// Its inputs.
    pub inputs: Vec<Input>,
}

/// The inputs of a field, filled in from its text.
pub fn of(
    frame: &Frame,
    field: &'static Field,
    label: Text,
    required: bool,
    text: &str,
) -> Vec<Group> {
    let T::Table(table) = field.ty else {
        let name = field.name.to_string();
        let input = input(frame, name, &field.ty, label, required, text, text);
        return vec![Group {
            title: String::new(),
            inputs: vec![input],
        }];
    };
    let rows: Vec<Vec<&str>> = text
        .split(['\n', ';'])
        .filter(|row| !row.trim().is_empty())
        .map(|row| row.split('|').map(str::trim).collect())
        .collect();
    let shown = match table.max {
        1 => 1,
        max => (rows.len() + SPARE_ROWS).min(max),
    };
    (0..shown)
        .map(|n| group(frame, field, table, n, rows.get(n), required))
        .collect()
}

fn group(
    frame: &Frame,
    field: &Field,
    table: &'static Table,
    row: usize,
    cells: Option<&Vec<&str>>,
    required: bool,
) -> Group {
    let inputs = table.columns.iter().enumerate().map(|(n, column)| {
        let cell = cells.and_then(|cells| cells.get(n)).copied();
        let cell = cell.filter(|cell| *cell != "-").unwrap_or_default();
        // An empty row of a list may stay empty.
        let needed = column.required && (cells.is_some() || (row == 0 && required));
        let checked = if cells.is_some() { cell } else { "" };
        let name = format!("{}.{row}.{}", field.name, column.field.name);
        input(
            frame,
            name,
            &column.field.ty,
            column.field.label,
            needed,
            cell,
            checked,
        )
    });
    Group {
        inputs: inputs.collect(),
        title: match table.max {
            1 => String::new(),
            _ => format!("{} {}", frame.t("Orang ke-", "Person"), row + 1),
        },
    }
}

fn input(
    frame: &Frame,
    name: String,
    ty: &T,
    label: Text,
    required: bool,
    text: &str,
    checked: &str,
) -> Input {
    let wrong = !checked.is_empty() && Value::parse(ty, checked).is_err();
    let error = match wrong {
        true => words::wrong(frame, ty),
        false => String::new(),
    };
    Input {
        shape: shape(frame, ty, text),
        hint: words::hint(frame, ty),
        label: frame.say(&label).to_string(),
        value: text.to_string(),
        name,
        error,
        required,
    }
}

fn shape(frame: &Frame, ty: &T, text: &str) -> Shape {
    let digits = || Shape::Line { keys: "numeric" };
    match ty {
        T::DateText | T::DateDays => {
            let mut parts = text.splitn(3, '-').map(str::to_string);
            let mut next = || parts.next().unwrap_or_default();
            let (year, month, day) = (next(), next(), next());
            Shape::Date { day, month, year }
        }
        T::Code(list) => {
            let choices = list.codes.iter().map(|code| {
                let label = words::sentence(frame.say(&code.text));
                Choice::new(code.number.to_string(), label)
            });
            match list.codes.len() {
                0..=RADIOS_MAX => Shape::Radios(choices.collect()),
                _ => Shape::Select(choices.collect()),
            }
        }
        T::Country | T::Abroad => {
            let all = credential::codes::COUNTRIES.iter();
            let countries = all.map(|c| Choice::new(c.code, frame.say(&c.name)));
            Shape::Select(countries.collect())
        }
        T::NikText | T::NikNumber | T::KkNumber => digits(),
        T::Number { .. } => digits(),
        T::PostalCode => digits(),
        T::Time => digits(),
        T::Region => digits(),
        _ => Shape::Line { keys: "" },
    }
}

/// The text of a field from a form that was sent.
pub fn text(field: &Field, posted: &Posted) -> String {
    let T::Table(table) = field.ty else {
        return one(field.name, &field.ty, posted);
    };
    let mut rows = Vec::new();
    for row in 0..table.max {
        let mut cells: Vec<String> = table
            .columns
            .iter()
            .map(|column| {
                let name = format!("{}.{row}.{}", field.name, column.field.name);
                // These two characters separate cells and rows.
                one(&name, &column.field.ty, posted).replace(['|', ';', '\n'], ",")
            })
            .collect();
        if cells.iter().all(String::is_empty) {
            continue;
        }
        for cell in &mut cells {
            if cell.is_empty() {
                *cell = "-".into();
            }
        }
        rows.push(cells.join(" | "));
    }
    rows.join("\n")
}

fn one(name: &str, ty: &T, posted: &Posted) -> String {
    if !matches!(ty, T::DateText | T::DateDays) {
        let text = posted.get(name).trim();
        return match ty {
            // People write numbers in groups.
            T::NikText | T::NikNumber | T::KkNumber => text.replace([' ', '.', '-'], ""),
            T::Country | T::Abroad => text.to_uppercase(),
            _ => text.replace('\r', ""),
        };
    }
    let part = |end: &str| posted.get(&format!("{name}-{end}")).trim().to_string();
    let (day, month, year) = (part("hari"), part("bulan"), part("tahun"));
    if day.is_empty() && month.is_empty() && year.is_empty() {
        return String::new();
    }
    format!("{year:0>4}-{month:0>2}-{day:0>2}")
}

/// A size as people read it.
pub fn size_text(bytes: i64) -> String {
    match bytes {
        ..1_048_576 => format!("{} kB", (bytes + 1023) / 1024),
        _ => format!("{}.{} MB", bytes >> 20, ((bytes % (1 << 20)) * 10) >> 20),
    }
}
