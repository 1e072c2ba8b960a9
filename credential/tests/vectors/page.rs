//! The text form of a vector: `# comment`, `name: value`, and blocks of hex lines with `; comment` after them.

use super::walk::Line;
use std::fmt::Write;

/// A vector as it is read: names may repeat, their order counts.
#[derive(Default)]
pub struct Vector {
    pub items: Vec<(String, String)>,
    pub blocks: Vec<(String, Vec<u8>)>,
}

impl Vector {
    pub fn parse(text: &str) -> Self {
        let mut vector = Self::default();
        let mut in_block = false;
        for (n, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                in_block = false;
            } else if line.starts_with(' ') {
                assert!(in_block, "line {}: hex outside a block", n + 1);
                let code = line.split(';').next().unwrap_or_default();
                let digits: String = code.split_whitespace().collect();
                vector.blocks.last_mut().unwrap().1.extend(unhex(&digits));
            } else {
                let (name, value) = line
                    .split_once(':')
                    .unwrap_or_else(|| panic!("line {}: no name", n + 1));
                in_block = value.is_empty();
                if in_block {
                    vector.blocks.push((name.into(), vec![]));
                } else {
                    let value = value.strip_prefix(' ').unwrap_or(value);
                    vector.items.push((name.into(), value.into()));
                }
            }
        }
        vector
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.items.iter().filter(move |(n, _)| n == name);
        named.map(|(_, value)| value.as_str())
    }

    pub fn find(&self, name: &str) -> Option<&str> {
        let named = self.items.iter().find(|(n, _)| n == name);
        named.map(|(_, value)| value.as_str())
    }

    pub fn get(&self, name: &str) -> &str {
        self.find(name).unwrap_or_else(|| panic!("no {name}"))
    }

    pub fn number(&self, name: &str) -> i64 {
        self.get(name).parse().expect(name)
    }

    pub fn block(&self, name: &str) -> Option<&[u8]> {
        let named = self.blocks.iter().find(|(n, _)| n == name);
        named.map(|(_, bytes)| bytes.as_slice())
    }

    pub fn bytes(&self, name: &str) -> &[u8] {
        self.block(name).unwrap_or_else(|| panic!("no {name}"))
    }
}

/// A vector being written.
pub struct Page(pub String);

impl Page {
    pub fn new(title: &str) -> Self {
        let mut page = Self(String::new());
        page.comment(title);
        page.comment("Test keys: never trust them. The form of this file: FORMAT.md §15.");
        page
    }

    pub fn gap(&mut self) {
        self.0.push('\n');
    }

    pub fn comment(&mut self, text: &str) {
        for line in text.lines() {
            writeln!(self.0, "# {line}").unwrap();
        }
    }

    pub fn value(&mut self, name: &str, value: impl std::fmt::Display) {
        writeln!(self.0, "{name}: {value}").unwrap();
    }

    /// A QR text, which may begin or end with a space.
    pub fn qr(&mut self, text: &str) {
        self.value("text", format_args!("\"{text}\""));
    }

    pub fn lines(&mut self, name: &str, lines: &[Line]) {
        writeln!(self.0, "{name}:").unwrap();
        for line in lines {
            let code = format!("{:indent$}{}", "", line.hex, indent = 2 + 2 * line.depth);
            if line.comment.is_empty() {
                writeln!(self.0, "{code}").unwrap();
            } else {
                writeln!(self.0, "{code:<56} ; {}", line.comment).unwrap();
            }
        }
    }

    pub fn hex(&mut self, name: &str, bytes: &[u8]) {
        writeln!(self.0, "{name}:").unwrap();
        for chunk in bytes.chunks(32) {
            writeln!(self.0, "  {}", hex(chunk)).unwrap();
        }
    }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn unhex(digits: &str) -> Vec<u8> {
    assert!(
        digits.len().is_multiple_of(2) && digits.is_ascii(),
        "{digits}"
    );
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hex"))
        .collect()
}

/// A QR text between its quotes.
pub fn unquote(text: &str) -> &str {
    let inner = text.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
    inner.expect("a text stands in quotes")
}
