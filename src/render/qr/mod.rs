//! Text to QR symbol (ISO/IEC 18004 model 2, versions 1 to 40), and from there to PNG or SVG.
//!
//! `qrcodegen` lays out the codewords and computes the error correction; the mask is chosen in
//! `mask.rs`, by the same penalty rules but on whole lines of bits, because the library's own search
//! takes nine tenths of its time. Everything here is pure: same text, same bytes.

use qrcodegen::{Mask, QrCode, QrCodeEcc, QrSegment, Version};

mod mask;
mod outline;
mod penalty;
mod png;
mod svg;

pub use self::outline::outlines;
pub use self::png::{PNG_MAX_SCALE, Scale, ScaleOutOfRange, png};
pub use self::svg::svg;

/// Light modules that every picture keeps around the symbol; ISO/IEC 18004 asks for four.
pub const QUIET_ZONE: usize = 4;

/// How much damage a symbol survives: about 7, 15, 25 and 30 % of its codewords.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ecc {
    /// About 7 %.
    L,
    /// About 15 %; what documents use unless the caller says otherwise.
    M,
    /// About 25 %.
    Q,
    /// About 30 %.
    H,
}

impl Ecc {
    /// All levels, weakest first.
    pub const ALL: [Self; 4] = [Self::L, Self::M, Self::Q, Self::H];

    const fn library(self) -> QrCodeEcc {
        match self {
            Self::L => QrCodeEcc::Low,
            Self::M => QrCodeEcc::Medium,
            Self::Q => QrCodeEcc::Quartile,
            Self::H => QrCodeEcc::High,
        }
    }
}

/// The text does not fit the largest symbol (version 40) at the level asked for.
///
/// Holds lengths only, never the text, so it may be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the text has {length} {unit}, but a QR symbol with ECC {ecc:?} holds at most {limit}",
    unit = if *.bytes { "bytes" } else { "characters" }
)]
pub struct TooLong {
    /// Length of the text, in bytes or characters (see `bytes`).
    pub length: usize,
    /// Most that version 40 holds at `ecc`, in the same unit.
    pub limit: usize,
    /// The level asked for.
    pub ecc: Ecc,
    /// The text needs byte mode, so lengths count bytes of UTF-8 instead of characters.
    pub bytes: bool,
}

/// One line (row or column) of modules: bit `i` of the 192 is module `i`, 1 is dark.
type Line = [u64; 3];

/// A finished symbol without its quiet zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    version: u8,
    ecc: Ecc,
    mask: u8,
    /// One line per row, top first; bits from `size()` on are 0.
    rows: Vec<Line>,
}

impl Symbol {
    /// 1 to 40.
    pub const fn version(&self) -> u8 {
        self.version
    }

    /// Width and height in modules, `17 + 4 × version` (21 to 177), quiet zone not counted.
    pub const fn size(&self) -> usize {
        side(self.version)
    }

    /// Exactly the level that was asked for.
    pub const fn ecc(&self) -> Ecc {
        self.ecc
    }

    /// Mask pattern 0 to 7; of interest to tests and diagnostics only.
    pub const fn mask(&self) -> u8 {
        self.mask
    }

    /// Whether the module in column `x`, row `y` (from the top left, 0-based) is dark.
    /// Everything outside the symbol is quiet zone, hence light.
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.size() && y < self.size() && self.rows[y][x / 64] >> (x % 64) & 1 == 1
    }
}

const fn side(version: u8) -> usize {
    17 + 4 * version as usize
}

/// Encodes `text` in the smallest version that holds it at exactly `ecc`, in the densest single
/// mode: numeric, alphanumeric (base45), or bytes of UTF-8.
///
/// The level is never raised either: from version 6 on, no text that needs version *v* at one level
/// fits *v* at the next one, so there is nothing free to give away. Whoever wants a sturdier print
/// compares [`capacity`] at two levels and pays with the version.
///
/// # Errors
/// [`TooLong`] if even version 40 is too small.
pub fn encode(text: &str, ecc: Ecc) -> Result<Symbol, TooLong> {
    let mode = Mode::of(text);
    let version = version(text, ecc)?;
    let fixed = Version::new(version);
    let code = QrCode::encode_segments_advanced(
        &mode.segments(text),
        ecc.library(),
        fixed,
        fixed,
        Some(Mask::new(0)),
        false,
    )
    .expect("our capacity table is the library's, a test compares them at every version and level");
    let (mask, rows) = mask::choose(&code, ecc);
    Ok(Symbol {
        version,
        ecc,
        mask,
        rows,
    })
}

/// The version of a text's symbol, without drawing it.
pub fn version(text: &str, ecc: Ecc) -> Result<u8, TooLong> {
    let (mode, length) = (Mode::of(text), text.len());
    let fits = |version: &u8| length <= mode.capacity(*version, ecc);
    (1..=40).find(fits).ok_or_else(|| TooLong {
        length,
        limit: mode.capacity(40, ecc),
        ecc,
        bytes: matches!(mode, Mode::Bytes | Mode::Utf8),
    })
}

/// Most alphanumeric characters (base45 text) that fit `version` at `ecc`, so that a caller can pick
/// a level for a given length. 0 for a version outside 1 to 40.
pub fn capacity(version: u8, ecc: Ecc) -> usize {
    Mode::Alphanumeric.capacity(version, ecc)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Numeric,
    Alphanumeric,
    /// ASCII, which every charset that a reader may assume agrees on.
    Bytes,
    /// Announced by an ECI header: without it ISO/IEC 18004 says ISO 8859-1, and readers guess.
    Utf8,
}

/// The characters of the alphanumeric mode (ISO/IEC 18004, table 5).
const ALPHANUMERIC: [bool; 256] = {
    let mut table = [false; 256];
    let characters = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    let mut n = 0;
    while n < characters.len() {
        table[characters[n] as usize] = true;
        n += 1;
    }
    table
};

/// Bits of the ECI header for UTF-8: mode indicator and the designator 26.
const ECI_BITS: usize = 4 + 8;

impl Mode {
    fn of(text: &str) -> Self {
        let all = |of: fn(u8) -> bool| text.bytes().all(of);
        if !text.is_empty() && all(|b| b.is_ascii_digit()) {
            Self::Numeric
        } else if all(|b| ALPHANUMERIC[usize::from(b)]) {
            Self::Alphanumeric
        } else if text.is_ascii() {
            Self::Bytes
        } else {
            Self::Utf8
        }
    }

    fn segments(self, text: &str) -> Vec<QrSegment> {
        match self {
            Self::Numeric => vec![QrSegment::make_numeric(text)],
            Self::Alphanumeric => vec![QrSegment::make_alphanumeric(text)],
            Self::Bytes => vec![QrSegment::make_bytes(text.as_bytes())],
            Self::Utf8 => vec![
                QrSegment::make_eci(26),
                QrSegment::make_bytes(text.as_bytes()),
            ],
        }
    }

    /// Most characters (bytes, in the byte modes) that fit; 0 for a version that does not exist.
    fn capacity(self, version: u8, ecc: Ecc) -> usize {
        let Some(codewords) = usize::from(version)
            .checked_sub(1)
            .and_then(|row| DATA_CODEWORDS.get(row))
        else {
            return 0;
        };
        // The length field grows with the version, in the steps 1–9, 10–26, 27–40.
        let step = usize::from(version > 9) + usize::from(version > 26);
        let bits = 8 * usize::from(codewords[ecc as usize]) - 4;
        match self {
            Self::Numeric => {
                let bits = bits - [10, 12, 14][step];
                bits / 10 * 3 + [0, 0, 0, 0, 1, 1, 1, 2, 2, 2][bits % 10]
            }
            Self::Alphanumeric => {
                let bits = bits - [9, 11, 13][step];
                bits / 11 * 2 + usize::from(bits % 11 >= 6)
            }
            Self::Bytes => (bits - [8, 16, 16][step]) / 8,
            Self::Utf8 => (bits - [8, 16, 16][step] - ECI_BITS) / 8,
        }
    }
}

/// Data codewords by version (row 0 is version 1) and level (L, M, Q, H): ISO/IEC 18004 table 7.
#[rustfmt::skip]
const DATA_CODEWORDS: [[u16; 4]; 40] = [
    [19, 16, 13, 9], [34, 28, 22, 16], [55, 44, 34, 26], [80, 64, 48, 36],
    [108, 86, 62, 46], [136, 108, 76, 60], [156, 124, 88, 66], [194, 154, 110, 86],
    [232, 182, 132, 100], [274, 216, 154, 122], [324, 254, 180, 140], [370, 290, 206, 158],
    [428, 334, 244, 180], [461, 365, 261, 197], [523, 415, 295, 223], [589, 453, 325, 253],
    [647, 507, 367, 283], [721, 563, 397, 313], [795, 627, 445, 341], [861, 669, 485, 385],
    [932, 714, 512, 406], [1006, 782, 568, 442], [1094, 860, 614, 464], [1174, 914, 664, 514],
    [1276, 1000, 718, 538], [1370, 1062, 754, 596], [1468, 1128, 808, 628], [1531, 1193, 871, 661],
    [1631, 1267, 911, 701], [1735, 1373, 985, 745], [1843, 1455, 1033, 793], [1955, 1541, 1115, 845],
    [2071, 1631, 1171, 901], [2191, 1725, 1231, 961], [2306, 1812, 1286, 986], [2434, 1914, 1354, 1054],
    [2566, 1992, 1426, 1096], [2702, 2102, 1502, 1142], [2812, 2216, 1582, 1222], [2956, 2334, 1666, 1276],
];
