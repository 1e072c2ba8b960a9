//! The family card: landscape A4, two tables of members one below the other as on the official form (F-1.09), the signed
//! QR at the top right.

use super::columns::{self, Column, Frame};
use super::letter::{issued, office, page_numbers};
use super::sheet::{Ink, Role, Sheet, Style, Tone};
use super::{Printed, UNTIL, letter, words};
use crate::render::qr::QUIET_ZONE;
use credential::document::{Member, Row, Value, member_rows};
use credential::kinds::fields::{ISSUE_DATE, ISSUE_PLACE, KK_NUMBER, MEMBERS, column};
use credential::kinds::{Column as MemberColumn, MEMBER_COLUMNS};
use credential::lang::Lang;

const SIZE: (f32, f32) = (297.0, 210.0);
const LEFT: f32 = 12.0;
const WIDTH: f32 = 273.0;
const TOP: f32 = 11.0;
const BOTTOM: f32 = 196.0;
const CELL: Style = Style::regular(7.4);
/// The second table of the form begins with this column.
const SECOND: u8 = column::MARITAL.key;

pub fn sheet(printed: &Printed<'_>) -> Sheet {
    let name = printed.document.kind().name;
    let mut sheet = Sheet::new(name.id, SIZE);
    sheet.issued = printed.claims.iat;
    let rows = printed.rows();
    let last = [ISSUE_PLACE.name, ISSUE_DATE.name, UNTIL];
    let (last, rows): (Vec<Row>, Vec<Row>) =
        rows.into_iter().partition(|row| last.contains(&row.name));
    let (number, rows): (Vec<Row>, Vec<Row>) =
        rows.into_iter().partition(|row| row.name == KK_NUMBER.name);

    let side = letter::side(&printed.symbol);
    let width = WIDTH - side - 4.0;
    let mut y = heading(&mut sheet, printed, number.first(), width);
    y = fields(&mut sheet, y + 3.0, width, &rows);
    let text_end = y;
    symbol(&mut sheet, printed, side);
    y = text_end.max(TOP - 3.0 + side) + 1.5;

    if let Some(Value::Members(members)) = printed.document.get(&MEMBERS) {
        for columns in blocks(printed.document.is_core_only()) {
            y = block(&mut sheet, y, members, &columns) + 3.0;
        }
    }
    foot(&mut sheet, y, printed, &last);
    page_numbers(&mut sheet, name.id, LEFT, WIDTH);
    sheet
}

fn heading(sheet: &mut Sheet, printed: &Printed<'_>, number: Option<&Row>, width: f32) -> f32 {
    let name = printed.document.kind().name;
    let mut y = TOP;
    sheet.element(Role::Paragraph, |sheet| {
        y = sheet.centred(LEFT, y, width, Style::grey(9.0), "REPUBLIK INDONESIA");
    });
    sheet.element(Role::Paragraph, |sheet| {
        y = sheet.centred(LEFT, y, width, Style::bold(10.5), printed.office.name);
    });
    sheet.element(Role::Heading(1), |sheet| {
        let style = Style::bold(19.0).tone(Tone::Accent);
        y = sheet.centred(LEFT, y + 1.5, width, style, &name.id.to_uppercase());
    });
    sheet.element_in(Some("en"), Role::Paragraph, |sheet| {
        y = sheet.centred(LEFT, y - 0.8, width, Style::grey(8.5), name.en);
    });
    if let Some(row) = number {
        sheet.element(Role::Paragraph, |sheet| {
            let text = format!("No. {}", row.text);
            y = sheet.centred(LEFT, y + 0.5, width, Style::bold(13.0), &text);
        });
    }
    y
}

/// The family's own fields in two columns, the left one first.
fn fields(sheet: &mut Sheet, y: f32, width: f32, rows: &[Row]) -> f32 {
    const LABELS: f32 = 34.0;
    let half = rows.len().div_ceil(2);
    let column = (width - 4.0) / 2.0;
    let mut lowest = y;
    sheet.element(Role::Table, |sheet| {
        for (n, rows) in [&rows[..half], &rows[half..]].into_iter().enumerate() {
            let x = LEFT + n as f32 * (column + 4.0);
            let mut y = y;
            for row in rows {
                let (label, value) = (Style::grey(8.4), Style::regular(8.4));
                let mut end = y;
                sheet.element(Role::Row, |sheet| {
                    sheet.element(Role::RowHead, |sheet| {
                        end = sheet.block(x, y, LABELS, label, row.label);
                    });
                    sheet.element(Role::Cell, |sheet| {
                        let width = column - LABELS - 1.0;
                        end = sheet
                            .block(x + LABELS + 1.0, y, width, value, &row.text)
                            .max(end);
                    });
                });
                y = end + 0.5;
            }
            lowest = lowest.max(y);
        }
    });
    lowest
}

fn symbol(sheet: &mut Sheet, printed: &Printed<'_>, side: f32) {
    let kind = printed.document.kind().name.id;
    let symbol = printed.symbol.clone();
    sheet.element(Role::Figure(words::symbol(kind)), |sheet| {
        let inset = letter::module(&printed.symbol) * (QUIET_ZONE as f32 - 1.0);
        let x = LEFT + WIDTH - side + inset;
        sheet.draw(Ink::Symbol {
            x,
            y: TOP - inset,
            side,
            symbol,
        });
    });
}

/// The tables of the form: two of all columns, or one of the core columns.
fn blocks(core_only: bool) -> Vec<Vec<&'static MemberColumn>> {
    let columns = MEMBER_COLUMNS.iter();
    match core_only {
        true => vec![columns.filter(|c| c.core).collect()],
        false => {
            let (first, second) = columns.partition(|c| c.field.key < SECOND);
            vec![first, second]
        }
    }
}

/// How wide a column is, relative to the others.
fn share(name: &str) -> f32 {
    match name {
        "nama" => 58.0,
        "ayah" | "ibu" => 56.0,
        "nik" => 31.0,
        "jenis_kelamin" | "tanggal_lahir" | "agama" => 21.0,
        "golongan_darah" => 16.0,
        "pekerjaan" => 37.0,
        "pendidikan" => 34.0,
        "tempat_lahir" | "shdk" => 30.0,
        _ => 25.0,
    }
}

fn block(sheet: &mut Sheet, mut y: f32, members: &[Member<'_>], used: &[&MemberColumn]) -> f32 {
    let number = Column {
        label: "No".into(),
        share: 7.0,
    };
    let columns = used.iter().map(|c| Column {
        label: c.field.label.get(Lang::Id).into(),
        share: share(c.field.name),
    });
    let columns: Vec<Column> = std::iter::once(number).chain(columns).collect();
    let rows = members.iter().enumerate().map(|(n, member)| {
        let present = member_rows(member, Lang::Id);
        let cell = |c: &&MemberColumn| {
            let row = present.iter().find(|row| row.name == c.field.name);
            row.map_or_else(|| absent(c), |row| row.text.clone())
        };
        std::iter::once((n + 1).to_string())
            .chain(used.iter().map(cell))
            .collect()
    });
    let rows: Vec<Vec<String>> = rows.collect();
    if y + columns::least_height(CELL) > BOTTOM {
        sheet.next_page();
        y = TOP;
    }
    let frame = Frame {
        x: LEFT,
        width: WIDTH,
        top: TOP,
        bottom: BOTTOM,
    };
    columns::table(sheet, frame, y, &columns, &rows, CELL)
}

/// The format leaves the citizenship of Indonesians out.
fn absent(column: &MemberColumn) -> String {
    match column.field.key == column::NATIONALITY.key {
        true => "WNI".into(),
        false => "-".into(),
    }
}

/// How to check on the left, place, date and office on the right, at the foot of the last page.
fn foot(sheet: &mut Sheet, y: f32, printed: &Printed<'_>, last: &[Row]) {
    let mut trial = Sheet::new("", SIZE);
    let needed = draw_foot(&mut trial, 0.0, printed, last);
    if y + needed > BOTTOM + 2.0 {
        sheet.next_page();
    }
    let top = BOTTOM + 2.0 - needed;
    sheet.rule(LEFT, top - 1.5, WIDTH, 0.2, Tone::Accent);
    draw_foot(sheet, top, printed, last);
}

fn draw_foot(sheet: &mut Sheet, top: f32, printed: &Printed<'_>, last: &[Row]) -> f32 {
    const NOTES: f32 = 165.0;
    let (x, width) = (LEFT + NOTES + 10.0, WIDTH - NOTES - 10.0);
    let mut right = issued(sheet, x, top, width, last);
    right = office(sheet, x, right + 1.0, width, printed.office);
    let mut y = top;
    if printed.document.is_core_only() {
        sheet.element(Role::Paragraph, |sheet| {
            y = sheet.block(LEFT, y, NOTES, Style::regular(7.6), words::CORE_ONLY);
        });
        y += 0.8;
    }
    sheet.element(Role::Heading(2), |sheet| {
        y = sheet.block(LEFT, y, NOTES, Style::bold(8.0), words::CHECK_HEADING);
    });
    for (n, lang) in [None, Some("en")].into_iter().enumerate() {
        let text = format!("{} {}", words::CHECK[n], words::PAPER[n]);
        sheet.element_in(lang, Role::Paragraph, |sheet| {
            y = sheet.block(LEFT, y + 0.4, NOTES, Style::grey(6.8), &text);
        });
    }
    y.max(right) - top
}
