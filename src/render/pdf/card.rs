//! KTP-el and KIA in the size of a bank card (ID-1): fields and photo on the front, the signed QR on the back.

use super::sheet::{Ink, Picture, Role, Sheet, Style, Tone};
use super::{PdfError, Printed, UNTIL, words};
use credential::document::{Face, Row, Value};
use credential::kinds::fields::{FACE, ISSUE_DATE, ISSUE_PLACE, NIK, PROVINCE, REGENCY};
use image::{ImageFormat, ImageReader, Limits};
use std::io::Cursor;

const SIZE: (f32, f32) = (85.6, 53.98);
const MARGIN: f32 = 3.2;
const PHOTO: (f32, f32) = (18.0, 24.0);
/// Width of the text under the photo.
const CAPTION: f32 = PHOTO.0 + 3.0;
const LABELS: f32 = 18.5;
/// Font sizes of the fields, largest first; the last is used even if some lines do not fit.
const SIZES: [f32; 7] = [5.6, 5.2, 4.8, 4.4, 4.0, 3.6, 3.3];

pub fn sheet(printed: &Printed<'_>) -> Result<Sheet, PdfError> {
    let name = printed.document.kind().name;
    let mut sheet = Sheet::new(name.id, SIZE);
    sheet.issued = printed.claims.iat;
    front(&mut sheet, printed)?;
    sheet.next_page();
    back(&mut sheet, printed);
    Ok(sheet)
}

fn front(sheet: &mut Sheet, printed: &Printed<'_>) -> Result<(), PdfError> {
    let width = SIZE.0 - 2.0 * MARGIN;
    let rows = printed.rows();
    let find = |name: &str| rows.iter().find(|row| row.name == name);
    let mut y = 2.4;
    sheet.element(Role::Heading(1), |sheet| {
        let name = printed.document.kind().name.id;
        let style = Style::bold(6.6).tone(Tone::Accent);
        y = sheet.centred(MARGIN, y, width, style, &name.to_uppercase());
    });
    let place = [("Provinsi ", PROVINCE.name), ("", REGENCY.name)];
    let place = place
        .iter()
        .filter_map(|(before, name)| Some(format!("{before}{}", find(name)?.text)));
    let place = place.collect::<Vec<_>>().join(" · ").to_uppercase();
    sheet.element(Role::Paragraph, |sheet| {
        y = sheet.centred(MARGIN, y, width, Style::regular(5.6), &place);
    });
    sheet.rule(MARGIN, y + 0.5, width, 0.25, Tone::Accent);
    y += 1.3;
    if let Some(row) = find(NIK.name) {
        sheet.element(Role::Paragraph, |sheet| {
            y = sheet.block(
                MARGIN,
                y,
                width,
                Style::bold(8.2),
                &format!("{}  {}", row.label, row.text),
            );
        });
    }
    let elsewhere = [PROVINCE.name, REGENCY.name, NIK.name];
    let under = [ISSUE_PLACE.name, ISSUE_DATE.name, UNTIL];
    let face = match printed.document.get(&FACE) {
        Some(Value::Face(face)) => Some(decode(face)?),
        _ => None,
    };
    let beneath: Vec<&Row> = rows
        .iter()
        .filter(|row| under.contains(&row.name))
        .collect();
    let has_room = y + 0.8 + PHOTO.1 + 0.8 + caption_height(&beneath) <= SIZE.1 - 1.5;
    let beneath = if face.is_some() && has_room {
        beneath
    } else {
        Vec::new()
    };
    let in_list = |row: &&Row| {
        !elsewhere.contains(&row.name) && !beneath.iter().any(|other| other.name == row.name)
    };
    let listed: Vec<&Row> = rows.iter().filter(in_list).collect();
    let right = if face.is_some() { PHOTO.0 + 2.5 } else { 0.0 };
    fields(sheet, y + 0.6, width - right, &listed);
    if let Some(face) = face {
        let x = SIZE.0 - MARGIN - PHOTO.0;
        photo(sheet, x, y + 0.8, face);
        let mut y = y + 0.8 + PHOTO.1 + 0.8;
        for row in beneath {
            sheet.element(Role::Paragraph, |sheet| {
                y = sheet.centred(x - 1.5, y, CAPTION, Style::grey(4.2), row.label);
                y = sheet.centred(x - 1.5, y - 0.2, CAPTION, Style::regular(5.0), &row.text);
            });
        }
    }
    Ok(())
}

/// Height of place and date of issue under the photo.
fn caption_height(rows: &[&Row]) -> f32 {
    let (label, value) = (Style::grey(4.2), Style::regular(5.0));
    let height = |row: &&Row| {
        let lines = value.lines(&row.text, CAPTION).len();
        label.leading() - 0.2 + lines as f32 * value.leading()
    };
    rows.iter().map(height).sum()
}

/// All lines in the largest size in which they fit.
fn fields(sheet: &mut Sheet, top: f32, width: f32, rows: &[&Row]) {
    let bottom = SIZE.1 - 2.0;
    let height = |size: f32| -> f32 {
        let values = Style::regular(size);
        let count = |row: &&Row| {
            let labels = values.lines(row.label, LABELS - 1.0).len();
            labels.max(values.lines(&row.text, width - LABELS).len())
        };
        rows.iter().map(count).sum::<usize>() as f32 * values.leading() * 0.96
    };
    let fits = SIZES.into_iter().find(|size| top + height(*size) <= bottom);
    let size = fits.unwrap_or(SIZES[SIZES.len() - 1]);
    let (label, value) = (Style::grey(size), Style::regular(size));
    let mut y = top;
    sheet.element(Role::Table, |sheet| {
        for row in rows {
            let mut lines = 0;
            sheet.element(Role::Row, |sheet| {
                for (role, x, width, style, text) in [
                    (Role::RowHead, MARGIN, LABELS - 1.0, label, row.label),
                    (
                        Role::Cell,
                        MARGIN + LABELS,
                        width - LABELS,
                        value,
                        &row.text,
                    ),
                ] {
                    sheet.element(role, |sheet| {
                        let mut y = y;
                        let broken = style.lines(text, width);
                        lines = lines.max(broken.len());
                        for line in broken {
                            sheet.text(x, y + style.ascent(), style, line);
                            y += style.leading() * 0.96;
                        }
                    });
                }
            });
            y += lines as f32 * value.leading() * 0.96;
        }
    });
}

fn photo(sheet: &mut Sheet, x: f32, y: f32, picture: Picture) {
    let (width, height) = PHOTO;
    // A picture of another shape than 3 : 4 is not stretched.
    let shape = picture.width as f32 / picture.height.max(1) as f32;
    let (w, h) = if shape > width / height {
        (width, width / shape)
    } else {
        (height * shape, height)
    };
    let (x, y) = (x + (width - w) / 2.0, y + (height - h) / 2.0);
    sheet.element(Role::Figure("Foto pemilik kartu".into()), |sheet| {
        sheet.draw(Ink::Picture {
            x,
            y,
            width: w,
            height: h,
            picture,
        });
    });
}

fn back(sheet: &mut Sheet, printed: &Printed<'_>) {
    let kind = printed.document.kind().name.id;
    let symbol = printed.symbol.clone();
    // As large as the card allows, so that every module is as large as can be.
    let side = SIZE.1 - 2.0;
    sheet.element(Role::Figure(words::symbol(kind)), |sheet| {
        sheet.draw(Ink::Symbol {
            x: 1.0,
            y: 1.0,
            side,
            symbol,
        });
    });
    let x = 1.0 + side;
    let width = SIZE.0 - x - 2.0;
    let mut y = 4.5;
    sheet.element(Role::Paragraph, |sheet| {
        y = sheet.block(x, y, width, Style::bold(6.4).tone(Tone::Accent), kind);
    });
    sheet.element(Role::Paragraph, |sheet| {
        y = sheet.block(x, y + 0.8, width, Style::bold(5.6), printed.office.name);
        y = sheet.block(x, y + 0.4, width, Style::grey(5.2), words::SIGNED);
    });
    for (text, lang) in words::CARD.into_iter().zip([None, Some("en")]) {
        sheet.element_in(lang, Role::Paragraph, |sheet| {
            y = sheet.block(x, y + 1.6, width, Style::grey(5.6), text);
        });
    }
}

/// The photo of the claims, within limits: it is at most 1,500 bytes and no honest one has more than 1,024 pixels a side.
fn decode(face: &Face<'_>) -> Result<Picture, PdfError> {
    let format = ImageFormat::from_mime_type(face.media_type()).ok_or(PdfError::Photo)?;
    let mut reader = ImageReader::with_format(Cursor::new(&face.data), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(1024);
    limits.max_image_height = Some(1024);
    limits.max_alloc = Some(8 << 20);
    reader.limits(limits);
    let picture = reader.decode().map_err(|_| PdfError::Photo)?.into_rgb8();
    Ok(Picture {
        width: picture.width(),
        height: picture.height(),
        rgb: picture.into_raw(),
    })
}
