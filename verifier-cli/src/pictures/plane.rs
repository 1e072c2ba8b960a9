//! Grey planes: from colour to luma and from large to small, in place.

use super::SEARCHED_PIXELS;
use crate::reader::Gray;

/// A picture as 8-bit luma, possibly reduced.
#[derive(Debug, Clone)]
pub struct Picture {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) luma: Vec<u8>,
    pub(super) factor: usize,
}

impl Picture {
    /// The plane to search.
    pub fn gray(&self) -> Gray<'_> {
        Gray {
            width: self.width,
            height: self.height,
            data: &self.luma,
        }
    }

    /// One pixel of the plane is this many pixels of the file, in each direction: multiply positions by it.
    pub fn factor(&self) -> usize {
        self.factor
    }

    /// A full-size luma plane, reduced if it is large.
    pub(super) fn from_luma(width: usize, height: usize, mut luma: Vec<u8>) -> Self {
        let factor = factor(width, height);
        let (small_width, small_height) = (width / factor, height / factor);
        if factor > 1 {
            let mut rows = Reducer::new(width, factor);
            let mut written = 0;
            for y in 0..small_height * factor {
                rows.add(|x| luma[y * width + x]);
                if rows.is_full() {
                    // What is written lies in rows that have been read.
                    rows.take(|value| {
                        luma[written] = value;
                        written += 1;
                    });
                }
            }
            luma.truncate(written);
            luma.shrink_to_fit();
        }
        Self {
            width: small_width,
            height: small_height,
            luma,
            factor,
        }
    }
}

/// By which whole factor a picture of that size is reduced.
pub(super) fn factor(width: usize, height: usize) -> usize {
    let pixels = width as u64 * height as u64;
    let fits = |factor: &u64| pixels / (factor * factor) <= SEARCHED_PIXELS;
    (1u64..).find(fits).unwrap_or(1) as usize
}

/// Averages `factor` × `factor` pixels; the odd rest at the right and below is dropped.
pub(super) struct Reducer {
    factor: usize,
    sums: Vec<u32>,
    rows: usize,
}

impl Reducer {
    pub fn new(width: usize, factor: usize) -> Self {
        Self {
            factor,
            sums: vec![0; width / factor],
            rows: 0,
        }
    }

    /// Adds a row whose pixels `at` gives.
    pub fn add(&mut self, at: impl Fn(usize) -> u8) {
        for (place, sum) in self.sums.iter_mut().enumerate() {
            let pixels = place * self.factor..(place + 1) * self.factor;
            *sum += pixels.map(|x| u32::from(at(x))).sum::<u32>();
        }
        self.rows += 1;
    }

    /// Whether a reduced row is complete.
    pub fn is_full(&self) -> bool {
        self.rows == self.factor
    }

    /// Hands the reduced row out and begins the next.
    pub fn take(&mut self, mut put: impl FnMut(u8)) {
        let area = (self.factor * self.factor) as u32;
        for sum in &mut self.sums {
            put(((*sum + area / 2) / area) as u8);
            *sum = 0;
        }
        self.rows = 0;
    }
}

/// Rec. 601 luma.
pub(super) fn luma(r: u8, g: u8, b: u8) -> u8 {
    ((u32::from(r) * 77 + u32::from(g) * 150 + u32::from(b) * 29 + 128) >> 8) as u8
}

/// Luma of a pixel in front of white: screenshots and QR files often have a transparent background.
pub(super) fn on_white(luma: u8, alpha: u8) -> u8 {
    let (luma, alpha) = (u32::from(luma), u32::from(alpha));
    ((luma * alpha + 255 * (255 - alpha) + 127) / 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_planes_are_averaged() {
        let (width, height) = (5001, 5000);
        let luma = (0..width * height).map(|i| if (i / width / 2) % 2 == 0 { 10 } else { 200 });
        let picture = Picture::from_luma(width, height, luma.collect());
        assert_eq!(
            (picture.factor, picture.width, picture.height),
            (2, 2500, 2500)
        );
        assert_eq!(picture.luma.len(), 2500 * 2500);
        assert!(picture.luma[..2500].iter().all(|v| *v == 10));
        assert!(picture.luma[2500..5000].iter().all(|v| *v == 200));
    }

    #[test]
    fn transparent_is_white() {
        assert_eq!(on_white(0, 0), 255);
        assert_eq!(on_white(0, 255), 0);
        assert_eq!(luma(255, 255, 255), 255);
    }
}
