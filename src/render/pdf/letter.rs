//! Letters and deeds: portrait A4, one line a field, the signed QR at the foot of the last page.

use super::columns::{self, Column, Frame};
use super::sheet::{Ink, Role, Sheet, Style, Tone};
use super::{OfficeHead, Printed, UNTIL, words};
use crate::render::qr::{QUIET_ZONE, Symbol};
use credential::document::{Group, Row};
use credential::kinds::fields::{DOCUMENT_NUMBER, FIELDS, ISSUE_DATE, ISSUE_PLACE, REGION};

const SIZE: (f32, f32) = (210.0, 297.0);
const LEFT: f32 = 20.0;
const WIDTH: f32 = 170.0;
const TOP: f32 = 16.0;
/// Below it stands the page number alone.
const BOTTOM: f32 = 283.0;
const LABELS: f32 = 56.0;
/// How dense the lines stand, airiest first: size of the text in points, white above and below in millimetres.
const DENSITIES: [Density; 6] = [
    Density {
        size: 11.0,
        air: 2.6,
    },
    Density {
        size: 10.2,
        air: 2.0,
    },
    Density {
        size: 9.6,
        air: 1.5,
    },
    Density {
        size: 9.0,
        air: 1.0,
    },
    Density {
        size: 8.6,
        air: 0.7,
    },
    Density {
        size: 8.2,
        air: 0.4,
    },
];
/// Where a document takes several pages anyway.
const SEVERAL_PAGES: Density = DENSITIES[2];

#[derive(Clone, Copy)]
struct Density {
    size: f32,
    air: f32,
}

impl Density {
    fn style(self) -> Style {
        Style::regular(self.size)
    }
}

/// Side of a module of a document's symbol: 0.5 mm, more where the symbol is small.
pub fn module(symbol: &Symbol) -> f32 {
    (46.0 / (symbol.size() + 2 * QUIET_ZONE) as f32).clamp(0.5, 0.7)
}

/// Side of a symbol with its quiet zone.
pub fn side(symbol: &Symbol) -> f32 {
    (symbol.size() + 2 * QUIET_ZONE) as f32 * module(symbol)
}

/// The airiest form that fits one page, or several pages.
pub fn sheet(printed: &Printed<'_>) -> Sheet {
    let mut forms = DENSITIES
        .into_iter()
        .map(|density| arrange(printed, density));
    let one = forms.find(|sheet| sheet.pages == 1);
    let mut sheet = one.unwrap_or_else(|| arrange(printed, SEVERAL_PAGES));
    page_numbers(&mut sheet, printed.document.kind().name.id, LEFT, WIDTH);
    sheet
}

fn arrange(printed: &Printed<'_>, density: Density) -> Sheet {
    let name = printed.document.kind().name;
    let mut sheet = Sheet::new(name.id, SIZE);
    sheet.issued = printed.claims.iat;
    let mut y = heading(&mut sheet, printed.office);
    y += 7.0;
    sheet.element(Role::Heading(1), |sheet| {
        let style = Style::bold(14.0).tone(Tone::Accent);
        y = sheet.centred(LEFT, y, WIDTH, style, &name.id.to_uppercase());
    });
    sheet.element_in(Some("en"), Role::Paragraph, |sheet| {
        y = sheet.centred(LEFT, y + 0.3, WIDTH, Style::grey(9.0), name.en);
    });
    let rows = printed.rows();
    if let Some(row) = rows.iter().find(|row| row.name == DOCUMENT_NUMBER.name) {
        sheet.element(Role::Paragraph, |sheet| {
            let text = format!("{}: {}", row.label, row.text);
            y = sheet.centred(LEFT, y + 2.0, WIDTH, Style::bold(10.5), &text);
        });
    }
    y += 5.0;
    let last = [REGION.name, ISSUE_PLACE.name, ISSUE_DATE.name, UNTIL];
    let (last, rows): (Vec<Row>, Vec<Row>) = rows
        .into_iter()
        .filter(|row| row.name != DOCUMENT_NUMBER.name)
        .partition(|row| row.group.is_none() && last.contains(&row.name));
    for section in sections(&rows) {
        y = draw(&mut sheet, y, density, section);
    }
    foot(&mut sheet, y, printed, &last);
    sheet
}

/// State, office, double rule; where it ends.
fn heading(sheet: &mut Sheet, office: &OfficeHead<'_>) -> f32 {
    let mut y = TOP;
    sheet.element(Role::Paragraph, |sheet| {
        y = sheet.centred(LEFT, y, WIDTH, Style::grey(9.5), "REPUBLIK INDONESIA");
    });
    sheet.element(Role::Paragraph, |sheet| {
        y = sheet.centred(LEFT, y + 0.6, WIDTH, Style::bold(12.5), office.name);
    });
    if let Some(address) = office.address {
        sheet.element(Role::Paragraph, |sheet| {
            y = sheet.centred(LEFT, y + 0.3, WIDTH, Style::grey(8.5), address);
        });
    }
    sheet.rule(LEFT, y + 2.2, WIDTH, 0.7, Tone::Accent);
    sheet.rule(LEFT, y + 3.3, WIDTH, 0.2, Tone::Accent);
    y + 3.5
}

/// Lines that belong together.
struct Section<'a> {
    group: Option<Group>,
    rows: Vec<&'a Row>,
}

/// Neighbouring lines of one group or of none. Lists stay in one section with all their rows.
fn sections(rows: &[Row]) -> Vec<Section<'_>> {
    let same = |a: Option<Group>, b: Option<Group>| match (a, b) {
        (Some(a), Some(b)) => a.name == b.name && (a.row == b.row || is_list(a)),
        (None, None) => true,
        _ => false,
    };
    let mut sections: Vec<Section<'_>> = Vec::new();
    for row in rows {
        match sections.last_mut() {
            Some(section) if same(section.group, row.group) => section.rows.push(row),
            _ => sections.push(Section {
                group: row.group,
                rows: vec![row],
            }),
        }
    }
    sections
}

/// Whether a table has few columns and many rows, so that it is printed as one.
fn is_list(group: Group) -> bool {
    let field = FIELDS.iter().find(|field| field.name == group.name);
    field
        .and_then(|field| field.table())
        .is_some_and(|table| table.max > 2 && table.columns.len() <= 4)
}

fn draw(sheet: &mut Sheet, mut y: f32, density: Density, section: Section<'_>) -> f32 {
    let Some(group) = section.group else {
        return lines(sheet, y, density, 0.0, &section.rows);
    };
    let list = is_list(group);
    let mut heading = group.label.to_string();
    match (list, group.rows) {
        (true, rows) => heading += &format!(" ({rows})"),
        (false, 2..) => heading += &format!(" ({})", group.row + 1),
        _ => {}
    }
    // A heading stays with what it heads.
    if y + 6.0 + 2.0 * columns::least_height(density.style()) > BOTTOM {
        sheet.next_page();
        y = TOP;
    }
    sheet.element(Role::Heading(2), |sheet| {
        let style = Style::bold(density.size).tone(Tone::Accent);
        y = sheet.block(LEFT, y + 1.8, WIDTH, style, &heading);
    });
    y += 0.6;
    match list {
        true => members(sheet, y, density, &section.rows),
        false => {
            let (page, from) = (sheet.pages, y);
            let end = lines(sheet, y, density, 4.0, &section.rows);
            if sheet.pages == page {
                let bar = Ink::Rectangle {
                    x: LEFT + 0.6,
                    y: from + 0.6,
                    width: 0.5,
                    height: end - from - 1.0,
                    tone: Tone::Line,
                };
                sheet.decorate(bar);
            }
            end + 1.0
        }
    }
}

/// One line of label and value a row.
fn lines(sheet: &mut Sheet, mut y: f32, density: Density, indent: f32, rows: &[&Row]) -> f32 {
    let values = LEFT + LABELS + 3.0;
    let (label_width, value_width) = (LABELS - indent, LEFT + WIDTH - values);
    sheet.element(Role::Table, |sheet| {
        for row in rows {
            let (label, value) = (density.style().tone(Tone::Grey), density.style());
            let count = |style: Style, text: &str, width: f32| style.lines(text, width).len();
            let most =
                count(label, row.label, label_width).max(count(value, &row.text, value_width));
            let height = most as f32 * value.leading() + density.air;
            if y + height > BOTTOM {
                sheet.next_page();
                y = TOP;
            }
            let top = y + density.air / 2.0;
            sheet.element(Role::Row, |sheet| {
                sheet.element(Role::RowHead, |sheet| {
                    sheet.block(LEFT + indent, top, label_width, label, row.label);
                });
                sheet.element(Role::Cell, |sheet| {
                    sheet.block(values, top, value_width, value, &row.text);
                });
            });
            y += height;
            sheet.rule(LEFT + indent, y, WIDTH - indent, 0.12, Tone::Line);
        }
    });
    y
}

/// A list with a column for each field that any of its rows has.
fn members(sheet: &mut Sheet, y: f32, density: Density, rows: &[&Row]) -> f32 {
    let mut labels: Vec<(&str, &str)> = Vec::new();
    for row in rows {
        if !labels.iter().any(|(name, _)| *name == row.name) {
            labels.push((row.name, row.label));
        }
    }
    let count = rows
        .first()
        .and_then(|row| row.group)
        .map_or(0, |group| group.rows);
    let cells = (0..count).map(|n| {
        let mine = |row: &&&Row| row.group.is_some_and(|group| group.row == n);
        let cell = |name: &str| {
            let found = rows.iter().filter(mine).find(|row| row.name == name);
            found.map_or_else(|| "-".to_string(), |row| row.text.clone())
        };
        std::iter::once((n + 1).to_string())
            .chain(labels.iter().map(|(name, _)| cell(name)))
            .collect()
    });
    let cells: Vec<Vec<String>> = cells.collect();
    let share = |name: &str| if name == "nama" { 3.0 } else { 1.6 };
    let number = Column {
        label: "No".into(),
        share: 0.4,
    };
    let columns = labels.iter().map(|(name, label)| Column {
        label: (*label).into(),
        share: share(name),
    });
    let columns: Vec<Column> = std::iter::once(number).chain(columns).collect();
    let frame = Frame {
        x: LEFT,
        width: WIDTH,
        top: TOP,
        bottom: BOTTOM,
    };
    columns::table(
        sheet,
        frame,
        y,
        &columns,
        &cells,
        Style::regular(density.size.min(9.2) - 0.4),
    ) + 1.5
}

/// The symbol with place, date, office and note beside it, at the foot of the page.
fn foot(sheet: &mut Sheet, y: f32, printed: &Printed<'_>, last: &[Row]) {
    let side = side(&printed.symbol);
    let gap = 6.0;
    let (x, width) = (LEFT + side + gap, WIDTH - side - gap);
    // Drawn once on paper that is thrown away, to know how high it is.
    let mut trial = Sheet::new("", SIZE);
    let needed = beside(&mut trial, x, 0.0, width, printed, last).max(side);
    if y + 4.0 + needed > BOTTOM {
        sheet.next_page();
    }
    let top = BOTTOM - needed;
    sheet.rule(LEFT, top - 2.0, WIDTH, 0.2, Tone::Accent);
    let kind = printed.document.kind().name.id;
    beside(sheet, x, top, width, printed, last);
    let symbol = printed.symbol.clone();
    sheet.element(Role::Figure(words::symbol(kind)), |sheet| {
        // The quiet zone is white anyway: the symbol itself lines up with the text's edge.
        let inset = module(&printed.symbol) * (QUIET_ZONE as f32 - 1.0);
        sheet.draw(Ink::Symbol {
            x: LEFT - inset,
            y: top,
            side,
            symbol,
        });
    });
}

/// Place, date, office, how to check; where it ends.
fn beside(
    sheet: &mut Sheet,
    x: f32,
    mut y: f32,
    width: f32,
    printed: &Printed<'_>,
    last: &[Row],
) -> f32 {
    y = issued(sheet, x, y + 1.0, width, last);
    y = office(sheet, x, y + 1.5, width, printed.office);
    y += 2.5;
    sheet.element(Role::Heading(2), |sheet| {
        y = sheet.block(x, y, width, Style::bold(8.2), words::CHECK_HEADING);
    });
    for (n, lang) in [None, Some("en")].into_iter().enumerate() {
        let text = format!("{} {}", words::CHECK[n], words::PAPER[n]);
        sheet.element_in(lang, Role::Paragraph, |sheet| {
            y = sheet.block(x, y + 0.8, width, Style::grey(7.2), &text);
        });
    }
    y
}

/// Place and date of issue and until when it is valid.
pub fn issued(sheet: &mut Sheet, x: f32, mut y: f32, width: f32, rows: &[Row]) -> f32 {
    const LABELS: f32 = 28.0;
    sheet.element(Role::Table, |sheet| {
        for row in rows {
            sheet.element(Role::Row, |sheet| {
                sheet.element(Role::RowHead, |sheet| {
                    sheet.block(x, y, LABELS, Style::grey(9.0), row.label);
                });
                sheet.element(Role::Cell, |sheet| {
                    y = sheet.block(
                        x + LABELS,
                        y,
                        width - LABELS,
                        Style::regular(9.0),
                        &row.text,
                    );
                });
            });
        }
    });
    y
}

/// Who signed.
pub fn office(sheet: &mut Sheet, x: f32, mut y: f32, width: f32, office: &OfficeHead<'_>) -> f32 {
    sheet.element(Role::Paragraph, |sheet| {
        y = sheet.block(x, y, width, Style::bold(9.5), office.name);
    });
    if let Some(head) = office.head {
        sheet.element(Role::Paragraph, |sheet| {
            y = sheet.block(x, y, width, Style::regular(9.5), head);
        });
    }
    sheet.element(Role::Paragraph, |sheet| {
        y = sheet.block(x, y + 0.3, width, Style::grey(8.0), words::SIGNED);
    });
    y
}

/// The document's name and the number of each page, at its foot.
pub fn page_numbers(sheet: &mut Sheet, name: &str, x: f32, width: f32) {
    let style = Style::grey(7.0);
    for page in 0..sheet.pages {
        let y = sheet.size.1 - 7.0;
        let number = words::page(page + 1, sheet.pages);
        let left = x + width - style.width(&number);
        for (x, text) in [(x, name.to_string()), (left, number)] {
            sheet.decorate_on(page, Ink::Text { x, y, style, text });
        }
    }
}
