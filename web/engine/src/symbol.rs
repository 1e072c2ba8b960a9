//! Text to QR symbol.

use crate::{Reply, Request, Wrong};
use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};
use serde_json::json;

/// `text`, `ecc` (`L`, `M`, `Q` or `H`). The modules follow row by row, a byte each, 1 is dark; no quiet zone.
pub fn symbol(request: &Request<'_>) -> Result<Reply, Wrong> {
    let ecc = match request.text("ecc")? {
        "L" => QrCodeEcc::Low,
        "M" => QrCodeEcc::Medium,
        "Q" => QrCodeEcc::Quartile,
        "H" => QrCodeEcc::High,
        _ => return Err(Wrong::new("bad_request", "`ecc` must be L, M, Q or H")),
    };
    let segments = QrSegment::make_segments(request.text("text")?);
    let code =
        QrCode::encode_segments_advanced(&segments, ecc, Version::MIN, Version::MAX, None, false);
    let too_long = "the text does not fit the largest QR symbol";
    let code = code.map_err(|_| Wrong::new("too_long", too_long))?;
    let size = code.size();
    let modules: Vec<u8> = (0..size)
        .flat_map(|y| (0..size).map(move |x| (x, y)))
        .map(|(x, y)| u8::from(code.get_module(x, y)))
        .collect();
    let head = json!({"version": code.version().value(), "size": size});
    Ok(Reply::from(head).followed_by(&modules))
}
