//! Small dense linear systems and plane-to-plane maps (homographies).

/// Solves `a · x = b` in place (row-major `n × n`, partial pivoting); `b` becomes `x`. False if singular.
pub fn solve(a: &mut [f64], b: &mut [f64], n: usize) -> bool {
    for k in 0..n {
        let mut pivot = k;
        for r in k + 1..n {
            if a[r * n + k].abs() > a[pivot * n + k].abs() {
                pivot = r;
            }
        }
        let value = a[pivot * n + k];
        if !value.is_finite() || value.abs() < 1e-12 {
            return false;
        }
        if pivot != k {
            for c in 0..n {
                a.swap(k * n + c, pivot * n + c);
            }
            b.swap(k, pivot);
        }
        for r in k + 1..n {
            let f = a[r * n + k] / a[k * n + k];
            if f != 0.0 {
                for c in k..n {
                    a[r * n + c] -= f * a[k * n + c];
                }
                b[r] -= f * b[k];
            }
        }
    }
    for k in (0..n).rev() {
        let mut s = b[k];
        for c in k + 1..n {
            s -= a[k * n + c] * b[c];
        }
        b[k] = s / a[k * n + k];
    }
    b.iter().all(|v| v.is_finite())
}

/// Inverse of a small matrix, column by column; `None` if singular.
pub fn inverse(a: &[f64], n: usize) -> Option<Vec<f64>> {
    let mut out = vec![0.0; n * n];
    for c in 0..n {
        let mut m = a.to_vec();
        let mut e = vec![0.0; n];
        e[c] = 1.0;
        if !solve(&mut m, &mut e, n) {
            return None;
        }
        for r in 0..n {
            out[r * n + c] = e[r];
        }
    }
    Some(out)
}

/// One correspondence: module coordinates, pixel coordinates, weight.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    pub module: (f64, f64),
    pub pixel: (f64, f64),
    pub weight: f64,
}

/// Homography from module coordinates (0..n, module centres at .5) to pixels (pixel centres at .5).
#[derive(Clone, Copy, Debug)]
pub struct Map {
    m: [f64; 9],
}

impl Map {
    /// Least-squares fit to at least four pairs; `None` if degenerate.
    pub fn fit(pairs: &[Pair]) -> Option<Map> {
        if pairs.len() < 4 {
            return None;
        }
        // Normalised coordinates keep the normal equations well conditioned.
        let (ms, mc) = spread(pairs.iter().map(|p| p.module));
        let (ps, pc) = spread(pairs.iter().map(|p| p.pixel));
        let mut a = [0.0; 64];
        let mut b = [0.0; 8];
        for p in pairs {
            let (x, y) = ((p.module.0 - mc.0) / ms, (p.module.1 - mc.1) / ms);
            let (u, v) = ((p.pixel.0 - pc.0) / ps, (p.pixel.1 - pc.1) / ps);
            let rows = [
                ([x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y], u),
                ([0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y], v),
            ];
            for (row, rhs) in rows {
                for i in 0..8 {
                    for j in 0..8 {
                        a[i * 8 + j] += p.weight * row[i] * row[j];
                    }
                    b[i] += p.weight * row[i] * rhs;
                }
            }
        }
        if !solve(&mut a, &mut b, 8) {
            return None;
        }
        // pixel = P · H · M · module, with M, P the normalising maps.
        let h = [b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], 1.0];
        let m = [
            1.0 / ms,
            0.0,
            -mc.0 / ms,
            0.0,
            1.0 / ms,
            -mc.1 / ms,
            0.0,
            0.0,
            1.0,
        ];
        let p = [ps, 0.0, pc.0, 0.0, ps, pc.1, 0.0, 0.0, 1.0];
        Some(Map {
            m: product(&p, &product(&h, &m)),
        })
    }

    /// Pixel position of a module position.
    pub fn at(&self, x: f64, y: f64) -> (f64, f64) {
        let m = &self.m;
        let w = m[6] * x + m[7] * y + m[8];
        (
            (m[0] * x + m[1] * y + m[2]) / w,
            (m[3] * x + m[4] * y + m[5]) / w,
        )
    }

    /// Pixel vectors of one module step in x and in y at a module position.
    pub fn steps(&self, x: f64, y: f64) -> ((f64, f64), (f64, f64)) {
        let m = &self.m;
        let w = m[6] * x + m[7] * y + m[8];
        let (px, py) = self.at(x, y);
        (
            ((m[0] - px * m[6]) / w, (m[3] - py * m[6]) / w),
            ((m[1] - px * m[7]) / w, (m[4] - py * m[7]) / w),
        )
    }
}

fn product(a: &[f64; 9], b: &[f64; 9]) -> [f64; 9] {
    let mut o = [0.0; 9];
    for r in 0..3 {
        for c in 0..3 {
            o[r * 3 + c] = (0..3).map(|k| a[r * 3 + k] * b[k * 3 + c]).sum();
        }
    }
    o
}

/// (scale, centre) of a point cloud.
fn spread(points: impl Iterator<Item = (f64, f64)> + Clone) -> (f64, (f64, f64)) {
    let n = points.clone().count() as f64;
    let c = points
        .clone()
        .fold((0.0, 0.0), |s, p| (s.0 + p.0 / n, s.1 + p.1 / n));
    let d = points.fold(0.0f64, |s, p| {
        s.max((p.0 - c.0).abs()).max((p.1 - c.1).abs())
    });
    (d.max(1e-6), c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_homography_is_recovered() {
        let truth = |x: f64, y: f64| {
            let w = 1.0 + 0.002 * x - 0.001 * y;
            (
                (40.0 + 4.0 * x - 1.0 * y) / w,
                (30.0 + 0.8 * x + 5.0 * y) / w,
            )
        };
        let pairs: Vec<Pair> = [
            (0.0, 0.0),
            (50.0, 3.0),
            (48.0, 52.0),
            (2.0, 49.0),
            (25.0, 20.0),
        ]
        .into_iter()
        .map(|m| Pair {
            module: m,
            pixel: truth(m.0, m.1),
            weight: 1.0,
        })
        .collect();
        let map = Map::fit(&pairs).unwrap();
        let (p, q) = (map.at(33.0, 41.0), truth(33.0, 41.0));
        assert!((p.0 - q.0).abs() < 1e-6 && (p.1 - q.1).abs() < 1e-6);
        let (u, v) = map.steps(10.0, 10.0);
        let (a, b, c) = (
            map.at(10.0, 10.0),
            map.at(10.001, 10.0),
            map.at(10.0, 10.001),
        );
        assert!((u.0 - (b.0 - a.0) * 1e3).abs() < 1e-2 && (v.1 - (c.1 - a.1) * 1e3).abs() < 1e-2);
    }

    #[test]
    fn degenerate_input_is_refused() {
        let p = Pair {
            module: (1.0, 1.0),
            pixel: (2.0, 2.0),
            weight: 1.0,
        };
        assert!(Map::fit(&[p; 6]).is_none());
        assert!(Map::fit(&[p; 3]).is_none());
    }
}
