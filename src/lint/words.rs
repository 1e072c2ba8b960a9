//! What text and numbers of a named rule must be: the rules of types that CDDL cannot say (docs/FORMAT.md §6.7).

use credential::date::Date;

/// What text must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Words {
    /// Exactly this.
    Literal(String),
    /// Anything.
    Any,
    /// Characters of classes, each so many times.
    Pattern(Vec<Run>),
    /// The name rules: 1 to so many printable Latin characters, no space at either end.
    Printable(usize),
    /// A NIK of 16 digits.
    Nik,
    /// A day `YYYYMMDD` that there was or will be.
    Day,
}

/// Characters of one class, so many times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    first: u8,
    last: u8,
    least: usize,
    most: usize,
}

/// The rule that stands behind a name of the CDDL, where the CDDL itself says less.
pub fn of_rule(name: &str) -> Option<Words> {
    match name {
        "nik-text" => Some(Words::Nik),
        "date-text" => Some(Words::Day),
        _ => {
            let most = name.strip_prefix("text-")?.parse().ok()?;
            Some(Words::Printable(most))
        }
    }
}

/// A pattern such as `[1-9][0-9]{9}` or `[!-~]{1,64}`; none where it has anything else in it.
pub fn pattern(text: &str) -> Option<Words> {
    let mut runs = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (class, after) = rest.strip_prefix('[')?.split_once(']')?;
        let [first, b'-', last] = *class.as_bytes() else {
            return None;
        };
        let (least, most);
        if let Some(inner) = after.strip_prefix('{') {
            let (counts, after) = inner.split_once('}')?;
            let (from, to) = counts.split_once(',').unwrap_or((counts, counts));
            (least, most) = (from.parse().ok()?, to.parse().ok()?);
            rest = after;
        } else {
            (least, most) = (1, 1);
            rest = after;
        }
        runs.push(Run {
            first,
            last,
            least,
            most,
        });
    }
    Some(Words::Pattern(runs))
}

impl Words {
    /// Whether the text is that.
    pub fn hold(&self, text: &str) -> bool {
        match self {
            Self::Literal(literal) => text == literal,
            Self::Any => true,
            Self::Pattern(runs) => matches(runs, text.as_bytes()),
            Self::Printable(most) => is_printable(text, *most),
            Self::Nik => {
                let digits = text.len() == 16 && text.bytes().all(|b| b.is_ascii_digit());
                digits && text.parse().is_ok_and(is_nik)
            }
            Self::Day => is_day(text),
        }
    }
}

/// Runs of classes that are disjoint with what follows them: taking as many as there are never takes too many.
fn matches(runs: &[Run], mut bytes: &[u8]) -> bool {
    for run in runs {
        let of = |b: &&u8| (run.first..=run.last).contains(b);
        let count = bytes.iter().take(run.most).take_while(of).count();
        if count < run.least {
            return false;
        }
        bytes = &bytes[count..];
    }
    bytes.is_empty()
}

fn is_printable(text: &str, most: usize) -> bool {
    let ends = |c: Option<char>| c.is_some_and(|c| c != ' ');
    let known = |c: char| {
        let code = u32::from(c);
        let latin = (0x20..=0x7e).contains(&code) || (0xa1..=0x24f).contains(&code);
        (latin && code != 0xad) || code == 0x2019
    };
    ends(text.chars().next())
        && ends(text.chars().next_back())
        && text.chars().all(known)
        && (text.len() <= most || text.chars().count() <= most)
}

fn is_day(text: &str) -> bool {
    let digits = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
    let part = |range| text.get(range).and_then(|t: &str| t.parse().ok());
    let (Some(year), Some(month), Some(day)) = (part(0..4), part(4..6), part(6..8)) else {
        return false;
    };
    digits && Date::from_ymd(year as i32, month, day).is_some()
}

/// `RRRRRR DDMMYY SSSS` with DD 01–31, or 41–71 for women.
pub fn is_nik(number: u64) -> bool {
    is_number_16(number, true)
}

/// As a NIK, but with DD 01–31 alone.
pub fn is_kk_number(number: u64) -> bool {
    is_number_16(number, false)
}

fn is_number_16(number: u64, women: bool) -> bool {
    let (region, day) = (number / 100_000_000_000_000, number / 100_000_000 % 100);
    let (month, serial) = (number / 1_000_000 % 100, number % 10_000);
    let is_day = (1..=31).contains(&day) || women && (41..=71).contains(&day);
    (11..=99).contains(&region) && is_day && (1..=12).contains(&month) && serial > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_read_or_refused() {
        let region = pattern("[1-9][0-9]{9}").expect("a pattern");
        assert!(region.hold("3273010001"));
        for text in ["0273010001", "327301000", "32730100011", "327301000x", ""] {
            assert!(!region.hold(text), "{text}");
        }
        let name = pattern("[!-~]{1,4}").expect("a pattern");
        assert!(name.hold("a") && name.hold("abcd"));
        assert!(!name.hold("") && !name.hold("abcde") && !name.hold("a b"));
        for text in ["a+", "[ab]", "[a-z", "[a-z]*", "[a-z]{x}"] {
            assert_eq!(pattern(text), None, "{text}");
        }
    }

    #[test]
    fn names_are_printable_latin() {
        let words = Words::Printable(5);
        for text in ["A", "É", "ÉÉÉÉÉ", "O\u{2019}B", "A B"] {
            assert!(words.hold(text), "{text}");
        }
        for text in [
            "",
            " A",
            "A ",
            "ABCDEF",
            "A\u{202e}",
            "A\u{ad}B",
            "A\n",
            "\u{a0}",
        ] {
            assert!(!words.hold(text), "{text:?}");
        }
    }

    #[test]
    fn numbers_have_their_form() {
        assert!(is_nik(3_273_014_101_900_001) && !is_kk_number(3_273_014_101_900_001));
        assert!(is_nik(3_273_013_112_900_001) && is_kk_number(3_273_013_112_900_001));
        for wrong in [
            3_273_013_212_900_001,
            3_273_013_113_900_001,
            3_273_013_112_900_000,
            1_073_013_112_900_001,
            3_273_010_012_900_001,
        ] {
            assert!(!is_nik(wrong), "{wrong}");
        }
    }

    #[test]
    fn days_are_of_the_calendar() {
        for (text, is) in [
            ("20240229", true),
            ("20230229", false),
            ("17991231", false),
            ("2024022", false),
            ("2024-229", false),
            ("+2024229", false),
        ] {
            assert_eq!(Words::Day.hold(text), is, "{text}");
        }
    }
}
