//! The embedded typeface: what it can draw, how wide text is, and where lines break.

use super::PdfError;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};
use std::collections::HashMap;
use std::sync::LazyLock;

/// Millimetres in a point.
pub const POINT: f32 = 25.4 / 72.0;

/// The two weights of `assets/fonts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Running text.
    Regular,
    /// Headings, and what must be found first.
    Bold,
}

/// One font file.
pub struct Face {
    font: Font,
    /// Glyph and advance width in ems of each character.
    glyphs: HashMap<char, (u32, f32)>,
}

static REGULAR: LazyLock<Face> = LazyLock::new(|| {
    Face::new(include_bytes!(
        "../../../assets/fonts/NotoSansSemiCondensed-Regular.ttf"
    ))
});
static BOLD: LazyLock<Face> = LazyLock::new(|| {
    Face::new(include_bytes!(
        "../../../assets/fonts/NotoSansSemiCondensed-Bold.ttf"
    ))
});

impl Weight {
    /// Its font.
    pub fn face(self) -> &'static Face {
        match self {
            Self::Regular => &REGULAR,
            Self::Bold => &BOLD,
        }
    }
}

impl Face {
    fn new(file: &'static [u8]) -> Self {
        let parsed = FontRef::new(file).expect("the font file is part of the program");
        let metrics = parsed.glyph_metrics(Size::unscaled(), LocationRef::default());
        let em = parsed
            .metrics(Size::unscaled(), LocationRef::default())
            .units_per_em;
        let glyphs = parsed.charmap().mappings().filter_map(|(code, glyph)| {
            let advance = metrics.advance_width(glyph)?;
            Some((
                char::from_u32(code)?,
                (glyph.to_u32(), advance / f32::from(em)),
            ))
        });
        Self {
            glyphs: glyphs.collect(),
            font: Font::new(file.into(), 0).expect("the font file is part of the program"),
        }
    }

    /// The font as the writer of the file takes it.
    pub fn font(&self) -> Font {
        self.font.clone()
    }

    /// Each character's glyph.
    ///
    /// # Errors
    /// A character that the font does not have. Text of documents never has one: `credential` refuses it.
    pub fn glyphs(&self, text: &str) -> Result<Vec<KrillaGlyph>, PdfError> {
        text.char_indices()
            .map(|(at, c)| {
                let (glyph, advance) = self.glyphs.get(&c).ok_or(PdfError::Character(c))?;
                Ok(KrillaGlyph::new(
                    GlyphId::new(*glyph),
                    *advance,
                    0.0,
                    0.0,
                    0.0,
                    at..at + c.len_utf8(),
                    None,
                ))
            })
            .collect()
    }

    /// Width in millimetres at a size in points.
    pub fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|c| self.advance(c)).sum::<f32>() * size * POINT
    }

    fn advance(&self, c: char) -> f32 {
        self.glyphs.get(&c).map_or(0.0, |(_, advance)| *advance)
    }

    /// Breaks text into lines at most `width` millimetres wide: after blanks and slashes, and inside words that are wider
    /// than a line. Never after a hyphen: readers of a PDF take one at a line's end for hyphenation and drop it. A line keeps the blank it ends with, so that text copied from the file keeps its words apart.
    pub fn lines<'t>(&self, text: &'t str, size: f32, width: f32) -> Vec<&'t str> {
        let em = size * POINT;
        let mut lines = Vec::new();
        let (mut start, mut blank, mut so_far) = (0, None, 0.0);
        for (at, c) in text.char_indices() {
            let advance = self.advance(c) * em;
            if c != ' ' && so_far + advance > width && at > start {
                // A word of its own line starts after the last blank, if there was one.
                let end = blank.take().unwrap_or(at);
                lines.push(&text[start..end]);
                so_far = self.width(&text[end..at], size);
                start = end;
            }
            so_far += advance;
            if matches!(c, ' ' | '/') && at + 1 < text.len() {
                blank = Some(at + 1);
            }
        }
        if start < text.len() {
            lines.push(&text[start..]);
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_every_character_that_a_document_may_hold() {
        for weight in [Weight::Regular, Weight::Bold] {
            let allowed = (' '..='~').chain('\u{a1}'..='\u{24f}').chain(['\u{2019}']);
            let text: String = allowed.filter(|c| *c != '\u{ad}').collect();
            assert!(weight.face().glyphs(&text).is_ok());
            assert!(matches!(
                weight.face().glyphs("漢"),
                Err(PdfError::Character('漢'))
            ));
            let digits = "0123456789"
                .chars()
                .map(|c| weight.face().advance(c).to_bits());
            assert_eq!(
                digits.collect::<std::collections::HashSet<_>>().len(),
                1,
                "tabular"
            );
        }
    }

    #[test]
    fn lines_lose_nothing_and_fit() {
        let face = Weight::Regular.face();
        let long = "X".repeat(60);
        for text in [
            "",
            "ALUN",
            "JALAN JENDERAL AHMAD YANI NOMOR 12A RT 001/002",
            long.as_str(),
            "A  B   C",
        ] {
            for width in [3.0, 12.0, 40.0, 400.0] {
                let lines = face.lines(text, 9.0, width);
                assert_eq!(lines.concat(), text);
                for line in lines {
                    let visible = line.trim_end();
                    assert!(
                        face.width(visible, 9.0) <= width || visible.chars().count() == 1,
                        "{line}"
                    );
                }
            }
        }
    }
}
