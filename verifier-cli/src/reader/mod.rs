//! Reads QR codes from grey pictures, also badly lit, noisy, blurred and slanted ones.
//!
//! `read(&picture, &Effort::STILL)` returns every code it finds. The caller decodes the file or the
//! camera frame to 8-bit luma first.
//!
//! How: a few black-and-white passes with rxing's detector (most codes, about 2 ms); where rxing finds
//! a code but cannot decode it, or finds none, finder patterns are fitted to the grey values
//! (`radial`, `template`), the grid is built from the alignment patterns (`locate`), each module's
//! grey value is sampled, blur is undone on the module lattice (`equalise`) and Reed–Solomon works
//! with erasures and feedback (`soft`, `solomon`).
//!
//! Wrong texts: a code is only returned when Reed–Solomon accepted every block of it.
//!
//! Time: there is no clock here (wasm has none); `Effort` bounds the work.
//!
//! Panics: none leaves `read`. rxing can panic on odd pictures; that is caught, the pass counts as
//! empty. The global panic hook is the application's, so the default hook still prints a line to
//! stderr; an application that minds sets its own hook. Where panics abort (wasm32-unknown-unknown,
//! `panic = "abort"`) nothing can be caught: run the reader in a worker there, and restart it.

mod attempt;
mod bend;
mod budget;
mod equalise;
mod layout;
mod level;
mod library;
mod linear;
mod locate;
mod order;
mod passes;
mod plane;
mod radial;
mod rgba;
mod sample;
mod soft;
mod solomon;
mod template;
mod threshold;

pub use budget::Effort;
pub use plane::Gray;
pub use rgba::luma;

use order::ascending;
use std::ops::RangeInclusive;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// One QR code.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The text; bytes in no declared charset are guessed (UTF-8 first). Without the feature `charsets`: UTF-8, or else
    /// Latin-1.
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
const SIDES: RangeInclusive<usize> = 21..=30_000;
/// Largest picture that is looked at, in pixels: reducing a larger one alone would take too long.
const AREA: usize = 120_000_000;

/// Reads every QR code in a picture, without duplicates, in reading order (rows of codes from the
/// top, each from the left). A picture whose data does not match its size has none.
pub fn read(picture: &Gray, effort: &Effort) -> Vec<Found> {
    let (w, h) = (picture.width, picture.height);
    if !SIDES.contains(&w) || !SIDES.contains(&h) || w * h != picture.data.len() || w * h > AREA {
        return Vec::new();
    }
    let mut search = passes::Search::new(effort);
    // Whatever was found before an unforeseen panic is still good.
    let _ = catch_unwind(AssertUnwindSafe(|| search.run(picture)));
    let mut found = search.found;
    in_reading_order(&mut found);
    found
}

/// By top edge; codes whose tops differ by less than half their height are one row, left first.
fn in_reading_order(found: &mut [Found]) {
    let low = |f: &Found, pick: fn(&(f32, f32)) -> f32| {
        f.corners.iter().map(pick).fold(f32::MAX, f32::min)
    };
    let height =
        |f: &Found| f.corners.iter().map(|c| c.1).fold(f32::MIN, f32::max) - low(f, |c| c.1);
    ascending(found, |f| low(f, |c| c.1).into());
    let mut start = 0;
    while start < found.len() {
        let limit = low(&found[start], |c| c.1) + height(&found[start]) / 2.0;
        let end = start
            + found[start..]
                .iter()
                .take_while(|f| low(f, |c| c.1) <= limit)
                .count()
                .max(1);
        ascending(&mut found[start..end], |f| low(f, |c| c.0).into());
        start = end;
    }
}
