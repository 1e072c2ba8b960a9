//! Grey picture to black and white: each pixel against the mean of its surroundings.

use super::plane::Gray;
use rxing::common::{BitArray, BitMatrix};

/// Blocks of 8×8 pixels; the threshold of a block is the mean of (2·reach+1)² blocks around it,
/// minus `bias` grey levels. Flat regions come out white when `bias` > 0.
pub fn blocks(p: &Gray, reach: usize, bias: i32) -> Option<BitMatrix> {
    const B: usize = 8;
    let (w, h) = (p.width, p.height);
    let (bw, bh) = (w.div_ceil(B), h.div_ceil(B));
    let mut means = vec![0u32; bw * bh];
    for by in 0..bh {
        // The last block is moved inside, so that every block is full where the picture allows it.
        let y0 = (by * B).min(h.saturating_sub(B));
        let rows = B.min(h);
        let out = &mut means[by * bw..(by + 1) * bw];
        for y in y0..y0 + rows {
            let row = &p.data[y * w..(y + 1) * w];
            let full = row.chunks_exact(B);
            let rest = full.remainder().len();
            for (o, chunk) in out.iter_mut().zip(full) {
                *o += chunk.iter().map(|&v| u32::from(v)).sum::<u32>();
            }
            if rest > 0 {
                let tail = &row[w.saturating_sub(B)..];
                out[bw - 1] +=
                    tail.iter().map(|&v| u32::from(v)).sum::<u32>() * B as u32 / tail.len() as u32;
            }
        }
        for o in out {
            *o = *o * 16 / (B * rows) as u32;
        }
    }
    let smooth = smooth(&means, bw, bh, reach);
    let mut matrix = BitMatrix::new(w as u32, h as u32).ok()?;
    let mut row_bits = BitArray::with_size(w);
    let word = usize::BITS as usize;
    let mut dark = vec![0u8; w.next_multiple_of(word)];
    let mut limit = vec![0u8; bw * B];
    for y in 0..h {
        if y % B == 0 {
            for (o, &m) in limit.chunks_exact_mut(B).zip(&smooth[(y / B) * bw..]) {
                o.fill((m as i32 / 16 - bias).clamp(0, 254) as u8);
            }
        }
        let row = &p.data[y * w..(y + 1) * w];
        for ((d, &v), &t) in dark.iter_mut().zip(row).zip(&limit) {
            *d = u8::from(v <= t);
        }
        for (k, chunk) in dark.chunks_exact(word).enumerate() {
            let bits = chunk
                .chunks_exact(8)
                .rev()
                .fold(0usize, |bits, eight| bits << 8 | pack(eight));
            row_bits.setBulk(k * word, bits);
        }
        matrix.setRow(y as u32, &row_bits);
    }
    Some(matrix)
}

/// Mean over (2r+1)² entries, windows moved inside at the border.
fn smooth(v: &[u32], w: usize, h: usize, r: usize) -> Vec<u32> {
    let stride = w + 1;
    let mut sums = vec![0u64; stride * (h + 1)];
    for y in 0..h {
        let mut row = 0u64;
        for x in 0..w {
            row += u64::from(v[y * w + x]);
            sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1] + row;
        }
    }
    let range = |i: usize, len: usize| {
        let side = (2 * r + 1).min(len);
        let from = i.saturating_sub(r).min(len - side);
        (from, from + side)
    };
    let mut out = vec![0; w * h];
    for y in 0..h {
        let (y0, y1) = range(y, h);
        for x in 0..w {
            let (x0, x1) = range(x, w);
            let s = sums[y1 * stride + x1] + sums[y0 * stride + x0]
                - sums[y0 * stride + x1]
                - sums[y1 * stride + x0];
            out[y * w + x] = (s / ((y1 - y0) * (x1 - x0)) as u64) as u32;
        }
    }
    out
}

/// Eight bytes of 0 or 1 to eight bits, the first one lowest: one multiplication gathers them.
fn pack(eight: &[u8]) -> usize {
    let bytes = eight.iter().rev().fold(0u64, |s, &b| s << 8 | u64::from(b));
    (bytes.wrapping_mul(0x0102_0408_1020_4080) >> 56) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dark_square_on_a_light_slope() {
        // Brightness triples from left to right; the square is 40 levels darker than its surroundings.
        let (w, h) = (203, 117);
        let inside = |x: usize, y: usize| (40..56).contains(&y) && (x % 32) < 16;
        let data: Vec<u8> = (0..w * h)
            .map(|i| 80 + (i % w * 100 / w) as u8 - if inside(i % w, i / w) { 40 } else { 0 })
            .collect();
        let m = blocks(
            &Gray {
                width: w,
                height: h,
                data: &data,
            },
            2,
            0,
        )
        .unwrap();
        assert_eq!((m.width(), m.height()), (203, 117));
        for x in 36..160u32 {
            assert_eq!(m.get(x, 48), inside(x as usize, 48), "{x}");
        }
    }

    #[test]
    fn packing_keeps_the_order() {
        assert_eq!(pack(&[1, 0, 0, 0, 0, 0, 0, 0]), 1);
        assert_eq!(pack(&[0, 1, 1, 0, 0, 0, 0, 1]), 0b1000_0110);
        assert_eq!(pack(&[1; 8]), 255);
    }

    #[test]
    fn tiny_pictures() {
        for (w, h) in [(1, 1), (3, 9), (8, 8), (65, 2)] {
            assert!(
                blocks(
                    &Gray {
                        width: w,
                        height: h,
                        data: &vec![9; w * h]
                    },
                    2,
                    0
                )
                .is_some()
            );
        }
    }
}
