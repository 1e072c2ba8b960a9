//! Which passes are tried, in which order, and when to stop.

use super::attempt::{Outcome, attempt};
use super::budget::{Budget, Effort};
use super::locate::{Corners, Patches, finders};
use super::plane::{Gray, Plane, box_mean, double, inverted, reduce};
use super::template::Frame;
use super::{Found, library, radial, threshold};

/// Pixels of the picture the first passes work on: enough for 100 modules across a third of it.
const FIRST: usize = 3_100_000;

/// The state of one `read`.
pub struct Search {
    patches: &'static Patches,
    budget: Budget,
    effort: Effort,
    /// Finder triples already tried, in pixels of the caller's picture.
    tried: Vec<Corners>,
    /// Those of them that have a grid Reed–Solomon refused.
    refused: Vec<Corners>,
    pub found: Vec<Found>,
}

/// A picture at a scale: one of its pixels is `factor` of the caller's.
struct Level<'a> {
    picture: Gray<'a>,
    factor: f64,
}

impl Search {
    pub fn new(effort: &Effort) -> Search {
        Search {
            patches: Patches::shared(),
            budget: Budget::new(effort),
            effort: effort.clone(),
            tried: Vec::new(),
            refused: Vec::new(),
            found: Vec::new(),
        }
    }

    /// Runs the passes, the best yield per millisecond first.
    pub fn run(&mut self, picture: &Gray) {
        let area = picture.width * picture.height;
        let factor = (1..).find(|f| area / (f * f) <= FIRST).unwrap_or(1);
        let reduced;
        let base = if factor > 1 {
            reduced = reduce(picture, factor);
            Level {
                picture: reduced.view(),
                factor: factor as f64,
            }
        } else {
            Level {
                picture: *picture,
                factor: 1.0,
            }
        };
        if self.black_white(&base, &base.picture, 1.0, "plain") {
            return;
        }
        let size = base.picture.data.len();
        if self.budget.take(2 * size) {
            let soft = box_mean(&base.picture, 1);
            if self.black_white(&base, &soft.view(), 1.0, "box") {
                return;
            }
        }
        if self.effort.grey_search && self.budget.take(10 * size) && self.grey(&base, false) {
            return;
        }
        if self.effort.extra_scales {
            self.extra(picture, &base, factor);
        }
    }

    /// Full resolution of a big picture, a small one doubled, light on dark.
    fn extra(&mut self, picture: &Gray, base: &Level, factor: usize) {
        let area = picture.data.len();
        if factor > 1 && self.budget.take(2 * area) {
            let soft: Plane = box_mean(picture, 1);
            let full = Level {
                picture: *picture,
                factor: 1.0,
            };
            if self.black_white(&full, &soft.view(), 1.0, "full size") {
                return;
            }
            if self.effort.grey_search && self.budget.take(8 * area) && self.grey(&full, true) {
                return;
            }
        }
        if area < 600_000 && self.budget.take(8 * area) {
            let big = double(picture);
            let full = Level {
                picture: *picture,
                factor: 1.0,
            };
            if self.black_white(&full, &big.view(), 0.5, "doubled") {
                return;
            }
        }
        if self.budget.take(base.picture.data.len()) {
            let negative = inverted(&base.picture);
            let level = Level {
                picture: negative.view(),
                factor: base.factor,
            };
            self.black_white(&level, &negative.view(), 1.0, "inverted");
        }
    }

    /// Scans a filtered form of the level (`zoom` level pixels per filtered pixel) in black and white
    /// with rxing, and what rxing cannot decode in grey. True: all done.
    fn black_white(
        &mut self,
        level: &Level,
        filtered: &Gray,
        zoom: f64,
        pass: &'static str,
    ) -> bool {
        if !self.budget.take(filtered.data.len()) {
            return false;
        }
        let Some(matrix) = threshold::blocks(filtered, 2, 0) else {
            return false;
        };
        let mut attempts = self.effort.attempts;
        let scan = library::scan(&matrix, 80);
        for set in &scan.sets {
            let here = library::corners(set, zoom);
            let there = here.scaled(level.factor);
            if self.inside_found(&there) || !self.budget.take(40_000) {
                continue;
            }
            if let Some(read) = library::decode(&matrix, set) {
                let k = (zoom * level.factor) as f32;
                self.add(Found {
                    text: read.payload.text,
                    bytes: read.payload.bytes,
                    corners: read.outline.map(|(x, y)| (x * k, y * k)),
                    version: read.version,
                    pass,
                });
                continue;
            }
            if attempts == 0
                || self.tried.iter().any(|t| t.near(&there))
                || !self.budget.take(40_000)
            {
                continue;
            }
            self.tried.push(there);
            let Some(frames) = finders(&level.picture, self.patches, &here) else {
                continue;
            };
            if radial::consistent(&frames) && !self.grey_attempt(level, &frames, pass) {
                attempts -= 1;
            }
        }
        !self.found.is_empty() && !self.leftover(level, &scan, zoom)
    }

    /// True if finders outside the codes read so far suggest that there is another code.
    fn leftover(&self, level: &Level, scan: &library::Scan, zoom: f64) -> bool {
        let k = zoom * level.factor;
        let outside = scan.patterns.iter().filter(|p| {
            let at = ((p.0.0 * k) as f32, (p.0.1 * k) as f32);
            !self.found.iter().any(|f| contains(&f.corners, at))
        });
        outside.take(12).any(|p| {
            let at = (p.0.0 * zoom, p.0.1 * zoom);
            radial::verify(&level.picture, &self.patches.finder, at, p.1 * zoom) > 0.8
        })
    }

    /// Finds finders in grey values and tries the triples. True: all done.
    fn grey(&mut self, level: &Level, finest_only: bool) -> bool {
        let plan = radial::Plan {
            limit: 32,
            finest_only,
            evaluations: 700_000,
        };
        let fitted = radial::finders(&level.picture, &self.patches.finder, &plan);
        let mut attempts = self.effort.attempts;
        for frames in radial::triples(&fitted, 40) {
            let there = Corners::of(&frames).scaled(level.factor);
            if attempts > 0
                && !self.inside_found(&there)
                && !self.grey_attempt(level, &frames, "grey search")
            {
                attempts -= 1;
            }
        }
        !self.found.is_empty()
    }

    /// True if a code was read.
    fn grey_attempt(&mut self, level: &Level, frames: &[Frame; 3], pass: &'static str) -> bool {
        let here = Corners::of(frames).scaled(level.factor);
        if self.refused.iter().any(|t| t.near(&here)) {
            return false;
        }
        match attempt(
            &level.picture,
            self.patches,
            frames,
            &mut self.budget,
            level.factor as f32,
            pass,
        ) {
            Outcome::Read(found) => {
                self.add(found);
                return true;
            }
            Outcome::Undecoded => self.refused.push(here),
            Outcome::NoGrid => {}
        }
        false
    }

    /// Keeps a code unless the same place was read before.
    fn add(&mut self, found: Found) {
        let c = centre(&found.corners);
        if !self.found.iter().any(|f| contains(&f.corners, c)) {
            self.found.push(found);
        }
    }

    /// True if any finder of the triple lies in a code already read.
    fn inside_found(&self, c: &Corners) -> bool {
        let p = |q: (f64, f64)| (q.0 as f32, q.1 as f32);
        self.found.iter().any(|f| {
            [c.tl, c.tr, c.bl]
                .iter()
                .any(|&q| contains(&f.corners, p(q)))
        })
    }
}

fn centre(q: &[(f32, f32); 4]) -> (f32, f32) {
    (
        q.iter().map(|p| p.0).sum::<f32>() / 4.0,
        q.iter().map(|p| p.1).sum::<f32>() / 4.0,
    )
}

/// Point in convex quadrilateral, either winding.
fn contains(q: &[(f32, f32); 4], p: (f32, f32)) -> bool {
    let side = |i: usize| {
        let (a, b) = (q[i], q[(i + 1) % 4]);
        (b.0 - a.0) * (p.1 - a.1) - (b.1 - a.1) * (p.0 - a.0)
    };
    (0..4).all(|i| side(i) >= 0.0) || (0..4).all(|i| side(i) <= 0.0)
}
