//! The QR writer against other people's code: `qrcodegen`'s own mask search, `rqrr` as a reader, the
//! `png` decoder, `roxmltree`, and the capacity table of the standard.

mod iso;
mod pictures;
mod symbols;

use ikd::render::qr::{Ecc, Symbol};

const BASE45: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// `length` characters of base45 that look random but are the same on every run.
fn base45(length: usize, seed: u64) -> String {
    let mut state = seed;
    let mut next = || {
        // Knuth's MMIX generator; the high bits are the good ones.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        char::from(BASE45[(state >> 33) as usize % 45])
    };
    // The first one is not a digit, or short texts would sometimes become numeric.
    (0..length)
        .map(|i| if i == 0 { 'X' } else { next() })
        .collect()
}

fn every_version_and_level() -> impl Iterator<Item = (u8, Ecc)> {
    (1..=40).flat_map(|version| Ecc::ALL.map(|ecc| (version, ecc)))
}

fn modules(symbol: &Symbol) -> Vec<Vec<bool>> {
    let row = |y| (0..symbol.size()).map(move |x| symbol.is_dark(x, y));
    (0..symbol.size()).map(|y| row(y).collect()).collect()
}
