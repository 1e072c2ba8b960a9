//! From three finder centres to the exact grid: finder fits, a first homography, then the
//! alignment patterns one after the other.

use super::bend::Bend;
use super::layout::Layout;
use super::linear::{Map, Pair};
use super::order::ascending;
use super::plane::Gray;
use super::template::{Frame, Patch};
use std::sync::OnceLock;

/// Centres in pixels and rough pattern widths of the three finders.
#[derive(Clone, Copy, Debug)]
pub struct Corners {
    pub tl: (f64, f64),
    pub tr: (f64, f64),
    pub bl: (f64, f64),
    /// Rough width of a finder in pixels (7 modules).
    pub size: f64,
}

impl Corners {
    /// The centres of three fitted finders.
    pub fn of(f: &[Frame; 3]) -> Corners {
        Corners {
            tl: f[0].c,
            tr: f[1].c,
            bl: f[2].c,
            size: 7.0 * length(f[0].u),
        }
    }
    /// The same in a picture `k` times larger.
    pub fn scaled(&self, k: f64) -> Corners {
        let m = |p: (f64, f64)| (p.0 * k, p.1 * k);
        Corners {
            tl: m(self.tl),
            tr: m(self.tr),
            bl: m(self.bl),
            size: self.size * k,
        }
    }
    /// True if the other triple is the same within a quarter of a finder.
    pub fn near(&self, o: &Corners) -> bool {
        let close = |p, q| length(minus(p, q)) < 0.25 * self.size;
        close(self.tl, o.tl) && close(self.tr, o.tr) && close(self.bl, o.bl)
    }
}

/// The two patterns, drawn once.
pub struct Patches {
    pub finder: Patch,
    pub alignment: Patch,
}

impl Patches {
    /// The patterns; drawing them takes longer than many a successful read, so once per process.
    pub fn shared() -> &'static Patches {
        static DRAWN: OnceLock<Patches> = OnceLock::new();
        DRAWN.get_or_init(|| Patches {
            finder: Patch::finder(),
            alignment: Patch::alignment(),
        })
    }
}

/// A located grid.
#[derive(Clone, Debug)]
pub struct Grid {
    pub version: usize,
    pub map: Map,
    /// What the flat map misses, where alignment patterns tell.
    pub bend: Option<Bend>,
    /// Mean match of the alignment patterns, −1..1.
    pub quality: f32,
}

fn minus(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    (a.0 - b.0, a.1 - b.1)
}
fn length(a: (f64, f64)) -> f64 {
    a.0.hypot(a.1)
}

/// Fits the three finders; frames in order tl, tr, bl. `None` if one does not look like a finder.
pub fn finders(picture: &Gray, patches: &Patches, c: &Corners) -> Option<[Frame; 3]> {
    let (du, dv) = (minus(c.tr, c.tl), minus(c.bl, c.tl));
    let (lu, lv) = (length(du), length(dv));
    if lu < 14.0 || lv < 14.0 {
        return None;
    }
    let mut out = [Frame {
        c: c.tl,
        u: du,
        v: dv,
    }; 3];
    for (frame, centre) in out.iter_mut().zip([c.tl, c.tr, c.bl]) {
        let mut best = -1.0f32;
        for scale in [1.0, 0.85, 1.18, 0.72] {
            let m = c.size / 7.0 * scale;
            let mut f = Frame {
                c: centre,
                u: (du.0 / lu * m, du.1 / lu * m),
                v: (dv.0 / lv * m, dv.1 / lv * m),
            };
            let first = f.c;
            patches.finder.refine(picture, &mut f, false, 3);
            let score = patches.finder.refine(picture, &mut f, true, 10);
            let drift = length(minus(f.c, first));
            if score > best && drift < 3.0 * m {
                best = score;
                *frame = f;
            }
            if best > 0.9 {
                break;
            }
        }
        if best < 0.45 {
            return None;
        }
    }
    Some(out)
}

/// Candidate versions, the likeliest first.
pub fn versions(f: &[Frame; 3]) -> Vec<usize> {
    let span = |a: &Frame, b: &Frame, pick: fn(&Frame) -> (f64, f64)| {
        let d = minus(b.c, a.c);
        let l = length(d).max(1e-6);
        // Module size along the line joining the two centres, averaged over both ends.
        let m = |f: &Frame| (pick(f).0 * d.0 + pick(f).1 * d.1) / l;
        l / ((m(a) * m(b)).max(1e-6)).sqrt()
    };
    let top = span(&f[0], &f[1], |f| f.u);
    let left = span(&f[0], &f[2], |f| f.v);
    let n = (top + left) / 2.0 + 7.0;
    let guess = (n - 17.0) / 4.0;
    let mut all: Vec<usize> = (1..=40)
        .filter(|&v| (v as f64 - guess).abs() < 2.1 + 0.06 * guess)
        .collect();
    ascending(&mut all, |v| (*v as f64 - guess).abs());
    all
}

fn finder_pairs(f: &[Frame; 3], n: usize) -> Vec<Pair> {
    let far = n as f64 - 3.5;
    let mut pairs = Vec::new();
    for (frame, m) in f.iter().zip([(3.5, 3.5), (far, 3.5), (3.5, far)]) {
        for (a, b) in [
            (0.0, 0.0),
            (3.0, 3.0),
            (-3.0, 3.0),
            (3.0, -3.0),
            (-3.0, -3.0),
        ] {
            pairs.push(Pair {
                module: (m.0 + a, m.1 + b),
                pixel: frame.at(a, b),
                weight: if a == 0.0 { 4.0 } else { 0.5 },
            });
        }
    }
    pairs
}

/// Correlation of the two timing rows with the alternating pattern.
pub fn timing(picture: &Gray, map: &Map, n: usize) -> f32 {
    let (mut num, mut den, mut count) = (0.0f32, 1e-3f32, 0.0f32);
    for column in [false, true] {
        let values: Vec<f32> = (7..n - 7)
            .map(|i| {
                let (x, y) = if column {
                    (6.5, i as f64 + 0.5)
                } else {
                    (i as f64 + 0.5, 6.5)
                };
                let p = map.at(x, y);
                let s = map.steps(x, y);
                let q = |k: f64| {
                    picture.sample(
                        (p.0 + k * s.0.0 + k * s.1.0) as f32,
                        (p.1 + k * s.0.1 + k * s.1.1) as f32,
                    )
                };
                q(0.0) * 2.0 + q(0.2) + q(-0.2)
            })
            .collect();
        for (k, w) in values.windows(3).enumerate() {
            let d = 0.5 * (w[0] + w[2]) - w[1];
            let sign = if (k + 8).is_multiple_of(2) { 1.0 } else { -1.0 };
            num += sign * d;
            den += d * d;
            count += 1.0;
        }
    }
    num / (den * count).sqrt()
}

/// Fits the grid of one version; `None` if the finders do not span a plausible plane.
pub fn grid(picture: &Gray, patches: &Patches, f: &[Frame; 3], layout: &Layout) -> Option<Grid> {
    let version = layout.version.getVersionNumber() as usize;
    let base = finder_pairs(f, layout.n);
    let map = Map::fit(&base)?;
    let nodes = alignment_nodes(layout);
    if nodes.is_empty() {
        let quality = timing(picture, &map, layout.n);
        return Some(Grid {
            version,
            map,
            bend: None,
            quality,
        });
    }
    let (mut map, mut pairs) = walk(picture, patches, layout.n, &base, map, nodes.clone())?;
    let mut quality = 0.0;
    let mut bend = None;
    for _ in 0..if pairs.len() > base.len() { 2 } else { 1 } {
        bend = Bend::fit(&map, &pairs, layout.n);
        (map, pairs, quality) = settle(picture, patches, &base, (&map, bend.as_ref()), &nodes)?;
    }
    if bend.is_some() {
        bend = Bend::fit(&map, &pairs, layout.n);
    }
    Some(Grid {
        version,
        map,
        bend,
        quality,
    })
}

/// Module positions of the alignment patterns.
fn alignment_nodes(layout: &Layout) -> Vec<(f64, f64)> {
    let mut nodes = Vec::new();
    for (i, &y) in layout.centres.iter().enumerate() {
        for (j, &x) in layout.centres.iter().enumerate() {
            if layout.is_alignment(i, j) {
                nodes.push((x as f64 + 0.5, y as f64 + 0.5));
            }
        }
    }
    nodes
}

/// Searches the alignment patterns outwards from the finders; what was found steers the next search.
/// Returns the map so far and what it rests on.
fn walk(
    picture: &Gray,
    patches: &Patches,
    n: usize,
    base: &[Pair],
    mut map: Map,
    mut nodes: Vec<(f64, f64)>,
) -> Option<(Map, Vec<Pair>)> {
    let far = n as f64 - 3.5;
    let mut fixed = vec![(3.5, 3.5), (far, 3.5), (3.5, far)];
    let near = |p: &(f64, f64), all: &[(f64, f64)]| {
        all.iter()
            .map(|k| length(minus(*p, *k)))
            .fold(f64::MAX, f64::min)
    };
    ascending(&mut nodes, |node| near(node, &fixed));
    let mut pairs = base.to_vec();
    for (index, node) in nodes.iter().enumerate() {
        // Four misses next to the finders: not a code, or not of this version.
        if index >= 4 && pairs.len() == base.len() {
            return Some((map, pairs));
        }
        let reach = (0.6 + 0.02 * near(node, &fixed)).min(3.0);
        let mut frame = frame_at(&map, *node);
        let score = search(picture, &patches.alignment, &mut frame, reach);
        if score > 0.55 {
            pairs.push(Pair {
                module: *node,
                pixel: frame.c,
                weight: 4.0 * f64::from(score),
            });
            fixed.push(*node);
            map = Map::fit(&pairs)?;
        }
    }
    Some((map, pairs))
}

/// Fits every alignment pattern once more from the settled map, without the outliers; the new map
/// and the mean match.
fn settle(
    picture: &Gray,
    patches: &Patches,
    base: &[Pair],
    (map, bend): (&Map, Option<&Bend>),
    nodes: &[(f64, f64)],
) -> Option<(Map, Vec<Pair>, f32)> {
    let mut pairs = base.to_vec();
    let mut total = 0.0;
    for node in nodes {
        let mut frame = frame_at(map, *node);
        if let Some(d) = bend.map(|b| b.at(node.0, node.1)) {
            frame.c = (frame.c.0 + d.0, frame.c.1 + d.1);
        }
        let start = frame.c;
        let score = patches.alignment.refine(picture, &mut frame, false, 5);
        total += score;
        let moved = length(minus(frame.c, start)) / length(frame.u);
        if score > 0.5 && moved < 0.7 {
            pairs.push(Pair {
                module: *node,
                pixel: frame.c,
                weight: 4.0 * f64::from(score),
            });
        }
    }
    Some((Map::fit(&pairs)?, pairs, total / nodes.len() as f32))
}

fn frame_at(map: &Map, node: (f64, f64)) -> Frame {
    let (u, v) = map.steps(node.0, node.1);
    Frame {
        c: map.at(node.0, node.1),
        u,
        v,
    }
}

/// Best match within ±`reach` modules, then a fit.
fn search(picture: &Gray, patch: &Patch, frame: &mut Frame, reach: f64) -> f32 {
    let steps = (reach / 0.6).ceil() as i32;
    let mut best = (-1.0f32, frame.c);
    for j in -steps..=steps {
        for i in -steps..=steps {
            let c = frame.at(f64::from(i) * 0.6, f64::from(j) * 0.6);
            let score = patch.glance(picture, &Frame { c, ..*frame });
            if score > best.0 {
                best = (score, c);
            }
        }
    }
    frame.c = best.1;
    patch.refine(picture, frame, false, 6)
}
