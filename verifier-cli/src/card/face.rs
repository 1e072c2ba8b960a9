//! A face picture as half blocks: two grey pixels a character cell, for terminals with 256 colours.

use image::{ImageFormat, ImageReader, Limits, imageops::FilterType};
use std::fmt::Write;
use std::io::Cursor;

/// A face on a credential is at most 1,500 bytes; no honest one is larger than this, pixels a side.
const MAX_SIDE: u32 = 1024;
const MAX_ALLOCATION: u64 = 8 << 20;
/// Columns of the drawn picture.
const COLUMNS: u32 = 24;

/// The picture, indented by one space. `None` if its format is not known or its bytes do not decode.
pub fn half_blocks(data: &[u8], media_type: &str, width: usize) -> Option<String> {
    let format = ImageFormat::from_mime_type(media_type)?;
    // Decoders of foreign bytes may panic; a card must come out nevertheless.
    let picture = std::panic::catch_unwind(|| decode(data, format)).ok()??;
    let columns = COLUMNS
        .min(u32::try_from(width).ok()?.saturating_sub(2))
        .max(1);
    let rows = (picture.height() * columns / picture.width().max(1)).clamp(2, 2 * COLUMNS) / 2;
    let small = image::imageops::resize(&picture, columns, rows * 2, FilterType::Triangle);
    let mut art = String::new();
    for row in 0..rows {
        art.push(' ');
        for x in 0..columns {
            let upper = grey(small.get_pixel(x, row * 2).0[0]);
            let lower = grey(small.get_pixel(x, row * 2 + 1).0[0]);
            let _ = write!(art, "\x1b[38;5;{upper};48;5;{lower}m▀");
        }
        art.push_str("\x1b[0m\n");
    }
    Some(art)
}

fn decode(data: &[u8], format: ImageFormat) -> Option<image::GrayImage> {
    let mut reader = ImageReader::with_format(Cursor::new(data), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_ALLOCATION);
    reader.limits(limits);
    Some(reader.decode().ok()?.into_luma8())
}

/// The nearest of the 24 greys 232–255 of the 256-colour palette.
fn grey(luma: u8) -> u8 {
    232 + (u16::from(luma) * 23 / 255) as u8
}
