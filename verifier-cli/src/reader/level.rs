//! Takes light and shadow out of the module values, before anything is known of the content.

use super::linear::solve;

/// Darkness relative to a quadratic light surface, times 2: no local gain that blur could mislead.
pub fn flatten(raw: &[f32], n: usize) -> Option<Vec<f32>> {
    let basis = |i: usize| {
        let (x, y) = (
            (i % n) as f64 / n as f64 - 0.5,
            (i / n) as f64 / n as f64 - 0.5,
        );
        [1.0, x, y, x * x, x * y, y * y]
    };
    let (mut a, mut b) = ([0.0; 36], [0.0; 6]);
    for (i, &v) in raw.iter().enumerate() {
        let row = basis(i);
        for p in 0..6 {
            for q in 0..6 {
                a[p * 6 + q] += row[p] * row[q];
            }
            b[p] += row[p] * f64::from(255.0 - v);
        }
    }
    if !solve(&mut a, &mut b, 6) {
        return None;
    }
    let surface = |i: usize| {
        basis(i)
            .iter()
            .zip(&b)
            .map(|(r, c)| r * c)
            .sum::<f64>()
            .max(2.0) as f32
    };
    Some(
        raw.iter()
            .enumerate()
            .map(|(i, &v)| 2.0 - 2.0 * (255.0 - v) / surface(i))
            .collect(),
    )
}

/// Zero local mean, unit local deviation (windows of 17 modules).
pub fn normalise(raw: &[f32], n: usize) -> Vec<f32> {
    let mean = window_mean(raw, n, 8);
    let squares: Vec<f32> = raw.iter().map(|v| v * v).collect();
    let second = window_mean(&squares, n, 8);
    (0..n * n)
        .map(|i| {
            let deviation = (second[i] - mean[i] * mean[i]).max(0.05).sqrt();
            ((raw[i] - mean[i]) / deviation).clamp(-2.5, 2.5)
        })
        .collect()
}

/// Mean over a (2r+1)² window cut off at the border.
pub fn window_mean(v: &[f32], n: usize, r: usize) -> Vec<f32> {
    let stride = n + 1;
    let mut sums = vec![0.0f64; stride * stride];
    for y in 0..n {
        let mut row = 0.0;
        for x in 0..n {
            row += f64::from(v[y * n + x]);
            sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1] + row;
        }
    }
    let mut out = vec![0.0; n * n];
    for y in 0..n {
        let (y0, y1) = (y.saturating_sub(r), (y + r + 1).min(n));
        for x in 0..n {
            let (x0, x1) = (x.saturating_sub(r), (x + r + 1).min(n));
            let s = sums[y1 * stride + x1] - sums[y0 * stride + x1] - sums[y1 * stride + x0]
                + sums[y0 * stride + x0];
            out[y * n + x] = (s / ((y1 - y0) * (x1 - x0)) as f64) as f32;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn window_means_are_cut_at_the_border() {
        let v: Vec<f32> = (0..49).map(|i| i as f32).collect();
        let m = window_mean(&v, 7, 1);
        assert_eq!(m[0], (0.0 + 1.0 + 7.0 + 8.0) / 4.0);
        assert_eq!(m[24], 24.0);
    }

    #[test]
    fn a_light_gradient_drops_out() {
        let n = 41;
        let dark = |i: usize| (i % n + i / n).is_multiple_of(2);
        let light = |i: usize| 60.0 + 3.0 * (i % n) as f32;
        let raw: Vec<f32> = (0..n * n)
            .map(|i| 255.0 - light(i) * if dark(i) { 0.4 } else { 1.0 })
            .collect();
        for level in [flatten(&raw, n).unwrap(), normalise(&raw, n)] {
            assert!((0..n * n).all(|i| (level[i] > 0.0) == dark(i)));
        }
    }
}
