//! What is where in a QR symbol: function patterns, format bits, the codeword path, the blocks.

use rxing::qrcode::common::{ErrorCorrectionLevel, Version, VersionRef};

/// Everything about one version that does not depend on the picture.
pub struct Layout {
    /// Modules per side.
    pub n: usize,
    pub version: VersionRef,
    /// `n × n`: +1 dark, −1 light, 0 not known from the version alone.
    pub known: Vec<i8>,
    /// Alignment-pattern centre coordinates (module indices), empty for version 1.
    pub centres: Vec<usize>,
    /// Module index of every data bit in reading order (a multiple of 8 plus remainder bits).
    pub path: Vec<usize>,
}

impl Layout {
    /// Layout of version 1..=40.
    pub fn new(number: usize) -> Option<Layout> {
        let version = Version::getVersionForNumber(number as u32).ok()?;
        let n = 17 + 4 * number;
        let centres: Vec<usize> = version
            .getAlignmentPatternCenters()
            .iter()
            .map(|&c| c as usize)
            .collect();
        let mut known = vec![0i8; n * n];
        let mut function = vec![false; n * n];
        let mut put = |x: usize, y: usize, dark: i8| {
            known[y * n + x] = dark;
            function[y * n + x] = true;
        };
        let sign = |dark: bool| if dark { 1 } else { -1 };
        for i in 0..n {
            put(6, i, sign(i % 2 == 0));
            put(i, 6, sign(i % 2 == 0));
        }
        for (cx, cy) in [(3usize, 3usize), (n - 4, 3), (3, n - 4)] {
            for y in (cy.saturating_sub(4))..=(cy + 4).min(n - 1) {
                for x in (cx.saturating_sub(4))..=(cx + 4).min(n - 1) {
                    let d = x.abs_diff(cx).max(y.abs_diff(cy));
                    put(x, y, sign(d != 2 && d != 4));
                }
            }
        }
        let last = centres.len().saturating_sub(1);
        for (i, &cy) in centres.iter().enumerate() {
            for (j, &cx) in centres.iter().enumerate() {
                if (i == 0 && (j == 0 || j == last)) || (i == last && j == 0) {
                    continue;
                }
                for y in cy - 2..=cy + 2 {
                    for x in cx - 2..=cx + 2 {
                        put(x, y, sign(x.abs_diff(cx).max(y.abs_diff(cy)) != 1));
                    }
                }
            }
        }
        if number >= 7 {
            let bits = bch(number as u32, 12, 0x1f25);
            for i in 0..18 {
                let (a, b) = (n - 11 + i % 3, i / 3);
                put(a, b, sign(bits >> i & 1 == 1));
                put(b, a, sign(bits >> i & 1 == 1));
            }
        }
        for (first, second) in format_places(n) {
            put(first.0, first.1, 0);
            put(second.0, second.1, 0);
        }
        put(8, n - 8, 1);
        let mut path = Vec::with_capacity(n * n);
        let mut right = n - 1;
        let mut up = true;
        loop {
            if right == 6 {
                right = 5;
            }
            for k in 0..n {
                let y = if up { n - 1 - k } else { k };
                for x in [right, right - 1] {
                    if !function[y * n + x] {
                        path.push(y * n + x);
                    }
                }
            }
            up = !up;
            if right < 2 {
                break;
            }
            right -= 2;
        }
        Some(Layout {
            n,
            version,
            known,
            centres,
            path,
        })
    }

    /// True if lattice node (i, j) of the alignment grid is a real alignment pattern.
    pub fn is_alignment(&self, i: usize, j: usize) -> bool {
        let last = self.centres.len().saturating_sub(1);
        !((i == 0 && (j == 0 || j == last)) || (i == last && j == 0))
    }

    /// (data codewords, check codewords) of each block, in order.
    pub fn blocks(&self, level: ErrorCorrectionLevel) -> Vec<(usize, usize)> {
        let ec = self.version.getECBlocksForLevel(level);
        let parity = ec.getECCodewordsPerBlock() as usize;
        let mut out = Vec::new();
        for group in ec.getECBlocks() {
            for _ in 0..group.getCount() {
                out.push((group.getDataCodewords() as usize, parity));
            }
        }
        out
    }
}

/// For each block, the index of each of its codewords in transmission order.
pub fn interleave(blocks: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut out: Vec<Vec<usize>> = blocks
        .iter()
        .map(|&(d, p)| Vec::with_capacity(d + p))
        .collect();
    let longest = blocks.iter().map(|b| b.0).max().unwrap_or(0);
    let mut index = 0;
    for i in 0..longest {
        for (b, &(data, _)) in blocks.iter().enumerate() {
            if i < data {
                out[b].push(index);
                index += 1;
            }
        }
    }
    for _ in 0..blocks.first().map_or(0, |b| b.1) {
        for block in &mut out {
            block.push(index);
            index += 1;
        }
    }
    out
}

/// The two (x, y) places of each of the 15 format bits, least significant first.
pub fn format_places(n: usize) -> [((usize, usize), (usize, usize)); 15] {
    std::array::from_fn(|i| {
        let first = match i {
            0..=5 => (8, i),
            6 => (8, 7),
            7 => (8, 8),
            8 => (7, 8),
            _ => (14 - i, 8),
        };
        let second = if i < 8 {
            (n - 1 - i, 8)
        } else {
            (8, n - 15 + i)
        };
        (first, second)
    })
}

/// The 15-bit format word of a level and mask (0..8).
pub fn format_word(level: ErrorCorrectionLevel, mask: u32) -> u32 {
    let bits = match level {
        ErrorCorrectionLevel::L => 1,
        ErrorCorrectionLevel::Q => 3,
        ErrorCorrectionLevel::H => 2,
        _ => 0,
    };
    bch(bits << 3 | mask, 10, 0x537) ^ 0x5412
}

/// True if the mask pattern inverts module (x, y).
pub fn masked(mask: u32, x: usize, y: usize) -> bool {
    match mask {
        0 => (x + y).is_multiple_of(2),
        1 => y.is_multiple_of(2),
        2 => x.is_multiple_of(3),
        3 => (x + y).is_multiple_of(3),
        4 => (x / 3 + y / 2).is_multiple_of(2),
        5 => x * y % 2 + x * y % 3 == 0,
        6 => (x * y % 2 + x * y % 3).is_multiple_of(2),
        _ => ((x + y) % 2 + x * y % 3).is_multiple_of(2),
    }
}

fn bch(data: u32, shift: u32, generator: u32) -> u32 {
    let mut rest = data;
    for _ in 0..shift {
        rest = (rest << 1) ^ ((rest >> (shift - 1)) * generator);
    }
    data << shift | rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_has_room_for_its_codewords() {
        for v in 1..=40 {
            let layout = Layout::new(v).unwrap();
            let total = layout.version.getTotalCodewords() as usize;
            assert_eq!(layout.path.len() / 8, total, "version {v}");
            for level in [
                ErrorCorrectionLevel::L,
                ErrorCorrectionLevel::M,
                ErrorCorrectionLevel::Q,
            ] {
                let blocks = layout.blocks(level);
                let places = interleave(&blocks);
                let mut all: Vec<usize> = places.concat();
                all.sort_unstable();
                assert!(all.into_iter().eq(0..total), "version {v}");
            }
        }
        assert!(Layout::new(0).is_none() && Layout::new(41).is_none());
    }

    #[test]
    fn format_words_of_the_standard() {
        assert_eq!(
            format_word(ErrorCorrectionLevel::M, 5),
            0b100_0000_1100_1110
        );
        assert_eq!(
            format_word(ErrorCorrectionLevel::L, 0),
            0b111_0111_1100_0100
        );
    }
}
