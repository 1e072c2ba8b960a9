//! What a flat map leaves over on bent paper: a smooth (cubic) displacement over the symbol.

use super::linear::{Map, Pair, solve};

const TERMS: usize = 10;

/// Displacement in pixels as a cubic polynomial of the module position.
#[derive(Clone, Debug)]
pub struct Bend {
    half: f64,
    x: [f64; TERMS],
    y: [f64; TERMS],
}

impl Bend {
    /// Least squares of what `map` misses at the pairs, held towards zero where they say little.
    pub fn fit(map: &Map, pairs: &[Pair], n: usize) -> Option<Bend> {
        let half = n as f64 / 2.0;
        let mut a = [0.0; TERMS * TERMS];
        let (mut x, mut y) = ([0.0; TERMS], [0.0; TERMS]);
        for p in pairs {
            let row = terms(p.module, half);
            let flat = map.at(p.module.0, p.module.1);
            for i in 0..TERMS {
                for j in 0..TERMS {
                    a[i * TERMS + j] += p.weight * row[i] * row[j];
                }
                x[i] += p.weight * row[i] * (p.pixel.0 - flat.0);
                y[i] += p.weight * row[i] * (p.pixel.1 - flat.1);
            }
        }
        for k in 0..TERMS {
            a[k * TERMS + k] += 0.3;
        }
        let mut copy = a;
        (solve(&mut a, &mut x, TERMS) && solve(&mut copy, &mut y, TERMS)).then_some(Bend {
            half,
            x,
            y,
        })
    }

    /// Displacement in pixels at a module position.
    pub fn at(&self, x: f64, y: f64) -> (f64, f64) {
        let row = terms((x, y), self.half);
        let dot = |c: &[f64; TERMS]| row.iter().zip(c).map(|(r, c)| r * c).sum::<f64>();
        (dot(&self.x), dot(&self.y))
    }

    /// Root mean square over the symbol, in pixels.
    pub fn size(&self) -> f64 {
        let side = 2.0 * self.half;
        let sum: f64 = (0..81)
            .map(|k| {
                let d = self.at(side * f64::from(k % 9) / 8.0, side * f64::from(k / 9) / 8.0);
                d.0 * d.0 + d.1 * d.1
            })
            .sum();
        (sum / 81.0).sqrt()
    }
}

fn terms(p: (f64, f64), half: f64) -> [f64; TERMS] {
    let (x, y) = (p.0 / half - 1.0, p.1 / half - 1.0);
    [
        1.0,
        x,
        y,
        x * x,
        x * y,
        y * y,
        x * x * x,
        x * x * y,
        x * y * y,
        y * y * y,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bow_is_followed() {
        let flat = |x: f64, y: f64| (10.0 + 5.0 * x, 20.0 + 5.0 * y);
        let bow = |x: f64| 6.0 * (1.0 - (x / 28.5 - 1.0).powi(2));
        let pair = |k: usize| {
            let m = ((k % 6) as f64 * 11.0 + 1.0, (k / 6) as f64 * 11.0 + 1.0);
            let p = flat(m.0, m.1);
            Pair {
                module: m,
                pixel: (p.0, p.1 + bow(m.0)),
                weight: 4.0,
            }
        };
        let pairs: Vec<Pair> = (0..36).map(pair).collect();
        let map = Map::fit(&pairs).unwrap();
        let bend = Bend::fit(&map, &pairs, 57).unwrap();
        let (m, b) = (map.at(30.0, 17.0), bend.at(30.0, 17.0));
        assert!((m.1 + b.1 - flat(30.0, 17.0).1 - bow(30.0)).abs() < 0.3);
        assert!(bend.size() > 0.5);
    }
}
