//! A symbol as closed outlines, for pictures whose renderer smooths edges: side by side, smoothed squares leave hairlines
//! of white between them, one outline around them all does not.

use super::Symbol;

/// East, south, west, north: clockwise, so that turning right adds one.
const STEPS: [(isize, isize); 4] = [(1, 0), (0, 1), (-1, 0), (0, -1)];

/// The corners of every outline in modules from the symbol's top left, quiet zone not counted. Filled by the even-odd
/// rule they give exactly the dark modules.
pub fn outlines(symbol: &Symbol) -> Vec<Vec<(u16, u16)>> {
    let side = symbol.size() + 1;
    // For each grid point, a bit for each direction in which an edge starts that has dark on its right.
    let mut edges = vec![0u8; side * side];
    let mut edge = |x: usize, y: usize, direction: u8| edges[y * side + x] |= 1 << direction;
    for y in 0..symbol.size() {
        for x in (0..symbol.size()).filter(|x| symbol.is_dark(*x, y)) {
            if y == 0 || !symbol.is_dark(x, y - 1) {
                edge(x, y, 0);
            }
            if !symbol.is_dark(x + 1, y) {
                edge(x + 1, y, 1);
            }
            if !symbol.is_dark(x, y + 1) {
                edge(x + 1, y + 1, 2);
            }
            if x == 0 || !symbol.is_dark(x - 1, y) {
                edge(x, y + 1, 3);
            }
        }
    }
    let mut outlines = Vec::new();
    for start in 0..edges.len() {
        // Every outline runs east somewhere, and where it first does its corner is found first.
        while edges[start] & 1 != 0 {
            outlines.push(follow(&mut edges, side, start));
        }
    }
    outlines
}

/// Walks along one outline, erasing its edges.
fn follow(edges: &mut [u8], side: usize, start: usize) -> Vec<(u16, u16)> {
    let mut corners = Vec::new();
    let (mut place, mut direction) = (start, 3);
    loop {
        // Where two outlines touch at a corner, turning right keeps to one's own module.
        let turns = [1, 0, 3].map(|turn| (direction + turn) % 4);
        let Some(next) = turns.into_iter().find(|d| edges[place] >> d & 1 == 1) else {
            return corners;
        };
        if next != direction {
            corners.push(((place % side) as u16, (place / side) as u16));
        }
        edges[place] &= !(1 << next);
        let (dx, dy) = STEPS[next];
        place = place.wrapping_add_signed(dy * side as isize + dx);
        direction = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::qr::{Ecc, encode};

    /// Even-odd: a module is dark if an odd number of vertical edges lies to its left.
    fn fill(outlines: &[Vec<(u16, u16)>], size: usize) -> Vec<bool> {
        let mut crossings = vec![0u32; size * (size + 1)];
        for outline in outlines {
            for (n, &(x, y)) in outline.iter().enumerate() {
                let (to_x, to_y) = outline[(n + 1) % outline.len()];
                assert!((x == to_x) != (y == to_y), "edges are straight");
                if x == to_x {
                    (y.min(to_y)..y.max(to_y)).for_each(|row| {
                        crossings[usize::from(row) * (size + 1) + usize::from(x)] += 1
                    });
                }
            }
        }
        let rows = crossings.chunks_exact(size + 1);
        rows.flat_map(|row| {
            (0..size)
                .map(|x| row[..=x].iter().sum::<u32>() % 2 == 1)
                .collect::<Vec<_>>()
        })
        .collect()
    }

    #[test]
    fn filling_the_outlines_gives_the_symbol_back() {
        for length in [1, 20, 200, 700, 2000, 3300] {
            let text: String = (0..length)
                .map(|n| char::from(b'A' + (n * n % 26) as u8))
                .collect();
            let symbol = encode(&text, Ecc::M).unwrap();
            let size = symbol.size();
            let filled = fill(&outlines(&symbol), size);
            for (n, dark) in filled.into_iter().enumerate() {
                assert_eq!(dark, symbol.is_dark(n % size, n / size), "{length}: {n}");
            }
        }
    }
}
