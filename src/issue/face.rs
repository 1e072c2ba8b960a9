//! Face pictures of a KTP-el.

use crate::failure::{Failure, Outcome};
use credential::document::Face;

/// Most bytes of a picture in a static KTP-el, so that its symbol stays scannable (DESIGN §3).
pub const FACE_MAX: usize = 600;

/// A face picture from its file.
pub fn face(bytes: Vec<u8>) -> Outcome<Face<'static>> {
    const HOW: &str = "a face of 600 bytes: `magick in.jpg -resize 96x128 -strip -quality 20 face.webp`, smaller quality until it fits";
    let subformat = match bytes.as_slice() {
        [0x89, b'P', b'N', b'G', ..] => 0,
        [0xff, 0xd8, 0xff, ..] => 1,
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
        ] => 4,
        _ => {
            return Err(Failure::field(
                "face",
                format!("must be a PNG, JPEG or WebP picture; {HOW}"),
            ));
        }
    };
    if bytes.len() > FACE_MAX {
        let size = bytes.len();
        return Err(Failure::field(
            "face",
            format!("has {size} bytes, at most {FACE_MAX} are allowed; {HOW}"),
        ));
    }
    Ok(Face {
        subformat,
        data: bytes.into(),
    })
}
