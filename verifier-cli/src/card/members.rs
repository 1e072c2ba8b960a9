//! The members of a family card as tables that stay readable at 80 columns.

use super::layout::{Style, paragraph};
use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width};
use credential::document::{Member, member_rows};
use credential::kinds::fields::Field;
use credential::kinds::fields::column as c;

/// A column of our tables: the field and a heading that is shorter than its label.
type Column = (&'static Field, &'static str, &'static str);

/// The printed card splits its columns over two tables; at 80 columns it takes three and one for foreigners.
const TABLES: [&[Column]; 4] = [
    &[
        (&c::NAME, "Nama lengkap", "Full name"),
        (&c::NIK, "NIK", "NIK"),
        (&c::RELATION, "Hubungan", "Relation"),
        (&c::SEX, "Kelamin", "Sex"),
        (&c::BIRTH_DATE, "Tgl lahir", "Born on"),
    ],
    &[
        (&c::BIRTH_PLACE, "Tempat lahir", "Born in"),
        (&c::FAITH, "Agama", "Religion"),
        (&c::EDUCATION_LEVEL, "Pendidikan", "Education"),
        (&c::JOB, "Pekerjaan", "Occupation"),
        (&c::BLOOD, "Darah", "Blood"),
    ],
    &[
        (&c::MARITAL, "Perkawinan", "Marital status"),
        (&c::MARITAL_DATE, "Sejak", "Since"),
        (&c::FATHER, "Ayah", "Father"),
        (&c::MOTHER, "Ibu", "Mother"),
    ],
    &[
        (&c::NATIONALITY, "Kewarganegaraan", "Nationality"),
        (&c::PASSPORT, "No. paspor", "Passport"),
        (&c::KITAP, "No. KITAP", "KITAP"),
    ],
];

/// All members; columns that no member has are left out, and the rows of all tables have the same numbers.
pub fn tables(members: &[Member<'_>], core_only: bool, style: &Style) -> String {
    let heading = format!(
        "{} ({})",
        style.say("Anggota keluarga", "Family members"),
        members.len()
    );
    let mut text = format!(" {}\n", style.paint("1", &heading));
    for columns in TABLES {
        let used: Vec<_> = columns
            .iter()
            .filter(|(field, ..)| members.iter().any(|m| m.get(field).is_some()))
            .collect();
        if !used.is_empty() {
            text += &table(members, &used, style);
        }
    }
    if core_only {
        let note = style.say(
            "QR ini dan kartu cetaknya memuat kolom inti saja karena keluarga besar.",
            "This QR and its printed card hold the core columns only, as the family is large.",
        );
        text += &paragraph(note, style);
    }
    text
}

fn table(members: &[Member<'_>], columns: &[&Column], style: &Style) -> String {
    let headings = columns
        .iter()
        .map(|(_, id, en)| style.say(id, en).to_string());
    let rows = members.iter().map(|member| {
        let present = member_rows(member, style.lang);
        let cells = columns.iter().map(|(field, ..)| {
            let row = present.iter().find(|row| row.name == field.name);
            row.map_or_else(|| "-".into(), |row| row.text.clone())
        });
        cells.collect()
    });
    grid(headings, rows, style)
}

/// A table with numbered rows within the card's width.
pub fn grid(
    headings: impl Iterator<Item = String>,
    rows: impl Iterator<Item = Vec<String>>,
    style: &Style,
) -> String {
    let mut table = Table::new();
    table.load_preset(UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(style.width).unwrap_or(80));
    table.set_header(std::iter::once("No".to_string()).chain(headings));
    let mut longest_numbers = Vec::new();
    for (n, row) in rows.enumerate() {
        let cells: Vec<String> = std::iter::once((n + 1).to_string()).chain(row).collect();
        longest_numbers.resize(cells.len(), 0);
        for (longest, cell) in longest_numbers.iter_mut().zip(&cells) {
            if is_number(cell) {
                *longest = cell.len().max(*longest);
            }
        }
        table.add_row(cells);
    }
    for (column, longest) in table.column_iter_mut().zip(longest_numbers) {
        let width = u16::try_from(longest).unwrap_or(0) + column.padding_width();
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(width)));
    }
    format!("{table}\n")
}

/// A NIK or a day: read out and compared digit by digit, so it is never broken over two lines.
fn is_number(cell: &str) -> bool {
    cell.bytes().all(|b| b.is_ascii_digit() || b == b'-')
}
