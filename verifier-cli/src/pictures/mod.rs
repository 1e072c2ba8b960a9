//! Picture files as 8-bit luma, within limits that hold whatever the file says of itself.
//!
//! The size and the format are read first; what would take too much memory is refused before a pixel is decoded.
//! PNG is decoded row by row and JPEG straight to luma, so that phone photographs fit where three bytes a pixel
//! would not. EXIF orientation is ignored: a QR reads the same in every direction.

mod jpeg;
mod plane;
mod png;
mod webp;

pub use plane::Picture;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Most bytes of a picture file.
pub const MAX_FILE: u64 = 20_000_000;
/// Most pixels of a picture.
pub const MAX_PIXELS: u64 = 50_000_000;
/// Most pixels a side.
pub const MAX_SIDE: u32 = 30_000;
/// Most bytes that a file and its decoded pixels may take together.
pub const MAX_MEMORY: u64 = 54 << 20;
/// Larger pictures are reduced by a whole factor before they are searched.
pub const SEARCHED_PIXELS: u64 = 12_500_000;

/// Why a picture was refused.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// Cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// No bytes at all.
    #[error("the file is empty")]
    Empty,
    /// More than [`MAX_FILE`] bytes.
    #[error("the file is larger than 20 MB")]
    TooManyBytes,
    /// Not PNG, JPEG or WebP.
    #[error("not a PNG, JPEG or WebP picture")]
    UnknownFormat,
    /// More than [`MAX_PIXELS`] pixels, or a side longer than [`MAX_SIDE`].
    #[error("the picture has too many pixels: {width} × {height}")]
    TooManyPixels {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
    },
    /// Decoding it would take more than [`MAX_MEMORY`].
    #[error("decoding the picture would take too much memory: {width} × {height}")]
    TooMuchMemory {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
    },
    /// The decoder gave up.
    #[error("the picture is damaged: {0}")]
    Damaged(String),
}

impl PictureError {
    fn damaged(e: impl std::fmt::Display) -> Self {
        Self::Damaged(e.to_string())
    }
}

/// Picture formats that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// PNG.
    Png,
    /// JPEG, baseline or progressive.
    Jpeg,
    /// WebP; of an animation the first frame.
    WebP,
}

impl Format {
    /// The format by a file's first 12 bytes.
    pub fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [
                b'R',
                b'I',
                b'F',
                b'F',
                _,
                _,
                _,
                _,
                b'W',
                b'E',
                b'B',
                b'P',
                ..,
            ] => Some(Self::WebP),
            _ => None,
        }
    }
}

/// Reads a picture file. A file of another format is refused by its first bytes, one too large by its length, both
/// before its content is read.
pub fn open(path: &Path) -> Result<Picture, PictureError> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    read(file, length)
}

/// Reads a picture from a stream; `length` is how long it says it is, or 0.
pub fn read(mut input: impl Read, length: u64) -> Result<Picture, PictureError> {
    let mut bytes = Vec::new();
    input.by_ref().take(12).read_to_end(&mut bytes)?;
    if bytes.is_empty() {
        return Err(PictureError::Empty);
    }
    if length > MAX_FILE {
        return Err(PictureError::TooManyBytes);
    }
    if Format::of(&bytes).is_none() {
        return Err(PictureError::UnknownFormat);
    }
    bytes.reserve_exact(usize::try_from(length).unwrap_or_default());
    input.take(MAX_FILE).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(PictureError::TooManyBytes);
    }
    decode(&bytes)
}

/// Decodes a picture file's bytes. Decoders are not ours and may panic on hostile bytes: callers that go on catch it.
pub fn decode(bytes: &[u8]) -> Result<Picture, PictureError> {
    match Format::of(bytes) {
        Some(Format::Png) => png::decode(bytes),
        Some(Format::Jpeg) => jpeg::decode(bytes),
        Some(Format::WebP) => webp::decode(bytes),
        None if bytes.is_empty() => Err(PictureError::Empty),
        None => Err(PictureError::UnknownFormat),
    }
}

/// Checks a picture's size against every limit; `decoder_bytes` is what its decoder will allocate.
fn check_size(
    width: u32,
    height: u32,
    file: &[u8],
    decoder_bytes: u64,
) -> Result<(), PictureError> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 {
        return Err(PictureError::Damaged("it has no pixels".into()));
    }
    if pixels > MAX_PIXELS || width > MAX_SIDE || height > MAX_SIDE {
        return Err(PictureError::TooManyPixels { width, height });
    }
    if decoder_bytes + file.len() as u64 > MAX_MEMORY {
        return Err(PictureError::TooMuchMemory { width, height });
    }
    Ok(())
}
