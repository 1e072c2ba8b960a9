//! Pictures: decoded within limits, turned upright, written anew. Nothing but the dots survives: no place, no camera,
//! no second file behind the picture.

use super::refused::Refused;
use super::whole;
use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::{PngDecoder, PngEncoder};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageEncoder, ImageReader, Limits};
use std::borrow::Cow;
use std::io::Cursor;

/// Most dots: a phone of 48 megapixels just fits.
const PIXELS_MAX: u64 = 50_000_000;
/// Longest side.
const SIDE_MAX: u32 = 16_384;
/// Most memory that decoding one picture may take, in bytes.
const MEMORY_MAX: u64 = 220 << 20;
/// What is kept is at most so long; sharper than a scanner's 300 dpi on A4.
const KEPT_SIDE_MAX: u32 = 3_600;
/// Quality of what is written, 1 to 100.
const JPEG_QUALITY: u8 = 82;

/// A picture's format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
}

/// The picture written anew. It is at most as large as `max`, of lower quality or smaller where it must.
pub fn clean(bytes: &[u8], format: Format, max: usize) -> Result<Vec<u8>, Refused> {
    let picture = decode(bytes, format)?;
    let picture = match picture.width().max(picture.height()) {
        longest if longest > KEPT_SIDE_MAX => picture.thumbnail(KEPT_SIDE_MAX, KEPT_SIDE_MAX),
        _ => picture,
    };
    let mut written = encode(&picture, format)?;
    let mut side = KEPT_SIDE_MAX;
    while written.len() > max && side > 600 {
        // A PNG of a photo can grow when it is written anew; as a smaller picture it fits.
        side = side * 3 / 4;
        written = encode(&picture.thumbnail(side, side), format)?;
    }
    match written.len() <= max {
        true => Ok(written),
        false => Err(Refused::TooLarge {
            size: written.len(),
            max,
        }),
    }
}

fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(MEMORY_MAX);
    limits
}

/// The dots, upright. What the header promises is judged before memory is taken for it.
pub fn decode(bytes: &[u8], format: Format) -> Result<DynamicImage, Refused> {
    let (kind, bytes) = match format {
        Format::Jpeg => {
            whole::jpeg(bytes)?;
            (image::ImageFormat::Jpeg, Cow::Borrowed(bytes))
        }
        Format::Png => (image::ImageFormat::Png, Cow::Owned(whole::png(bytes)?)),
    };
    let bytes = bytes.as_ref();
    let mut reader = ImageReader::with_format(Cursor::new(bytes), kind);
    reader.limits(limits());
    let (width, height) = reader.into_dimensions().map_err(failed)?;
    if u64::from(width) * u64::from(height) > PIXELS_MAX || width.max(height) > SIDE_MAX {
        return Err(Refused::TooManyPixels);
    }
    if width < 2 || height < 2 {
        return Err(Refused::Damaged);
    }
    match format {
        Format::Jpeg => upright(JpegDecoder::new(Cursor::new(bytes)).map_err(failed)?),
        Format::Png => {
            upright(PngDecoder::with_limits(Cursor::new(bytes), limits()).map_err(failed)?)
        }
    }
}

fn upright(mut decoder: impl ImageDecoder) -> Result<DynamicImage, Refused> {
    decoder.set_limits(limits()).map_err(failed)?;
    if decoder.total_bytes() > MEMORY_MAX {
        return Err(Refused::TooManyPixels);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(failed)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn failed(e: image::ImageError) -> Refused {
    match e {
        image::ImageError::Limits(_) => Refused::TooManyPixels,
        _ => Refused::Damaged,
    }
}

fn encode(picture: &DynamicImage, format: Format) -> Result<Vec<u8>, Refused> {
    let mut bytes = Vec::new();
    let result = match format {
        Format::Jpeg => {
            let picture = DynamicImage::ImageRgb8(picture.to_rgb8());
            let encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
            picture.write_with_encoder(encoder)
        }
        Format::Png => {
            let picture = picture.to_rgb8();
            let encoder = PngEncoder::new(&mut bytes);
            encoder.write_image(
                picture.as_raw(),
                picture.width(),
                picture.height(),
                image::ExtendedColorType::Rgb8,
            )
        }
    };
    result.map(|()| bytes).map_err(|_| Refused::Damaged)
}
