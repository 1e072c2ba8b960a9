//! The calls into rxing, each one guarded: its finder and edge tracer can panic on odd pictures.
//!
//! `catch_unwind` keeps a panic inside the pass that met it. The process-wide panic hook is not
//! ours to change, so such a panic still prints its line on stderr; a caller that wants silence
//! sets its own hook. On wasm32 (panic = abort) nothing can be caught: run the reader in a worker
//! and start a new instance after a trap.

use super::locate::Corners;
use super::soft::Payload;
use rxing::Point;
use rxing::common::{BitMatrix, DetectorRXingResult};
use rxing::qrcode::cpp_port::decoder::Decode;
use rxing::qrcode::cpp_port::detector::{
    FindFinderPatterns, FinderPatternSet, GenerateFinderPatternSets, SampleQR,
};
use std::panic::{AssertUnwindSafe, catch_unwind};

fn guarded<T>(call: impl FnOnce() -> Option<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(call)).ok().flatten()
}

/// What a scan found.
#[derive(Default)]
pub struct Scan {
    /// Centre and rough width of each finder pattern, in matrix pixels.
    pub patterns: Vec<((f64, f64), f64)>,
    /// Plausible triples, the most plausible first.
    pub sets: Vec<FinderPatternSet>,
}

/// Scans for finder patterns; at most `limit` triples.
pub fn scan(matrix: &BitMatrix, limit: usize) -> Scan {
    guarded(|| {
        let mut found = FindFinderPatterns(matrix, false, 0);
        // Triples grow with the cube: a page full of squares must not stall the reader.
        found.truncate(80);
        let patterns = found
            .iter()
            .map(|c| ((f64::from(c.p.x), f64::from(c.p.y)), f64::from(c.size)))
            .collect();
        let mut sets = GenerateFinderPatternSets(&mut found);
        sets.truncate(limit);
        Some(Scan { patterns, sets })
    })
    .unwrap_or_default()
}

/// Finder centres of a triple, in the pixels of a picture `scale` times larger than the matrix.
pub fn corners(set: &FinderPatternSet, scale: f64) -> Corners {
    let p = |q: Point| (f64::from(q.x) * scale, f64::from(q.y) * scale);
    let size = f64::from(set.tl.size + set.tr.size + set.bl.size) / 3.0 * scale;
    Corners {
        tl: p(set.tl.p),
        tr: p(set.tr.p),
        bl: p(set.bl.p),
        size,
    }
}

/// What rxing read.
pub struct Decoded {
    pub payload: Payload,
    pub version: u8,
    /// Top left, top right, bottom right, bottom left, in matrix pixels.
    pub outline: [(f32, f32); 4],
}

/// Samples and decodes one triple.
pub fn decode(matrix: &BitMatrix, set: &FinderPatternSet) -> Option<Decoded> {
    guarded(|| {
        let detected = SampleQR(matrix, set).ok()?;
        let result = Decode(detected.getBits()).ok()?;
        if !result.isValid() {
            return None;
        }
        let points: Vec<(f32, f32)> = detected.getPoints().iter().map(|p| (p.x, p.y)).collect();
        // rxing 0.9.3 lists bottom left before bottom right.
        let &[tl, tr, bl, br] = points.as_slice() else {
            return None;
        };
        let outline = [tl, tr, br, bl];
        let payload = Payload::of(&result);
        let version = result.versionNumber() as u8;
        Some(Decoded {
            payload,
            version,
            outline,
        })
    })
}
