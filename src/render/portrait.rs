//! A photograph small enough for a QR: a grey WebP of head and shoulders in at most 600 bytes (claim 62).
//!
//! Format, colour and size were chosen by how well faces are recognised afterwards:
//! `docs/decisions/0007-portrait-format.md`.

use crate::issue::FACE_MAX;
use credential::document::Face;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use std::io::Cursor;
use webp::{Encoder, WebPConfig};

/// Widths tried, in pixels; heights are 4/3 of them. Which is best depends on how much texture the face has.
const WIDTHS: [u32; 4] = [48, 54, 60, 72];
/// Size to which the photograph is reduced once; the candidates are made from that.
const MASTER: (u32, u32) = (192, 256);
/// Size at which the candidates are compared with the original.
const REFERENCE: (u32, u32) = (96, 128);
/// Pixels a side of an uploaded picture at most.
const MAX_SIDE: u32 = 12_000;
/// Bytes that its decoder may take at most.
const MAX_ALLOCATION: u64 = 256 << 20;
/// Subformat of WebP in claim 169.
const WEBP: u8 = 4;

/// Why a picture gives no portrait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PortraitError {
    /// Not a JPEG, PNG or WebP picture, or a damaged or oversized one.
    #[error("the photo must be a JPG or PNG picture that opens without errors")]
    Undecodable,
    /// Too few pixels to show a face.
    #[error("the photo is smaller than {0} × {1} pixels")]
    TooSmall(u32, u32),
    /// No size and quality that fits.
    #[error("the photo cannot be reduced to {FACE_MAX} bytes")]
    TooComplex,
}

/// Cuts an uploaded photograph to 3 : 4 and reduces it to at most [`FACE_MAX`] bytes. Deterministic.
///
/// Colour is given up: it costs bytes and does not help to tell faces apart.
///
/// # Errors
/// See [`PortraitError`].
pub fn reduce(file: &[u8]) -> Result<Face<'static>, PortraitError> {
    let picture = decode(file)?;
    // From here on everything is small.
    let master = on_white(&scaled(&cut(&picture)?, MASTER));
    let reference = scaled(&master, REFERENCE).into_luma8();
    let candidates = WIDTHS.into_iter().filter_map(|width| {
        let small = scaled(&master, (width, width * 4 / 3)).into_luma8();
        let data = best_that_fits(&small)?;
        let shown = image::load_from_memory_with_format(&data, ImageFormat::WebP).ok()?;
        let alike = similarity(&reference, &scaled(&shown, REFERENCE).into_luma8());
        Some((alike, data))
    });
    let best = candidates.max_by(|(a, _), (b, _)| a.total_cmp(b));
    let (_, data) = best.ok_or(PortraitError::TooComplex)?;
    Ok(Face {
        subformat: WEBP,
        data: data.into(),
    })
}

/// Decodes within limits, upright.
fn decode(file: &[u8]) -> Result<DynamicImage, PortraitError> {
    let undecodable = |_| PortraitError::Undecodable;
    let mut reader = ImageReader::new(Cursor::new(file))
        .with_guessed_format()
        .map_err(|_| PortraitError::Undecodable)?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_ALLOCATION);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(undecodable)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(undecodable)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// The largest part of 3 : 4: from the middle of a wide picture, from the upper part of a high one, where faces are.
fn cut(picture: &DynamicImage) -> Result<DynamicImage, PortraitError> {
    let (width, height) = (picture.width(), picture.height());
    let least = (WIDTHS[0], WIDTHS[0] * 4 / 3);
    let (w, h) = if u64::from(width) * 4 > u64::from(height) * 3 {
        ((u64::from(height) * 3 / 4) as u32, height)
    } else {
        (width, (u64::from(width) * 4 / 3) as u32)
    };
    if w < least.0 || h < least.1 {
        return Err(PortraitError::TooSmall(least.0, least.1));
    }
    Ok(picture.crop_imm((width - w) / 2, (height - h) / 4, w, h))
}

/// Grey values; what is transparent becomes white, as on paper.
fn on_white(picture: &DynamicImage) -> DynamicImage {
    let with_alpha = picture.to_luma_alpha8();
    let grey = GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [grey, alpha] = with_alpha.get_pixel(x, y).0.map(u32::from);
        image::Luma([((grey * alpha + 255 * (255 - alpha)) / 255) as u8])
    });
    grey.into()
}

fn scaled(picture: &DynamicImage, (width, height): (u32, u32)) -> DynamicImage {
    picture.resize_exact(width, height, FilterType::CatmullRom)
}

/// The file of the highest quality that fits.
fn best_that_fits(picture: &GrayImage) -> Option<Vec<u8>> {
    let rgb: Vec<u8> = picture
        .as_raw()
        .iter()
        .flat_map(|grey| [*grey; 3])
        .collect();
    let encoder = Encoder::from_rgb(&rgb, picture.width(), picture.height());
    let mut config = WebPConfig::new().ok()?;
    config.method = 6;
    config.segments = 1;
    let (mut low, mut high, mut found) = (0, 100, None);
    while low <= high {
        let quality = (low + high) / 2;
        config.quality = quality as f32;
        let data = encoder.encode_advanced(&config).ok()?;
        if data.len() <= FACE_MAX {
            found = Some(data.to_vec());
            low = quality + 1;
        } else {
            high = quality - 1;
        }
    }
    found
}

/// Structural similarity (Wang and others, 2004) of two pictures of the same size, averaged over 8 × 8 windows that
/// overlap by half. 1 is identical.
fn similarity(a: &GrayImage, b: &GrayImage) -> f64 {
    const WINDOW: u32 = 8;
    const C1: f64 = 6.5025;
    const C2: f64 = 58.5225;
    let (mut sum, mut count) = (0.0, 0.0);
    for top in (0..=a.height() - WINDOW).step_by(4) {
        for left in (0..=a.width() - WINDOW).step_by(4) {
            let (mut sa, mut sb, mut saa, mut sbb, mut sab) = (0.0, 0.0, 0.0, 0.0, 0.0);
            for y in top..top + WINDOW {
                for x in left..left + WINDOW {
                    let va = f64::from(a.get_pixel(x, y).0[0]);
                    let vb = f64::from(b.get_pixel(x, y).0[0]);
                    sa += va;
                    sb += vb;
                    saa += va * va;
                    sbb += vb * vb;
                    sab += va * vb;
                }
            }
            let n = f64::from(WINDOW * WINDOW);
            let (ma, mb) = (sa / n, sb / n);
            let (va, vb, cov) = (saa / n - ma * ma, sbb / n - mb * mb, sab / n - ma * mb);
            sum += ((2.0 * ma * mb + C1) * (2.0 * cov + C2))
                / ((ma * ma + mb * mb + C1) * (va + vb + C2));
            count += 1.0;
        }
    }
    sum / count
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage, Rgba, RgbaImage};

    /// A drawn head with shoulders, and as much noise as asked for.
    fn drawing(width: u32, height: u32, noise: u32) -> RgbImage {
        let mut state = 7u32;
        RgbImage::from_fn(width, height, |x, y| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let grain = (state >> 16) % (noise + 1);
            let (dx, dy) = (
                (x as f32 - width as f32 / 2.0) / width as f32,
                (y as f32 - height as f32 * 0.4) / height as f32,
            );
            let head = dx * dx * 9.0 + dy * dy * 12.0 < 1.0;
            let base: [u32; 3] = if head { [200, 150, 120] } else { [180, 30, 40] };
            Rgb(base.map(|part| (part * (255 - noise) / 255 + grain).min(255) as u8))
        })
    }

    fn file(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.into().write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn shown(face: &Face<'_>) -> DynamicImage {
        image::load_from_memory_with_format(&face.data, ImageFormat::WebP).unwrap()
    }

    #[test]
    fn every_photo_fits_is_three_to_four_and_comes_out_the_same_again() {
        for (width, height, noise) in [(48, 64, 0), (900, 600, 60), (400, 1200, 255)] {
            for format in [ImageFormat::Png, ImageFormat::Jpeg] {
                let photo = file(drawing(width, height, noise), format);
                let face = reduce(&photo).unwrap();
                assert!(face.data.len() <= FACE_MAX);
                assert_eq!(face.media_type(), "image/webp");
                let picture = shown(&face);
                assert_eq!(picture.width() * 4, picture.height() * 3);
                assert_eq!(reduce(&photo).unwrap(), face);
            }
        }
    }

    #[test]
    fn a_high_photo_keeps_its_upper_part_and_a_wide_one_its_middle() {
        let stripes = |high: bool| {
            RgbImage::from_fn(
                if high { 300 } else { 1200 },
                if high { 1200 } else { 400 },
                |x, y| {
                    let at = if high { y / 300 } else { x / 300 };
                    Rgb([[250, 20, 90, 160][at as usize]; 3])
                },
            )
        };
        // Of the high one rows 200 to 600 remain, of the wide one columns 450 to 750.
        let high = shown(&reduce(&file(stripes(true), ImageFormat::Png)).unwrap()).into_luma8();
        let at = |picture: &GrayImage, x: u32, y: u32| {
            i32::from(
                picture
                    .get_pixel(picture.width() * x / 100, picture.height() * y / 100)
                    .0[0],
            )
        };
        assert!((at(&high, 50, 5) - 250).abs() < 30 && (at(&high, 50, 90) - 20).abs() < 30);
        let wide = shown(&reduce(&file(stripes(false), ImageFormat::Png)).unwrap()).into_luma8();
        assert!((at(&wide, 10, 50) - 20).abs() < 30 && (at(&wide, 90, 50) - 90).abs() < 30);
    }

    #[test]
    fn transparency_is_white_and_what_is_no_photo_is_refused() {
        let clear = RgbaImage::from_pixel(300, 400, Rgba([0, 0, 0, 0]));
        let picture = shown(&reduce(&file(clear, ImageFormat::Png)).unwrap()).into_luma8();
        assert!(picture.pixels().all(|p| p.0[0] > 245));
        for broken in [&b""[..], b"GIF89a", b"\xff\xd8\xff\xe0 not a picture"] {
            assert_eq!(reduce(broken), Err(PortraitError::Undecodable));
        }
        let tiny = file(drawing(40, 90, 0), ImageFormat::Png);
        assert_eq!(reduce(&tiny), Err(PortraitError::TooSmall(48, 64)));
    }
}
