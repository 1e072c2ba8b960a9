//! Sub-pixel fitting of finder and alignment patterns to grey values.
//!
//! A patch is a blurred drawing of the pattern on a half-module lattice. Fitting solves, in one
//! linear step per iteration, for contrast, brightness and an affine (or plain) shift.

use super::linear::inverse;
use super::plane::Gray;

/// Position of a pattern: centre and the pixel vectors of one module in x and y.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    pub c: (f64, f64),
    pub u: (f64, f64),
    pub v: (f64, f64),
}

impl Frame {
    /// Pixel position of module offset (a, b) from the centre.
    pub fn at(&self, a: f64, b: f64) -> (f64, f64) {
        (
            self.c.0 + a * self.u.0 + b * self.v.0,
            self.c.1 + a * self.u.1 + b * self.v.1,
        )
    }
}

/// A pattern drawn for fitting.
pub struct Patch {
    /// (a, b, darkness minus mean).
    points: Vec<(f32, f32, f32)>,
    norm: f32,
    /// (a, b, darkness) at whole modules.
    centres: Vec<(f32, f32, f32)>,
    /// Regressors per point: 1, T, Ta, Tb[, Ta·a, Ta·b, Tb·a, Tb·b].
    rows: Vec<[f32; 8]>,
    shift: Vec<f64>,
    affine: Vec<f64>,
}

impl Patch {
    /// 7×7 finder with separator.
    pub fn finder() -> Patch {
        Patch::new(&[(3.5, 1.0), (2.5, -1.0), (1.5, 1.0)], 17)
    }
    /// 5×5 alignment pattern.
    pub fn alignment() -> Patch {
        Patch::new(&[(2.5, 1.0), (1.5, -1.0), (0.5, 1.0)], 10)
    }

    fn new(squares: &[(f64, f64)], side: usize) -> Patch {
        let ink = |a: f64, b: f64| -> f64 {
            squares
                .iter()
                .map(|&(h, s)| s * bar(a, h) * bar(b, h))
                .sum()
        };
        let mut points = Vec::new();
        let mut rows = Vec::new();
        let start = -((side - 1) as f64) / 4.0;
        for j in 0..side {
            for i in 0..side {
                let (a, b) = (start + i as f64 / 2.0, start + j as f64 / 2.0);
                let t = ink(a, b);
                let ta = (ink(a + 0.05, b) - ink(a - 0.05, b)) / 0.1;
                let tb = (ink(a, b + 0.05) - ink(a, b - 0.05)) / 0.1;
                points.push((a as f32, b as f32, t as f32));
                rows.push([1.0, t, ta, tb, ta * a, ta * b, tb * a, tb * b].map(|v| v as f32));
            }
        }
        let mean = points.iter().map(|p| p.2).sum::<f32>() / points.len() as f32;
        points.iter_mut().for_each(|p| p.2 -= mean);
        let norm = points.iter().map(|p| p.2 * p.2).sum::<f32>().sqrt();
        let normal = |k: usize| {
            let mut m = vec![0.0f64; k * k];
            for r in &rows {
                for i in 0..k {
                    for j in 0..k {
                        m[i * k + j] += f64::from(r[i]) * f64::from(r[j]);
                    }
                }
            }
            inverse(&m, k).unwrap_or_else(|| vec![0.0; k * k])
        };
        let (shift, affine) = (normal(4), normal(8));
        let reach = squares[0].0 as i32;
        let grid = (-reach..=reach)
            .flat_map(|b| (-reach..=reach).map(move |a| (f64::from(a), f64::from(b))));
        let centres = grid
            .map(|(a, b)| (a as f32, b as f32, ink(a, b) as f32))
            .collect();
        Patch {
            points,
            norm,
            centres,
            rows,
            shift,
            affine,
        }
    }

    /// Rough correlation from every fourth point (one per module): a quarter of the cost, for searches.
    pub fn glance(&self, picture: &Gray, f: &Frame) -> f32 {
        let (mut n, mut s, mut ss, mut st, mut t1, mut tt) =
            (0.0f32, 0.0f32, 0.0f32, 0.0f32, 0.0f32, 0.0f32);
        for &(a, b, t) in &self.centres {
            let p = f.at(f64::from(a), f64::from(b));
            let d = -picture.sample(p.0 as f32, p.1 as f32);
            n += 1.0;
            s += d;
            ss += d * d;
            st += d * t;
            t1 += t;
            tt += t * t;
        }
        let (var, cov, own) = (ss - s * s / n, st - s * t1 / n, tt - t1 * t1 / n);
        cov / (var.max(1e-3) * own).sqrt()
    }

    /// Correlation (−1..1) of the picture at this frame with the pattern.
    pub fn match_at(&self, picture: &Gray, f: &Frame) -> f32 {
        let (mut s, mut ss, mut st) = (0.0f32, 0.0f32, 0.0f32);
        for &(a, b, t) in &self.points {
            let p = f.at(f64::from(a), f64::from(b));
            let d = -picture.sample(p.0 as f32, p.1 as f32);
            s += d;
            ss += d * d;
            st += d * t;
        }
        let var = ss - s * s / self.points.len() as f32;
        st / (var.max(1e-3).sqrt() * self.norm)
    }

    /// Moves the frame onto the pattern; with `affine` also its two vectors. Returns the final match.
    pub fn refine(&self, picture: &Gray, f: &mut Frame, affine: bool, rounds: usize) -> f32 {
        let k = if affine { 8 } else { 4 };
        let inverse = if affine { &self.affine } else { &self.shift };
        for _ in 0..rounds {
            let mut rhs = [0.0f64; 8];
            for (&(a, b, _), row) in self.points.iter().zip(&self.rows) {
                let p = f.at(f64::from(a), f64::from(b));
                let d = 255.0 - picture.sample(p.0 as f32, p.1 as f32);
                for i in 0..k {
                    rhs[i] += f64::from(row[i] * d);
                }
            }
            let mut x = [0.0f64; 8];
            for i in 0..k {
                x[i] = (0..k).map(|j| inverse[i * k + j] * rhs[j]).sum();
            }
            let gain = x[1];
            if gain < 1e-3 {
                break;
            }
            // Not `clamp`, here and in plane.rs: its check of the bounds brings the printing of floats with it, 20 kB.
            let clip = |v: f64, m: f64| (v / gain).max(-m).min(m);
            let (da, db) = (clip(x[2], 0.8), clip(x[3], 0.8));
            let old = *f;
            f.c = old.at(-da, -db);
            if affine {
                let (aa, ab, ba, bb) = (
                    clip(x[4], 0.15),
                    clip(x[5], 0.15),
                    clip(x[6], 0.15),
                    clip(x[7], 0.15),
                );
                f.u = (
                    old.u.0 - aa * old.u.0 - ba * old.v.0,
                    old.u.1 - aa * old.u.1 - ba * old.v.1,
                );
                f.v = (
                    old.v.0 - ab * old.u.0 - bb * old.v.0,
                    old.v.1 - ab * old.u.1 - bb * old.v.1,
                );
            }
            if da.abs() + db.abs() < 0.01 && !affine {
                break;
            }
        }
        self.match_at(picture, f)
    }
}

/// A bar of half width `h` blurred by a Gaussian of 0.55 modules, at offset `x`.
fn bar(x: f64, h: f64) -> f64 {
    step((x + h) / 0.55) - step((x - h) / 0.55)
}
/// Gaussian cumulative distribution (tanh approximation).
fn step(x: f64) -> f64 {
    0.5 * (1.0 + (0.797_884_560_8 * (x + 0.044_715 * x * x * x)).tanh())
}
