//! Undoes blur on the module lattice: which modules are dark, given that each grey value mixes its
//! 5×5 neighbourhood with unknown weights.
//!
//! The mixing weights are fitted by least squares to the current belief, the belief is updated
//! module by module with the interference of its neighbours removed (mean field), and so on.
//! Modules that are certain (function patterns, blocks Reed–Solomon has accepted) stay fixed and
//! steer the rest.

use super::level::{flatten, normalise, window_mean};
use super::linear::solve;

const PAD: usize = 2;
const SIDE: usize = 2 * PAD + 1;
const TAPS: usize = SIDE * SIDE;

/// State of one symbol: beliefs in −1 (light) .. 1 (dark).
pub struct Equaliser {
    n: usize,
    wide: usize,
    raw: Vec<f32>,
    /// Locally normalised grey values, `n × n`.
    level: Vec<f32>,
    /// Beliefs and residuals, padded by `PAD` (light, zero) on each side.
    belief: Vec<f32>,
    residual: Vec<f32>,
    fixed: Vec<bool>,
    weight: [f32; TAPS],
    bias: f32,
    noise: f32,
    /// Log-likelihood ratio of dark over light, `n × n`.
    pub llr: Vec<f32>,
}

impl Equaliser {
    /// `raw`: darkness per module, `known`: +1, −1 or 0 per module.
    pub fn new(raw: Vec<f32>, known: &[i8], n: usize) -> Equaliser {
        let wide = n + 2 * PAD;
        let level = normalise(&raw, n);
        let mut s = Equaliser {
            n,
            wide,
            raw,
            level,
            belief: vec![-1.0; wide * wide],
            residual: vec![0.0; wide * wide],
            fixed: vec![false; n * n],
            weight: [0.0; TAPS],
            bias: 0.0,
            noise: 1.0,
            llr: vec![0.0; n * n],
        };
        for y in 0..n {
            for x in 0..n {
                let i = y * n + x;
                s.fixed[i] = known[i] != 0;
                let value = if s.fixed[i] {
                    f32::from(known[i])
                } else {
                    (1.5 * s.level[i]).tanh()
                };
                s.belief[(y + PAD) * wide + x + PAD] = value;
                s.llr[i] = 4.0 * value;
            }
        }
        s
    }

    /// For strong blur: starts from a Gaussian whose width is measured on the function patterns, and
    /// from the least-squares symbol within −1..1 under that blur (a convex problem: no bad start).
    pub fn sharpened(raw: Vec<f32>, known: &[i8], n: usize) -> Option<Equaliser> {
        let level = flatten(&raw, n)?;
        let mut s = Equaliser::new(raw, known, n);
        s.level = level;
        for y in 0..n {
            for x in 0..n {
                s.belief[(y + PAD) * s.wide + x + PAD] = f32::from(known[y * n + x]);
            }
        }
        let mut best = (f32::MAX, [0.0; TAPS], 0.0);
        for k in 0..16 {
            let (error, weight, bias) = s.gaussian(0.3 + 0.05 * k as f32)?;
            if error < best.0 {
                best = (error, weight, bias);
            }
        }
        (s.weight, s.bias) = (best.1, best.2);
        for round in 0..4 {
            if round > 0 {
                if !s.fit_weights() {
                    return None;
                }
                s.relevel();
            }
            s.refresh();
            for _ in 0..12 {
                s.linear_sweep();
            }
            // Commit: what leans to a side is taken to be on that side for the next fit.
            for b in &mut s.belief {
                *b = tanh(2.5 * *b);
            }
        }
        Some(s)
    }

    /// Fits contrast and brightness of a Gaussian of `sigma` modules to the modules whose whole
    /// neighbourhood is known; (mean square error, weights, bias).
    fn gaussian(&self, sigma: f32) -> Option<(f32, [f32; TAPS], f32)> {
        let line: Vec<f32> = (0..SIDE)
            .map(|i| (-0.5 * ((i as f32 - PAD as f32) / sigma).powi(2)).exp())
            .collect();
        let sum: f32 = line.iter().sum();
        let mut weight = [0.0; TAPS];
        for (i, w) in weight.iter_mut().enumerate() {
            *w = line[i / SIDE] * line[i % SIDE] / (sum * sum);
        }
        let (mut c, mut p, mut q, mut pp, mut pq, mut qq) = (0.0f32, 0.0, 0.0, 0.0, 0.0, 0.0);
        for y in 0..self.n {
            for x in 0..self.n {
                let mut model = 0.0;
                let mut complete = true;
                for d in 0..SIDE {
                    let b = &self.belief[(y + d) * self.wide + x..][..SIDE];
                    complete &= b.iter().all(|&v| v != 0.0);
                    model += b
                        .iter()
                        .zip(&weight[d * SIDE..])
                        .map(|(b, w)| b * w)
                        .sum::<f32>();
                }
                if complete {
                    let level = self.level[y * self.n + x];
                    c += 1.0;
                    p += model;
                    q += level;
                    pp += model * model;
                    pq += model * level;
                    qq += level * level;
                }
            }
        }
        let var = pp - p * p / c;
        let gain = (pq - p * q / c) / var;
        let error = qq - q * q / c - gain * (pq - p * q / c);
        if c < 40.0 || gain.is_nan() || gain <= 0.0 {
            return None;
        }
        weight.iter_mut().for_each(|w| *w *= gain);
        Some((error / c, weight, (q - gain * p) / c))
    }

    /// Declares a module certain.
    pub fn fix(&mut self, module: usize, dark: bool) {
        let value = if dark { 1.0 } else { -1.0 };
        self.fixed[module] = true;
        self.belief[(module / self.n + PAD) * self.wide + module % self.n + PAD] = value;
        self.llr[module] = 40.0 * value;
    }

    /// `rounds` times: fit weights, then `sweeps` belief updates.
    pub fn run(&mut self, rounds: usize, sweeps: usize) {
        for round in 0..rounds {
            if !self.fit_weights() {
                return;
            }
            if round > 0 {
                self.relevel();
            }
            self.refresh();
            for _ in 0..sweeps {
                self.sweep();
            }
        }
    }

    fn fit_weights(&mut self) -> bool {
        const K: usize = TAPS + 1;
        let (n, wide) = (self.n, self.wide);
        let mut a = vec![0.0f32; K * K];
        let mut rhs = [0.0f32; K];
        // A few thousand equations are plenty for 26 unknowns.
        let stride = (n * n / 5000).max(1);
        let mut row = [1.0f32; K];
        let mut i = 0;
        while i < n * n {
            let (y, x) = (i / n, i % n);
            for d in 0..SIDE {
                row[d * SIDE..(d + 1) * SIDE]
                    .copy_from_slice(&self.belief[(y + d) * wide + x..][..SIDE]);
            }
            let target = self.level[i];
            for p in 0..K {
                let f = row[p];
                rhs[p] += f * target;
                for (o, &v) in a[p * K..(p + 1) * K].iter_mut().zip(&row) {
                    *o += f * v;
                }
            }
            i += stride;
        }
        let mut a: Vec<f64> = a.iter().map(|&v| f64::from(v)).collect();
        let mut x: Vec<f64> = rhs.iter().map(|&v| f64::from(v)).collect();
        for k in 0..K {
            a[k * K + k] += 5.0;
        }
        if !solve(&mut a, &mut x, K) {
            return false;
        }
        for (w, v) in self.weight.iter_mut().zip(&x) {
            *w = *v as f32;
        }
        self.bias = x[TAPS] as f32;
        true
    }

    /// Predicted level of one module from the current beliefs.
    fn predict(&self, y: usize, x: usize) -> f32 {
        let mut s = self.bias;
        for d in 0..SIDE {
            let b = &self.belief[(y + d) * self.wide + x..][..SIDE];
            for (w, b) in self.weight[d * SIDE..(d + 1) * SIDE].iter().zip(b) {
                s += w * b;
            }
        }
        s
    }

    /// Refits local brightness and contrast to the model, so that light gradients and glare drop out.
    fn relevel(&mut self) {
        let n = self.n;
        let mut model = vec![0.0f32; n * n];
        for y in 0..n {
            for x in 0..n {
                model[y * n + x] = self.predict(y, x);
            }
        }
        let products =
            |a: &[f32], b: &[f32]| -> Vec<f32> { a.iter().zip(b).map(|(p, q)| p * q).collect() };
        let r = 7;
        let m = window_mean(&model, n, r);
        let d = window_mean(&self.raw, n, r);
        let mm = window_mean(&products(&model, &model), n, r);
        let md = window_mean(&products(&model, &self.raw), n, r);
        for i in 0..n * n {
            let var = (mm[i] - m[i] * m[i]).max(1e-4);
            let gain = ((md[i] - m[i] * d[i]) / var).max(0.5);
            self.level[i] = ((self.raw[i] - d[i]) / gain + m[i]).clamp(-2.5, 2.5);
        }
    }

    fn refresh(&mut self) {
        let mut power = 0.0;
        for y in 0..self.n {
            for x in 0..self.n {
                let r = self.level[y * self.n + x] - self.predict(y, x);
                self.residual[(y + PAD) * self.wide + x + PAD] = r;
                power += r * r;
            }
        }
        self.noise = (power / (self.n * self.n) as f32).max(1e-4);
    }

    fn linear_sweep(&mut self) {
        self.update(|half_energy, _| half_energy.clamp(-1.0, 1.0), true);
    }

    fn sweep(&mut self) {
        self.update(|_, half| tanh(half), false);
    }

    /// One pass over all free modules; `rule` maps (least-squares value, half LLR) to the new belief.
    fn update(&mut self, rule: impl Fn(f32, f32) -> f32, linear: bool) {
        let (n, wide) = (self.n, self.wide);
        let energy: f32 = self.weight.iter().map(|w| w * w).sum();
        // A module at +d from a sample mixes into it with weight[d]; seen from the module, reversed.
        let mut back = self.weight;
        back.reverse();
        let scale = 1.0 / self.noise;
        for y in 0..n {
            for x in 0..n {
                let centre = (y + PAD) * wide + x + PAD;
                let old = self.belief[centre];
                let mut match_sum = energy * old;
                for d in 0..SIDE {
                    let r = &self.residual[(y + d) * wide + x..][..SIDE];
                    for (w, r) in back[d * SIDE..(d + 1) * SIDE].iter().zip(r) {
                        match_sum += w * r;
                    }
                }
                if self.fixed[y * n + x] {
                    continue;
                }
                let half = match_sum * scale;
                self.llr[y * n + x] = 2.0 * half;
                let new = rule(match_sum / (energy + 0.3 * self.noise.min(0.05)), half);
                let change = new - old;
                if change.abs() < 1e-4 {
                    continue;
                }
                self.belief[centre] = new;
                for d in 0..SIDE {
                    let r = &mut self.residual[(y + d) * wide + x..][..SIDE];
                    for (w, r) in back[d * SIDE..(d + 1) * SIDE].iter().zip(r) {
                        *r -= w * change;
                    }
                }
            }
        }
        // Residuals in the padding belong to no sample.
        let mut power = 0.0;
        for y in 0..wide {
            for x in 0..wide {
                let inside = (PAD..n + PAD).contains(&y) && (PAD..n + PAD).contains(&x);
                let r = &mut self.residual[y * wide + x];
                if inside {
                    power += *r * *r;
                } else {
                    *r = 0.0;
                }
            }
        }
        if !linear {
            self.noise = (power / (n * n) as f32).max(1e-4);
        }
    }
}

fn tanh(x: f32) -> f32 {
    // Padé form, exact enough for a belief and far cheaper than libm.
    if x.abs() > 4.0 {
        return x.signum();
    }
    let q = x * x;
    (x * (135_135.0 + q * (17_325.0 + q * (378.0 + q)))
        / (135_135.0 + q * (62_370.0 + q * (3_150.0 + q * 28.0))))
        .clamp(-1.0, 1.0)
}
