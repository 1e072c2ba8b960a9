//! Finds finder patterns in grey pictures too blurred or noisy for black-and-white scanning.
//!
//! Averaged over all directions a finder is dark to 1.5 modules, light near 2, dark near 3.3 and
//! light near 4.6, whatever its rotation. Every second pixel of a picture pyramid is correlated with that
//! profile; the peaks are then fitted with the real pattern, which also gives size and rotation.

use super::order::descending;
use super::plane::{Gray, box_mean, reduce};
use super::template::{Frame, Patch};

/// (radius in modules, directions, darkness).
const RINGS: [(f32, usize, f32); 5] = [
    (0.0, 1, 1.0),
    (0.9, 6, 1.0),
    (2.0, 10, -0.9),
    (3.3, 14, 0.85),
    (4.6, 14, -0.9),
];
/// Module sizes tried on every pyramid level, in pixels of the level; the next level doubles them.
const SIZES: [f32; 4] = [2.3, 2.75, 3.3, 3.9];

/// A place that looks like a finder.
#[derive(Clone, Copy, Debug)]
struct Spot {
    x: f32,
    y: f32,
    module: f32,
    score: f32,
}

/// A fitted finder; `score` is the match with the real pattern, −1..1.
#[derive(Clone, Copy, Debug)]
pub struct Finder {
    pub frame: Frame,
    pub score: f32,
}

/// How a picture is searched.
pub struct Plan {
    /// Finders returned at most.
    pub limit: usize,
    /// Only the smallest module sizes (the larger ones were searched in a reduced picture).
    pub finest_only: bool,
    /// Full profile evaluations at most (some 50 ns each): bounds the time on all-texture pictures.
    pub evaluations: usize,
}

/// The best fitted finders of a picture.
pub fn finders(picture: &Gray, patch: &Patch, plan: &Plan) -> Vec<Finder> {
    let limit = plan.limit;
    let mut levels = vec![box_mean(picture, 1)];
    let mut half = if plan.finest_only {
        None
    } else {
        Some(reduce(picture, 2))
    };
    while let Some(next) = half.filter(|p| p.width.min(p.height) >= 40) {
        levels.push(box_mean(&next.view(), 1));
        half = Some(reduce(&next.view(), 2));
    }
    let mut spots = Vec::new();
    let mut left = plan.evaluations;
    // Coarse levels first: they cost little and hold the codes that matter most.
    for (k, level) in levels.iter().enumerate().rev() {
        for size in SIZES.into_iter().rev() {
            scan(&level.view(), size, (1 << k) as f32, &mut spots, &mut left);
        }
    }
    descending(&mut spots, |spot| f64::from(spot.score));
    let mut kept: Vec<Spot> = Vec::new();
    for s in spots {
        if kept.len() >= 3 * limit {
            break;
        }
        if kept
            .iter()
            .all(|k| (k.x - s.x).hypot(k.y - s.y) > 2.5 * k.module.min(s.module))
        {
            kept.push(s);
        }
    }
    let mut out: Vec<Finder> = Vec::new();
    for s in kept {
        let Some(f) = fit(picture, patch, &s) else {
            continue;
        };
        let size = f.frame.u.0.hypot(f.frame.u.1);
        let double =
            |o: &Finder| (o.frame.c.0 - f.frame.c.0).hypot(o.frame.c.1 - f.frame.c.1) < 2.0 * size;
        match out.iter_mut().find(|o| double(o)) {
            Some(o) if o.score < f.score => *o = f,
            Some(_) => {}
            None => out.push(f),
        }
    }
    descending(&mut out, |finder| f64::from(finder.score));
    out.truncate(limit);
    out
}

/// Adds the local peaks of one level and size.
fn scan(p: &Gray, size: f32, scale: f32, spots: &mut Vec<Spot>, left: &mut usize) {
    let margin = (RINGS[4].0 * size).ceil() as usize + 1;
    if p.width <= 2 * margin || p.height <= 2 * margin {
        return;
    }
    let mut taps: Vec<(isize, f32)> = Vec::new();
    for (radius, count, dark) in RINGS {
        for k in 0..count {
            let angle = (k as f32 + 0.25) / count as f32 * std::f32::consts::TAU;
            let (dx, dy) = (
                (radius * size * angle.cos()).round(),
                (radius * size * angle.sin()).round(),
            );
            taps.push((
                dy as isize * p.width as isize + dx as isize,
                dark / (count as f32).sqrt(),
            ));
        }
    }
    let count = taps.len() as f32;
    let mean = taps.iter().map(|t| t.1).sum::<f32>() / count;
    taps.iter_mut().for_each(|t| t.1 -= mean);
    let norm = taps.iter().map(|t| t.1 * t.1).sum::<f32>().sqrt();
    let r2 = (2.0 * size).round() as usize;
    let r4 = (4.6 * size).round() as usize;
    let (columns, rows) = (
        (p.width - 2 * margin).div_ceil(2),
        (p.height - 2 * margin).div_ceil(2),
    );
    let mut scores = vec![0.0f32; columns * rows];
    for row in 0..rows {
        let y = margin + 2 * row;
        for column in 0..columns {
            let i = y * p.width + margin + 2 * column;
            // Cheap look first: the centre is darker than the light rings on the four axes.
            let at = |k: usize| i32::from(p.data[k]);
            let centre = at(i);
            let far = at(i - r4) + at(i + r4) + at(i - r4 * p.width) + at(i + r4 * p.width);
            if far < 4 * centre + 12 {
                continue;
            }
            let light = at(i - r2) + at(i + r2) + at(i - r2 * p.width) + at(i + r2 * p.width);
            if light < 4 * centre + 4 {
                continue;
            }
            if *left == 0 {
                return;
            }
            *left -= 1;
            let (mut s, mut ss, mut st) = (0.0f32, 0.0f32, 0.0f32);
            for &(offset, t) in &taps {
                let v = f32::from(p.data[i.wrapping_add_signed(offset)]);
                s += v;
                ss += v * v;
                st -= t * v;
            }
            let var = (ss - s * s / count).max(1.0);
            scores[row * columns + column] = st / (var.sqrt() * norm);
        }
    }
    for row in 1..rows.saturating_sub(1) {
        for column in 1..columns.saturating_sub(1) {
            let score = scores[row * columns + column];
            if score < 0.45 {
                continue;
            }
            let peak =
                (0..9).all(|k| scores[(row + k / 3 - 1) * columns + column + k % 3 - 1] <= score);
            if peak {
                let x = ((margin + 2 * column) as f32 + 0.5) * scale;
                let y = ((margin + 2 * row) as f32 + 0.5) * scale;
                spots.push(Spot {
                    x,
                    y,
                    module: size * scale,
                    score,
                });
            }
        }
    }
}

/// Match (−1..1) of the best finder fitted near a pixel position, for a rough width in pixels.
pub fn verify(picture: &Gray, patch: &Patch, at: (f64, f64), width: f64) -> f32 {
    let spot = Spot {
        x: at.0 as f32,
        y: at.1 as f32,
        module: width as f32 / 7.0,
        score: 0.0,
    };
    fit(picture, patch, &spot).map_or(0.0, |f| f.score)
}

/// True if three frames can belong to one symbol.
pub fn consistent(f: &[Frame; 3]) -> bool {
    aligned(&f[0], &f[1]).is_some() && aligned(&f[0], &f[2]).is_some()
}

/// Best affine fit over the four distinguishable rotations.
fn fit(picture: &Gray, patch: &Patch, s: &Spot) -> Option<Finder> {
    let m = f64::from(s.module);
    let start = |k: usize| {
        let a = k as f64 * std::f64::consts::PI / 8.0;
        Frame {
            c: (f64::from(s.x), f64::from(s.y)),
            u: (m * a.cos(), m * a.sin()),
            v: (-m * a.sin(), m * a.cos()),
        }
    };
    let mut starts: Vec<(f32, Frame)> = (0..4)
        .map(|k| (patch.match_at(picture, &start(k)), start(k)))
        .collect();
    descending(&mut starts, |start| f64::from(start.0));
    let mut best: Option<Finder> = None;
    for (first, mut frame) in starts.into_iter().take(2) {
        if first < 0.2 {
            continue;
        }
        let origin = frame.c;
        let score = patch.refine(picture, &mut frame, true, 8);
        let sane =
            (frame.c.0 - origin.0).hypot(frame.c.1 - origin.1) < 3.0 * m && plausible(&frame, m);
        if sane && score > 0.5 && best.is_none_or(|b| score > b.score) {
            best = Some(Finder { frame, score });
        }
        if best.is_some_and(|b| b.score > 0.85) {
            break;
        }
    }
    best
}

/// Neither collapsed, nor mirrored, nor sheared beyond what a hand-held camera gives.
fn plausible(f: &Frame, m: f64) -> bool {
    let (lu, lv) = (f.u.0.hypot(f.u.1), f.v.0.hypot(f.v.1));
    let cross = f.u.0 * f.v.1 - f.u.1 * f.v.0;
    cross > 0.6 * lu * lv && lu > 0.5 * m && lu < 2.0 * m && lv > 0.5 * lu && lv < 2.0 * lu
}

/// Frames of plausible symbols (tl, tr, bl, turned so that u points tl→tr), the likeliest first.
pub fn triples(found: &[Finder], limit: usize) -> Vec<[Frame; 3]> {
    let mut out: Vec<(f64, [Frame; 3])> = Vec::new();
    for (i, tl) in found.iter().enumerate() {
        for (j, tr) in found.iter().enumerate() {
            if i == j {
                continue;
            }
            let Some((a, b, top)) = aligned(&tl.frame, &tr.frame) else {
                continue;
            };
            for (k, bl) in found.iter().enumerate() {
                if k == i || k == j {
                    continue;
                }
                let Some((c, d, left)) = aligned(&tl.frame, &bl.frame) else {
                    continue;
                };
                let tl_turned = turn(&tl.frame, a);
                // The left side must leave tl at a right angle, a quarter turn on from the top side.
                if (c + 4 - a) % 4 != 1 {
                    continue;
                }
                let ratio = (top.0 / left.0).max(left.0 / top.0);
                if ratio > 1.8 {
                    continue;
                }
                let score = f64::from(tl.score + tr.score + bl.score)
                    - 2.0 * (top.1 + left.1)
                    - 1.5 * (ratio - 1.0);
                out.push((
                    score,
                    [tl_turned, turn(&tr.frame, b), turn(&bl.frame, (d + 3) % 4)],
                ));
            }
        }
    }
    descending(&mut out, |triple| triple.0);
    out.into_iter().take(limit).map(|t| t.1).collect()
}

/// Quarter turns that bring each frame's u onto the line from `p` to `q`; (length in modules, slant).
fn aligned(p: &Frame, q: &Frame) -> Option<(usize, usize, (f64, f64))> {
    let d = (q.c.0 - p.c.0, q.c.1 - p.c.1);
    let (a, along_p, slant_p) = heading(p, d);
    let (b, along_q, slant_q) = heading(q, d);
    let size = along_p.max(along_q) / along_p.min(along_q).max(1e-6);
    let slant = slant_p.max(slant_q);
    (along_p.min(along_q) > 12.0 && along_p.max(along_q) < 190.0 && size < 2.6 && slant < 0.45)
        .then(|| (a, b, ((along_p * along_q).sqrt(), slant)))
}

/// (quarter turns, length in modules, |sideways| / length) of a pixel vector in a frame.
fn heading(f: &Frame, d: (f64, f64)) -> (usize, f64, f64) {
    let det = f.u.0 * f.v.1 - f.u.1 * f.v.0;
    let a = (d.0 * f.v.1 - d.1 * f.v.0) / det;
    let b = (f.u.0 * d.1 - f.u.1 * d.0) / det;
    let turns = if a.abs() >= b.abs() {
        if a > 0.0 { 0 } else { 2 }
    } else if b > 0.0 {
        1
    } else {
        3
    };
    let (long, short) = (a.abs().max(b.abs()), a.abs().min(b.abs()));
    (turns, long, short / long.max(1e-6))
}

/// The frame turned by quarter turns.
fn turn(f: &Frame, quarters: usize) -> Frame {
    let neg = |p: (f64, f64)| (-p.0, -p.1);
    let (u, v) = match quarters % 4 {
        0 => (f.u, f.v),
        1 => (f.v, neg(f.u)),
        2 => (neg(f.u), neg(f.v)),
        _ => (neg(f.v), f.u),
    };
    Frame { c: f.c, u, v }
}
