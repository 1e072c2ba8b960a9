//! PNG, row by row.

use super::plane::{Picture, Reducer, factor, luma, on_white};
use super::{PictureError, check_size};
use png::{ColorType, Decoder, Limits, Transformations};
use std::io::Cursor;

/// For the decoder's own buffers: a row, the inflate window, chunks of metadata.
const DECODER_BYTES: usize = 8 << 20;
/// Most bytes of unfiltered rows to go through: they cost time, not memory.
const MAX_ROW_BYTES: u64 = 200_000_000;

pub fn decode(bytes: &[u8]) -> Result<Picture, PictureError> {
    let limits = Limits {
        bytes: DECODER_BYTES,
    };
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(PictureError::damaged)?;
    let info = reader.info();
    let (width, height, interlaced) = (info.width, info.height, info.interlaced);
    let raw_bytes = u64::from(height) * info.raw_row_length() as u64;
    let (w, h) = (width as usize, height as usize);
    check_size(width, height, bytes, DECODER_BYTES as u64)?;
    let factor = factor(w, h);
    // Adam7 brings the rows in no order that could be reduced on the way.
    if raw_bytes > MAX_ROW_BYTES || (interlaced && factor > 1) {
        return Err(PictureError::TooMuchMemory { width, height });
    }
    let channels = match reader.output_color_type().0 {
        ColorType::Grayscale => 1,
        ColorType::GrayscaleAlpha => 2,
        ColorType::Rgb => 3,
        ColorType::Rgba => 4,
        ColorType::Indexed => return Err(PictureError::Damaged("palette not expanded".into())),
    };
    if interlaced {
        return interlaced_rows(reader, w, h, channels, bytes.len());
    }
    let mut plane = Vec::with_capacity((w / factor) * (h / factor));
    let mut rows = Reducer::new(w, factor);
    while let Some(row) = reader.next_row().map_err(PictureError::damaged)? {
        let row = row.data();
        rows.add(|x| pixel(row, x, channels));
        if rows.is_full() {
            rows.take(|value| plane.push(value));
        }
    }
    Ok(Picture {
        width: w / factor,
        height: h / factor,
        luma: plane,
        factor,
    })
}

fn interlaced_rows(
    mut reader: png::Reader<Cursor<&[u8]>>,
    width: usize,
    height: usize,
    channels: usize,
    file: usize,
) -> Result<Picture, PictureError> {
    let bytes = width * height * channels;
    if (bytes + file) as u64 > super::MAX_MEMORY {
        let (width, height) = (width as u32, height as u32);
        return Err(PictureError::TooMuchMemory { width, height });
    }
    let mut pixels = vec![0; bytes];
    reader
        .next_frame(&mut pixels)
        .map_err(PictureError::damaged)?;
    for place in 0..width * height {
        pixels[place] = pixel(&pixels, place, channels);
    }
    pixels.truncate(width * height);
    Ok(Picture::from_luma(width, height, pixels))
}

fn pixel(row: &[u8], x: usize, channels: usize) -> u8 {
    match row[x * channels..(x + 1) * channels] {
        [grey] => grey,
        [grey, alpha] => on_white(grey, alpha),
        [r, g, b] => luma(r, g, b),
        [r, g, b, alpha] => on_white(luma(r, g, b), alpha),
        _ => 0,
    }
}
