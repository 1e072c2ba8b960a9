//! Grey pictures and the plain filters on them.

/// A borrowed picture: 8-bit luma (0 black), row-major, `data.len() == width · height`, sizes in pixels.
#[derive(Clone, Copy, Debug)]
pub struct Gray<'a> {
    /// Pixels a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Luma, row by row.
    pub data: &'a [u8],
}

impl Gray<'_> {
    /// Bilinear value at a pixel position (pixel centres at .5), clamped to the border.
    #[inline(always)]
    pub fn sample(&self, x: f32, y: f32) -> f32 {
        let x = (x - 0.5).max(0.0).min((self.width - 1) as f32 - 0.001);
        let y = (y - 0.5).max(0.0).min((self.height - 1) as f32 - 0.001);
        let (ix, iy) = (x as usize, y as usize);
        let (fx, fy) = (x - ix as f32, y - iy as f32);
        let i = iy * self.width + ix;
        let row = &self.data[i..i + 2];
        let next = &self.data[i + self.width..i + self.width + 2];
        let top = f32::from(row[0]) + fx * (f32::from(row[1]) - f32::from(row[0]));
        let low = f32::from(next[0]) + fx * (f32::from(next[1]) - f32::from(next[0]));
        top + fy * (low - top)
    }
}

/// A grey picture that owns its pixels.
#[derive(Clone, Debug)]
pub struct Plane {
    pub width: usize,
    pub height: usize,
    pub data: Vec<u8>,
}

impl Plane {
    pub fn view(&self) -> Gray<'_> {
        Gray {
            width: self.width,
            height: self.height,
            data: &self.data,
        }
    }
}

/// Mean over a (2r+1)² window, edges repeated. Cost is independent of `r`.
pub fn box_mean(p: &Gray, r: usize) -> Plane {
    let (w, h) = (p.width, p.height);
    let side = 2 * r + 1;
    // Column sums slide down, a running sum slides along the row: 16.16 reciprocal, no division.
    let scale = (1u64 << 24) / (side * side) as u64 + 1;
    let mut columns = vec![0u32; w];
    for dy in 0..side {
        let y = dy.saturating_sub(r).min(h - 1);
        add_row(&mut columns, &p.data[y * w..(y + 1) * w]);
    }
    let mut data = vec![0u8; w * h];
    let mut padded = vec![0u32; w + 2 * r + 1];
    for y in 0..h {
        padded[..r].fill(columns[0]);
        padded[r..r + w].copy_from_slice(&columns);
        padded[r + w..].fill(columns[w - 1]);
        let mut sum: u32 = padded[..side].iter().sum();
        let out = &mut data[y * w..(y + 1) * w];
        for ((o, &leave), &enter) in out.iter_mut().zip(&padded).zip(&padded[side..]) {
            *o = ((u64::from(sum) * scale) >> 24).min(255) as u8;
            sum = sum + enter - leave;
        }
        if y + 1 < h {
            let enter = (y + 1 + r).min(h - 1);
            let leave = y.saturating_sub(r);
            slide_row(
                &mut columns,
                &p.data[enter * w..(enter + 1) * w],
                &p.data[leave * w..(leave + 1) * w],
            );
        }
    }
    Plane {
        width: w,
        height: h,
        data,
    }
}

fn add_row(columns: &mut [u32], row: &[u8]) {
    for (c, &v) in columns.iter_mut().zip(row) {
        *c += u32::from(v);
    }
}
fn slide_row(columns: &mut [u32], enter: &[u8], leave: &[u8]) {
    for ((c, &e), &l) in columns.iter_mut().zip(enter).zip(leave) {
        *c = *c + u32::from(e) - u32::from(l);
    }
}

/// Area reduction by an integer factor (remainder columns and rows are dropped).
pub fn reduce(p: &Gray, factor: usize) -> Plane {
    let (w, h) = (p.width / factor, p.height / factor);
    let area = (factor * factor) as u32;
    let mut data = Vec::with_capacity(w * h);
    let mut sums = vec![0u32; w];
    for y in 0..h {
        sums.fill(area / 2);
        for dy in 0..factor {
            let row = &p.data[(y * factor + dy) * p.width..][..w * factor];
            for (s, chunk) in sums.iter_mut().zip(row.chunks_exact(factor)) {
                *s += chunk.iter().map(|&v| u32::from(v)).sum::<u32>();
            }
        }
        data.extend(sums.iter().map(|s| (s / area) as u8));
    }
    Plane {
        width: w,
        height: h,
        data,
    }
}

/// Doubles the size (bilinear).
pub fn double(p: &Gray) -> Plane {
    let (w, h) = (p.width * 2, p.height * 2);
    let mut data = Vec::with_capacity(w * h);
    let mut blend = vec![0u16; p.width];
    for y in 0..h {
        let near = y / 2;
        let far = if y % 2 == 0 {
            near.saturating_sub(1)
        } else {
            (near + 1).min(p.height - 1)
        };
        let (a, b) = (
            &p.data[near * p.width..][..p.width],
            &p.data[far * p.width..][..p.width],
        );
        for ((o, &n), &f) in blend.iter_mut().zip(a).zip(b) {
            *o = 3 * u16::from(n) + u16::from(f);
        }
        for x in 0..p.width {
            let (l, c, r) = (
                blend[x.saturating_sub(1)],
                blend[x],
                blend[(x + 1).min(p.width - 1)],
            );
            data.push(((3 * c + l + 8) / 16) as u8);
            data.push(((3 * c + r + 8) / 16) as u8);
        }
    }
    Plane {
        width: w,
        height: h,
        data,
    }
}

/// Light for dark.
pub fn inverted(p: &Gray) -> Plane {
    Plane {
        width: p.width,
        height: p.height,
        data: p.data.iter().map(|v| 255 - v).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(w: usize, h: usize) -> Plane {
        Plane {
            width: w,
            height: h,
            data: (0..w * h).map(|i| (i * 7 % 251) as u8).collect(),
        }
    }

    #[test]
    fn box_mean_is_the_plain_mean() {
        let p = ramp(31, 23);
        let m = box_mean(&p.view(), 2);
        for (y, x) in [(0, 0), (11, 15), (22, 30), (1, 29)] {
            let mut sum = 0;
            for dy in 0..5 {
                for dx in 0..5 {
                    let yy = (y + dy as usize).saturating_sub(2).min(22);
                    let xx = (x + dx as usize).saturating_sub(2).min(30);
                    sum += u32::from(p.data[yy * 31 + xx]);
                }
            }
            assert_eq!(u32::from(m.data[y * 31 + x]), sum / 25, "{y} {x}");
        }
    }

    #[test]
    fn flat_pictures_stay_flat() {
        let p = Plane {
            width: 40,
            height: 30,
            data: vec![255; 1200],
        };
        assert!(box_mean(&p.view(), 3).data.iter().all(|&v| v == 255));
        assert!(double(&p.view()).data.iter().all(|&v| v == 255));
        assert!(reduce(&p.view(), 3).data.iter().all(|&v| v == 255));
        assert!(inverted(&p.view()).data.iter().all(|&v| v == 0));
    }

    #[test]
    fn sizes_and_samples() {
        let p = ramp(31, 23);
        let (d, r) = (double(&p.view()), reduce(&p.view(), 2));
        assert_eq!((d.width, d.height, d.data.len()), (62, 46, 62 * 46));
        assert_eq!((r.width, r.height, r.data.len()), (15, 11, 165));
        assert_eq!(p.view().sample(4.5, 3.5), f32::from(p.data[3 * 31 + 4]));
        let between = p.view().sample(5.0, 3.5);
        assert_eq!(
            between,
            (f32::from(p.data[97]) + f32::from(p.data[98])) / 2.0
        );
        // Outside is clamped, and not a number is no reason to panic.
        assert!(p.view().sample(-1e9, 1e9).is_finite());
        let _ = p.view().sample(f32::NAN, f32::INFINITY);
    }
}
