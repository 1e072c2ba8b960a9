//! Reads QR codes from grey pictures: `read(&picture, &Effort::STILL)`.
mod attempt;
mod budget;
mod equalise;
mod layout;
mod library;
mod linear;
mod locate;
mod passes;
mod plane;
mod radial;
mod sample;
mod soft;
mod solomon;
mod template;
mod threshold;

pub use budget::Effort;
pub use plane::Gray;

/// One QR code.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The text; bytes in no declared charset are guessed (UTF-8 first).
    pub text: String,
    /// The same as the symbol holds it, before any charset.
    pub bytes: Vec<u8>,
    /// Outline in pixels of the input picture: top left, top right, bottom right, bottom left of the
    /// symbol as it is drawn (not as it is turned in the picture).
    pub corners: [(f32, f32); 4],
    /// 1..=40.
    pub version: u8,
    /// The pass that read it.
    pub pass: &'static str,
}

/// Smallest and largest side of a picture that is looked at, in pixels.
const SIDES: std::ops::RangeInclusive<usize> = 21..=30_000;

/// Reads every QR code in a picture, in reading order (by top, then left).
pub fn read(picture: &Gray, effort: &Effort) -> Vec<Found> {
    let (w, h) = (picture.width, picture.height);
    if !SIDES.contains(&w) || !SIDES.contains(&h) || w * h != picture.data.len() {
        return Vec::new();
    }
    let mut search = passes::Search::new(effort);
    search.run(picture);
    let mut found = search.found;
    let top = |f: &Found| f.corners.iter().map(|c| c.1).fold(f32::MAX, f32::min);
    let left = |f: &Found| f.corners.iter().map(|c| c.0).fold(f32::MAX, f32::min);
    found.sort_by(|a, b| top(a).total_cmp(&top(b)).then(left(a).total_cmp(&left(b))));
    found
}
