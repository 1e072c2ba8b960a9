//! Writes JSON. The serialiser of `serde_json` brings the printing of floats with it, 20 kB; an answer has none.

use serde_json::Value;
use std::fmt::Write;

/// `value` as JSON text. A number must be an integer.
pub fn text(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => {
            let _ = match (number.as_i64(), number.as_u64()) {
                (Some(number), _) => write!(out, "{number}"),
                (None, Some(number)) => write!(out, "{number}"),
                (None, None) => unreachable!("an answer has no fractions"),
            };
        }
        Value::String(text) => quoted(text, out),
        Value::Array(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            out.push('{');
            for (n, (name, member)) in members.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                quoted(name, out);
                out.push(':');
                write(member, out);
            }
            out.push('}');
        }
    }
}

fn quoted(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if u32::from(c) < 0x20 => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::text;
    use serde_json::{Value, json};

    #[test]
    fn reads_back_as_what_it_was() {
        let value = json!({
            "": null,
            "a\"b\\c\n\u{0}\u{1f}\u{7f}é😀\u{2028}": [true, false, [], {}, ""],
            "numbers": [0, -1, i64::MIN, i64::MAX, u64::MAX],
        });
        let read: Value = serde_json::from_str(&text(&value)).unwrap();
        assert_eq!(read, value);
    }
}
