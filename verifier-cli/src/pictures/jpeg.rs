//! JPEG, straight to luma. The frame's headers are read here first, because what the decoder will allocate depends
//! on how the scans are arranged, and it allocates before it can be asked.

use super::plane::Picture;
use super::{PictureError, check_size};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

/// Scans of a progressive picture; encoders write about 10. Each is another pass over the picture.
const MAX_SCANS: usize = 30;
/// Rows of blocks and tables.
const BUFFERS: u64 = 2 << 20;

pub fn decode(bytes: &[u8]) -> Result<Picture, PictureError> {
    let frame = Frame::find(bytes).ok_or(PictureError::Damaged("no JPEG frame header".into()))?;
    let (width, height) = (u32::from(frame.width), u32::from(frame.height));
    check_size(width, height, bytes, frame.decoder_bytes())?;
    let options = DecoderOptions::new_safe()
        .set_max_width(frame.width.into())
        .set_max_height(frame.height.into())
        .jpeg_set_max_scans(MAX_SCANS)
        .jpeg_set_out_colorspace(ColorSpace::Luma);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(PictureError::damaged)?;
    if decoder.dimensions() != Some((frame.width.into(), frame.height.into())) {
        return Err(PictureError::Damaged("two frame headers".into()));
    }
    let luma = decoder.decode().map_err(PictureError::damaged)?;
    let (width, height) = (usize::from(frame.width), usize::from(frame.height));
    match luma.len() / (width * height) {
        1 => Ok(Picture::from_luma(width, height, luma)),
        _ => Err(PictureError::Damaged(
            "not a colour space that has luma".into(),
        )),
    }
}

/// What the headers say before the first scan.
struct Frame {
    width: u16,
    height: u16,
    /// Horizontal and vertical sampling factors.
    components: Vec<(u8, u8)>,
    progressive: bool,
    /// Whether the first scan holds all components.
    interleaved: bool,
}

impl Frame {
    /// Walks over the segments (ITU T.81 Annex B) up to the first scan.
    fn find(bytes: &[u8]) -> Option<Self> {
        let mut at = 2;
        let mut frame = None;
        loop {
            while *bytes.get(at)? != 0xff {
                at += 1;
            }
            while *bytes.get(at)? == 0xff {
                at += 1;
            }
            let marker = bytes[at];
            at += 1;
            if matches!(marker, 0x00 | 0x01 | 0xd0..=0xd8) {
                continue;
            }
            let length = usize::from(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
            let segment = bytes.get(at + 2..at + length.max(2))?;
            at += length.max(2);
            match marker {
                0xc0..=0xc2 => frame = Some(Self::parse(segment, marker == 0xc2)?),
                0xda => {
                    let mut frame: Self = frame?;
                    frame.interleaved = usize::from(*segment.first()?) == frame.components.len();
                    return Some(frame);
                }
                0xd9 => return None,
                _ => {}
            }
        }
    }

    fn parse(segment: &[u8], progressive: bool) -> Option<Self> {
        let [_, h0, h1, w0, w1, count, components @ ..] = segment else {
            return None;
        };
        let components = components.chunks_exact(3).take(usize::from(*count));
        let components = components.map(|c| (c[1] >> 4, c[1] & 15));
        let components: Vec<_> = components.collect();
        let sane = components
            .iter()
            .all(|(h, v)| (1..=4).contains(h) && (1..=4).contains(v));
        (sane && (1..=4).contains(&components.len())).then_some(Self {
            width: u16::from_be_bytes([*w0, *w1]),
            height: u16::from_be_bytes([*h0, *h1]),
            components,
            progressive,
            interleaved: true,
        })
    }

    /// What zune-jpeg will allocate: the luma plane, and where a picture comes in several scans, its coefficients
    /// (two bytes each, with padding) for every component.
    fn decoder_bytes(&self) -> u64 {
        let pixels = u64::from(self.width) * u64::from(self.height);
        if !self.progressive && self.interleaved {
            return pixels + BUFFERS;
        }
        let samples = self
            .components
            .iter()
            .map(|(h, v)| u64::from(h * v))
            .sum::<u64>();
        let widest = self
            .components
            .iter()
            .map(|(h, _)| u64::from(*h))
            .max()
            .unwrap_or(1);
        let tallest = self
            .components
            .iter()
            .map(|(_, v)| u64::from(*v))
            .max()
            .unwrap_or(1);
        let padded = (u64::from(self.width) + 32) * (u64::from(self.height) + 32);
        let per_pixel = if self.interleaved {
            widest * tallest
        } else {
            1
        };
        pixels + 2 * padded * samples / per_pixel + BUFFERS
    }
}
