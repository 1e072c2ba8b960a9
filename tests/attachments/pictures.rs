//! Pictures that tests send: photos, and what hides in or behind them.

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageEncoder, ImageFormat, Rgb, RgbImage};
use std::io::Cursor;

/// The place that no served picture may tell.
pub const CANARY: &[u8] = b"BURUNG KENARI 6.9175 S";

/// Red in the corner at the upper left, blue elsewhere.
pub fn marked(width: u32, height: u32) -> RgbImage {
    let (w, h) = (width / 4, height / 4);
    RgbImage::from_fn(width, height, |x, y| match x < w && y < h {
        true => Rgb([220, 20, 20]),
        false => Rgb([20, 20, 220]),
    })
}

/// A JPEG of that.
pub fn photo(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
    let picture = marked(width, height);
    DynamicImage::ImageRgb8(picture)
        .write_with_encoder(encoder)
        .unwrap();
    bytes
}

/// A PNG of that.
pub fn drawing(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    marked(width, height)
        .write_to(&mut bytes, ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

/// A PNG of dots without order, which do not compress.
pub fn noise(width: u32, height: u32) -> Vec<u8> {
    let mut state = 1_u32;
    let picture = RgbImage::from_fn(width, height, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Rgb([(state >> 24) as u8, (state >> 16) as u8, (state >> 8) as u8])
    });
    let mut bytes = Vec::new();
    let encoder = image::codecs::png::PngEncoder::new(&mut bytes);
    let kind = image::ExtendedColorType::Rgb8;
    encoder
        .write_image(picture.as_raw(), width, height, kind)
        .unwrap();
    bytes
}

/// A JPEG with a segment behind its start, as `0xffe1` for EXIF or `0xfffe` for a comment.
pub fn with_segment(jpeg: &[u8], marker: u16, content: &[u8]) -> Vec<u8> {
    let mut bytes = jpeg[..2].to_vec();
    bytes.extend(marker.to_be_bytes());
    bytes.extend(u16::try_from(content.len() + 2).unwrap().to_be_bytes());
    bytes.extend(content);
    bytes.extend(&jpeg[2..]);
    bytes
}

/// A TIFF header with a camera's name, an orientation and a place.
pub fn exif(orientation: u16) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    let entry = |tag: u16, kind: u16, count: usize, value: u32| {
        let mut entry = tag.to_le_bytes().to_vec();
        entry.extend(kind.to_le_bytes());
        entry.extend((count as u32).to_le_bytes());
        entry.extend(value.to_le_bytes());
        entry
    };
    // Three entries end at 8 + 2 + 36 + 4 = 50; the place has two and ends at 50 + 30 = 80.
    tiff.extend(3_u16.to_le_bytes());
    tiff.extend(entry(0x010f, 2, CANARY.len(), 80));
    tiff.extend(entry(0x0112, 3, 1, u32::from(orientation)));
    tiff.extend(entry(0x8825, 4, 1, 50));
    tiff.extend(0_u32.to_le_bytes());
    tiff.extend(2_u16.to_le_bytes());
    tiff.extend(entry(1, 2, 2, u32::from(b'S')));
    tiff.extend(entry(29, 2, CANARY.len(), 80));
    tiff.extend(0_u32.to_le_bytes());
    tiff.extend(CANARY);
    tiff
}

/// A JPEG of a camera that was held on its side.
pub fn from_camera(jpeg: &[u8], orientation: u16) -> Vec<u8> {
    let content = [b"Exif\0\0".to_vec(), exif(orientation)].concat();
    with_segment(jpeg, 0xffe1, &content)
}

/// One chunk of a PNG.
pub fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(name);
    crc.update(content);
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    [&length, &name[..], content, &crc.sum().to_be_bytes()].concat()
}

/// A PNG with a chunk behind its header, which is 8 + 25 bytes.
pub fn with_chunk(png: &[u8], name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&png[..33], &chunk(name, content), &png[33..]].concat()
}

/// A PNG whose header promises that size; `raw` is how many zeros are packed into it.
pub fn promising(width: u32, height: u32, depth: u8, colours: u8, raw: usize) -> Vec<u8> {
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    let header = [&size[..], &[depth, colours, 0, 0, 0]].concat();
    let parts = [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &header),
        chunk(b"IDAT", &zeros(raw)),
        chunk(b"IEND", b""),
    ];
    parts.concat()
}

/// That many zeros, packed.
pub fn zeros(count: usize) -> Vec<u8> {
    use std::io::Write;
    let level = flate2::Compression::best();
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), level);
    let block = vec![0; 1 << 16];
    let mut left = count;
    while left > 0 {
        let now = left.min(block.len());
        encoder.write_all(&block[..now]).unwrap();
        left -= now;
    }
    encoder.finish().unwrap()
}

/// A JPEG whose header says another size.
pub fn resized(jpeg: &[u8], width: u16, height: u16) -> Vec<u8> {
    let at = jpeg.windows(2).position(|w| w == [0xff, 0xc0]).unwrap();
    let mut bytes = jpeg.to_vec();
    bytes[at + 5..at + 7].copy_from_slice(&height.to_be_bytes());
    bytes[at + 7..at + 9].copy_from_slice(&width.to_be_bytes());
    bytes
}

/// Whether some bytes hold others.
pub fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|w| w == wanted)
}
