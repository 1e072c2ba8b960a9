//! The receipt of an application: A5, with what the applicant needs to follow it.

use super::sheet::{Ink, Role, Sheet, Style, Tone};
use super::{OfficeHead, PdfError, words};
use crate::domain::registration::Registration;
use crate::render::qr::{self, Ecc};
use credential::date::Date;
use credential::kinds::Kind;
use credential::lang::Text;

/// What a receipt says.
pub struct Receipt<'a> {
    /// The application's number. Its text alone is in the QR, no address.
    pub registration: &'a Registration,
    /// The code that opens the application together with the number; `None` where it is not handed out on paper.
    pub code: Option<&'a str>,
    /// What was applied for.
    pub kind: &'static Kind,
    /// Where.
    pub office: &'a OfficeHead<'a>,
    /// The day it was handed in, in the office's time.
    pub filed: Date,
    /// What happens next, in order.
    pub steps: &'a [Step<'a>],
}

/// One step of an application.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// What happens, in Indonesian.
    pub text: &'a str,
    /// A day or a limit that belongs to it.
    pub when: Option<&'a str>,
}

const SIZE: (f32, f32) = (148.0, 210.0);
const LEFT: f32 = 14.0;
const WIDTH: f32 = 120.0;
const SIDE: f32 = 38.0;

const TITLE: Text = Text {
    id: "Tanda Terima Permohonan",
    en: "Receipt of an application",
};
const NUMBER: &str = "Nomor registrasi";
const CODE: &str = "Kode";
const CODE_NOTE: &str = "Kode ini rahasia. Nomor dan kode bersama-sama membuka permohonan Anda.";
const KEEP: [&str; 2] = [
    "Simpan tanda terima ini. Ikuti permohonan dengan nomor registrasi pada halaman Lacak, atau tunjukkan QR ini di loket.",
    "Keep this receipt. Follow the application by its number on the Track page, or show the QR at the counter.",
];

pub fn sheet(receipt: &Receipt<'_>) -> Result<Sheet, PdfError> {
    let mut sheet = Sheet::new(TITLE.id, SIZE);
    let mut y = 13.0;
    let text_width = WIDTH - SIDE - 4.0;
    sheet.element(Role::Paragraph, |sheet| {
        y = sheet.block(LEFT, y, WIDTH, Style::bold(10.0), receipt.office.name);
    });
    if let Some(address) = receipt.office.address {
        sheet.element(Role::Paragraph, |sheet| {
            y = sheet.block(LEFT, y, WIDTH, Style::grey(8.0), address);
        });
    }
    sheet.rule(LEFT, y + 1.5, WIDTH, 0.6, Tone::Accent);
    y += 6.0;
    let top = y;
    sheet.element(Role::Heading(1), |sheet| {
        y = sheet.block(
            LEFT,
            y,
            text_width,
            Style::bold(15.0).tone(Tone::Accent),
            TITLE.id,
        );
    });
    sheet.element_in(Some("en"), Role::Paragraph, |sheet| {
        y = sheet.block(LEFT, y, text_width, Style::grey(8.5), TITLE.en);
    });
    y += 3.0;
    sheet.element(Role::Table, |sheet| {
        let date = receipt.filed.printed();
        for (label, value) in [("Dokumen", receipt.kind.name.id), ("Diajukan", &date)] {
            sheet.element(Role::Row, |sheet| {
                sheet.element(Role::RowHead, |sheet| {
                    sheet.block(LEFT, y, 20.0, Style::grey(9.0), label);
                });
                sheet.element(Role::Cell, |sheet| {
                    y = sheet.block(
                        LEFT + 20.0,
                        y,
                        text_width - 20.0,
                        Style::regular(9.0),
                        value,
                    );
                });
            });
            y += 0.8;
        }
    });
    let registration = receipt.registration.to_string();
    // Numbers are read out and typed in daylight from crumpled paper: Q survives that.
    let symbol = qr::encode(&registration, Ecc::Q)?;
    let words = format!("Kode QR berisi nomor registrasi {registration}");
    sheet.element(Role::Figure(words), |sheet| {
        sheet.draw(Ink::Symbol {
            x: LEFT + WIDTH - SIDE + 2.0,
            y: top - 3.0,
            side: SIDE,
            symbol,
        });
    });
    y = y.max(top + SIDE) + 2.0;
    y = numbers(&mut sheet, y, &registration, receipt.code);
    y = steps(&mut sheet, y + 6.0, receipt.steps);
    y += 5.0;
    for (texts, size) in [(words::FREE, 8.6), (KEEP, 8.2)] {
        for (text, lang) in texts.into_iter().zip([None, Some("en")]) {
            let style = if lang.is_none() {
                Style::regular(size)
            } else {
                Style::grey(size - 0.6)
            };
            sheet.element_in(lang, Role::Paragraph, |sheet| {
                y = sheet.block(LEFT, y + 0.6, WIDTH, style, text);
            });
        }
        y += 1.5;
    }
    Ok(sheet)
}

/// The number, large, and the code if it is told.
fn numbers(sheet: &mut Sheet, mut y: f32, registration: &str, code: Option<&str>) -> f32 {
    let height = if code.is_some() { 32.0 } else { 17.0 };
    sheet.decorate(Ink::Rectangle {
        x: LEFT,
        y,
        width: WIDTH,
        height,
        tone: Tone::Tint,
    });
    let end = y + height;
    y += 2.2;
    let (x, width) = (LEFT + 4.0, WIDTH - 8.0);
    sheet.element(Role::Paragraph, |sheet| {
        y = sheet.block(x, y, width, Style::grey(8.5), NUMBER);
        y = sheet.block(x, y - 0.4, width, Style::bold(20.0), registration);
    });
    if let Some(code) = code {
        sheet.element(Role::Paragraph, |sheet| {
            y = sheet.block(x, y + 0.8, width, Style::grey(8.5), CODE);
            y = sheet.block(x, y - 0.3, width, Style::bold(14.0), code);
        });
        sheet.element(Role::Paragraph, |sheet| {
            y = sheet.block(x, y, width, Style::grey(7.6), CODE_NOTE);
        });
    }
    end
}

fn steps(sheet: &mut Sheet, mut y: f32, steps: &[Step<'_>]) -> f32 {
    if steps.is_empty() {
        return y;
    }
    sheet.element(Role::Heading(2), |sheet| {
        y = sheet.block(
            LEFT,
            y,
            WIDTH,
            Style::bold(9.6).tone(Tone::Accent),
            "Langkah berikutnya",
        );
    });
    y += 0.8;
    sheet.element(Role::List, |sheet| {
        for (n, step) in steps.iter().enumerate() {
            let text = match step.when {
                Some(when) => format!("{} – {when}", step.text),
                None => step.text.to_string(),
            };
            sheet.element(Role::Item, |sheet| {
                let style = Style::regular(9.0);
                sheet.text(LEFT, y + style.ascent(), style, format!("{}. ", n + 1));
                y = sheet.block(LEFT + 6.0, y, WIDTH - 6.0, style, &text);
            });
            y += 0.8;
        }
    });
    y
}
