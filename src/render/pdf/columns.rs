//! Tables with a heading for each column, over as many pages as they need.

use super::fonts::Weight;
use super::sheet::{Ink, Role, Sheet, Style, Tone};

/// A column.
pub struct Column {
    /// Its heading.
    pub label: String,
    /// Its width, relative to the others'.
    pub share: f32,
}

/// Where a table may stand.
#[derive(Clone, Copy)]
pub struct Frame {
    /// Left edge.
    pub x: f32,
    /// Width.
    pub width: f32,
    /// Where the text of further pages begins.
    pub top: f32,
    /// Where the text of every page ends.
    pub bottom: f32,
}

const HEAD: Style = Style {
    size: 6.6,
    weight: Weight::Bold,
    tone: Tone::Black,
};
const PAD: f32 = 1.0;

/// Draws a table from `y` on; where it ends. The first cell of a row is its heading.
pub fn table(
    sheet: &mut Sheet,
    frame: Frame,
    y: f32,
    columns: &[Column],
    rows: &[Vec<String>],
    style: Style,
) -> f32 {
    let shares: f32 = columns.iter().map(|c| c.share).sum();
    let widths: Vec<f32> = columns
        .iter()
        .map(|c| c.share / shares * frame.width)
        .collect();
    let labels: Vec<&str> = columns.iter().map(|c| c.label.as_str()).collect();
    let head = height(&labels, &widths, HEAD);
    let mut y = y;
    sheet.element(Role::Table, |sheet| {
        tint(sheet, frame, y, head);
        sheet.element(Role::Row, |sheet| {
            cells(sheet, frame.x, y, &labels, &widths, HEAD, |_| {
                Role::ColumnHead
            });
        });
        y += head;
        for row in rows {
            let texts: Vec<&str> = row.iter().map(String::as_str).collect();
            let needed = height(&texts, &widths, style);
            if y + needed > frame.bottom {
                sheet.next_page();
                y = frame.top;
                tint(sheet, frame, y, head);
                repeat(sheet, frame.x, y, &labels, &widths);
                y += head;
            }
            sheet.element(Role::Row, |sheet| {
                cells(sheet, frame.x, y, &texts, &widths, style, |n| match n {
                    0 => Role::RowHead,
                    _ => Role::Cell,
                });
            });
            y += needed;
            sheet.rule(frame.x, y, frame.width, 0.15, Tone::Line);
        }
    });
    y
}

/// Height of the heading and one row of one line, so that a caller can keep them together.
pub fn least_height(style: Style) -> f32 {
    3.0 * HEAD.leading() + style.leading() + 4.0 * PAD
}

fn height(texts: &[&str], widths: &[f32], style: Style) -> f32 {
    let lines = texts.iter().zip(widths);
    let lines = lines.map(|(text, width)| style.lines(text, width - 2.0 * PAD).len());
    lines.max().unwrap_or(1).max(1) as f32 * style.leading() + 2.0 * PAD * 0.7
}

fn tint(sheet: &mut Sheet, frame: Frame, y: f32, height: f32) {
    let (x, width) = (frame.x, frame.width);
    sheet.decorate(Ink::Rectangle {
        x,
        y,
        width,
        height,
        tone: Tone::Tint,
    });
    sheet.rule(x, y, width, 0.25, Tone::Accent);
}

fn cells(
    sheet: &mut Sheet,
    mut x: f32,
    y: f32,
    texts: &[&str],
    widths: &[f32],
    style: Style,
    role: impl Fn(usize) -> Role,
) {
    for (n, (text, width)) in texts.iter().zip(widths).enumerate() {
        sheet.element(role(n), |sheet| {
            sheet.block(x + PAD, y + PAD * 0.7, width - 2.0 * PAD, style, text);
        });
        x += width;
    }
}

/// The headings again on a further page, for the eye only: the structure has them once.
fn repeat(sheet: &mut Sheet, mut x: f32, y: f32, labels: &[&str], widths: &[f32]) {
    for (label, width) in labels.iter().zip(widths) {
        let mut line_y = y + PAD * 0.7;
        for line in HEAD.lines(label, width - 2.0 * PAD) {
            sheet.decorate(Ink::Text {
                x: x + PAD,
                y: line_y + HEAD.ascent(),
                style: HEAD,
                text: line.into(),
            });
            line_y += HEAD.leading();
        }
        x += width;
    }
}
