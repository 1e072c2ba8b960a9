//! WebP, the first frame of it.

use super::plane::{Picture, luma, on_white};
use super::{PictureError, check_size};
use image::codecs::webp::WebPDecoder;
use image::{ColorType, ImageDecoder};
use std::io::Cursor;

pub fn decode(bytes: &[u8]) -> Result<Picture, PictureError> {
    let decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(PictureError::damaged)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    // Half bytes a pixel that the decoder allocates, measured: output and planes (lossy), output and ARGB
    // (lossless), all of them and a canvas (extended).
    let halves = match bytes.get(12..16) {
        Some(b"VP8 ") => 9,
        Some(b"VP8L") => 14,
        _ => 18,
    };
    check_size(width, height, bytes, pixels * halves / 2)?;
    let channels = match decoder.color_type() {
        ColorType::Rgb8 => 3,
        ColorType::Rgba8 => 4,
        _ => return Err(PictureError::Damaged("unexpected colour type".into())),
    };
    let pixels = width as usize * height as usize;
    let mut plane = vec![0; pixels * channels];
    decoder
        .read_image(&mut plane)
        .map_err(PictureError::damaged)?;
    for place in 0..pixels {
        let at = place * channels;
        let grey = luma(plane[at], plane[at + 1], plane[at + 2]);
        plane[place] = match channels {
            4 => on_white(grey, plane[at + 3]),
            _ => grey,
        };
    }
    plane.truncate(pixels);
    plane.shrink_to_fit();
    Ok(Picture::from_luma(width as usize, height as usize, plane))
}
