//! Times, ages and foreign text in a form that is safe and clear to read.

use credential::date::Date;
use credential::lang::Lang;
use std::fmt::Write;

/// RFC 3339 in UTC of a second since 1970, `2026-11-22T03:00:00Z`.
pub fn rfc3339(epoch_seconds: i64) -> String {
    let Some(date) = Date::from_days(epoch_seconds.div_euclid(86_400)) else {
        return format!("@{epoch_seconds}");
    };
    let second = epoch_seconds.rem_euclid(86_400);
    let (hour, minute) = (second / 3600, second / 60 % 60);
    format!("{}T{hour:02}:{minute:02}:{:02}Z", date.iso(), second % 60)
}

/// A length of time in its largest unit: `3 jam`, `3 hours`. Negative lengths count as 0.
pub fn duration(seconds: i64, lang: Lang) -> String {
    let (number, id, one, many) = match seconds.max(0) {
        s @ 0..120 => (s, "detik", "second", "seconds"),
        s @ 120..7200 => (s / 60, "menit", "minute", "minutes"),
        s @ 7200..172_800 => (s / 3600, "jam", "hour", "hours"),
        s => (s / 86_400, "hari", "day", "days"),
    };
    match lang {
        Lang::Id => format!("{number} {id}"),
        Lang::En if number == 1 => format!("1 {one}"),
        Lang::En => format!("{number} {many}"),
    }
}

/// Text of unknown origin on one line, at most `max` characters: control characters, line breaks and characters that
/// turn the reading direction are written out, so that no text can imitate the verifier's own output.
pub fn tame(text: &str, max: usize) -> String {
    let mut tamed = String::new();
    for (n, c) in text.chars().enumerate() {
        if n == max {
            tamed.push('…');
            break;
        }
        if c.is_control() || is_invisible(c) {
            let _ = write!(tamed, "\\u{{{:x}}}", u32::from(c));
        } else {
            tamed.push(c);
        }
    }
    tamed
}

/// Format characters: joiners, direction marks, variation selectors, tags, line separators.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Reads 64 hexadecimal digits.
pub fn hex32(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_ages() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(1_795_316_645), "2026-11-22T03:04:05Z");
        assert_eq!(duration(3 * 3600, Lang::Id), "3 jam");
        assert_eq!(duration(1, Lang::En), "1 second");
        assert_eq!(duration(119 * 60, Lang::En), "119 minutes");
        assert_eq!(duration(-5, Lang::Id), "0 detik");
        assert_eq!(duration(86_400 * 400, Lang::Id), "400 hari");
    }

    #[test]
    fn nothing_escapes_from_foreign_text() {
        assert_eq!(
            tame("a\u{1b}[32mB\n\u{202e}c", 99),
            "a\\u{1b}[32mB\\u{a}\\u{202e}c"
        );
        assert_eq!(tame("abcdef", 3), "abc…");
        assert_eq!(tame("Siti ’Aisyah", 99), "Siti ’Aisyah");
    }
}
