//! How badly a masked symbol would read: the penalty score of ISO/IEC 18004 §7.8.3.
//!
//! A line is up to 192 bits, in `W` words, so shifts compare all its modules with their neighbours at
//! once. Shifts bring in zeros, which is right: beyond the edge lies the light quiet zone.

use super::Line;

/// The four penalties together. `rows` and `columns` are the same symbol, read both ways.
pub(super) fn penalty(rows: &[Line], columns: &[Line]) -> u32 {
    // Documents end at version 27, where two words are enough.
    match rows.len() {
        ..=64 => score::<1>(rows, columns),
        65..=128 => score::<2>(rows, columns),
        _ => score::<3>(rows, columns),
    }
}

fn score<const W: usize>(rows: &[Line], columns: &[Line]) -> u32 {
    let side = rows.len();
    let cut = |line: &Line| -> [u64; W] { std::array::from_fn(|i| line[i]) };
    let mut score = 0;
    for line in rows.iter().chain(columns).map(cut) {
        score += runs(&line, side) + 40 * finders(&line);
    }
    for pair in rows.windows(2) {
        score += 3 * blocks(&cut(&pair[0]), &cut(&pair[1]), side);
    }
    let dark: u32 = rows.iter().map(|line| ones(&cut(line))).sum();
    let total = (side * side) as u32;
    // 10 points for every full 5 % away from half; never exactly half, the area is odd.
    score + 10 * ((dark * 20).abs_diff(total * 10).div_ceil(total) - 1)
}

/// Rule 1: a run of n ≥ 5 modules of one colour costs n − 2.
fn runs<const W: usize>(line: &[u64; W], side: usize) -> u32 {
    let same = equal_to_next(line, side);
    let two = and(&same, &right(&same, 1));
    // A run of n leaves n − 4 bits in a row.
    let four = and(&two, &right(&two, 2));
    let starts = and(&four, &not(&left(&four, 1)));
    ones(&four) + 2 * ones(&starts)
}

/// Rule 2: number of 2 × 2 blocks of one colour, overlapping ones included.
fn blocks<const W: usize>(upper: &[u64; W], lower: &[u64; W], side: usize) -> u32 {
    let same = and(&equal_to_next(upper, side), &equal_to_next(lower, side));
    let vertical = std::array::from_fn(|i| !(upper[i] ^ lower[i]));
    ones(&and(&same, &vertical))
}

/// Rule 3: finder look-alikes, 1:1:3:1:1 dark-light-dark-light-dark with four such units of light on
/// one side; counted once for each side that has them. Beyond the edge is light (the quiet zone).
fn finders<const W: usize>(line: &[u64; W]) -> u32 {
    // Bit i: modules i, i+2, i+3, i+4 and i+6 are dark, i+1 and i+5 light.
    let three = and(&and(&right(line, 2), &right(line, 3)), &right(line, 4));
    let ends = and(line, &right(line, 6));
    let core = and(
        &and(&three, &ends),
        &not(&or(&right(line, 1), &right(line, 5))),
    );
    let mut count = 0;
    if core.iter().any(|&word| word != 0) {
        let (before, after) = (left(line, 1), right(line, 7));
        let pair = or(&before, &left(line, 2));
        let before_four = or(&pair, &left(&pair, 2));
        let pair = or(&after, &right(line, 8));
        let after_four = or(&pair, &right(&pair, 2));
        count += ones(&and(&core, &not(&or(&before_four, &after))));
        count += ones(&and(&core, &not(&or(&after_four, &before))));
    }
    count + wide_finders(line)
}

/// The same ratio two or more modules a unit: rare, so candidates are checked one by one.
fn wide_finders<const W: usize>(line: &[u64; W]) -> u32 {
    let two = and(line, &right(line, 1));
    let six = and(&and(&two, &right(&two, 2)), &right(&two, 4));
    // At least two light modules in front already rule out half of the runs.
    let mut starts = and(&six, &not(&or(&left(line, 1), &left(line, 2))));
    // Positions are signed, because a look-alike's light may lie beyond the edge.
    let dark =
        |i: i32| (0..64 * W as i32).contains(&i) && line[i as usize / 64] >> (i % 64) & 1 == 1;
    let all_light = |from: i32, to: i32| !(from..to).any(dark);
    let mut count = 0;
    for (word, starts) in starts.iter_mut().enumerate() {
        while *starts != 0 {
            let centre = (word * 64) as i32 + starts.trailing_zeros() as i32;
            *starts &= *starts - 1;
            let length = (centre..).take_while(|&i| dark(i)).count() as i32;
            let unit = length / 3;
            let (first, last) = (centre - 2 * unit, centre + 5 * unit);
            let core = length % 3 == 0
                && all_light(centre - unit, centre)
                && all_light(centre + 3 * unit, centre + 4 * unit)
                && (first..centre - unit).all(dark)
                && (centre + 4 * unit..last).all(dark)
                && all_light(first - unit, first)
                && all_light(last, last + unit);
            if core {
                count += u32::from(all_light(first - 4 * unit, first));
                count += u32::from(all_light(last, last + 4 * unit));
            }
        }
    }
    count
}

/// Bit `i` is 1 where modules `i` and `i + 1` exist and have the same colour.
fn equal_to_next<const W: usize>(line: &[u64; W], side: usize) -> [u64; W] {
    let next = right(line, 1);
    std::array::from_fn(|i| {
        let valid = (side - 1).saturating_sub(i * 64).min(64);
        !(line[i] ^ next[i]) & u64::MAX.checked_shr(64 - valid as u32).unwrap_or(0)
    })
}

/// Bit `i` becomes the old bit `i + by`; 0 < `by` < 64.
fn right<const W: usize>(line: &[u64; W], by: u32) -> [u64; W] {
    let next = |i: usize| line.get(i + 1).map_or(0, |word| word << (64 - by));
    std::array::from_fn(|i| line[i] >> by | next(i))
}

/// Bit `i` becomes the old bit `i − by`; 0 < `by` < 64.
fn left<const W: usize>(line: &[u64; W], by: u32) -> [u64; W] {
    let previous = |i: usize| if i == 0 { 0 } else { line[i - 1] >> (64 - by) };
    std::array::from_fn(|i| line[i] << by | previous(i))
}

fn and<const W: usize>(a: &[u64; W], b: &[u64; W]) -> [u64; W] {
    std::array::from_fn(|i| a[i] & b[i])
}

fn or<const W: usize>(a: &[u64; W], b: &[u64; W]) -> [u64; W] {
    std::array::from_fn(|i| a[i] | b[i])
}

fn not<const W: usize>(a: &[u64; W]) -> [u64; W] {
    a.map(|word| !word)
}

fn ones<const W: usize>(line: &[u64; W]) -> u32 {
    line.iter().map(|word| word.count_ones()).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Rule 3 by run lengths, as the standard words it; the quiet zone lengthens the outer runs.
    fn finders_by_runs(modules: &[bool]) -> u32 {
        let mut lengths = vec![1000];
        let mut colour = false;
        for &dark in modules {
            if dark != colour {
                lengths.push(0);
                colour = dark;
            }
            *lengths.last_mut().unwrap() += 1;
        }
        if colour {
            lengths.push(0);
        }
        *lengths.last_mut().unwrap() += 1000;
        let alike = |w: &[i32]| {
            let unit = w[1];
            let core = w[1..6] == [unit, unit, 3 * unit, unit, unit];
            let side = |near: i32, far: i32| u32::from(core && near >= 4 * unit && far >= unit);
            side(w[0], w[6]) + side(w[6], w[0])
        };
        // Light runs have even numbers, and a look-alike starts behind one.
        lengths.windows(7).step_by(2).map(alike).sum()
    }

    fn runs_by_count(modules: &[bool]) -> u32 {
        let length = |run: &[bool]| run.len() as u32;
        let runs = modules.chunk_by(|a, b| a == b).map(length);
        runs.filter(|&n| n >= 5).map(|n| n - 2).sum()
    }

    fn line(modules: &[bool]) -> Line {
        let mut line = [0; 3];
        for (i, &dark) in modules.iter().enumerate() {
            line[i / 64] |= u64::from(dark) << (i % 64);
        }
        line
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        /// Runs of a common unit, so that look-alikes of every size and place come up.
        #[test]
        fn bit_tricks_equal_counting(
            lengths in prop::collection::vec(0..6_usize, 1..60),
            unit in 1..8_usize,
            planted in any::<bool>(),
        ) {
            let mut modules = Vec::new();
            for (i, length) in lengths.iter().enumerate() {
                modules.extend(vec![i % 2 == 1; length * if planted { unit } else { 1 }]);
                if planted && i % 4 == 0 {
                    for (j, n) in [1, 1, 3, 1, 1].into_iter().enumerate() {
                        modules.extend(vec![j % 2 == 0; n * unit]);
                    }
                }
            }
            modules.resize(modules.len().clamp(21, 177), false);
            let bits = line(&modules);
            prop_assert_eq!(finders(&bits), finders_by_runs(&modules));
            prop_assert_eq!(runs(&bits, modules.len()), runs_by_count(&modules));
        }
    }
}
