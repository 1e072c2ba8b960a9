//! QR texts in a camera frame or a picture.

use crate::{Reply, Request, Wrong};
use ikd_verifier::reader::{Effort, Gray, read as find};
use serde_json::{Value, json};

/// Most pixels on a side.
const SIDE: usize = 16_384;

/// `width`, `height`, `still` (a picture rather than a camera frame), then RGBA as a canvas gives it.
pub fn read(request: &Request<'_>) -> Result<Reply, Wrong> {
    let width = request.size("width", SIDE)?;
    let height = request.size("height", SIDE)?;
    if request.bytes.len() != width * height * 4 {
        let wanted = "the pixels must be width × height × 4 bytes";
        return Err(Wrong::new("bad_request", wanted));
    }
    let still = request.get("still").and_then(Value::as_bool) == Some(true);
    let effort = if still { Effort::STILL } else { Effort::FRAME };
    let data: Vec<u8> = request.bytes.chunks_exact(4).map(luma).collect();
    let picture = Gray {
        width,
        height,
        data: &data,
    };
    let texts: Vec<String> = find(&picture, &effort)
        .into_iter()
        .map(|found| found.text)
        .collect();
    Ok(json!({"texts": texts}).into())
}

/// BT.601 luma in 8-bit fixed point, on white where the pixel is transparent: a QR is often drawn black on nothing.
fn luma(rgba: &[u8]) -> u8 {
    let [r, g, b, alpha] = [0, 1, 2, 3].map(|n| u32::from(rgba[n]));
    let dark = 255 - ((77 * r + 150 * g + 29 * b) >> 8);
    let dark = if alpha == 255 {
        dark
    } else {
        dark * alpha / 255
    };
    (255 - dark) as u8
}

#[cfg(test)]
mod tests {
    use super::luma;

    #[test]
    fn transparent_is_white() {
        assert_eq!(luma(&[0, 0, 0, 0]), 255);
        assert_eq!(luma(&[0, 0, 0, 255]), 0);
        assert_eq!(luma(&[255, 255, 255, 255]), 255);
        assert_eq!(luma(&[0, 0, 0, 128]), 127);
        assert_eq!(luma(&[0, 255, 0, 255]), 149);
    }
}
