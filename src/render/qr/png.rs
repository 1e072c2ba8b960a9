//! A symbol as a black-and-white PNG, one bit a pixel.

use std::num::NonZeroU8;

use png::{BitDepth, ColorType, DeflateCompression, Encoder, Filter};

use super::{QUIET_ZONE, Symbol};

/// Largest scale: a version 40 symbol is then 5,920 pixels wide, 4.4 MB before compression.
pub const PNG_MAX_SCALE: u8 = 32;

/// Width and height of a module in pixels, 1 to [`PNG_MAX_SCALE`]; bounded because it may come from
/// a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scale(NonZeroU8);

/// A scale of 0 or above [`PNG_MAX_SCALE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a module can be 1 to {PNG_MAX_SCALE} pixels wide, not {0}")]
pub struct ScaleOutOfRange(pub u8);

impl Scale {
    /// 8 pixels a module, one byte of PNG: sharp on phones, 0.7 mm a module at 300 dpi.
    pub const DEFAULT: Self = Self(NonZeroU8::new(8).unwrap());

    /// Pixels a module.
    pub const fn get(self) -> usize {
        self.0.get() as usize
    }
}

impl TryFrom<u8> for Scale {
    type Error = ScaleOutOfRange;

    fn try_from(pixels: u8) -> Result<Self, ScaleOutOfRange> {
        NonZeroU8::new(pixels)
            .filter(|pixels| pixels.get() <= PNG_MAX_SCALE)
            .map(Self)
            .ok_or(ScaleOutOfRange(pixels))
    }
}

/// The symbol with its quiet zone as a 1-bit greyscale PNG (0 black, 1 white),
/// `(size + 8) × scale` pixels wide and high; at [`Scale::DEFAULT`] about 5 kB at version 15.
pub fn png(symbol: &Symbol, scale: Scale) -> Vec<u8> {
    let side = (symbol.size() + 2 * QUIET_ZONE) * scale.get();
    let mut file = Vec::with_capacity(8 * 1024);
    let mut encoder = Encoder::new(&mut file, side as u32, side as u32);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::One);
    // A row repeats `scale` times, so the Up filter leaves zeros, which fdeflate takes as runs. zlib
    // at level 3 saves two thirds of the bytes, but takes 6 times as long (2.5 times with zlib-rs).
    encoder.set_filter(Filter::Up);
    encoder.set_deflate_compression(DeflateCompression::FdeflateUltraFast);
    encoder
        .write_header()
        .and_then(|mut writer| {
            writer.write_image_data(&pixels(symbol, scale.get(), side))?;
            writer.finish()
        })
        .expect("size and format are valid, and writing to memory cannot fail");
    file
}

/// All rows, each padded to whole bytes.
fn pixels(symbol: &Symbol, scale: usize, side: usize) -> Vec<u8> {
    let stride = side.div_ceil(8);
    let mut image = vec![0xFF; stride * side];
    for y in 0..symbol.size() {
        let first = (QUIET_ZONE + y) * scale * stride;
        let row = &mut image[first..first + stride];
        for x in (0..symbol.size()).filter(|&x| symbol.is_dark(x, y)) {
            darken(row, (QUIET_ZONE + x) * scale, scale);
        }
        for copy in 1..scale {
            image.copy_within(first..first + stride, first + copy * stride);
        }
    }
    image
}

/// Clears `count` bits from bit `start` on; PNG puts the leftmost pixel in the highest bit.
fn darken(row: &mut [u8], start: usize, count: usize) {
    let mut at = start;
    while at < start + count {
        let (byte, bit) = (at / 8, at % 8);
        let width = (8 - bit).min(start + count - at);
        let run = (0xFF_u16 << (8 - width)) as u8 >> bit;
        row[byte] &= !run;
        at += width;
    }
}
