//! Which of the eight masks: the one with the lowest penalty of ISO/IEC 18004 §7.8.3.
//!
//! `qrcodegen`'s own search scores module by module, which takes nine tenths of its time. Here whole
//! rows and columns are masked and scored as bits (`penalty.rs`). The tests hold the outcome equal to
//! the library's, module for module.

use qrcodegen::QrCode;

use super::{Ecc, Line, penalty::penalty};

/// Masks repeat every 12 lines (the least common multiple of their periods 2, 3, 4 and 6).
const PERIOD: usize = 12;

/// `ROWS[mask][y % 12]` has a 1 where the mask inverts; `COLUMNS[mask][x % 12]` the same, transposed.
static ROWS: [[Line; PERIOD]; 8] = patterns(false);
static COLUMNS: [[Line; PERIOD]; 8] = patterns(true);

/// Row 8 and column 8 carry the 15 format bits, once around the top left finder, once split.
const FORMAT_LINE: usize = 8;

/// Replaces the mask 0 that `code` was built with by the one with the lowest penalty (the lowest
/// number among equals). Returns its number and the final rows.
pub(super) fn choose(code: &QrCode, ecc: Ecc) -> (u8, Vec<Line>) {
    let side = code.size() as usize;
    let fixed = function_modules(code.version().value(), side);
    let (mut rows, mut columns) = (vec![[0; 3]; side], vec![[0; 3]; side]);
    for (y, row) in rows.iter_mut().enumerate() {
        for (x, column) in columns.iter_mut().enumerate() {
            let dark = u64::from(code.get_module(x as i32, y as i32));
            row[x / 64] |= dark << (x % 64);
            column[y / 64] |= dark << (y % 64);
        }
    }

    let mut best: Option<(u32, u8, Vec<Line>)> = None;
    let (mut tried, mut across) = (rows.clone(), columns.clone());
    for mask in 0..8 {
        remask(&rows, &mut tried, &fixed, &ROWS, mask);
        remask(&columns, &mut across, &fixed, &COLUMNS, mask);
        let bits = format_bits(ecc, 0) ^ format_bits(ecc, mask);
        flip_format(&mut tried, bits, false);
        flip_format(&mut across, bits, true);
        let score = penalty(&tried, &across);
        if best.as_ref().is_none_or(|(lowest, ..)| score < *lowest) {
            best = Some((score, mask, tried.clone()));
        }
    }
    let (_, mask, rows) = best.expect("eight masks were scored");
    (mask, rows)
}

/// `to` becomes `from` with mask 0 taken off and `mask` put on; function modules stay as they are.
fn remask(from: &[Line], to: &mut [Line], fixed: &[Line], table: &[[Line; PERIOD]; 8], mask: u8) {
    let (old, new) = (&table[0], &table[usize::from(mask)]);
    for (i, ((from, to), fixed)) in from.iter().zip(to).zip(fixed).enumerate() {
        for word in 0..3 {
            let flip = old[i % PERIOD][word] ^ new[i % PERIOD][word];
            to[word] = from[word] ^ (flip & !fixed[word]);
        }
    }
}

/// Modules that no mask touches: finders with separators and format bits, timing, alignment and
/// version. Symmetric about the diagonal, so the same lines serve as rows and as columns.
/// Bits beyond the symbol count as fixed too, which keeps them 0.
fn function_modules(version: u8, side: usize) -> Vec<Line> {
    let mut fixed = vec![[0; 3]; side];
    let mut fill = |x: usize, y: usize, width: usize, height: usize| {
        for line in &mut fixed[y..y + height] {
            for x in x..x + width {
                line[x / 64] |= 1 << (x % 64);
            }
        }
    };
    fill(0, 0, 9, 9);
    fill(side - 8, 0, 8, 9);
    fill(0, side - 8, 9, 8);
    fill(0, 6, side, 1);
    fill(6, 0, 1, side);
    fill(side, 0, 192 - side, side);
    if version >= 7 {
        fill(side - 11, 0, 3, 6);
        fill(0, side - 11, 6, 3);
    }
    let centres = alignment_centres(version, side);
    let last = centres.len().saturating_sub(1);
    for (i, x) in centres.iter().enumerate() {
        for (j, y) in centres.iter().enumerate() {
            // Three corners belong to the finders.
            if ![(0, 0), (0, last), (last, 0)].contains(&(i, j)) {
                fill(x - 2, y - 2, 5, 5);
            }
        }
    }
    fixed
}

/// Centres of the alignment patterns along either axis (ISO/IEC 18004 annex E): the first at 6, the
/// others evenly spaced by an even step, back from the far side. Version 32 is the standard's exception.
fn alignment_centres(version: u8, side: usize) -> Vec<usize> {
    if version == 1 {
        return Vec::new();
    }
    let (version, count) = (usize::from(version), usize::from(version) / 7 + 2);
    let step = match version {
        32 => 26,
        _ => (version * 4 + count * 2 + 1) / (count * 2 - 2) * 2,
    };
    let others = (0..count - 1).rev().map(|i| side - 7 - i * step);
    std::iter::once(6).chain(others).collect()
}

/// Level and mask with their BCH(15, 5) check bits, as ISO/IEC 18004 §7.9 masks them.
const fn format_bits(ecc: Ecc, mask: u8) -> u16 {
    let level: u16 = match ecc {
        Ecc::L => 1,
        Ecc::M => 0,
        Ecc::Q => 3,
        Ecc::H => 2,
    };
    let data = level << 3 | mask as u16;
    let mut check = data;
    let mut i = 0;
    while i < 10 {
        check = (check << 1) ^ ((check >> 9) * 0x537);
        i += 1;
    }
    (data << 10 | check) ^ 0x5412
}

/// Inverts the format modules that have a 1 in `bits`, in both copies.
fn flip_format(lines: &mut [Line], bits: u16, transposed: bool) {
    let side = lines.len();
    let mut flip = |x: usize, y: usize, bit: usize| {
        let (x, y) = if transposed { (y, x) } else { (x, y) };
        lines[y][x / 64] ^= u64::from(bits >> bit & 1) << (x % 64);
    };
    for bit in 0..15 {
        // Around the top left finder, stepping over the timing patterns at 6 …
        match bit {
            0..=5 => flip(FORMAT_LINE, bit, bit),
            6..=7 => flip(FORMAT_LINE, bit + 1, bit),
            8 => flip(7, FORMAT_LINE, bit),
            _ => flip(14 - bit, FORMAT_LINE, bit),
        }
        // … and again beside the other two.
        match bit {
            0..=7 => flip(side - 1 - bit, FORMAT_LINE, bit),
            _ => flip(FORMAT_LINE, side - 15 + bit, bit),
        }
    }
}

const fn patterns(transposed: bool) -> [[Line; PERIOD]; 8] {
    let mut table = [[[0; 3]; PERIOD]; 8];
    let mut i = 0;
    while i < 8 * PERIOD * 192 {
        let (mask, line, at) = (i / 192 / PERIOD, i / 192 % PERIOD, i % 192);
        let (x, y) = if transposed { (line, at) } else { (at, line) };
        if inverts(mask, x, y) {
            table[mask][line][at / 64] |= 1 << (at % 64);
        }
        i += 1;
    }
    table
}

/// The mask conditions of ISO/IEC 18004 table 10.
const fn inverts(mask: usize, x: usize, y: usize) -> bool {
    0 == match mask {
        0 => (x + y) % 2,
        1 => y % 2,
        2 => x % 3,
        3 => (x + y) % 3,
        4 => (x / 3 + y / 2) % 2,
        5 => x * y % 2 + x * y % 3,
        6 => (x * y % 2 + x * y % 3) % 2,
        _ => ((x + y) % 2 + x * y % 3) % 2,
    }
}
