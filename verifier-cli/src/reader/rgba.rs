//! Colour pixels to luma.

/// 8-bit luma of RGBA pixels as a browser's canvas gives them, four bytes each; a rest of less is left out.
///
/// BT.601 in fixed point, on white where a pixel is transparent: a QR is often drawn black on nothing.
pub fn luma(rgba: &[u8]) -> Vec<u8> {
    rgba.as_chunks().0.iter().map(of_pixel).collect()
}

fn of_pixel(&[r, g, b, alpha]: &[u8; 4]) -> u8 {
    let [r, g, b, alpha] = [r, g, b, alpha].map(u32::from);
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
        let pixels = [
            [0, 0, 0, 0],
            [0, 0, 0, 255],
            [255, 255, 255, 255],
            [0, 0, 0, 128],
            [0, 255, 0, 255],
        ];
        assert_eq!(luma(pixels.as_flattened()), [255, 0, 255, 127, 149]);
    }
}
