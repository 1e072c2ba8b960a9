//! Lines of text within a width: wrapping, aligned labels, colour.

use credential::reason::Outcome;

/// How a card may look.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Language of everything on it.
    pub lang: credential::lang::Lang,
    /// Whether ANSI colours may be used. Every colour is accompanied by a word and a symbol.
    pub color: bool,
    /// Columns.
    pub width: usize,
}

impl Style {
    /// The text in the card's language.
    pub fn say<'t>(&self, id: &'t str, en: &'t str) -> &'t str {
        match self.lang {
            credential::lang::Lang::Id => id,
            credential::lang::Lang::En => en,
        }
    }

    /// Text in an ANSI rendition (`1` bold, `2` faint, …), or as it is.
    pub fn paint(&self, rendition: &str, text: &str) -> String {
        match self.color {
            true => format!("\x1b[{rendition}m{text}\x1b[0m"),
            false => text.into(),
        }
    }
}

/// The symbol that stands beside the word.
pub fn symbol(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Valid => "✔",
        Outcome::Superseded => "⟳",
        Outcome::NotValid => "✖",
        Outcome::Undecided => "?",
    }
}

/// Black on green or yellow, white on red or grey, bold.
pub fn rendition(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Valid => "1;30;42",
        Outcome::Superseded => "1;30;43",
        Outcome::NotValid => "1;97;41",
        Outcome::Undecided => "1;97;100",
    }
}

/// A banner of three lines across the whole width.
pub fn banner(outcome: Outcome, style: &Style) -> String {
    let inner = style.width.saturating_sub(2);
    let word = format!(" {}  {}", symbol(outcome), outcome.text().get(style.lang));
    let bar = "─".repeat(inner);
    let lines = [
        format!("┌{bar}┐"),
        format!("│{word:<inner$}│"),
        format!("└{bar}┘"),
    ];
    let painted = lines
        .iter()
        .map(|line| style.paint(rendition(outcome), line) + "\n");
    painted.collect()
}

/// Breaks text at spaces into lines of at most `width` characters; a longer word is cut.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(8);
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ') {
        let mut rest: Vec<char> = word.chars().collect();
        if used > 0 && used + 1 + rest.len() > width {
            lines.push(String::new());
            used = 0;
        }
        if used > 0 {
            push(&mut lines, &mut used, &[' ']);
        }
        while rest.len() > width {
            let tail = rest.split_off(width - used);
            push(&mut lines, &mut used, &rest);
            lines.push(String::new());
            used = 0;
            rest = tail;
        }
        push(&mut lines, &mut used, &rest);
    }
    lines
}

fn push(lines: &mut [String], used: &mut usize, chars: &[char]) {
    if let Some(line) = lines.last_mut() {
        line.extend(chars);
        *used += chars.len();
    }
}

/// Wrapped text, every line indented by one space.
pub fn paragraph(text: &str, style: &Style) -> String {
    let lines = wrap(text, style.width.saturating_sub(2));
    lines.iter().map(|line| format!(" {line}\n")).collect()
}

/// `label  value` lines whose values begin in one column and wrap there.
pub fn aligned(rows: &[(String, String)], style: &Style) -> String {
    let longest = rows.iter().map(|(label, _)| label.chars().count()).max();
    let column = longest.unwrap_or_default().min(30);
    let mut text = String::new();
    for (label, value) in rows {
        let width = style.width.saturating_sub(column + 5);
        for (n, line) in wrap(value, width).iter().enumerate() {
            let label = if n == 0 { label } else { "" };
            let label = style.paint("2", &format!("{label:<column$}"));
            text.push_str(&format!(" {label}  {line}\n"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_at_spaces_and_cuts_long_words() {
        assert_eq!(wrap("satu dua tiga", 8), ["satu dua", "tiga"]);
        assert_eq!(
            wrap("aaaaaaaaaaaaaaaaaaaa", 8),
            ["aaaaaaaa", "aaaaaaaa", "aaaa"]
        );
        assert_eq!(wrap("", 8), [""]);
        for width in 8..40 {
            let text = "Jalan Jenderal Sudirman Kavling 52-53 superkalifragilistik x";
            assert!(
                wrap(text, width)
                    .iter()
                    .all(|line| line.chars().count() <= width)
            );
        }
    }
}
