//! Whether two samples have the same mean.

/// Welch's t: difference of the means by its standard error.
pub fn welch(a: &[f64], b: &[f64]) -> f64 {
    let moments = |all: &[f64]| {
        let n = all.len() as f64;
        let mean = all.iter().sum::<f64>() / n;
        let variance = all.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
        (mean, variance / n)
    };
    let ((ma, va), (mb, vb)) = (moments(a), moments(b));
    (ma - mb) / (va + vb).sqrt()
}
