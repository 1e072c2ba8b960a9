//! One try to read the symbol that three fitted finders span, from grey values.

use super::Found;
use super::budget::Budget;
use super::layout::Layout;
use super::linear::Map;
use super::locate::{Grid, Patches, grid, timing, versions};
use super::plane::Gray;
use super::template::Frame;
use super::{sample, soft};

/// What came of an attempt.
pub enum Outcome {
    Read(Found),
    /// A grid was found, but Reed–Solomon refused its content: no use trying the same place again.
    Undecoded,
    NoGrid,
}

/// `scale`: pixels of the caller's picture per pixel of `picture`.
pub fn attempt(
    picture: &Gray,
    patches: &Patches,
    f: &[Frame; 3],
    budget: &mut Budget,
    scale: f32,
    pass: &'static str,
) -> Outcome {
    let mut best: Option<(f32, Grid, Layout)> = None;
    for version in versions(f).into_iter().take(6) {
        let Some(layout) = Layout::new(version) else {
            continue;
        };
        // Fitting costs some 25 patches of 100 samples per alignment pattern.
        if !budget.take(2_000 + layout.centres.len().pow(2) * 1_500) {
            break;
        }
        let Some(g) = grid(picture, patches, f, &layout) else {
            continue;
        };
        let t = timing(picture, &g.map, layout.n);
        // The timing rows tell neighbouring versions apart, whose alignment patterns may coincide.
        if best
            .as_ref()
            .is_none_or(|b| t + 0.5 * g.quality > b.0 + 0.5 * b.1.quality)
        {
            best = Some((t, g, layout));
        }
        if t > 0.7 {
            break;
        }
    }
    let Some((t, g, layout)) = best else {
        return Outcome::NoGrid;
    };
    if t < 0.15 || g.quality < 0.2 {
        return Outcome::NoGrid;
    }
    // Flat first, unless the bend is plain to see; a bend below a tenth of a module is noise.
    let (u, _) = g.map.steps(layout.n as f64 / 2.0, layout.n as f64 / 2.0);
    let bent = g.bend.as_ref().map_or(0.0, |b| b.size() / u.0.hypot(u.1));
    let shapes = match g.bend.as_ref() {
        Some(bend) if bent > 0.25 => vec![Some(bend), None],
        Some(bend) if bent > 0.1 => vec![None, Some(bend)],
        _ => vec![None],
    };
    for bend in shapes {
        if !budget.take(layout.n * layout.n * 60) {
            break;
        }
        let raw = sample::modules(picture, &g.map, bend, layout.n);
        if let Some(payload) = soft::decode(raw, &layout, 12, &mut |units| budget.take(units)) {
            return Outcome::Read(Found {
                text: payload.text,
                bytes: payload.bytes,
                corners: outline(&g.map, layout.n, scale),
                version: g.version as u8,
                pass,
            });
        }
    }
    Outcome::Undecoded
}

fn outline(map: &Map, n: usize, scale: f32) -> [(f32, f32); 4] {
    let n = n as f64;
    [(0.0, 0.0), (n, 0.0), (n, n), (0.0, n)].map(|(x, y)| {
        let p = map.at(x, y);
        (p.0 as f32 * scale, p.1 as f32 * scale)
    })
}
