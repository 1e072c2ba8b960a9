//! A symbol as an SVG for inlining into a page or downloading.

use super::{QUIET_ZONE, Symbol};

/// The symbol with its quiet zone as an SVG element, about 10 kB at version 15; the unit is one
/// module, and the picture fills whatever box it is put in.
///
/// `title` is what a screen reader says and a pointer shows; it is escaped. Without one the picture
/// is hidden from assistive technology, for pages whose own text (or `alt`) already names it.
pub fn svg(symbol: &Symbol, title: Option<&str>) -> String {
    let side = symbol.size() + 2 * QUIET_ZONE;
    let label = title.map(escape).map_or_else(
        || r#"aria-hidden="true">"#.to_owned(),
        |title| format!(r#"role="img" aria-label="{title}"><title>{title}</title>"#),
    );
    // Random modules make a run in every fourth place, of about 6 bytes.
    let mut out = String::with_capacity(512 + label.len() + symbol.size() * symbol.size() * 7 / 4);
    out.push_str(&format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges" {label}"#
    ));
    out.push_str(&format!(
        r##"<path fill="#fff" d="M0 0h{side}v{side}H0z"/>"##
    ));
    // Strokes through the middle of each row take half the bytes of filled rectangles. crispEdges
    // keeps hairlines of white from showing between rows at odd zooms.
    out.push_str(&format!(
        r##"<path stroke="#000" transform="translate({QUIET_ZONE} {QUIET_ZONE}.5)" d=""##
    ));
    runs(&mut out, symbol);
    out.push_str(r#""/></svg>"#);
    out
}

/// Path data: a row starts with an absolute `M`, then `h` draws dark modules and `m` skips light ones.
fn runs(out: &mut String, symbol: &Symbol) {
    let size = symbol.size();
    for y in 0..size {
        let mut drawn_to = None;
        let mut x = 0;
        while x < size {
            let from = x;
            while x < size && symbol.is_dark(x, y) {
                x += 1;
            }
            if x == from {
                x += 1;
                continue;
            }
            match drawn_to {
                None => {
                    number(out, "M", from);
                    number(out, " ", y);
                }
                Some(end) => {
                    number(out, "m", from - end);
                    out.push_str(" 0");
                }
            }
            number(out, "h", x - from);
            drawn_to = Some(x);
        }
    }
}

/// `n` < 1000 behind `prefix`. By hand, because `write!` would take three quarters of the time.
fn number(out: &mut String, prefix: &str, n: usize) {
    out.push_str(prefix);
    for unit in [100, 10, 1] {
        if n >= unit || unit == 1 {
            out.push(char::from(b'0' + (n / unit % 10) as u8));
        }
    }
}

/// Safe in element content and in double-quoted attributes, in XML and in HTML. Characters that XML
/// forbids even when escaped become U+FFFD.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\0'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}
