//! Multiples of one fixed point, so that a scalar multiplication is additions only.

use alloc::{boxed::Box, vec::Vec};
use core::hint::black_box;

use super::digits::{Digits, windows};
use super::field::invert_all;
use super::point::{Point, Prepared};

/// For every window j that is a multiple of `stride`, and every i in 1..=2^(w−1): i·2^(w·j)·P.
///
/// With a stride of 1 a multiplication is additions only. A larger one makes the table as many times
/// smaller; the windows in between share w·(stride − 1) doublings.
pub struct Table {
    shape: Shape,
    entries: Box<[Prepared]>,
}

/// What trades memory for time.
#[derive(Clone, Copy)]
pub struct Shape {
    /// The radix in bits, 2..=14.
    pub window: u32,
    /// Every how many windows there is a row.
    pub stride: usize,
}

impl Shape {
    /// Entries of a row.
    fn half(self) -> usize {
        1 << (self.window - 1)
    }
}

impl Table {
    pub fn new(point: &Point, shape: Shape) -> Table {
        let rows = windows(shape.window).div_ceil(shape.stride);
        let mut bases = Vec::with_capacity(rows);
        let mut base = *point;
        for j in 0..rows {
            if j > 0 {
                base = times_power_of_two(base, shape.window as usize * shape.stride);
            }
            bases.push(base);
        }
        let steps = prepare_all(&bases);
        let mut multiples = Vec::with_capacity(rows * shape.half());
        for (base, step) in bases.iter().zip(&steps) {
            let mut multiple = *base;
            multiples.push(multiple);
            for _ in 1..shape.half() {
                multiple = multiple.add_prepared(step, false);
                multiples.push(multiple);
            }
        }
        Table {
            shape,
            entries: prepare_all(&multiples).into_boxed_slice(),
        }
    }

    /// scalar·P.
    #[inline]
    pub fn multiple(&self, scalar: &[u8; 32]) -> Point {
        let Shape { window, stride } = self.shape;
        let digits = Digits::new(scalar, window);
        let mut sum = Point::IDENTITY;
        for offset in (0..stride).rev() {
            if offset + 1 < stride {
                sum = times_power_of_two(sum, window as usize);
            }
            let digits = digits.as_slice().iter().skip(offset).step_by(stride);
            sum = self.add_row_entries(sum, digits);
        }
        sum
    }

    /// `sum` + scalar·P; the stride must be 1.
    #[inline]
    pub fn add_multiple(&self, sum: Point, scalar: &[u8; 32]) -> Point {
        debug_assert_eq!(self.shape.stride, 1);
        let digits = Digits::new(scalar, self.shape.window);
        self.add_row_entries(sum, digits.as_slice().iter())
    }

    /// `sum` + Σ digit·row.
    #[inline(always)]
    fn add_row_entries<'a>(
        &self,
        mut sum: Point,
        digits: impl Iterator<Item = &'a i16> + Clone,
    ) -> Point {
        let rows = self.entries.chunks_exact(self.shape.half());
        // With a cold cache each addition would wait for its entry. Reading a word of each beforehand lets
        // the processor fetch them all at once: a fifth off a lone check, 1 % on a warm one.
        let mut touched = 0;
        for (row, &digit) in rows.clone().zip(digits.clone()) {
            let entry = &row[usize::from(digit.unsigned_abs()).saturating_sub(1)];
            touched ^= entry.touch();
        }
        black_box(touched);

        for (row, &digit) in rows.zip(digits) {
            if digit != 0 {
                let entry = &row[usize::from(digit.unsigned_abs()) - 1];
                sum = sum.add_prepared(entry, digit < 0);
            }
        }
        sum
    }

    /// Size in memory.
    pub fn bytes(&self) -> usize {
        size_of_val::<[Prepared]>(&self.entries)
    }
}

fn times_power_of_two(mut point: Point, power: usize) -> Point {
    for _ in 0..power {
        point = point.double();
    }
    point
}

fn prepare_all(points: &[Point]) -> Vec<Prepared> {
    let mut inverses: Vec<_> = points.iter().map(|p| p.z().add(&p.z()).carry()).collect();
    invert_all(&mut inverses);
    let pairs = points.iter().zip(&inverses);
    pairs.map(|(p, inverse)| p.prepare_with(inverse)).collect()
}

#[cfg(test)]
mod tests {
    use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
    use curve25519_dalek::edwards::EdwardsPoint;
    use curve25519_dalek::scalar::Scalar;

    use super::*;

    fn ours(point: &EdwardsPoint) -> Point {
        let bytes = point.compress().to_bytes();
        let ours = Point::decompress(&bytes).expect("dalek's points are on the curve");
        assert_eq!(ours.compress(), bytes, "there and back");
        ours
    }

    /// Scalars at every edge of the recoding, and some of no particular kind.
    fn scalars() -> Vec<Scalar> {
        let mut scalars = alloc::vec![Scalar::ZERO, Scalar::ONE, -Scalar::ONE, -Scalar::from(2u8)];
        let mut power = Scalar::ONE;
        for i in 0..253 {
            scalars.extend([power, power - Scalar::ONE, -power]);
            let mut wide = [0; 64];
            for (j, byte) in wide.iter_mut().enumerate() {
                *byte = (i as u8)
                    .wrapping_mul(j as u8 ^ 0x5b)
                    .wrapping_add(j as u8)
                    .rotate_left(3);
            }
            scalars.push(Scalar::from_bytes_mod_order_wide(&wide));
            power += power;
        }
        scalars
    }

    /// A multiple as an integer: on a point with torsion not the same as modulo L.
    #[test]
    fn multiples_are_dalek_s() {
        let some = ED25519_BASEPOINT_POINT * Scalar::from(0x1234_5678_9abc_u64);
        let mut points = alloc::vec![ED25519_BASEPOINT_POINT, some];
        points.extend(EIGHT_TORSION.iter().map(|t| some + t));
        points.extend(EIGHT_TORSION);
        let scalars = scalars();
        let dense = (2..=8)
            .map(|window| (window, 1, 1))
            .chain([(9, 1, 6), (11, 1, 6)]);
        let sparse = [(4, 8, 1), (4, 3, 1), (5, 4, 1), (6, 43, 3), (5, 60, 3)];
        for (shape, (window, stride, every)) in dense.chain(sparse).enumerate() {
            for (i, point) in points.iter().enumerate().skip(shape % 3).step_by(every) {
                let table = Table::new(&ours(point), Shape { window, stride });
                for scalar in scalars.iter().skip((i + shape) % 23).step_by(23) {
                    let scalar_bytes = scalar.as_bytes();
                    let expected = point * scalar;
                    assert_eq!(
                        table.multiple(scalar_bytes).compress(),
                        expected.compress().to_bytes(),
                        "point {i}, window {window}, stride {stride}, scalar {scalar:?}"
                    );
                    if stride == 1 {
                        assert_eq!(
                            table.add_multiple(Point::BASE, scalar_bytes).compress(),
                            (expected + ED25519_BASEPOINT_POINT).compress().to_bytes(),
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn base_point_is_the_base_point() {
        assert_eq!(
            Point::BASE.compress(),
            ED25519_BASEPOINT_POINT.compress().to_bytes()
        );
    }

    #[test]
    fn decompression_is_dalek_s() {
        use curve25519_dalek::edwards::CompressedEdwardsY;
        let mut bytes = [0u8; 32];
        let mut on_curve = 0;
        for i in 0..4000u32 {
            for (j, byte) in bytes.iter_mut().enumerate() {
                *byte = byte
                    .wrapping_mul(5)
                    .wrapping_add((i >> (j % 4)) as u8 ^ j as u8);
            }
            if i % 4 == 0 {
                // Around p and around 0, both signs.
                bytes = [if i % 8 == 0 { 0xff } else { 0 }; 32];
                bytes[0] = (i / 16) as u8;
                bytes[31] = if i % 8 == 0 { 0x7f } else { 0 } | (i << 3) as u8 & 0x80;
            }
            let dalek = CompressedEdwardsY(bytes).decompress();
            let ours = Point::decompress(&bytes);
            let canonical = dalek.map(|p| p.compress().to_bytes());
            assert_eq!(ours.map(|p| p.compress()), canonical, "{bytes:02x?}");
            on_curve += usize::from(canonical.is_some());
        }
        assert!((1000..3000).contains(&on_curve), "{on_curve}");
    }
}
