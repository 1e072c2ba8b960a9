//! QR texts in a camera frame or a picture.

use crate::{Reply, Request, Wrong};
use ikd_verifier::reader::{Effort, Gray, luma, read as find};
use serde_json::json;

/// Most pixels on a side.
const SIDE: usize = 16_384;

/// `width`, `height`, `rgba` as a canvas gives it, `still`: `true` for a picture rather than a camera frame.
pub fn read(request: &Request<'_>) -> Result<Reply, Wrong> {
    let width = request.size("width", SIDE)?;
    let height = request.size("height", SIDE)?;
    let rgba = request.required_bytes("rgba")?;
    if rgba.len() != width * height * 4 {
        return Err(Wrong::field("rgba", "width × height × 4 bytes"));
    }
    let still = request.optional_text("still")? == Some("true");
    let effort = if still { Effort::STILL } else { Effort::FRAME };
    let data = luma(rgba);
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
