//! Grey value of every module of a located grid.

use super::bend::Bend;
use super::linear::Map;
use super::plane::Gray;

/// Mean darkness (255 − luma) over most of each module's area, `n × n`, row-major.
pub fn modules(picture: &Gray, map: &Map, bend: Option<&Bend>, n: usize) -> Vec<f32> {
    let (u, _) = map.steps(n as f64 / 2.0, n as f64 / 2.0);
    let pitch = u.0.hypot(u.1);
    // Enough taps that each pixel of the module counts about once.
    let taps = (pitch * 0.75).round().clamp(2.0, 5.0) as usize;
    let width = 0.9;
    let offset: Vec<f64> = (0..taps)
        .map(|k| 0.5 + width * ((k as f64 + 0.5) / taps as f64 - 0.5))
        .collect();
    let mut out = vec![0.0f32; n * n];
    for y in 0..n {
        for x in 0..n {
            let (mut px, mut py) = map.at(x as f64 + 0.5, y as f64 + 0.5);
            if let Some(d) = bend.map(|b| b.at(x as f64 + 0.5, y as f64 + 0.5)) {
                (px, py) = (px + d.0, py + d.1);
            }
            let (u, v) = map.steps(x as f64 + 0.5, y as f64 + 0.5);
            let mut sum = 0.0;
            for b in &offset {
                for a in &offset {
                    let (a, b) = (a - 0.5, b - 0.5);
                    sum += picture.sample(
                        (px + a * u.0 + b * v.0) as f32,
                        (py + a * u.1 + b * v.1) as f32,
                    );
                }
            }
            out[y * n + x] = 255.0 - sum / (taps * taps) as f32;
        }
    }
    out
}
